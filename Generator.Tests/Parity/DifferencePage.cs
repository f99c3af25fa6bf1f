using System.Text;
using Gen.Diagnostics;
using Gen.Diagnostics.Parity;
using Gen.Tests.Parity.Expressions;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Parity;

/// <summary>The differences as the page docs/torchsharp-and-pytorch.md.</summary>
internal static class DifferencePage
{
    public const string Name = "docs/torchsharp-and-pytorch.md";

    public static string Print()
    {
        var page = new StringBuilder($"""
            # TorchSharp and PyTorch

            Most of TorchSharp gives PyTorch's numbers, and the same seed gives the same weights: see [What is equal](#what-is-equal).
            This page lists what is not equal in TorchSharp {Difference.Measured}, and what to write instead. Gen reports each row where it
            certainly applies, except the rows under [What is not reported](#what-is-not-reported). The tests run each row. When a newer
            TorchSharp mends one, its test fails, and the row gets the version that ends it. `Init` and `AttentionMask` are Gen's own.

            The page is printed by `dotnet run --project Generator.Tests -c Release -- differences {Name}`.


            """);
        Section(page, "Numbers that are types",
            "A constant 0 converts to any enum, and `sum` and `prod` have an overload that takes a type: `x.sum(0)` is the sum of "
            + "everything in bytes, modulo 256. [GEN4009](diagnostics/GEN4009.md), an error.", null);
        Section(page, "What does something else than its name says",
            "[GEN4010](diagnostics/GEN4010.md), a warning; an info where it depends on a shape or on weights that are loaded.",
            Descriptors.DoesSomethingElse);
        Section(page, "Defaults that are not PyTorch's",
            "[GEN4011](diagnostics/GEN4011.md), an info; a warning for groups of parameters. [GEN4006](diagnostics/GEN4006.md), a warning.",
            Descriptors.UnstatedDefault, Descriptors.LogTarget);
        page.Append("""
            ## Arguments in another order

            [GEN4005](diagnostics/GEN4005.md), a warning where a positional argument compiles and means something else.

            | Call | Argument | TorchSharp | PyTorch |
            | --- | --- | --- | --- |

            """);
        foreach (var (call, at, here, there) in SignatureTests.Differences)
        {
            page.Append(null, $"| `{call}` | {at} | `{here}` | `{there}` |\n");
        }

        foreach (var row in Differences.All.Where(d => d.Rule == Descriptors.PositionalArgument))
        {
            page.Append(null,
                $"\n{char.ToUpperInvariant(row.Name[0])}{row.Name[1..]} ({row.When.Words}): {row.Does}. {Plain(Code(row.Advice))}\n");
        }

        page.Append("\n## What is not reported\n\nNo place in the code shows for certain that it does harm, or it fails at once and says "
            + "why.\n\n| What | In TorchSharp it ... | Instead |\n| --- | --- | --- |\n");
        foreach (var row in Unreported.All)
        {
            page.Append(null, $"| `{row.Name}` | {row.Does} | {row.Instead} |\n");
        }

        page.Append("\n## What does not compile\n\n| PyTorch | Error | In C# |\n| --- | --- | --- |\n");
        foreach (var (call, error, instead) in Unreported.Uncompiled)
        {
            page.Append(null, $"| `{call}` | {error} | `{instead}` |\n");
        }

        Equal(page);
        return Docs.Markdown.Wrap(page.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>From what the last run of the expressions found.</summary>
    private static void Equal(StringBuilder page)
    {
        var (versions, lines) = Agreement.Last();
        page.Append(null, $"""

            ## What is equal

            Measured with {versions}: {lines.Sum(l => l.All):N0} expressions that both have, of which {lines.Sum(l => l.Agree):N0} give the
            same element type, shape and numbers, or throw in both. Layers are compared with their gradients and buffers, optimizers over
            eight steps, schedulers over fourteen. What is in brackets is how many expressions of a function agree.
            The differences are explained by the rows above, or one of the two throws.

            | | All agree | Not all |
            | --- | --- | --- |

            """);
        foreach (var area in lines.GroupBy(l => l.Area))
        {
            var equal = string.Join(", ", area.Where(l => l.Agree == l.All).Select(l => $"`{l.Name}`"));
            var others = string.Join(", ", area.Where(l => l.Agree < l.All).Select(l => $"`{l.Name}` ({l.Agree} of {l.All})"));
            page.Append(null, $"| {Agreement.Title(area.Key)} | {equal} | {others} |\n");
        }
    }

    private static void Section(StringBuilder page, string heading, string says, params DiagnosticDescriptor[]? rules)
    {
        page.Append(null, $"## {heading}\n\n{says}\n\n");
        if (rules is null)
        {
            return;
        }

        page.Append("| What | When | In TorchSharp it ... | Instead | Until |\n| --- | --- | --- | --- | --- |\n");
        foreach (var row in Differences.All.Where(d => rules.Contains(d.Rule)))
        {
            page.Append(null,
                $"| {row.Name} | {row.When.Words} | {Plain(row.Does)} | {Plain(Code(row.AdviceWithGen))} | {row.MendedIn?.ToString()} |\n");
        }

        page.Append('\n');
    }

    private static string Code(string advice) => advice.Replace('\'', '`');

    private static string Plain(string text) => text.Replace("{in}", "init.", StringComparison.Ordinal)
        .Replace("{this}", "x", StringComparison.Ordinal).Replace("{gen}", "", StringComparison.Ordinal)
        .Replace("{arguments}", "...", StringComparison.Ordinal)
        .Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal);
}

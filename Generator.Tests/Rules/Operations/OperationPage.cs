using System.Text;
using Gen.Model;
using Gen.Rules.Operations;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Tests.Rules.Operations;

/// <summary>The rules as the page <c>docs/operations.md</c>.</summary>
internal static class OperationPage
{
    public static string Print()
    {
        var page = new StringBuilder("""
            # Operations

            What Gen knows about the operations on tensors in TorchSharp 0.107.0: the methods of `Tensor`, the functions of `torch`
            and those of `torch.nn.functional`. The shape of a result is computed by the rule. Where a shape string can say it, the
            second column shows it: `*B` stands for any number of dimensions. Names in one row have one rule. A name that ends in
            `_` and is not in a table has the rule of the name without it: the operation changes its first operand, and gives it
            back.

            The third column says where the elements of the result are in eval mode: in *new* memory, or in that of the first
            operand (a *view*). The tests compare the rules with TorchSharp, in thousands of random calls. The page is printed from
            the rules by `dotnet run --project Generator.Tests -c Release -- operations docs/operations.md`.


            """);
        foreach (var family in OperationRules.Families)
        {
            var rows = family.Rules.Select(Row).ToArray();
            string[] titles = ["Operation", "Input -> output", "Memory", "Element type", "What else is known"];
            var shown = Enumerable.Range(0, titles.Length).Where(i => rows.Any(r => r[i].Length > 0)).ToArray();
            page.Append(null, $"## {family.Name}\n\n{Owners(family)}\n\n");
            page.Append(null, $"| {string.Join(" | ", shown.Select(i => titles[i]))} |\n|{string.Concat(shown.Select(_ => " --- |"))}\n");
            foreach (var row in rows)
            {
                page.Append(null, $"| {string.Join(" | ", shown.Select(i => row[i]))} |\n");
            }

            page.Append('\n');
        }

        return Docs.Markdown.Wrap(page.ToString().ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
    }

    private static string Owners(OperationFamily family) => $"Of {string.Join(", ", family.Owners.Split(", ").Select(o => $"`{o}`"))}.";

    private static string[] Row(OperationRule rule) =>
    [
        string.Join(", ", rule.Names.Select(n => $"`{n.Replace("|", "\\|", StringComparison.Ordinal)}`")),
        rule.Shapes is { } shapes ? $"`{(shapes.EndsWith("->", StringComparison.Ordinal) ? shapes + " ()" : shapes)}`" : "",
        rule.Memory switch
        {
            _ when !rule.GivesTensors => "",
            Memory.View or Memory.ViewInOrder or Memory.Reordered => "view",
            Memory.Reshaped => "view where the order allows it, else new",
            Memory.Contiguous => "the operand where it is in order, else new",
            Memory.Converted => "the operand where type and device are the same, else new",
            Memory.Either => "the operand or new, as the call says",
            Memory.Operand => "the operand itself",
            _ => "new",
        },
        Types(rule.Types),
        string.Join("; ", Notes(rule)),
    ];

    private static string Types(TypeRule? types)
    {
        if (types is null)
        {
            return "";
        }

        if (types.Source == TypeSource.Made)
        {
            return "float32, if no other is given";
        }

        string[] parts =
        [
            $"`{types.Map.Written.Replace(">", "->", StringComparison.Ordinal)}`",
            .. types.Source switch
            {
                TypeSource.Common => new[] { "of the common type" },
                TypeSource.Alike => ["all of one type"],
                _ => [],
            },
            .. types.Others.Select(o => $"then {o.Text()}"),
            .. types.Needs.Select(n => $"`{n.Parameter}`: {n.Types.Text()}"),
            .. types.Never == ElementType.Unknown ? [] : new[] { $"no operand of {types.Never.Text()}" },
            .. types.OfMean is { } mean ? new[] { $"the mean of {mean.Map.Takes.Text()}" } : [],
        ];
        return string.Join(", ", parts);
    }

    private static IEnumerable<string> Notes(OperationRule rule)
    {
        if (rule.Role == Role.Loss)
        {
            yield return rule.Applies == Role.Other ? "loss" : $"loss that applies {Word(rule.Applies)} itself";
        }
        else if (rule.Role != Role.Other)
        {
            yield return Word(rule.Role);
        }

        var facts = new[]
        {
            (rule.IsInPlace, "in place"),
            (rule.IsProperty, "a property"),
            (rule.KeepsNumbers, "changes no number"),
            (rule.MayReturnInput, "may give back the very tensor it is given"),
            (rule.PairsElements, "takes elements in pairs (GEN5006)"),
            (rule.DropsSamplesAt is not null, $"drops whole samples of {rule.DropsSamplesAt} dimensions (GEN4010)"),
            (rule.Multiplies, "multiply-adds are counted"),
            (rule.ReshapesInPlace, "in place, the tensor itself changes its shape"),
            (rule.Lifetime == Lifetime.Kept, "the result outlives every scope"),
            (rule.Lifetime == Lifetime.Longer, "the result outlives the scope"),
            (rule.Output is null && rule.Lifetime == Lifetime.Scope && rule.GivesTensors, "the shape is not known"),
        };
        foreach (var (_, text) in facts.Where(f => f.Item1))
        {
            yield return text;
        }
    }

    private static string Word(Role role) => role == Role.LogSoftmax ? "log_softmax" : role.ToString().ToLowerInvariant();
}

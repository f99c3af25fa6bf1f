using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Docs;

/// <summary>The descriptors as the page <c>docs/diagnostics.md</c>.</summary>
internal static class DiagnosticTable
{
    private static readonly (string Number, string Heading, string Says)[] Families =
    [
        ("0", "Declaration", "The class cannot become a module as it is declared."),
        ("1", "Shapes", "The code fails at run time, or breaks a shape that the module declares."),
        ("2", "Coverage", "Nothing is wrong. Gen could not prove or count something, and checks it at run time where it can."),
        ("3", "Expectations", "A number, or a file of weights, differs from what `[Expect]` says."),
        ("4", "Traps", "TorchSharp accepts the code, but it does not do what it seems to do."),
        ("5", "Advice", "The code runs, but is nearly always a modelling mistake."),
        ("6", "Exports", "The class has `[Export]`, but cannot be written for another program so that it computes the same there."),
    ];

    public static string Print()
    {
        var descriptors =
            Compilations.Analyzers()
                .SelectMany(a => a is Microsoft.CodeAnalysis.Diagnostics.DiagnosticSuppressor ? [] : a.SupportedDiagnostics)
            .Where(d => d.Id.StartsWith("GEN", StringComparison.Ordinal)).DistinctBy(d => d.Id).OrderBy(d => d.Id, StringComparer.Ordinal)
            .ToArray();
        var page = new StringBuilder("""
            # Diagnostics

            This page lists every diagnostic that Gen reports. Each has a page with a wrong and a right example. Errors fail the
            build. Warnings do not, unless the project treats them as errors. Notes (info) appear in the editor, but not in
            `dotnet build`: see [diagnostics in a build](notes-in-a-build.md). To change a severity for a project, a folder or a
            file, use `.editorconfig`:

            ```ini
            [*.cs]
            dotnet_diagnostic.GEN2001.severity = warning
            ```

            To suppress one place, use `#pragma warning disable GEN2001`. After a GEN0, nothing else is reported for the class.
            After the first GEN1 on a path the shape is unknown, so one mistake gives one message.

            The page is printed by `dotnet run --project Generator.Tests -c Release -- diagnostics docs/diagnostics.md`.


            """);
        foreach (var (number, heading, says) in Families)
        {
            var rows = descriptors.Where(d => d.Id[3..4] == number).ToArray();
            if (rows.Length == 0)
            {
                continue;
            }

            page.Append(null, $"## {heading}\n\n{says}\n\n| Id | Severity | Title | Meaning |\n| --- | --- | --- | --- |\n");
            foreach (var row in rows)
            {
                page.Append(null, $"| [{row.Id}](diagnostics/{row.Id}.md) | {Severity(row)} | {row.Title} | {Meaning(row)} |\n");
            }

            page.Append('\n');
        }

        return Markdown.Wrap(page.ToString().TrimEnd('\n').ReplaceLineEndings("\n") + "\n");
    }

    private static string Severity(DiagnosticDescriptor descriptor) =>
        descriptor.IsEnabledByDefault ? descriptor.DefaultSeverity.ToString() : $"{descriptor.DefaultSeverity}, off";

    /// <summary>The first sentence of the rule's page, behind its severity.</summary>
    private static string Meaning(DiagnosticDescriptor descriptor)
    {
        var text = Page.Text($"docs/diagnostics/{descriptor.Id}.md");
        return Regex.Match(text, $@"^{descriptor.DefaultSeverity}\. (.*?[.:])(\s|$)",
            RegexOptions.Multiline | RegexOptions.Singleline)
            is { Success: true } sentence
            ? sentence.Groups[1].Value.ReplaceLineEndings(" ").TrimEnd('.', ':').Replace("|", "\\|", StringComparison.Ordinal) + "."
            : throw new InvalidOperationException($"The page of {descriptor.Id} does not begin with its severity and a sentence.");
    }
}

using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Docs;

/// <summary>The descriptors as the page <c>docs/diagnostics.md</c>.</summary>
internal static class DiagnosticTable
{
    private static readonly (string Number, string Heading, string Says)[] Families =
    [
        ("0", "Declaration", "A class cannot become a module as it is declared."),
        ("1", "Shapes", "What is reported here fails when it runs, or breaks a shape that the module declares."),
        ("2", "Coverage", "Nothing is wrong: what could not be proved or counted, and is checked at run time where that is possible."),
        ("3", "Expectations", "A number differs from the one in `[Expect]`."),
        ("4", "Traps", "TorchSharp accepts it, and does something else than it seems."),
        ("5", "Advice", "It runs, and is nearly always a mistake of modelling."),
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

            Everything that Gen says, printed from the rules' own descriptions (`dotnet run --project Generator.Tests -c Release -- diagnostics docs/diagnostics.md`).
            Each has a page with a wrong and a right example. Errors fail the build; warnings do not, unless the project makes them errors; an
            info is a line in the editor's list. A severity is changed in `.editorconfig`, for a project, a folder or a file:

            ```ini
            [*.cs]
            dotnet_diagnostic.GEN2001.severity = warning
            ```

            and one place is excepted by `#pragma warning disable GEN2001` as with any diagnostic of C#. After a GEN0 nothing more is said of the class;
            after the first GEN1 on a path the shape counts as unknown from there on, so that one mistake is one message.


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

        return page.ToString().TrimEnd('\n').ReplaceLineEndings("\n") + "\n";
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

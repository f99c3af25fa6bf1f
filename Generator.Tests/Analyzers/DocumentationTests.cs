using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>Descriptors, their pages and the release tracking belong together.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Pages = Path.Combine(SampleSources.Repository, "docs", "diagnostics");

    public static TheoryData<string> Ids => [.. Descriptors().Select(d => d.Id)];

    [Fact]
    public void Every_page_belongs_to_a_descriptor() =>
        Assert.Equal(Descriptors().Select(d => d.Id).Order(),
            Directory.EnumerateFiles(Pages, "*.md").Select(Path.GetFileNameWithoutExtension).Order());

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_descriptor_has_a_page_and_a_row_that_agree_with_it(string id)
    {
        var descriptor = Descriptors().Single(d => d.Id == id);
        Assert.EndsWith($"docs/diagnostics/{id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
        Assert.StartsWith($"# {id}: {descriptor.Title}\n\n{descriptor.DefaultSeverity}. ", Page(id), StringComparison.Ordinal);
        var rows =
            new[] { "Shipped", "Unshipped" }.SelectMany(f =>
                File.ReadLines(Path.Combine(SampleSources.Repository, "Generator", $"AnalyzerReleases.{f}.md")))
                .Where(l => l.StartsWith(id, StringComparison.Ordinal));
        Assert.Equal($"{id} | {descriptor.Category} | {descriptor.DefaultSeverity} | {descriptor.Title}", Assert.Single(rows));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_wrong_example_is_reported_with_the_message_of_the_page(string id)
    {
        var found = Compilations.Diagnose(Compilations.Of(Example(id, "Wrong")), Files(id));
        var message = Message().Match(Page(id)).Groups[1].Value.Trim();
        Assert.Contains(message, found.Where(d => d.Id == id).Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_right_example_is_silent_and_compiles(string id)
    {
        Assert.Empty(Compilations.Diagnose(Compilations.Of(Example(id, "Right")), Files(id)));
        Compilations.Generate(Example(id, "Right"));
    }

    private static string Example(string id, string heading) =>
        Regex.Match(Page(id), $"## {heading}\n\n```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    /// <summary>A JSON block with the name of a file is among the additional files.</summary>
    private static AdditionalText[] Files(string id) =>
        [.. JsonFile().Matches(Page(id)).Select(m => new TextFile(m.Groups[1].Value, m.Groups[2].Value))];

    private static string Page(string id) => File.ReadAllText(Path.Combine(Pages, $"{id}.md")).ReplaceLineEndings("\n");

    private static IEnumerable<DiagnosticDescriptor> Descriptors() =>
        Compilations.Analyzers().SelectMany(a => a is Microsoft.CodeAnalysis.Diagnostics.DiagnosticSuppressor ? [] : a.SupportedDiagnostics)
            .DistinctBy(d => d.Id);

    [GeneratedRegex("\n```json (.*?)\n(.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex JsonFile();

    [GeneratedRegex("\n```\n(.*?)\n```\n", RegexOptions.Singleline)]
    private static partial Regex Message();
}

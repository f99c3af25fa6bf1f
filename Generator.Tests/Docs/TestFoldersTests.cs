using System.Text.RegularExpressions;

namespace Gen.Tests.Docs;

/// <summary>The README of the tests has a row for each of their folders.</summary>
public sealed partial class TestFoldersTests
{
    [Fact]
    public void Every_folder_with_tests_has_a_row_and_every_row_a_folder()
    {
        var tests = Path.Combine(SampleSources.Repository, "Generator.Tests");
        var folders = Directory.EnumerateFiles(tests, "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(tests, Path.GetDirectoryName(f)!).Replace('\\', '/'))
            .Where(f => f != "." && f.Split('/')[0] is not ("bin" or "obj")).Distinct().Order(StringComparer.Ordinal);
        var rows = Row().Matches(Page.Text("Generator.Tests/README.md")).Select(m => m.Groups[1].Value);
        Assert.Equal(folders, rows);
    }

    [GeneratedRegex(@"^\| `([\w/]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}

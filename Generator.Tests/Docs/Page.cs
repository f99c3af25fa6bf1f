using System.Text.RegularExpressions;

namespace Gen.Tests.Docs;

/// <summary>
/// A page of the documentation as programs. The rules, in the marks behind the opening fence, which no reader sees:
/// <list type="bullet">
/// <item><c>```csharp</c> begins a program; <c>```csharp continued</c> goes on with the one before it. Statements and declarations may be
/// mixed: the statements of all blocks run in their order, the declarations stand beside them.</item>
/// <item><c>```</c> with lines <c>GENnnnn  ...</c>, directly behind, is what the analyzers say of the program; without it they are
/// silent.</item>
/// <item><c>```text</c> is what the program before it prints; all such blocks of a program together are everything that it prints.
/// In <c>```text about</c> numbers may differ by a fifth from the printed ones: losses and times of another machine.</item>
/// <item>Pages whose programs have using directives are compiled with the SDK's implicit ones and <c>Gen</c>, as a user's project is; the
/// others take TorchSharp's as given.</item>
/// </list>
/// </summary>
internal sealed partial record Page(string Name, IReadOnlyList<DocProgram> Programs)
{
    /// <summary>The pages that hold programs; those of the diagnostics have tests of their own.</summary>
    public static IEnumerable<string> Names =>
        new[] { "README.md", "Runtime/README.md", "Distributed/README.md" }.Concat(
            Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, "docs"), "*.md", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(SampleSources.Repository, f).Replace('\\', '/'))
        .Where(f => !f.StartsWith("docs/diagnostics/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    public static Page Read(string name)
    {
        var (text, programs) = (Text(name), new List<DocProgram>());
        var end = 0;
        foreach (Match fence in Fence().Matches(text))
        {
            var (mark, body) = (fence.Groups["mark"].Value.Trim(), fence.Groups["body"].Value);
            var isDirectlyBehind = programs.Count > 0 && string.IsNullOrWhiteSpace(text[end..fence.Index]);
            switch (mark)
            {
                case "csharp":
                    programs.Add(new([body], "", "", false));
                    break;
                case "csharp continued":
                    programs[^1] = programs[^1] with { Blocks = [.. programs[^1].Blocks, body] };
                    break;
                case "" when isDirectlyBehind && body.StartsWith("GEN", StringComparison.Ordinal):
                    programs[^1] = programs[^1] with { Says = programs[^1].Says + body };
                    break;
                case "text" or "text about" when programs.Count > 0:
                    programs[^1] = programs[^1] with { Prints = programs[^1].Prints + body,
                        PrintsAbout = mark == "text about" || programs[^1].PrintsAbout };
                    break;
                default:
                    // Commands, project files, Python: not a program, and nothing behind it belongs to one.
                    continue;
            }

            end = fence.Index + fence.Length;
        }

        return new(name, programs);
    }

    /// <summary>Writes into the page what a program says and prints, where it has one block for it: <c>UPDATE_SNAPSHOTS=1</c>.</summary>
    public static void Accept(string name, int number, string says, string prints)
    {
        var seen = 0;
        File.WriteAllText(Path.Combine(SampleSources.Repository, name), Fence().Replace(Text(name), fence =>
        {
            var (mark, body) = (fence.Groups["mark"].Value, fence.Groups["body"].Value);
            seen += mark == "csharp" ? 1 : 0;
            return seen != number ? fence.Value
                : mark.StartsWith("text", StringComparison.Ordinal) && prints.Length > 0 ? $"```{mark}\n{prints}```"
                : mark.Length == 0 && body.StartsWith("GEN", StringComparison.Ordinal) && says.Length > 0 ? $"```\n{says}\n```"
                : fence.Value;
        }));
    }

    public static string Text(string name) => File.ReadAllText(Path.Combine(SampleSources.Repository, name)).ReplaceLineEndings("\n");

    [GeneratedRegex("^```(?<mark>.*)\n(?<body>(?:(?!```).*\n)*)```$", RegexOptions.Multiline)]
    private static partial Regex Fence();
}

/// <summary>A program of a page.</summary>
/// <param name="Blocks">Its blocks in order.</param>
/// <param name="Says">What the analyzers say of it, a line each.</param>
/// <param name="Prints">What it prints.</param>
/// <param name="PrintsAbout">Numbers in it may differ a little.</param>
internal sealed record DocProgram(IReadOnlyList<string> Blocks, string Says, string Prints, bool PrintsAbout);

using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>Sources with the places of diagnostics marked: <c>{|GEN1001:fc2|}</c>.</summary>
internal static partial class Markup
{
    /// <summary>Asserts that exactly the marked diagnostics are reported, with the squiggle where the mark is. Notes on devices are left
    /// out: tests make tensors where they need them.</summary>
    public static IReadOnlyList<Diagnostic> Verify(string marked, params MetadataReference[] references) =>
        Verify(marked, static d => d is not { Id: "GEN4012", Severity: DiagnosticSeverity.Info }, references);

    /// <summary>The same, for those diagnostics that are asked for.</summary>
    public static IReadOnlyList<Diagnostic> Verify(string marked, Func<Diagnostic, bool> concerns, params MetadataReference[] references)
    {
        var (source, expected) = Parse(marked);
        var compilation = Compilations.Of(source).AddReferences(references);
        var errors = compilation.WithOptions(compilation.Options).GetDiagnostics()
            .Where(d => d.Severity == DiagnosticSeverity.Error && !IsOfMissingPart(d)).ToArray();
        Assert.True(errors.Length == 0, string.Join("\n", errors.Select(e => e.ToString())));
        var found = Compilations.Diagnose(compilation).Where(concerns).ToArray();
        Assert.Equal(
            expected.Select(e => $"{e.Id} at '{source.Substring(e.Start, e.Length)}' ({e.Start})"),
            found.Select(
                d => $"{d.Id} at '{source.Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length)}' "
                    + $"({d.Location.SourceSpan.Start})"));

        // With the generated part in the compilation, an analyzer says the same.
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out var problems);
        Assert.Empty(problems);
        Assert.Equal(found.Select(d => d.ToString()), Compilations.Diagnose(output).Where(concerns).Select(d => d.ToString()));
        return found;
    }

    /// <summary>The one message of the one marked diagnostic.</summary>
    public static string Message(string marked, params MetadataReference[] references) =>
        Assert.Single(Verify(marked, references)).GetMessage(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The source without the marks.</summary>
    public static string Strip(string marked) => Parse(marked).Source;

    private static (string Source, List<(string Id, int Start, int Length)> Marks) Parse(string marked)
    {
        marked = marked.Replace("\r\n", "\n", StringComparison.Ordinal);
        var (source, marks, open) = (new StringBuilder(), new List<(string, int, int)>(), new Stack<(string Id, int Start)>());
        for (var i = 0; i < marked.Length;)
        {
            if (Open().Match(marked, i) is { Success: true } match && match.Index == i)
            {
                open.Push((match.Groups[1].Value, source.Length));
                i += match.Length;
            }
            else if (open.Count > 0 && string.CompareOrdinal(marked, i, "|}", 0, 2) == 0)
            {
                var (id, start) = open.Pop();
                marks.Add((id, start, source.Length - start));
                i += 2;
            }
            else
            {
                source.Append(marked[i++]);
            }
        }

        return (source.ToString(), [.. marks.OrderBy(m => m.Item2).ThenBy(m => m.Item1, StringComparer.Ordinal)]);
    }

    /// <summary>Members that the generator writes are missing before it ran.</summary>
    private static bool IsOfMissingPart(Diagnostic diagnostic) =>
        diagnostic.Id is "CS1061" or "CS0117" or "CS1503" or "CS0029" or "CS0311" or "CS0534" or "CS7036" or "CS1729";

    [GeneratedRegex(@"\{\|(GEN\d{4}):")]
    private static partial Regex Open();
}

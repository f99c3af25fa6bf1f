using System.Globalization;
using Gen.Evaluation;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Tests.Analyzers;

/// <summary>
/// Half-typed and nonsensical code: nothing throws, nothing is said of the shapes of a class that does not compile, and what is generated
/// adds no error of its own.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private enum Change
    {
        Delete,
        Double,
        Swap,
    }

    [Fact]
    public void Deleted_doubled_and_swapped_tokens_make_nothing_throw() => Mutate(400);

    [Fact]
    [Trait("Category", "Long")]
    public void Deleted_doubled_and_swapped_tokens_make_nothing_throw_in_20_000_variants() => Mutate(20_000);

    private void Mutate(int variants)
    {
        var (compiled, judged) = (0, 0);
        Parallel.For(0, variants, new ParallelOptions { MaxDegreeOfParallelism = 2 }, number =>
        {
            // By its number alone, so that what fails fails again.
            var random = new Random(number);
            var source = ModuleSources.All[random.Next(ModuleSources.All.Length)];
            for (var edits = Math.Max(1, random.Next(5) - 1); edits > 0; edits--)
            {
                source = Edit(source, random.Next(), random.Next(), (Change)random.Next(3));
            }

            var (isCompiled, isJudged) = Check(source);
            Interlocked.Add(ref compiled, isCompiled ? 1 : 0);
            Interlocked.Add(ref judged, isJudged ? 1 : 0);
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{variants} variants of {ModuleSources.All.Length} sources: {compiled} compile, of {judged} a shape error is said"));

        // A test of broken code needs code that is broken, and some that is only wrong.
        Assert.InRange(compiled, variants / 100, variants * 9 / 10);
        Assert.True(judged > 0);
    }

    /// <summary>Whether the source compiles with what is generated for it, and whether a shape error is said.</summary>
    private static (bool IsCompiled, bool IsJudged) Check(string source)
    {
        Assert.All(BoundedWorkTests.Steps(source), s => Assert.True(s.Steps <= Budget.Most + 1, $"{s.Type}: {s.Steps} steps\n{source}"));
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(Compilations.Of(source), out var whole, out var problems);
        var found = whole.WithAnalyzers([.. Compilations.Analyzers()]).GetAllDiagnosticsAsync().GetAwaiter().GetResult();
        var crashes = found.Where(d => d.Id == "AD0001").Concat(problems).ToArray();
        Assert.True(crashes.Length == 0, $"{string.Join("\n", crashes.Select(c => c.ToString()))}\n{source}");

        var errors = found.Where(d => d.Severity == DiagnosticSeverity.Error && d.Id.StartsWith("CS", StringComparison.Ordinal)).ToArray();
        var own = errors.Where(d => d.Location.SourceTree is not { } tree || !UserDeclarations.IsGenerated(tree)).ToArray();
        Assert.True(own.Length > 0 || errors.Length == 0, $"{string.Join("\n", errors.Select(b => b.ToString()))}\n{source}");

        var shapes = found.Where(d => d.Id.StartsWith("GEN1", StringComparison.Ordinal)).ToArray();
        foreach (var said in shapes)
        {
            // Statements without a class are of the whole file.
            var scopes = said.Location.SourceTree!.GetRoot().FindNode(said.Location.SourceSpan).AncestorsAndSelf();
            var scope = scopes.OfType<TypeDeclarationSyntax>().FirstOrDefault() ?? scopes.Last();
            var within = own.Where(d => d.Location.SourceTree == scope.SyntaxTree && scope.Span.Contains(d.Location.SourceSpan)).ToArray();
            Assert.True(within.Length == 0, $"{said}\n{string.Join("\n", within.Select(b => b.ToString()))}\n{source}");
        }

        return (errors.Length == 0, shapes.Length > 0);
    }

    private static string Edit(string source, int at, int other, Change change)
    {
        var tokens = CSharpSyntaxTree.ParseText(source, Compilations.Parsing).GetRoot().DescendantTokens().Where(t => t.Span.Length > 0)
            .ToArray();
        if (tokens.Length == 0)
        {
            return source;
        }

        var (first, second) = (tokens[at % tokens.Length], tokens[other % tokens.Length]);
        return change switch
        {
            Change.Delete => source.Remove(first.SpanStart, first.Span.Length),
            Change.Double => source.Insert(first.Span.End, " " + first.Text),
            _ when first.SpanStart < second.SpanStart => Swap(source, first, second),
            _ when second.SpanStart < first.SpanStart => Swap(source, second, first),
            _ => source,
        };
    }

    private static string Swap(string source, SyntaxToken first, SyntaxToken second) =>
        source[..first.SpanStart] + second.Text + source[first.Span.End..second.SpanStart] + first.Text + source[second.Span.End..];
}

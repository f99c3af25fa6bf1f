using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Gen.Tests.Rules.Operations.Programs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeActions;

namespace Gen.Tests.CodeFixes;

/// <summary>The generator, analyzers, fixes and refactorings on half-typed and nonsensical code: nothing throws, and what parsed before
/// parses after.</summary>
public sealed class FixFuzzTests(ITestOutputHelper output)
{
    internal static readonly string[] Sources =
    [
        .. Analyzers.ModuleSources.All,
        .. HandWrittenSource.All.Select(s => s.Source.Replace("$$", "", StringComparison.Ordinal)),
        .. ManyClasses.Sources(6),
        .. Enumerable.Range(0, 40).Select(Analyzers.SelfReferences.Of),
        .. Enumerable.Range(0, 100).Select(number => ProgramCompiler.Of(number, Rules.Operations.Programs.ProgramForm.Plain).Text),
    ];

    private static readonly string[][] Tokens = [
        .. Sources.Select(s => CSharpSyntaxTree.ParseText(s).GetRoot().DescendantTokens().Select(t => t.Text).Where(t => t.Length > 0)
            .ToArray())];

    [Fact]
    public void Whatever_is_typed_fixes_and_refactorings_do_not_throw() => Fuzz(60);

    [Fact]
    [Trait("Category", "Long")]
    public void Whatever_is_typed_fixes_and_refactorings_do_not_throw_in_50_000_variants() => Fuzz(50_000);

    private void Fuzz(int variants)
    {
        // What is compiled on the way is not timed.
        Enumerable.Range(0, 10).ToList().ForEach(number => Try(new Random(-number)));
        var (times, early, done) = (new ConcurrentBag<(TimeSpan Time, int Number)>(), 0L, 0);
        Parallel.For(0, variants, new ParallelOptions { MaxDegreeOfParallelism = 2 }, number =>
        {
            // By its number alone, so that what fails fails again.
            times.Add((Timed(() => Try(new Random(number))), number));
            if (Interlocked.Increment(ref done) == variants / 10)
            {
                early = GC.GetTotalMemory(forceFullCollection: true);
            }
        });
        var late = GC.GetTotalMemory(forceFullCollection: true);

        // The machine may have done something else meanwhile: the longest are timed again, alone.
        var longest = times.OrderDescending().Take(10).Select(t => (Time: Timed(() => Try(new Random(t.Number))), t.Number)).Max();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{variants} variants of {Sources.Length} sources, each generated, analysed, fixed and refactored: the longest took "
            + $"{times.Max().Time.TotalMilliseconds:F0} ms, and number {longest.Number} {longest.Time.TotalMilliseconds:F0} ms alone; "
            + $"the median {times.Order().ElementAt(variants / 2).Time.TotalMilliseconds:F0} ms; {early >> 20} MiB in use after a tenth "
            + $"of them, {late >> 20} MiB after all"));
        Assert.True(late < early + (256 << 20), $"{early} and {late} bytes");
    }

    private static TimeSpan Timed(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed;
    }

    private static void Try(Random random)
    {
        var source = Sources[random.Next(Sources.Length)];
        for (var edits = random.Next(4); edits > 0; edits--)
        {
            source = Edit(source, random.Next(10_000), random.Next(3), random.Next(1_000_000));
        }

        var project = FixHarness.Project(source);
        var compilation = project.GetCompilationAsync().GetAwaiter().GetResult()!;
        Assert.Empty(Compilations.Driver().RunGenerators(compilation).GetRunResult().Diagnostics);
        var diagnostics = Compilations.Diagnose(compilation);
        Assert.DoesNotContain(diagnostics, d => d.Id == "AD0001");
        var parses = Parses(source);
        foreach (var diagnostic in diagnostics.Where(d => d.Location.SourceTree?.FilePath == "Source.cs").GroupBy(d => d.Id)
            .Select(g => g.First()))
        {
            foreach (var (_, action) in FixHarness.Offered(project, diagnostic).ToArray())
            {
                AssertParses(project, action, parses, source);
            }
        }

        var heads = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Take(1)
            .Select(c => c.Identifier.SpanStart);
        foreach (var action in new[] { random.Next(source.Length + 1), random.Next(source.Length + 1) }.Concat(heads)
            .SelectMany(position => FixHarness.Refactor(project, position)).ToArray())
        {
            AssertParses(project, action, parses, source);
        }
    }

    private static void AssertParses(Project project, CodeAction action, bool parsed, string source)
    {
        var after = FixHarness.Texts(FixHarness.Apply(action).GetProject(project.Id)!)[0];
        Assert.True(!parsed || Parses(after), $"{action.Title}\n{source}\n----\n{after}");
        Assert.NotEqual(source, after);
    }

    private static bool Parses(string text) => !CSharpSyntaxTree.ParseText(text, Compilations.Parsing).GetDiagnostics()
        .Any(d => d.Severity == DiagnosticSeverity.Error);

    /// <summary>A token deleted, doubled, or replaced by one of another source.</summary>
    private static string Edit(string source, int at, int kind, int other)
    {
        var tokens = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Where(t => t.Span.Length > 0).ToArray();
        if (tokens.Length == 0)
        {
            return source;
        }

        var token = tokens[at % tokens.Length];
        var donor = Tokens[other % Tokens.Length];
        return kind switch
        {
            0 => source.Remove(token.SpanStart, token.Span.Length),
            1 => source.Insert(token.Span.End, " " + token.Text),
            _ => source.Remove(token.SpanStart, token.Span.Length).Insert(token.SpanStart, donor[other / Tokens.Length % donor.Length]),
        };
    }
}

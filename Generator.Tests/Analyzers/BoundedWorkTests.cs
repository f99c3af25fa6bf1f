using System.Globalization;
using Gen.Checks;
using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>How much work a class makes, in steps of its evaluation: never by the clock, so that what fails fails on every
/// machine.</summary>
public sealed class BoundedWorkTests(ITestOutputHelper output)
{
    /// <summary>Bodies of any length, by the number of their parts.</summary>
    public static TheoryData<string, string> Families => new()
    {
        { "statements", "x = fc.call(x) + 1; " },
        { "questions of the size", "if (x.shape[0] > {0}) {{ x = fc.call(x).relu(); }} else {{ x = fc.call(x).tanh(); }} " },
        { "questions of the size, with other shapes", "if (x.shape[0] > {0}) {{ x = cat([x, x], 0); }} x = fc.call(x); " },
        { "questions that throw", "if (x.shape[0] == {0} + 7) {{ throw new ArgumentException(); }} x = fc.call(x); " },
        { "questions of fields", "if (flag{0}) {{ x = fc.call(x).relu(); }} " },
        { "choices", "x = x.shape[0] > {0} ? fc.call(x) : x.relu(); " },
        { "questions of what may be null", "x = x.shape[0] > {0} && x.shape[0] < {0} + 9 || n > {0} ? x.relu() : x; " },
        { "loops", "for (var i = 0; i < n; i++) {{ x = fc.call(x); }} " },
        { "loops with branches",
            "for (var i = 0; i < parts.Count; i++) {{ x = parts[i].call(x); if (i < parts.Count - 1) {{ x = functional.gelu(x); }} if (i "
            + "% 2 == {0} % 2) {{ x = fc.call(x); }} }} " },
        { "loops that differ", "for (var i = 0; i < n; i++) {{ if (i > {0}) {{ x = cat([x, x], 0); }} else {{ x = x.relu(); }} }} " },
        { "loops in loops",
            "for (var i = 0; i < n; i++) {{ for (var j = 0; j < parts.Count; j++) {{ x = parts[j].call(x); if (j < i) {{ x = x.relu(); "
            + "}} }} if (i > {0}) {{ x = x.tanh(); }} }} " },
        { "loops that end early",
            "for (var i = 0; i < n; i++) {{ if (i == {0}) {{ continue; }} x = fc.call(x); if (x.shape[0] > i) {{ break; }} }} " },
        { "while", "while (x.sum().item<float>() > {0}) {{ x = fc.call(x); if (x.max().item<float>() > 1) {{ x = x.relu(); }} }} " },
        { "methods", "x = Step(x, {0}); " },
    };

    public static TheoryData<string, string> Endless => new()
    {
        { "turns of turns", "for (var i = 0; i < 2000; i++) { for (var j = 0; j < 2000; j++) { x = fc.call(x); } } return x;" },
        { "a list that doubles",
            "var all = new List<Tensor> { x, x }; for (var i = 0; i < 60; i++) { all.AddRange(all); } return fc.call(all[0]);" },
        { "loops in loops in loops",
            string.Concat(Enumerable.Range(0, 30).Select(
                i => $"for (var i{i} = 0; i{i} < n; i{i}++) {{ if (i{i} > 2) {{ x = cat([x, x], 0); }} ")) + "x = fc.call(x);"
                + new string('}', 30) + " return x;" },
        { "methods that call methods",
            string.Concat(Enumerable.Range(0, 20).Select(
                i => $"Tensor M{i}(Tensor y) => {(i == 0 ? "fc.call(y)" : $"M{i - 1}(M{i - 1}(y))")}; ")) + "return M19(x);" },
        { "a loop without end", "for (;;) { x = fc.call(x); if (x.shape[0] > 100) { x = x.relu(); } }" },
        { "turns that each ask",
            "for (var i = 0; i < 2000; i++) { if (x.shape[0] > i) { x = fc.call(x); } if (n > i) { x = x.relu(); } } return x;" },
    };

    [Fact]
    public void Every_source_of_the_tests_takes_a_small_part_of_the_budget()
    {
        var all = CodeFixes.FixFuzzTests.Sources.Except(SelfReferenceSources).SelectMany(Steps).OrderByDescending(s => s.Steps).ToArray();
        output.WriteLine(string.Join("\n", all.Take(5)
            .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Type}: {s.Steps} steps"))));
        Assert.True(all.Length > 200);

        // The page of GEN2005 shows a class that takes too many.
        Assert.All(all.Where(s => !s.IsStopped), s => Assert.True(s.Steps < Budget.Most / 5, $"{s.Type}: {s.Steps}"));
        Assert.Single(all, s => s.IsStopped);
    }

    /// <summary>What refers to itself in many ways may take the whole of it.</summary>
    [Fact]
    public void No_source_that_refers_to_itself_takes_more_than_the_budget()
    {
        var all = SelfReferenceSources.SelectMany((s, i) => Steps(s).Select(t => (Source: i, t.Type, t.Steps)))
            .OrderByDescending(s => s.Steps).ToArray();
        output.WriteLine(
            string.Join("\n", all.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Source} {s.Type}: {s.Steps} steps"))));
        Assert.All(all, s => Assert.InRange(s.Steps, 0, (Budget.Most * 2) + 1));
    }

    private static IEnumerable<string> SelfReferenceSources => Enumerable.Range(0, 40).Select(SelfReferences.Of);

    [Theory]
    [MemberData(nameof(Families))]
    public void Work_grows_no_faster_than_the_body(string family, string part)
    {
        var steps = new[] { 8, 16, 32, 64, 128 }.Select(n => (Length: n, Count(Body(part, n)).Steps)).ToArray();
        output.WriteLine(
            $"{family}: {string.Join(", ", steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Length}: {s.Steps}")))}");
        Assert.All(steps, s => Assert.InRange(s.Steps, s.Length, Budget.Most));

        // The ways through a short body are walked one by one, which a long one is not allowed: it takes fewer steps for its length.
        foreach (var ((length, before), (longer, after)) in steps.Zip(steps.Skip(1)))
        {
            Assert.True(after <= Math.Max(before * (longer / length) * 1.25, Budget.Most / 4), $"{length}: {before}, {longer}: {after}");
        }
    }

    [Theory]
    [MemberData(nameof(Endless))]
    public void What_cannot_be_followed_is_left_and_that_is_said_once_or_proved(string name, string body)
    {
        Assert.NotEmpty(name);
        var (steps, isStopped) = Count(body);
        Assert.InRange(steps, 1, (Budget.Most * 2) + 1);
        var found = Compilations.Diagnose(Compilations.Of(Net(body))).Select(d => d.Id)
            .Where(id => id is not ("GEN5003" or "GEN5008")).ToArray();
        Assert.Equal(isStopped, found.Contains("GEN2005"));
        Assert.Equal(found.Distinct(), found);
        Assert.True(!isStopped || found.Length == 1, string.Join(" ", found));
        Compilations.Generate(Net(body));
    }

    /// <summary>The evaluations of the classes in a source.</summary>
    internal static IEnumerable<(string Type, int Steps, bool IsStopped)> Steps(string source)
    {
        var compilation = Compilations.Of(source);
        foreach (var type in compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>()
            .Where(t => t.TypeKind == TypeKind.Class && UserDeclarations.FirstAnnotated(t) is not null))
        {
            if (ModuleReader.ReadForMessages(type, compilation, default) is { } module)
            {
                var budget = new Budget();
                var found = ModuleChecker.Check(module, record: null, budget).Findings;
                yield return (type.ToDisplayString(), budget.Steps, found.Any(f => f.Kind == FindingKind.EvaluationStopped));
            }
        }
    }

    private static (int Steps, bool IsStopped) Count(string body) => Steps(Net(body)).Select(s => (s.Steps, s.IsStopped)).Single();

    private static string Body(string part, int parts) =>
        string.Concat(Enumerable.Range(0, parts).Select(i => string.Format(CultureInfo.InvariantCulture, part, i))) + "return x;";

    private static string Net(string body) => $$"""
        [Shape("B 8")]
        public sealed partial class Net(int n)
        {
            [Layer(8, 8)] private readonly Linear fc;
            [Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, n).Select(_ => Linear(8, 8)).ToArray());
            {{string.Join(" ", Enumerable.Range(0, 128).Where(i => body.Contains($"flag{i})", StringComparison.Ordinal))
                .Select(i => $"private bool flag{i} = n > {i};"))}}

            private Tensor Forward(Tensor x) { {{body}} }

            private Tensor Step(Tensor y, int i)
            {
                if (i > y.shape[0])
                {
                    return fc.call(y);
                }

                return y.relu();
            }
        }
        """;
}

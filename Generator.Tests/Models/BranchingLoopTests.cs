using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>
/// Loops whose number of turns only the constructor tells, with branches that each turn takes or not: proved for every number by one turn,
/// and counted as they run.
/// </summary>
[Collection("TorchSharp")]
public sealed class BranchingLoopTests
{
    private const string Members = """
        [Layer] private readonly ModuleList<Linear> blocks = ModuleList(Enumerable.Range(0, n).Select(_ => Linear(w, w)).ToArray());
        [Layer] private readonly Linear mix = Linear(w, w);
        [Layer] private readonly Linear wide = Linear(w, 2 * w);
        [Layer] private readonly Linear narrow = Linear(2 * w, w);
        """;

    /// <summary>What a body does between x of B by w and its result of the same shape.</summary>
    public static TheoryData<string, string> Counted => new()
    {
        { "an activation between layers",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x); if (i < blocks.Count - 1) { x = functional.gelu(x); } } "
            + "return x;" },
        { "all but the last",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x); if (i < blocks.Count - 1) { x = "
            + "mix.call(functional.relu(x)); } } return x;" },
        { "not the last",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x); if (i != blocks.Count - 1) { x = "
            + "mix.call(functional.relu(x)); } } return x;" },
        { "the first only",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (i == 0) { x = mix.call(x).relu(); } } return x;" },
        { "all but the first",
            "for (var i = 0; i < blocks.Count; i++) { if (i > 0) { x = mix.call(functional.relu(x)); } x = blocks[i].call(x.relu()); } "
            + "return x;" },
        { "neither the first nor the last",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (i > 0 && i < blocks.Count - 1) { x = "
            + "mix.call(x).relu(); } } return x;" },
        { "the first or the last",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (!(i > 0 && i < blocks.Count - 1)) { x = "
            + "mix.call(x).relu(); } } return x;" },
        { "every other",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (i % 2 == 0) { x = mix.call(x).relu(); } } "
            + "return x;" },
        { "not every third",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (i % 3 != 1) { x = mix.call(x).relu(); } } "
            + "return x;" },
        { "two ways",
            "for (var i = 0; i < blocks.Count; i++) { if (i >= 2) { x = blocks[i].call(x).relu(); } else { x = "
            + "narrow.call(wide.call(x).relu()).relu(); } } return x;" },
        { "residual from the second on",
            "for (var i = 0; i < blocks.Count; i++) { var h = blocks[i].call(x).relu(); if (i > 0) { h = h + x; } x = h; } return x;" },
        { "a skip that is kept",
            "var skip = x; for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (i % 2 == 1) { x = x + skip; skip = "
            + "x; } } return x;" },
        { "a choice of values",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x); x = i == blocks.Count - 1 ? x : mix.call(x.relu()).relu(); "
            + "} return x;" },
        { "while",
            "var i = 0; while (i < blocks.Count) { x = blocks[i].call(x).relu(); if (i < blocks.Count - 1) { x = mix.call(x).relu(); } "
            + "i++; } return x;" },
        { "while, the index within", "var i = 0; while (i < blocks.Count) { x = blocks[i++].call(x).relu(); } return x;" },
        { "downwards",
            "for (var i = blocks.Count - 1; i >= 0; i--) { x = blocks[i].call(x).relu(); if (i > 0) { x = mix.call(x).relu(); } } "
            + "return x;" },
        { "by twos",
            "for (var i = 0; i < blocks.Count; i += 2) { x = blocks[i].call(x).relu(); if (i + 1 < blocks.Count) { x = blocks[i + "
            + "1].call(x).relu(); } } return x;" },
        { "foreach with an index",
            "var i = 0; foreach (var block in blocks) { x = block.call(x).relu(); if (i < blocks.Count - 1) { x = mix.call(x).relu(); } "
            + "i++; } return x;" },
        { "foreach over items with their index",
            "foreach (var (block, i) in blocks.Select((b, i) => (b, i))) { x = block.call(x).relu(); if (i < blocks.Count - 1) { x = "
            + "mix.call(x).relu(); } } return x;" },
        { "loops in loops",
            "for (var i = 0; i < n; i++) { for (var j = 0; j < n; j++) { x = blocks[j].call(x).relu(); if (j < i) { x = "
            + "mix.call(x).relu(); } } if (i < n - 1) { x = mix.call(x).relu(); } } return x;" },
        { "a turn that throws",
            "for (var i = 0; i < blocks.Count; i++) { if (i > 100) { throw new InvalidOperationException(); } x = "
            + "blocks[i].call(x).relu(); } return x;" },
        { "a flag of the constructor",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (twice) { x = mix.call(x).relu(); } } return x;" },
    };

    /// <summary>The same, but how often which way is taken is not counted.</summary>
    public static TheoryData<string, string> Proved => new()
    {
        { "a boolean that changes",
            "var odd = false; for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (odd) { x = mix.call(x).relu(); "
            + "} odd = !odd; } return x;" },
        { "continue", "for (var i = 0; i < blocks.Count; i++) { if (i == 2) { continue; } x = blocks[i].call(x).relu(); } return x;" },
        { "break", "for (var i = 0; i < blocks.Count; i++) { if (i > 2) { break; } x = blocks[i].call(x).relu(); } return x;" },
        { "a break deep in a switch, which is not the loop's",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); switch (i % 2) { case 0: if (i == 2) { break; } x = "
            + "mix.call(x).relu(); break; default: break; } } return x;" },
        { "return", "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (i == 3) { return x; } } return x;" },
        { "training",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (training) { x = mix.call(x).relu(); } } "
            + "return x;" },
        { "what the numbers say",
            "for (var i = 0; i < blocks.Count; i++) { x = blocks[i].call(x).relu(); if (x.sum().item<float>() > 1) { x = "
            + "mix.call(x).relu(); } } return x;" },
        { "many questions",
            "x = mix.call(x); " + string.Concat(Enumerable.Range(2, 12).Select(i => $"if (x.shape[0] > {i}) {{ x = x.relu(); }} "))
                + "return x;" },
        { "a method that returns early",
            "for (var i = 0; i < blocks.Count; i++) { x = Step(x, i); } return x; Tensor Step(Tensor y, int i) { if (i == 0) { return "
            + "mix.call(y).relu(); } return blocks[i].call(y).relu(); }" },
    };

    [Theory]
    [MemberData(nameof(Counted))]
    public void A_branch_in_a_loop_is_proved_and_counted(string form, string body)
    {
        Silent(form, Source(body));
        var type = Compilations.Load(Source(body)).GetType("Net")!;
        var count = type.GetMethod("MultiplyAdds")!;
        using var scope = NewDisposeScope();
        foreach (var (n, twice) in new[] { (1, false), (2, true), (3, false), (6, true) })
        {
            using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, 4, n, twice)!;
            var ran = 0L;
            foreach (var layer in net.modules().OfType<TorchSharp.Modules.Linear>())
            {
                layer.register_forward_hook((_, input, output) =>
                {
                    ran += layer.weight!.numel() * input.shape[0];
                    return output;
                });
            }

            Assert.Equal([5, 4], net.call(randn(5, 4)).shape);
            Assert.Equal(ran,
                count.Invoke(null,
                    [.. count.GetParameters().Select(p => p.Name switch { "B" => 5L, "w" => 4, "n" => n, _ => (object)twice })
                        .Select((v, i) => v is bool ? v : Convert.ChangeType(v, count.GetParameters()[i].ParameterType, null))]));
        }
    }

    [Theory]
    [MemberData(nameof(Proved))]
    public void A_branch_in_a_loop_is_proved(string form, string body)
    {
        Silent(form, Source(body));
        var type = Compilations.Load(Source(body)).GetType("Net")!;
        using var scope = NewDisposeScope();
        foreach (var n in new[] { 1, 2, 5 })
        {
            using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, 4, n, false)!;
            Assert.Equal([5, 4], net.call(randn(5, 4)).shape);
        }
    }

    [Fact]
    public void A_tower_with_activations_between_its_layers_has_its_parameters_counted()
    {
        const string Tower = """
            [Shape("*B width -> *B width", Where = "depth >= 1")]
            public sealed partial class Tower(int width, int depth)
            {
                [Layer] private readonly ModuleList<Linear> stack =
                    ModuleList(Enumerable.Range(0, depth).Select(_ => Linear(width, width)).ToArray());

                private Tensor Forward(Tensor x)
                {
                    for (var at = 0; at < stack.Count; at++)
                    {
                        x = stack[at].call(x);
                        if (at < stack.Count - 1)
                        {
                            x = functional.gelu(x);
                        }
                    }

                    return x;
                }
            }
            """;
        Silent("tower", Tower);
        var type = Compilations.Load(Tower).GetType("Tower")!;
        using var scope = NewDisposeScope();
        using var tower = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, 8, 3)!;
        Assert.Equal(216L, type.GetMethod("CountParameters")!.Invoke(null, [8, 3]));
        Assert.Equal(216, tower.parameters().Sum(p => p.numel()));
        Assert.Equal([5, 8], tower.call(randn(5, 8)).shape);
    }

    /// <summary>What one turn does and another does not is no mistake: these run.</summary>
    [Theory]
    [InlineData("x = wide.call(x); for (var i = 0; i < n; i++) { if (i == 0) { x = narrow.call(x); } x = blocks[i].call(x); } return x;")]
    [InlineData("for (var i = 0; i < n; i++) { x = blocks[i].call(x); if (i == n - 1) { x = wide.call(x); } } return narrow.call(x);")]
    [InlineData("for (var i = 0; i < n; i++) { x = (i % 2 == 0 ? wide : narrow).call(x); } return n % 2 == 0 ? x : narrow.call(x);")]
    [InlineData("for (var i = 0; i < n; i++) { if (i > 0 && blocks[i - 1].weight is not null) { x = blocks[i - 1].call(x); } } return x;")]
    [InlineData("for (var i = 0; i < n; i++) { if (i == n) { x = x.view(7, 7, 7); } } return x;")]
    [InlineData("for (var i = 0; i < n; i++) { if (i == 1000) { x = wide.call(x); } } return x;")]
    [InlineData("Tensor? kept = null; for (var i = 0; i < n; i++) { x = blocks[i].call(x); if (kept is not null) { x = x + kept; } kept "
        + "= x; } return x;")]
    [InlineData("for (var i = 0; i < n; i++) { if (i > 0) { x = x.view(x.shape[0], 2, -1).flatten(1); } } return x;")]
    public void What_some_turns_do_and_others_do_not_is_no_mistake(string body)
    {
        var found = Compilations.Diagnose(Compilations.Of(Source(body)))
            .Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, string.Join("\n", found));
        var type = Compilations.Load(Source(body)).GetType("Net")!;
        using var scope = NewDisposeScope();
        foreach (var n in new[] { 1, 2, 5 })
        {
            using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, 4, n, false)!;
            Assert.Equal([5, 4], net.call(randn(5, 4)).shape);
        }
    }

    /// <summary>A layer that fits in no turn is a mistake on either side of a branch, and so is what all turns leave.</summary>
    [Theory]
    [InlineData("for (var i = 0; i < n; i++) { if (i < n - 1) { x = {|GEN1001:narrow.call(x)|}; } x = blocks[i].call(x); } return x;")]
    [InlineData("for (var i = 0; i < n; i++) { x = blocks[i].call(x); if (i % 2 == 0) { x = x.relu(); } } return "
        + "{|GEN1001:narrow.call(x)|};")]
    public void A_layer_that_fits_in_no_turn_is_a_mistake(string body) =>
        Analyzers.Markup.Verify(Source(body), static d => d.Id == "GEN1001");

    private static void Silent(string form, string source)
    {
        // Advice and costs are another matter.
        var found = Compilations.Diagnose(Compilations.Of(source)).Where(d => d.Id.CompareTo("GEN5") < 0 && d.Id != "GEN2004")
            .Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, $"{form}: {string.Join("\n", found)}");
    }

    private static string Source(string body) => $$"""
        [Shape("B w -> B w", Where = "n >= 1")]
        public sealed partial class Net(int w, int n, bool twice)
        {
            public bool Twice => twice;
            {{Members}}

            private Tensor Forward(Tensor x) { {{body}} }
        }
        """;
}

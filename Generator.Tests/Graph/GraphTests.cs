using Gen.Checks;
using Gen.Evaluation;
using Gen.Graph;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Gen.Tests.Analyzers;
using Gen.Tests.Models;
using Gen.Tests.Rules.Operations.Programs;
using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Graph;

/// <summary>The graph of a module is complete: run from the graph alone, it gives what the module gives, bit for bit, with the same
/// gradients.</summary>
[Collection("TorchSharp")]
public sealed class GraphTests(ITestOutputHelper output)
{
    public static TheoryData<Type, object[], string, long[][]> Models => ModelRunTests.Models;

    /// <summary>Models that make float32 tensors of their own, and so fail in float64.</summary>
    private static readonly Type[] OnlySingle = [typeof(TimeEmbedding)];

    [Theory]
    [MemberData(nameof(Models))]
    public void The_graph_of_a_model_computes_what_the_model_computes(Type type, object[] arguments, string inputs, long[][] results)
    {
        Assert.NotEmpty(results);
        var model = Read(type);
        var graph = Typed(model);
        Assert.NotNull(graph);
        Assert.Equal([], Opaque(graph.Body));
        var constructor = model.Constructor.Parameters.Zip(arguments, (p, a) => KeyValuePair.Create(p.Name, (object?)a))
            .ToDictionary(StringComparer.Ordinal);
        using var module = (nn.Module)Activator.CreateInstance(type, arguments)!;
        var judge = new TypeJudge(Bound(model, module, constructor, [.. Inputs(inputs, isDouble: false).OfType<Tensor>()]));
        foreach (var (isTraining, isDouble) in new[] { (false, false), (true, false), (true, true) })
        {
            if (isDouble)
            {
                module.to(float64);
            }

            Assert.Equal((!isDouble || !OnlySingle.Contains(type), null),
                GraphJudge.Compare(graph, module, constructor, () => Inputs(inputs, isDouble), isTraining, judge));
        }

        output.WriteLine(judge.Compared.ToString());
        Assert.True(judge.Compared.Shapes > 0, judge.Compared.ToString());
    }

    [Fact]
    public void The_graph_of_a_random_program_computes_what_it_computes() => Check(0, 60, ProgramForm.Plain);

    [Fact]
    public void The_graph_of_a_program_of_drawn_types_computes_what_it_computes() => Check(0, 60, ProgramForm.Typed);

    [Fact]
    [Trait("Category", "Long")]
    public void The_graphs_of_3_000_random_programs_compute_what_they_compute() => Check(20_000, 23_000, ProgramForm.Plain);

    [Fact]
    [Trait("Category", "Long")]
    public void The_graphs_of_5_000_programs_of_drawn_types_compute_what_they_compute() => Check(20_000, 25_000, ProgramForm.Typed);

    private void Check(int from, int to, ProgramForm form)
    {
        var outcomes = GraphPrograms.Try(from, to, form);
        var reasons = outcomes.SelectMany(o => o.Opaque).CountBy(r => r).OrderByDescending(r => r.Value);
        var text = $"{outcomes.Count} programs, {outcomes.Sum(o => o.Runs)} runs compared, with "
            + $"{outcomes.Select(o => o.Types).Aggregate((a, b) => a + b)}; {outcomes.Count(o => o.Opaque.Length > 0)} have opaque nodes: "
            + $"{string.Join("; ", reasons.Select(r => $"{r.Value} x {r.Key}"))}";
        output.WriteLine(text);
        Console.WriteLine(text);
        Assert.Equal([], outcomes.Where(o => o.Difference is not null).Select(o => $"{o.Number}: {o.Difference}"));
        Assert.True(outcomes.All(o => o.Opaque.Length == 0), text);
        Assert.True(outcomes.Count(o => o.Runs > 0) > (to - from) * (form == ProgramForm.Typed ? 6 : 9) / 10, text);
    }

    [Fact]
    public void A_graph_with_another_operator_is_found_out()
    {
        var type = typeof(SqueezeExcite);
        var model = Read(type);
        var graph = GraphBuilder.Of(model)!;
        var at = graph.Body.Nodes.OfType<GraphNode.Scope>().Single();
        var nodes = at.Body.Nodes.Select(n => n is GraphNode.Apply { Operator: { Kind: OperatorKind.CSharp, Name: "*" } times } apply
            ? apply with { Operator = times with { Name = "+" } } : n).ToArray();
        Assert.NotEqual(at.Body.Nodes, nodes);
        var changed = graph with { Body = new([at with { Body = new(nodes) }, .. graph.Body.Nodes.Skip(1)]) };
        using var module = new SqueezeExcite(32L, 16L);
        Assert.Equal((true, "result 0: other numbers"),
            GraphJudge.Compare(changed, module, new Dictionary<string, object?>(), () => [randn(2, 32, 5, 6)], isTraining: false));
    }

    /// <summary>The graph of a module, with what is known of its values.</summary>
    internal static ModuleGraph? Typed(ModuleModel model)
    {
        var record = new ShapeRecord();
        ModuleChecker.Check(model, record, budget: null);
        return GraphBuilder.Of(model, record);
    }

    /// <summary>The sizes of names: the constructor's, and those of the inputs.</summary>
    internal static Func<string, long?> Bound(ModuleModel model, nn.Module module, IReadOnlyDictionary<string, object?> constructor,
        IReadOnlyList<Tensor> inputs)
    {
        var sizes = (Declaration.Read(model, []).Signature?.Inputs ?? []).Zip(inputs)
            .SelectMany(i => i.First.Dims.Zip(i.Second.shape.TakeLast(i.First.Dims.Count)))
            .Where(d => d.First.AsName is not null).GroupBy(d => d.First.AsName!, StringComparer.Ordinal)
            .ToDictionary(d => d.Key, d => d.First().Second, StringComparer.Ordinal);
        return name => GraphInterpreter.SizeOf(module, constructor, name) ?? (sizes.TryGetValue(name, out var size) ? size : null);
    }

    /// <summary>What a graph says of its values is compared with what they are.</summary>
    [Theory]
    [InlineData("2 3", "the graph says [2, 3]")]
    [InlineData("own", "the graph says Own")]
    [InlineData("shared", "the graph says Shared")]
    [InlineData("integer", "the graph says int")]
    public void A_value_of_another_type_is_found_out(string type, string difference)
    {
        var graph = Typed(Read(typeof(SqueezeExcite)))!;
        var body = graph.Body.Nodes.OfType<GraphNode.Scope>().Single().Body.Nodes.OfType<GraphNode.Apply>();
        var value = body.First(n => n.Operator.Name == (type == "own" ? "view" : "*")).Output;
        var known = Assert.IsType<GraphType.Tensor>(value.Type);
        value.Type = type switch
        {
            "2 3" => known with { Shape = Shape.Of(2, 3) },
            "own" => known with { Stored = Stored.Own },
            "shared" => known with { Stored = new(Gen.Graph.Storage.Shared, new(graph.Inputs[0])) },
            _ => known with { Element = ElementType.Integer },
        };
        using var module = new SqueezeExcite(32L, 16L);
        var found = GraphJudge.Compare(graph, module, new Dictionary<string, object?>(), () => [randn(2, 32, 5, 6)], isTraining: false,
            new TypeJudge(_ => null)).Difference;
        Assert.EndsWith(difference, found!.TrimEnd("0123456789 ".ToCharArray()), StringComparison.Ordinal);
    }

    private static ModuleModel Read(Type type)
    {
        var source = ModuleSources.All.First(s => s.Contains($" class {type.Name}", StringComparison.Ordinal));
        var compilation = Compilations.Of(source);
        return ModuleReader.Read((INamedTypeSymbol)compilation.GetSymbolsWithName(type.Name, SymbolFilter.Type).Single(), compilation,
            default)!;
    }

    private static object?[] Inputs(string text, bool isDouble) => [.. text.Split(", ").Select(part =>
    {
        var sizes = part.Split(' ').Where(p => long.TryParse(p, out _)).Select(long.Parse).ToArray();
        return (object?)(part[0] switch
        {
            'i' => randint(50, sizes),
            'z' => zeros(sizes, dtype: int64),
            _ => randn(sizes, dtype: isDouble ? float64 : float32),
        });
    })];

    /// <summary>What is not understood, wherever it stands.</summary>
    internal static IEnumerable<string> Opaque(GraphBlock block) => block.Nodes.SelectMany(n => n switch
    {
        GraphNode.Opaque opaque => [opaque.Reason],
        GraphNode.Branch branch => Opaque(branch.Then).Concat(Opaque(branch.Otherwise)),
        GraphNode.Loop loop => Opaque(loop.Body),
        GraphNode.Scope scope => Opaque(scope.Body),
        GraphNode.Apply apply => apply.Operands.Select(o => o.Operand).OfType<Operand.Function>().SelectMany(f => Opaque(f.Body)),
        _ => [],
    });
}

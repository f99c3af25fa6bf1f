using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Benchmarks;

/// <summary>What the state of a module costs: each against the same module written by hand, in the same run.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class StateBenchmarks
{
    private const int Depth = 16;

    private readonly Linear[] layers = [.. Enumerable.Range(0, 8).Select(_ => Linear(8, 8))];
    private readonly Nest generated = new(Depth);
    private readonly PlainNest byHand = new(Depth);
    private readonly Sequential sequentials = NestedSequentials(Depth);
    private readonly GeneratedInSequentials generatedInSequentials = new(NestedSequentials(Depth));
    private readonly Mlp mlp = new();
    private readonly PlainMlp plainMlp = new();
    private Tensor x = null!;
    private Tensor y = null!;
    private optim.Optimizer optimizer = null!;
    private optim.Optimizer plainOptimizer = null!;

    [GlobalSetup]
    public void Setup()
    {
        x = randn(64, 64);
        y = randint(0, 10, [64], dtype: ScalarType.Int64);
        optimizer = optim.SGD(mlp.parameters(), 1e-3);
        plainOptimizer = optim.SGD(plainMlp.parameters(), 1e-3);
    }

    [BenchmarkCategory("construct"), Benchmark(Baseline = true)]
    public void ConstructByHand() => new PlainMlp().Dispose();

    [BenchmarkCategory("construct"), Benchmark]
    public void ConstructGenerated() => new Mlp().Dispose();

    /// <summary>The layers are there already.</summary>
    [BenchmarkCategory("register"), Benchmark(Baseline = true)]
    public object RegisterByHand() => new PlainRegistered(layers);

    [BenchmarkCategory("register"), Benchmark]
    public object RegisterGenerated()
    {
        var module = new Registered(layers);
        return module.has_parameter("");
    }

    [BenchmarkCategory("state_dict, depth 16"), Benchmark(Baseline = true)]
    public int StateByHand() => byHand.state_dict().Count;

    [BenchmarkCategory("state_dict, depth 16"), Benchmark]
    public int StateGenerated() => generated.state_dict().Count;

    [BenchmarkCategory("parameters, depth 16"), Benchmark(Baseline = true)]
    public int ParametersByHand() => byHand.parameters().Count();

    [BenchmarkCategory("parameters, depth 16"), Benchmark]
    public int ParametersGenerated() => generated.parameters().Count();

    [BenchmarkCategory("train and eval, depth 16"), Benchmark(Baseline = true)]
    public void TrainByHand()
    {
        byHand.train();
        byHand.eval();
    }

    [BenchmarkCategory("train and eval, depth 16"), Benchmark]
    public void TrainGenerated()
    {
        generated.train();
        generated.eval();
    }

    [BenchmarkCategory("train and eval, 16 Sequentials"), Benchmark(Baseline = true)]
    public void TrainSequentials()
    {
        sequentials.train();
        sequentials.train(false);
    }

    [BenchmarkCategory("train and eval, 16 Sequentials"), Benchmark]
    public void TrainSequentialsInGenerated()
    {
        generatedInSequentials.train();
        generatedInSequentials.eval();
    }

    [BenchmarkCategory("training step"), Benchmark(Baseline = true)]
    public void StepByHand() => Step(plainMlp, plainOptimizer);

    [BenchmarkCategory("training step"), Benchmark]
    public void StepGenerated() => Step(mlp, optimizer);

    private static Sequential NestedSequentials(int depth) => Sequential(depth > 1 ? NestedSequentials(depth - 1) : Linear(8, 8));

    private void Step(Module<Tensor, Tensor> model, optim.Optimizer with)
    {
        using var scope = NewDisposeScope();
        with.zero_grad();
        functional.cross_entropy(model.call(x), y).backward();
        with.step();
    }
}

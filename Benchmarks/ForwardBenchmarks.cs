using BenchmarkDotNet.Attributes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Benchmarks;

/// <summary>
/// A call of eight linear layers without gradients, against the forms in which it is written by hand. What Gen's own forms take more than
/// the fastest of these is the price of the guards and of freeing.
/// </summary>
[MemoryDiagnoser]
public class ForwardBenchmarks
{
    private readonly DisposedAtLastUse disposed = new();
    private readonly LeftToCollector left = new();
    private readonly FreedByScope scoped = new();
    private readonly InSequential sequential = new();
    private readonly DeepMlp chain = new();
    private readonly DeepMlpForward method = new();
    private IDisposable mode = null!;
    private Tensor x = null!;

    [Params(1, 64, 1024)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        mode = inference_mode();
        x = randn(Batch, 256);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        x.Dispose();
        mode.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void DisposedAtLastUse() => disposed.call(x).Dispose();

    [Benchmark]
    public void LeftToCollector() => left.call(x).Dispose();

    [Benchmark]
    public void FreedByScope() => scoped.call(x).Dispose();

    [Benchmark]
    public void Sequential() => sequential.call(x).Dispose();

    [Benchmark]
    public void GeneratedChain() => chain.call(x).Dispose();

    [Benchmark]
    public void GeneratedForward() => method.call(x).Dispose();
}

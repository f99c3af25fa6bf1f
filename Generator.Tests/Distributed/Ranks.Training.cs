using System.Globalization;
using Gen.Distributed;
using Gen.Tests.Runtime.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Distributed;

internal static partial class Ranks
{
    private const int GlobalBatch = 32;

    /// <summary>A model with batch norm, an unused parameter, a frozen one, a layer that is called twice, and weights of half
    /// precision.</summary>
    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear first = nn.Linear(12, 16);
        private readonly TorchSharp.Modules.BatchNorm1d? norm;
        private readonly TorchSharp.Modules.Linear twice = nn.Linear(16, 16);
        private readonly TorchSharp.Modules.Dropout drop;
        private readonly TorchSharp.Modules.Linear last = nn.Linear(16, 3);
        private readonly TorchSharp.Modules.Linear unused = nn.Linear(2, 2);
        private readonly TorchSharp.Modules.Linear frozen = nn.Linear(16, 16);

        public Net(bool withNorm, double dropout = 0)
            : base(nameof(Net))
        {
            norm = withNorm ? nn.BatchNorm1d(16) : null;
            drop = nn.Dropout(dropout);
            frozen.weight.requires_grad = false;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = first.call(input);
            x = norm is null ? x : norm.call(x);
            x = twice.call(twice.call(x).tanh()).tanh() + frozen.call(x.tanh());
            return last.call(drop.call(x));
        }
    }

    /// <summary>A layer that is called with the input, which needs no gradient, and again with its own result; backward comes late to the
    /// first of the calls.</summary>
    private sealed class Again : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear twice = nn.Linear(8, 8);

        public Again()
            : base(nameof(Again)) => RegisterComponents();

        public override Tensor forward(Tensor input) => twice.call(Late.apply(twice.call(input)).tanh());
    }

    private sealed class Late : autograd.SingleTensorFunction<Late>
    {
        public override string Name => nameof(Late);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).alias();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            Thread.Sleep(30);
            return [grad_output.alias()];
        }
    }

    /// <summary>The same numbers in every process.</summary>
    private static (Tensor Inputs, Tensor Targets) Batch(int step)
    {
        using var generator = new Generator((ulong)(1000 + step));
        var inputs = randn(GlobalBatch, 12, generator: generator);
        return (inputs, (inputs.narrow(1, 0, 3) * 2).tanh());
    }

    /// <summary>Trains some steps, and prints a hash of the parameters and buffers, and one weight.</summary>
    /// <param name="ways"><c>views</c>, <c>overlap</c>, <c>null</c> (gradients set to null each step), <c>nosync</c> (two halves a step),
    /// <c>norm</c> (with batch norm), <c>half</c> (bfloat16 layer), <c>buckets</c> (small ones).</param>
    /// <param name="steps">How many.</param>
    private static void Train(string[] ways, int steps)
    {
        using var group = ProcessGroup.Init();
        foreach (var way in ways)
        {
            Train(group, way, steps);
        }
    }

    private static void Train(ProcessGroup group, string way, int steps)
    {
        group.Step = 0;
        manual_seed(7 + group.Rank);
        using nn.Module<Tensor, Tensor> model = way switch
        {
            "kept" => new KeptStack(),
            "again" => new RecomputedStack(),
            "twice" => new Again(),
            _ => new Net(way == "norm"),
        };
        if (way == "half")
        {
            model.to(ScalarType.BFloat16);
        }

        using var parallel = DistributedDataParallel.Attach(model, group, way is "views" or "null" ? 25 << 20 : 300,
            overlap: way is "overlap" or "kept" or "again" or "twice");
        using var optimizer = optim.Adam(model.parameters(), 1e-2);
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var (inputs, targets) = Batch(step);
            if (way is "kept" or "again" or "twice")
            {
                (inputs, targets) = (inputs.narrow(1, 0, 8), inputs.narrow(1, 4, 8).tanh());
            }

            var share = GlobalBatch / group.Size;
            (inputs, targets) = (inputs.narrow(0, group.Rank * share, share), targets.narrow(0, group.Rank * share, share));
            if (way == "null")
            {
                model.zero_grad();
            }
            else
            {
                parallel.ZeroGrad();
            }

            if (way == "nosync")
            {
                using (parallel.NoSync())
                {
                    Backward(inputs.narrow(0, 0, share / 2), targets.narrow(0, 0, share / 2), 0.5);
                    parallel.Synchronize();
                }

                Backward(inputs.narrow(0, share / 2, share / 2), targets.narrow(0, share / 2, share / 2), 0.5);
            }
            else
            {
                Backward(inputs, targets, 1);
            }

            parallel.Synchronize();
            optimizer.step();
        }

        if (way is "kept" or "again" or "twice")
        {
            Print(group, $"{way} {Hash(model)}");
            return;
        }

        var weight = model.state_dict()["last.weight"];
        Print(group, string.Create(CultureInfo.InvariantCulture,
            $"{way} {Hash(model)} {group.Step} steps, {parallel.BucketElements.Count} buckets"));
        Print(group, $"{way} weights {Text(weight[0])}");
        using var unusedGradient = model.get_parameter("unused.weight")!.grad;
        Print(group, $"{way} unused {Text(unusedGradient!)}");

        void Backward(Tensor inputs, Tensor targets, double scale)
        {
            var type = model.parameters().First().dtype;
            var loss = nn.functional.mse_loss(model.call(inputs.to(type)).to(ScalarType.Float32), targets) * scale;
            loss.backward();
        }
    }

    /// <summary>Six steps at once, and three, a checkpoint, and three more in a model that was built anew: the same.</summary>
    private static void Resume(string folder)
    {
        using var group = ProcessGroup.Init();
        var path = Path.Combine(folder, "last.gen");
        var (whole, _) = Steps(null, 0, 6);
        var (_, saved) = Steps(null, 0, 3);
        var (resumed, progress) = Steps(path, 3, 6);
        Print(group, $"{whole} {resumed} {saved} {progress}");

        (string Hash, TrainingProgress? Progress) Steps(string? load, int from, int to)
        {
            manual_seed((load is null ? 1 : 50) + group.Rank);
            using var model = new Net(withNorm: true, dropout: 0.3);
            using var parallel = DistributedDataParallel.Attach(model, group);
            using var optimizer = optim.Adam(model.parameters(), 1e-2);
            if (load is null)
            {
                manual_seed(100 + group.Rank);
            }

            var progress = load is null ? null : DistributedCheckpoint.TryLoad(load, group, model, optimizer);
            for (var step = from; step < to; step++)
            {
                using var scope = NewDisposeScope();
                var (inputs, targets) = Batch(step);
                var share = GlobalBatch / group.Size;
                parallel.ZeroGrad();
                nn.functional.mse_loss(model.call(inputs.narrow(0, group.Rank * share, share)),
                    targets.narrow(0, group.Rank * share, share)).backward();
                parallel.Synchronize();
                optimizer.step();
            }

            if (load is null && to == 3)
            {
                progress = DistributedCheckpoint.TryLoad(path + ".none", group, model, optimizer);
                DistributedCheckpoint.Save(path, group, model, optimizer, new(1, 3));
            }

            return (Hash(model), progress);
        }
    }
}

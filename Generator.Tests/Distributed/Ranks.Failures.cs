using System.Diagnostics;
using Gen.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Distributed;

internal static partial class Ranks
{
    /// <summary>The last rank does something wrong in step 3, while the others go on.</summary>
    private static int Fail(string scenario, string[] arguments)
    {
        using var group = ProcessGroup.Init(new() { Timeout = TimeSpan.FromSeconds(2) });
        var isLast = group.Rank == group.Size - 1;
        using var model = nn.Sequential(("fc", nn.Linear(4, 3)));
        using var parallel = DistributedDataParallel.Attach(model, group);
        var file = arguments.ElementAtOrDefault(0);
        if (scenario == "damaged")
        {
            DistributedCheckpoint.TryLoad(file!, group, model);
        }

        var steps = scenario == "early" && isLast ? 3 : scenario == "endless" ? int.MaxValue : 8;
        for (var step = 0; step < steps; step++)
        {
            if (step == 3)
            {
                if (group.Rank == 0)
                {
                    Print(group, "in step 3");
                }

                if (isLast && scenario is not ("early" or "metric"))
                {
                    Misbehave(scenario, group);
                }
            }

            if (scenario == "endless")
            {
                if (file is not null && group.Rank == 0)
                {
                    // What Ctrl-C interrupts.
                    DistributedCheckpoint.Save(file, new(new Mirror(1)), model, progress: new(0, step));
                }

                Thread.Sleep(1);
            }

            using var scope = NewDisposeScope();
            parallel.ZeroGrad();
            model.call(ones(2, 4)).sum().backward();
            parallel.Synchronize();
        }

        // A rank with fewer batches comes here first.
        Print(group, $"{group.AllReduce(1.0)} ranks");
        return 0;
    }

    /// <summary>The models of the last rank are others; each time all ranks throw, and go on.</summary>
    private static void Models()
    {
        using var group = ProcessGroup.Init();
        var isLast = group.Rank == group.Size - 1;
        Differ("shape", () => nn.Linear(4, isLast ? 5 : 3));
        Differ("name", () => nn.Sequential((isLast ? "other" : "fc", nn.Linear(4, 3))));
        Differ("type", () => nn.Linear(4, 3, dtype: isLast ? ScalarType.Float64 : ScalarType.Float32));
        Differ("frozen", () =>
        {
            var layer = nn.Linear(4, 3);
            layer.bias!.requires_grad = !isLast;
            return layer;
        });
        Differ("more", () => isLast ? nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 3)) : nn.Sequential(nn.Linear(4, 3)));
        Differ("buffer", () => nn.BatchNorm1d(3, track_running_stats: !isLast));

        void Differ(string what, Func<nn.Module> make)
        {
            using var model = make();
            try
            {
                using var parallel = DistributedDataParallel.Attach(model, group);
                Print(group, $"{what}: attached");
            }
            catch (DistributedException e)
            {
                Print(group, $"{what}: {e.Message}");
            }
        }
    }

    private static void Misbehave(string scenario, ProcessGroup group)
    {
        switch (scenario)
        {
            case "throw":
                throw new InvalidOperationException("the data of this rank are bad");
            case "thread":
                var thread = new Thread(() => throw new InvalidOperationException("the data of this rank are bad"));
                thread.Start();
                thread.Join();
                break;
            case "kill":
                Process.GetCurrentProcess().Kill();
                break;
            case "exit":
                Environment.Exit(3);
                break;
            case "leave":
                Environment.Exit(0);
                break;
            case "stall":
                Thread.Sleep(TimeSpan.FromMinutes(2));
                break;
            case "order":
                group.Barrier();
                break;
        }
    }
}

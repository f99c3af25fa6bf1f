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
        using var model = nn.Sequential((scenario == "names" && isLast ? "other" : "fc", nn.Linear(4, scenario == "shapes" && isLast ? 5 : 3)));
        if (scenario == "types" && isLast)
        {
            model.to(ScalarType.Float64);
        }

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
                    DistributedCheckpoint.Save(file, new(new Alone()), model, progress: new(0, step));
                }

                Thread.Sleep(1);
            }

            using var scope = NewDisposeScope();
            parallel.ZeroGrad();
            model.call(ones(2, 4).to(model.get_parameter("fc.weight")!.dtype)).sum().backward();
            parallel.Synchronize();
        }

        // A rank with fewer batches comes here first.
        Print(group, $"{group.AllReduce(1.0)} ranks");
        return 0;
    }

    private static void Misbehave(string scenario, ProcessGroup group)
    {
        switch (scenario)
        {
            case "throw":
                throw new InvalidOperationException("the data of this rank are bad");
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

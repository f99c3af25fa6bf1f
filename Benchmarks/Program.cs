using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Gen.Benchmarks;

if (args is ["peak"])
{
    PeakMemory.Print(Console.Out);
    return;
}

if (args is ["recompute"])
{
    RecomputeSteps.Print(Console.Out);
    return;
}

if (args is ["recompute", var form])
{
    RecomputeSteps.Train(form);
    return;
}

if (args is ["ranks"])
{
    RankSteps.Print(Console.Out);
    return;
}

if (args is ["rank"])
{
    RankSteps.Rank();
    return;
}

if (args is ["turns"])
{
    ForwardTurns.Print(Console.Out);
    return;
}

if (args is ["export"])
{
    ExportTimes.Print(Console.Out);
    return;
}

if (args is ["classes"])
{
    ClassTimes.Print(Console.Out);
    return;
}

if (args is ["editing"])
{
    EditingTimes.Print(Console.Out);
    return;
}

if (args is ["typing"])
{
    TypingTimes.Print(Console.Out);
    return;
}

// In process: a process of its own would be built without the native library made loadable by this project's build.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(
    args,
    DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromHours(1), logOutput: false))));

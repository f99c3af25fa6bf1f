using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>What a step of training really holds at its peak, in a process of its own: the most pages that it had, with an allocator that
/// gives pages of their own to all but small tensors and gives them back (<c>MALLOC_MMAP_THRESHOLD_</c>).</summary>
internal static class TrainingPeaks
{
    /// <summary>A module with its summary, and what makes its input.</summary>
    private static readonly Dictionary<string, Func<(nn.Module<Tensor, Tensor> Module, ModuleSummary Summary, Func<Tensor> Input)>> Cases =
        new(StringComparer.Ordinal)
    {
        ["perceptron"] = static () => new WidePerceptron() is var m ? (m, m.Summary("B=1024"), static () => randn(1024, 512)) : default,
        ["cnn"] = static () => new NormalizedCnn() is var m ? (m, m.Summary("B=64"), static () => randn(64, 3, 32, 32)) : default,
        ["mnist"] = static () => new Mnist.MnistClassifier() is var m ? (m, m.Summary("B=4096"), static () => randn(4096, 1, 28, 28))
            : default,
        ["resnet"] = static () => new Models.ResNet18() is var m ? (m, m.Summary("B=4"), static () => randn(4, 3, 224, 224)) : default,
        ["gpt"] = static () => new KeptGpt() is var m ? (m, m.Summary("B=32, T=128"), static () => randint(96, [32, 128])) : default,
        ["repeated blocks"] = static () => new RepeatedBlocks() is var m ? (m, m.Summary("B=64, T=128"),
            static () => randn(64, 128, 128)) : default,
        ["pairs of blocks"] = static () => new PairsOfBlocks() is var m ? (m, m.Summary("B=64, T=128"),
            static () => randn(64, 128, 128)) : default,
        ["repeated lists"] = static () => new RepeatedLists() is var m ? (m, m.Summary("B=4096"), static () => randn(4096, 256)) : default,
        ["repeated whole"] = static () => new RepeatedWhole() is var m ? (m, m.Summary("B=4096"), static () => randn(4096, 256)) : default,
        ["smooth activations"] = static () => new SmoothActivations() is var m ? (m, m.Summary("B=4096"), static () => randn(4096, 64))
            : default,
        ["broken activations"] = static () => new BrokenActivations() is var m ? (m, m.Summary("B=4096"), static () => randn(4096, 64))
            : default,
        ["distributions"] = static () => new Distributions() is var m ? (m, m.Summary("B=4096"), static () => randn(4096, 64)) : default,
        ["normalizing"] = static () => new Normalizing() is var m ? (m, m.Summary("B=128"), static () => randn(128, 16, 32, 32)) : default,
        ["windowed"] = static () => new Windowed() is var m ? (m, m.Summary("B=128"), static () => randn(128, 16, 32, 32)) : default,
        ["classifier with loss"] = static () => new ClassifierWithLoss() is var m ? (m, m.Summary("B=2048"),
            static () => randn(2048, 512)) : default,
        ["language model with loss"] = static () => new LanguageModelWithLoss() is var m ? (m, m.Summary("B=32, T=256"),
            static () => randn(32, 256, 128)) : default,
        ["autoencoder"] = static () => new Autoencoder() is var m ? (m, m.Summary("B=8192"), static () => randn(8192, 1024)) : default,
        ["several losses"] = static () => new SeveralLosses() is var m ? (m, m.Summary("B=8192"), static () => randn(8192, 1024))
            : default,
        ["attention by hand"] = static () => new AttentionByHand(5.6) is var m ? (m, m.Summary("B=16, T=256"),
            static () => randn(16, 256, 256)) : default,
        ["attention of one sample"] = static () => new AttentionByHand(5.6) is var m ? (m, m.Summary("B=1, T=1024"),
            static () => randn(1, 1024, 256)) : default,
        ["masked attention"] = static () => new MaskedAttention() is var m ? (m, m.Summary("B=64, T=256"),
            static () => randn(64, 256, 256)) : default,
        ["parts and rows"] = static () => new PartsAndRows() is var m ? (m, m.Summary("B=64, T=128"), static () => randn(64, 128, 128))
            : default,
        ["quotients"] = static () => new Quotients() is var m ? (m, m.Summary("B=4096"), static () => randn(4096, 256)) : default,
        ["fine-tuned"] = static () => new FineTuned().Freeze() is var m ? (m, m.Summary("B=4096"), static () => randn(4096, 512))
            : default,
        ["shared layer"] = static () => new SharedLayer() is var m ? (m, m.Summary("B=1024"), static () => randn(1024, 1024)) : default,
        ["partly reached"] = static () => new PartlyReached() is var m ? (m, m.Summary("B=1024"), static () => randn(1024, 1024)) : default,
        ["work in place"] = static () => new InPlaceWork() is var m ? (m, m.Summary("B=1024"), static () => randn(1024, 1024)) : default,
        ["operations"] = static () => new Operations() is var m ? (m, m.Summary("B=32, T=128"), static () => randn(32, 128, 128)) : default,
    };

    /// <summary>Modules of a few functions each.</summary>
    private static readonly Type[] Functions =
    [
        typeof(RectifyingFunctions), typeof(SmoothFunctions), typeof(ExponentialUnits), typeof(LogarithmicFunctions),
        typeof(ExponentialFunctions), typeof(AngleFunctions), typeof(ErrorFunctions), typeof(Bounds),
        typeof(Differences), typeof(Extremes), typeof(Moved), typeof(Normed),
        typeof(Gated), typeof(FunctionsOfWeights), typeof(AddedRows), typeof(InMethods),
    ];

    private static readonly Type[] FunctionsOfImages =
    [
        typeof(PooledByFunctions), typeof(ResizedByFunctions), typeof(Folded), typeof(Shuffled), typeof(Upsampled),
    ];

    public static TheoryData<string> Names => [.. Cases.Keys, .. Functions.Concat(FunctionsOfImages).Select(static t => t.Name)];

    /// <summary>Prints what was measured, what was predicted, and where.</summary>
    public static int Run(string name)
    {
        set_num_threads(1);
        manual_seed(1);
        var (module, summary, make) = Cases.TryGetValue(name, out var known) ? known()
            : FunctionsOfImages.FirstOrDefault(t => t.Name == name) is { } ofImages
                ? Of(ofImages, "B=256", static () => randn(256, 8, 32, 32))
            : Of(Functions.First(t => t.Name == name), "B=16384", static () => randn(16384, 64));
        Warm();
        Print(new(module, summary, x => module.call(x), make));
        return 0;
    }

    private static (nn.Module<Tensor, Tensor> Module, ModuleSummary Summary, Func<Tensor> Input) Of(Type type, string at,
        Func<Tensor> input)
    {
        var module = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        return (module, (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, [at])!, input);
    }

    /// <summary>The same of a random construction of a kind.</summary>
    public static int Run(string kind, int number)
    {
        set_num_threads(1);
        manual_seed(number);
        Warm();
        Print(TrainingConstructions.Make(kind, new Random((number * 7919) + 13)));
        return 0;
    }

    /// <summary>Of what has been computed again, the last is held.</summary>
    private static void Warm()
    {
        using var last = new RepeatedLeast();
        using var small = randn(1, 1);
        Step(x => last.call(x), small);
    }

    private static void Print(Construction of)
    {
        var (module, summary, call, make) = of;

        // What libraries make once and keep, such as room for products of matrices, is no part of it.
        using (var first = make())
        {
            Step(call, first);
            Step(call, first);
        }

        module.zero_grad();
        var before = Allocated();
        using var input = make();
        Step(call, input);
        foreach (var parameter in module.parameters())
        {
            using var scope = NewDisposeScope();
            parameter.grad?.zero_();
        }

        var held = Allocated() - before;
        var start = Pages("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5");
        Step(call, input);
        var (most, where) = (Pages("VmHWM") - start, summary.PeakTrainingLayer
            ?? summary.ToString().Split("training: ")[1].Split('\n')[0]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{held + of.Beside + most}|{summary.PeakTrainingBytes}|{where}"));
        module.Dispose();
    }

    private static void Step(Func<Tensor, Tensor> call, Tensor input)
    {
        using var scope = NewDisposeScope();
        var result = call(input);
        result.backward([ones_like(result)]);
    }

    private static long Pages(string what) => 1024 * File.ReadLines("/proc/self/status")
        .Where(l => l.StartsWith(what, StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        .First();

    private static long Allocated()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return mallinfo2() is var info ? (long)(info.InUse + info.InMaps) : 0;
    }

    [DllImport("libc.so.6")]
    private static extern Information mallinfo2();

    [StructLayout(LayoutKind.Sequential)]
    private struct Information
    {
        public nuint Arena;
        public nuint FreeChunks;
        public nuint FastChunks;
        public nuint Maps;
        public nuint InMaps;
        public nuint Unused;
        public nuint FreeFast;
        public nuint InUse;
        public nuint Free;
        public nuint Top;
    }
}

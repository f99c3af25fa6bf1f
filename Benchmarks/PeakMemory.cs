using System.Globalization;
using Gen.Tests.Runtime.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Benchmarks;

/// <summary>The most bytes of tensors that live at once during a call, input included: Gen's forms against those written by hand, and what
/// the summary predicts.</summary>
internal static class PeakMemory
{
    public static void Print(TextWriter output)
    {
        using var mode = inference_mode();
        output.WriteLine("| batch | form | peak (KiB) | ratio | predicted (KiB) |");
        output.WriteLine("|---:|---|---:|---:|---:|");
        foreach (var batch in new[] { 1, 64, 1024 })
        {
            using var x = randn(batch, 256);
            (string Form, nn.Module<Tensor, Tensor> Module, long? Predicted)[] forms =
            [
                ("by hand, disposed at last use", new DisposedAtLastUse(), null),
                ("by hand, left to the collector", new LeftToCollector(), null),
                ("by hand, freed by a scope", new FreedByScope(), null),
                ("TorchSharp's Sequential", new InSequential(), null),
                ("Gen, a chain", new DeepMlp(), Predicted(new DeepMlp().Summary(Sizes(batch)))),
                ("Gen, a Forward", new DeepMlpForward(), Predicted(new DeepMlpForward().Summary(Sizes(batch)))),
            ];
            var least = 0L;
            foreach (var (form, module, predicted) in forms)
            {
                var peak = LiveTensors.Measure(() => module.call(x), x).PeakBytes;
                least = least == 0 ? peak : least;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {batch} | {form} | {peak / 1024.0:F1} | {(double)peak / least:F2} | {predicted / 1024.0:F1} |"));
                module.Dispose();
            }
        }
    }

    private static string Sizes(int batch) => string.Create(CultureInfo.InvariantCulture, $"B={batch}");

    private static long? Predicted(ModuleSummary summary) => summary.PeakActivationBytes;
}

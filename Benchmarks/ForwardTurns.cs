using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Benchmarks;

/// <summary>
/// The forms of <see cref="ForwardBenchmarks"/>, by turns in one loop: what changes on the machine while it runs then falls on all of them,
/// and differences of a few per cent can be seen.
/// </summary>
internal static class ForwardTurns
{
    private const int Rounds = 400;
    private const double MillisecondsPerTurn = 4;

    public static void Print(TextWriter output)
    {
        using var mode = inference_mode();
        output.WriteLine("| batch | form | time (us) | ratio, median of the rounds | middle half |");
        output.WriteLine("|---:|---|---:|---:|---:|");
        foreach (var batch in new[] { 1, 64 })
        {
            using var x = randn(batch, 256);
            (string Name, nn.Module<Tensor, Tensor> Module)[] forms =
            [
                ("by hand, disposed at last use", new DisposedAtLastUse()),
                ("by hand, left to the collector", new LeftToCollector()),
                ("by hand, freed by a scope", new FreedByScope()),
                ("TorchSharp's Sequential", new InSequential()),
                ("Gen, a chain", new DeepMlp()),
                ("Gen, a Forward", new DeepMlpForward()),
            ];
            foreach (var form in forms)
            {
                Time(form.Module, x, 1000);
            }

            var calls = Math.Max(1, (int)(MillisecondsPerTurn * 100 / Time(forms[0].Module, x, 100).TotalMilliseconds));
            var times = forms.Select(_ => new double[Rounds]).ToArray();
            for (var round = 0; round < Rounds; round++)
            {
                for (var i = 0; i < forms.Length; i++)
                {
                    var turn = (i + round) % forms.Length;
                    times[turn][round] = Time(forms[turn].Module, x, calls).TotalMicroseconds / calls;
                }
            }

            for (var i = 0; i < forms.Length; i++)
            {
                var ratios = times[i].Zip(times[0], (time, least) => time / least).Order().ToArray();
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {batch} | {forms[i].Name} | {times[i].Order().ElementAt(Rounds / 2):F1} | {ratios[Rounds / 2]:F3} | "
                    + $"{ratios[Rounds / 4]:F3} to {ratios[Rounds * 3 / 4]:F3} |"));
                forms[i].Module.Dispose();
            }
        }
    }

    private static TimeSpan Time(nn.Module<Tensor, Tensor> module, Tensor x, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            module.call(x).Dispose();
        }

        return Stopwatch.GetElapsedTime(start);
    }
}

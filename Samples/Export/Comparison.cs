using Microsoft.ML.OnnxRuntime;

namespace Export;

/// <summary>Runs a model in TorchSharp and its file in ONNX Runtime, one thread each, by turns: whatever else the machine does falls on
/// both.</summary>
internal static class Comparison
{
    private const int MillisecondsPerTurn = 20;

    public static void Print(string name, string path, Module<Tensor, Tensor> model, Tensor input, int rounds, TextWriter output)
    {
        set_num_threads(1);
        model.eval();
        using var mode = inference_mode();
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(path, options);
        using var value = Value(input);
        using var run = new RunOptions();

        using var expected = model.call(input);
        using var results = session.Run(run, session.InputNames, [value], session.OutputNames);
        using var given = tensor(results[0].GetTensorDataAsSpan<float>().ToArray()).reshape(expected.shape);
        using var difference = ((expected - given).abs() / expected.abs().clamp_min(1)).max();

        void Torch() => model.call(input).Dispose();
        void Onnx() => session.Run(run, session.InputNames, [value], session.OutputNames).Dispose();
        var calls = new Action[] { Torch, Onnx }.Select(a => (int)Math.Max(1, MillisecondsPerTurn / Milliseconds(a, 3))).ToArray();
        var times = Enumerable.Range(0, rounds).Select(_ => (Torch: Milliseconds(Torch, calls[0]), Onnx: Milliseconds(Onnx, calls[1])))
            .ToArray();
        output.WriteLine($"{name,-11}{input.shape[0],6}{Median(times.Select(t => t.Torch)),9:F3} ms"
            + $"{Median(times.Select(t => t.Onnx)),11:F3} ms{Median(times.Select(t => t.Torch / t.Onnx)),15:F2}"
            + $"{difference.item<float>(),20:0.0e-0}");
    }

    private static OrtValue Value(Tensor input) => input.dtype == ScalarType.Int64
        ? OrtValue.CreateTensorValueFromMemory(input.data<long>().ToArray(), input.shape)
        : OrtValue.CreateTensorValueFromMemory(input.data<float>().ToArray(), input.shape);

    /// <summary>Processor time, which tells the same on a machine that others use too.</summary>
    private static double Milliseconds(Action call, int calls)
    {
        var start = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < calls; i++)
        {
            call();
        }

        return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds / calls;
    }

    private static double Median(IEnumerable<double> times) => times.Order().ToArray() is var all ? all[all.Length / 2] : 0;
}

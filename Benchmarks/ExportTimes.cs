using System.Globalization;
using Gen.CompilerServices;
using Gen.Tests.Models;
using Gpt;
using Microsoft.ML.OnnxRuntime;
using Mnist;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Benchmarks;

/// <summary>Models as ONNX in ONNX Runtime beside TorchSharp, on one thread each and by turns, so that what changes on the machine falls on
/// both. Inputs and outputs are bound once, as a server does it. Times are the processor's.</summary>
internal static class ExportTimes
{
    private const int Rounds = 40;
    private const double MillisecondsPerTurn = 20;

    public static void Print(TextWriter output)
    {
        set_num_threads(1);
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        output.WriteLine("| model | batch | TorchSharp (ms) | ONNX Runtime (ms) | times as fast, median | middle half | difference |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var batch in new[] { 1, 8 })
        {
            using var mlp = new MnistClassifier();
            Compare(output, "MLP 784-128-64-10", mlp, mlp.call, randn(batch, 1, 28, 28));
            using var decoder = new CharacterGpt(256, 128, 256, 8, 4);
            Compare(output, "decoder, 4 layers of 256, 128 tokens", decoder, decoder.call, randint(256, [batch, 128]));
            using var resNet = new ResNet18();
            Compare(output, "ResNet-18, 3 x 224 x 224", resNet, resNet.call, randn(batch, 3, 224, 224));
        }
    }

    private static void Compare<T>(TextWriter output, string name, T module, Func<Tensor, Tensor> call, Tensor input)
        where T : nn.Module, IExportable
    {
        module.eval();
        var path = Path.GetTempFileName();
        try
        {
            module.ExportOnnx(path);
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            using var session = new InferenceSession(path, options);
            using var value = Value(input);
            using var run = new RunOptions();
            void Torch() => call(input).Dispose();
            using var binding = session.CreateIoBinding();
            binding.BindInput(session.InputNames[0], value);
            binding.BindOutputToDevice(session.OutputNames[0], OrtMemoryInfo.DefaultInstance);
            void Onnx() => session.RunWithBinding(run, binding);

            Onnx();
            using var expected = call(input);
            using var results = binding.GetOutputValues();
            using var given = tensor(results[0].GetTensorDataAsSpan<float>().ToArray()).reshape(expected.shape);
            var difference = ((expected - given).abs() / expected.abs().clamp_min(1)).max().item<float>();
            var (torch, onnx) = (new double[Rounds], new double[Rounds]);
            Action[] both = [Torch, Onnx];
            var calls = both.Select(static b => Math.Max(1, (int)(MillisecondsPerTurn / Time(b, 3)))).ToArray();
            for (var round = 0; round < Rounds; round++)
            {
                torch[round] = Time(Torch, calls[0]);
                onnx[round] = Time(Onnx, calls[1]);
            }

            var ratios = torch.Zip(onnx, static (t, o) => t / o).Order().ToArray();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {input.shape[0]} | {Median(torch):F4} | "
                + $"{Median(onnx):F4} | {ratios[Rounds / 2]:F2} | {ratios[Rounds / 4]:F2} to {ratios[Rounds * 3 / 4]:F2} | "
                + $"{difference:g2} |"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static OrtValue Value(Tensor tensor) => tensor.dtype == ScalarType.Int64
        ? OrtValue.CreateTensorValueFromMemory(tensor.data<long>().ToArray(), tensor.shape)
        : OrtValue.CreateTensorValueFromMemory(tensor.data<float>().ToArray(), tensor.shape);

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

    /// <summary>Milliseconds of the processor for a call.</summary>
    private static double Time(Action action, int calls)
    {
        var start = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < calls; i++)
        {
            action();
        }

        return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds / calls;
    }
}

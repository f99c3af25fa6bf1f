using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Torch = TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>A file in ONNX Runtime, on one thread. What it warns of is kept.</summary>
internal sealed class OnnxSession : IDisposable
{
    private static readonly ConcurrentQueue<string> Log = new();
    private static readonly DOrtLoggingFunction Logger = static (_, severity, _, _, _, message) => Log.Enqueue($"{severity}: {message}");

    private readonly InferenceSession session;

    static OnnxSession()
    {
        var options = new EnvironmentCreationOptions
        {
            logId = "tests", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, loggingFunction = Logger,
        };
        OrtEnv.CreateInstanceWithOptions(ref options);
    }

    public OnnxSession(string path)
    {
        Log.Clear();
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        session = new(path, options);
    }

    /// <summary>What ONNX Runtime has warned of since the last file was loaded.</summary>
    public static IReadOnlyList<string> Warnings => [.. Log];

    public IReadOnlyList<string> Inputs => session.InputNames;

    public IReadOnlyList<string> Outputs => session.OutputNames;

    /// <summary>The dimensions of an input: a name, or a number.</summary>
    public IReadOnlyList<string> DimsOf(string input) => [.. session.InputMetadata[input].SymbolicDimensions
        .Zip(session.InputMetadata[input].Dimensions, static (name, size) => name.Length > 0 ? name
            : size.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    public Torch.Tensor[] Run(IReadOnlyList<Torch.Tensor> inputs)
    {
        var values = inputs.Take(session.InputNames.Count).Select(Value).ToArray();
        try
        {
            using var options = new RunOptions();
            using var results = session.Run(options, session.InputNames, values, session.OutputNames);
            return [.. results.Select(Tensor)];
        }
        finally
        {
            foreach (var value in values)
            {
                value.Dispose();
            }
        }
    }

    public void Dispose() => session.Dispose();

    private static OrtValue Value(Torch.Tensor given)
    {
        using var tensor = given.detach().contiguous().clone();
        var bytes = tensor.bytes.ToArray();
        return tensor.dtype switch
        {
            Torch.ScalarType.Float32 => Of<float>(bytes, tensor.shape),
            Torch.ScalarType.Float64 => Of<double>(bytes, tensor.shape),
            Torch.ScalarType.Int64 => Of<long>(bytes, tensor.shape),
            Torch.ScalarType.Int32 => Of<int>(bytes, tensor.shape),
            Torch.ScalarType.Bool => Of<bool>(bytes, tensor.shape),
            var type => throw new NotSupportedException($"{type}"),
        };
    }

    private static OrtValue Of<T>(byte[] bytes, long[] shape)
        where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes).ToArray(), shape);

    private static Torch.Tensor Tensor(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var numbers = info.ElementDataType switch
        {
            TensorElementType.Float => Torch.tensor(value.GetTensorDataAsSpan<float>().ToArray()),
            TensorElementType.Double => Torch.tensor(value.GetTensorDataAsSpan<double>().ToArray()),
            TensorElementType.Int64 => Torch.tensor(value.GetTensorDataAsSpan<long>().ToArray()),
            TensorElementType.Int32 => Torch.tensor(value.GetTensorDataAsSpan<int>().ToArray()),
            TensorElementType.Bool => Torch.tensor(value.GetTensorDataAsSpan<bool>().ToArray()),
            var type => throw new NotSupportedException($"{type}"),
        };
        return numbers.reshape(info.Shape);
    }
}

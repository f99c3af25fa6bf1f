using System.Globalization;
using Gen.Tests.Runtime.Execution;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>Where the elements of a result are, layer by layer and operation by operation: the predicted peak against the bytes of live
/// tensors.</summary>
[Collection("TorchSharp")]
public sealed class StorageTests
{
    /// <summary>Layers by the shape of what they are given.</summary>
    private static readonly (string Shape, string[] Layers)[] Layers =
    [
        ("3 8",
        [
            "CELU()", "ELU()", "GELU()", "Hardshrink()", "Hardsigmoid()", "Hardswish()", "Hardtanh()", "Identity()", "LeakyReLU(0.1)",
            "LogSigmoid()", "Mish()", "RReLU()", "ReLU()", "ReLU6()",
            "SELU()", "SiLU()", "Sigmoid()", "Softplus()", "Softshrink()", "Softsign()", "Tanh()", "Tanhshrink()", "Threshold(0.1, 2.0)",
            "LogSoftmax(1)", "Softmax(1)", "Softmin(1)", "GLU(1)", "PReLU(1)",
            "CELU(inplace: true)", "ELU(inplace: true)", "Hardsigmoid(inplace: true)", "Hardswish(inplace: true)",
            "Hardtanh(inplace: true)", "LeakyReLU(0.1, inplace: true)", "Mish(inplace: true)",
            "ReLU(inplace: true)", "ReLU6(inplace: true)", "SELU(inplace: true)", "SiLU(inplace: true)",
            "Threshold(0.1, 2.0, inplace: true)", "Dropout(0.5)", "Dropout(0.5, inplace: true)", "AlphaDropout(0.5)",
            "Linear(8, 4)", "LayerNorm(8)", "BatchNorm1d(8)",
        ]),
        ("3 4 8", ["Conv1d(4, 6, 3)", "ConvTranspose1d(4, 6, 3)", "MaxPool1d(2)", "AvgPool1d(2)", "AdaptiveAvgPool1d(2)", "BatchNorm1d(4)",
            "InstanceNorm1d(4)", "Dropout1d(0.5)", "LSTM(8, 5)", "GRU(8, 5)", "RNN(8, 5)", "LSTM(8, 5, numLayers: 2, bidirectional: true)",
            "Flatten()", "Unflatten(1, [2, 2])"]),
        ("3 4 8 8",
        [
            "Conv2d(4, 6, 3)", "ConvTranspose2d(4, 6, 2, 2)", "MaxPool2d(2)", "AvgPool2d(2)", "LPPool2d(2.0, 2)", "AdaptiveAvgPool2d(2)",
            "AdaptiveMaxPool2d([2, 2])", "BatchNorm2d(4)", "InstanceNorm2d(4)", "GroupNorm(2, 4)",
            "LayerNorm(8)", "LocalResponseNorm(2)", "ZeroPad2d(1)", "ReflectionPad2d(1)", "ReplicationPad2d(1)", "ConstantPad2d(1, 0.5)",
            "PixelShuffle(2)", "PixelUnshuffle(2)", "ChannelShuffle(2)", "Softmax2d()",
            "Dropout2d(0.5)", "FeatureAlphaDropout(0.5)", "Flatten()", "Flatten(2)", "Unfold(2)",
        ]),
    ];

    private static readonly string[] Operations =
    [
        "x.relu()", "x + 1", "-x", "x * x", "x.view(3, 32)", "x.reshape(3, 32) + 1", "x.flatten(1)", "x.transpose(1, 2)",
        "x.transpose(1, 2).contiguous()", "x.transpose(1, 2).matmul(x)", "x.permute(0, 2, 1).contiguous().view(3, 32)",
        "cat([x, x], 1)", "stack([x, x])", "x.split(2, 1)[0] + 1", "x.chunk(2, 1)[1].relu()", "x.mean([1])", "x.sum()", "x.softmax(1)",
        "x.log_softmax(1)", "x[.., 0]", "x[.., ..2] + 1", "x.narrow(1, 0, 2)",
        "x.select(1, 0)", "x.unsqueeze(0)", "x.unsqueeze(0).squeeze(0)", "x.unsqueeze(0).expand(2, 3, 4, 8)", "x.masked_fill(x == 0, 1.0)",
        "where(x > 0, x, -x)", "x.argmax(1)", "x.cumsum(1)", "x.exp().log()", "x.pow(2).sum(1).sqrt()",
        "functional.gelu(x)", "functional.relu(x)", "functional.softmax(x, 1)", "functional.max_pool1d(x, 2)",
        "functional.avg_pool1d(x, 2)", "x.clamp(0, 1)", "x.sigmoid() * x.tanh()", "einsum(\"bij,bkj->bik\", x, x)",
        "x.bmm(x.transpose(1, 2))",
        "x.detach()", "x.alias()", "x.clone()", "arange(8) + x", "zeros(3, 4, 8) + x", "x.flip(1)", "x.roll(1, 1)", "x.tril()",
        "x.repeat(1, 2, 1)", "x.@float()", "x.movedim([1], [2])", "x.unbind(0)[0].relu()", "x.max() + x", "Twice(x) + 1",
        "functional.relu(x, inplace: true)", "functional.leaky_relu(x, 0.1, inplace: true)", "functional.hardtanh(x) + 1", "x.conj() + 1",
    ];

    [Fact]
    public void Every_layer_takes_the_memory_that_is_predicted()
    {
        var classes = Layers.SelectMany(group => group.Layers.Select(layer => (group.Shape, Layer: layer))).ToArray();
        var sources =
            classes.Select(
                (c, i) =>
                    Source(i, c.Shape,
                        $"[Layer] private readonly TorchSharp.Modules.{c.Layer[..c.Layer.IndexOf('(', StringComparison.Ordinal)]} layer "
                        + $"= {c.Layer};\n    [Layer] private readonly TorchSharp.Modules.Tanh after = Tanh();"));
        Assert.Equal([], Differences(sources, classes.Select(c => (c.Shape, c.Layer)).ToArray(), known: classes.Length));
    }

    [Fact]
    public void Every_operation_takes_the_memory_that_is_predicted()
    {
        var sources =
            Operations.Select((o, i) => Source(i, "3 4 8",
                $"[Layer] private readonly TorchSharp.Modules.Tanh tanh = Tanh();\n    private static Tensor Twice(Tensor x) => (x + "
                + $"x).abs();\n    private Tensor Forward(Tensor x) {{ var y = tanh.call(x); {{ x = y; }} return {o}; }}"));
        Assert.Equal([], Differences(sources, Operations.Select(o => ("3 4 8", o)).ToArray(), known: Operations.Length - 2));
    }

    private static string Source(int number, string shape, string body) =>
        string.Create(CultureInfo.InvariantCulture, $"[Shape(\"{shape}\")] public sealed partial class Net{number}\n{{\n    {body}\n}}\n");

    /// <summary>What was predicted otherwise than measured; so many at least are to be predicted at all.</summary>
    private static List<string> Differences(IEnumerable<string> sources, (string Shape, string What)[] what, int known)
    {
        var assembly = Compilations.Load(string.Join("\n", sources));
        var (differences, open) = (new List<string>(), new List<string>());
        for (var i = 0; i < what.Length; i++)
        {
            var type = assembly.GetType(string.Create(CultureInfo.InvariantCulture, $"Net{i}"))!;
            using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
            module.eval();
            using var mode = inference_mode();
            using var x = randn(what[i].Shape.Split(' ').Select(s => long.Parse(s, CultureInfo.InvariantCulture)).ToArray());
            module.call(x).Dispose();
            var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, [null])!;
            var measured = LiveTensors.Measure(() => module.call(x), x).PeakBytes;
            if (summary.PeakActivationBytes is not { } predicted)
            {
                open.Add($"{what[i].What}: {summary.ToString().Split("Peak activation bytes")[1]}");
            }
            else if (predicted != measured)
            {
                differences.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{what[i].What} of [{what[i].Shape}]: {predicted} predicted at {summary.PeakLayer}, {measured} measured"));
            }
        }

        Assert.True(what.Length - open.Count >= known, string.Join("\n", open.Concat(differences)));
        return differences;
    }
}

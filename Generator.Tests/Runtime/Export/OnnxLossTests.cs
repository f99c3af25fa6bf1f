using System.Globalization;
using Gen.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Export;

/// <summary>Losses that are layers with weights: ONNX Runtime computes what TorchSharp computes. The other ways are in
/// <see cref="OnnxOperationTests"/>.</summary>
[Collection("TorchSharp")]
public sealed class OnnxLossTests
{
    [Fact]
    public void Classes_have_weights_and_one_is_ignored() => Compare(new WeighedClasses(), static batch => randint(5, [batch]));

    [Fact]
    public void Likelihoods_have_weights() => Compare(new WeighedLikelihoods(), static batch => randint(5, [batch]));

    [Fact]
    public void Positives_have_weights() => Compare(new WeighedPositives(), static batch => rand(batch, 5));

    /// <summary>Left out, it would be the default of the other program.</summary>
    [Fact]
    public void An_argument_that_is_not_followed_is_refused()
    {
        using var net = new Distant();
        using var dropping = new Dropping();
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.onnx");
        Assert.Contains("a value as 'delta' that is not followed",
            Assert.Throws<NotExportableException>(() => net.ExportOnnx(path)).Message, StringComparison.Ordinal);
        Assert.Contains("'dropout': its argument 'p' is not known",
            Assert.Throws<NotExportableException>(() => dropping.ExportPyTorch(path)).Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(path));
    }

    private static void Compare<T>(T net, Func<long, Tensor> target)
        where T : nn.Module<Tensor, Tensor, Tensor>, IExportable
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        random.manual_seed(1);
        var path = Path.GetTempFileName();
        try
        {
            net.eval();
            net.ExportOnnx(path);
            Assert.Null(OnnxJudge.Compare(path, [.. new long[] { 1, 4, 7 }.Select(batch =>
            {
                Tensor?[] given = [randn(batch, 5), target(batch)];
                return (given, new[] { net.call(given[0]!, given[1]!) });
            })], 1e-5).Wrong);
        }
        finally
        {
            File.Delete(path);
            net.Dispose();
        }
    }
}

[Export(Targets = ExportTarget.Onnx)]
[Shape("B 5, int64: B -> ")]
internal sealed partial class WeighedClasses
{
    [Layer] private readonly CrossEntropyLoss loss = CrossEntropyLoss(weight: linspace(0.5, 2, 5), ignore_index: 3);

    private Tensor Forward(Tensor x, Tensor target) => loss.call(x, target);
}

[Export(Targets = ExportTarget.Onnx)]
[Shape("B 5, int64: B -> ")]
internal sealed partial class WeighedLikelihoods
{
    [Layer] private readonly NLLLoss loss = NLLLoss(linspace(0.5, 2, 5));

    private Tensor Forward(Tensor x, Tensor target) => loss.call(x.log_softmax(1), target);
}

[Export(Targets = ExportTarget.Onnx)]
[Shape("B 5, B 5 -> ")]
internal sealed partial class WeighedPositives
{
    [Layer] private readonly BCEWithLogitsLoss loss = BCEWithLogitsLoss(linspace(0.5, 2, 5), pos_weights: linspace(1, 3, 5));

    private Tensor Forward(Tensor x, Tensor target) => loss.call(x, target);
}

[Export(Targets = ExportTarget.Onnx)]
[Shape("B 5, B 5 -> ")]
internal sealed partial class Distant
{
    [Layer] private readonly HuberLoss loss = HuberLoss(double.Parse("2", CultureInfo.InvariantCulture));

    private Tensor Forward(Tensor x, Tensor target) => loss.call(x, target);
}

[Export(Targets = ExportTarget.Onnx)]
[Shape("B 5 -> B 5")]
internal sealed partial class Dropping
{
    [Layer] private readonly Dropout dropout = Dropout(double.Parse("0.3", CultureInfo.InvariantCulture));
}

using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>What a mask makes -inf is exactly 0 after softmax, as in TorchSharp, and a row that is all -inf is what it is there.</summary>
[Collection("TorchSharp")]
public sealed class OnnxMaskTests
{
    [Fact]
    public void Masked_weights_are_0_and_rows_without_any_are_NaN() => Compare(new Masked(), static (given, real, mask) =>
    {
        Assert.True(given[mask].eq(real[mask]).logical_or(given[mask].isnan()).all().item<bool>());
        Assert.True(given[mask].eq(0).any().item<bool>());
        Assert.Equal(7, given.isnan().sum().item<long>());
        Assert.True(given.isnan().eq(real.isnan()).all().item<bool>());
    });

    [Fact]
    public void Attention_with_a_mask_gives_0_for_a_row_without_any() => Compare(new Attending(), static (given, real, _) =>
    {
        Assert.False(given.isnan().any().item<bool>());
        Assert.True(given[0, 2].eq(0).all().item<bool>());
        Assert.True(real[0, 2].eq(0).all().item<bool>());
    });

    private static void Compare<T>(T module, Action<Tensor, Tensor, Tensor> check)
        where T : nn.Module<Tensor, Tensor, Tensor>, CompilerServices.IExportable
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        random.manual_seed(1);

        // Scores far apart, and one row that may look at nothing.
        var (x, mask) = (randn(3, 5, 7) * 60, rand(3, 5, 7) < 0.4);
        mask[0, 2] = tensor(true);
        var path = Path.GetTempFileName();
        try
        {
            module.eval();
            module.ExportOnnx(path);
            var real = module.call(x, mask);
            Assert.Null(OnnxJudge.Compare(path, [([x, mask], [real])], 1e-5).Wrong);
            using var session = new OnnxSession(path);
            check(session.Run([x, mask])[0], real, mask);
        }
        finally
        {
            File.Delete(path);
            module.Dispose();
        }
    }
}

[Export]
[Shape("B T S, bool: B T S -> B T S")]
internal sealed partial class Masked
{
    private Tensor Forward(Tensor scores, Tensor mask) =>
        nn.functional.softmax(scores.masked_fill(mask, double.NegativeInfinity), dim: -1);
}

[Export]
[Shape("B T 7, bool: B T 7 -> B T 7")]
internal sealed partial class Attending
{
    [Buffer] private readonly Tensor keys = eye(7);

    private Tensor Forward(Tensor x, Tensor mask) => nn.functional.scaled_dot_product_attention(x, keys, keys, ~mask);
}

using System.Reflection;
using TorchSharp;

namespace Gen.Tests.Analyzers;

/// <summary>What a layer is given after its inputs: states, masks, offsets, sizes; by position and by name. What is told fails when it
/// runs, what is not runs.</summary>
[Collection("TorchSharp")]
public sealed class FurtherInputTests
{
    [Theory]
    [InlineData("LSTM fc = LSTM(4, 8, numLayers: 2)", "5 3 4 -> 5 3 8", "fc.call(x, (zeros(2, 3, 8), zeros(2, 3, 8))).Item1")]
    [InlineData("GRU fc = GRU(4, 8, bidirectional: true, batchFirst: true)", "3 5 4 -> 3 5 16", "fc.call(x, zeros(2, 3, 8)).Item1")]
    [InlineData("RNN fc = RNN(4, 8)", "5 3 4 -> 5 3 8", "fc.call(x, h0: null).Item1")]
    [InlineData("LSTMCell fc = LSTMCell(4, 8)", "3 4 -> 3 8", "fc.call(x, (zeros(3, 8), zeros(3, 8))).Item1")]
    [InlineData("GRUCell fc = GRUCell(4, 8)", "3 4 -> 3 8", "fc.call(x, zeros(3, 8))")]
    [InlineData("MultiheadAttention fc = MultiheadAttention(8, 2)", "5 3 8 -> 5 3 8", "fc.call(x, x, x, attn_mask: zeros(5, 5)).Item1")]
    [InlineData("MultiheadAttention fc = MultiheadAttention(8, 2)", "5 3 8 -> 5 3 8",
        "fc.call(x, x, x, zeros(3, 5, dtype: ScalarType.Bool), attn_mask: zeros(5, 5), need_weights: false).Item1")]
    [InlineData("TransformerEncoderLayer fc = TransformerEncoderLayer(8, 2)", "5 3 8 -> 5 3 8", "fc.call(x, zeros(5, 5))")]
    [InlineData("EmbeddingBag fc = EmbeddingBag(10, 8)", "6 -> 2 8", "fc.call(x.to(ScalarType.Int64), tensor(new long[] { 0, 3 }))")]
    [InlineData("EmbeddingBag fc = EmbeddingBag(10, 8, include_last_offset: true)", "6 -> 2 8",
        "fc.call(x.to(ScalarType.Int64), tensor(new long[] { 0, 3, 6 }))")]
    public void What_fits_is_silent_and_runs(string layer, string shape, string call)
    {
        var source = Source(layer, shape, call);
        Markup.Verify(source);
        Assert.Equal("[" + shape.Split("-> ")[1].Replace(" ", ", ", StringComparison.Ordinal) + "]", Run(source, shape));
    }

    [Theory]
    [InlineData("LSTM fc = LSTM(4, 8, numLayers: 2)", "5 3 4", "{|GEN1003:fc.call(x, (zeros(1, 3, 8), zeros(1, 3, 8)))|}.Item1",
        "'fc' (LSTM(4, 8, numLayers: 2)): h_0 must be (D*numLayers, N, hiddenSize), here [2, 3, 8]: 2 and 1.")]
    [InlineData("LSTM fc = LSTM(4, 8)", "5 3 4", "{|GEN1003:fc.call(x, (zeros(1, 3, 8), zeros(1, 5, 8)))|}.Item1",
        "'fc' (LSTM(4, 8)): c_0 must be (D*numLayers, N, hiddenSize), here [1, 3, 8]: 3 and 5.")]
    [InlineData("GRU fc = GRU(4, 8)", "5 3 4", "{|GEN1006:fc.call(x, zeros(3, 8))|}.Item1",
        "'fc' (GRU(4, 8)): h_0 must be (D*numLayers, N, hiddenSize), here [1, 3, 8], and is [3, 8].")]
    [InlineData("GRUCell fc = GRUCell(4, 8)", "3 4", "{|GEN1003:fc.call(x, zeros(3, 4))|}",
        "'fc' (GRUCell(4, 8)): h_0 must be (N, hiddenSize), here [3, 8]: 8 and 4.")]
    [InlineData("LSTMCell fc = LSTMCell(4, 8)", "3 4", "{|GEN1006:fc.call(x)|}.Item1",
        "'fc' (LSTMCell(4, 8)): it needs its state (h_0, c_0): TorchSharp 0.107 does not run without.")]
    [InlineData("MultiheadAttention fc = MultiheadAttention(8, 2)", "5 3 8", "{|GEN1003:fc.call(x, x, x, attn_mask: zeros(3, 3))|}.Item1",
        "'fc' (MultiheadAttention(8, 2)): attn_mask must be [5, 5]: 5 and 3.")]
    [InlineData("MultiheadAttention fc = MultiheadAttention(8, 2)", "5 3 8",
        "{|GEN1003:fc.call(x, x, x, zeros(5, 3, dtype: ScalarType.Bool))|}.Item1",
        "'fc' (MultiheadAttention(8, 2)): key_padding_mask must be [3, 5]: 3 and 5.")]
    [InlineData("EmbeddingBag fc = EmbeddingBag(10, 8)", "6", "{|GEN1002:fc.call(x.to(ScalarType.Int64))|}",
        "'fc' (EmbeddingBag 10 x 8) needs (N, T), or (T) with offsets but gets x [6] -> to [6].")]
    [InlineData("EmbeddingBag fc = EmbeddingBag(10, 8)", "6 3", "{|GEN1002:fc.call(x.to(ScalarType.Int64), tensor(new long[] { 0, 3 }))|}",
        "'fc' (EmbeddingBag 10 x 8) needs (T) with offsets but gets x [6, 3] -> to [6, 3].")]
    public void What_does_not_fit_is_told_and_fails(string layer, string shape, string call, string message)
    {
        var source = Source(layer, shape, call);
        Assert.Equal(message, Markup.Message(source));
        Assert.NotNull(Assert.Throws<TargetInvocationException>(() => Run(Markup.Strip(source), shape)).InnerException);
    }

    [Theory]
    [InlineData("ConvTranspose2d fc = ConvTranspose2d(2, 3, 3, stride: 2)", "1 2 4 4", "fc.forward(x, new long[] { 10, 10 })",
        "[1, 3, 10, 10]")]
    [InlineData("MaxUnpool2d fc = MaxUnpool2d(2, 2, 0)", "1 2 4 4",
        "fc.call(x, zeros(1, 2, 4, 4, dtype: ScalarType.Int64), new long[] { 1, 2, 9, 9 })", "[1, 2, 9, 9]")]
    public void A_size_that_is_asked_for_is_left_to_the_run(string layer, string shape, string call, string result)
    {
        var source = Source(layer, shape, call);
        Markup.Verify(source, d => d.Id is not ("GEN2002" or "GEN2003" or "GEN2004" or "GEN4004" or "GEN4012"));
        Assert.Equal(result, Run(source, shape));
    }

    private static string Source(string layer, string shape, string call) =>
        $"[Shape(\"{shape}\")] public partial class Net {{ [Layer] private readonly TorchSharp.Modules.{layer}; private Tensor "
        + $"Forward(Tensor x) => {call}; }}";

    private static string Run(string source, string shape)
    {
        using var scope = torch.NewDisposeScope();
        var module = (torch.nn.Module<torch.Tensor, torch.Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!;
        module.eval();
        var x = torch.zeros([.. shape.Split("->")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)]);
        try
        {
            return $"[{string.Join(", ", module.call(x).shape)}]";
        }
        catch (Exception e)
        {
            throw new TargetInvocationException(e);
        }
    }
}

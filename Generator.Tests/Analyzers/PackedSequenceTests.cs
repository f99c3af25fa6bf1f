using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Analyzers;

/// <summary>Sequences of several lengths: packed, through a recurrent layer, and padded again.</summary>
[Collection("TorchSharp")]
public sealed class PackedSequenceTests
{
    private const string Before = "var L = tensor(new long[] { 7, 5, 2 }); var P = pack_padded_sequence(randn(3, 7, 16), L, "
        + "batch_first: true);";

    [Theory]
    [InlineData("pack_padded_sequence(randn(3, 7, 16), L, batch_first: true);")]
    [InlineData("pack_padded_sequence(randn(7, 3, 16), L);")]
    [InlineData("{|GEN1003:pack_padded_sequence(randn(7, 3, 16), L, batch_first: true)|};")]
    [InlineData("{|GEN1003:pack_padded_sequence(randn(3, 7, 16), tensor(new long[] { 7, 5, 2, 1 }), batch_first: true)|};")]
    public void Each_sequence_has_a_length(string code) => Verify(code);

    [Theory]
    [InlineData("var (_, h, _) = LSTM(16, 8, batchFirst: true).call(P); Linear(8, 2).call(h[-1]);")]
    [InlineData("var (_, h, _) = LSTM(16, 8).call(P); {|GEN1001:Linear(9, 2).call(h[-1])|};")]
    [InlineData("{|GEN1001:LSTM(15, 8, batchFirst: true).call(P)|};")]
    [InlineData("var (_, h) = GRU(16, 8, numLayers: 2, bidirectional: true).call(P); {|GEN1001:Linear(8, 2).call(cat([h[2], h[3]], 1))|};")]
    [InlineData("var (_, h) = RNN(16, 8).call(P); {|GEN1009:functional.cross_entropy(h[0], zeros(4, dtype: int64))|};")]
    [InlineData("var (s, _) = GRU(16, 8).call(P); {|GEN1001:GRU(9, 8).call(s)|};")]
    [InlineData("var (s, _) = GRU(16, 8).call(P); var (y, n) = pad_packed_sequence(s); {|GEN1001:Linear(9, 2).call(y)|}; "
        + "var m = {|GEN1003:n + zeros(4)|};")]
    [InlineData("var (s, _) = GRU(16, 8, batchFirst: true).call(P); var (y, _) = pad_packed_sequence(s, batch_first: true, "
        + "total_length: 7); var w = {|GEN1003:y + zeros(3, 6, 8)|}; var z = y + zeros(3, 7, 8);")]
    [InlineData("{|GEN1003:LSTM(16, 8).call(P, (zeros(1, 4, 8), zeros(1, 4, 8)))|};")]
    [InlineData("var x = pad_sequence([randn(3, 4), randn(5, 4)], batch_first: true); {|GEN1001:Linear(5, 2).call(x)|}; "
        + "var y = {|GEN1003:x + zeros(3, 1, 4)|};")]
    [InlineData("var p = pack_sequence([randn(5, 4), randn(3, 4)]); {|GEN1001:GRU(5, 2).call(p)|}; var (_, h) = GRU(4, 2).call(p); "
        + "var y = {|GEN1003:h + zeros(1, 3, 2)|};")]
    public void They_are_followed(string code) => Verify(code);

    /// <summary>What is said of the results is what TorchSharp gives.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void The_shapes_are_those_of_TorchSharp(int layers, bool isBidirectional)
    {
        using var scope = NewDisposeScope();
        var directions = isBidirectional ? 2 : 1;
        foreach (var batchFirst in new[] { true, false })
        {
            var (x, lengths) = (batchFirst ? randn(3, 7, 16) : randn(7, 3, 16), tensor(new long[] { 7, 5, 2 }));
            var packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first: batchFirst);
            var (steps, h, c) = LSTM(16, 8, layers, batchFirst: !batchFirst, bidirectional: isBidirectional).call(packed);
            Assert.Equal([layers * directions, 3, 8], h.shape);
            Assert.Equal(h.shape, c.shape);
            var (y, n) = nn.utils.rnn.pad_packed_sequence(steps, batch_first: true, total_length: 9);
            Assert.Equal([3, 9, 8 * directions], y.shape);
            Assert.Equal([3], n.shape);
            Assert.Equal(ScalarType.Int64, n.dtype);
        }

        Assert.ThrowsAny<Exception>(() => nn.utils.rnn.pack_padded_sequence(randn(3, 7, 16), tensor(new long[] { 7, 5, 2, 1 }),
            batch_first: true));
    }

    [Fact]
    public void A_module_with_them_is_proved() => Markup.Verify("""
        [Shape("B T 16, B -> B 64")] public sealed partial class {|GEN2004:Net|}
        {
            [Layer] private readonly LSTM rnn = LSTM(16, 32, numLayers: 2, batchFirst: true, bidirectional: true);
            private Tensor Forward(Tensor x, Tensor lengths)
            {
                using var packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first: true, enforce_sorted: false);
                var (steps, h, c) = rnn.call(packed); // h: (4, B, 32)
                var (y, n) = nn.utils.rnn.pad_packed_sequence(steps, batch_first: true, total_length: x.shape[1]); // y: (B, T, 64)
                var mean = y.sum(1L) / n.unsqueeze(1); // (B, 64)
                return mean + cat([h[-2], h[-1]], 1); // (B, 64)
            }
        }
        """);

    private static void Verify(string code) => Markup.Verify(
        $$"""
        using static TorchSharp.torch.nn.utils.rnn;
        public static class Program { public static void Run() { {{Before}} {{code}} } }
        """, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
}

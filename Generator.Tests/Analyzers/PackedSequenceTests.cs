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

    /// <summary>What is proved of the results is what TorchSharp gives, for every kind of layer and every order.</summary>
    [Fact]
    public void What_is_proved_is_what_TorchSharp_gives()
    {
        var cases = (from kind in new[] { "LSTM", "GRU", "RNN" }
            from layers in new[] { 1, 2 }
            from both in new[] { false, true }
            from packsFirst in new[] { false, true }
            from padsFirst in new[] { false, true }
            select (Kind: kind, Layers: layers, Both: both, PacksFirst: packsFirst, PadsFirst: padsFirst)).ToArray();
        var source = string.Join("\n", cases.Select(static (c, i) => $$"""
            [Shape("{{(c.PacksFirst ? "B T" : "T B")}} 16, B -> {{(c.Both ? 2 : 1) * c.Layers}} B 8, {{(c.PadsFirst ? "B 9" : "9 B")}} {{
                (c.Both ? 16 : 8)}}, B")]
            public sealed partial class Net{{i}}
            {
                [Layer] private readonly {{c.Kind}} rnn = {{c.Kind}}(16, 8, numLayers: {{c.Layers}}, batchFirst: {{Text(!c.PacksFirst)}},
                    bidirectional: {{Text(c.Both)}});
                private (Tensor, Tensor, Tensor) Forward(Tensor x, Tensor lengths)
                {
                    using var packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first: {{Text(c.PacksFirst)}});
                    var (steps, h{{(c.Kind == "LSTM" ? ", _" : "")}}) = rnn.call(packed);
                    var (y, n) = nn.utils.rnn.pad_packed_sequence(steps, batch_first: {{Text(c.PadsFirst)}}, total_length: 9);
                    return (h, y, n);
                }
            }
            """));
        Markup.Verify(source, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal) || d.Id is "GEN2001" or "GEN2002" or "GEN2003");

        var assembly = Compilations.Load(source);
        using var scope = NewDisposeScope();
        var lengths = tensor(new long[] { 7, 5, 2 });
        foreach (var (c, i) in cases.Select(static (c, i) => (c, i)))
        {
            var net = (Module<Tensor, Tensor, (Tensor, Tensor, Tensor)>)Activator.CreateInstance(assembly.GetType($"Net{i}")!)!;
            var (h, y, n) = net.call(c.PacksFirst ? randn(3, 7, 16) : randn(7, 3, 16), lengths);
            Assert.Equal([(c.Both ? 2 : 1) * c.Layers, 3, 8], h.shape);
            Assert.Equal([c.PadsFirst ? 3 : 9, c.PadsFirst ? 9 : 3, c.Both ? 16 : 8], y.shape);
            Assert.Equal([3], n.shape);
            Assert.Equal(ScalarType.Int64, n.dtype);
        }

        static string Text(bool value) => value ? "true" : "false";
    }

    /// <summary>What is reported fails in TorchSharp too.</summary>
    [Fact]
    public void What_does_not_fit_is_refused_by_TorchSharp()
    {
        using var scope = NewDisposeScope();
        Tensor Lengths(params long[] lengths) => tensor(lengths);
        nn.utils.rnn.PackedSequence Packed() => nn.utils.rnn.pack_padded_sequence(randn(3, 7, 16), Lengths(7, 5, 2), batch_first: true);
        Action[] calls =
        [
            () => nn.utils.rnn.pack_padded_sequence(randn(3, 7, 16), Lengths(7, 5, 2, 1), batch_first: true),
            () => nn.utils.rnn.pack_padded_sequence(randn(7, 3, 16), Lengths(7, 5, 2), batch_first: true),
            () => LSTM(15, 8).call(Packed()),
            () => LSTM(16, 8).call(Packed(), (zeros(1, 4, 8), zeros(1, 4, 8))),
            () => GRU(16, 8).call(Packed(), zeros(1, 1, 8)),
            () => GRU(9, 8).call(GRU(16, 8).call(Packed()).Item1),
        ];
        Assert.All(calls, static call => Assert.ThrowsAny<Exception>(call));
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

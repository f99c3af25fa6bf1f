namespace Gen.Tests.Parity;

/// <summary>
/// For each row of the differences the body of a program in which TorchSharp does what the row says, and of its twin that is right. Both
/// return whether the harm is there. Where a newer TorchSharp mends a row, its program fails here.
/// </summary>
/// <param name="Row">The row's name.</param>
/// <param name="Wrong">With the report marked.</param>
/// <param name="Right">Silent.</param>
internal sealed record ParityProgram(string Row, string Wrong, string Right)
{
    public override string ToString() => Row;
}

internal static partial class Programs
{
    public static readonly IReadOnlyList<ParityProgram> All = [.. Layers, .. Masks, .. Training, .. Tensors, .. Data, .. Distributions,
        .. Defaults];

    private static ParityProgram[] Layers =>
    [
        new("init.trunc_normal_",
            "var w = empty(100); {|GEN4010:init.trunc_normal_(w, std: 0.02)|}; return w.std().ToSingle() < 0.001;",
            "var w = empty(100); Init.TruncatedNormal(w, std: 0.02); return w.std().ToSingle() < 0.001;"),
        new("init.xavier_normal_",
            "var w = empty(200, 200); {|GEN4010:init.xavier_normal_(w)|}; return w.abs().max().ToSingle() < 0.13;",
            "var w = empty(200, 200); Init.XavierNormal(w); return w.abs().max().ToSingle() < 0.13;"),
        new("init.normal_ with a generator",
            "Tensor Draw() => {|GEN4010:init.normal_(empty(3), generator: new Generator(7))|}; return !Draw().allclose(Draw());",
            "Tensor Draw() { using (no_grad()) { return empty(3).normal_(generator: new Generator(7)); } } return "
            + "!Draw().allclose(Draw());"),
        new("Dropout2d on three dimensions",
            Dropping("[Layer(0.5)] private readonly Dropout2d drop;", "{|GEN4010:drop.call(x)|}"),
            Dropping("[Layer(0.5)] private readonly Dropout1d drop;", "drop.call(x)")),
        new("Hardtanh",
            "return {|GEN4010:Hardtanh()|}.call(full(2, 5f)).max().ToSingle() > 1;",
            "return Hardtanh(inplace: true).call(full(2, 5f)).max().ToSingle() > 1;"),
        new("functional.hardtanh",
            "return {|GEN4010:functional.hardtanh(full(2, 5f), -2, 2)|}.max().ToSingle() > 2;",
            "return full(2, 5f).clamp(-2, 2).max().ToSingle() > 2;"),
        new("Tensor.hardtanh",
            "return {|GEN4010:full(2, 5f).hardtanh(-1, 1)|}.max().ToSingle() > 1;",
            "return full(2, 5f).clamp(-1, 1).max().ToSingle() > 1;"),
        new("ConvTranspose with several output paddings",
            "return {|GEN4010:ConvTranspose2d(2, 2, (3, 3), stride: (2, 2), output_padding: (0, 1))|}.call(ones(1, 2, 3, 3)).shape[3] == 7 "
            + "&& {|GEN4010:ConvTranspose3d(2, 2, (3, 3, 3), stride: (2, 2, 2), output_padding: (0, 0, 1))|}"
            + ".call(ones([1, 2, 3, 3, 3])).shape[4] == 7;",
            "var up = ConvTranspose2d(2, 2, (3, 3), stride: (2, 2), output_padding: (1, 1)); return functional.conv_transpose2d("
            + "ones(1, 2, 3, 3), up.weight, up.bias, [2, 2], [0, 0], [0, 1]).shape[3] == 7 || up.call(ones(1, 2, 3, 3)).shape[3] == 7;"),
        new("RReLU",
            "bool Same(Tensor y) => y.eq(y[0]).all().ToBoolean(); var m = {|GEN4010:RReLU()|}; m.train();"
            + " return Same(m.call(-ones(100))) && Same({|GEN4010:functional.rrelu(-ones(100))|}) && "
            + "Same({|GEN4010:(-ones(100)).rrelu()|});",
            "bool Same(Tensor y) => y.eq(y[0]).all().ToBoolean(); var slope = rand(100) * 0.2f + 0.1f; return Same(-ones(100) * slope) "
            + "|| RReLU(0.1, 0.1) is null;"),
        new("GroupNorm",
            "bool IsOdd() { var norm = {|GEN4010:GroupNorm(1, 64)|}; return !(Math.Abs(norm.call(randn(1, 64, 9)).std().ToSingle() - 1) "
            + "< 0.1); } return Enumerable.Range(0, 50).Any(_ => IsOdd());",
            "bool IsOdd() { var norm = GroupNorm(1, 64); init.ones_(norm.weight!); init.zeros_(norm.bias!); return "
            + "!(Math.Abs(norm.call(randn(1, 64, 9)).std().ToSingle() - 1) < 0.1); }"
            + " return Enumerable.Range(0, 50).Any(_ => IsOdd());"),
        new("LPPool",
            "return {|GEN4010:LPPool1d(1, 2)|}.call(tensor(new[] { -1f, 1f }).view(1, 1, 2)).ToSingle() == 0;",
            "return LPPool1d(2, 2).call(tensor(new[] { -1f, 1f }).view(1, 1, 2)).ToSingle() == 0;"),
        new("MaxUnpool",
            "return {|GEN4010:MaxUnpool2d(3, 2)|}.call(ones(1, 1, 2, 2), arange(4).view(1, 1, 2, 2)).shape[2] == 6;",
            "return MaxUnpool2d(3, 2, padding: 0).call(ones(1, 1, 2, 2), arange(4).view(1, 1, 2, 2)).shape[2] == 6;"),
        new("MultiheadAttention with kdim other than vdim", Widths("{|GEN4010:MultiheadAttention(4, 1, kdim: 3, vdim: 5)|}", 5),
            Widths("MultiheadAttention(4, 1, kdim: 3, vdim: 3)", 3)),
        new("MultiheadAttention with a float key_padding_mask",
            Padded("{|GEN4010:MultiheadAttention(4, 1).call(x, x, x, key_padding_mask: zeros(1, 2))|}"),
            Padded("MultiheadAttention(4, 1).call(x, x, x, key_padding_mask: zeros(1, 2) > 0)")),
        new("functional.upsample_nearest",
            "try { {|GEN4010:functional.upsample_nearest(ones(1, 1, 2, 2), [4L, 4L])|}; return false; } catch "
            + "(System.Runtime.InteropServices.ExternalException) { return true; }",
            "try { functional.interpolate(ones(1, 1, 2, 2), [4L, 4L]); return false; } catch "
            + "(System.Runtime.InteropServices.ExternalException) { return true; }"),
        new("PoissonNLLLoss",
            "return {|GEN4010:PoissonNLLLoss(log_input: false)|}.call(zeros(1), ones(1)).isinf().ToBoolean();",
            "return PoissonNLLLoss().call((zeros(1) + 1e-8).log(), ones(1)).isinf().ToBoolean();"),
        new("GaussianNLLLoss",
            "return {|GEN4010:functional.gaussian_nll_loss(zeros(2, 3), ones(2, 3), ones(2, 3))|}.ToSingle() > 1;",
            "return (((zeros(2, 3) - ones(2, 3)).square() / ones(2, 3) + ones(2, 3).log()) / 2).mean().ToSingle() > 1;"),
        new("Embedding_from_pretrained",
            "return !{|GEN4010:Embedding_from_pretrained(ones(3, 2))|}.state_dict()[\"weight\"].allclose(ones(3, 2));",
            "var e = Embedding(3, 2); using (no_grad()) { e.weight!.copy_(ones(3, 2)); } "
            + "return !e.state_dict()[\"weight\"].allclose(ones(3, 2));"),
        new("GaussianNLLLoss of a computed variance",
            "var x = zeros(2).requires_grad_(); var v = zeros(2).requires_grad_(); "
            + "{|GEN4010:functional.gaussian_nll_loss(x, ones(2), v.exp())|}.backward(); return v.grad is null;",
            "var v = zeros(2).requires_grad_(); var variance = v.exp(); "
            + "(0.5 * (variance.log() + (zeros(2) - ones(2)).square() / variance)).mean().backward(); return v.grad is null;"),
    ];

    private static string Widths(string layer, int width) => $$"""
        try { {{layer}}.call(rand(2, 1, 4), rand(2, 1, 3), rand(2, 1, {{width}})); return false; }
        catch (System.Runtime.InteropServices.ExternalException) { return true; }
        """;

    private static string Padded(string call) => $$"""
        var x = rand(2, 1, 4);
        try { {{call}}; return false; }
        catch (System.Runtime.InteropServices.ExternalException) { return true; }
        """;

    /// <summary>Whether a whole sample is dropped.</summary>
    private static string Dropping(string layer, string call) => $$"""
        return new Net().call(ones(64, 20, 3)).sum([1L, 2L]).eq(0).any().ToBoolean(); } }
        [Shape("N 20 L -> N 20 L")] public sealed partial class Net
        {
            {{layer}}
            private Tensor Forward(Tensor x) { return {{call}};
        """;

    /// <summary>A bool mask gives something else than the mask of minus infinities that it stands for.</summary>
    private static ParityProgram[] Masks =>
    [
        Mask("MultiheadAttention with a bool attn_mask", "MultiheadAttention(4, 1)", "model.call(x, x, x, attn_mask: $).Item1"),
        Mask("TransformerEncoderLayer with a bool src_mask", "TransformerEncoderLayer(4, 1, 4, 0)", "model.call(x, $)"),
        Mask("TransformerEncoder with a bool src_mask", "TransformerEncoder(TransformerEncoderLayer(4, 1, 4, 0), 1)", "model.call(x, $)"),
        Mask("TransformerDecoderLayer with a bool tgt_mask", "TransformerDecoderLayer(4, 1, 4, 0)", "model.call(x, x, $)"),
        Mask("TransformerDecoderLayer with a bool memory_mask", "TransformerDecoderLayer(4, 1, 4, 0)",
            "model.call(x, x, zeros(2, 2), memory_mask: $)"),
        Mask("Transformer with a bool src_mask", "Transformer(4, 1, 1, 1, 4, 0)", "model.call(x, x, $)"),
        Mask("Transformer with a bool tgt_mask", "Transformer(4, 1, 1, 1, 4, 0)", "model.call(x, x, zeros(2, 2), $)"),
        Mask("Transformer with a bool memory_mask", "Transformer(4, 1, 1, 1, 4, 0)", "model.call(x, x, zeros(2, 2), memory_mask: $)"),
    ];

    private static ParityProgram Mask(string row, string layer, string call) => new(
        row,
        Masked(layer, "blocked", call.Replace("$", "{|GEN4010:mask|}", StringComparison.Ordinal), call),
        Masked(layer, "AttentionMask.Additive(blocked)", call.Replace("$", "mask", StringComparison.Ordinal), call));

    private static string Masked(string layer, string mask, string call, string same) => $"""
        var blocked = ones(2, 2).triu(1) > 0; var mask = {mask}; var right = zeros(2, 2).masked_fill(blocked, float.NegativeInfinity);
        var model = {layer}; model.eval(); var x = rand(2, 1, 4);
        return !{call}.allclose({same.Replace("$", "right", StringComparison.Ordinal)});
        """;
}

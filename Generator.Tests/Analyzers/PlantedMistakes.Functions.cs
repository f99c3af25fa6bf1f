namespace Gen.Tests.Analyzers;

/// <content>Functions of <c>nn.functional</c>, tensors made from nothing, and indexing.</content>
internal static partial class PlantedMistakes
{
    private static Mistake[] Functions =>
    [
        Body("functional.linear", "linear of [B, 8, 6] and [4, 8]: dimension 2 is 6 and 8.",
            "return {|GEN1003:functional.linear(x, ones(4, [-8-]{+6+}))|};"),
        Body("functional.linear's bias", "linear of [B, 8, 4] and [6]: dimension 2 is 4 and 6.",
            "return {|GEN1003:functional.linear(x, ones(4, 6), ones([-6-]{+4+}))|};"),
        Body("functional.bilinear", "bilinear of [B, 8, 6] and [5, 6, 4]: dimension 2 is 6 and 4.",
            "return {|GEN1003:functional.bilinear(x, x, ones(5, 6, [-4-]{+6+}))|};"),
        Body("functional.conv1d", "conv1d of [B, 8, 6] and [4, 6, 3]: dimension 1 is 8 and 6.",
            "return {|GEN1003:functional.conv1d(x, ones(4, [-6-]{+8+}, 3))|};"),
        Body("functional.conv2d", "conv2d: height would be 0 = (8 - 9)//1 + 1.",
            "return {|GEN1007:functional.conv2d(x.unsqueeze(1), ones(4, 1, [-9-]{+3+}, 3))|};"),
        Body("functional.conv2d's bias", "conv2d of [B, 4, 6, 4] and [1]: dimension 1 is 4 and 1.",
            "return {|GEN1003:functional.conv2d(x.unsqueeze(1), ones(4, 1, 3, 3), ones([-1-]{+4+}))|};"),
        Body("functional.conv_transpose1d", "conv_transpose1d of [B, 8, 6] and [6, 8, 3]: dimension 1 is 8 and 6.",
            "return {|GEN1003:functional.conv_transpose1d(x, ones([-6, 8-]{+8, 6+}, 3))|};"),
        Body("functional.max_pool2d", "max_pool2d: height would be 0 = (8 - 9)//9 + 1.",
            "return {|GEN1007:functional.max_pool2d(x.unsqueeze(1), [-9-]{+2+})|};"),
        Body("functional.avg_pool1d", "avg_pool1d: length would be 0 = (6 - 7)//7 + 1.",
            "return {|GEN1007:functional.avg_pool1d(x, [-7-]{+3+})|};"),
        Body("functional.adaptive_avg_pool2d", "adaptive_avg_pool2d of [8, 6]: it needs (N, C, H, W) or (C, H, W).",
            "return {|GEN1002:functional.adaptive_avg_pool2d(x[-[0]-]{++}, 2)|};"),
        Body("functional.interpolate", "interpolate: 2 sizes for the spatial dimensions of [B, 8, 6], which has 1.",
            "return {|GEN1006:functional.interpolate(x, [12[-, 12-]{++}])|};"),
        Body("functional.grid_sample", "grid_sample of [B, 1, 8, 6] and [B, 4, 4, 3]: dimension 3 is 2 and 3.",
            "return {|GEN1003:functional.grid_sample(x.unsqueeze(1), zeros(x.shape[0], 4, 4, [-3-]{+2+}))|};"),
        Called("embedding",
            "'fc' (Linear 16 -> 4) needs 16 features but gets 8: input [B, T] -> embedding [B, T, 8]. Change it to Linear(8, 4).",
            "new Net().call(zeros([2, 5], dtype: ScalarType.Int64));", """
            [Shape("B T")] public sealed partial class Net
            {
                [Layer(10, [-8-]{+16+})] private readonly Embedding embedding;
                [Layer(16, 4)] private readonly Linear {|GEN1001:fc|};
            }
            """),
        Body("one_hot",
            "'fc' (Linear 6 -> 6) needs 6 features but gets 5: zeros [3] -> one_hot [3, 5] -> to [3, 5]. Change it to Linear(5, 6).",
            "return {|GEN1001:fc.call(functional.one_hot(zeros([3], dtype: ScalarType.Int64), [-5-]{+6+}).to(ScalarType.Float32))|};"),
        Body("functional.layer_norm", "layer_norm of [B, 8, 6] and [8]: dimension 2 is 6 and 8.",
            "return {|GEN1003:functional.layer_norm(x, [[-8-]{+6+}])|};"),
        Body("functional.batch_norm", "batch_norm of [B, 8, 6] and [6]: dimension 1 is 8 and 6.",
            "return {|GEN1003:functional.batch_norm(x, zeros([-6-]{+8+}), ones(8))|};"),
        Body("functional.group_norm", "group_norm: channels 8 is not divisible by num_groups 3 (8 % 3 = 2).",
            "return {|GEN1006:functional.group_norm(x, [-3-]{+4+})|};"),
        Body("functional.instance_norm", "instance_norm of [B, 8, 6] and [6]: dimension 1 is 8 and 6.",
            "return {|GEN1003:functional.instance_norm(x, weight: ones([-6-]{+8+}))|};"),
        Body("functional.normalize", "normalize of [B, 8, 6]: there is no dimension 3.",
            "return {|GEN1002:functional.normalize(x, dim: [-3-]{+2+})|};"),
        Body("scaled_dot_product_attention", "scaled_dot_product_attention of [B, 8, 6] and [B, 6, 8]: dimension 2 is 6 and 8.",
            "return {|GEN1003:functional.scaled_dot_product_attention(x, x[-.mT-]{++}, x)|};"),
        Body("functional.glu", "glu: dimension 2 of size 5 is not divisible by 2 (5 % 2 = 1).",
            "return {|GEN1006:functional.glu(x.narrow(2, 0, [-5-]{+6+}))|};"),
        Body("functional.pixel_shuffle", "pixel_shuffle: channels 6 is not divisible by upscale_factor squared 4 (6 % 4 = 2).",
            "return {|GEN1006:functional.pixel_shuffle(x.view(x.shape[0], [-6, 8-]{+8, 6+}, 1), 2)|};"),
    ];

    private static Mistake[] Makers =>
    [
        Called("zeros", "zeros: a size cannot be -1.", "var x = {|GEN1006:zeros(2, [--1-]{+1+})|};"),
        Called("arange", "arange: from 5 to 2 there is no step of 1.", "var x = {|GEN1006:arange([-5, 2-]{+2, 5+})|};"),
        Called("what linspace gives", "'+' of [10] and [11]: dimension 0 is 10 and 11.",
            "var x = {|GEN1003:linspace(0, 1, 10) + zeros([-11-]{+10+})|};"),
        Called("what eye gives", "matmul of [4, 4] and [3, 2]: dimension 1 is 4 and 3.",
            "var x = {|GEN1003:eye([-4-]{+3+}).matmul(ones(3, 2))|};"),
        Called("what full gives", "cat of [2, 3] and [2, 4]: dimension 1 is 3 and 4.",
            "var x = {|GEN1003:cat([full([2, 3], 0.5), rand(2, [-4-]{+3+})])|};"),
        Called("what zeros_like gives", "'+' of [2, 3] and [2]: dimension 1 is 3 and 2.",
            "var x = rand(2, 3); var y = {|GEN1003:zeros_like(x) + ones([-2-]{+3+})|};"),
        Called("what tensor gives", "'*' of [3] and [4]: dimension 0 is 3 and 4.",
            "var x = {|GEN1003:tensor(new[] { 1f, 2f, 3f }) * ones([-4-]{+3+})|};"),
    ];

    private static Mistake[] Indices =>
    [
        Body("an index", "indexing: 8 is no index of dimension 1, which has 8.", "return {|GEN1006:x[.., [-8-]{+7+}]|};"),
        Body("an index from the end", "indexing: -7 is no index of dimension 2, which has 6.",
            "return {|GEN1006:x[.., .., ^[-7-]{+6+}]|};"),
        Body("more indices than dimensions", "indexing of [B, 8, 6]: 4 indices are too many for its 3 dimensions.",
            "return {|GEN1002:x[0, 0, 0[-, 0-]{++}]|};"),
        Body("a range", "'+' of [B, 4, 6] and [B, 5, 6]: dimension 1 is 4 and 5.", "return {|GEN1003:x[.., ..4] + x[.., [-3-]{+4+}..]|};"),
        Body("TensorIndex", "'+' of [B, 8, 3] and [B, 8, 2]: dimension 2 is 3 and 2.",
            "return {|GEN1003:x[TensorIndex.Ellipsis, TensorIndex.Slice(0, 3)] + x[TensorIndex.Ellipsis, TensorIndex.Slice([-4-]{+3+}, "
            + "null)]|};"),
        Body("TensorIndex.Single", "indexing: 6 is no index of dimension 2, which has 6.",
            "return {|GEN1006:x[TensorIndex.Ellipsis, TensorIndex.Single([-6-]{+5+})]|};"),
        Body("TensorIndex.None",
            "'fc' (Linear 6 -> 6) needs 6 features but gets 1: fc [B, 8, 6] -> indexing [B, 8, 6, 1]. Change it to Linear(1, 6).",
            "return {|GEN1001:fc.call(x[TensorIndex.Ellipsis, TensorIndex.None][--]{+[TensorIndex.Ellipsis, 0]+})|};"),
    ];
}

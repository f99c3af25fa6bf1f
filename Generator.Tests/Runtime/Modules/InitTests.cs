using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Modules;

/// <summary><see cref="Init"/> and <see cref="AttentionMask"/>: the numbers are those of PyTorch 1.13.1 after
/// <c>manual_seed(1)</c>.</summary>
[Collection("TorchSharp")]
public sealed class InitTests
{
    public static TheoryData<string, Func<Tensor>, double[]> Numbers => new()
    {
        {
            "trunc_normal_(empty(2, 3), std=0.02)", () => Init.TruncatedNormal(empty(2, 3), std: 0.02),
            [0.0139740864, -0.0116977971, -0.00490821199, 0.0125408592, -0.0378291756, 0.0168223269]
        },
        {
            "trunc_normal_(empty(2, 3), 2, 0.5, 1, 3)", () => Init.TruncatedNormal(empty(2, 3), 2, 0.5, 1, 3),
            [2.33083606, 1.72236109, 1.88298345, 2.29739237, 1.18094516, 2.39667845]
        },
        {
            "trunc_normal_(empty(2, 3, dtype=float64))", () => Init.TruncatedNormal(empty(2, 3, dtype: ScalarType.Float64)),
            [-1.39820694, -0.715703096, -0.686039517, -0.871314243, 0.13455198, -1.13965869]
        },
        {
            "trunc_normal_(empty(3, 2).t())", () => Init.TruncatedNormal(empty(3, 2).t()),
            [0.661672056, -0.234033108, -1.63810968, -0.555277884, 0.594784558, 0.793356657]
        },
        {
            "xavier_normal_(empty(2, 3))", () => Init.XavierNormal(empty(2, 3)),
            [0.418275833, 0.168817624, 0.0390081219, 0.392955571, -0.285810441, -0.105069987]
        },
        {
            "xavier_normal_(empty(2, 3, 2), gain=2)", () => Init.XavierNormal(empty(2, 3, 2), gain: 2),
            [0.591531336, 0.238744169, 0.0551658161, 0.555723131, -0.404196978, -0.148591399, -1.36200559, 0.341388464, -0.919121027,
                -0.503609717, -0.798088908, -0.0521005429]
        },
        {
            "xavier_normal_(empty(2, 3, dtype=float64))", () => Init.XavierNormal(empty(2, 3, dtype: ScalarType.Float64)),
            [0.41827584, 0.168817623, 0.0390081232, 0.392955582, -0.285810427, -0.105069986]
        },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_numbers_are_PyTorchs(string call, Func<Tensor> draw, double[] expected)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var drawn = draw();
        var given = drawn.to(ScalarType.Float64).contiguous().reshape(-1).data<double>().ToArray();
        var digits = drawn.dtype == ScalarType.Float64 ? 1e-8 : 5e-7;
        Assert.True(expected.Zip(given, (e, g) => Math.Abs(e - g) <= digits * Math.Max(1, Math.Abs(e))).All(same => same),
            $"{call}: {string.Join(" ", given)}");
        Assert.Equal(expected.Length, given.Length);
    }

    [Fact]
    public void A_truncated_normal_distribution_has_its_spread_within_its_bounds()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var drawn = Init.TruncatedNormal(empty(100_000));
        Assert.Equal(0.880, drawn.std().ToDouble(), 2);
        Assert.InRange(drawn.min().ToDouble(), -2, -1.99);
        Assert.InRange(drawn.max().ToDouble(), 1.99, 2);

        var moved = Init.TruncatedNormal(empty(100_000), 2, 0.5, 1, 3);
        Assert.Equal(2.0, moved.mean().ToDouble(), 2);
        Assert.Equal(0.440, moved.std().ToDouble(), 2);

        var half = Init.TruncatedNormal(empty(100_000), a: 0, b: double.PositiveInfinity);
        Assert.Equal(Math.Sqrt(2 / Math.PI), half.mean().ToDouble(), 2);
        Assert.True(half.isfinite().all().ToBoolean() && half.min().ToDouble() >= 0);
    }

    [Fact]
    public void Xavier_normal_has_the_tails_of_a_normal_distribution()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var drawn = Init.XavierNormal(empty(400, 100, 2), gain: 3).to(ScalarType.Float64);
        var std = 3 * Math.Sqrt(2.0 / 1000);
        Assert.Equal(std, drawn.std().ToDouble(), 3);
        Assert.Equal(3, (drawn / std).pow(4).mean().ToDouble(), 0.15);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Short_types_are_drawn_too(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var drawn = Init.TruncatedNormal(empty(1000, dtype: type)).to(ScalarType.Float32);
        Assert.Equal(0.88, drawn.std().ToDouble(), 0.06);
        Assert.True(drawn.abs().max().ToDouble() <= 2);
        Assert.Equal(type, Init.XavierNormal(empty(2, 3, dtype: type)).dtype);
    }

    [Fact]
    public void A_parameter_is_written_without_a_gradient_and_a_view_into_its_tensor()
    {
        using var scope = NewDisposeScope();
        var weight = nn.Parameter(zeros(4, 3));
        Assert.Same(weight, Init.TruncatedNormal(weight));
        Assert.True(weight.requires_grad && weight.is_leaf && weight.abs().sum().ToDouble() > 0);
        Assert.Same(weight, Init.XavierNormal(weight));
        Assert.True(weight.requires_grad && weight.is_leaf);

        var whole = zeros(4, 3);
        Init.TruncatedNormal(whole[.., ..2]);
        Assert.Equal([true, true, false], whole.abs().sum(0L).gt(0).data<bool>().ToArray());
    }

    [Fact]
    public void A_generator_of_its_own_draws_the_same_again()
    {
        using var scope = NewDisposeScope();
        AssertSame(g => Init.XavierNormal(empty(3, 4), generator: g));
        AssertSame(g => Init.TruncatedNormal(empty(9), generator: g));

        static void AssertSame(Func<Generator, Tensor> draw) => Assert.True(draw(new Generator(7)).Equals(draw(new Generator(7))));
    }

    [Fact]
    public void A_tensor_without_elements_stays_as_it_is()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([0, 3], Init.TruncatedNormal(empty(0, 3)).shape);
        Assert.Equal([0, 0], Init.XavierNormal(empty(0, 0)).shape);
    }

    public static TheoryData<string, Action> Refused => new()
    {
        { "std", () => Init.TruncatedNormal(empty(3), std: -1) },
        { "std", () => Init.TruncatedNormal(empty(3), std: 0) },
        { "std", () => Init.TruncatedNormal(empty(3), std: double.NaN) },
        { "mean", () => Init.TruncatedNormal(empty(3), double.PositiveInfinity) },
        { "mean", () => Init.TruncatedNormal(empty(3), a: 5, b: 6) },
        { "a", () => Init.TruncatedNormal(empty(3), a: 1, b: 1) },
        { "a", () => Init.TruncatedNormal(empty(3), a: double.NaN) },
        { "tensor", () => Init.TruncatedNormal(zeros(3, dtype: ScalarType.Int64)) },
        { "tensor", () => Init.TruncatedNormal(zeros(3, dtype: ScalarType.ComplexFloat32)) },
        { "tensor", () => Init.TruncatedNormal(null!) },
        { "tensor", () => Init.XavierNormal(empty(3)) },
        { "tensor", () => Init.XavierNormal(zeros(3, 3, dtype: ScalarType.Int32)) },
        { "gain", () => Init.XavierNormal(empty(3, 3), gain: -1) },
        { "mask", () => AttentionMask.Additive(zeros(2, 2)) },
        { "mask", () => AttentionMask.Additive(null!) },
        { "dtype", () => AttentionMask.Additive(zeros(2, 2) > 0, ScalarType.Int64) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_drawn_is_refused_by_name(string parameter, Action call)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(call).ParamName);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void A_bool_mask_becomes_one_that_blocks(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var blocked = ones(3, 3, dtype: ScalarType.Bool).triu(1);
        var mask = AttentionMask.Additive(blocked, type);
        Assert.Equal(type, mask.dtype);
        Assert.True(mask.isneginf().Equals(blocked) && mask.masked_fill(blocked, 0).eq(0).all().ToBoolean());

        using var attention = nn.MultiheadAttention(4, 1).to(type);
        var x = rand(3, 1, 4).to(type);
        var (first, changed) = (x.clone(), x.clone());
        changed[2] = 9;
        Assert.True(attention.call(first, first, first, attn_mask: mask).Item1[0]
            .Equals(attention.call(changed, changed, changed, attn_mask: mask).Item1[0]));
    }
}

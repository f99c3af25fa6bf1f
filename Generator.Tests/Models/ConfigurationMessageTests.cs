using Gen.Tests.Analyzers;

namespace Gen.Tests.Models;

/// <summary>Messages name the members of a configuration.</summary>
public sealed class ConfigurationMessageTests
{
    private const string Cfg = ConfiguredTests.Cfg;

    [Fact]
    public void A_wrong_size_is_told_with_the_member() => Assert.Equal(
        "'b' (Linear config.Dim+1 -> 4) needs config.Dim+1 features but gets config.Dim: input [B, 8] -> a [B, config.Dim]. Change it to "
        + "Linear(config.Dim, 4).",
        Markup.Message($$"""
            [Shape("B 8 -> B 4")] public sealed partial class Net(Cfg config)
            {
                [Layer] private readonly Linear a = Linear(8, config.Dim);
                [Layer] private readonly Linear {|GEN1001:b|} = Linear(config.Dim + 1, 4);
            }
            {{Cfg}}
            """));

    [Fact]
    public void A_wrong_size_of_a_value_is_told_with_its_number() => Assert.Equal(
        "'b' (Linear 12 -> 4) needs 12 features but gets 6: input [B, 8] -> a [B, 6]. Change it to Linear(6, 4).",
        Markup.Message($$"""
            [Shape("B 8 -> B 4")] public sealed partial class Net
            {
                [Layer] private readonly Linear a = Linear(8, Cfg.Small.Dim);
                [Layer] private readonly Linear {|GEN1001:b|} = Linear(Cfg.Small.Twice, 4);
            }
            {{Cfg}}
            """));

    [Fact]
    public void A_wrong_size_of_a_module_is_told_where_it_is_built() => Assert.Equal(
        "'a' (Inner) is declared for [B, 6] but gets [B, 8]: input [B, 8].",
        Markup.Message($$"""
            [Shape("B 8 -> B 4")] public sealed partial class Net { [Layer] private readonly Inner {|GEN1008:a|} = new(Cfg.Small); }
            [Shape("B it.Dim -> B 4")] public sealed partial class Inner(Cfg it) { [Layer] private readonly Linear a = Linear(it.Dim, 4); }
            {{Cfg}}
            """));

    [Theory]
    [InlineData("B config.Dimm -> B 4",
        "'config.Dimm' is not a size: 'config' has no integer 'Dimm' that cannot change (a get-only or init-only property, or a "
        + "readonly field).")]
    [InlineData("B 8 -> B config.Later",
        "'config.Later' is not a size: 'config' has no integer 'Later' that cannot change (a get-only or init-only property, or a "
        + "readonly field).")]
    [InlineData("B cfg.Dim -> B 4", "'cfg.Dim' is not a size: 'cfg' is no parameter of the constructor.")]
    [InlineData("B T.T -> B 4", "'T.T' is not a size: 'T' is no parameter of the constructor.")]
    public void GEN0004_a_path_that_leads_to_no_size(string shape, string message) =>
        Assert.StartsWith($"shape \"{shape}\": {message[..^1]}", Markup.Message($$"""
        [Shape({|GEN0004:"{{shape}}"|})] public sealed partial class Net(Cfg config)
        {
            [Layer] private readonly Linear a = Linear(config.Dim, 4);
        }
        public sealed record Cfg(long Dim) { public long Later { get; set; } }
        """), StringComparison.Ordinal);

    [Fact]
    public void GEN0004_a_path_in_a_fact() => Assert.Contains("'config.Dimm' is not a size", Markup.Message($$"""
        [Shape("B 8 -> B 4", Where = {|GEN0004:"config.Dimm > 3"|})] public sealed partial class Net(Cfg config)
        {
            [Layer] private readonly Linear a = Linear(config.Dim, 4);
        }
        public sealed record Cfg(long Dim);
        """), StringComparison.Ordinal);

    [Fact]
    public void GEN0004_a_truth_in_a_fact() => Assert.Contains("'config.Bias' is not a size", Markup.Message($$"""
        [Shape("B 8 -> B 4", Where = {|GEN0004:"config.Bias == 1"|})] public sealed partial class Net(Cfg config)
        {
            [Layer] private readonly Linear a = Linear(8, 4);
        }
        {{Cfg}}
        """), StringComparison.Ordinal);

    [Fact]
    public void GEN0004_a_truth_as_a_size() => Assert.Contains("'config.Bias' in the shape is a constructor parameter of type bool",
        Markup.Message($$"""
        [Shape({|GEN0004:"B config.Bias -> B 4"|})] public sealed partial class Net(Cfg config)
        {
            [Layer] private readonly Linear a = Linear(config.Dim, 4);
        }
        {{Cfg}}
        """), StringComparison.Ordinal);

    [Fact]
    public void A_comment_names_the_member() => Markup.Verify($$"""
        [Shape("B 8 -> B 4")] public sealed partial class Net(Cfg config)
        {
            [Layer] private readonly Linear a = Linear(8, config.Dim); // (B, config.Dim)
            [Layer] private readonly Linear b = Linear(config.Dim, 4); // (B, x.shape, 3)
            [Layer] private readonly ReLU c = ReLU(); {|GEN1011:// (B, config.Dim)|}
        }
        {{Cfg}}
        """, d => d.Id != "GEN5003");
}

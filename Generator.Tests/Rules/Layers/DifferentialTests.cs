using Gen.Rules.Layers;

namespace Gen.Tests.Rules.Layers;

/// <summary>Every rule against the real layer, over random arguments and inputs.</summary>
[Collection("TorchSharp")]
public sealed class DifferentialTests(ITestOutputHelper output)
{
    /// <summary>Rules that tell a shape only now and then, or never, and why.</summary>
    private static readonly Dictionary<string, string> SeldomTold = new(StringComparer.Ordinal)
    {
        ["AdaptiveMaxPool3d"] = "it never runs",
        ["CTCLoss"] = "the lengths in its inputs decide",
        ["GaussianNLLLoss"] = "the values of its variance decide",
        ["TripletMarginWithDistanceLoss"] = "the distance is a function of the user's",
        ["Embedding_from_pretrained"] = "the table is a tensor of the running program",
        ["EmbeddingBag_from_pretrained"] = "the table is a tensor of the running program",
    };

    public static TheoryData<string> Ruled => [.. LayerRules.All.Select(r => r.Factory).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Ruled))]
    public void The_rule_agrees_with_TorchSharp(string factory) => Check(factory, Judge.Try(factory, ..60, seed: 1));

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Ruled))]
    public void The_rule_agrees_with_TorchSharp_in_thousands_of_cases(string factory) =>
        Check(factory, JudgeProcess.Try(factory, 700, seed: 2));

    /// <summary>Pools that take nothing empty but a batch, or without a batch channels.</summary>
    [Theory]
    [InlineData("MaxUnpool1d")]
    [InlineData("MaxUnpool2d")]
    [InlineData("MaxUnpool3d")]
    [InlineData("FractionalMaxPool2d")]
    [InlineData("FractionalMaxPool3d")]
    public void The_rule_of_a_pool_agrees_with_TorchSharp_where_a_dimension_is_0(string factory) =>
        CheckEmpty(Judge.Try(factory, ..40, seed: 1, isEmpty: true), 40);

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Ruled))]
    public void The_rule_agrees_with_TorchSharp_where_a_dimension_is_0(string factory) =>
        CheckEmpty(JudgeProcess.Try(factory, 200, seed: 3, isEmpty: true), 200);

    private void CheckEmpty(Judge.Tally tally, int least)
    {
        output.WriteLine($"{tally.Ran} of {tally.Cases} cases ran, of {tally.Told} the rule told the shape");
        Assert.True(tally.Contradictions.Count == 0,
            $"{tally.Contradictions.Count} contradictions in {tally.Cases} cases:\n{string.Join("\n", tally.Contradictions.Take(8))}");
        Assert.InRange(tally.Cases, least, int.MaxValue);
    }

    private void Check(string factory, Judge.Tally tally)
    {
        output.WriteLine($"{tally.Ran} of {tally.Cases} cases ran, of {tally.Told} the rule told the shape");
        Assert.True(tally.Contradictions.Count == 0,
            $"{tally.Contradictions.Count} contradictions in {tally.Cases} cases:\n{string.Join("\n", tally.Contradictions.Take(8))}");

        // A test of a rule needs cases in which it speaks. Of the calls of Upsample most run, with so few combinations that are valid.
        Assert.True(tally.Ran >= tally.Cases / (factory == "Upsample" ? 3 : 20) || factory == "AdaptiveMaxPool3d",
            $"only {tally.Ran} of {tally.Cases} cases ran");
        if (!SeldomTold.ContainsKey(factory))
        {
            Assert.True(tally.Told >= tally.Ran / 4, $"of {tally.Ran} cases that ran, the rule told only {tally.Told}");
        }
    }
}

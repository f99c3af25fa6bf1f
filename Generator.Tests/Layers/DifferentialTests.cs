using Gen.Layers;
using Gen.Tests.Behaviour;

namespace Gen.Tests.Layers;

/// <summary>Every rule against the real layer, over random arguments and inputs.</summary>
[Collection("TorchSharp")]
public sealed class DifferentialTests
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
    public void The_rule_agrees_with_TorchSharp_in_thousands_of_cases(string factory) => Check(factory, JudgeProcess.Try(factory, 700, seed: 2));

    private static void Check(string factory, Judge.Tally tally)
    {
        Assert.True(tally.Contradictions.Count == 0, $"{tally.Contradictions.Count} contradictions in {tally.Cases} cases:\n{string.Join("\n", tally.Contradictions.Take(8))}");

        // A test of a rule needs cases in which it speaks.
        Assert.True(tally.Ran >= tally.Cases / 20 || factory == "AdaptiveMaxPool3d", $"only {tally.Ran} of {tally.Cases} cases ran");
        if (!SeldomTold.ContainsKey(factory))
        {
            Assert.True(tally.Told >= tally.Ran / 4, $"of {tally.Ran} cases that ran, the rule told only {tally.Told}");
        }
    }
}

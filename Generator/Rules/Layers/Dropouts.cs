using Gen.Shapes;


namespace Gen.Rules.Layers;

/// <summary>Layers that drop elements or whole channels while training.</summary>
internal static class Dropouts
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        Drop("AlphaDropout", Activations.Same),
        Drop("Dropout", Activations.Same),
        Drop("Dropout1d", static call => call.Rank("(N, C, L)", 3) ? call.Input : Shape.UnknownRank),

        Drop("Dropout2d", Activations.Same) with { DropsSamplesAt = 3 },
        Drop("Dropout3d", Activations.Same),
        Drop("FeatureAlphaDropout", Activations.Same),
    ];

    private static LayerRule Drop(string factory, Func<LayerCall, Shape> output) => new(factory)
    {
        Shapes = factory switch
        {
            "Dropout1d" => "N C L -> N C L",
            "Dropout2d" or "Dropout3d" or "FeatureAlphaDropout" => "N C *S -> N C *S",
            _ => "*B -> *B",
        },
        Reads = ["p", "inplace"],
        Role = Role.Dropout,
        Memory = Memory.Operand,
        Types = TypeRule.Same,
        DiffersInTraining = static a => a.Number("p") is null or > 0,
        Arguments = static call =>
        {
            if (call.Arguments.Number("p") is < 0 or > 1 or double.NaN)
            {
                call.Contradiction(FormattableString.Invariant($"p must be between 0 and 1, but is {call.Arguments.Number("p")}"));
            }
        },
        Output = output,
    };
}

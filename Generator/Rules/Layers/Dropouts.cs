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
        SavesOf = call => Save(call, factory),

        // The mask of whole channels.
        Statistics = call => factory != "Dropout" && call.Arguments.Number("p") is > 0 and < 1 && call.Input.Rank is >= 3
            ? Dim.Of(4) * call.Input.Dims[0] * call.Input.Dims[1] : Dim.Zero,
    };

    /// <summary>The input is multiplied by a mask; with a probability of 0, it is given back.</summary>
    private static Saved? Save(LayerCall call, string factory) => (factory, call.Arguments.Number("p"), call.Input.Rank) switch
    {
        _ when call.Arguments.Has("inplace") && call.Arguments.Flag("inplace") is not false => null,
        ("Dropout" or "Dropout1d" or "Dropout2d" or "Dropout3d", 0, _) => Saved.Passes,
        ("Dropout", > 0 and < 1, _) => Saved.Apart | Saved.Mask,
        ("Dropout1d", > 0 and < 1, 3) or ("Dropout2d", > 0 and < 1, 4) or ("Dropout3d", > 0 and < 1, 5) => Saved.Apart,
        _ => null,
    };
}

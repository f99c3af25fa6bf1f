using Gen.Shapes;

namespace Gen.Layers;

/// <summary>Layers that keep the shape: activations and dropout.</summary>
internal static class Elementwise
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        Keeps("Dropout"),
        Keeps("Identity"),
        Keeps("LeakyReLU"),
        Keeps("ReLU"),
        Keeps("Sigmoid"),
        Keeps("Tanh"),
    ];

    private static LayerRule Keeps(string factory) => new(factory)
    {
        Shapes = "*B -> *B",
        Reads = factory == "Dropout" ? ["p"] : [],
        Arguments = factory == "Dropout" ? Probability : static _ => { },
        Output = static call =>
        {
            if (call.Input.IsUnknownRank)
            {
                call.Incomplete();
            }

            return call.Input;
        },
    };

    private static void Probability(LayerCall call)
    {
        var p = call.Arguments.Raw("p") switch
        {
            Model.Value.Real real => real.Number,
            Model.Value.Integer { Dim.Constant: { } whole } => whole,
            _ => 0,
        };
        if (p is < 0 or > 1 or double.NaN)
        {
            call.Contradiction(FormattableString.Invariant($"p must be between 0 and 1, but is {p}"));
        }
    }
}

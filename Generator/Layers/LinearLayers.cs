using Gen.Shapes;
using static Gen.Layers.StateTensor;

namespace Gen.Layers;

/// <summary>Fully connected layers.</summary>
internal static class LinearLayers
{
    public static readonly LayerRule Linear = new("Linear")
    {
        Shapes = "*B inputSize -> *B outputSize",
        Reads = ["inputSize", "outputSize", "hasBias", "weight", "bias"],
        Infers = new("inputSize", "features", static input => input[-1]),
        Brief = static a => $"{a["inputSize"]} -> {a["outputSize"]}",
        State = static a =>
        [
            Parameter("weight", a["outputSize"], a["inputSize"]),
            .. Parameter("bias", a["outputSize"]).When(a.Has("weight") ? null : a.Flag("hasBias")),
        ],
        Arguments = static call =>
        {
            call.Minimum("inputSize", call.Arguments["inputSize"], 0);
            call.Minimum("outputSize", call.Arguments["outputSize"], 0);
        },

        // y = x W^T + b, over the last dimension.
        Output = static call => call.Input.IsUnknownRank
            ? LastOf(call)
            : call.AtLeastRank("(*, in_features)", 1) && call.Features(call.Arguments["inputSize"], call.Input[-1])
                ? call.Input.WithLast(call.Arguments["outputSize"])
                : Shape.UnknownRank,
        MultiplyAdds = static (call, output) => call.Arguments["inputSize"] * output.ElementCount(),
    };

    public static readonly IReadOnlyList<LayerRule> All = [Linear];

    private static Shape LastOf(LayerCall call)
    {
        call.Incomplete();
        return new Shape("...", [call.Arguments["outputSize"]]);
    }
}

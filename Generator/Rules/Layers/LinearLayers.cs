using Gen.Shapes;

using static Gen.Rules.Layers.StateTensor;

namespace Gen.Rules.Layers;

/// <summary>Fully connected layers.</summary>
internal static class LinearLayers
{
    public static readonly LayerRule Linear = new("Linear")
    {
        // More than two dimensions are made two, and the gradient is a view of theirs; that of the weights is turned.
        SavesOf = static call => Saved.First | Saved.ForWeights | Saved.Turned | (call.Input.Rank == 2 ? Saved.Nothing : Saved.Viewed),
        Types = TypeRule.Alike("float"),
        Role = Role.Linear,
        Shapes = "*B inputSize -> *B outputSize",
        Reads = ["inputSize", "outputSize", "hasBias", "weight", "bias"],
        Infers = new("inputSize", "features", static input => input[-1]),
        Brief = static a => $"{a["inputSize"]} -> {a["outputSize"]}",
        State = static a =>
        [
            Parameter("weight", a["outputSize"], a["inputSize"]),
            .. Parameter("bias", a["outputSize"]).When(a.Has("weight") ? Dim.Unknown : a.Presence("hasBias")),
        ],
        Arguments = static call =>
        {
            call.Minimum("inputSize", call.Arguments["inputSize"], 1);
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

    // y = x1^T A x2 + b
    public static readonly LayerRule Bilinear = new("Bilinear")
    {
        Types = TypeRule.Alike("float"),
        Role = Role.Linear,
        Shapes = "*B in1_features, *B in2_features -> *B out_features",
        Inputs = 2,
        Reads = ["in1_features", "in2_features", "out_features", "hasBias"],
        Brief = static a => $"{a["in1_features"]}, {a["in2_features"]} -> {a["out_features"]}",
        State = static a =>
        [
            Parameter("weight", a["out_features"], a["in1_features"], a["in2_features"]),
            .. Parameter("bias", a["out_features"]).When(a.Presence("hasBias")),
        ],
        Arguments = static call =>
        {
            call.Minimum("in1_features", call.Arguments["in1_features"], 1);
            call.Minimum("in2_features", call.Arguments["in2_features"], 0);
            call.Minimum("out_features", call.Arguments["out_features"], 0);
        },
        Output = static call =>
        {
            var (first, second) = (call.Input, call.InputAt(1));
            if (first.Rank is not { } rank || second.Rank is not { } other)
            {
                call.Incomplete();
                return Shape.UnknownRank;
            }

            if (rank != other || rank == 0)
            {
                call.Contradiction($"{first} and {second} must have the same number of dimensions, 1 or more");
                return Shape.UnknownRank;
            }

            for (var i = 0; i < rank - 1; i++)
            {
                call.Same($"dimension {i} of {first} and {second} must be the same", first.Dims[i], second.Dims[i]);
            }

            return call.Features(call.Arguments["in1_features"], first[-1]) & call.Features(call.Arguments["in2_features"], second[-1])
                && !call.Failed
                ? first.WithLast(call.Arguments["out_features"])
                : Shape.UnknownRank;
        },
        MultiplyAdds = static (call, output) => call.Arguments["in1_features"] * call.Arguments["in2_features"] * output.ElementCount(),
    };

    public static readonly IReadOnlyList<LayerRule> All = [Linear, Bilinear];

    private static Shape LastOf(LayerCall call)
    {
        call.Incomplete();
        return new Shape("...", [call.Arguments["outputSize"]]);
    }
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Layers;

/// <summary>What autograd keeps of losses, and what they work with.</summary>
internal static class LossMemory
{
    /// <summary>What is kept: nothing is known of classes that have weights, and of tensors that are not of one shape.</summary>
    public static Saved? Saves(LayerCall call, string factory)
    {
        if (call.Arguments.Member("reduction") is null || call.Input.IsUnknownRank || call.HasInput(2))
        {
            return null;
        }

        switch (factory)
        {
            case "CrossEntropyLoss" or "NLLLoss":
                return !call.Arguments.IsNull("weight") || (!call.Arguments.IsNull("label_smoothing")
                    && call.Arguments.Number("label_smoothing") != 0) || call.Input.Rank is null or < 2
                    || !call.TypeAt(1).Is(ElementType.Integer) ? null
                    : factory == "NLLLoss" ? Saved.First | Saved.Second : Saved.Second;
            case "SmoothL1Loss" when !call.Arguments.IsNull("beta") && call.Arguments.Number("beta") is not > 0:
                return null;
            case "MSELoss" or "SmoothL1Loss" or "HuberLoss" or "BCEWithLogitsLoss" or "L1Loss":
                return !call.Input.Equals(call.InputAt(1)) || !call.Arguments.IsNull("weight") || !call.Arguments.IsNull("pos_weights")
                    || !call.TypeAt(1).MayBe(ElementType.Float) ? null
                    : factory == "L1Loss" ? Saved.Nothing : Saved.First | Saved.Second;
            default:
                return null;
        }
    }

    /// <summary>The logarithms of the probabilities, or the differences.</summary>
    public static Dim Statistics(LayerCall call, string factory) => factory is "CrossEntropyLoss" or "L1Loss" ? Bytes(call) : Dim.Zero;

    /// <summary>In forward, what is computed of each element before it is summed up; in backward, the gradient of what is kept.</summary>
    public static (Dim Forward, Dim Backward) Works(LayerCall call, string factory)
    {
        var (one, isSum) = (Bytes(call), call.Arguments.Member("reduction") != "None");
        var summed = isSum ? one : Dim.Zero;
        return factory switch
        {
            "CrossEntropyLoss" => (Dim.Zero, one),
            "L1Loss" => (summed, call.Arguments.Member("reduction") == "Mean" ? one + one : one),
            "MSELoss" or "SmoothL1Loss" or "HuberLoss" => (summed, Dim.Zero),
            "BCEWithLogitsLoss" => (one + summed, Dim.Zero),
            _ => (Dim.Zero, Dim.Zero),
        };
    }

    private static Dim Bytes(LayerCall call) => call.Input.IsUnknownRank ? Dim.Zero : call.Input.Elements * Dim.Of(4);
}

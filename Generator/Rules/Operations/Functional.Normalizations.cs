using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <content>Normalisations.</content>
internal static partial class Functional
{
    private static Value LayerNorm(OperationCall call)
    {
        if (call.Sizes(call["normalized_shape"]) is not { Count: > 0 } sizes || call.Self.IsUnknownRank)
        {
            return call.Unknown();
        }

        if (call.Self.Dims.Count < sizes.Count)
        {
            return call.Self.HasVariadic ? call.Unknown()
                : call.Wrong(FindingKind.OperationRank, call.Self.ToString(), $"{sizes.Count} sizes are normalised");
        }

        for (var i = 1; i <= sizes.Count; i++)
        {
            call.Same(call.Self, Shape.Of([.. sizes]), call.Self.Dims.Count - i, call.Self[-i], sizes[sizes.Count - i]);
        }

        foreach (var part in new[] { "weight", "bias" }.Where(call.Has).Select(call.ShapeAt))
        {
            if (!part.Equals(Shape.Of([.. sizes])))
            {
                call.Checks.Incomplete();
            }
        }

        return new Value.Tensor(call.Self);
    }

    private static Value Channels(OperationCall call, int least, params string[] vectors)
    {
        if (call.Self.Rank is not { } rank)
        {
            return call.Unknown();
        }

        if (call.Self.Dims.Any(d => d.Constant == 0))
        {
            return call.Unknown();
        }

        if (rank < least)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), $"it needs {least} dimensions or more");
        }

        foreach (var vector in vectors)
        {
            Vector(call, call.Self, vector, 1);
        }

        // Without statistics of its own it needs those that are given.
        if (call.Name == "instance_norm" && (call.Has("running_mean") != call.Has("running_var")
            || (!call.Has("running_mean") && call.Flag("use_input_stats") is not true)))
        {
            call.Checks.Incomplete();
        }

        return new Value.Tensor(call.Self);
    }

    private static Value GroupNorm(OperationCall call)
    {
        if (call.Self.Rank is not { } rank)
        {
            return call.Unknown();
        }

        if (rank < 2)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 2 dimensions or more");
        }

        var groups = call.Size("num_groups");
        call.Checks.Divisible("channels", call.Self.Dims[1], "num_groups", groups);
        Vector(call, call.Self, "weight", 1);
        Vector(call, call.Self, "bias", 1);

        if (call.Self.Dims.Any(d => d.Constant == 0))
        {
            call.Checks.Incomplete();
        }

        return call.Failed ? new Value.Tensor(Shape.UnknownRank) : new Value.Tensor(call.Self);
    }
}

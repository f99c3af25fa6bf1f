using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <content>Layers whose weights are given.</content>
internal static partial class Functional
{
    private static Value Linear(OperationCall call)
    {
        var weight = OperationCall.ShapeOf(call.At(1));
        if (call.Self.Dims.Count == 0 || weight.Rank is not { } rank)
        {
            return call.Unknown();
        }

        if (rank != 2)
        {
            return rank == 1 ? call.Unknown() : call.Wrong(FindingKind.OperationRank, weight.ToString(), "the weight needs 2 dimensions");
        }

        if (!call.Same(call.Self, weight, call.Self.Dims.Count - 1, call.Self[-1], weight.Dims[1]))
        {
            return new Value.Tensor(Shape.UnknownRank);
        }

        var output = call.Self.WithLast(weight.Dims[0]);
        // The bias is added: one number may do for all.
        if (call.Has("bias") && (call.ShapeAt("bias") is not { Rank: 1 } bias
            || (!call.Broadcast(output, bias).Equals(output) && !call.Failed)))
        {
            call.Checks.Incomplete();
        }

        call.MultiplyAdds = output.Elements * weight.Dims[1];
        return new Value.Tensor(output);
    }

    /// <summary>(*B, in1), (*B, in2) and a weight (out, in1, in2) give (*B, out).</summary>
    private static Value Bilinear(OperationCall call)
    {
        var (first, second, weight) = (call.Self, OperationCall.ShapeOf(call.At(1)), call.ShapeAt("weight"));
        if (first.Rank is not { } rank || second.Rank is not { } other || weight.Rank is not { } ofWeight || rank == 0 || other == 0)
        {
            return call.Unknown();
        }

        if (ofWeight != 3)
        {
            return call.Wrong(FindingKind.OperationRank, weight.ToString(), "the weight needs 3 dimensions");
        }

        if (rank != other)
        {
            return call.Wrong(FindingKind.OperationRank, first.ToString(), $"{second} has another number of dimensions");
        }

        if (weight.Dims[1].Constant == 0 || weight.Dims[2].Constant == 0)
        {
            return call.Wrong(FindingKind.OperationArguments, "its inputs need features, and have 0");
        }

        for (var i = 0; i < rank - 1; i++)
        {
            call.Same(first, second, i, first.Dims[i], second.Dims[i]);
        }

        call.Same(first, weight, rank - 1, first[-1], weight.Dims[1]);
        call.Same(second, weight, rank - 1, second[-1], weight.Dims[2]);
        if (call.Failed)
        {
            return new Value.Tensor(Shape.UnknownRank);
        }

        var output = first.WithLast(weight.Dims[0]);
        Vector(call, output, "bias", rank - 1);
        call.MultiplyAdds = output.Elements * weight.Dims[1] * weight.Dims[2];
        return new Value.Tensor(output);
    }

    /// <summary>A convolution whose weight is given: (out, in/groups, *kernel), or (in, out/groups, *kernel) where it is
    /// transposed.</summary>
    private static Value Convolve(OperationCall call, int spatial, bool isTransposed = false)
    {
        var weight = OperationCall.ShapeOf(call.At(1));
        if (weight.Rank is not { } rank || call.Self.Rank is null
            || OperationCall.SizeOf(call["groups"] ?? Views.Number(1)) is not { IsUnknown: false } groups)
        {
            return call.Unknown();
        }

        if (weight.Dims.Concat(call.Self.Dims).Any(d => d.Constant == 0))
        {
            return call.Unknown();
        }

        if (rank != spatial + 2)
        {
            return call.Wrong(FindingKind.OperationRank, weight.ToString(), $"the weight needs {spatial + 2} dimensions");
        }

        Argument Given(string parameter, Value value) => new(parameter, value, null);
        var arguments = new[]
        {
            Given("in_channels", new Value.Integer(isTransposed ? weight.Dims[0] : weight.Dims[1] * groups)),
            Given("out_channels", new Value.Integer(isTransposed ? weight.Dims[1] * groups : weight.Dims[0])),
            Given("kernel_size", new Value.List(weight.Dims.Skip(2).Select(d => (Value)new Value.Integer(d)).ToEquatableArray())),
            Given("stride", call["stride"] ?? call["strides"] ?? new Value.Null()),
            Given("padding", call["padding"] is { } p and not Value.Null ? p : Views.Number(0)),
            Given("dilation", call["dilation"] is { } d and not Value.Null ? d : Views.Number(1)),
            Given("groups", new Value.Integer(groups)),
            Given("output_padding", call["output_padding"] is { } more and not Value.Null ? more : Views.Number(0)),
            Given("bias", new Value.Boolean(false)), Given("padding_mode", new Value.Enumeration("PaddingModes", "Zeros")),
        }.Select(a => a.Value is Value.Null ? a with { Value = Views.Number(1) } : a).ToArray();
        var rule = isTransposed ? TransposedConvolutions.Function(spatial) : LayerRules.Find($"Conv{spatial}d")!;
        var layer = new LayerCall(new LayerArguments(arguments), call.Self, call.Facts);
        rule.Arguments(layer);
        var output = layer.Failed ? Shape.UnknownRank : rule.Output(layer);
        foreach (var issue in layer.Issues)
        {
            call.Fail(issue.Kind == FindingKind.SizeBelowOne
                ? new(FindingKind.OperationSize, [call.Name, .. issue.Particulars])
                : issue.Kind == FindingKind.ChannelMismatch
                    ? new(FindingKind.OperationOperands, call.Name, call.Self.ToString(), weight.ToString(), "1", issue.Particulars[1],
                        issue.Particulars[0])
                    : new(FindingKind.OperationArguments, call.Name, issue.Particulars[0]));
        }

        foreach (var condition in layer.Conditions)
        {
            call.Checks.Require(condition);
        }

        if (layer.IsIncomplete)
        {
            call.Checks.Incomplete();
        }

        if (!call.Failed)
        {
            Vector(call, output, "bias", output.Dims.Count - spatial - 1);
        }

        call.MultiplyAdds = layer.Failed ? Dim.Unknown : rule.MultiplyAdds(layer, output);
        return new Value.Tensor(output);
    }

    /// <summary>A vector with a number for each index of a dimension.</summary>
    private static void Vector(OperationCall call, Shape shape, string parameter, int at)
    {
        if (call.ShapeAt(parameter) is { Rank: 1 } vector)
        {
            call.Same(shape, vector, at, shape.Dims[at], vector.Dims[0]);
        }
        else if (call.Has(parameter))
        {
            call.Checks.Incomplete();
        }
    }
}

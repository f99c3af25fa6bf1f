using Gen.Model;
using Gen.Shapes;
using static Gen.Rules.Operations.OperationRules;

namespace Gen.Rules.Operations;

/// <summary>Tensors made from sizes and numbers.</summary>
internal static class Creation
{
    private static readonly string[] Scalars = ["rows", "columns", "dim0", "dim1", "dim2", "dim3"];

    public static readonly Dictionary<string, Rule> All = new(StringComparer.Ordinal)
    {
        ["zeros"] = Sized,
        ["ones"] = Sized,
        ["empty"] = Sized,
        ["full"] = Sized,
        ["rand"] = Sized,
        ["randn"] = Sized,
        ["new_zeros"] = Sized,
        ["new_ones"] = Sized,
        ["new_full"] = Sized,
        ["new_empty"] = Sized,
        ["normal"] = Normal,
        ["randint"] = call => call.Has("size") ? Sized(call) : call.Unknown(),
        ["eye"] = call => OperationCall.SizeOf(call["rows"]) is { IsUnknown: false } rows
            ? new Value.Tensor(Shape.Of(rows, call["columns"] is Value.Integer { Dim: { Constant: not -1 } columns } ? columns : rows),
                call.TypeOr(TypeOfNew(call), "dtype"))
            : call.Unknown(),
        ["arange"] = Range,
        ["linspace"] = call => OperationCall.SizeOf(call["steps"]) is { IsUnknown: false } steps
            ? new Value.Tensor(Shape.Of(steps), call.TypeOr(ElementType.Float, "dtype")) : call.Unknown(),
        ["logspace"] = call => OperationCall.SizeOf(call["steps"]) is { IsUnknown: false } steps
            ? new Value.Tensor(Shape.Of(steps), call.TypeOr(ElementType.Float, "dtype")) : call.Unknown(),
        ["randperm"] = call => OperationCall.SizeOf(call.At(0)) is { IsUnknown: false } n
            ? new Value.Tensor(Shape.Of(n), call.TypeOr(ElementType.Integer, "dtype")) : call.Unknown(),
        ["tensor"] = Literal,
        ["as_tensor"] = Literal,
        ["Parameter"] = call => new Value.Tensor(call.Self, call.Type),
        ["tril_indices"] = call => call.Unknown(),
        ["triu_indices"] = call => call.Unknown(),
        ["meshgrid"] = call => call.Unknown(),
    };

    private static Value Sized(OperationCall call)
    {
        // An array that is not read has any number of sizes.
        var sizes = (call["size"] ?? call["sizes"]) is { } given ? call.Sizes(given) : Scalars.Where(call.Has).Select(call.Size).ToArray();
        if (sizes is null || (sizes.Count == 0 && !call.Has("size") && !call.Has("sizes")))
        {
            return call.Unknown();
        }

        if (sizes.FirstOrDefault(s => s.Constant < 0) is { } negative)
        {
            return call.Wrong(FindingKind.OperationArguments, $"a size cannot be {negative}");
        }

        if (sizes.Any(s => s.IsUnknown))
        {
            call.Checks.Incomplete();
        }

        return new Value.Tensor(Shape.Of([.. sizes]), call.TypeOr(TypeOfNew(call), "dtype"));
    }

    /// <summary>A tensor's own methods give tensors of its type.</summary>
    private static ElementType TypeOfNew(OperationCall call) => call.Name is "full" or "new_full" ? ElementType.Unknown
        : call.Has("self") ? call.Type
        : call.Name == "randint" ? ElementType.Integer : ElementType.Float;

    /// <summary>Numbers and sizes, or tensors that say mean and deviation of each element.</summary>
    private static Value Normal(OperationCall call) => call["size"] is not null ? Sized(call)
        : (call["mean"], call["std"]) switch
        {
            (Value.Tensor mean, Value.Tensor std) => new Value.Tensor(call.Broadcast(mean.Shape, std.Shape)),
            (Value.Tensor mean, _) => new Value.Tensor(mean.Shape),
            (_, Value.Tensor std) => new Value.Tensor(std.Shape),
            _ => call.Unknown(),
        };

    private static Value Range(OperationCall call)
    {
        var isReal = new[] { "start", "stop", "step" }.Any(p => call[p] is Value.Real);
        var (start, stop, step) = (call.Has("start") ? call.Size("start") : Dim.Zero, call.Size("stop"),
            call.Has("step") ? call.Size("step") : Dim.One);
        if (isReal || start.IsUnknown || stop.IsUnknown || step.Constant is not { } by)
        {
            return new Value.Tensor(Shape.Of(call.Checks.Unknown()));
        }

        if (by == 0)
        {
            return call.Wrong(FindingKind.OperationArguments, "step must not be 0");
        }

        var length = Dim.FloorDiv(by > 0 ? stop - start + Dim.Of(by - 1) : start - stop + Dim.Of(-by - 1), Dim.Of(Math.Abs(by)));
        return Comparison.AtLeast(length, Dim.Zero, call.Facts) switch
        {
            true => new Value.Tensor(Shape.Of(length), call.TypeOr(ElementType.Integer, "dtype")),
            false => call.Wrong(FindingKind.OperationArguments, $"from {start} to {stop} there is no step of {by}"),
            null => new Value.Tensor(Shape.Of(call.Checks.Unknown())),
        };
    }

    /// <summary><c>tensor(new[] { 1f, 2f })</c>: nested lists of one length each.</summary>
    private static Value Literal(OperationCall call)
    {
        if (call.Has("dimensions") || call.Has("rows") || call.Has("dim0"))
        {
            return call.Sizes(call["dimensions"]) is { } sizes ? new Value.Tensor(Shape.Of([.. sizes])) : call.Unknown();
        }

        var dims = new List<Dim>();
        for (var value = call.At(0); ; value = ((Value.List)value!).Items[0])
        {
            switch (value)
            {
                case Value.List { Items.Count: > 0 } list:
                    dims.Add(Dim.Of(list.Items.Count));
                    continue;
                case Value.List:
                    dims.Add(Dim.Zero);
                    return new Value.Tensor(Shape.Of([.. dims]));
                case Value.Integer:
                    return new Value.Tensor(Shape.Of([.. dims]), call.TypeOr(ElementType.Integer, "dtype"));
                case Value.Real:
                    return new Value.Tensor(Shape.Of([.. dims]), call.TypeOr(ElementType.Float, "dtype"));
                case Value.Boolean:
                    return new Value.Tensor(Shape.Of([.. dims]), call.TypeOr(ElementType.Boolean, "dtype"));
                default:
                    return call.Unknown();
            }
        }
    }
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Tensors made from sizes and numbers.</summary>
internal static class Creation
{
    private static readonly string[] Scalars = ["rows", "columns", "dim0", "dim1", "dim2", "dim3"];

    public static readonly IReadOnlyList<OperationRule> All = Made(
    [
        new("zeros ones empty rand randn") { Output = Sized, Memory = Memory.Ordered, Types = TypeRule.Made },
        new("full") { Output = Sized, Memory = Memory.Ordered },
        new("new_zeros new_ones new_full new_empty") { Output = Sized },
        new("normal") { Output = Normal },
        new("randint") { Output = static call => call.Has("size") ? Sized(call) : call.Unknown() },
        new("eye")
        {
            Output = static call => OperationCall.SizeOf(call["rows"]) is { IsUnknown: false } rows
                ? new Value.Tensor(Shape.Of(rows, call["columns"] is Value.Integer { Dim: { Constant: not -1 } columns } ? columns : rows),
                    TypeOfNew(call))
                : call.Unknown(),
            Memory = Memory.Ordered,
            Types = TypeRule.Made,
        },
        new("arange") { Output = Range, Memory = Memory.Ordered },
        new("linspace logspace")
        {
            Output = static call => OperationCall.SizeOf(call["steps"]) is { IsUnknown: false } steps
                ? new Value.Tensor(Shape.Of(steps), ElementType.Float32) : call.Unknown(),
            Types = TypeRule.Made,
        },
        new("randperm")
        {
            Output = static call => OperationCall.SizeOf(call.At(0)) is { IsUnknown: false } n
                ? new Value.Tensor(Shape.Of(n), call.TypeOr(ElementType.Int64)) : call.Unknown(),
        },
        new("tensor as_tensor from_array") { Output = Literal, Types = TypeRule.Stated },
        new("Parameter") { Output = static call => new Value.Tensor(call.Self), Types = TypeRule.Same },
        new("tril_indices triu_indices meshgrid") { Output = static call => call.Unknown() },
    ]);

    private static OperationRule[] Made(OperationRule[] rules) =>
        [.. rules.Select(static r => r with { Devices = DeviceRule.Made })];

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

        return new Value.Tensor(Shape.Of([.. sizes]), call.TypeOr(TypeOfNew(call)));
    }

    /// <summary>A tensor's own methods give tensors of its type.</summary>
    private static ElementType TypeOfNew(OperationCall call) => call.Has("self") ? call.Type
        : call.Name == "randint" ? ElementType.Int64
        : call.Name != "full" ? ElementType.Float32
        : call["value"] switch
        {
            Value.Real => ElementType.Float32,
            Value.Integer => ElementType.Int64,
            Value.Boolean => ElementType.Int64,
            _ => ElementType.Unknown,
        };

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
            return new Value.Tensor(Shape.Of(call.Checks.Unknown()), call.TypeOr(isReal ? ElementType.Float32 : ElementType.Unknown));
        }

        if (by == 0)
        {
            return call.Wrong(FindingKind.OperationArguments, "step must not be 0");
        }

        var length = Dim.FloorDiv(by > 0 ? stop - start + Dim.Of(by - 1) : start - stop + Dim.Of(-by - 1), Dim.Of(Math.Abs(by)));
        return Comparison.AtLeast(length, Dim.Zero, call.Facts) switch
        {
            true => new Value.Tensor(Shape.Of(length), call.TypeOr(ElementType.Int64)),
            false => call.Wrong(FindingKind.OperationArguments, $"from {start} to {stop} there is no step of {by}"),
            null => new Value.Tensor(Shape.Of(call.Checks.Unknown()), call.TypeOr(ElementType.Int64)),
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
                case Value.Integer or Value.Real or Value.Boolean:
                    return new Value.Tensor(Shape.Of([.. dims]));
                default:
                    return call.Unknown();
            }
        }
    }
}

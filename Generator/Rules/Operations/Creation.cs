using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Tensors made from sizes and numbers.</summary>
internal static class Creation
{
    private const long MostRows = 100_000;
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
        new("tensor as_tensor from_array frombuffer") { Output = Literal, Types = TypeRule.Stated },
        new("Parameter") { Output = static call => new Value.Tensor(call.Self), Types = TypeRule.Same },
        new("polar complex")
        {
            Output = static call => call.Self.IsUnknownRank || OperationCall.ShapeOf(call.At(1)).IsUnknownRank ? call.Unknown()
                : new Value.Tensor(call.Broadcast(call.Self, OperationCall.ShapeOf(call.At(1)))),
            Shapes = "*B, *B -> *B",
            Types = TypeRule.Alike("float32 > complex64, float64 > complex128, float16 > any"),
        },
        new("meshgrid") { Output = Grid },
        new("tril_indices") { Output = static call => Triangle(call, isUpper: false) },
        new("triu_indices") { Output = static call => Triangle(call, isUpper: true) },
    ]);

    /// <summary>An argument that no method has: how many dimensions the array has that a tensor is made of.</summary>
    public const string Rank = "#rank";

    /// <summary>The places on and below a diagonal, or on and above it: a row of rows and one of columns.</summary>
    private static Value.Tensor Triangle(OperationCall call, bool isUpper)
    {
        var (rows, columns) = (OperationCall.SizeOf(call["row"]), OperationCall.SizeOf(call["col"]));
        var places = (rows.Constant, columns.Constant, OperationCall.SizeOf(call["offset"]).Constant) switch
        {
            ( >= 0 and <= MostRows and var n, >= 0 and <= MostRows and var m, { } offset) => Dim.Of(Places(n, m, offset, isUpper)),
            (_, _, 0) when rows.Equals(columns) => Dim.FloorDiv(rows * (rows + Dim.One), Dim.Of(2)),
            (_, _, { } offset) when rows.Equals(columns) && offset == (isUpper ? 1 : -1) =>
                Dim.FloorDiv(rows * (rows - Dim.One), Dim.Of(2)),
            _ => Dim.Unknown,
        };
        if (places.IsUnknown)
        {
            call.Checks.Incomplete();
        }

        return new(Shape.Of(Dim.Of(2), places), call.TypeOr(ElementType.Int64));
    }

    private static long Places(long rows, long columns, long offset, bool isUpper)
    {
        var below = 0L;
        for (var row = 0L; row < rows; row++)
        {
            below += Math.Min(Math.Max(row + offset + (isUpper ? 0 : 1), 0), columns);
        }

        return isUpper ? (rows * columns) - below : below;
    }

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

    /// <summary>Each tensor, spread over the lengths of all.</summary>
    private static Value Grid(OperationCall call)
    {
        if (call.At(0) is not Value.List list || list.Items.Any(static i => i is not Value.Tensor { Shape.Rank: not null })
            || (call["indexing"] ?? new Value.Text("ij")) is not Value.Text { Characters: var order })
        {
            return call.Unknown();
        }

        var sizes = new List<Dim>();
        foreach (var shape in list.Items.Select(OperationCall.ShapeOf))
        {
            if (shape.Rank > 1)
            {
                return call.Wrong(FindingKind.OperationRank, shape.ToString(), "it needs at most 1 dimension");
            }

            sizes.Add(shape.Rank == 0 ? Dim.One : shape.Dims[0]);
        }

        if (order == "xy" && sizes.Count > 1)
        {
            (sizes[0], sizes[1]) = (sizes[1], sizes[0]);
        }

        return new Value.List(list.Items.Select(i => (Value)new Value.Tensor(Shape.Of([.. sizes]), ((Value.Tensor)i).Type))
            .ToEquatableArray());
    }

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

            // With less it throws.
            null => new Value.Tensor(Shape.Of(length), call.TypeOr(ElementType.Int64)),
        };
    }

    /// <summary><c>tensor(new[] { 1f, 2f })</c>: nested lists of one length each.</summary>
    private static Value Literal(OperationCall call)
    {
        if (call.Has("dimensions") || call.Has("rows") || call.Has("dim0"))
        {
            return call.Sizes(call["dimensions"]) is { } sizes ? new Value.Tensor(Shape.Of([.. sizes])) : call.Unknown();
        }

        var rank = OperationCall.SizeOf(call[Rank]).Constant;
        var dims = new List<Dim>();
        for (var value = call.At(0); ;)
        {
            switch (value)
            {
                case Value.List { Items: [Value.Repeat { Count: var count, Item: var item }] } when dims.Count != rank:
                    dims.Add(count);
                    value = item;
                    continue;
                case Value.List { Items: [var first, ..] } list when !list.Items.Any(static i => i is Value.Spread or Value.Repeat)
                    && dims.Count != rank:
                    dims.Add(Dim.Of(list.Items.Count));
                    value = first;
                    continue;
                case Value.List { Items.Count: 0 } when rank is null || dims.Count < rank:
                    dims.Add(Dim.Zero);
                    return rank is null || dims.Count == rank ? new Value.Tensor(Shape.Of([.. dims])) : call.Unknown();
                case Value.Integer or Value.Real or Value.Boolean when rank is null || dims.Count == rank:
                    return new Value.Tensor(Shape.Of([.. dims]));
            }

            // The type of an array tells how many dimensions it has.
            if (rank is null)
            {
                return call.Unknown();
            }

            if (dims.Count < rank || dims.Any(static d => d.IsUnknown))
            {
                call.Checks.Incomplete();
            }

            return new Value.Tensor(Shape.Of([.. dims, .. Enumerable.Repeat(Dim.Unknown, (int)rank - dims.Count)]));
        }
    }
}

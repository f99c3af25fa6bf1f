using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <content>The operator <c>[]</c>.</content>
internal static partial class Indexing
{
    /// <summary>An index that is some number.</summary>
    public const string Number = "index";

    /// <summary><c>x[0, .., ^1]</c>: numbers take a dimension away, slices shorten it, null puts one in, tensors of indexes
    /// broadcast.</summary>
    private static Value Index(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || call.At(1) is not Value.List items)
        {
            return call.Unknown();
        }

        var indices = items.Items.ToList();
        const ElementType Indexes = ElementType.Int32 | ElementType.Int64 | ElementType.UInt8 | ElementType.Boolean;
        if (indices.OfType<Value.Tensor>().FirstOrDefault(static i => !i.Type.MayBe(Indexes)) is { } wrong)
        {
            return call.WrongType(new($"{Indexes.Text()} for an index", wrong.Type.Text(), TypeProblem.Convert(Indexes),
                (wrong.Type & ElementType.Module) != 0));
        }

        // Bytes are a mask.
        if (indices.Any(i => i is Value.Tensor mask && !mask.Type.Is(ElementType.Integer & ~ElementType.UInt8)
            && (!mask.Type.Is(ElementType.Boolean) || mask.Shape.Rank is null or 0)))
        {
            return call.Unknown();
        }

        var taken = indices.Sum(i => i is Value.Text ? 0 : i is Value.Tensor mask && mask.Type.Is(ElementType.Boolean)
            ? mask.Shape.Dims.Count
            : 1);
        if (taken > rank)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), $"{taken} indices are too many for its {rank} dimensions");
        }

        // A second ellipsis passes over as many dimensions again: nothing is left for what stands behind it. A slice there is not looked at
        // by the library.
        var places = Enumerable.Range(0, indices.Count).Where(i => indices[i] is Value.Text { Characters: "Ellipsis" }).ToArray();
        var behind = places.Length > 1 && taken < rank
            ? indices.Skip(places[1]).Where(i => i is not Value.Text { Characters: "Ellipsis" }).ToArray() : [];
        if (behind.Length > 0)
        {
            return behind.Any(i => i is Value.Integer or Value.Text)
                ? call.Wrong(FindingKind.OperationRank, call.Self.ToString(),
                    "one ellipsis stands for all the dimensions that are left, so that none is left for what comes after a second one")
                : call.Unknown();
        }

        var ellipsis = places.Length == 0 ? -1 : places[0];
        var fill = Enumerable.Repeat<Value>(new Value.Null(), rank - taken);
        indices = ellipsis >= 0 ? [.. indices.Take(ellipsis), .. fill,
            .. indices.Skip(ellipsis + 1).Where(i => i is not Value.Text { Characters: "Ellipsis" })] : [.. indices, .. fill];
        var result = new List<Dim>();
        Shape? gathered = null;
        var (gatheredAt, isApart, at) = (-1, false, 0);
        foreach (var index in indices)
        {
            switch (index)
            {
                case Value.Text { Characters: "None" or "Null" }:
                    result.Add(Dim.One);
                    continue;
                case Value.Text { Characters: "True" or "False" } truth
                    when indices.Count(i => i is Value.Tensor or Value.Text { Characters: "True" or "False" }) == 1:
                    result.Add(truth.Characters == "True" ? Dim.One : Dim.Zero);
                    continue;
                case Value.Text:
                    return call.Unknown();
                case Value.Integer number:
                    if (!Within(call, at, number.Dim))
                    {
                        return new Value.Tensor(Shape.UnknownRank);
                    }

                    break;
                case Value.Opaque { Written: Number }:
                    // Whether there is such an element is known at run time.
                    call.Checks.Incomplete();
                    break;
                case Value.Null:
                    result.Add(call.Self.Dims[at]);
                    break;
                case Value.List { Items: [var start, var stop, var step] }:
                    result.Add(Slice(call, call.Self.Dims[at], start, stop, step));
                    break;
                case Value.Tensor mask when mask.Type.Is(ElementType.Boolean):
                    if (!Masks(call, mask.Shape, at))
                    {
                        return new Value.Tensor(Shape.UnknownRank);
                    }

                    // How many elements it takes only its numbers tell.
                    var isAlone = indices.Count(i => i is Value.Tensor) == 1;
                    call.Checks.Incomplete();
                    gathered = isAlone ? Shape.Of(Dim.Unknown) : Shape.UnknownRank;
                    gatheredAt = result.Count;
                    at += mask.Shape.Dims.Count - 1;
                    break;
                case Value.Tensor tensor:
                    gathered = gathered is null ? tensor.Shape : call.Broadcast(gathered, tensor.Shape);
                    isApart |= gatheredAt >= 0 && gatheredAt != result.Count;
                    gatheredAt = gatheredAt < 0 ? result.Count : gatheredAt;
                    break;
                default:
                    return call.Unknown();
            }

            at++;
        }

        if (gathered is not null)
        {
            // Indexes that stand apart put their dimensions first; with numbers among them the library does too.
            if (gathered.Rank is null || isApart || indices.Any(i => i is Value.Integer))
            {
                return call.Unknown();
            }

            result.InsertRange(gatheredAt, gathered.Dims);
        }

        return Views.Of(call, [.. result]);
    }

    /// <summary>A mask has the sizes of the dimensions that it takes.</summary>
    private static bool Masks(OperationCall call, Shape mask, int at)
    {
        for (var i = 0; i < mask.Dims.Count; i++)
        {
            if (!call.Same(call.Self, mask, at + i, call.Self.Dims[at + i], mask.Dims[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>start..stop</c> with a step, where negative numbers count from the end and what lies outside is cut off.</summary>
    private static Dim Slice(OperationCall call, Dim size, Value start, Value stop, Value step)
    {
        if (step is not Value.Null && OperationCall.SizeOf(step).Constant is not > 0)
        {
            call.Checks.Incomplete();
            return Dim.Unknown;
        }

        var (from, to) = (Clip(start, Dim.Zero), Clip(stop, size));
        var length = Dim.Max(Dim.Zero, to - from);
        if (Comparison.AtLeast(to, from, call.Facts) is true)
        {
            length = to - from;
        }

        var result = step is Value.Null ? length : Dim.FloorDiv(length + OperationCall.SizeOf(step) - Dim.One, OperationCall.SizeOf(step));
        if (result.IsUnknown)
        {
            call.Checks.Incomplete();
        }

        return result;

        Dim Clip(Value value, Dim otherwise)
        {
            if (value is Value.Null)
            {
                return otherwise;
            }

            var at = OperationCall.SizeOf(value);
            if (at.IsUnknown || size.IsUnknown)
            {
                return Dim.Unknown;
            }

            if (Comparison.AtLeast(at, Dim.Zero, call.Facts) is not true)
            {
                if (Comparison.AtLeast(at, Dim.Zero, call.Facts) is null)
                {
                    return call.DependsOn($"the sign of {at}");
                }

                at += size;
                if (Comparison.AtLeast(at, Dim.Zero, call.Facts) is not true)
                {
                    at = Dim.Max(Dim.Zero, at);
                }
            }

            return Comparison.AtLeast(size, at, call.Facts) is true ? at : Comparison.AtLeast(at, size, call.Facts) is true ? size
                : Dim.Min(at, size);
        }
    }
}

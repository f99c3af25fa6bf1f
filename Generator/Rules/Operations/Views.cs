using System.Globalization;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Operations that give the same elements another shape, or another order.</summary>
internal static partial class Views
{
    public static readonly IReadOnlyList<OperationRule> All =
    [
        InOrder("view", static call => View(call, call.At(1))) with { MergesDimensions = true, Column = ColumnOrigin.Shape,
            OrCopies = "reshape" },
        InOrder("view_as", ViewAs) with { Devices = DeviceRule.First, OrCopies = "" },
        Reshaped("reshape", static call => View(call, call.At(1))) with { MergesDimensions = true, Column = ColumnOrigin.Shape },
        Reshaped("reshape_as", ViewAs) with { Devices = DeviceRule.First },
        Reshaped("flatten", Flatten) with { MergesDimensions = true },
        Reshaped("ravel", static call => Merge(call, 0, (call.Self.Rank ?? 1) - 1)),
        InOrder("unflatten", Unflatten) with { Column = ColumnOrigin.Shape },
        InOrder("squeeze", Squeeze) with { ReshapesInPlace = true },
        InOrder("unsqueeze", static call => call.Dimension(call.At(1), call.Self, extra: 1) is { } at && call.Self.Rank is not null
            ? Of(call, [.. call.Self.Dims.Take(at), Dim.One, .. call.Self.Dims.Skip(at)])
            : call.Unknown()) with
        {
            ReshapesInPlace = true,
            Column = ColumnOrigin.Shape,
        },
        Reordered("transpose swapaxes swapdims", Transpose) with { ReshapesInPlace = true, ExchangesTwo = true },
        Reordered("t", static call => call.Self.Rank switch
        {
            null => call.Unknown(),
            > 2 => call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "t needs at most 2 dimensions"),
            _ => Of(call, [.. call.Self.Dims.Reverse()]),
        }) with
        {
            ReshapesInPlace = true,
            ExchangesTwo = true,
            Shapes = "N M -> M N",
        },
        Reordered("T", Reverse) with { IsProperty = true },
        Reordered("mT", Adjoint) with { IsProperty = true, ExchangesTwo = true, Shapes = "*B N M -> *B M N" },

        // Of complex numbers the conjugates.
        Reordered("H", Reverse) with { IsProperty = true, KeepsNumbers = false, Column = ColumnOrigin.Operands },
        Reordered("mH", Adjoint) with
        {
            IsProperty = true,
            KeepsNumbers = false,
            Shapes = "*B N M -> *B M N",
            Column = ColumnOrigin.Operands,
        },
        Reordered("adjoint", Adjoint) with { KeepsNumbers = false, Shapes = "*B N M -> *B M N", Column = ColumnOrigin.Operands },
        Reordered("permute", Permute),
        Reordered("movedim moveaxis", Move),
        new("expand broadcast_to") { Output = static call => Expand(call, call.Sizes(call.At(1))), Memory = Memory.View,
            Types = TypeRule.Same, Saves = Saved.Nothing },
        new("expand_as")
        {
            Output = static call => Expand(call, OperationCall.ShapeOf(call.At(1)) is { Rank: not null } other ? other.Dims : null),
            Memory = Memory.View, Types = TypeRule.Same, Devices = DeviceRule.First,
        },
        new("repeat") { Output = static call => Repeat(call, needsAll: true), Types = TypeRule.Same, Saves = Saved.Nothing },
        new("tile") { Output = static call => Repeat(call, needsAll: false), Types = TypeRule.Same },
        new("repeat_interleave")
        {
            Output = Interleave, Types = TypeRule.Same, Devices = DeviceRule.First,
            SavesOf = static call => call.Has("dim") && call.At(1) is Value.Integer ? Saved.Nothing : null,
        },
        new("roll") { Output = Roll, Shapes = "*B -> *B", Types = TypeRule.Same, Saves = Saved.Nothing },
        new("flip") { Output = Flip, Shapes = "*B -> *B", Types = TypeRule.Same, Saves = Saved.Nothing },
        new("flipud") { Output = static call => AtLeast(call, 1), Shapes = "*B N -> *B N", Types = TypeRule.Same },
        new("tril triu") { Output = static call => AtLeast(call, 2), Shapes = "*B N M -> *B N M", Types = TypeRule.Same,
            Saves = Saved.Nothing },
        new("fliplr") { Output = static call => AtLeast(call, 2), Shapes = "*B N M -> *B N M", Types = TypeRule.Same },
        new("rot90") { Output = static call => call.Unknown(), Types = TypeRule.Same },
        new("unfold") { Output = Unfold, Memory = Memory.View, Types = TypeRule.Same },
        InOrder("atleast_1d", static call => Pad(call, 1)) with { KeepsNumbers = false },
        InOrder("atleast_2d", static call => Pad(call, 2)) with { KeepsNumbers = false, Column = ColumnOrigin.Shape },
        new("view_as_real")
        {
            Output = static call => new Value.Tensor(call.Self.IsUnknownRank ? call.Self
                : new Shape(call.Self.Variadic, [.. call.Self.Dims, Dim.Of(2)])),
            Shapes = "*B -> *B 2",
            Memory = Memory.View,
            Types = TypeRule.First("complex64 > float32, complex128 > float64"),
        },
        new("view_as_complex") { Output = AsComplex, Shapes = "*B 2 -> *B", Memory = Memory.View,
            Types = TypeRule.First("float32 > complex64, float64 > complex128, float16 > any") },
        new("diag") { Output = OfDiagonal, Types = TypeRule.Same },
        new("diagonal") { Output = Diagonal, Memory = Memory.View, Types = TypeRule.Same },
    ];

    private static OperationRule InOrder(string names, Func<OperationCall, Value> output) =>
        new(names)
    {
        Output = output,
        Memory = Memory.ViewInOrder,
        KeepsNumbers = true,
        Types = TypeRule.Same,
        Saves = Saved.Views,
    };

    private static OperationRule Reshaped(string names, Func<OperationCall, Value> output) =>
        new(names)
    {
        Output = output,
        Memory = Memory.Reshaped,
        KeepsNumbers = true,
        Types = TypeRule.Same,
        Saves = Saved.Views,
    };

    private static OperationRule Reordered(string names, Func<OperationCall, Value> output) => new(names)
    {
        Output = output,
        Memory = Memory.Reordered,
        KeepsNumbers = true,
        Saves = Saved.Views,
        Types = TypeRule.Same,
        Column = ColumnOrigin.Shape,
    };

    private static Value Reverse(OperationCall call) =>
        call.Self.Rank is null ? call.Unknown() : Of(call, [.. call.Self.Dims.Reverse()]);

    public static Value.Tensor Of(OperationCall call, params Dim[] dims) => new(Shape.Of(dims));

    /// <summary>The sizes of a view; <c>-1</c> is what is left over.</summary>
    private static Value View(OperationCall call, Value? shape)
    {
        if (call.Sizes(shape) is not { } sizes)
        {
            return call.Unknown();
        }

        var holes = sizes.Count(s => s.Constant == -1);
        if (holes > 1)
        {
            return call.Wrong(FindingKind.OperationArguments, "only one size can be -1");
        }

        if (sizes.FirstOrDefault(s => s.Constant < -1) is { } negative)
        {
            return call.Wrong(FindingKind.OperationArguments, $"a size cannot be {negative}");
        }

        var elements = call.Self.Elements;
        var rest = sizes.Where(s => s.Constant != -1).Aggregate(Dim.One, (product, size) => product * size);
        var target = Shape.Of([.. sizes]);
        if (elements.IsUnknown || rest.IsUnknown)
        {
            call.Checks.Incomplete();
            return new Value.Tensor(Shape.Of([.. sizes.Select(s => s.Constant == -1 ? Dim.Unknown : s)]));
        }

        if (holes == 0)
        {
            switch (Comparison.Compare(elements, rest, call.Facts))
            {
                case Verdict.Different:
                    return Mismatch(call, target, sizes);
                case Verdict.Unknown:
                    call.Checks.Require(new Fact(elements, Relation.Equal, rest));
                    break;
            }

            return new Value.Tensor(target);
        }

        if (Comparison.Compare(rest, Dim.Zero, call.Facts) == Verdict.Equal)
        {
            return call.Wrong(FindingKind.OperationArguments, "-1 cannot be found beside a size of 0");
        }

        call.NotEmpty(rest);

        var remainder = Dim.Mod(elements, rest).Simplify(call.Facts);
        switch (Comparison.Compare(remainder, Dim.Zero, call.Facts))
        {
            case Verdict.Different:
                return Mismatch(call, target, sizes);
            case Verdict.Unknown:
                call.Checks.Require(new Fact(Dim.Mod(elements, rest), Relation.Equal, Dim.Zero));
                break;
        }

        var found = Quotient(elements, rest, call.Facts);
        return new Value.Tensor(Shape.Of([.. sizes.Select(s => s.Constant == -1 ? found : s)]));
    }

    /// <summary>A quotient without a remainder.</summary>
    private static Dim Quotient(Dim elements, Dim rest, Facts facts) =>
        Dim.Of(AtomKind.FloorDiv, facts.Reduce(elements), facts.Reduce(rest), facts) is { IsUnknown: false } quotient
        ? facts.Restore(quotient)
        : Dim.Unknown;

    private static Value Mismatch(OperationCall call, Shape target, IReadOnlyList<Dim> sizes)
    {
        // The first size that differs tells where: 8*63 = 504, not 512.
        var (own, wanted) = (call.Self.Dims.ToList(), sizes.ToList());
        while (own.Count > 0 && wanted.Count > 0 && own[0].Equals(wanted[0]))
        {
            own.RemoveAt(0);
            wanted.RemoveAt(0);
        }

        var (have, need) = (own.Aggregate(Dim.One, (p, d) => p * d).Simplify(call.Facts),
            wanted.Where(w => w.Constant != -1).Aggregate(Dim.One, (p, d) => p * d).Simplify(call.Facts));
        var written = string.Join("*", wanted.Where(w => w.Constant != -1));
        return call.Wrong(FindingKind.OperationElements, call.Self.ToString(), target.ToString(),
            wanted.Count > 1 && need.Constant is not null ? $"{written} = {need}" : need.ToString(), have.ToString());
    }

    private static Value ViewAs(OperationCall call) => OperationCall.ShapeOf(call.At(1)) is { Rank: not null } other
        ? View(call, new Value.List(other.Dims.Select(d => (Value)new Value.Integer(d)).ToEquatableArray()))
        : call.Unknown();

    private static Value Flatten(OperationCall call)
    {
        if (call.Self.Rank is not { } rank)
        {
            return call.Unknown();
        }

        return call.Dimension(call["start_dim"] ?? Number(0), call.Self) is { } start
            && call.Dimension(call["end_dim"] ?? Number(-1), call.Self) is { } end
            ? start > end ? call.Wrong(FindingKind.OperationArguments, $"start_dim {start} comes after end_dim {end}") : rank == 0
                ? Of(call, Dim.One) : Merge(call, start, end)
            : call.Unknown();
    }

    private static Value Merge(OperationCall call, int start, int end) => call.Self.Rank is null
        ? call.Unknown()
        : Of(call, [.. call.Self.Dims.Take(start), call.Self.Dims.Skip(start).Take(end - start + 1).Aggregate(Dim.One, (p, d) => p * d),
            .. call.Self.Dims.Skip(end + 1)]);

    private static Value Unflatten(OperationCall call)
    {
        if (call.Dimension(call.At(1), call.Self) is not { } at || call.Sizes(call.At(2)) is not { } sizes || call.Self.Rank is null or 0)
        {
            return call.Unknown();
        }

        if (OperationCall.SizeOf(call.At(1)).Constant is < 0)
        {
            return call.Wrong(FindingKind.OperationArguments,
                $"TorchSharp counts the dimension from the front here; write {at.ToString(CultureInfo.InvariantCulture)}");
        }

        var part = new OperationCall(call.Rule, call.Name,
            [new("self", new Value.Tensor(Shape.Of(call.Self.Dims[at]))), new("sizes", call.At(2)!)], call.Facts);
        var view = (Value.Tensor)View(part, call.At(2));
        foreach (var problem in part.Problems)
        {
            call.Fail(problem);
        }

        foreach (var condition in part.Checks.Conditions)
        {
            call.Checks.Require(condition);
        }

        if (part.IsIncomplete)
        {
            call.Checks.Incomplete();
        }

        return call.Failed ? call.Unknown() : Of(call, [.. call.Self.Dims.Take(at), .. view.Shape.Dims, .. call.Self.Dims.Skip(at + 1)]);
    }

    private static Value Squeeze(OperationCall call)
    {
        if (call.Self.Rank is null)
        {
            return call.Unknown();
        }

        if (call.At(1) is null or Value.Null)
        {
            var kept = new List<Dim>();
            foreach (var dim in call.Self.Dims)
            {
                switch (dim.IsUnknown ? Verdict.Unknown : Comparison.Compare(dim, Dim.One, call.Facts))
                {
                    case Verdict.Unknown:
                        return call.Unknown();
                    case Verdict.Different:
                        kept.Add(dim);
                        break;
                }
            }

            return Of(call, [.. kept]);
        }

        return call.Dimension(call.At(1), call.Self) is { } at
            ? call.Self.Dims.Count == 0 ? Of(call) : (call.Self.Dims[at].IsUnknown ? Verdict.Unknown
                : Comparison.Compare(call.Self.Dims[at], Dim.One, call.Facts)) switch
            {
                Verdict.Equal => Of(call, [.. call.Self.Dims.Where((_, i) => i != at)]),
                Verdict.Different => new Value.Tensor(call.Self),
                _ => call.Unknown(),
            }
            : call.Unknown();
    }

    private static Value Unfold(OperationCall call)
    {
        if (call.Dimension(call.At(1), call.Self) is not { } at || call.Self.Rank is null or 0)
        {
            return call.Unknown();
        }

        var (size, step) = (OperationCall.SizeOf(call.At(2)), OperationCall.SizeOf(call.At(3)));
        if (size.IsUnknown || step.IsUnknown)
        {
            return call.Unknown();
        }

        if (step.Constant <= 0)
        {
            return call.Wrong(FindingKind.OperationArguments, $"step must be 1 or more, but is {step}");
        }

        var windows = call.Checks.AtLeastOne(Dim.FloorDiv(call.Self.Dims[at] - size, step) + Dim.One, $"dimension {at}",
            $"({call.Self.Dims[at]} - {size})//{step} + 1");
        return Of(call, [.. call.Self.WithDim(at, windows).Dims, size]);
    }

    private static Value AtLeast(OperationCall call, int rank) => call.Self.IsUnknownRank ? call.Unknown()
        : call.Self.Rank < rank ? call.Wrong(FindingKind.OperationRank, call.Self.ToString(), $"it needs {rank} dimensions or more")
        : new Value.Tensor(call.Self);

    private static Value Pad(OperationCall call, int rank) =>
        call.Self.Rank is not { } own || call.At(0) is not Value.Tensor ? call.Unknown()
        : own >= rank ? new Value.Tensor(call.Self)
        : Of(call, [.. Enumerable.Repeat(Dim.One, rank - own), .. call.Self.Dims]);

    private static Value Diagonal(OperationCall call)
    {
        if (call.Self.Rank is null || call.Dimension(call["dim1"] ?? Number(0), call.Self) is not { } a
            || call.Dimension(call["dim2"] ?? Number(1), call.Self) is not { } b || SizeOrZero(call["offset"]).Constant is not { } offset)
        {
            return call.Unknown();
        }

        if (a == b)
        {
            return call.Wrong(FindingKind.OperationArguments, "dim1 and dim2 are the same dimension");
        }

        var (rows, columns) = (call.Self.Dims[a] + Dim.Of(Math.Min(offset, 0)), call.Self.Dims[b] - Dim.Of(Math.Max(offset, 0)));
        return Of(call, [.. call.Self.Dims.Where((_, i) => i != a && i != b), Dim.Max(Dim.Zero, Dim.Min(rows, columns))]);
    }

    /// <summary>Real and imaginary part stand side by side in the last dimension.</summary>
    private static Value AsComplex(OperationCall call)
    {
        if (call.Self.Rank is not { } rank)
        {
            return call.Unknown();
        }

        if (rank == 0 || (call.Self.Dims[rank - 1] is { Constant: not null and not 2 }))
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "its last dimension must have 2 elements");
        }

        // The elements must lie side by side too.
        call.Checks.Incomplete();
        return Of(call, [.. call.Self.Dims.Take(rank - 1)]);
    }

    /// <summary>A matrix with a vector on its diagonal, or the diagonal of a matrix.</summary>
    private static Value OfDiagonal(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || SizeOrZero(call.At(1)).Constant is not { } offset)
        {
            return call.Unknown();
        }

        if (rank is not (1 or 2))
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 or 2 dimensions");
        }

        if (rank == 1)
        {
            var size = call.Self.Dims[0] + Dim.Of(Math.Abs(offset));
            return Of(call, size, size);
        }

        var (rows, columns) = (call.Self.Dims[0] + Dim.Of(Math.Min(offset, 0)), call.Self.Dims[1] - Dim.Of(Math.Max(offset, 0)));
        return Of(call, Dim.Max(Dim.Zero, Dim.Min(rows, columns)));
    }

    private static Dim SizeOrZero(Value? value) => value is null ? Dim.Zero : OperationCall.SizeOf(value);

    public static Value Number(long number) => new Value.Integer(Dim.Of(number));
}

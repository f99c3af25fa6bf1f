using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Decompositions of matrices, norms of them, and systems of equations.</summary>
internal static class Decompositions
{
    private const string Numbers = "float32 float64 complex";
    private const string Norms = "float, complex64 > float32, complex128 > float64";

    public static readonly IReadOnlyList<OperationRule> All =
    [
        Alike("inv cholesky", "*B N N -> *B N N", static call => Square(call) is { } s ? new Value.Tensor(s) : null),
        Alike("matrix_power", "*B N N -> *B N N", static call => Square(call) is { } s ? new Value.Tensor(s) : null) with
        {
            Types = TypeRule.Same,
            MayReturnInput = true,
        },
        Alike("pinv pinverse", "*B N M -> *B M N", static call => Matrix(call) is { } m && IsPlain(call, m)
            ? new Value.Tensor(Shape.Of([.. Batch(m), m[-1], m[-2]])) : null),
        Alike("logdet", "*B N N -> *B", static call => Square(call) is { } s ? Of(Batch(s)) : null),
        new("slogdet")
        {
            Output = static call => Square(call) is { } s ? List(Of(Batch(s), call.Type), Of(Batch(s), Real(call))) : call.Unknown(),
            Shapes = "*B N N -> *B, *B",
            Memory = Memory.Unordered,
        },
        new("cholesky_ex inv_ex")
        {
            Output = static call => Square(call) is { } s ? List(new(s, call.Type), Of(Batch(s), ElementType.Int32)) : call.Unknown(),
            Shapes = "*B N N -> *B N N, *B",
            Memory = Memory.Unordered,
        },
        new("eigh")
        {
            Output = static call => Square(call) is { } s ? List(Of([.. Batch(s), s[-1]], Real(call)), new(s, call.Type)) : call.Unknown(),
            Shapes = "*B N N -> *B N, *B N N",
            Memory = Memory.Unordered,
        },
        Alike("eigvalsh", "*B N N -> *B N", static call => Square(call) is { } s ? Of([.. Batch(s), s[-1]]) : null) with
        {
            Types = TypeRule.First("float32 float64, complex64 > float32, complex128 > float64"),
        },
        new("eig")
        {
            Output = static call => Square(call) is { } s
                ? List(Of([.. Batch(s), s[-1]], Complex(call)), new(s, Complex(call))) : call.Unknown(),
            Shapes = "*B N N -> *B N, *B N N",
            Memory = Memory.Unordered,
        },
        Alike("eigvals", "*B N N -> *B N", static call => Square(call) is { } s ? Of([.. Batch(s), s[-1]]) : null) with
        {
            Types = TypeRule.First("float32 > complex64, float64 > complex128, complex"),
        },
        new("svd") { Output = Svd, Memory = Memory.Unordered },
        Alike("svdvals", "", static call => Matrix(call) is { } m ? Of([.. Batch(m), Dim.Min(m[-2], m[-1])]) : null) with
        {
            Shapes = null,
            Types = TypeRule.First("float32 float64, complex64 > float32, complex128 > float64"),
        },
        new("qr") { Output = Qr, Memory = Memory.Unordered },
        new("lu") { Output = Lu, Memory = Memory.Unordered },
        new("lu_factor")
        {
            Output = static call => (call["pivot"] is null || call.Flag("pivot") is true) && Matrix(call) is { } m
                ? List(new(m, call.Type), Of([.. Batch(m), Dim.Min(m[-2], m[-1])], ElementType.Int32)) : call.Unknown(),
            Memory = Memory.Unordered,
        },
        new("solve") { Output = Solve, Types = TypeRule.Alike(Numbers), Memory = Memory.Unordered },
        new("solve_triangular") { Output = SolveTriangular, Memory = Memory.Unordered },
        new("matrix_rank")
        {
            Output = static call => Matrix(call) is { } m && IsPlain(call, m)
                ? Of(Batch(m)) : call.Unknown(),
            Shapes = "*B N M -> *B",
            Types = TypeRule.First("float32 float64 complex > int64"),
            Memory = Memory.Unordered,
        },
        new("matrix_norm")
        {
            Output = static call => Matrix(call) is { } m && IsOrder(call["ord"]) && !m.Dims.Any(static d => d.Constant == 0)
                && (call["dims"] ?? new Value.Null()) is Value.Null or Value.List { Items.Count: 2 }
                ? Reductions.Along(call, call.Has("dims") ? ((Value.List)call["dims"]!).Items : [Views.Number(-2), Views.Number(-1)])
                : call.Unknown(),
            Types = TypeRule.First(Norms),
            Memory = Memory.Unordered,
        },
        new("vector_norm")
        {
            Output = static call => call.Self is not { Rank: { } rank } || rank == 0 || call.Self.Dims.Any(static d => d.Constant == 0)
                || (call.Has("dims") && call["dims"] is not Value.List { Items.Count: > 0 }) ? call.Unknown()
                : Reductions.Along(call, call.Has("dims") ? ((Value.List)call["dims"]!).Items
                    : [.. Enumerable.Range(0, rank).Select(static i => (Value)Views.Number(i))]),
            Types = TypeRule.First(Norms),
            Memory = Memory.Unordered,
        },
        new("cond")
        {
            Output = static call => Matrix(call) is not { } m || m.Dims.Any(static d => d.Constant == 0)
                || (call.Has("p") && (!m[-1].Equals(m[-2]) || !IsOrder(call["p"]))) ? call.Unknown() : Of(Batch(m)),
            Types = TypeRule.First("float32 float64, complex64 > float32, complex128 > float64"),
            Memory = Memory.Unordered,
        },
        new("multi_dot chain_matmul")
        {
            Output = ChainOf,
            Types = TypeRule.Alike("any"),
            Multiplies = true,
            Memory = Memory.Unordered,
            MayReturnInput = true,
        },
        new("vecdot")
        {
            Output = static call => call.Broadcast(call.Self, OperationCall.ShapeOf(call.At(1))) is not { Rank: > 0 } both
                || call.Self.Rank != both.Rank || OperationCall.ShapeOf(call.At(1)).Rank != both.Rank || call.Failed ? call.Unknown()
                : both.Rank == 1 ? call.Same(call.Self, OperationCall.ShapeOf(call.At(1)), 0, call.Self.Dims[0],
                    OperationCall.ShapeOf(call.At(1)).Dims[0]) ? Of([]) : call.Unknown()
                : call.Dimension(call["dim"] ?? Views.Number(-1), both) is not { } at ? call.Unknown()
                : Of([.. both.Dims.Where((_, i) => i != at)]),
            Types = TypeRule.Alike("int float complex"),
            Memory = Memory.Unordered,
        },
        new("vander")
        {
            Output = Powers,
            Types = TypeRule.First("int bool > int64, float complex"),
            Memory = Memory.Unordered,
        },
    ];

    private static OperationRule Alike(string names, string shapes, Func<OperationCall, Value.Tensor?> output) => new(names)
    {
        Output = call => output(call) is { } known ? known : call.Unknown(),
        Shapes = shapes,
        Types = TypeRule.First(Numbers),
        Memory = Memory.Unordered,
    };

    private static Value.Tensor Of(Dim[] dims, ElementType type = ElementType.Unknown) => new(Shape.Of(dims), type);

    private static Value List(params Value.Tensor[] tensors) => new Value.List(tensors.Cast<Value>().ToEquatableArray());

    private static Dim[] Batch(Shape shape) => [.. shape.Dims.Take(shape.Dims.Count - 2)];

    /// <summary>What the absolute values of the numbers hold.</summary>
    private static ElementType Real(OperationCall call) => call.Type switch
    {
        ElementType.Complex64 => ElementType.Float32,
        ElementType.Complex128 => ElementType.Float64,
        var type when type.Is(ElementType.Float) => type,
        _ => ElementType.Unknown,
    };

    private static ElementType Complex(OperationCall call) => call.Type switch
    {
        ElementType.Float32 => ElementType.Complex64,
        ElementType.Float64 => ElementType.Complex128,
        var type when type.Is(ElementType.Complex) => type,
        _ => ElementType.Unknown,
    };

    /// <summary>With tolerances that are numbers, and square where it is said to be its own transpose.</summary>
    private static bool IsPlain(OperationCall call, Shape matrix) => !call.Arguments.Skip(1).Any(static a => a.Value is Value.Tensor)
        && (call.Flag("hermitian") is false || matrix[-1].Equals(matrix[-2]));

    /// <summary>An order that a norm of matrices has.</summary>
    private static bool IsOrder(Value? value) => value switch
    {
        null or Value.Null or Value.Text { Characters: "fro" or "nuc" } => true,
        Value.Real { Number: var order } => Math.Abs(order) is 1 or 2 || double.IsInfinity(order),
        _ => OperationCall.SizeOf(value).Constant is 1 or 2 or -1 or -2,
    };

    /// <summary>A row of powers for each number; the one of <c>linalg</c> takes several rows of numbers.</summary>
    private static Value Powers(OperationCall call)
    {
        var isOfMany = call.Arguments.FirstOrDefault().Key == "input";
        if (call.Self.Rank is not ({ } rank and > 0) || (rank > 1 && !isOfMany) || call.Self.Dims.Any(static d => d.Constant == 0))
        {
            return call.Unknown();
        }

        var isGiven = call["N"] is not (null or Value.Null) && (isOfMany || call["N"] is not Value.Integer { Dim.Constant: -1 });
        var count = isGiven ? OperationCall.SizeOf(call["N"]) : call.Self[-1];
        return (isOfMany || isGiven) && Comparison.AtLeast(count, Dim.Of(2), call.Facts) is not true ? call.Unknown()
            : Of([.. call.Self.Dims, count]);
    }

    private static Shape? Matrix(OperationCall call)
    {
        if (call.Self.Rank is null)
        {
            return null;
        }

        if (call.Self.Rank < 2)
        {
            call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 2 dimensions or more");
            return null;
        }

        return call.Self;
    }

    private static Shape? Square(OperationCall call) =>
        Matrix(call) is { } matrix && call.Same(matrix, matrix, matrix.Dims.Count - 1, matrix[-2], matrix[-1]) ? matrix : null;

    private static Value Svd(OperationCall call)
    {
        if (Matrix(call) is not { } m || (call.Has("fullMatrices") && call.Flag("fullMatrices") is null))
        {
            return call.Unknown();
        }

        var least = Dim.Min(m[-2], m[-1]);
        var isFull = call["fullMatrices"] is null || call.Flag("fullMatrices") is true;
        return List(Of([.. Batch(m), m[-2], isFull ? m[-2] : least], call.Type), Of([.. Batch(m), least], Real(call)),
            Of([.. Batch(m), isFull ? m[-1] : least, m[-1]], call.Type));
    }

    private static Value Qr(OperationCall call)
    {
        if (Matrix(call) is not { } m
            || (call["mode"] ?? new Value.Enumeration("", "Reduced")) is not Value.Enumeration { Member: var mode })
        {
            return call.Unknown();
        }

        var least = Dim.Min(m[-2], m[-1]);
        return mode switch
        {
            "Reduced" => List(Of([.. Batch(m), m[-2], least], call.Type), Of([.. Batch(m), least, m[-1]], call.Type)),
            "Complete" => List(Of([.. Batch(m), m[-2], m[-2]], call.Type), new(m, call.Type)),
            _ => List(Of([Dim.Zero], call.Type), Of([.. Batch(m), least, m[-1]], call.Type)),
        };
    }

    /// <summary>The one of <c>linalg</c>: that of <c>torch</c> gives other things.</summary>
    private static Value Lu(OperationCall call)
    {
        if (call.Arguments.FirstOrDefault().Key != "input" || call.Flag("pivot") is false && call.Has("pivot") || Matrix(call) is not { } m)
        {
            return call.Unknown();
        }

        var least = Dim.Min(m[-2], m[-1]);
        return List(Of([.. Batch(m), m[-2], m[-2]], call.Type), Of([.. Batch(m), m[-2], least], call.Type),
            Of([.. Batch(m), least, m[-1]], call.Type));
    }

    /// <summary>Of one vector, of vectors that stand in a batch as the matrices do, or of matrices.</summary>
    private static Value Solve(OperationCall call)
    {
        var other = OperationCall.ShapeOf(call.At(1));
        if (Square(call) is not { } s || other.Rank is not ({ } rank and > 0) || (call.Has("left") && call.Flag("left") is null))
        {
            return call.Unknown();
        }

        var isLeft = call["left"] is null || call.Flag("left") is true;
        if (rank == 1 || rank == s.Rank - 1)
        {
            var sizes = other.Dims.Zip(s.Dims.Skip(rank == 1 ? s.Dims.Count - 2 : 0),
                (a, b) => Comparison.Compare(a, b, call.Facts)).ToArray();
            if (rank == 1 ? !call.Same(s, other, 0, s[-1], other[0]) : sizes.All(static v => v == Verdict.Equal))
            {
                return call.Failed ? call.Unknown() : isLeft ? Of([.. s.Dims.Take(s.Dims.Count - 1)]) : call.Unknown();
            }

            if (rank == 1)
            {
                return isLeft ? Of([.. s.Dims.Take(s.Dims.Count - 1)]) : call.Unknown();
            }

            if (!sizes.Contains(Verdict.Different))
            {
                return call.Unknown();
            }
        }

        return Matrices(call, s, other, isLeft);
    }

    private static Value SolveTriangular(OperationCall call)
    {
        var other = OperationCall.ShapeOf(call.At(1));
        return Square(call) is { } s && other.Rank >= 2 && (!call.Has("left") || call.Flag("left") is not null)
            ? Matrices(call, s, other, call["left"] is null || call.Flag("left") is true) : call.Unknown();
    }

    private static Value Matrices(OperationCall call, Shape s, Shape other, bool isLeft)
    {
        if (other.Rank < 2 || !call.Same(s, other, isLeft ? s.Dims.Count - 2 : s.Dims.Count - 1, s[-1], other[isLeft ? -2 : -1]))
        {
            return call.Unknown();
        }

        var batch = call.Broadcast(Shape.Of(Batch(s)), Shape.Of(Batch(other)));
        return call.Failed || batch.Rank is null ? call.Unknown() : Of([.. batch.Dims, other[-2], other[-1]]);
    }

    /// <summary>Matrices one after the other; the first and the last may be vectors.</summary>
    private static Value ChainOf(OperationCall call)
    {
        if (call.At(0) is not Value.List { Items: { Count: > 1 } items }
            || items.Any(static i => i is not Value.Tensor { Shape.Rank: not null }))
        {
            return call.Unknown();
        }

        var shapes = items.Select(OperationCall.ShapeOf).ToArray();
        for (var i = 0; i < shapes.Length; i++)
        {
            var mayBeVector = call.Name == "multi_dot" && (i == 0 || i == shapes.Length - 1);
            if (shapes[i].Rank != 2 && !(mayBeVector && shapes[i].Rank == 1))
            {
                return call.Unknown();
            }

            if (i > 0 && !call.Same(shapes[i - 1], shapes[i], 1, shapes[i - 1][-1], shapes[i].Dims[0]))
            {
                return call.Unknown();
            }
        }

        return Of([.. shapes[0].Dims.Take(shapes[0].Dims.Count - 1), .. shapes[shapes.Length - 1].Dims.Skip(1)]);
    }
}

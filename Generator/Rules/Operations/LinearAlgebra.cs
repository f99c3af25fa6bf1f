using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Products of vectors and matrices. Multiply-adds: the elements that come out times the length of each sum.</summary>
internal static class LinearAlgebra
{
    public static readonly IReadOnlyList<OperationRule> All =
    [
        Multiplying("matmul", static call => MatMul(call, call.Self, Second(call))) with
        {
            Memory = Memory.Ordered,
            Column = ColumnOrigin.Features,
            FoldsOperands = true,
            SavesOf = static call => IsFolded(call.Self, Second(call)) ? Saved.Others : null,
        },
        Multiplying("mm", static call => Product(call, call.Self, Second(call), 2, 2)) with
        {
            Saves = Saved.Others,
            Shapes = "N K, K M -> N M",
            Memory = Memory.Ordered,
            Column = ColumnOrigin.Features,
        },
        Multiplying("bmm", static call => Product(call, call.Self, Second(call), 3, 3)) with
        {
            Saves = Saved.Others,
            Shapes = "B N K, B K M -> B N M",
            Memory = Memory.Ordered,
            Column = ColumnOrigin.Features,
        },
        Multiplying("mv", static call => Product(call, call.Self, Second(call), 2, 1)) with { Shapes = "N K, K -> N" },
        Multiplying("dot vdot", Dot) with { Shapes = "N, N ->" },
        new("outer ger") { Output = Outer, Types = TypeRule.Common("any"), Shapes = "N, M -> N M" },
        Multiplying("inner", Inner) with { Types = TypeRule.Common("any") },
        new("kron")
        {
            Output = static call => call.Self.Rank is { } rank && Second(call) is { Rank: { } other } right && rank == other
                ? new Value.Tensor(Shape.Of([.. call.Self.Dims.Zip(right.Dims, (a, b) => a * b)]))
                : call.Unknown(),
            Types = TypeRule.Common("any"),
        },
        Multiplying("addmm", static call => Add(call, Product(call, Second(call), Third(call), 2, 2))) with
        {
            Shapes = "N M, N K, K M -> N M",
            Column = ColumnOrigin.Features,
        },
        Multiplying("addmv", static call => Add(call, Product(call, Second(call), Third(call), 2, 1))) with { Shapes = "N, N K, K -> N" },

        // TorchSharp 0.107 multiplies the first two and adds the third, whatever it calls them.
        Multiplying("baddbmm", static call => Add(call, Product(call, call.Self, Second(call), 3, 3), Third(call))) with
        {
            Shapes = "B N K, B K M, B N M -> B N M",
        },
        Multiplying("addbmm", static call => Product(call, Second(call), Third(call), 3, 3) is Value.Tensor { Shape.Rank: 3 } product
            ? Add(call, new Value.Tensor(Shape.Of([.. product.Shape.Dims.Skip(1)])))
            : call.Unknown()) with
        {
            Shapes = "N M, B N K, B K M -> N M",
        },
        Multiplying("einsum", Einsum),
        Multiplying("tensordot", Contract) with
        {
            RefusedInOnnx = static given => given.Contains("dims1") ? null
                : "TorchSharp 0.107 throws for a number of dimensions. Give the dimensions of both as two arrays",
        },
        new("cdist")
        {
            Output = static call => call.Self.Rank is >= 2 && Second(call) is { Rank: >= 2 } other ? Distances(call, other)
                : call.Unknown(),
            Shapes = "*B N D, *B M D -> *B N M",
            Types = TypeRule.Alike("float32 float64"),
        },
        new("cross") { Output = Cross },
        new("inverse") { Output = Square, Shapes = "*B N N -> *B N N", Types = TypeRule.First("float32 float64 complex") },
        new("matrix_exp") { Output = Square, Shapes = "*B N N -> *B N N", Types = TypeRule.First("float complex") },
        new("det")
        {
            Output = static call => call.Self.Rank is >= 2 && Square(call) is Value.Tensor && !call.Failed
                ? new Value.Tensor(Shape.Of([.. call.Self.Dims.Take(call.Self.Dims.Count - 2)])) : call.Unknown(),
            Shapes = "*B N N -> *B",
            Types = TypeRule.First("float32 float64 complex"),
        },
    ];

    /// <summary>Matrices, or as many of them on both sides, or a matrix on the right: nothing is repeated.</summary>
    private static bool IsFolded(Shape left, Shape right) => left.Rank is >= 2 and { } rank && (right.Rank == 2
        || (right.Rank == rank && left.Dims.Take(rank - 2).SequenceEqual(right.Dims.Take(rank - 2))));

    private static OperationRule Multiplying(string names, Func<OperationCall, Value> output) =>
        new(names) { Output = output, Types = TypeRule.Alike("int float complex"), Multiplies = true, MakesOrder = true };

    private static Shape Second(OperationCall call) => OperationCall.ShapeOf(call.At(1));

    private static Shape Third(OperationCall call) => OperationCall.ShapeOf(call.At(2));

    /// <summary>A product as <c>torch.matmul</c> has it: vectors, matrices, and batches of matrices that broadcast.</summary>
    public static Value MatMul(OperationCall call, Shape left, Shape right)
    {
        if (left.IsUnknownRank || right.IsUnknownRank || (left.HasVariadic && left.Dims.Count < 2)
            || (right.HasVariadic && right.Dims.Count < 2))
        {
            return left is { HasVariadic: true, Dims.Count: 1 } && right.Rank == 2 ? Last(call, left, right) : call.Unknown();
        }

        if (left.Rank == 0 || right.Rank == 0)
        {
            return call.Wrong(FindingKind.OperationRank, left.Rank == 0 ? left.ToString() : right.ToString(),
                "both operands need 1 dimension or more");
        }

        var (inner, other) = (left[-1], right.Rank == 1 ? right[-1] : right[-2]);
        if (!call.Same(left, right, left.Dims.Count - 1, inner, other))
        {
            return new Value.Tensor(Shape.UnknownRank);
        }

        var rows = left.Rank == 1 ? Array.Empty<Dim>() : [left[-2]];
        var columns = right.Rank == 1 ? Array.Empty<Dim>() : [right[-1]];
        var (batchLeft, batchRight) = (Batch(left), Batch(right));
        var batch = batchLeft is { Rank: 0 } ? batchRight : batchRight is { Rank: 0 } ? batchLeft : call.Broadcast(batchLeft, batchRight);
        if (call.Failed || batch.IsUnknownRank)
        {
            return call.Failed ? new Value.Tensor(Shape.UnknownRank) : call.Unknown();
        }

        var result = new Shape(batch.Variadic, [.. batch.Dims, .. rows, .. columns]);
        call.MultiplyAdds = result.Elements * inner;
        return new Value.Tensor(result);
    }

    private static Value Last(OperationCall call, Shape left, Shape right) =>
        call.Same(left, right, 0, left[-1], right[-2]) ? new Value.Tensor(left.WithLast(right[-1]))
            : new Value.Tensor(Shape.UnknownRank);

    private static Shape Batch(Shape shape) => new(shape.Variadic, [.. shape.Dims.Take(Math.Max(0, shape.Dims.Count - 2))]);

    private static Value Product(OperationCall call, Shape left, Shape right, int rankOfLeft, int rankOfRight)
    {
        if ((left.Rank ?? rankOfLeft) != rankOfLeft || (right.Rank ?? rankOfRight) != rankOfRight)
        {
            return call.Wrong(FindingKind.OperationRank, $"{left} and {right}",
                $"the first tensor needs {rankOfLeft} dimensions, the second {rankOfRight}");
        }

        if (left.Rank is null || right.Rank is null)
        {
            return call.Unknown();
        }

        if (rankOfLeft == 3)
        {
            call.Same(left, right, 0, left.Dims[0], right.Dims[0]);
        }

        return call.Failed ? new Value.Tensor(Shape.UnknownRank) : MatMul(call, left, right);
    }

    private static Value Add(OperationCall call, Value product) => Add(call, product, call.Self);

    private static Value Add(OperationCall call, Value product, Shape added)
    {
        if (product is not Value.Tensor { Shape.Rank: { } rank } tensor || added.Rank is not { } own)
        {
            return call.Unknown();
        }

        if (call.Failed)
        {
            return tensor;
        }

        // What is added must broadcast to the product, and not the other way round.
        if (own > rank)
        {
            return call.Wrong(FindingKind.OperationRank, added.ToString(), $"it is added to {tensor.Shape}");
        }

        var sum = call.Broadcast(added, tensor.Shape);
        for (var i = 0; i < rank && !call.Failed && sum.Rank == rank; i++)
        {
            call.Same(added, tensor.Shape, i, sum.Dims[i], tensor.Shape.Dims[i]);
        }

        return tensor;
    }

    private static Value Dot(OperationCall call)
    {
        var (left, right) = (call.Self, OperationCall.ShapeOf(call.At(1)));
        if (left.Rank is null || right.Rank is null)
        {
            return call.Unknown();
        }

        if (left.Rank != 1 || right.Rank != 1)
        {
            return call.Wrong(FindingKind.OperationRank, $"{left} and {right}", "it needs 1 dimension of each");
        }

        call.Same(left, right, 0, left.Dims[0], right.Dims[0]);
        call.MultiplyAdds = left.Dims[0];
        return new Value.Tensor(Shape.Of());
    }

    /// <summary>Vectors of three numbers along a dimension.</summary>
    private static Value Cross(OperationCall call)
    {
        var (left, right) = (call.Self, OperationCall.ShapeOf(call.At(1)));
        if (call.At(1) is not Value.Tensor || left.Rank is not { } rank || right.Rank is not { } other
            || left.Dims.Concat(right.Dims).Any(static d => d.Constant == 0))
        {
            return call.Unknown();
        }

        if (rank != other)
        {
            return call.Wrong(FindingKind.OperationRank, $"{left} and {right}", "they must have the same number of dimensions");
        }

        if (call.Dimension(call["dim"] ?? Views.Number(-1), left) is not { } at || rank == 0)
        {
            return call.Unknown();
        }

        foreach (var size in new[] { left.Dims[at], right.Dims[at] })
        {
            switch (size.IsUnknown ? Verdict.Unknown : Comparison.Compare(size, Dim.Of(3), call.Facts))
            {
                case Verdict.Different:
                    return call.Wrong(FindingKind.OperationArguments, $"dimension {at} must be 3, and is {size}");
                case Verdict.Unknown:
                    call.Checks.Incomplete();
                    break;
            }
        }

        return new Value.Tensor(call.Broadcast(left, right));
    }

    /// <summary>The sum over pairs of dimensions; those of the first that are left come before those of the second.</summary>
    private static Value Contract(OperationCall call)
    {
        var (left, right) = (call.Self, Second(call));
        if (left.Rank is null || right.Rank is null || call.Sizes(call["dims1"]) is not { } first
            || call.Sizes(call["dims2"]) is not { } second || left.Dims.Concat(right.Dims).Any(static d => d.Constant == 0))
        {
            return call.Unknown();
        }

        if (first.Count != second.Count)
        {
            return call.Wrong(FindingKind.OperationArguments, $"{first.Count} and {second.Count} dimensions are named");
        }

        var places = (First: first.Select(d => call.Dimension(new Value.Integer(d), left)).ToArray(),
            Second: second.Select(d => call.Dimension(new Value.Integer(d), right)).ToArray());
        if (places.First.Concat(places.Second).Contains(null) || left.Rank == 0 || right.Rank == 0
            || places.First.Distinct().Count() != first.Count || places.Second.Distinct().Count() != first.Count)
        {
            return call.Unknown();
        }

        foreach (var (a, b) in places.First.Zip(places.Second, static (a, b) => (a!.Value, b!.Value)))
        {
            if (left.Dims[a].Constant == 1 || right.Dims[b].Constant == 1)
            {
                continue;
            }

            call.Same(left, right, a, left.Dims[a], right.Dims[b]);
        }

        return call.Failed ? new Value.Tensor(Shape.UnknownRank) : new Value.Tensor(Shape.Of([
            .. left.Dims.Where((_, i) => !places.First.Contains(i)), .. right.Dims.Where((_, i) => !places.Second.Contains(i))]));
    }

    private static Value Outer(OperationCall call)
    {
        var (left, right) = (call.Self, OperationCall.ShapeOf(call.At(1)));
        if (left.Rank is null || right.Rank is null)
        {
            return call.Unknown();
        }

        return left.Rank != 1 || right.Rank != 1
            ? call.Wrong(FindingKind.OperationRank, $"{left} and {right}", "it needs 1 dimension of each")
            : new Value.Tensor(Shape.Of(left.Dims[0], right.Dims[0]));
    }

    private static Value Inner(OperationCall call)
    {
        var (left, right) = (call.Self, OperationCall.ShapeOf(call.At(1)));
        if (left.Rank is null || right.Rank is null)
        {
            return call.Unknown();
        }

        if (left.Rank == 0 || right.Rank == 0)
        {
            call.MultiplyAdds = Dim.Zero;
            return new Value.Tensor(left.Rank == 0 ? right : left);
        }

        call.Same(left, right, left.Dims.Count - 1, left[-1], right[-1]);
        var result = Shape.Of([.. left.Dims.Take(left.Dims.Count - 1), .. right.Dims.Take(right.Dims.Count - 1)]);
        call.MultiplyAdds = result.Elements * left[-1];
        return new Value.Tensor(result);
    }

    private static Value Square(OperationCall call)
    {
        if (call.Self.Rank is null)
        {
            return call.Unknown();
        }

        if (call.Self.Rank < 2)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 2 dimensions or more");
        }

        call.Same(call.Self, call.Self, call.Self.Dims.Count - 1, call.Self[-2], call.Self[-1]);
        return new Value.Tensor(call.Self);
    }

    private static Value Distances(OperationCall call, Shape other)
    {
        call.Same(call.Self, other, call.Self.Dims.Count - 1, call.Self[-1], other[-1]);
        var batch = call.Broadcast(Batch(call.Self), Batch(other));
        return call.Failed || batch.Rank is null ? new Value.Tensor(Shape.UnknownRank)
            : new Value.Tensor(Shape.Of([.. batch.Dims, call.Self[-2], other[-2]]));
    }

    /// <summary><c>einsum("bhqd,bhkd->bhqk", q, k)</c>: a letter is one size everywhere.</summary>
    private static Value Einsum(OperationCall call)
    {
        if (call.At(0) is not Value.Text { Characters: var text } || call.At(1) is not Value.List operands
            || operands.Items.Any(o => OperationCall.ShapeOf(o).Rank is null))
        {
            return call.Unknown();
        }

        text = text.Replace(" ", "");
        if (text.Contains('.') || text.Split(["->"], StringSplitOptions.None) is not { Length: 1 or 2 } sides)
        {
            return call.Unknown();
        }

        var terms = sides[0].Split(',');
        var shapes = operands.Items.Select(OperationCall.ShapeOf).ToArray();
        if (terms.Length != shapes.Length)
        {
            return call.Wrong(FindingKind.OperationArguments, $"\"{text}\" names {terms.Length} operands, but there are {shapes.Length}");
        }

        var sizes = new Dictionary<char, (Dim Size, Shape Shape)>();
        for (var i = 0; i < terms.Length; i++)
        {
            if (!terms[i].All(char.IsLetter))
            {
                return call.Unknown();
            }

            if (terms[i].Length != shapes[i].Rank)
            {
                return call.Wrong(FindingKind.OperationRank, shapes[i].ToString(), $"\"{terms[i]}\" names {terms[i].Length} dimensions");
            }

            for (var j = 0; j < terms[i].Length; j++)
            {
                var size = shapes[i].Dims[j];
                if (!sizes.TryGetValue(terms[i][j], out var known) || known.Size.Constant == 1)
                {
                    sizes[terms[i][j]] = (size, shapes[i]);
                }
                else if (size.Constant != 1 && !call.Same(known.Shape, shapes[i], j, known.Size, size))
                {
                    return new Value.Tensor(Shape.UnknownRank);
                }
            }
        }

        var output = sides.Length == 2 ? sides[1] : new string(
            sizes.Keys.Where(k => sides[0].Count(c => c == k) == 1).OrderBy(k => k).ToArray());
        if (!output.All(char.IsLetter) || output.Any(c => !sizes.ContainsKey(c)) || output.Distinct().Count() != output.Length)
        {
            return call.Wrong(FindingKind.OperationArguments, $"\"{text}\" gives a letter that no operand has, or one twice");
        }

        call.MultiplyAdds = shapes.Length < 2 ? Dim.Zero : sizes.Values.Aggregate(Dim.One, (product, s) => product * s.Size);
        return new Value.Tensor(Shape.Of([.. output.Select(c => sizes[c].Size)]));
    }
}

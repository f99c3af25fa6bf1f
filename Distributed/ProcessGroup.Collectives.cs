using Gen.Distributed.Job;

namespace Gen.Distributed;

public sealed unsafe partial class ProcessGroup
{
    /// <summary>The most numbers that an engine is given at once. Their bytes fit into an <c>int</c>, and a copy that a conversion needs
    /// stays small.</summary>
    internal long PieceElements { get; set; } = 1 << 26;

    /// <summary>Reduces a tensor in place: afterwards it is the same on every rank, bit for bit. It may be of any size, on any device, and
    /// need not be contiguous. <c>float16</c> and <c>bfloat16</c> are reduced as <c>float32</c>.</summary>
    /// <param name="tensor">The tensor, of one shape and element type on all ranks.</param>
    /// <param name="op">How the values become one.</param>
    /// <exception cref="ArgumentException">The element type has no such reduction: complex numbers, a sum of <c>bool</c>, an average of
    /// integers.</exception>
    /// <exception cref="DistributedException">The ranks do not do the same.</exception>
    public void AllReduce(Tensor tensor, ReduceOp op = ReduceOp.Sum)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var type = Reduced(tensor, op);
        using var turn = Begin(new(Collective.Reduce, tensor.numel(), tensor.dtype, op));
        if (Size == 1 || tensor.numel() == 0)
        {
            return;
        }

        using var gradients = no_grad();
        var sum = op == ReduceOp.Average ? ReduceOp.Sum : op;
        if (type == tensor.dtype && IsInPlace(tensor) && tensor.numel() <= PieceElements)
        {
            fixed (byte* data = tensor.bytes)
            {
                engine.AllReduce((nint)data, (int)tensor.numel(), Kind(type), sum);
            }

            Divide(tensor, op);
            return;
        }

        InPieces(tensor, piece =>
        {
            using var scope = NewDisposeScope();
            var copy = type == piece.dtype && IsInPlace(piece) ? piece : piece.to(type).cpu().contiguous();
            fixed (byte* data = copy.bytes)
            {
                engine.AllReduce((nint)data, (int)copy.numel(), Kind(type), sum);
            }

            Divide(copy, op);
            if (!ReferenceEquals(copy, piece))
            {
                piece.copy_(copy);
            }
        });
    }

    /// <summary>Reduces one number, such as a loss or a count of right predictions.</summary>
    /// <param name="value">This rank's number.</param>
    /// <param name="op">How the values become one.</param>
    /// <returns>The same number on every rank.</returns>
    /// <exception cref="DistributedException">The ranks do not do the same.</exception>
    public double AllReduce(double value, ReduceOp op = ReduceOp.Sum)
    {
        using var turn = Begin(new(Collective.Reduce, 1, ScalarType.Float64, op));
        engine.AllReduce((nint)(&value), 1, ScalarType.Float64, op == ReduceOp.Average ? ReduceOp.Sum : op);
        return op == ReduceOp.Average ? value / Size : value;
    }

    /// <summary>Reduces one whole number, such as a count, exactly.</summary>
    /// <param name="value">This rank's number.</param>
    /// <param name="op">How the values become one; no average.</param>
    /// <returns>The same number on every rank.</returns>
    /// <exception cref="ArgumentException">An average of whole numbers need not be one: convert to <c>double</c>.</exception>
    /// <exception cref="DistributedException">The ranks do not do the same.</exception>
    public long AllReduce(long value, ReduceOp op = ReduceOp.Sum)
    {
        if (op == ReduceOp.Average)
        {
            throw new ArgumentException("An average of whole numbers need not be one: convert the value to double.", nameof(op));
        }

        using var turn = Begin(new(Collective.Reduce, 1, ScalarType.Int64, op));
        engine.AllReduce((nint)(&value), 1, ScalarType.Int64, op);
        return value;
    }

    /// <summary>Gives every rank the values of one, in place. The tensor may be of any size and element type, on any device, and need not
    /// be contiguous.</summary>
    /// <param name="tensor">The tensor, of one shape and element type on all ranks.</param>
    /// <param name="root">The rank whose values all get.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    /// <exception cref="DistributedException">The ranks do not do the same.</exception>
    public void Broadcast(Tensor tensor, int root = 0)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        CheckRoot(root);
        using var turn = Begin(new(Collective.Broadcast, tensor.numel(), tensor.dtype, Root: root));
        if (Size == 1 || tensor.numel() == 0)
        {
            return;
        }

        using var gradients = no_grad();
        InPieces(tensor, piece =>
        {
            using var scope = NewDisposeScope();
            var copy = IsInPlace(piece) ? piece : piece.cpu().contiguous();
            var bytes = copy.bytes;
            fixed (byte* data = bytes)
            {
                engine.Broadcast((nint)data, bytes.Length, root);
            }

            if (!ReferenceEquals(copy, piece) && Rank != root)
            {
                piece.copy_(copy);
            }
        });
    }

    /// <summary>Gives every rank the bytes of one.</summary>
    /// <param name="bytes">Of the root, or null; the other ranks' are not looked at.</param>
    /// <param name="root">The rank that has them.</param>
    internal byte[]? Broadcast(byte[]? bytes, int root)
    {
        using var turn = Begin(new(Collective.Broadcast, 0, ScalarType.Byte, Root: root));
        var length = bytes?.Length ?? -1;
        engine.Broadcast((nint)(&length), sizeof(int), root);
        if (Rank != root)
        {
            bytes = length < 0 ? null : new byte[length];
        }

        fixed (byte* data = bytes)
        {
            if (length > 0)
            {
                engine.Broadcast((nint)data, length, root);
            }
        }

        return bytes;
    }

    /// <summary>The type in which a tensor is reduced.</summary>
    private static ScalarType Reduced(Tensor tensor, ReduceOp op) => tensor.dtype switch
    {
        ScalarType.Float32 or ScalarType.Float64 => tensor.dtype,
        ScalarType.Float16 or ScalarType.BFloat16 => ScalarType.Float32,
        _ when op == ReduceOp.Average => throw new ArgumentException(
            $"An average of {tensor.dtype} need not be one: convert the tensor to a floating-point type.", nameof(op)),
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 => tensor.dtype,
        ScalarType.Bool when op is ReduceOp.Min or ReduceOp.Max => ScalarType.Bool,
        ScalarType.Bool => throw new ArgumentException(
            $"Bool has no {op}: Max says whether any is true, Min whether all are; or convert the tensor to int64.", nameof(op)),
        var type => throw new ArgumentException($"A tensor of {type} cannot be reduced; view_as_real makes numbers of complex ones.",
            nameof(tensor)),
    };

    /// <summary>A bool is a byte, 0 or 1.</summary>
    private static ScalarType Kind(ScalarType type) => type == ScalarType.Bool ? ScalarType.Byte : type;

    private static bool IsInPlace(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    private void Divide(Tensor tensor, ReduceOp op)
    {
        if (op == ReduceOp.Average)
        {
            tensor.div_(Size);
        }
    }

    /// <summary>Does something with one view of the tensor after the other, or with a contiguous copy that is copied back.</summary>
    private void InPieces(Tensor tensor, Action<Tensor> action)
    {
        using var scope = NewDisposeScope();
        var whole = tensor.is_contiguous() ? tensor : tensor.contiguous();
        var flat = whole.view(-1);
        for (var start = 0L; start < flat.numel(); start += PieceElements)
        {
            using var piece = flat.narrow(0, start, Math.Min(PieceElements, flat.numel() - start));
            action(piece);
        }

        if (!ReferenceEquals(whole, tensor))
        {
            tensor.copy_(whole);
        }
    }

    private void CheckRoot(int root)
    {
        if (root < 0 || root >= Size)
        {
            throw new ArgumentOutOfRangeException(nameof(root), root, $"The group has the ranks 0 to {Size - 1}.");
        }
    }
}

using System.Globalization;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>What is the one value or the other, as an <c>If</c> gives it.</summary>
internal sealed class OnnxMerge(OnnxBuilder builder, OnnxValue condition, OnnxBlock then, OnnxBlock otherwise)
{
    private readonly Dictionary<(object, object), object> merged = new(new Both());
    private readonly List<(object Then, object Otherwise, OnnxValue Value)> outputs = [];
    private readonly string name = builder.NameOf("If");

    /// <summary>The value after both sides; one that is not known where an <c>If</c> cannot give it.</summary>
    public object? Of(object? a, object? b)
    {
        if (ReferenceEquals(a, b) || (a is not null && b is not null && Equals(a, b)))
        {
            return a;
        }

        if (a is null || b is null)
        {
            return Unknown("whether there is a value");
        }

        if (!merged.TryGetValue((a, b), out var value))
        {
            value = Merged(a, b);
            merged[(a, b)] = value;
        }

        return value;
    }

    /// <summary>Adds the node.</summary>
    public void Add()
    {
        if (outputs.Count == 0)
        {
            return;
        }

        foreach (var (block, number) in new[] { (then, 1), (otherwise, 2) })
        {
            block.Name = string.Create(CultureInfo.InvariantCulture, $"{name}.{(number == 1 ? "then" : "else")}");
            builder.In(block, () =>
            {
                outputs.ForEach(o => builder.BlockOutput(Tensor(number == 1 ? o.Then : o.Otherwise, o.Value)));
                return true;
            });
        }

        builder.Add("If", name, [condition], [.. outputs.Select(static o => o.Value)], ("then_branch", then), ("else_branch", otherwise));
    }

    private object Merged(object a, object b)
    {
        switch (a, b)
        {
            case (OnnxUnknown, _):
                return a;
            case (_, OnnxUnknown):
                return b;
            case (List<object?> x, List<object?> y) when x.Count == y.Count && x is not ExportPair:
                var list = new List<object?>(x.Count);
                merged[(a, b)] = list;
                list.AddRange(x.Zip(y, Of));
                return list;
            case (OnnxGrowing x, OnnxGrowing y) when x.Added.Count == y.Added.Count:
                var growing = new OnnxGrowing();
                merged[(a, b)] = growing;
                growing.Added.AddRange(x.Added.Zip(y.Added, Of));
                return growing;
            case (ExportMap x, ExportMap y) when x.Items.Select(static i => i.Key).SequenceEqual(y.Items.Select(static i => i.Key)):
                var map = new ExportMap();
                merged[(a, b)] = map;
                map.Items.AddRange(x.Items.Zip(y.Items, (p, q) => new ExportPair(p.Key, Of(p.Value, q.Value))));
                return map;
            case (List<object?> or OnnxGrowing or ExportMap, _) or (_, List<object?> or OnnxGrowing or ExportMap):
                return Unknown("which items a list has");
            case (long or Dim, long or Dim) when Sizes(SizeOf(a), SizeOf(b)) is { } size:
                return size;
            default:
                return TypeOf(a) is not { } type || TypeOf(b) is not { } other ? Unknown("which value it is")
                    : (IsNumber(a) || IsNumber(b)) && IsOne(a) && IsOne(b) ? Number(a, b, OnnxTypes.Promote(type, other))
                    : a is OnnxValue x0 && b is OnnxValue y0 ? Tensors(x0, y0) : Unknown("whether it is a tensor");
        }
    }

    private object Tensors(OnnxValue a, OnnxValue b)
    {
        if (a.Rank != b.Rank)
        {
            return Unknown($"how many dimensions a tensor has, {a.Rank} or {b.Rank}");
        }

        return a.Type != b.Type ? Unknown($"which type of elements a tensor has, {a.Type} or {b.Type}")
            : Output(a, b, a.Type, [.. a.Dims.Zip(b.Dims, (x, y) => x.Equals(y) ? x : builder.NewSize())]);
    }

    private OnnxValue Number(object a, object b, ScalarType type)
    {
        var number = Output(a, b, type, []);
        number.IsNumber = true;
        return number;
    }

    /// <summary>A size that is one or the other; null where it may be negative.</summary>
    private object? Sizes(Dim a, Dim b)
    {
        if (Least(a) is not { } x || Least(b) is not { } y)
        {
            return null;
        }

        // A name stands for 1 or more.
        var least = Math.Min(x, y) - 1;
        var size = builder.NewSize();
        var value = Output(a - least, b - least, ScalarType.Int64, [1]);
        builder.Block.SetSize(size.ToString(), value);
        return OnnxCall.Number(size + least);

        static long? Least(Dim dim) => dim.Constant is { } number ? number : Comparison.AtLeast(dim, Dim.One, Facts.None) == true ? 1
            : Comparison.AtLeast(dim, Dim.Zero, Facts.None) == true ? 0 : null;
    }

    private OnnxValue Output(object a, object b, ScalarType type, IReadOnlyList<Dim> dims)
    {
        var value = new OnnxValue(outputs.Count == 0 ? name
            : builder.Unique(string.Create(CultureInfo.InvariantCulture, $"{name}.{outputs.Count}")), type, dims);
        outputs.Add((a, b, value));
        return value;
    }

    private OnnxValue Tensor(object value, OnnxValue output) => value switch
    {
        OnnxValue tensor => builder.Cast(tensor, output.Type),
        Dim size when output.Rank == 1 => builder.Size(size),
        Dim size => builder.Cast(builder.Squeeze(builder.Size(size), 0), output.Type),
        _ => builder.Scalar(value, output.Type),
    };

    private static Dim SizeOf(object size) => size as Dim ?? Dim.Of((long)size);

    private static bool IsNumber(object value) => value is bool or long or double or float or Dim or OnnxValue { IsNumber: true };

    private static bool IsOne(object value) => value is not OnnxValue { Rank: > 0 };

    private static ScalarType? TypeOf(object value) => value switch
    {
        OnnxValue tensor => tensor.Type,
        bool => ScalarType.Bool,
        long or Dim => ScalarType.Int64,
        double or float => ScalarType.Float32,
        _ => null,
    };

    private static OnnxUnknown Unknown(string what) => new($"{what} depends on a branch that only a call decides; write torch.where, or "
        + "let both sides give the same kind of value");

    /// <summary>Values by which objects they are, and numbers by what they are.</summary>
    private sealed class Both : IEqualityComparer<(object A, object B)>
    {
        public bool Equals((object A, object B) x, (object A, object B) y) => Same(x.A, y.A) && Same(x.B, y.B);

        public int GetHashCode((object A, object B) pair) => HashCode.Combine(Hash(pair.A), Hash(pair.B));

        private static bool Same(object a, object b) => ReferenceEquals(a, b) || (a is ValueType or Dim && a.Equals(b));

        private static int Hash(object value) => value is ValueType or Dim ? value.GetHashCode()
            : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value);
    }
}

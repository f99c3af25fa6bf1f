using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <content>Sizes as tensors.</content>
internal sealed partial class OnnxBuilder
{
    /// <summary>Sizes as a tensor of int64: a constant where they are known.</summary>
    public OnnxValue Sizes(IReadOnlyList<Dim> dims)
    {
        if (dims.All(static d => d.Constant is not null))
        {
            return Ints([.. dims.Select(static d => d.Constant!.Value)]);
        }

        // Constants beside each other are one tensor.
        var parts = new List<OnnxValue>();
        for (var i = 0; i < dims.Count; i++)
        {
            var from = i;
            while (i + 1 < dims.Count && dims[from].Constant is not null && dims[i + 1].Constant is not null)
            {
                i++;
            }

            parts.Add(dims[from].Constant is null ? Size(dims[from]) : Ints([.. dims.Skip(from).Take(i - from + 1).Select(static d =>
                d.Constant!.Value)]));
        }

        return parts.Count == 1 ? parts[0] : Node("Concat", parts, ScalarType.Int64, [dims.Count], ("axis", 0L));
    }

    /// <summary>A size as a tensor of one number.</summary>
    public OnnxValue Size(Dim dim)
    {
        if (dim.Constant is { } number)
        {
            return Ints(number);
        }

        if (Block.Size(dim.ToString()) is not { } value)
        {
            value = dim.AsName is { } name ? Named(name) : Sum(dim);
            Block.SetSize(dim.ToString(), value);
        }

        return value;
    }

    private OnnxValue Named(string name)
    {
        return Block.Source(name) is { } source
            ? Node("Shape", [source.Value], ScalarType.Int64, [1], ("end", (long)source.Axis + 1), ("start", (long)source.Axis))
            : Solve(name) ?? throw new NotExportableException($"no input tells the size {name}");
    }

    /// <summary>A size that an input tells by a multiple of it: <c>2*d+1</c>.</summary>
    private OnnxValue? Solve(string name)
    {
        foreach (var input in Model.Inputs)
        {
            for (var i = 0; i < input.Rank; i++)
            {
                var dim = input.Dims[i];
                if (dim.Names is [var only] && only == name && dim.Substitute(_ => Dim.Zero).Constant is { } at
                    && dim.Substitute(_ => Dim.One).Constant is { } next && next > at && dim.Equals((Dim.Name(name) * (next - at)) + at))
                {
                    var size = Node("Shape", [input], ScalarType.Int64, [1], ("end", i + 1L), ("start", (long)i));
                    return Whole("Div", Whole("Sub", size, Ints(at)), Ints(next - at));
                }
            }
        }

        return null;
    }

    private OnnxValue Sum(Dim dim)
    {
        OnnxValue? sum = null;
        foreach (var term in dim.Terms)
        {
            OnnxValue? product = null;
            foreach (var atom in term.Atoms)
            {
                var factor = Factor(atom);
                product = product is null ? factor : Whole("Mul", product, factor);
            }

            product = product is null ? Ints(term.Coefficient) : term.Coefficient == 1 ? product
                : Whole("Mul", product, Ints(term.Coefficient));
            sum = sum is null ? product : Whole("Add", sum, product);
        }

        return sum ?? Ints(0);
    }

    private OnnxValue Factor(Atom atom)
    {
        if (atom.Kind == AtomKind.Name)
        {
            return Size(Dim.Name(atom.Name));
        }

        var (left, right) = (Size(atom.Left!), Size(atom.Right!));
        return atom.Kind switch
        {
            AtomKind.Min => Node("Min", [left, right], ScalarType.Int64, [1]),
            AtomKind.Max => Node("Max", [left, right], ScalarType.Int64, [1]),
            AtomKind.Mod => Whole("Mod", left, right),

            // Div rounds towards 0.
            _ => Whole("Div", Whole("Sub", left, Whole("Mod", left, right)), right),
        };
    }

    private OnnxValue Whole(string op, OnnxValue left, OnnxValue right) => Node(op, [left, right], ScalarType.Int64, [1]);
}

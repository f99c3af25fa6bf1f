using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <content>Blocks of their own: the sides of an <c>If</c>, the turn of a <c>Loop</c>.</content>
internal sealed partial class OnnxBuilder
{
    public OnnxBlock NewBlock() => new(Block, []);

    /// <summary>What is added by the function stands in a block.</summary>
    public T In<T>(OnnxBlock block, Func<T> write)
    {
        var outer = Block;
        Block = block;
        try
        {
            return write();
        }
        finally
        {
            Block = outer;
        }
    }

    /// <summary>A value that the block is given.</summary>
    public OnnxValue BlockInput(string name, ScalarType type, IReadOnlyList<Dim> dims)
    {
        var value = new OnnxValue(Unique(name), type, dims);
        Block.Inputs.Add(value);
        Tell(value);
        return value;
    }

    /// <summary>A value that the block gives: it must be one of its own nodes.</summary>
    public void BlockOutput(OnnxValue value) => Block.Outputs.Add(Unary("Identity", value));

    /// <summary>Whether the sizes that a dimension depends on are known in the block.</summary>
    public bool Knows(Dim dim) => !dim.IsUnknown && dim.Names.All(n => !n.StartsWith(Inner, StringComparison.Ordinal)
        || Block.Size(n) is not null || Block.Source(n) is not null);

    /// <summary>A truth or a number of C# as a tensor without dimensions.</summary>
    public OnnxValue Single(OnnxValue value) => value.Rank == 0 ? value : Reshape(value, []);
}

namespace Gen.Export.Onnx;

/// <summary>Nodes that run one after another: those of the file, of a side of an <c>If</c>, of a turn of a <c>Loop</c>. They see the values
/// of the blocks around them.</summary>
/// <param name="around">The block around it; null for the file.</param>
/// <param name="nodes">Its nodes.</param>
internal sealed class OnnxBlock(OnnxBlock? around, List<OnnxNode> nodes)
{
    private readonly Dictionary<string, (OnnxValue Value, int Axis)> sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> sizes = new(StringComparer.Ordinal);

    public OnnxBlock? Around { get; set; } = around;

    public List<OnnxNode> Nodes => nodes;

    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    public string Name { get; set; } = "";

    /// <summary>The tensor of one number that a size is.</summary>
    public OnnxValue? Size(string size) => sizes.TryGetValue(size, out var value) ? value : Around?.Size(size);

    public void SetSize(string size, OnnxValue value) => sizes[size] = value;

    /// <summary>A dimension that tells a size.</summary>
    public (OnnxValue Value, int Axis)? Source(string name) => sources.TryGetValue(name, out var source) ? source : Around?.Source(name);

    public void AddSource(string name, OnnxValue value, int axis)
    {
        if (Source(name) is null)
        {
            sources.Add(name, (value, axis));
        }
    }

    /// <summary>Takes over what another block computes that always runs.</summary>
    public void Absorb(OnnxBlock other)
    {
        nodes.AddRange(other.Nodes);
        foreach (var (name, (value, axis)) in other.sources)
        {
            AddSource(name, value, axis);
        }

        foreach (var (size, value) in other.sizes)
        {
            sizes.TryAdd(size, value);
        }
    }
}

using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>A tensor of an ONNX graph, with what is known of it.</summary>
/// <param name="name">Its name in the graph.</param>
/// <param name="type">What it holds; null for an input that states none, until something that takes one type takes it.</param>
/// <param name="dims">Its dimensions.</param>
internal sealed class OnnxValue(string name, ScalarType? type, IReadOnlyList<Dim> dims)
{
    public string Name { get; set; } = name;

    public IReadOnlyList<Dim> Dims => dims;

    public int Rank => dims.Count;

    /// <summary>The type of an input that nothing has told yet.</summary>
    public ScalarType? Stated { get; private set; } = type;

    public ScalarType Type => Stated ??= Fallback;

    /// <summary>What an input holds that states no type, and that nothing takes for something else: the module's type.</summary>
    public ScalarType Fallback { get; init; } = ScalarType.Float32;

    /// <summary>The numbers of a constant of integers; null for others.</summary>
    public long[]? Numbers { get; init; }

    /// <summary>Whether it is a parameter that is trained; in eval mode nothing else is.</summary>
    public bool IsTrained { get; init; }

    /// <summary>Whether it is a number of C# that only a call knows: in what it is computed with, it has no say about the type.</summary>
    public bool IsNumber { get; set; }

    /// <summary>The sizes that it compares; null where it is something else.</summary>
    public (string Operator, Dim Left, Dim Right)? Compared { get; set; }

    /// <summary>Tells what an input holds that states no type.</summary>
    public OnnxValue Take(ScalarType expected)
    {
        Stated ??= expected;
        return this;
    }

    public bool IsFloat => Type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16;

    public bool IsInteger => !IsFloat && Type is not ScalarType.Bool;
}

/// <summary>A node, with its attributes in the order of their names.</summary>
internal sealed record OnnxNode(string Operator, IReadOnlyList<OnnxValue?> Inputs, IReadOnlyList<OnnxValue> Outputs, string Name,
    IReadOnlyList<(string Name, object Value)> Attributes)
{
    /// <summary>The sides of an <c>If</c>, the turn of a <c>Loop</c>.</summary>
    public IEnumerable<OnnxBlock> Blocks => Attributes.Select(static a => a.Value).OfType<OnnxBlock>();
}

/// <summary>A tensor that is written into the file: a parameter or buffer of the module, or a constant.</summary>
/// <param name="Value">It in the graph.</param>
/// <param name="Tensor">The tensor of the module; null for a constant.</param>
/// <param name="Bytes">The bytes of a constant.</param>
internal sealed record OnnxInitializer(OnnxValue Value, Tensor? Tensor, byte[] Bytes)
{
    public long Length => Tensor is null ? Bytes.Length : Tensor.numel() * Tensor.element_size();
}

/// <summary>A graph as it is written.</summary>
internal sealed class OnnxModel(string name)
{
    public string Name => name;

    public int Opset { get; set; } = 18;

    public List<OnnxNode> Nodes { get; } = [];

    public List<OnnxInitializer> Initializers { get; } = [];

    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    /// <summary>Takes away what no output needs: ONNX Runtime warns of it.</summary>
    public void Prune()
    {
        var needed = Outputs.ToHashSet();
        Prune(Nodes, needed);
        Initializers.RemoveAll(i => !needed.Contains(i.Value));
    }

    private static void Prune(List<OnnxNode> nodes, HashSet<OnnxValue> needed)
    {
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            if (!nodes[i].Outputs.Any(needed.Contains))
            {
                nodes.RemoveAt(i);
                continue;
            }

            nodes[i] = nodes[i].Operator == "If" ? Narrowed(nodes[i], needed) : nodes[i];
            foreach (var block in nodes[i].Blocks)
            {
                needed.UnionWith(block.Outputs);
                Prune(block.Nodes, needed);
            }

            needed.UnionWith(nodes[i].Inputs.OfType<OnnxValue>());
        }
    }

    /// <summary>An <c>If</c> that gives what is needed.</summary>
    private static OnnxNode Narrowed(OnnxNode node, HashSet<OnnxValue> needed)
    {
        foreach (var block in node.Blocks)
        {
            for (var i = node.Outputs.Count - 1; i >= 0; i--)
            {
                if (!needed.Contains(node.Outputs[i]))
                {
                    block.Outputs.RemoveAt(i);
                }
            }
        }

        return node with { Outputs = [.. node.Outputs.Where(needed.Contains)] };
    }
}

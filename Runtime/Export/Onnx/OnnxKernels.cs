using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>The types for which ONNX Runtime lacks an operator on the CPU, as found with version 1.31.1: it refuses a file with such a
/// node.</summary>
internal static class OnnxKernels
{
    private static readonly HashSet<string> NotOfFloat64 = new(StringComparer.Ordinal)
    {
        "Acos", "Acosh", "Asin", "Asinh", "Atan",
        "Atanh", "AveragePool", "Celu", "Conv", "ConvTranspose", "Cosh", "Det", "Erf", "GRU", "Gelu", "GlobalAveragePool", "GlobalMaxPool",
        "InstanceNormalization", "LRN", "LSTM", "NonZero", "RNN", "Resize", "Sinh", "Tan",
    };

    /// <summary>What moves elements about and computes nothing.</summary>
    private static readonly HashSet<string> Views = new(StringComparer.Ordinal)
    {
        "Cast", "Concat", "ConstantOfShape",
        "DepthToSpace", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Identity", "If", "Loop", "Pad", "Reshape",
        "ScatterElements", "ScatterND", "Shape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze", "Where",
    };

    /// <summary>Throws for the first node that ONNX Runtime refuses.</summary>
    public static void Check(OnnxModel model) => Check(model.Nodes);

    private static void Check(IEnumerable<OnnxNode> nodes)
    {
        foreach (var node in nodes)
        {
            var types = node.Inputs.OfType<OnnxValue>().Concat(node.Outputs).Select(static v => v.Type).ToArray();
            if (types.Contains(ScalarType.BFloat16) && !Views.Contains(node.Operator))
            {
                throw Refused(node, "bfloat16");
            }

            if (types.Contains(ScalarType.Float64) && NotOfFloat64.Contains(node.Operator))
            {
                throw Refused(node, "float64");
            }

            foreach (var block in node.Blocks)
            {
                Check(block.Nodes);
            }
        }
    }

    private static NotExportableException Refused(OnnxNode node, string type) =>
        new($"'{node.Name}' computes in {type}, and ONNX Runtime has no {node.Operator} of {type}; call to(torch.float32) before the export");
}

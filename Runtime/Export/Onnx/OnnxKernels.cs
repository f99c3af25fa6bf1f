using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>For which types ONNX Runtime has no operator on the CPU, as found with version 1.31.1: it refuses a file with such a
/// node.</summary>
internal static class OnnxKernels
{
    private const int LastOpsetOfActivations = 18;

    private static readonly HashSet<string> NotOfFloat64 = new(StringComparer.Ordinal)
    {
        "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "AveragePool", "Celu", "Col2Im", "Conv", "ConvTranspose", "Cosh", "Det", "Erf",
        "GRU", "Gelu", "GlobalAveragePool", "GlobalMaxPool", "InstanceNormalization", "LRN", "LSTM", "NonZero", "RNN", "Resize", "Sinh",
        "Tan",
    };

    private static readonly HashSet<string> NotOfFloat64InLaterOpsets = new(StringComparer.Ordinal)
    {
        "Elu", "HardSigmoid", "HardSwish", "Mish", "Selu", "Softplus", "Softsign", "ThresholdedRelu",
    };

    /// <summary>What moves elements and computes nothing.</summary>
    private static readonly HashSet<string> OfBFloat16 = new(StringComparer.Ordinal)
    {
        "Cast", "Concat", "ConstantOfShape", "DepthToSpace", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Identity", "If",
        "Loop", "Pad", "Reshape", "ScatterElements", "ScatterND", "Shape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze",
        "Where",
    };

    /// <summary>Throws for the first node that ONNX Runtime refuses.</summary>
    public static void Check(OnnxModel model) => Check(model.Nodes, model.Opset);

    private static void Check(IEnumerable<OnnxNode> nodes, int opset)
    {
        foreach (var node in nodes)
        {
            var types = node.Inputs.OfType<OnnxValue>().Concat(node.Outputs).Select(static v => v.Type).ToArray();
            var place = node.Name.Length > 0 ? $"'{node.Name}'" : node.Operator;
            if (types.Contains(ScalarType.BFloat16) && !OfBFloat16.Contains(node.Operator))
            {
                throw new NotExportableException($"{place} computes in bfloat16, and ONNX Runtime has no {node.Operator} of bfloat16; "
                    + "call to(torch.float32) before the export");
            }

            if (types.Contains(ScalarType.Float64) && NotOfFloat64.Contains(node.Operator))
            {
                throw new NotExportableException($"{place} computes in float64, and ONNX Runtime has no {node.Operator} of float64; "
                    + "call to(torch.float32) before the export");
            }

            if (types.Contains(ScalarType.Float64) && opset > LastOpsetOfActivations && NotOfFloat64InLaterOpsets.Contains(node.Operator))
            {
                throw new NotExportableException($"{place} computes in float64, and ONNX Runtime has no {node.Operator} of float64 in "
                    + $"opset {opset}; export with opset {LastOpsetOfActivations}");
            }

            foreach (var block in node.Blocks)
            {
                Check(block.Nodes, opset);
            }
        }
    }
}

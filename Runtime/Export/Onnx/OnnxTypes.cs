using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Element types in ONNX and in TorchSharp, and which one several have in common.</summary>
internal static class OnnxTypes
{
    /// <summary>The number of a type in <c>TensorProto.DataType</c>.</summary>
    public static int Of(ScalarType type) => type switch
    {
        ScalarType.Float32 => 1,
        ScalarType.Byte => 2,
        ScalarType.Int8 => 3,
        ScalarType.Int16 => 5,
        ScalarType.Int32 => 6,
        ScalarType.Int64 => 7,
        ScalarType.Bool => 9,
        ScalarType.Float16 => 10,
        ScalarType.Float64 => 11,
        ScalarType.BFloat16 => 16,
        _ => throw new NotExportableException($"there is no {type} in what ONNX Runtime computes with"),
    };

    /// <summary>The version of the file format that goes with an opset.</summary>
    public static int VersionOf(int opset) => opset switch { <= 18 => 8, <= 20 => 9, <= 22 => 10, <= 23 => 11, <= 24 => 12, _ => 13 };

    /// <summary>The type of a shape string, <c>int64</c>; null where none is stated.</summary>
    public static ScalarType? Parse(string type) => type switch
    {
        "uint8" => ScalarType.Byte,
        "int8" => ScalarType.Int8,
        "int16" => ScalarType.Int16,
        "int32" => ScalarType.Int32,
        "int64" => ScalarType.Int64,
        "float16" => ScalarType.Float16,
        "bfloat16" => ScalarType.BFloat16,
        "float32" => ScalarType.Float32,
        "float64" => ScalarType.Float64,
        "bool" => ScalarType.Bool,
        "complex64" or "complex128" => throw new NotExportableException($"there is no {type} in what ONNX Runtime computes with"),
        _ => null,
    };

    /// <summary>The type that TorchSharp computes in: among operands of the highest kind (bool, whole numbers, others), tensors with
    /// dimensions come before tensors without any, and these before numbers.</summary>
    public static ScalarType Common(IEnumerable<object> operands)
    {
        var best = new ScalarType?[3];
        foreach (var operand in operands)
        {
            var (priority, type) = operand switch
            {
                OnnxValue { Rank: > 0 } tensor => (0, tensor.Type),
                OnnxValue { IsNumber: true } number => (2, Kind(number.Type) == 2 ? ScalarType.Float32 : number.Type),
                OnnxValue tensor => (1, tensor.Type),
                bool => (2, ScalarType.Bool),
                float or double => (2, ScalarType.Float32),
                _ => (2, ScalarType.Int64),
            };
            best[priority] = best[priority] is { } other ? Promote(other, type) : type;
        }

        var result = best[0] ?? best[1] ?? best[2]!.Value;
        foreach (var lower in best)
        {
            if (lower is { } type && Kind(type) > Kind(result))
            {
                result = type;
            }
        }

        return result;
    }

    public static ScalarType Promote(ScalarType a, ScalarType b)
    {
        if (a == b)
        {
            return a;
        }

        if (Kind(a) != Kind(b))
        {
            return Kind(a) > Kind(b) ? a : b;
        }

        return (a, b) switch
        {
            (ScalarType.Float64, _) or (_, ScalarType.Float64) => ScalarType.Float64,
            (ScalarType.Float16, ScalarType.BFloat16) or (ScalarType.BFloat16, ScalarType.Float16) => ScalarType.Float32,
            (ScalarType.Float32, _) or (_, ScalarType.Float32) => ScalarType.Float32,
            (ScalarType.Byte, ScalarType.Int8) or (ScalarType.Int8, ScalarType.Byte) => ScalarType.Int16,
            _ => Width(a) >= Width(b) ? a : b,
        };
    }

    public static int Kind(ScalarType type) => type switch
    {
        ScalarType.Bool => 0,
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 => 1,
        _ => 2,
    };

    private static int Width(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Int16 => 2,
        ScalarType.Int32 => 4,
        _ => 8,
    };
}

namespace Gen;

/// <summary>How a module is written as ONNX.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The version of the operators, 18 to 23. 18 is what most programs read; from 20 on there is <c>Gelu</c>.</summary>
    public int Opset { get; init; } = 18;

    /// <summary>How many dimensions the <c>*B</c> of a shape string stands for.</summary>
    public int LeadingDimensions { get; init; } = 1;

    /// <summary>The bytes of weights beyond which they are written into a second file, <c>model.onnx.data</c>, since a message of ONNX
    /// ends at 2 GB.</summary>
    public long LargestFile { get; init; } = 1_500_000_000;
}

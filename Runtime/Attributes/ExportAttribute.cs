namespace Gen;

/// <summary>Promises that the module can be written for other programs and computes the same there: it gets <c>ExportOnnx</c>. What has
/// no equal form is reported at compile time, at its line (GEN6001).</summary>
/// <example><code>[Export] [Shape("B 1 28 28 -> B 10")] public sealed partial class MnistClassifier</code></example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ExportAttribute : Attribute
{
    /// <summary>What the module is written for; all that there is, if nothing else is said.</summary>
    public ExportTarget Targets { get; set; } = ExportTarget.All;
}

/// <summary>What a module can be written for.</summary>
[Flags]
public enum ExportTarget
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>ONNX, which ONNX Runtime and others run.</summary>
    Onnx = 1 << 0,

    /// <summary>A module of PyTorch.</summary>
    PyTorch = 1 << 1,

    /// <summary>All of them.</summary>
    All = Onnx | PyTorch,
}

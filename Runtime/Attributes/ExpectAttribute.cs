namespace Gen;

/// <summary>What must come out at compile time: the build fails where a computed number differs or exceeds its budget, or a file of
/// weights does not fit.</summary>
/// <example><code>[Expect(Parameters = 109_386)]</code></example>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExpectAttribute : Attribute
{
    /// <summary>The exact number of parameters.</summary>
    public long Parameters { get; set; } = -1;

    /// <summary>The largest number of parameters.</summary>
    public long MaxParameters { get; set; } = -1;

    /// <summary>The exact number of multiply-adds, for the sizes of <see cref="At"/>.</summary>
    public long MultiplyAdds { get; set; } = -1;

    /// <summary>The largest number of bytes that activations take at once, for the sizes of <see cref="At"/>.</summary>
    public long MaxActivationBytes { get; set; } = -1;

    /// <summary>The largest number of bytes that a step of training takes at once, for the sizes of <see cref="At"/>, as
    /// <see cref="ModuleSummary.PeakTrainingBytes"/> counts them.</summary>
    public long MaxTrainingBytes { get; set; } = -1;

    /// <summary>A safetensors file that a new instance loads by <c>LoadSafetensors</c>: <c>"weights/resnet18.safetensors"</c>, or the index
    /// of several, <c>"model.safetensors.index.json"</c>. Its header is compared with the keys, shapes and element types of the module. The
    /// file is an <c>AdditionalFiles</c> item of the project, or its header is, as JSON in a file of that name with <c>.json</c>
    /// behind.</summary>
    public string? Checkpoint { get; set; }

    /// <summary>Whether it is loaded with <c>convert: true</c>: floating-point weights of another width fit too.</summary>
    public bool Convert { get; set; }

    /// <summary>The sizes of named dimensions: <c>"B=1, H=224"</c>.</summary>
    public string? At { get; set; }
}

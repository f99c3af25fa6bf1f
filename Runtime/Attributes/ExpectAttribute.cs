namespace Gen;

/// <summary>Numbers that must come out at compile time: the build fails where a computed one differs or exceeds its budget.</summary>
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

    /// <summary>The sizes of named dimensions: <c>"B=1, H=224"</c>.</summary>
    public string? At { get; set; }
}

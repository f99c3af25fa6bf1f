namespace Gen;

/// <summary>A tensor has another shape than the module declares.</summary>
public sealed class ShapeMismatchException : ArgumentException
{
    private readonly string reason;

    /// <summary>Says what does not fit.</summary>
    /// <param name="message">Which module and input, the shape it needs, the sizes it got.</param>
    /// <param name="paramName">The input.</param>
    public ShapeMismatchException(string message, string? paramName = null)
        : base(message)
    {
        reason = message;
        ParamName = paramName;
    }

    internal ShapeMismatchException(string path, string reason, string? paramName, Exception? inner = null)
        : base(reason, inner)
    {
        this.reason = reason;
        ParamName = paramName;
        Path = path;
    }

    /// <summary>The outermost module, and the names on the way in: <c>Gpt2.transformer.h.3.attn</c>; null where it is not known.</summary>
    public string? Path { get; internal set; }

    /// <inheritdoc/>
    public override string Message => Path is null ? reason : $"{Path}: {reason}";

    /// <summary>The input that does not fit.</summary>
    public override string? ParamName { get; }
}

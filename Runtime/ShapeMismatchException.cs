namespace Gen;

/// <summary>A tensor has another shape than the module declares.</summary>
/// <param name="message">Which module and input, the shape it needs, the sizes it got.</param>
/// <param name="paramName">The input.</param>
public sealed class ShapeMismatchException(string message, string? paramName = null) : ArgumentException(message)
{
    /// <summary>The input that does not fit.</summary>
    public override string? ParamName { get; } = paramName;
}

namespace Gen;

/// <summary>
/// Declares shapes: on a class or a <c>Forward</c> method the whole signature, on a parameter or a result its own. They are proved at
/// compile time as far as possible, and the inputs are checked at run time.
/// </summary>
/// <example><code>[Shape("B 1 28 28 -> B 10")]</code></example>
/// <param name="shape">
/// Dimensions separated by spaces, tensors by commas: numbers, names (<c>B</c>), arithmetic (<c>H//2</c>), any number of leading
/// dimensions (<c>*B</c>), one of unknown size (<c>_</c>), an unknown rank (<c>...</c>). <c>-> out</c> may be left out: then it is
/// inferred.
/// </param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
public sealed class ShapeAttribute(string shape) : Attribute
{
    /// <summary>The shape string.</summary>
    public string Shape { get; } = shape;

    /// <summary>Facts about the sizes, separated by commas: <c>"H % 32 == 0, T &lt;= 1024"</c>. Used by the proofs, checked when
    /// running.</summary>
    public string? Where { get; set; }
}

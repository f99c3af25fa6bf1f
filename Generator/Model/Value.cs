using Gen.Shapes;

namespace Gen.Model;

/// <summary>An argument of a factory, as far as it is known when compiling.</summary>
internal abstract record Value
{
    /// <summary>An integer, or an expression over the constructor's integer parameters.</summary>
    internal sealed record Integer(Dim Dim) : Value;

    internal sealed record Boolean(bool Truth) : Value;

    internal sealed record Real(double Number) : Value;

    internal sealed record Text(string Characters) : Value;

    /// <summary>An enum's member by its name, such as <c>Padding.Same</c>.</summary>
    internal sealed record Enumeration(string Type, string Member) : Value;

    internal sealed record Null : Value;

    /// <summary>A tuple or an array.</summary>
    internal sealed record List(EquatableArray<Value> Items) : Value;

    /// <summary>A module built in place: an item of a <c>Sequential</c>.</summary>
    internal sealed record Module(LayerModel Layer) : Value;

    /// <summary>Something that only the running program knows.</summary>
    internal sealed record Opaque(string Written) : Value;
}

/// <summary>An argument and the factory's parameter it goes to.</summary>
/// <param name="Parameter">The parameter's name.</param>
/// <param name="Value">What is known of it.</param>
/// <param name="Written">The argument as written, less a name before it; null for the factory's default.</param>
/// <param name="IsNamed">It was written with its name.</param>
internal sealed record Argument(string Parameter, Value Value, string? Written, bool IsNamed = false);

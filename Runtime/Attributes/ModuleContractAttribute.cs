using System.ComponentModel;

namespace Gen.CompilerServices;

/// <summary>What the generator found of a module, left on the class for projects that refer to its assembly. For generated code.</summary>
/// <param name="shape">Inputs and result as a shape string; null where they are not known.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModuleContractAttribute(string? shape) : Attribute
{
    /// <summary>Inputs and result as a shape string.</summary>
    public string? Shape => shape;

    /// <summary>The facts that the author stated.</summary>
    public string? Where { get; init; }

    /// <summary>The number of parameters, over the constructor's; null where it is not known.</summary>
    public string? Parameters { get; init; }

    /// <summary>Multiply-adds by the conventional rule, over the shape's names and the constructor's parameters.</summary>
    public string? MultiplyAdds { get; init; }

    /// <summary>Multiply-adds by torchinfo's rule.</summary>
    public string? TorchinfoMultiplyAdds { get; init; }
}

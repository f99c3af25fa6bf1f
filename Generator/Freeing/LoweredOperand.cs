using Microsoft.CodeAnalysis;

namespace Gen.Freeing;

/// <summary>What an expression holds.</summary>
internal enum Holds
{
    /// <summary>No tensor.</summary>
    Nothing,

    Tensor,

    /// <summary>An array of tensors.</summary>
    Array,

    /// <summary>A tuple or a list that is written out, of tensors.</summary>
    Several,
}

/// <summary>An expression of the body, as C#, after what it computes on the way got names.</summary>
/// <param name="Text">C#.</param>
/// <param name="Holds">What it holds.</param>
/// <param name="Names">The tensors that it reads, by name.</param>
internal sealed record LoweredOperand(string Text, Holds Holds, IReadOnlyList<string> Names)
{
    /// <summary>It makes something, so that it wants a name of its own where it is part of another expression.</summary>
    public bool IsComputed { get; init; }

    /// <summary>Names that may stand for the same object.</summary>
    public IReadOnlyList<string> Same { get; init; } = [];

    /// <summary>Somebody else may hold it: a field, a module that Gen does not know.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The same wherever and whenever it is read: a name, a constant.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Where it is written.</summary>
    public SyntaxNode? Node { get; init; }

    /// <summary>No two tensors of the tuple are one object.</summary>
    public bool IsOfDistinct { get; init; }

    /// <summary>The items of a tuple that is written out.</summary>
    public IReadOnlyList<LoweredOperand>? Items { get; init; }
}

using System.Runtime.CompilerServices;
using Gen.Model;

namespace Gen.Graph;

/// <summary>The calls of methods and functions that lead to some code, the innermost first: code that is called twice has two sets of
/// values.</summary>
internal sealed class CallChain(CallChain? outer, Expression call) : IEquatable<CallChain>
{
    private readonly int hash = unchecked(((outer?.GetHashCode() ?? 0) * 31) + RuntimeHelpers.GetHashCode(call));

    private CallChain? Outer => outer;

    private Expression Made => call;

    public bool Equals(CallChain? other) => ReferenceEquals(this, other)
        || (other is not null && hash == other.hash && ReferenceEquals(call, other.Made) && Equals(outer, other.Outer));

    public override bool Equals(object? obj) => Equals(obj as CallChain);

    public override int GetHashCode() => hash;
}

/// <summary>Where a value comes up: at an expression; else at code or a loop that names it.</summary>
/// <param name="Calls">The calls that lead there.</param>
/// <param name="Node">The expression, or the code whose parameter or item it is.</param>
/// <param name="Name">The name of the parameter, or the number of the step of a chain.</param>
internal readonly record struct ValuePlace(CallChain? Calls, object Node, string Name = "")
{
    private static readonly object Chain = new();

    /// <summary>What a step of a chain gives.</summary>
    public static ValuePlace Step(int index) => new(null, Chain, index.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public bool Equals(ValuePlace other) => ReferenceEquals(Node, other.Node) && Name == other.Name && Equals(Calls, other.Calls);

    public override int GetHashCode() =>
        unchecked((((Calls?.GetHashCode() ?? 0) * 31) + RuntimeHelpers.GetHashCode(Node)) * 31) + Name.Length;
}

/// <summary>What is known of values by their places.</summary>
internal interface IGraphTypes
{
    GraphType Of(ValuePlace place);
}

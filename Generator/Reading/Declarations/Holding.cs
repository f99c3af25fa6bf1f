using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>What a field holds when the constructor has run.</summary>
internal abstract record Holding
{
    /// <summary>The number of ways in which it may have been set.</summary>
    public int Ways => this is Either either ? either.Then.Ways + either.Otherwise.Ways : 1;

    /// <summary>Nothing has been assigned to it.</summary>
    internal sealed record Unset : Holding;

    /// <summary>A constructor sets it to null.</summary>
    internal sealed record Null : Holding;

    /// <param name="Value">What it was set to last, in every way through the constructor.</param>
    /// <param name="IsByConstructor">In a constructor or a method that it runs; else by the field's initializer.</param>
    /// <param name="IsApart">In a constructor that is not the one whose parameters sizes depend on.</param>
    internal sealed record Set(ExpressionSyntax Value, bool IsByConstructor, bool IsApart) : Holding;

    /// <summary>It depends on the way through the constructor.</summary>
    /// <param name="Condition">What decides it; null where that is not known.</param>
    /// <param name="IsApart">The condition stands in a constructor that is not the one whose parameters sizes depend on.</param>
    internal sealed record Either(ExpressionSyntax? Condition, bool IsApart, Holding Then, Holding Otherwise) : Holding;

    /// <summary>It is set in a way that is not followed: in a loop, by reference, by a method.</summary>
    internal sealed record Lost : Holding;
}

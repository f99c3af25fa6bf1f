using System.ComponentModel;
using Gen.Shapes;

namespace Gen.CompilerServices;

/// <summary>A size in generated code: a number, a name, <c>"_"</c> for what is not known, and what is computed of these.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Size
{
    private readonly Dim? dim;

    private Size(Dim dim) => this.dim = dim;

    internal Dim Dim => dim ?? Dim.Zero;

    /// <summary>A number.</summary>
    public static implicit operator Size(long number) => new(Dim.Of(number));

    /// <summary>A name; <c>"_"</c> is not known.</summary>
    public static implicit operator Size(string name) => new(Dim.Name(name));

    /// <summary>The sum.</summary>
    public static Size operator +(Size left, Size right) => new(left.Dim + right.Dim);

    /// <summary>The difference.</summary>
    public static Size operator -(Size left, Size right) => new(left.Dim - right.Dim);

    /// <summary>The opposite.</summary>
    public static Size operator -(Size size) => new(-size.Dim);

    /// <summary>The product.</summary>
    public static Size operator *(Size left, Size right) => new(left.Dim * right.Dim);

    /// <summary>The quotient, rounded down.</summary>
    public static Size operator /(Size left, Size right) => new(Dim.FloorDiv(left.Dim, right.Dim));

    /// <summary>What the quotient, rounded down, leaves.</summary>
    public static Size operator %(Size left, Size right) => new(Dim.Mod(left.Dim, right.Dim));

    /// <summary>The smaller one.</summary>
    public static Size Min(Size left, Size right) => new(Dim.Min(left.Dim, right.Dim));

    /// <summary>The larger one.</summary>
    public static Size Max(Size left, Size right) => new(Dim.Max(left.Dim, right.Dim));
}

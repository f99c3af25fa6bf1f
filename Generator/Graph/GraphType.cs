using Gen.Model;
using Gen.Shapes;

namespace Gen.Graph;

/// <summary>What is known of a value wherever it is computed, in the names of the module's sizes.</summary>
internal abstract record GraphType
{
    private const string Inner = "#";

    /// <param name="Shape">Its shape when it is computed.</param>
    /// <param name="Element">What it holds.</param>
    /// <param name="Stored">Where its elements are.</param>
    /// <param name="Device">On which device it is; null where that is not known.</param>
    internal sealed record Tensor(Shape Shape, ElementType Element, Stored Stored, Device? Device) : GraphType;

    /// <summary>A number of C#.</summary>
    internal sealed record Size(Dim Dim) : GraphType;

    /// <summary>A tuple or a list.</summary>
    internal sealed record Items(IReadOnlyList<GraphType> Values) : GraphType;

    /// <summary>Anything.</summary>
    internal sealed record Other : GraphType;

    public static GraphType Unknown { get; } = new Other();

    /// <summary>What holds of both, but for where they are stored.</summary>
    public static GraphType Join(GraphType a, GraphType b) => (a, b) switch
    {
        (Tensor x, Tensor y) => new Tensor(Join(x.Shape, y.Shape), x.Element.Or(y.Element), Stored.Unknown,
            Device.Join(x.Device, y.Device)),
        (Size x, Size y) when x.Dim.Equals(y.Dim) => x,
        (Items x, Items y) when x.Values.Count == y.Values.Count => new Items([.. x.Values.Zip(y.Values, Join)]),
        _ => Unknown,
    };

    /// <summary>What is known by the one or by the other, stored as the second says.</summary>
    public static GraphType Meet(GraphType a, GraphType b) => (a, b) switch
    {
        (Tensor x, Tensor y) => new Tensor(Meet(x.Shape, y.Shape), x.Element == ElementType.Unknown ? y.Element : x.Element, y.Stored,
            x.Device ?? y.Device),
        (Items x, Items y) when x.Values.Count == y.Values.Count => new Items([.. x.Values.Zip(y.Values, Meet)]),
        (_, Other) => a is Tensor tensor ? tensor with { Stored = Stored.Unknown } : a,
        _ => b,
    };

    /// <summary>Whether both say the same.</summary>
    public static bool AreEqual(GraphType? a, GraphType? b) => (a, b) switch
    {
        (Items x, Items y) => x.Values.Count == y.Values.Count && x.Values.Zip(y.Values, AreEqual).All(e => e),
        _ => Equals(a, b),
    };

    /// <summary>Without the sizes that have names only within an evaluation, such as the number of a turn.</summary>
    public static Dim Named(Dim dim) => dim.Names.Any(n => n.StartsWith(Inner, StringComparison.Ordinal)) ? Dim.Unknown : dim;

    private static Shape Join(Shape a, Shape b) => Both(a, b, static (x, y) => x.Equals(y) ? x : Dim.Unknown) ?? Shape.UnknownRank;

    private static Shape Meet(Shape a, Shape b) => Both(a, b, static (x, y) => x.IsUnknown ? y : x) ?? (a.IsUnknownRank ? b : a);

    private static Shape? Both(Shape a, Shape b, Func<Dim, Dim, Dim> both) => a.Variadic == b.Variadic && a.Dims.Count == b.Dims.Count
        ? new(a.Variadic, [.. a.Dims.Zip(b.Dims, both)]) : null;
}

/// <summary>A value that is a tensor, or one of the tensors of a tuple or a list.</summary>
/// <param name="Value">The value.</param>
/// <param name="Item">The number of the item; null where the value is the tensor.</param>
internal readonly record struct Holder(GraphValue Value, int? Item = null);

/// <summary>Where a tensor's elements are, in eval mode.</summary>
/// <param name="Storage">In memory of its own: none that a value before its node has; or with another value.</param>
/// <param name="Of">What it shares them with, or may share them with.</param>
internal sealed record Stored(Storage Storage, Holder? Of = null)
{
    /// <summary>Until it is known which value that is: its number among the tensors that the operator takes.</summary>
    public int Operand { get; init; }

    public static Stored Own { get; } = new(Storage.Own);

    public static Stored Unknown { get; } = new(Storage.Unknown);
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules;

/// <summary>
/// The common type of operands as libtorch 2.10 makes it: tensors with dimensions decide before those without, and these before numbers,
/// unless a later one is of a higher kind (bool, integer, floating point, complex).
/// </summary>
internal static class Promotion
{
    /// <summary>What takes part in it.</summary>
    /// <param name="Type">Its type.</param>
    /// <param name="Order">0 for a tensor with dimensions, 1 for one without, 2 for a number; null where that is not known of a
    /// tensor.</param>
    public readonly record struct Operand(ElementType Type, int? Order);

    /// <summary>The common type; where types are not known, all that it may be.</summary>
    public static ElementType Of(IReadOnlyList<Operand> operands)
    {
        // With one type alone there is nothing to decide.
        if (operands.Count > 0 && operands.All(o => o.Type == operands[0].Type && o.Order is not 2))
        {
            return operands[0].Type;
        }

        if (operands.Any(o => o.Order is null))
        {
            return Of([.. operands.Select(o => o with { Order = o.Order ?? 0 })])
                .Or(Of([.. operands.Select(o => o with { Order = o.Order ?? 1 })]));
        }

        ElementType? common = null;
        foreach (var order in new[] { 2, 1, 0 })
        {
            ElementType? own = null;
            foreach (var operand in operands.Where(o => o.Order == order))
            {
                own = own is { } before ? Each(before, operand.Type, Pair) : operand.Type;
            }

            common = own is not { } higher ? common : common is { } lower ? Each(higher, lower, Combine) : higher;
        }

        return common ?? ElementType.Unknown;
    }

    /// <summary>A result of a type can be written into a tensor of another.</summary>
    public static bool CanWrite(ElementType from, ElementType to) => Kind(from) <= Kind(to) || to.Is(ElementType.Boolean) && from == to;

    private static ElementType Each(ElementType a, ElementType b, Func<ElementType, ElementType, ElementType> pair)
    {
        if (a.IsOne() && b.IsOne())
        {
            return pair(a, b);
        }

        ElementType? all = null;
        foreach (var one in a.Members())
        {
            foreach (var other in b.Members())
            {
                var given = pair(one, other);
                all = all is { } before ? before.Or(given) : given;
            }
        }

        return all!.Value;
    }

    /// <summary>Of tensors that decide first, and of those after them.</summary>
    private static ElementType Combine(ElementType higher, ElementType lower) => Kind(higher) switch
    {
        3 => higher,
        2 => Kind(lower) == 3 ? Pair(higher, ElementType.Complex64) : higher,
        1 => Kind(lower) >= 2 ? Pair(higher, lower) : higher,
        _ => Pair(higher, lower),
    };

    private static int Kind(ElementType type) => type switch
    {
        ElementType.Boolean => 0,
        _ when (type & ElementType.Integer) != 0 => 1,
        _ when (type & ElementType.Float) != 0 => 2,
        _ => 3,
    };

    /// <summary>The common type of two tensors of one order.</summary>
    private static ElementType Pair(ElementType a, ElementType b)
    {
        if (a == b)
        {
            return a;
        }

        var (low, high) = Kind(a) <= Kind(b) ? (a, b) : (b, a);
        return (Kind(low), Kind(high)) switch
        {
            (0, _) => high,
            (1, 1) when low == ElementType.UInt8 || high == ElementType.UInt8 =>
                (low | high) == (ElementType.UInt8 | ElementType.Int8) ? ElementType.Int16 : low == ElementType.UInt8 ? high : low,
            (1, 1) => low > high ? low : high,
            (1, _) => high,
            (2, 2) when ((low | high) & ElementType.Module) != 0 => OfModule(low == ElementType.Module ? high : low),
            (2, 2) when (low | high) == (ElementType.Float16 | ElementType.BFloat16) => ElementType.Float32,
            (2, 2) => low > high ? low : high,
            (2, _) => low == ElementType.Float64 || high == ElementType.Complex128 ? ElementType.Complex128 : high,
            _ => ElementType.Complex128,
        };
    }

    /// <summary>With the module's type, which is taken to be float32.</summary>
    private static ElementType OfModule(ElementType other) => other == ElementType.Float64 ? other : ElementType.Module;
}

using Gen.Shapes;

namespace Gen.Rules;

/// <summary>What an operator makes of each element type, and which it refuses, as TorchSharp 0.107 does on a CPU.</summary>
internal sealed class TypeMap
{
    private readonly ElementType?[] results = new ElementType?[ElementTypes.Count];

    /// <param name="written">
    /// Types and kinds that are taken, with spaces between them; what they become after a <c>></c>, where they do not stay; groups with
    /// commas between them, of which the first that names a type holds: <c>int bool > float32, float complex</c>.
    /// </param>
    public TypeMap(string written)
    {
        Written = written;
        foreach (var group in written.Split(','))
        {
            var sides = group.Split('>');
            ElementType? to = sides.Length > 1 ? Named(sides[1]) : null;
            foreach (var type in sides[0].Split([' '], StringSplitOptions.RemoveEmptyEntries).SelectMany(static n => Named(n).Members()))
            {
                results[Index(type)] ??= to ?? type;
            }
        }

        // Where float32 is named alone, the module's type goes with it.
        var single = results[Index(ElementType.Float32)];
        results[Index(ElementType.Module)] ??= single == ElementType.Float32 ? ElementType.Module : single;
    }

    private static ElementType Named(string name) => name.Trim() == "any" ? ElementType.Unknown : ElementTypes.Parse(name.Trim())!.Value;

    /// <summary>As the rule writes it.</summary>
    public string Written { get; }

    /// <summary>What is taken stays as it is.</summary>
    public bool IsSame => !Written.Contains(">");

    /// <summary>The types that are taken.</summary>
    public ElementType Takes => results.Select(static (r, i) => r is null ? default : (ElementType)(1 << i))
        .Aggregate(static (a, b) => a | b)
        is var all && all == ElementTypes.Any ? ElementType.Unknown : all;

    /// <summary>What may come of it; null where none of the types is taken.</summary>
    public ElementType? this[ElementType type]
    {
        get
        {
            ElementType? all = null;
            foreach (var one in type.Members())
            {
                if (results[Index(one)] is { } result)
                {
                    all = all is { } before ? before.Or(result) : result;
                }
            }

            return all;
        }
    }

    private static int Index(ElementType type)
    {
        var index = 0;
        for (var bits = (int)type; bits > 1; bits >>= 1)
        {
            index++;
        }

        return index;
    }
}

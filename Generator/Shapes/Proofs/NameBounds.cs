namespace Gen.Shapes;

/// <summary>Reads a bound of a single name off a fact: <c>T &lt;= 1024</c>.</summary>
internal static class NameBounds
{
    public static (string Name, Bounds Bounds)? Of(Fact fact, Func<string, Bounds> known)
    {
        if (fact.Left.AsName is { } left && fact.Right.Constant is { } right)
        {
            return (left, Of(known(left), fact.Relation, right));
        }

        return fact.Right.AsName is { } name && fact.Left.Constant is { } number ? (name, Of(known(name), Mirror(fact.Relation), number))
            : null;
    }

    /// <summary>A fact that makes 0 or less possible takes the usual bound away; otherwise sizes are 1 or more.</summary>
    private static Bounds Of(Bounds known, Relation relation, long number) => relation switch
    {
        Relation.AtLeast => new(number <= 0 ? number : Math.Max(number, known.Lower ?? number), known.Upper),
        Relation.More => number == long.MaxValue ? known : Of(known, Relation.AtLeast, number + 1),
        Relation.AtMost => new(known.Lower > number ? null : known.Lower, Math.Min(number, known.Upper ?? number)),
        Relation.Less => Of(known, Relation.AtMost, number - 1),
        Relation.Equal => new(number, number),
        _ => known,
    };

    private static Relation Mirror(Relation relation) => relation switch
    {
        Relation.AtLeast => Relation.AtMost,
        Relation.AtMost => Relation.AtLeast,
        Relation.More => Relation.Less,
        Relation.Less => Relation.More,
        _ => relation,
    };
}

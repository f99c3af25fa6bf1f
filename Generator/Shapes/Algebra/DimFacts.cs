namespace Gen.Shapes;

/// <content>Simplification by facts.</content>
internal sealed partial class Dim
{
    /// <summary>The normal form where the facts' bounds hold: with names of 1 or more, <c>max(H,1)</c> is H.</summary>
    public Dim Normalize(Facts facts) => Depth == 0
        ? this
        : Rebuild(a => a.Kind == AtomKind.Name ? Of(a) : Of(a.Kind, a.Left!.Normalize(facts), a.Right!.Normalize(facts), facts));

    /// <summary>The shortest way to write the size that the facts allow: with <c>H % 2 == 0</c>, <c>2*(H//2)</c> is H.</summary>
    public Dim Simplify(Facts facts)
    {
        if (IsUnknown || Constant is not null)
        {
            return this;
        }

        // Of equally short ones the first, which is nearest to what was written.
        var shortest = this;
        foreach (var candidate in new[] { Normalize(facts), facts.Restore(facts.Reduce(this)) })
        {
            shortest = !candidate.IsUnknown && candidate.Size < shortest.Size ? candidate : shortest;
        }

        return shortest;
    }
}

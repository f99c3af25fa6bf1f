namespace Gen.Shapes;

/// <content>Simplification by facts.</content>
internal sealed partial class Dim
{
    /// <summary>The shortest way to write the size that the facts allow: with <c>H % 2 == 0</c>, <c>2*(H//2)</c> is H.</summary>
    public Dim Simplify(Facts facts)
    {
        if (IsUnknown || facts.All.Count == 0 || Constant is not null)
        {
            return this;
        }

        var applied = facts.Apply(this);
        if (applied.Constant is not null)
        {
            return applied;
        }

        // A divisible name alone is tried in place of what is made of it.
        foreach (var candidate in Names.Select(Name).SelectMany(n => terms.Where(t => t.Atoms.Count > 0).Select(t => Of(t.Coefficient) * n).Append(n)))
        {
            if (candidate.Size < Size && Comparison.Compare(this, candidate, facts) == Verdict.Equal)
            {
                return candidate;
            }
        }

        return this;
    }
}

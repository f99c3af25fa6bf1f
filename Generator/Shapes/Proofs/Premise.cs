namespace Gen.Shapes;

/// <summary>What an author would state so that a condition holds: <c>d % h == 0</c>, for <c>B*T*d == B*T*(d//h)*h</c>.</summary>
internal static class Premise
{
    /// <summary>The plainest condition from which this one follows; itself where there is none.</summary>
    public static Fact Of(Fact fact, Facts facts) => Candidates(fact).FirstOrDefault(c => Proves(c, fact, facts)) ?? fact;

    private static IEnumerable<Fact> Candidates(Fact fact)
    {
        if (fact.Relation == Relation.Equal)
        {
            foreach (var division in Atoms(fact.Left).Concat(Atoms(fact.Right)).Where(static a => a.Kind == AtomKind.FloorDiv).Distinct())
            {
                yield return new(Dim.Mod(division.Left!, division.Right!), Relation.Equal, Dim.Zero);
            }

            if (fact.Left.Terms is [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Mod } rest] }] && fact.Right.Constant == 0)
            {
                var (dividend, divisor) = WithoutShared(rest.Left!, rest.Right!);
                yield return new(Dim.Mod(dividend, divisor), Relation.Equal, Dim.Zero);
            }
            else
            {
                var (left, right) = WithoutShared(fact.Left, fact.Right);
                yield return new(left, Relation.Equal, right);
            }
        }

        if (fact is { Relation: Relation.AtLeast, Right.Constant: 1, Left.Terms: [{ Coefficient: > 0, Atoms: { Count: > 1 } atoms }] })
        {
            foreach (var atom in atoms.Where(static a => a.Kind == AtomKind.Name))
            {
                yield return new(Dim.Name(atom.Name), Relation.AtLeast, Dim.One);
            }
        }
    }

    private static IEnumerable<Atom> Atoms(Dim dim) => dim.Terms.SelectMany(static t => t.Atoms);

    /// <summary>Both without the names that each of their terms has.</summary>
    private static (Dim Left, Dim Right) WithoutShared(Dim left, Dim right)
    {
        foreach (var name in Atoms(left).Where(static a => a.Kind == AtomKind.Name).Distinct())
        {
            var common = new Term(1, [name]);
            if (left.Terms.Concat(right.Terms).All(t => t.DividedBy(common) is not null))
            {
                return WithoutShared(Dim.FloorDiv(left, Dim.Name(name.Name)), Dim.FloorDiv(right, Dim.Name(name.Name)));
            }
        }

        return (left, right);
    }

    /// <summary>As a declaration has it: what it divides by is a size.</summary>
    private static bool Proves(Fact stated, Fact fact, Facts facts) => !stated.Equals(fact)
        && Truth.Of(fact.Left, fact.Relation, fact.Right).Decide(facts.And([stated, .. new[] { stated.Left, stated.Right }
            .SelectMany(Atoms).Where(static a => a.Kind is AtomKind.FloorDiv or AtomKind.Mod)
            .Select(static a => new Fact(a.Right!, Relation.AtLeast, Dim.One))])) is true
        && Truth.Of(stated.Left, stated.Relation, stated.Right).Decide(facts) is null;
}

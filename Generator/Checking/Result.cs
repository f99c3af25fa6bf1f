using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>Holds the computed result against the declared one.</summary>
internal static class Result
{
    /// <summary>GEN1005 where they are proved different. True where they are not proved equal: then the result is checked when running.</summary>
    public static bool Check(Shape declared, LayerWalk walk, Facts facts, List<Finding> findings)
    {
        var computed = walk.Result;
        if (walk.Failed || declared.IsUnknownRank)
        {
            return false;
        }

        if (computed.Rank is not { } rank || declared.Rank is not { } needs)
        {
            return !computed.Equals(declared);
        }

        var verdicts = rank != needs
            ? [Verdict.Different]
            : computed.Dims.Zip(declared.Dims, (a, b) => a.IsUnknown || b.IsUnknown ? Verdict.Unknown : Comparison.Compare(a, b, facts)).ToArray();
        if (verdicts.Contains(Verdict.Different))
        {
            findings.Add(new Finding(FindingKind.DeclaredResultDiffers, Anchor.Shape, declared.ToString(), computed.ToString(), walk.Trail.ToString(), computed.ToShapeString()) { Also = walk.Trail.Places() });
            return false;
        }

        foreach (var (size, expected) in computed.Dims.Zip(declared.Dims, (a, b) => (a, b)).Where((_, i) => verdicts[i] == Verdict.Unknown).Where(p => !p.a.IsUnknown && !p.b.IsUnknown))
        {
            findings.Add(new(FindingKind.NotProved, Anchor.Shape, "->", new Fact(size, Relation.Equal, expected).ToString()));
        }

        return verdicts.Contains(Verdict.Unknown);
    }
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>Holds the computed result against the declared one.</summary>
internal static class Result
{
    /// <summary>GEN1005 where they are proved different. True where they are not proved equal: then the result is checked when running.</summary>
    public static bool Check(Shape declared, Abstract value, Anchor at, LayerWalk walk)
    {
        if (walk.Failed || declared.IsUnknownRank || value is not Abstract.Tensor { Shape: var computed } tensor)
        {
            return value is not Abstract.Items && !declared.IsUnknownRank && !walk.Failed;
        }

        if (computed.Rank is not { } rank || declared.Rank is not { } needs)
        {
            return !computed.Equals(declared);
        }

        var verdicts = rank != needs
            ? [Verdict.Different]
            : computed.Dims.Zip(declared.Dims, (a, b) => a.IsUnknown || b.IsUnknown ? Verdict.Unknown : Comparison.Compare(a, b, walk.Facts)).ToArray();
        if (verdicts.Contains(Verdict.Different))
        {
            walk.Fail(new Finding(FindingKind.DeclaredResultDiffers, at, declared.ToString(), computed.ToString(), tensor.Trail.ToString(), computed.ToShapeString()) { Also = tensor.Trail.Places() });

            // Where the error is switched off, the contract is still kept.
            return true;
        }

        walk.Pass(at);
        foreach (var (size, expected) in computed.Dims.Zip(declared.Dims, (a, b) => (a, b)).Where((_, i) => verdicts[i] == Verdict.Unknown).Where(p => !p.a.IsUnknown && !p.b.IsUnknown))
        {
            walk.Require(at, Requirement.Result, new Fact(size, Relation.Equal, expected));
        }

        return verdicts.Contains(Verdict.Unknown);
    }
}

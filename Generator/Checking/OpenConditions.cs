using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>What a class needs of every call and its own declaration leaves open, held against the numbers of one call.</summary>
internal static class OpenConditions
{
    /// <summary>The first that the sizes of a call do not meet; null where there is none, or the class fails whatever it is given.</summary>
    public static Fact? Unmet(ModuleModel module, Func<string, Dim?> value, Facts facts, Walked walked)
    {
        if (module.IsHandWritten || module.Forward.Kind is not (ForwardKind.Chain or ForwardKind.Method))
        {
            return null;
        }

        var findings = new List<Finding>();
        var declared = Declaration.Read(module, findings);
        var walk = ModuleWalk.Run(module, declared, declared.Premises(module), ModuleChecker.Inputs(module, declared), findings, depth: 1, declared.CheckableNames(module), walked.Anew());
        return findings.Any(f => f.Kind.IsError()) ? null : walk.Requirements
            .Where(r => r.IsUnconditional && Truth.Of(r.Fact.Left.Substitute(Size), r.Fact.Relation, r.Fact.Right.Substitute(Size)).Decide(facts) is false)
            .Select(r => r.Fact)
            .FirstOrDefault();

        // A name that nothing tells is no name of the caller's.
        Dim Size(string name) => value(name) ?? Dim.Unknown;
    }
}

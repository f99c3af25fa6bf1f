using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What a class needs of every call and its own declaration leaves open, checked with the numbers of one call.</summary>
internal static class OpenConditions
{
    /// <summary>The first that the sizes of a call do not meet, with the constructor's sizes in it; null where there is none, or the class
    /// fails whatever it is given.</summary>
    public static Fact? Unmet(ModuleModel module, Func<string, Dim?> free, Func<string, Dim?> built, Facts facts, EvaluationCache walked)
    {
        if (module.IsHandWritten || module.Forward.Kind is not (ForwardKind.Chain or ForwardKind.Method))
        {
            return null;
        }

        var findings = new List<Finding>();
        var declared = Declaration.Read(module, findings);
        var walk = ModuleEvaluation.Run(module, declared, declared.Premises(module), ModuleInputs.Of(module, declared), findings, depth: 1,
            declared.CheckableNames(module), walked.Anew());
        return findings.Any(f => f.Kind.IsError()) ? null : walk.Requirements
            .Where(r => r.IsUnconditional && Put(r.Fact, n => free(n) ?? built(n) ?? Dim.Unknown) is var here
                && Truth.Of(here.Left, here.Relation, here.Right).Decide(facts) is false)
            .Select(r => Put(r.Fact, n => free(n) is null && built(n) is { IsUnknown: false } size ? size : null))
            .FirstOrDefault();

        static Fact Put(Fact fact, Func<string, Dim?> size) => new(fact.Left.Substitute(size), fact.Relation, fact.Right.Substitute(size));
    }
}

using Gen.Evaluation;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checks;

/// <summary>Says what was not looked at: GEN2002 where the shape is lost, GEN2003 where nothing was checked, GEN2005 where evaluation
/// stopped. Silence means proved.</summary>
internal static class Coverage
{
    public static void Report(ModuleModel module, Declaration declared, ModuleEvaluation walk, List<Finding> findings)
    {
        if (IsReplaced(module))
        {
            findings.Add(new(FindingKind.NothingChecked, Anchor.Class, module.Type.Name, WhyNotRead(module)));
            return;
        }

        if (module.Forward.Kind != ForwardKind.Chain && !module.IsChainInherited && module.Body?.Find(module.Body.Entry)?.Body is null)
        {
            // Half-typed code is the compiler's concern.
            if (module.Body is null)
            {
                findings.Add(new(FindingKind.NothingChecked, Anchor.Class, module.Type.Name, WhyNotRead(module)));
            }

            return;
        }

        if (walk.Stopped is { } stopped)
        {
            findings.Add(new(FindingKind.EvaluationStopped, stopped));
            return;
        }

        if (walk.Failed || walk.Operations == 0)
        {
            return;
        }

        var (proved, all) = (Number(walk.Proved), Number(walk.Operations));
        if (declared.Signature is null)
        {
            findings.Add(walk.Proved == 0
                ? new(FindingKind.NothingChecked, Anchor.Class, module.Type.Name, "it declares no shape; add [Shape(\"in -> out\")]")
                : new(FindingKind.InputShapeUnknown, Anchor.Class, module.Type.Name, proved, all));
        }
        else if (walk.Lost is { } lost)
        {
            findings.Add(walk.Proved == 0
                ? new(FindingKind.NothingChecked, Anchor.Class, module.Type.Name, lost.Reason)
                : new(FindingKind.ShapeUnknown, lost.At, lost.Reason, proved, all, ToState(lost.Needs, module, declared)));
        }
    }

    /// <summary>The condition that would prove what is lost; empty where the author has no names for it.</summary>
    private static string ToState(Fact? needs, ModuleModel module, Declaration declared) =>
        needs is not null && Premise.Of(needs, declared.Premises(module)) is var stated
        && stated.Names.All(n => declared.FreeNames.Contains(n) || !StatedFacts.IsNowhere(n, module))
            ? stated.ToString() : "";

    /// <summary>The layers of the class have no part in the forward of its base class.</summary>
    private static bool IsReplaced(ModuleModel module) =>
        module is { Forward.Kind: ForwardKind.None, Type.Base: not null, Layers.Count: > 0 }
        && module.Body?.Methods.Any(m => m.Body is { } code
            && code.Nodes().Any(n => n is Expression.Member member && module.Layers.Any(l => l.Name == member.Name))) != true;

    private static string WhyNotRead(ModuleModel module) =>
        module is { Forward.Kind: ForwardKind.None, Type.Base.Type: var basis, Layers: [var first, ..] }
            ? $"the forward of its base class {basis.Replace("global::", "")} is the one that runs; to chain its own layers write "
                + $"[Chain(nameof({first.Name}))]"
            : "the body of its forward cannot be read";

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

using Gen.Model;

namespace Gen.Checks;

/// <summary>What is found in the forward of a base class: that class says it, unless it is wrong in the derived class alone.</summary>
internal static class InheritedFindings
{
    public static void Settle(ModuleModel module, List<Finding> findings)
    {
        if (module is not { Forward.Kind: ForwardKind.None, Body: not null, Type.Base.Module: { } basis })
        {
            return;
        }

        var own = $"{module.Type.MetadataName.Replace('+', '.')}.";
        var known = findings.Any(f => IsInherited(f, own)) ? ModuleChecker.Check(basis).Findings : default;
        for (var i = findings.Count - 1; i >= 0; i--)
        {
            if (IsInherited(findings[i], own))
            {
                if (!findings[i].Kind.IsError() || known.Any(k => k.Kind == findings[i].Kind && k.At == findings[i].At))
                {
                    findings.RemoveAt(i);
                }
                else
                {
                    findings[i] = findings[i] with
                    {
                        At = Anchor.Class,
                        Also = findings[i].Also.Prepend(findings[i].At).Distinct().ToEquatableArray(),
                    };
                }
            }
        }
    }

    private static bool IsInherited(Finding finding, string own) => finding.At is { Kind: AnchorKind.Body, Type: null, Name: { } method }
        && !method.StartsWith(own, StringComparison.Ordinal);
}

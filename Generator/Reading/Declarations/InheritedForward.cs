using Gen.Model;
using Gen.Shapes;

namespace Gen.Reading;

/// <summary>The forward of a base class, where it is the one that runs.</summary>
internal static class InheritedForward
{
    /// <summary>The base class whose forward runs, if Gen knows it.</summary>
    public static ModuleModel? Of(TypeModel type, ForwardModel forward, IReadOnlyList<Finding> findings) =>
        forward.Kind == ForwardKind.None
        && !findings.Any(static f => f.Kind is FindingKind.ForwardUnusable or FindingKind.BaseDoesNotFit)
        && type.Base?.Module is { Findings.Count: 0, Contract: null } basis
        && (basis.Forward.Kind != ForwardKind.None || Of(basis.Type, basis.Forward, []) is not null) ? basis : null;

    /// <summary>The shapes that the base class declares, where they mean the same in the derived class: no name in them is a size that the
    /// one or the other is built with.</summary>
    public static SignatureModel? Signature(ModuleModel basis, ConstructorModel derived)
    {
        if (basis.Signature is not { } text || basis.Sizes.Count > 0
            || ShapeParser.ParseSignature(text.Text).Signature is not { } signature)
        {
            return null;
        }

        var names = signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(s => s.Dims.SelectMany(d => d.Names)).ToArray();
        return names.Any(n => n.Contains('.')) || basis.Constructor.Names.Concat(derived.Names).Any(p => names.Contains(p.Name))
            ? null : text;
    }
}

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

    /// <summary>The shapes that the base class declares, in the sizes of the derived class; null where they cannot be said so.</summary>
    public static SignatureModel? Signature(ModuleModel basis, EquatableArray<Argument> given, ConstructorModel derived)
    {
        if (basis.Signature is not { } text || basis.Sizes.Count > 0
            || ShapeParser.ParseSignature(text.Text).Signature is not { } signature)
        {
            return null;
        }

        var names = signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(s => s.Dims.SelectMany(d => d.Names)).Distinct().ToArray();
        var built = names.Where(n => basis.Constructor.Names.Any(p => p.Name == n)).ToArray();
        if (names.Any(n => n.Contains('.')) || names.Except(built).Any(n => derived.Names.Any(p => p.Name == n)))
        {
            return null;
        }

        if (built.Length == 0)
        {
            return text;
        }

        var sizes = built.ToDictionary(n => n, n => given.FirstOrDefault(a => a.Parameter == n)?.Value is Value.Integer size
            && size.Dim.Names.All(m => derived.Names.Any(p => p.Name == m)) ? size.Dim : Dim.Unknown, StringComparer.Ordinal);
        return text.Where is not null || sizes.Values.Any(static d => d.IsUnknown) ? null
            : new SignatureModel(signature.With([.. signature.Inputs.Select(Now)], signature.Outputs?.Select(Now).ToArray()).ToString(),
                null);

        Shape Now(Shape shape) => shape.Substitute(n => sizes.TryGetValue(n, out var size) ? size : null);
    }
}

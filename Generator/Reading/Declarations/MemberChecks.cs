using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>GEN0008: names and keys that stand in each other's way.</summary>
internal static class MemberChecks
{
    public static void Names(IFieldSymbol field, TorchSymbols torch, List<Finding> findings)
    {
        if (torch.Module.GetMembers(field.Name).Any(m =>
            m.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
        {
            findings.Add(new(FindingKind.NameHidesModuleMember, Anchor.Member(field.Name), field.Name));
        }
    }

    /// <summary>GEN0002: a parameter or a buffer is a tensor.</summary>
    public static bool IsState(IFieldSymbol field, TorchSymbols torch, List<Finding> findings)
    {
        var isParameter = field.Has(Annotations.Parameter);
        if (field.Type.TypeKind is TypeKind.Error or TypeKind.TypeParameter || (torch.IsTensor(field.Type) && !isParameter)
            || field.Type.BaseType is { } basis && torch.IsTensor(basis))
        {
            return true;
        }

        findings.Add(new(FindingKind.StateTypeIsNoTensor, Anchor.Member(field.Name), field.Name, isParameter ? "Parameter" : "Buffer",
            field.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), isParameter ? "Parameter" : "Tensor",
            field.Type is INamedTypeSymbol type && torch.IsModule(type) ? "It is a module: mark it [Layer]." : ""));
        return false;
    }

    public static void Keys(IReadOnlyList<LayerModel> layers, IReadOnlyList<StateModel> states, EquatableArray<InheritedKey> inherited,
        List<Finding> findings)
    {
        var members = layers.Select(l => (l.Name, l.Key)).Concat(states.Select(s => (s.Name, s.Key))).ToArray();
        foreach (var group in members.GroupBy(m => m.Key, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            var first = group.First().Name;
            findings.AddRange(
                group.Skip(1).Select(m => new Finding(FindingKind.KeyCollision, Anchor.Member(m.Name), m.Name, group.Key, first)));
        }

        foreach (var (name, key) in members)
        {
            if (inherited.FirstOrDefault(i => i.Key == key) is { } above)
            {
                findings.Add(new(FindingKind.KeyCollision, Anchor.Member(name), name, key, above.Member));
            }
        }

        foreach (var (name, key) in members.Where(m => m.Key.Contains('.')))
        {
            findings.Add(new(FindingKind.KeyCollision, Anchor.Member(name), name, key, ""));
        }
    }
}

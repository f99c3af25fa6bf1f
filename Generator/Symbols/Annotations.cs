using Microsoft.CodeAnalysis;

namespace Gen.Symbols;

/// <summary>The attributes of Gen, found by name.</summary>
internal static class Annotations
{
    public const string Layer = "Gen.LayerAttribute";
    public const string Parameter = "Gen.ParameterAttribute";
    public const string Buffer = "Gen.BufferAttribute";
    public const string Shape = "Gen.ShapeAttribute";
    public const string Chain = "Gen.ChainAttribute";
    public const string Expect = "Gen.ExpectAttribute";
    public const string Recompute = "Gen.RecomputeAttribute";
    public const string Export = "Gen.ExportAttribute";
    public const string Contract = "Gen.CompilerServices.ModuleContractAttribute";

    private const string ComponentName = "TorchSharp.Utils.ComponentNameAttribute";

    public static AttributeData? Find(this ISymbol symbol, string attribute) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass is { } type && IsNamed(type, attribute));

    public static bool Has(this ISymbol symbol, string attribute) => symbol.Find(attribute) is not null;

    public static bool IsAnnotated(ISymbol member) =>
        member is IFieldSymbol or IPropertySymbol
        && member.GetAttributes().Any(a => a.AttributeClass is { Name: "LayerAttribute" or "ParameterAttribute" or "BufferAttribute",
            ContainingType: null, IsGenericType: false,
            ContainingNamespace: { Name: "Gen", ContainingNamespace.IsGlobalNamespace: true } });

    /// <summary>The key in the <c>state_dict</c>: <c>[ComponentName]</c>, or the field's name as written.</summary>
    public static string Key(ISymbol member) =>
        member.GetAttributes()
            .FirstOrDefault(a => a.AttributeClass is { } type && IsNamed(type, ComponentName))?
            .NamedArguments.FirstOrDefault(a => a.Key == "Name").Value.Value as string is { Length: > 0 } name
            ? name
            : member.Name;

    /// <summary>Most attributes are told apart by their last names.</summary>
    private static bool IsNamed(INamedTypeSymbol type, string name) =>
        name.EndsWith(type.Name, StringComparison.Ordinal) && type.ToDisplayString() == name;

    public static T? Named<T>(this AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.Key == name).Value.Value is T value ? value : default;
}

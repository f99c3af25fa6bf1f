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
    public const string Contract = "Gen.CompilerServices.ModuleContractAttribute";

    private const string ComponentName = "TorchSharp.Utils.ComponentNameAttribute";

    public static AttributeData? Find(this ISymbol symbol, string attribute) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == attribute);

    public static bool Has(this ISymbol symbol, string attribute) => symbol.Find(attribute) is not null;

    public static bool IsAnnotated(ISymbol member) =>
        member is IFieldSymbol or IPropertySymbol
        && member.GetAttributes().Any(a => a.AttributeClass is { ContainingNamespace.Name: "Gen" } c
            && c.ToDisplayString() is Layer or Parameter or Buffer);

    /// <summary>The key in the <c>state_dict</c>: <c>[ComponentName]</c>, or the field's name as written.</summary>
    public static string Key(ISymbol member) =>
        member.GetAttributes()
            .FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == ComponentName)?
            .NamedArguments.FirstOrDefault(a => a.Key == "Name").Value.Value as string is { Length: > 0 } name
            ? name
            : member.Name;

    public static T? Named<T>(this AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.Key == name).Value.Value is T value ? value : default;
}

using Microsoft.CodeAnalysis;

namespace Gen.CodeFixes;

/// <summary>The shortest text by which something is known at a place.</summary>
internal static class Names
{
    /// <summary><c>ReLU</c> where <c>torch.nn</c> is used statically, else <c>torch.nn.ReLU</c>, else the whole of it.</summary>
    public static string Factory(SemanticModel semantics, int position, string name) => Static(semantics, position, "torch.nn", name);

    /// <summary><c>functional.relu</c>, or with what is before it.</summary>
    public static string Functional(SemanticModel semantics, int position, string name) =>
        semantics.LookupNamespacesAndTypes(position, name: "functional").Any(IsOfTorch) ? $"functional.{name}"
            : Static(semantics, position, "torch.nn.functional", name);

    /// <summary><c>Layer</c> where the namespace is used, else <c>Gen.Layer</c>.</summary>
    public static string Attribute(SemanticModel semantics, int position, string name) =>
        semantics.LookupNamespacesAndTypes(position, name: $"{name}Attribute").Any(s => s.ContainingNamespace?.ToDisplayString() == "Gen")
            && !semantics.LookupNamespacesAndTypes(position, name: name)
                .Any(s => s is INamedTypeSymbol { BaseType: not null } type && IsAttribute(type))
            ? name
            : $"Gen.{name}";

    /// <summary><c>ScalarType</c> where <c>torch</c> is used statically, else with it.</summary>
    public static string ScalarType(SemanticModel semantics, int position) =>
        semantics.LookupNamespacesAndTypes(position, name: "ScalarType").Any(IsOfTorch) ? "ScalarType"
            : semantics.LookupNamespacesAndTypes(position, name: "torch").Any(IsOfTorch) ? "torch.ScalarType"
            : "TorchSharp.torch.ScalarType";

    /// <summary><c>Linear</c> where its namespace is used, else with it.</summary>
    public static string Type(SemanticModel semantics, int position, INamedTypeSymbol type) =>
        type.TypeArguments.Length == 0 && type.ContainingType is null
            && semantics.LookupNamespacesAndTypes(position, name: type.Name) is [var only]
            && SymbolEqualityComparer.Default.Equals(only, type)
            ? type.Name
            : type.ToMinimalDisplayString(semantics, position);

    private static string Static(SemanticModel semantics, int position, string owner, string name) =>
        semantics.LookupSymbols(position, name: name).Any(s => s is IMethodSymbol && IsOfTorch(s)) ? name
            : semantics.LookupNamespacesAndTypes(position, name: "torch").Any(IsOfTorch) ? $"{owner}.{name}"
            : $"TorchSharp.{owner}.{name}";

    private static bool IsOfTorch(ISymbol symbol) => symbol.ContainingAssembly?.Name == "TorchSharp";

    private static bool IsAttribute(INamedTypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t is { Name: "Attribute", ContainingNamespace.Name: "System" })
            {
                return true;
            }
        }

        return false;
    }
}

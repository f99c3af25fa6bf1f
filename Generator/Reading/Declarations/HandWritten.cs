using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Modules of TorchSharp that the user wrote by hand.</summary>
internal static class HandWritten
{
    /// <summary>One that can be followed: it has a <c>forward</c>, and registers its fields or has none to register.</summary>
    public static bool IsModule(INamedTypeSymbol type, TorchSymbols torch, CancellationToken cancellation) => torch.IsModule(type)
        && UserDeclarations.Members(type).OfType<IMethodSymbol>().Any(m => m is { Name: "forward", IsOverride: true })
        && (HasNothingToRegister(type) || UserDeclarations.Of(type, cancellation).Any(
            d => d.DescendantNodes().OfType<InvocationExpressionSyntax>()
                .Any(i => i.Expression is IdentifierNameSyntax { Identifier.ValueText: "RegisterComponents" })));

    /// <summary>A class that registers nothing of its own, of a base class that Gen makes a module: its forward is that one's.</summary>
    public static bool IsRenamed(INamedTypeSymbol type, CancellationToken cancellation) => type.BaseType is { } basis
        && !UserDeclarations.Of(type, cancellation).SelectMany(d => d.Members).OfType<ConstructorDeclarationSyntax>()
            .Any(static c => ((SyntaxNode?)c.Body ?? c.ExpressionBody)?.DescendantNodes()
                .OfType<InvocationExpressionSyntax>().Any() == true)
        && UserDeclarations.Members(type).All(m => m.IsStatic || m switch
        {
            IFieldSymbol field => IsNumber(field.Type),
            IMethodSymbol { Name: var name } => name is not ("forward" or "Forward"),
            _ => true,
        })
        && UserDeclarations.FirstAnnotated(basis.OriginalDefinition) is not null;

    /// <summary>An activation of the user's own: it is given, and holds, numbers at most.</summary>
    private static bool HasNothingToRegister(INamedTypeSymbol type) => type.BaseType?.ContainingAssembly?.Name == "TorchSharp"
        && UserDeclarations.Members(type).All(m => m.IsStatic || m switch
        {
            IFieldSymbol field => IsNumber(field.Type),
            IPropertySymbol property => IsNumber(property.Type),
            IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.Parameters.All(p => IsNumber(p.Type)),
            _ => true,
        });

    private static bool IsNumber(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { ElementType: var item } => IsNumber(item),
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.All(e => IsNumber(e.Type)),
        _ => type.TypeKind == TypeKind.Enum || type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String,
    };
}

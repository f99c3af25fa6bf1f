using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>Members that refer to the module that holds the object. To register them would make a module its own descendant.</summary>
internal static class Owners
{
    /// <summary>The member can only refer to a module that is held elsewhere.</summary>
    public static bool IsOwner(ISymbol member, ITypeSymbol held, INamedTypeSymbol type,
        IEnumerable<TypeDeclarationSyntax> declarations) =>
        Within(held).Any(t => Holds(t, type)) || IsHidden(member, declarations);

    /// <summary>A class of the project has a member of the type, or a collection of it.</summary>
    private static bool Holds(INamedTypeSymbol owner, INamedTypeSymbol type) =>
        !SymbolEqualityComparer.Default.Equals(owner.OriginalDefinition, type.OriginalDefinition)
        && owner.Locations.Any(l => l.IsInSource)
        && UserDeclarations.Members(owner.OriginalDefinition).Any(m => !m.IsStatic
            && (m is IFieldSymbol field ? field.Type : m is IPropertySymbol property ? property.Type : null) is { } part
            && Within(part).Any(t => SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, type.OriginalDefinition)));

    /// <summary>A type, and those in it: elements and type arguments.</summary>
    private static IEnumerable<INamedTypeSymbol> Within(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Within(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(Within).Prepend(named),
        _ => [],
    };

    /// <summary>All that is ever assigned is a collection of the one module that a constructor was given. There is no other reason to
    /// write it than to keep the module from being registered.</summary>
    private static bool IsHidden(ISymbol member, IEnumerable<TypeDeclarationSyntax> declarations)
    {
        var values = declarations.SelectMany(d => d.DescendantNodes()).Select(n => n switch
        {
            VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax, Initializer: { } initializer } field
                when field.Identifier.ValueText == member.Name => initializer.Value,
            PropertyDeclarationSyntax { Initializer: { } initializer } property when property.Identifier.ValueText == member.Name
                => initializer.Value,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } assignment when name.Identifier.ValueText == member.Name
                => assignment.Right,
            AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access } assignment
                when access.Name.Identifier.ValueText == member.Name => assignment.Right,
            _ => null,
        }).OfType<ExpressionSyntax>().ToArray();
        return values.Length > 0 && values.All(v => Only(v) is IdentifierNameSyntax item && IsGiven(item));
    }

    private static ExpressionSyntax? Only(ExpressionSyntax value) => value switch
    {
        CollectionExpressionSyntax { Elements: [ExpressionElementSyntax item] } => item.Expression,
        ArrayCreationExpressionSyntax { Initializer.Expressions: [var item] } => item,
        ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: [var item] } => item,
        InitializerExpressionSyntax { RawKind: (int)SyntaxKind.ArrayInitializerExpression, Expressions: [var item] } => item,
        BaseObjectCreationExpressionSyntax
        {
            ArgumentList: null or { Arguments.Count: 0 },
            Initializer: { RawKind: (int)SyntaxKind.CollectionInitializerExpression, Expressions: [var item] },
        } => item,
        _ => null,
    };

    /// <summary>A parameter of the constructor around it, or of the class.</summary>
    private static bool IsGiven(IdentifierNameSyntax name)
    {
        var parameters = name.FirstAncestorOrSelf<ConstructorDeclarationSyntax>()?.ParameterList
            ?? name.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.ParameterList;
        return parameters?.Parameters.Any(p => p.Identifier.ValueText == name.Identifier.ValueText) == true;
    }
}

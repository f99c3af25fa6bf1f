using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>What a field, property or local is set to, where that is said once and for all.</summary>
internal static class Definitions
{
    /// <summary>A readonly field's initializer, or its one assignment in the one constructor.</summary>
    public static ExpressionSyntax? Of(IFieldSymbol field, Compilation compilation, CancellationToken cancellation)
    {
        if (!field.IsReadOnly)
        {
            return null;
        }

        foreach (var reference in field.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } value })
            {
                return value;
            }
        }

        var assignments = field.ContainingType is { } type && !field.IsStatic
            ? ConstructorReader.Assignments([.. UserDeclarations.Of(type, cancellation)], compilation, cancellation)
            : null;
        return assignments is not null && assignments.TryGetValue(field.Name, out var assigned) ? assigned : null;
    }

    /// <summary>A get-only property's initializer or expression.</summary>
    public static ExpressionSyntax? Of(IPropertySymbol property, CancellationToken cancellation) =>
        property.IsReadOnly && !property.IsIndexer && !property.IsVirtual && property.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<PropertyDeclarationSyntax>().FirstOrDefault() is { } syntax
            ? syntax.ExpressionBody?.Expression ?? syntax.Initializer?.Value
            : null;

    /// <summary>A local's initializer, if the local is never set again.</summary>
    public static ExpressionSyntax? Of(ILocalSymbol local, CancellationToken cancellation)
    {
        if (local.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).FirstOrDefault() is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator)
        {
            return null;
        }

        var scope = declarator.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>() ?? declarator.FirstAncestorOrSelf<MemberDeclarationSyntax>() as SyntaxNode;
        var isSet = scope?.DescendantNodes().Any(n => n switch
        {
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } => name.Identifier.ValueText == local.Name,
            PrefixUnaryExpressionSyntax { Operand: IdentifierNameSyntax name } => name.Identifier.ValueText == local.Name && !n.IsKind(SyntaxKind.UnaryMinusExpression),
            PostfixUnaryExpressionSyntax { Operand: IdentifierNameSyntax name } => name.Identifier.ValueText == local.Name,
            ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: IdentifierNameSyntax name } => name.Identifier.ValueText == local.Name,
            _ => false,
        });
        return isSet == false ? value : null;
    }
}

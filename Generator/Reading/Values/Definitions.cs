using System.Runtime.CompilerServices;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>What a field, property or local is set to, where that is said once and for all.</summary>
internal static class Definitions
{
    /// <summary>Where constructors set a field or property, of whichever object.</summary>
    private static IEnumerable<ExpressionSyntax> Settings(ISymbol member, CancellationToken cancellation) =>
        (member.ContainingType?.DeclaringSyntaxReferences.AsEnumerable() ?? [])
        .Select(r => r.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>()
        .SelectMany(d => d.Members.OfType<ConstructorDeclarationSyntax>())
        .Where(c => c.Modifiers.Any(SyntaxKind.StaticKeyword) == member.IsStatic)
        .SelectMany(c => c.DescendantNodes()).SelectMany(Targets)
        .Where(t => t is IdentifierNameSyntax { Identifier.ValueText: var own } && own == member.Name
            || t is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } && name == member.Name);

    /// <summary>What constructors have put into a field stays there.</summary>
    public static bool Stays(IFieldSymbol field, CancellationToken cancellation) => field.IsReadOnly
        || (field.DeclaredAccessibility == Accessibility.Private && !field.ContainingType.DeclaringSyntaxReferences
            .Select(r => r.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>()
            .Any(d => SetLater.GetValue(d, Later).Contains(field.Name)));

    private static readonly ConditionalWeakTable<TypeDeclarationSyntax, HashSet<string>> SetLater = new();

    /// <summary>What members other than constructors set, and functions within these.</summary>
    private static HashSet<string> Later(TypeDeclarationSyntax type) => new(
        type.Members.SelectMany(static m => m is ConstructorDeclarationSyntax
            ? m.DescendantNodes().Where(static n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) : [m])
        .SelectMany(static c => c.DescendantNodes())
        .SelectMany(static n => n is RefExpressionSyntax { Expression: var place } ? [place] : Targets(n)).Select(static t => t switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => "",
        }), StringComparer.Ordinal);

    /// <summary>A constructor reads a field before the piece of code that sets it, when it is still 0.</summary>
    private static bool IsReadBefore(IFieldSymbol field, ExpressionSyntax target)
    {
        if (target.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not { } constructor)
        {
            return false;
        }

        var isHidden = constructor.ParameterList.Parameters.Any(p => p.Identifier.ValueText == field.Name);
        return constructor.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Any(n => n.Identifier.ValueText == field.Name && n.SpanStart < target.SpanStart
            && (n.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
                || (!isHidden && n.Parent is not MemberAccessExpressionSyntax)));
    }

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
                return Settings(field, cancellation).Any() ? null : value;
            }
        }

        if (field.IsStatic || field.ContainingType is not { } type || Settings(field, cancellation).ToArray() is not [var target]
            || IsReadBefore(field, target))
        {
            return null;
        }

        return ConstructorReader.Assignments([.. UserDeclarations.Of(type, cancellation)]).TryGetValue(field.Name, out var assigned)
            ? assigned : null;
    }

    /// <summary>A get-only property's initializer or expression.</summary>
    public static ExpressionSyntax? Of(IPropertySymbol property, CancellationToken cancellation) =>
        property.IsReadOnly && !property.IsIndexer && !property.IsVirtual
            && property.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<PropertyDeclarationSyntax>()
                .FirstOrDefault() is { } syntax
            ? syntax.ExpressionBody?.Expression ?? (Settings(property, cancellation).Any() ? null : syntax.Initializer?.Value)
            : null;

    /// <summary>A local's initializer, if the local is never set again.</summary>
    public static ExpressionSyntax? Of(ILocalSymbol local, CancellationToken cancellation)
    {
        if (local.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation))
            .FirstOrDefault() is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator)
        {
            return null;
        }

        var scope = declarator.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>()
            ?? declarator.FirstAncestorOrSelf<MemberDeclarationSyntax>() as SyntaxNode;
        return scope is not null && !IsSet(local.Name, scope) ? value : null;
    }

    /// <summary>A constructor's parameter has another value than it was given, somewhere.</summary>
    public static bool IsSet(IParameterSymbol parameter, CancellationToken cancellation) =>
        parameter.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).FirstOrDefault()?.Parent?.Parent is { } scope
            && SetWithin.GetValue(scope, HiddenNames.Outside).Contains(parameter.Name);

    /// <summary>Something of that name is assigned in a piece of code.</summary>
    public static bool IsSet(string name, SyntaxNode scope) => Assigned.GetValue(scope, Names).Contains(name);

    private static readonly ConditionalWeakTable<SyntaxNode, HashSet<string>> Assigned = new();

    private static readonly ConditionalWeakTable<SyntaxNode, HashSet<string>> SetWithin = new();

    private static HashSet<string> Names(SyntaxNode scope) =>
        new(scope.DescendantNodes().SelectMany(Targets).OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText),
            StringComparer.Ordinal);

    /// <summary>What a node sets.</summary>
    public static IEnumerable<ExpressionSyntax> Targets(SyntaxNode node) => node switch
    {
        // In an initializer it is a member.
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax { RawKind: (int)SyntaxKind.ObjectInitializerExpression
            or (int)SyntaxKind.WithInitializerExpression } } => [],
        AssignmentExpressionSyntax { Left: TupleExpressionSyntax tuple } => Items(tuple),
        AssignmentExpressionSyntax assignment => [assignment.Left],
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix =>
            [prefix.Operand],
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression
            or (int)SyntaxKind.PostDecrementExpression } postfix => [postfix.Operand],
        ArgumentSyntax { RefKindKeyword.RawKind: not 0 } argument => [argument.Expression],
        _ => [],
    };

    private static IEnumerable<ExpressionSyntax> Items(TupleExpressionSyntax tuple) => tuple.Arguments.SelectMany(
        static a => a.Expression is TupleExpressionSyntax inner ? Items(inner) : [a.Expression]);
}

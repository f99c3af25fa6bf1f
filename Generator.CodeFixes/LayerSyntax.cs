using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>Finds the text that builds a layer: in its attribute, its initializer, the constructor, inside a <c>Sequential</c>.</summary>
internal static class LayerSyntax
{
    /// <summary>The expression that a size of a layer is given by; null where it is not written out.</summary>
    /// <param name="type">The module.</param>
    /// <param name="path">The layer's name within it: <c>network.1</c>.</param>
    /// <param name="parameter">The factory's parameter, the first one.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static ExpressionSyntax? Argument(INamedTypeSymbol type, string path, string parameter, CancellationToken cancellation)
    {
        var keys = path.Split('.');
        if (UserDeclarations.Members(type).OfType<IFieldSymbol>().FirstOrDefault(f => f.Name == keys[0]) is not { } field)
        {
            return null;
        }

        var construction = Construction(field, cancellation);
        foreach (var key in keys.Skip(1))
        {
            construction = construction is null ? null : Item(construction, key);
        }

        if (construction is null)
        {
            return keys.Length == 1
                && field.Find(Annotations.Layer)?.ApplicationSyntaxReference?.GetSyntax(cancellation) is AttributeSyntax attribute
                ? attribute.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals is null)?.Expression
                : null;
        }

        return Arguments(construction) is { } arguments
            ? (arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == parameter)
                ?? arguments.FirstOrDefault(a => a.NameColon is null))?.Expression
            : null;
    }

    /// <summary>The initializer, or the one assignment in the constructors.</summary>
    private static ExpressionSyntax? Construction(IFieldSymbol field, CancellationToken cancellation)
    {
        if (field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(
            cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } initializer })
        {
            return initializer;
        }

        var assignments = UserDeclarations.Of(field.ContainingType, cancellation)
            .SelectMany(d => d.Members.OfType<ConstructorDeclarationSyntax>())
            .SelectMany(c => c.DescendantNodes().OfType<AssignmentExpressionSyntax>())
            .Where(a => a.IsKind(SyntaxKind.SimpleAssignmentExpression) && Assigned(a.Left) == field.Name)
            .ToArray();
        return assignments is [var only] ? only.Right : null;
    }

    public static string? Assigned(ExpressionSyntax left) => left switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } => name.Identifier.ValueText,
        _ => null,
    };

    private static ExpressionSyntax? Item(ExpressionSyntax container, string key)
    {
        var items = Items(container);
        return items?.Select(
            (item,
                i) =>
                item is TupleExpressionSyntax { Arguments: [{ Expression: LiteralExpressionSyntax { Token.Value: string name } },
                    { Expression: var module }] }
                ? (Key: name, Module: module)
                : (Key: i.ToString(System.Globalization.CultureInfo.InvariantCulture), Module: item))
            .FirstOrDefault(i => i.Key == key).Module;
    }

    /// <summary>The items of a container that is written out; null where it is not.</summary>
    public static IReadOnlyList<ExpressionSyntax>? Items(ExpressionSyntax container)
    {
        switch (Unwrap(container))
        {
            case CollectionExpressionSyntax collection:
                return collection.Elements.All(e => e is ExpressionElementSyntax)
                    ? collection.Elements.Select(e => ((ExpressionElementSyntax)e).Expression).ToArray() : null;
            case ImplicitArrayCreationExpressionSyntax array:
                return array.Initializer.Expressions;
            case ArrayCreationExpressionSyntax { Initializer: { } initializer }:
                return initializer.Expressions;
            case var call when Arguments(call) is { } arguments:
                return arguments is [{ Expression: var only }]
                    && Unwrap(only) is CollectionExpressionSyntax or ImplicitArrayCreationExpressionSyntax or ArrayCreationExpressionSyntax
                    ? Items(only)
                    : arguments.Select(a => a.Expression).ToArray();
            default:
                return null;
        }
    }

    public static IReadOnlyList<ArgumentSyntax>? Arguments(ExpressionSyntax construction) => Unwrap(construction) switch
    {
        InvocationExpressionSyntax call => call.ArgumentList.Arguments,
        BaseObjectCreationExpressionSyntax { ArgumentList: { } list } => list.Arguments,
        _ => null,
    };

    private static ExpressionSyntax Unwrap(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax parentheses => Unwrap(parentheses.Expression),
        CastExpressionSyntax cast => Unwrap(cast.Expression),
        _ => expression,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>Writes a collection of modules as a container that registers them.</summary>
internal sealed class ContainerWriter(SemanticModel semantics, string container, string item)
{
    public string Type(TypeSyntax written)
    {
        var known = semantics.LookupNamespacesAndTypes(written.SpanStart, name: container)
            .Any(t => t.ContainingAssembly?.Name == "TorchSharp");
        return $"{(known ? "" : "TorchSharp.Modules.")}{container}<{item}>{(written is NullableTypeSyntax ? "?" : "")}";
    }

    /// <summary>The factory's call for what a collection is set to; null where that is not understood.</summary>
    public string? Value(ExpressionSyntax value) => value switch
    {
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } => value.ToString(),
        CollectionExpressionSyntax list => list.Elements.All(e => e is ExpressionElementSyntax)
            ? Call(value, Inside(list.OpenBracketToken, list.CloseBracketToken)) : Call(value, list.ToString()),
        BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 } } made => Initialised(value, made.Initializer),
        BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: [{ Expression: var only }], Initializer: null }
            when semantics.GetTypeInfo(only).Type is not { SpecialType: SpecialType.System_Int32 } => Other(only),
        ImplicitArrayCreationExpressionSyntax array => Initialised(value, array.Initializer),
        ArrayCreationExpressionSyntax { Initializer: { } items } => Initialised(value, items),
        InitializerExpressionSyntax items => Initialised(value, items),
        InvocationExpressionSyntax call => Other(call),
        _ => null,
    };

    private string? Initialised(ExpressionSyntax at, InitializerExpressionSyntax? items)
    {
        if (items is null)
        {
            return Call(at, "");
        }

        if (container != "ModuleDict")
        {
            return Call(at, Inside(items.OpenBraceToken, items.CloseBraceToken));
        }

        // { "a", x } and ["a"] = x are the pair ("a", x).
        var pairs = items.Expressions.Select(e => e switch
        {
            InitializerExpressionSyntax { Expressions: [var key, var module] } => $"({key}, {module})",
            AssignmentExpressionSyntax { Left: ImplicitElementAccessSyntax { ArgumentList.Arguments: [var key] }, Right: var module } =>
                $"({key}, {module})",
            _ => null,
        }).ToArray();
        return pairs.All(p => p is not null) ? Call(at, string.Join(", ", pairs)) : null;
    }

    /// <summary>An array can be given as it is, any other sequence is spread.</summary>
    private string? Other(ExpressionSyntax sequence)
    {
        if (container != "ModuleList")
        {
            return null;
        }

        if (sequence is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToList",
            Expression: var source }, ArgumentList.Arguments.Count: 0 })
        {
            return Call(sequence, $"{source}.ToArray()");
        }

        return semantics.GetTypeInfo(sequence).Type is IArrayTypeSymbol ? Call(sequence, sequence.ToString())
            : Call(sequence, $"[.. {sequence}]");
    }

    private string Call(ExpressionSyntax at, string arguments) =>
        $"{Names.Factory(semantics, at.SpanStart, container)}<{item}>({arguments})";

    /// <summary>What stands between two brackets, line breaks and comments included, less a comma at the end.</summary>
    private static string Inside(SyntaxToken open, SyntaxToken close)
    {
        var text = open.SyntaxTree!.GetText().ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(open.Span.End, close.SpanStart));
        var last = close.GetPreviousToken();
        if (last.IsKind(SyntaxKind.CommaToken))
        {
            text = text.Remove(last.SpanStart - open.Span.End, 1);
        }

        return text.Trim(' ');
    }
}

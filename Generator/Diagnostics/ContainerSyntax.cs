using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>The modules that are written in <c>Sequential(...)</c>, by their keys.</summary>
internal static class ContainerSyntax
{
    /// <summary>The module of the keys <c>2.0</c>; the container itself where there are none, null where it is not written there.</summary>
    public static ExpressionSyntax? Find(SyntaxNode container, string? keys)
    {
        var current = container as ExpressionSyntax;
        foreach (var key in keys?.Split('.') ?? [])
        {
            current = current is null ? null : Items(current).FirstOrDefault(i => i.Key == key).Module;
        }

        return current;
    }

    /// <summary>The modules in the order in which they are written, with their keys.</summary>
    public static IEnumerable<(string Key, ExpressionSyntax Module)> Items(ExpressionSyntax container) =>
        Written(container).Select((item, i) => item switch
    {
        TupleExpressionSyntax { Arguments: [{ Expression: LiteralExpressionSyntax key }, var module] } =>
            (key.Token.ValueText, module.Expression),
        _ => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), item),
    });

    private static IEnumerable<ExpressionSyntax> Written(ExpressionSyntax container) => container switch
    {
        InvocationExpressionSyntax call => call.ArgumentList.Arguments.Select(a => a.Expression),
        BaseObjectCreationExpressionSyntax { ArgumentList: { } list } => list.Arguments.Select(a => a.Expression),
        _ => [],
    };
}

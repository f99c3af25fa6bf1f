using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Reading;

/// <content>What is written, in one line.</content>
internal sealed partial class LayerReader
{
    private static readonly HashSet<SyntaxKind> PlainTokens =
    [
        SyntaxKind.IdentifierToken, SyntaxKind.NumericLiteralToken, SyntaxKind.StringLiteralToken, SyntaxKind.OpenParenToken,
        SyntaxKind.CloseParenToken, SyntaxKind.DotToken, SyntaxKind.TrueKeyword, SyntaxKind.FalseKeyword, SyntaxKind.NullKeyword,
    ];

    private static string OneLine(SyntaxNode syntax) =>
        Squeeze(IsPlain(syntax) || syntax.IsDeep() ? syntax.ToString() : syntax.WithoutTrivia().NormalizeWhitespace().ToFullString());

    /// <summary>It is written as it would be printed, as most calls are: with nothing between its tokens but a blank behind each comma and
    /// behind the name of an argument. To print it takes far longer.</summary>
    private static bool IsPlain(SyntaxNode syntax)
    {
        var last = syntax.GetLastToken(includeZeroWidth: true);
        var isFirst = true;
        foreach (var token in syntax.DescendantTokens())
        {
            var isApart = token.IsKind(SyntaxKind.CommaToken) || token.IsKind(SyntaxKind.ColonToken);
            if (token.IsMissing || !(isApart || PlainTokens.Contains(token.Kind())
                    || (token.IsKind(SyntaxKind.MinusToken) && token.Parent.IsKind(SyntaxKind.UnaryMinusExpression)))
                || (!isFirst && token.HasLeadingTrivia)
                || (token != last && (isApart ? token.TrailingTrivia is not [{ RawKind: (int)SyntaxKind.WhitespaceTrivia, Span.Length: 1 }]
                    : token.HasTrailingTrivia)))
            {
                return false;
            }

            isFirst = false;
        }

        return true;
    }

    private static string OneLine(string callee, SyntaxNode? arguments) => callee + (arguments is null ? "()" : OneLine(arguments));

    private static string Squeeze(string text) =>
        string.Join(" ", text.Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
}

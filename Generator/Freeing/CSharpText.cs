using System.Text;
using Microsoft.CodeAnalysis;

namespace Gen.Freeing;

/// <summary>Code as written, on one line and without comments.</summary>
internal static class CSharpText
{
    public static string Of(SyntaxNode node)
    {
        var text = new StringBuilder();
        var isApart = false;
        foreach (var token in node.DescendantTokens())
        {
            if (text.Length > 0 && (isApart || token.HasLeadingTrivia))
            {
                text.Append(' ');
            }

            text.Append(token.Text);
            isApart = token.HasTrailingTrivia;
        }

        return text.ToString();
    }
}

using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Emit;

internal static class Identifier
{
    /// <summary>A name as C# takes it: <c>@class</c>.</summary>
    public static string Of(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>A string literal.</summary>
    public static string Literal(string? text) => text is null ? "null" : SymbolDisplay.FormatLiteral(text, quote: true);
}

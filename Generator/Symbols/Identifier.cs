using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Symbols;

internal static class Identifier
{
    /// <summary>A name as C# takes it: <c>@class</c>, <c>config.@class</c>.</summary>
    public static string Of(string name) => name.Contains('.') ? string.Join(".", name.Split('.').Select(Of)) :
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name
        : "@" + name;

    /// <summary>A string literal.</summary>
    public static string Literal(string? text) => text is null ? "null" : SymbolDisplay.FormatLiteral(text, quote: true);
}

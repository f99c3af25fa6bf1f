using System.Collections.Immutable;
using Gen.Diagnostics;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN1005: declares the shape that the module really gives.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DeclareResultFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN1005");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site is { Type: { } type } && site.Told(Hints.Edit) is { } result && Declare(type, result, site.Cancellation) is { } change)
        {
            yield return new Repair($"Declare '-> {result}'", nameof(DeclareResultFix), [change]);
        }
    }

    /// <summary>Writes a result into the <c>[Shape]</c> of the class, the method or its return value; null where there is none, or it is no
    /// plain text.</summary>
    internal static Change? Declare(INamedTypeSymbol type, string result, CancellationToken cancellation)
    {
        var method = UserDeclarations.Members(type).OfType<IMethodSymbol>()
            .FirstOrDefault(m => m.Name is "Forward" or "forward" && !m.IsStatic);
        var ofReturn = method?.GetReturnTypeAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == Annotations.Shape);
        return Text(method?.Find(Annotations.Shape) ?? ofReturn ?? type.Find(Annotations.Shape), cancellation) is { } literal
            ? Replace(literal, result, ofReturn is not null && method?.Find(Annotations.Shape) is null)
            : null;
    }

    private static LiteralExpressionSyntax? Text(AttributeData? attribute, CancellationToken cancellation) =>
        (attribute?.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax)?.ArgumentList?.Arguments.FirstOrDefault(
            a => a.NameEquals is null)?.Expression as LiteralExpressionSyntax;

    private static Change? Replace(LiteralExpressionSyntax literal, string result, bool isResultAlone)
    {
        var text = literal.Token.Text;
        if (!literal.IsKind(SyntaxKind.StringLiteralExpression) || text.Length < 2 || text[0] != '"'
            || text.StartsWith("\"\"\"", StringComparison.Ordinal) || text.IndexOf('\\') >= 0)
        {
            return null;
        }

        var inside = text.Substring(1, text.Length - 2);
        var arrow = inside.IndexOf("->", StringComparison.Ordinal);
        var before = arrow < 0 ? inside : inside.Substring(0, arrow);
        return Change.Replace(literal, isResultAlone ? $"\"{result}\"" : $"\"{before.TrimEnd()} -> {result}\"");
    }
}

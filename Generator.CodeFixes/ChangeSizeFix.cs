using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN1001: gives the layer the size that arrives.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ChangeSizeFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN1001");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site is { Type: { } type }
            && (site.Told(Hints.Path), site.Told(Hints.Parameter), site.Told(Hints.Value)) is ({ } path, { } parameter, { } value)
            && LayerSyntax.Argument(type, path, parameter, site.Cancellation) is { } argument && Text(value, argument, site) is { } text)
        {
            yield return new Repair($"Change it to {site.Told(Hints.Edit)}", nameof(ChangeSizeFix), [Change.Replace(argument, text)]);
        }
    }

    /// <summary>The size as C#; null where a name in it is not known at that place.</summary>
    private static string? Text(string value, ExpressionSyntax argument, Site site)
    {
        var text = value.Replace("//", " / ");
        var expression = SyntaxFactory.ParseExpression(text);
        if (expression.ContainsDiagnostics || expression.DescendantNodesAndSelf()
            .Any(
                n => n is not (LiteralExpressionSyntax or IdentifierNameSyntax or BinaryExpressionSyntax or ParenthesizedExpressionSyntax)))
        {
            return null;
        }

        var names = expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText).ToArray();
        if (names.Length == 0)
        {
            return text;
        }

        // An attribute takes constants, and the names of a shape are none; those of the constructor are known where it builds the layer.
        var semantics = site.Semantics.Compilation.GetSemanticModel(argument.SyntaxTree);
        var isInAttribute = argument.FirstAncestorOrSelf<AttributeSyntax>() is not null;
        return !isInAttribute
            && names.All(name => semantics.LookupSymbols(argument.SpanStart, name: name)
                .Any(s => s is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } })) ? text : null;
    }
}

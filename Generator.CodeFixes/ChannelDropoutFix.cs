using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>GEN4010 of a <c>Dropout2d</c> that gets (N, C, L): makes it a <c>Dropout1d</c>, or <c>dropout2d</c> a
/// <c>dropout1d</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ChannelDropoutFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN4010");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        var call = site.Inner.FirstAncestorOrSelf<InvocationExpressionSyntax>();
        if (call?.Expression is MemberAccessExpressionSyntax { Name: IdentifierNameSyntax { Identifier.ValueText: "dropout2d" } name })
        {
            yield return new Repair("Write dropout1d", nameof(ChannelDropoutFix), [Change.Replace(name, "dropout1d")]);
        }
        else if (Field(site, call) is { Parent: VariableDeclarationSyntax { Type: var type } declaration } field
            && type.ToString().EndsWith("Dropout2d", StringComparison.Ordinal) && declaration.Variables.Count == 1 && IsUsedOnce(field))
        {
            var names = declaration.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == "Dropout2d");
            yield return new Repair($"Make '{field.Identifier.ValueText}' a Dropout1d", nameof(ChannelDropoutFix),
                [.. names.Select(n => Change.Replace(n, "Dropout1d"))]);
        }
    }

    /// <summary>The field at the squiggle of a chain, or the one that is called.</summary>
    private static VariableDeclaratorSyntax? Field(Site site, InvocationExpressionSyntax? call) => call is null
        ? site.Inner.FirstAncestorOrSelf<VariableDeclaratorSyntax>()
        : call.Expression is MemberAccessExpressionSyntax { Expression: var layer }
            && site.Semantics.GetSymbolInfo(layer, site.Cancellation).Symbol is IFieldSymbol field
            ? field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(site.Cancellation) as VariableDeclaratorSyntax
            : null;

    /// <summary>What drops channels of images elsewhere stays as it is.</summary>
    private static bool IsUsedOnce(VariableDeclaratorSyntax field) => field.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
        && type.DescendantNodes().OfType<IdentifierNameSyntax>().Count(n => n.Identifier.ValueText == field.Identifier.ValueText) < 2;
}

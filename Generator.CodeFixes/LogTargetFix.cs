using System.Collections.Immutable;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN4006: says whether the target of a <c>KLDivLoss</c> is in log space: as PyTorch takes it, or as TorchSharp does.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LogTargetFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN4006");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        foreach (var (value, whose) in new[] { ("false", "PyTorch's default"), ("true", "as it is now") })
        {
            if (Argument(site, value) is { } change)
            {
                yield return new Repair($"Write log_target: {value} ({whose})", $"{nameof(LogTargetFix)}.{value}", [change]);
            }
        }
    }

    private static Change? Argument(Site site, string value)
    {
        if (site.Inner.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { Initializer: null } variable)
        {
            return site.Semantics.GetDeclaredSymbol(variable,
                site.Cancellation)?.Find(Annotations.Layer)?.ApplicationSyntaxReference?.GetSyntax(
                    site.Cancellation) is AttributeSyntax attribute
                ? attribute.ArgumentList is null ? Change.Insert(attribute.SyntaxTree, attribute.Name.Span.End, $"({value})") : null
                : null;
        }

        return site.Node.DescendantNodesAndSelf().FirstOrDefault(
            n => n.Span == site.Diagnostic.Location.SourceSpan && n is InvocationExpressionSyntax) is InvocationExpressionSyntax call
            ? Change.Insert(call.SyntaxTree, call.ArgumentList.CloseParenToken.SpanStart,
                (call.ArgumentList.Arguments.Count == 0 ? "" : ", ") + $"log_target: {value}")
            : null;
    }
}

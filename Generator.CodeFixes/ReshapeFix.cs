using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>GEN1004, GEN4013: a view of dimensions that do not follow each other in memory becomes a <c>reshape</c>, which copies
/// them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ReshapeFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN1004", "GEN4013");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Edit) is { } name
            && site.Node.DescendantNodesAndSelf().FirstOrDefault(n => n.Span == site.Diagnostic.Location.SourceSpan
                && n is InvocationExpressionSyntax) is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax called })
        {
            yield return new Repair($"Write {name}", nameof(ReshapeFix), [Change.Replace(called.Name, name)]);
        }
    }
}

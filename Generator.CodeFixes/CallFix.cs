using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN4004: calls a module by <c>call</c>, so that its hooks run.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CallFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN4004");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Inner is IdentifierNameSyntax name && site.Told(Hints.Replacement) is { } replacement)
        {
            yield return new Repair($"Change it to {replacement}", nameof(CallFix), [Change.Replace(name, replacement)]);
        }
    }
}

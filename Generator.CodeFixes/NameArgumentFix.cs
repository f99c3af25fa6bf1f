using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN4005: writes the name of the argument before it, which says what it means here.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class NameArgumentFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN4005");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        // The arguments of an attribute's array cannot be named.
        if (site.Inner.FirstAncestorOrSelf<ArgumentSyntax>() is { NameColon: null } argument && site.Told(Hints.Name) is { } name)
        {
            yield return new Repair($"Name it: {name}: {argument.Expression}", nameof(NameArgumentFix),
                [Change.Insert(argument.SyntaxTree, argument.SpanStart, $"{name}: ")]);
        }
    }
}

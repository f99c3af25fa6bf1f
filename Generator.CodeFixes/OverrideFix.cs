using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN0005: writes <c>public override</c> before a <c>forward</c> that overrides nothing.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class OverrideFix : RepairProvider
{
    private static readonly HashSet<SyntaxKind> Replaced =
    [
        SyntaxKind.PublicKeyword, SyntaxKind.ProtectedKeyword, SyntaxKind.InternalKeyword, SyntaxKind.PrivateKeyword,
        SyntaxKind.VirtualKeyword, SyntaxKind.NewKeyword,
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN0005");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Edit) is { } edit && site.Inner.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method)
        {
            var kept = method.Modifiers.Where(m => !Replaced.Contains(m.Kind())).Select(m => m.Text);
            var start = method.Modifiers.Count > 0 ? method.Modifiers[0].SpanStart : method.ReturnType.SpanStart;
            var modifiers = string.Join(" ", new[] { "public", "override" }.Concat(kept));
            yield return new Repair($"Write '{edit}'", nameof(OverrideFix),
                [new Change(method.SyntaxTree, Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(start, method.ReturnType.SpanStart),
                    modifiers + " ")]);
        }
    }
}

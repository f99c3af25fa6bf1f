using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN3001: expects the number that is computed.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SetExpectationFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN3001");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Inner.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { NameEquals.Name: var name, Expression: var expected }
            && site.Told(Hints.Edit) is { } computed)
        {
            // 109386 stays a number without separators; 109_386, and a sum, get them.
            var isPlain = expected is LiteralExpressionSyntax { Token.Text: var text } && text.IndexOf('_') < 0;
            yield return new Repair($"Expect {name} = {computed}", nameof(SetExpectationFix),
                [Change.Replace(expected, computed.Replace(",", isPlain ? "" : "_"))]);
        }
    }
}

using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN2001 and GEN2002: states the condition that is not proved, or a plainer one that proves it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StateConditionFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN2001", "GEN2002");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Edit) is { } condition && DeclaredShape.At(site).Attribute?.ArgumentList is { Arguments: [.., var last] all })
        {
            var stated = all.FirstOrDefault(static a => a.NameEquals?.Name.Identifier.ValueText == "Where");
            if (stated is null)
            {
                yield return Of(Change.Insert(last.SyntaxTree, last.Span.End, $", Where = \"{condition}\""));
            }
            else if (DeclaredShape.Plain(stated.Expression) is { } text)
            {
                var before = text.Token.ValueText.Trim();
                yield return Of(Change.Replace(text, before.Length == 0 ? $"\"{condition}\"" : $"\"{before}, {condition}\""));
            }

            Repair Of(Change change) => new($"State '{condition}'", nameof(StateConditionFix), [change]);
        }
    }
}

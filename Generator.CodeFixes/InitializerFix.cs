using System.Collections.Immutable;
using Gen.Diagnostics;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN0003: moves the arguments of <c>[Layer(...)]</c>, of which one has a name, to an initializer.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class InitializerFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN0003");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Edit) is { } edit && site.Inner.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { Initializer: null } field
            && site.Semantics.GetDeclaredSymbol(field, site.Cancellation)?.Find(
                Annotations.Layer)?.ApplicationSyntaxReference?.GetSyntax(site.Cancellation) is AttributeSyntax { ArgumentList: { } list })
        {
            // A factory is known by its name alone where torch.nn is used statically.
            const string Assignment = "= ";
            var called = edit.Substring(Assignment.Length);
            var name = called.Split('(')[0];
            var text = called.StartsWith("new ", StringComparison.Ordinal) ? called
                : Names.Factory(site.Semantics, field.SpanStart, name) + called.Substring(name.Length);
            yield return new Repair($"Write an initializer: {edit}", nameof(InitializerFix),
                [Change.Replace(list, ""), Change.Insert(field.SyntaxTree, field.Identifier.Span.End, $" {Assignment}{text}")]);
        }
    }
}

using System.Collections.Immutable;
using Gen.Diagnostics;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN4001: marks a field <c>[Layer]</c>, or calls <c>RegisterComponents</c> where a hand-written module forgets it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RegisterFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN4001");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Attribute) is { } attribute && site.Inner.FirstAncestorOrSelf<FieldDeclarationSyntax>() is { } field)
        {
            if (attribute == "Layer" && site.Inner.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { } variable
                && site.Type is { } holder && IsSetInBranches(variable, holder, site.Cancellation))
            {
                yield break;
            }

            yield return new Repair($"Mark it [{attribute}]", nameof(RegisterFix), [Mark(field, attribute, site.Semantics)]);
        }
        else if (site.Told(Hints.Call) is not null && site.Type is { } type && !RegistersOtherwise(type, site))
        {
            var constructors = UserDeclarations.Of(type, site.Cancellation)
                .SelectMany(d => d.Members.OfType<ConstructorDeclarationSyntax>())
                .Where(c => !c.Modifiers.Any(SyntaxKind.StaticKeyword)
                    && c.Initializer is not { RawKind: (int)SyntaxKind.ThisConstructorInitializer } && !Calls(c)).ToArray();
            if (constructors.Select(Register).OfType<Change>().ToArray() is { Length: > 0 } changes)
            {
                yield return new Repair("Call RegisterComponents() at the end of the constructor", nameof(RegisterFix), changes);
            }
        }
    }

    /// <summary>Behind the attributes that the field has.</summary>
    internal static Change Mark(FieldDeclarationSyntax field, string attribute, SemanticModel semantics)
    {
        var at = field.Modifiers.Count > 0 ? field.Modifiers[0].SpanStart : field.Declaration.SpanStart;
        return Change.Insert(field.SyntaxTree, at, $"[{Names.Attribute(semantics, at, attribute)}] ");
    }

    /// <summary>The attribute alone would have the layer built always, whatever the branches say.</summary>
    private static bool IsSetInBranches(VariableDeclaratorSyntax variable, INamedTypeSymbol type, CancellationToken cancellation)
    {
        var assignments = UserDeclarations.Of(type, cancellation).SelectMany(d => d.DescendantNodes().OfType<AssignmentExpressionSyntax>())
            .Where(a => LayerSyntax.Assigned(a.Left) == variable.Identifier.ValueText).ToArray();
        return variable.Initializer is null && assignments.Length > 0
            && !assignments.Any(a => a.Parent is ArrowExpressionClauseSyntax { Parent: ConstructorDeclarationSyntax }
                or ExpressionStatementSyntax { Parent: BlockSyntax { Parent: ConstructorDeclarationSyntax } });
    }

    /// <summary><c>register_module("layer", fc)</c>: RegisterComponents would register it again, under the field's name.</summary>
    private static bool RegistersOtherwise(INamedTypeSymbol type, Site site) =>
        UserDeclarations.Of(type, site.Cancellation).Where(d => d.SyntaxTree == site.Semantics.SyntaxTree)
        .SelectMany(d => d.DescendantNodes(n => n == d || n is not TypeDeclarationSyntax)).OfType<InvocationExpressionSyntax>()
        .Where(RegisteringConstructor.IsRegistering)
        .Any(c => c.ArgumentList.Arguments is [var key, var value, ..]
            && (site.Semantics.GetSymbolInfo(value.Expression, site.Cancellation).Symbol is not IFieldSymbol field
                || site.Semantics.GetConstantValue(key.Expression, site.Cancellation).Value as string != Annotations.Key(field)));

    private static bool Calls(ConstructorDeclarationSyntax constructor) =>
        constructor.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Any(i => i.Expression is IdentifierNameSyntax { Identifier.ValueText: "RegisterComponents" });

    private static Change? Register(ConstructorDeclarationSyntax constructor)
    {
        if (constructor.ExpressionBody is { } arrow)
        {
            return new Change(constructor.SyntaxTree, Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(arrow.SpanStart,
                constructor.Span.End), $"{{ {arrow.Expression}; RegisterComponents(); }}");
        }

        if (constructor.Body is not { } body)
        {
            return null;
        }

        if (body.Statements.LastOrDefault() is not { } last)
        {
            return Change.Insert(constructor.SyntaxTree, body.OpenBraceToken.Span.End, " RegisterComponents();");
        }

        var text = Lines.Indentation(last) is { Length: > 0 } indentation ? Lines.Break(last) + indentation + "RegisterComponents();"
            : " RegisterComponents();";
        var trailing = last.GetTrailingTrivia().LastOrDefault(
            t => t.IsKind(SyntaxKind.SingleLineCommentTrivia) || t.IsKind(SyntaxKind.MultiLineCommentTrivia));
        return Change.Insert(constructor.SyntaxTree, trailing.RawKind == 0 ? last.Span.End : trailing.Span.End, text);
    }
}

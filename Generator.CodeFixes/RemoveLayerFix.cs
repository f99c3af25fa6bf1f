using System.Collections.Immutable;
using Gen.Diagnostics;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN5001, GEN5002, GEN5005: takes away the softmax, sigmoid, dropout or activation that stands before a loss which takes
/// logits.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RemoveLayerFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN5001", "GEN5002", "GEN5005");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Remove) is { } name && Changes(site) is { } changes)
        {
            yield return new Repair($"Remove {name}", nameof(RemoveLayerFix), changes);
        }
    }

    private static IReadOnlyList<Change>? Changes(Site site)
    {
        if (site.Inner is VariableDeclaratorSyntax variable)
        {
            return site.Semantics.GetDeclaredSymbol(variable, site.Cancellation) is IFieldSymbol field ? Field(field, variable, site)
                : null;
        }

        return site.Node.DescendantNodesAndSelf().FirstOrDefault(
            n => n.Span == site.Diagnostic.Location.SourceSpan && n is InvocationExpressionSyntax) is InvocationExpressionSyntax call
            ? Item(call) is { } item ? [item] : Call(call, site.Semantics) is { } inside ? [Change.Replace(call, inside)] : null
            : null;
    }

    /// <summary>The field, its place in the chain, and the calls of it: what they are given stays.</summary>
    private static IReadOnlyList<Change>? Field(IFieldSymbol field, VariableDeclaratorSyntax variable, Site site)
    {
        if (Lines.Remove(variable) is not { } removal)
        {
            return null;
        }

        var changes = new List<Change> { removal };
        foreach (var name in UserDeclarations.Of(field.ContainingType, site.Cancellation).SelectMany(d => d.DescendantNodes())
            .OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == field.Name))
        {
            var semantics = site.Semantics.Compilation.GetSemanticModel(name.SyntaxTree);
            if (!SymbolEqualityComparer.Default.Equals(semantics.GetSymbolInfo(name, site.Cancellation).Symbol, field))
            {
                continue;
            }

            var receiver = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } self ? self
                : (ExpressionSyntax)name;
            switch (receiver.Parent)
            {
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "call" or "forward",
                    Parent: InvocationExpressionSyntax { ArgumentList.Arguments: [var input] } call } access
                        when access.Expression == receiver:
                    changes.Add(Change.Replace(call, input.Expression.ToString()));
                    break;
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax
                    { Parent: AttributeArgumentSyntax { Parent: AttributeArgumentListSyntax list } argument } }:
                    changes.Add(Lines.Remove(list.Arguments, argument));
                    break;
                default:
                    return null;
            }
        }

        return changes;
    }

    /// <summary>An item of <c>Sequential(...)</c>, with its name where it has one.</summary>
    private static Change? Item(InvocationExpressionSyntax module)
    {
        var argument = module.Parent as ArgumentSyntax;
        if (argument?.Parent is TupleExpressionSyntax { Arguments: [{ Expression: LiteralExpressionSyntax }, _],
            Parent: ArgumentSyntax named })
        {
            argument = named;
        }

        return argument?.Parent is ArgumentListSyntax { Parent: InvocationExpressionSyntax { Expression: var container } } list
            && Name(container) == "Sequential"
            ? Lines.Remove(list.Arguments, argument)
            : null;
    }

    /// <summary>What an operation is applied to: its receiver, or the first argument of a function.</summary>
    private static string? Call(InvocationExpressionSyntax call, SemanticModel semantics) => semantics.GetSymbolInfo(call).Symbol switch
    {
        IMethodSymbol { IsStatic: false, Name: "call" or "forward" } =>
            (call.ArgumentList.Arguments is [var input] ? input.Expression : null)?.ToString(),
        IMethodSymbol { IsStatic: false } when call.Expression is MemberAccessExpressionSyntax { Expression: var receiver } =>
            receiver.ToString(),
        IMethodSymbol { IsStatic: true, IsExtensionMethod: false, Parameters: [var first, ..] }
            when call.ArgumentList.Arguments.Count > 0 =>
            (call.ArgumentList.Arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == first.Name)
                ?? call.ArgumentList.Arguments[0]).Expression.ToString(),
        _ => null,
    };

    private static string? Name(ExpressionSyntax callee) => callee switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}

using System.Collections.Immutable;
using Gen.Diagnostics;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN5003: puts an activation between two linear layers.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class InsertActivationFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN5003");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Insert) is { } activation && Changes(site, activation) is { } changes)
        {
            yield return new Repair($"Put {activation}() between them", nameof(InsertActivationFix), changes);
        }
    }

    private static IReadOnlyList<Change>? Changes(Site site, string activation)
    {
        if (site.Inner is VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field } variable)
        {
            return site.Type is { } type ? Field(type, field, variable, activation, site) : null;
        }

        if (site.Node.DescendantNodesAndSelf().FirstOrDefault(
            n => n.Span == site.Diagnostic.Location.SourceSpan && n is InvocationExpressionSyntax) is not InvocationExpressionSyntax call)
        {
            return null;
        }

        // fc2.call(x): what it is given goes through the activation first.
        if (call is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "call" or "forward" },
            ArgumentList.Arguments: [{ Expression: var input }] })
        {
            var function = Names.Functional(site.Semantics, input.SpanStart, activation.ToLowerInvariant());
            return [Change.Insert(input.SyntaxTree, input.SpanStart, function + "("), Change.Insert(input.SyntaxTree, input.Span.End, ")")];
        }

        return call.Parent switch
        {
            ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: ArgumentSyntax named } } =>
                [Lines.Before(named, $"(\"{Free(activation.ToLowerInvariant(), named.Parent!)}\", {Factory(named)}),")],
            ArgumentSyntax argument => [Lines.Before(argument, Factory(argument) + ",")],
            _ => null,
        };

        string Factory(SyntaxNode place) => Names.Factory(site.Semantics, place.SpanStart, activation) + "()";
    }

    private static IReadOnlyList<Change>? Field(INamedTypeSymbol type, FieldDeclarationSyntax field, VariableDeclaratorSyntax variable,
        string activation, Site site)
    {
        if (field.Declaration.Variables.Count != 1)
        {
            return null;
        }

        var name = activation.ToLowerInvariant();
        for (var i = 1; type.GetMembers(name).Length > 0; i++)
        {
            name = $"{activation.ToLowerInvariant()}{i}";
        }

        var known = site.Semantics.LookupNamespacesAndTypes(field.SpanStart, name: activation)
            .Any(t => t.ContainingAssembly?.Name == "TorchSharp");
        var attribute = Names.Attribute(site.Semantics, field.SpanStart, "Layer");
        var changes = new List<Change> { Lines.Before(field,
            $"[{attribute}] private readonly {(known ? "" : "TorchSharp.Modules.")}{activation} {name};") };
        if (type.Find(Annotations.Chain)?.ApplicationSyntaxReference?.GetSyntax(
            site.Cancellation) is AttributeSyntax { ArgumentList.Arguments: var chain })
        {
            foreach (var item in chain.Where(a => a.Expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
                .Any(n => n.Identifier.ValueText == variable.Identifier.ValueText) && a.NameEquals is null))
            {
                changes.Add(Lines.Before(item, $"nameof({name}),"));
            }
        }

        return changes;
    }

    private static string Free(string name, SyntaxNode items)
    {
        var taken = items.DescendantNodes().OfType<LiteralExpressionSyntax>().Select(l => l.Token.ValueText).ToArray();
        return Enumerable.Range(0, taken.Length + 1).Select(i => i == 0 ? name : $"{name}{i}").First(n => !taken.Contains(n));
    }
}

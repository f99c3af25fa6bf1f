using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>A module in a <c>Sequential</c>, as a field of a class.</summary>
/// <param name="Key">Its key in the <c>state_dict</c>.</param>
/// <param name="Name">The field's name.</param>
/// <param name="Type">The field's type.</param>
/// <param name="Construction">What builds it.</param>
internal sealed record SequentialItem(string Key, string Name, string Type, string Construction)
{
    /// <summary>Null where the items are not written out, or need what only the class around has.</summary>
    public static IReadOnlyList<SequentialItem>? Of(ExpressionSyntax sequential, SemanticModel semantics, CancellationToken cancellation)
    {
        if (LayerSyntax.Arguments(sequential) is null || LayerSyntax.Items(sequential) is not { } written
            || sequential.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia) || t.IsDirective))
        {
            return null;
        }

        var pairs =
            written.Select(
                (item,
                    i) =>
                    item is TupleExpressionSyntax { Arguments: [{ Expression: LiteralExpressionSyntax { Token.Value: string name } },
                        { Expression: var module }] }
            ? (Key: name, Module: module)
            : (Key: i.ToString(System.Globalization.CultureInfo.InvariantCulture), Module: item)).ToArray();
        var types = pairs.Select(p => semantics.GetTypeInfo(p.Module, cancellation).Type as INamedTypeSymbol).ToArray();
        if (TorchSymbols.In(semantics.Compilation) is not { } torch
            || types.Any(t => t is null || !(torch.IsModule(t) || UserDeclarations.FirstAnnotated(t) is not null))
            || pairs.Any(p => p.Module is not (InvocationExpressionSyntax or ObjectCreationExpressionSyntax)
                || !IsFree(p.Module, semantics, cancellation)))
        {
            return null;
        }

        var names = Names(pairs.Select(p => p.Key).ToArray(), types!);
        return pairs.Select((p, i) => new SequentialItem(p.Key, names[i], CodeFixes.Names.Type(semantics, sequential.SpanStart, types[i]!),
            p.Module.ToString())).ToArray();
    }

    /// <summary>The keys where they are names, else the types' with a number where there are several of one.</summary>
    private static IReadOnlyList<string> Names(IReadOnlyList<string> keys, IReadOnlyList<INamedTypeSymbol> types)
    {
        var names = new List<string>();
        for (var i = 0; i < keys.Count; i++)
        {
            var ofType = char.ToLowerInvariant(types[i].Name[0]) + types[i].Name.Substring(1);
            var number = types.Take(i + 1).Count(t => t.Name == types[i].Name);
            names.Add(SyntaxFacts.IsValidIdentifier(keys[i]) && SyntaxFacts.GetKeywordKind(keys[i]) == SyntaxKind.None
                && !names.Contains(keys[i]) && !IsOfModule(types[i], keys[i]) ? keys[i]
                : Free(types.Count(t => t.Name == types[i].Name) == 1 ? ofType : $"{ofType}{number}", types[i], [.. names, .. keys]));
        }

        return names;
    }

    private static string Free(string name, INamedTypeSymbol type, IReadOnlyList<string> taken)
    {
        while (taken.Contains(name) || IsOfModule(type, name) || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None)
        {
            name += "Layer";
        }

        return name;
    }

    private static bool IsOfModule(INamedTypeSymbol type, string name)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.Name == "Module" && t.GetMembers(name).Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Constants and static members can be seen from a class within; parameters, locals and members of the instance
    /// cannot.</summary>
    private static bool IsFree(ExpressionSyntax module, SemanticModel semantics, CancellationToken cancellation) =>
        !module.DescendantNodesAndSelf().Any(n => n is ThisExpressionSyntax
        || (n is SimpleNameSyntax name && semantics.GetSymbolInfo(name, cancellation).Symbol switch
        {
            IParameterSymbol parameter => !module.Span.Contains(parameter.Locations[0].SourceSpan),
            ILocalSymbol local => !module.Span.Contains(local.Locations[0].SourceSpan),
            { IsStatic: false, Kind: SymbolKind.Field or SymbolKind.Property or SymbolKind.Method } =>
                name.Parent is not MemberAccessExpressionSyntax access || access.Name != name,
            _ => false,
        }));
}

using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Layers whose factory's arguments stand in <c>[Layer(...)]</c>.</summary>
internal sealed partial class LayerReader
{
    private LayerModel FromAttribute(LayerModel layer, INamedTypeSymbol type, IReadOnlyList<TypedConstant> arguments,
        AttributeData attribute, List<Finding> findings)
    {
        var texts = ArgumentTexts(attribute);
        var candidates = torch.Factories(type);
        var callee = $"{Name(torch.Functions)}.";
        if (candidates.Count == 0)
        {
            candidates = layer.Nested is null && !torch.IsModule(type) || type.IsAbstract
                ? []
                : type.InstanceConstructors.Where(c => c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal
                    or Accessibility.ProtectedOrInternal).ToArray();
            callee = "new ";
        }

        if (Named(attribute) is { } list)
        {
            findings.Add(candidates.FirstOrDefault() is { } first && !candidates.Any(c => Takes(c, list))
                ? new(FindingKind.NamedArgumentBesideHole, Anchor.Member(layer.Name), layer.Name, Overloads.Written(first, type.Name))
                : new(FindingKind.NamedArgument, Anchor.Member(layer.Name), layer.Name,
                    $"= {(callee == "new " ? callee : "")}{type.Name}({string.Join(", ", list.Arguments.Select(Written))})"));
            return layer with { NotUnderstood = $"[Layer({string.Join(", ", texts)})]" };
        }

        var bound = Overloads.Choose(compilation, candidates, arguments, out var problem);
        if (bound is null)
        {
            findings.Add(problem!.ToFinding(layer.Name, type.Name, arguments, candidates));
            return layer with { NotUnderstood = $"[Layer({string.Join(", ", texts)})]" };
        }

        var (method, values, calls) = bound.Value;
        var named = values.Select((v, i) => i < texts.Count ? v with { Written = texts[i] } : v).ToEquatableArray();
        return layer with
        {
            Factory = method.MethodKind == MethodKind.Constructor ? null : method.Name,
            Parameters = method.Parameters.Select(p => p.Name).ToEquatableArray(),
            Arguments = named,
            Callee = callee + (method.MethodKind == MethodKind.Constructor ? Name(type) : method.Name),
            CallArguments = calls,
            Written = $"{type.Name}({string.Join(", ", texts)})",
            IsExact = true,
            MayKeep = MayKeep(type, isExact: true),
        };
    }

    /// <summary>The arguments of which one has a name; null where none has.</summary>
    private AttributeArgumentListSyntax? Named(AttributeData attribute) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is AttributeSyntax { ArgumentList: { } list }
            && list.Arguments.Any(a => a.NameColon is not null || a.NameEquals is not null) ? list : null;

    private static SimpleNameSyntax? Name(AttributeArgumentSyntax argument) => argument.NameColon?.Name ?? argument.NameEquals?.Name;

    private static string Written(AttributeArgumentSyntax argument) =>
        Name(argument) is { } name ? $"{name}: {OneLine(argument.Expression)}" : OneLine(argument.Expression);

    /// <summary>Whether a call of the method could have these arguments: their names are its own, none stands for a size to be inferred,
    /// and none is missing.</summary>
    private static bool Takes(IMethodSymbol method, AttributeArgumentListSyntax list)
    {
        var names = list.Arguments.Select(Name).OfType<SimpleNameSyntax>().Select(n => n.Identifier.ValueText).ToArray();
        return list.Arguments.All(a => a.Expression.ToString() != "-1")
            && names.All(n => method.Parameters.Any(p => p.Name == n))
            && method.Parameters.Skip(list.Arguments.Count - names.Length).All(p => p.HasExplicitDefaultValue || names.Contains(p.Name));
    }

    private static IReadOnlyList<TypedConstant> AttributeArguments(AttributeData attribute) =>
        attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Array } array, ..]
            ? array.IsNull ? new[] { array } : array.Values.ToArray()
            : [];

    /// <summary>The attribute's arguments as written.</summary>
    private IReadOnlyList<string> ArgumentTexts(AttributeData attribute) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is AttributeSyntax { ArgumentList.Arguments: var arguments }
            ? arguments.Where(a => a.NameEquals is null).Select(a => a.Expression.ToString()).ToArray()
            : [];
}

using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Reads a <c>[Parameter]</c> or <c>[Buffer]</c> field, and what it is set to, one assignment after the other.</summary>
internal sealed class StateReader(
    IReadOnlyList<TypeDeclarationSyntax> declarations, IReadOnlyList<ISymbol> members, Compilation compilation, TorchSymbols torch, LayerReader layers, CancellationToken cancellation)
{
    /// <summary>The initializers and assignments of the tensors of the class, in the order in which they run.</summary>
    private readonly Lazy<(string Member, ExpressionSyntax Value)[]> settings = new(() => [.. Settings(declarations, members, compilation, torch, cancellation)]);

    public StateModel Read(IFieldSymbol field) => new(
        field.Name,
        Annotations.Key(field),
        LayerReader.Name(field.Type),
        IsParameter: field.Has(Annotations.Parameter) || !field.Has(Annotations.Buffer),
        IsPersistent: field.Find(Annotations.Buffer) is not { } buffer || buffer.NamedArguments.All(a => a.Key != "Persistent" || a.Value.Value is not false),
        field.IsReadOnly,
        IsOptional: field.NullableAnnotation == NullableAnnotation.Annotated)
    {
        Initializer = Way(field.Name) is { Count: > 0 } way ? new BodyReader(field.ContainingType, compilation, torch, layers, cancellation).Read(way, field.Name) : null,
    };

    private static IEnumerable<(string Member, ExpressionSyntax Value)> Settings(
        IReadOnlyList<TypeDeclarationSyntax> declarations, IReadOnlyList<ISymbol> members, Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
    {
        var tensors = members.OfType<IFieldSymbol>().Where(f => !f.IsStatic && (torch.IsTensor(f.Type) || f.Type.BaseType is { } basis && torch.IsTensor(basis))).ToArray();
        foreach (var field in tensors)
        {
            if (field.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<VariableDeclaratorSyntax>().FirstOrDefault()?.Initializer?.Value is { } value)
            {
                yield return (field.Name, value);
            }
        }

        foreach (var (field, value) in ConstructorReader.Settings(declarations, compilation, cancellation))
        {
            if (tensors.Any(t => t.Name == field.Name))
            {
                yield return (field.Name, value);
            }
        }
    }

    /// <summary>The last assignment of a member, after those that it depends on; empty where there is none, or not all of them are known.</summary>
    private IReadOnlyList<(string Member, ExpressionSyntax Value)> Way(string member)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { member };
        var way = new List<(string Member, ExpressionSyntax Value)>();
        foreach (var setting in Enumerable.Reverse(settings.Value))
        {
            if (needed.Remove(setting.Member))
            {
                way.Insert(0, setting);
                needed.UnionWith(setting.Value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText));
            }
        }

        var held = Holdings.Of(declarations);
        var isKnown = way.All(s => held[s.Member] is Holding.Set { IsApart: false } && !IsSetElsewhere(s.Member))
            && way.Count > 0 && held[member] is Holding.Set { Value: var last } && last == way[^1].Value;
        return isKnown ? way : [];
    }

    /// <summary>A constructor sets it under a condition, in a loop, or together with others.</summary>
    private bool IsSetElsewhere(string member) => ConstructorReader.Constructors(declarations)
        .SelectMany(c => c.DescendantNodes()).OfType<AssignmentExpressionSyntax>()
        .Any(a => !settings.Value.Any(s => s.Value == a.Right) && (a.Left is TupleExpressionSyntax tuple ? tuple.Arguments.Any(t => ConstructorReader.Own(t.Expression) == member) : ConstructorReader.Own(a.Left) == member));
}

using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Reads a <c>[Parameter]</c> or <c>[Buffer]</c> field, and what it is set to, one assignment after the other.</summary>
internal sealed class StateReader(
    IReadOnlyList<TypeDeclarationSyntax> declarations, IReadOnlyList<ISymbol> members, Compilation compilation, TorchSymbols torch,
    LayerReader layers, CancellationToken cancellation)
{
    /// <summary>The initializers and assignments of the tensors of the class, in the order in which they run.</summary>
    private readonly Lazy<(string Member, ExpressionSyntax Value)[]> settings =
        new(() => [.. Settings(declarations, members, compilation, torch, cancellation)]);

    private readonly Lazy<HashSet<string>> tensors = new(() => new(Tensors(members, torch).Select(t => t.Name), StringComparer.Ordinal));

    public StateModel Read(IFieldSymbol field) => new(
        field.Name,
        Annotations.Key(field),
        LayerReader.Name(field.Type),
        IsParameter: field.Has(Annotations.Parameter) || !field.Has(Annotations.Buffer),
        IsPersistent: field.Find(Annotations.Buffer) is not { } buffer
            || buffer.NamedArguments.All(a => a.Key != "Persistent" || a.Value.Value is not false),
        field.IsReadOnly,
        IsOptional: field.NullableAnnotation == NullableAnnotation.Annotated)
    {
        Initializer = Initializer(field, new BodyReader(field.ContainingType, compilation, torch, layers, cancellation)),
        IsShared = field.Has(Annotations.Parameter) && Way(field.Name) is { Count: > 0 } way && IsParameter(way[^1].Value),
    };

    /// <summary>Another <c>[Parameter]</c>, or the weight or bias of a layer.</summary>
    private bool IsParameter(ExpressionSyntax value) => value switch
    {
        ParenthesizedExpressionSyntax { Expression: var inner } => IsParameter(inner),
        CastExpressionSyntax { Expression: var inner } => IsParameter(inner),
        PostfixUnaryExpressionSyntax { Operand: var inner } => IsParameter(inner),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "weight" or "bias", Expression: var layer } =>
            ConstructorReader.Own(layer) is { } name && Annotated(name)?.Has(Annotations.Layer) == true,
        _ => ConstructorReader.Own(value) is { } name && Annotated(name)?.Has(Annotations.Parameter) == true,
    };

    private IFieldSymbol? Annotated(string name) => members.OfType<IFieldSymbol>().FirstOrDefault(m => m.Name == name);

    private BodyModel? Initializer(IFieldSymbol field, BodyReader reader)
    {
        var held = Holdings.Of(declarations)[field.Name];
        return Way(field.Name) is { Count: > 0 } way ? reader.Read(way, field.Name)
            : held is Holding.Either && IsTold(held) ? reader.Read(held, field.Name)
            : null;
    }

    /// <summary>Sizes and the constructor's parameters decide what it holds, and no other tensor is in it.</summary>
    private bool IsTold(Holding held) => held switch
    {
        Holding.Set set => !set.IsApart && !set.Value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
            .Any(n => tensors.Value.Contains(n.Identifier.ValueText)),
        Holding.Null or Holding.Unset => true,
        Holding.Either { Condition: { } condition, IsApart: false } either =>
            IsTold(condition) && IsTold(either.Then) && IsTold(either.Otherwise),
        _ => false,
    };

    private bool IsTold(ExpressionSyntax condition)
    {
        var semantics = compilation.ModelOf(condition.SyntaxTree);
        return semantics.OperationOf(condition, cancellation) is { } operation && !layers.Values(semantics).ReadCondition(operation).IsOpen;
    }

    private static IEnumerable<IFieldSymbol> Tensors(IEnumerable<ISymbol> members, TorchSymbols torch) =>
        members.OfType<IFieldSymbol>().Where(f => !f.IsStatic
            && (torch.IsTensor(f.Type) || f.Type.BaseType is { } basis && torch.IsTensor(basis)));

    private static IEnumerable<(string Member, ExpressionSyntax Value)> Settings(
        IReadOnlyList<TypeDeclarationSyntax> declarations, IReadOnlyList<ISymbol> members, Compilation compilation, TorchSymbols torch,
        CancellationToken cancellation)
    {
        var tensors = Tensors(members, torch).ToArray();
        foreach (var field in tensors)
        {
            if (field.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<VariableDeclaratorSyntax>()
                .FirstOrDefault()?.Initializer?.Value is { } value)
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

    /// <summary>The last assignment of a member, after those that it depends on; empty where there is none, or not all of them are
    /// known.</summary>
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
        .Any(a => !settings.Value.Any(s => s.Value == a.Right)
            && (a.Left is TupleExpressionSyntax tuple ? tuple.Arguments.Any(t => ConstructorReader.Own(t.Expression) == member)
                : ConstructorReader.Own(a.Left) == member));
}

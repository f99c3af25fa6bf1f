using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>
/// Reads the const and readonly integer fields that a shape names, <c>private const long vocabulary = 1000;</c>, and the sizes that an
/// object computes:
/// <c>config.HeadDim</c>.
/// </summary>
internal static class SizeFieldReader
{
    public static EquatableArray<SizeField> Read(
        INamedTypeSymbol type, SignatureModel signature, ConstructorModel constructor, Func<SemanticModel, ValueReader> values,
        Compilation compilation, CancellationToken cancellation) =>
        Read(type, Names(signature), constructor, values, compilation, cancellation);

    public static EquatableArray<SizeField> Read(
        INamedTypeSymbol type, IEnumerable<string> names, ConstructorModel constructor, Func<SemanticModel, ValueReader> values,
        Compilation compilation, CancellationToken cancellation)
    {
        var sizes = new List<SizeField>();
        foreach (var name in names.Where(n => constructor.Names.All(p => p.Name != n)))
        {
            if (name.Contains('.'))
            {
                if (Computed(name.Split('.')) is Value.Integer size)
                {
                    sizes.Add(new(name, size.Dim));
                }
            }
            else if (Find(type, name) is { } field && ValueOf(field) is { IsUnknown: false } value)
            {
                sizes.Add(new(name, value));
            }
        }

        return sizes.ToEquatableArray();

        Value? Computed(IReadOnlyList<string> path)
        {
            if (type.InstanceConstructors.SelectMany(c => c.Parameters)
                .FirstOrDefault(p => p.Name == path[0] && p.DeclaringSyntaxReferences.Length > 0
                    && constructor.Parameters.Any(q => q.Name == p.Name && q.Type == LayerReader.Name(p.Type))) is not { } root
                || !Configurations.IsGiven(root) || Definitions.IsSet(root, cancellation))
            {
                return null;
            }

            var reader = values(compilation.ModelOf(root.DeclaringSyntaxReferences[0].SyntaxTree));
            var (value, held) = ((Value)new Value.Parameter(root.Name, LayerReader.Name(root.Type)), root.Type);
            foreach (var name in path.Skip(1))
            {
                if (value is not (Value.Parameter or Value.Object) || Configurations.Find(held, name) is not { } member)
                {
                    return null;
                }

                (value, held) = (reader.Member(value, held, member), Configurations.TypeOf(member)!);
            }

            return value;
        }

        Dim ValueOf(IFieldSymbol field) =>
            field.HasConstantValue ? ValueReader.Constant(field.ConstantValue, field.Type) is Value.Integer constant ? constant.Dim
                : Dim.Unknown
            : Definitions.Of(field, compilation, cancellation) is { } definition
                && compilation.ModelOf(definition.SyntaxTree) is var semantics
                && semantics.OperationOf(definition, cancellation) is { } operation
                ? values(semantics).ReadSize(operation)
                : Dim.Unknown;
    }

    /// <summary>The names in <c>Where</c> that something in the class, or in a base class, has.</summary>
    public static IEnumerable<string> Named(INamedTypeSymbol type, SignatureModel signature, ForwardModel forward)
    {
        var names = new HashSet<string>(type.InstanceConstructors.SelectMany(c => c.Parameters).Select(p => p.Name)
            .Concat(forward.Inputs.Select(i => i.Name)), StringComparer.Ordinal);
        for (var t = type; t is not null; t = t.BaseType)
        {
            names.UnionWith(t.GetMembers().Select(m => m.Name));
        }

        return Names(signature).Where(names.Contains);
    }

    private static IEnumerable<string> Names(SignatureModel signature)
    {
        var shapes = ShapeParser.ParseSignature(signature.Text).Signature;
        var facts = ShapeParser.ParseFacts(signature.Where ?? "").Facts;
        return (shapes?.Inputs.Concat(shapes.Outputs ?? []).SelectMany(s => s.Dims) ?? []).Concat(
            facts?.All.SelectMany(f => new[] { f.Left, f.Right }) ?? []).SelectMany(d => d.Names).Distinct();
    }

    /// <summary>A field of the class, or a constant of a base class: what else a base class holds depends on its own constructor.</summary>
    private static IFieldSymbol? Find(INamedTypeSymbol type, string name)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault(f => ValueReader.IsInteger(f.Type)) is { } field)
            {
                return field.IsConst || (field.IsReadOnly && SymbolEqualityComparer.Default.Equals(t, type)) ? field : null;
            }
        }

        return null;
    }
}

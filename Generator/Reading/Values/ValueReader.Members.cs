using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Members of objects that hold sizes.</content>
internal sealed partial class ValueReader
{
    /// <summary>A member of an object that is built in place or that the constructor is given, <c>config.Dim</c>; null for any
    /// other.</summary>
    public Value? Member(IOperation operation)
    {
        var (instance, member) = operation switch
        {
            IPropertyReferenceOperation { Instance: { } holder, Property: { IsIndexer: false } property } => (holder, property),
            IFieldReferenceOperation { Instance: { } holder, Field: { ContainingType.IsTupleType: false } field } => (holder, field),
            _ => ((IOperation?)null, (ISymbol?)null),
        };
        return instance is not null && Owner(instance) is { } owner ? Member(owner.Value, owner.Type, member!) : null;
    }

    public Value Member(Value owner, ITypeSymbol type, ISymbol member)
    {
        if (Configurations.IsKept(member))
        {
            return owner switch
            {
                Value.Object made => made[member.Name],
                Value.Parameter given => Configurations.Of(given, type, member, semantics.Compilation),
                _ => new Value.Opaque(member.Name),
            };
        }

        return member is IPropertySymbol property && SymbolEqualityComparer.Default.Equals(Configurations.Find(type, member.Name), member)
            && Configurations.Computed(property, cancellation) is { } computed
            ? Follow(computed, static (reader, o) => reader.Read(o), reader => reader.Enter((owner, type))) ?? new Value.Opaque(member.Name)
            : new Value.Opaque(member.Name);
    }

    /// <summary>An object whose members are known or have names, with its type.</summary>
    public (Value Value, ITypeSymbol Type)? Owner(IOperation instance)
    {
        while (instance is IParenthesizedOperation parenthesized)
        {
            instance = parenthesized.Operand;
        }

        if (instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
        {
            return self;
        }

        return instance is IParameterReferenceOperation or ILocalReferenceOperation or IFieldReferenceOperation
            or IPropertyReferenceOperation or IObjectCreationOperation or IWithOperation
            && instance.Type is { } type && Configurations.Is(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated))
            && Read(instance) is var value && (value is Value.Object
                || (value is Value.Parameter { Type: var given }
                    && given == LayerReader.Name(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated))))
                ? (value, type)
                : null;
    }

    /// <summary>An expression of another class, where the parameters of its constructor are given.</summary>
    public Value ReadElsewhere(ExpressionSyntax expression, IEnumerable<(IParameterSymbol Parameter, Value Value)> parameters) =>
        Follow(expression, static (reader, o) => reader.Read(o), reader =>
    {
        reader.Enter(null);
        foreach (var (parameter, value) in parameters)
        {
            reader.Bind(parameter, value);
        }
    }) ?? new Value.Opaque(expression.ToString());

    private void Enter((Value Value, ITypeSymbol Type)? instance)
    {
        outerIndices += indices.Count;
        (self, isElsewhere) = (instance, true);
        indices = new(SymbolEqualityComparer.Default);
        given = new(SymbolEqualityComparer.Default);
    }
}

using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Objects that code makes, with what it sets of them.</content>
internal sealed partial class ExpressionReader
{
    /// <summary>An object of a class of the project, or a dictionary, with what its initializer sets.</summary>
    private Expression Made(int at, IObjectOrCollectionInitializerOperation? initializer, Expression.Call made)
    {
        if (initializer is null)
        {
            return made;
        }

        var local = new Expression.Local(at, $"#{at}");
        var settings = initializer.Initializers.Select(i => i switch
        {
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: [var key] } } entry =>
                new Expression.Assign(number(entry.Syntax), new Expression.Element(at, local, EquatableArray.Of(Read(key.Value))),
                    Read(entry.Value)),
            ISimpleAssignmentOperation { Target: IMemberReferenceOperation member } set =>
                new Expression.Assign(number(set.Syntax), new Expression.Field(at, local, member.Member.Name, null,
                    new Expression.Opaque(at, "")), Read(set.Value)),
            IInvocationOperation { TargetMethod.Name: "Add", Arguments: [var key, var value] } entry when made.New is null =>
                new Expression.Assign(number(entry.Syntax), new Expression.Element(at, local, EquatableArray.Of(Read(key.Value))),
                    Read(value.Value)),
            _ => Opaque(at, i),
        });
        return InOrder(at, [new Expression.Assign(at, local, made), .. settings, local]);
    }

    private Expression Anonymous(int at, IAnonymousObjectCreationOperation creation)
    {
        var local = new Expression.Local(at, $"#{at}");
        return InOrder(at, [new Expression.Assign(at, local,
            new Expression.Call(at, Owner.Collection, BodyModel.Anonymous, null, default, Written(creation))),
            .. creation.Initializers.OfType<ISimpleAssignmentOperation>().Select(i => new Expression.Assign(number(i.Syntax),
                new Expression.Field(at, local, (i.Target as IMemberReferenceOperation)?.Member.Name ?? "", null,
                    new Expression.Opaque(at, "")), Read(i.Value))), local]);
    }

    /// <summary><c>output with { Loss = loss }</c></summary>
    private Expression Copy(int at, IWithOperation copy) => copy is { Operand.Type: INamedTypeSymbol { IsRecord: true } type, CloneMethod: not null }
        && bodies.IsOwn(type) && type.InstanceConstructors.All(c => c.IsImplicitlyDeclared || c.Parameters is not [{ Type: var only }]
            || !SymbolEqualityComparer.Default.Equals(only, type))
        ? Made(at, copy.Initializer, new Expression.Call(at, Owner.Collection, BodyModel.Copy, Read(copy.Operand), default, Written(copy))
            { New = "" })
        : Unfollowed(at, copy, [copy.Operand, .. Values(copy.Initializer)]);
}

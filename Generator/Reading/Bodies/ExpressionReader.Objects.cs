using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Objects that code makes, with what it sets of them.</content>
internal sealed partial class ExpressionReader
{
    /// <summary>A member of an object of the project, in code that may have made it.</summary>
    private Expression OfObject(int at, IMemberReferenceOperation reference, Expression known)
    {
        var member = reference.Member.OriginalDefinition;
        if (member.IsStatic || !bodies.IsOwn(member) || member.ContainingType is not { } type || bodies.IsModule(type)
            || (reference.Instance?.Type is INamedTypeSymbol held && bodies.IsModule(held))
            || known is Expression.Constant { Value: not Value.Module and { IsOfObject: false } }
            || (known is Expression.Constant && !bodies.IsOfObject)
            || member is IPropertySymbol { IsIndexer: true })
        {
            return known;
        }

        var receiver = reference.Instance is null or IInstanceReferenceOperation { ReferenceKind:
            InstanceReferenceKind.ContainingTypeInstance } ? null : Read(reference.Instance);
        var isAutomatic = member is not IPropertySymbol property || type.IsAnonymousType || type.GetMembers().OfType<IFieldSymbol>()
            .Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property));
        var getter = isAutomatic || member is not IPropertySymbol { GetMethod: { } get } ? default
            : bodies.Targets(get, reference.Instance?.Type, isBase: false);
        return !isAutomatic && getter.Count != 1 ? known : new Expression.Field(at, receiver, member.Name,
            isAutomatic ? null : getter[0].Key, known);
    }

    /// <summary>A property of the module, as the call of its code; null for an automatic one, and where it is not followed.</summary>
    private Expression? Own(int at, IPropertyReferenceOperation reference) =>
        reference is { Instance: IInstanceReferenceOperation on, Property.GetMethod: { } getter } && !bodies.IsOfObject
            && BodyReader.CodeOf(getter, cancellation) is not null
            && bodies.Follow(getter, on.Syntax is BaseExpressionSyntax) is { } key
            ? new Expression.Call(at, Owner.Class, key, null, Given(reference.Arguments), Written(reference))
            {
                IsOwn = true,
                IsOverridable = bodies.IsOverridable(getter, on.Syntax is BaseExpressionSyntax),
            } : null;

    /// <summary>An object of a class of the project, or a dictionary, with what its initializer sets.</summary>
    private Expression Made(int at, IObjectOrCollectionInitializerOperation? initializer, Expression.Call made)
    {
        if (initializer is null)
        {
            return made;
        }

        var local = new Expression.Local(at, $"#{at}");
        return InOrder(at, [new Expression.Assign(at, local, made), .. Settings(at, local, initializer, made.New is null), local]);
    }

    /// <summary>What an initializer sets, in an object that a member holds too: <c>All = { ["a"] = x }</c>.</summary>
    private IEnumerable<Expression> Settings(int at, Expression target, IObjectOrCollectionInitializerOperation initializer,
        bool hasEntries) => initializer.Initializers.SelectMany(i => i switch
    {
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: [var key] } } entry =>
            [new Expression.Assign(number(entry.Syntax), new Expression.Element(at, target, EquatableArray.Of(Read(key.Value))),
                Read(entry.Value))],
        ISimpleAssignmentOperation { Target: IMemberReferenceOperation member } set =>
            [new Expression.Assign(number(set.Syntax), Held(at, target, member), Read(set.Value))],
        IInvocationOperation { TargetMethod.Name: "Add", Arguments: [var key, var value] } entry when hasEntries =>
            [new Expression.Assign(number(entry.Syntax), new Expression.Element(at, target, EquatableArray.Of(Read(key.Value))),
                Read(value.Value))],
        IMemberInitializerOperation { InitializedMember: IMemberReferenceOperation member, Initializer: { } inner } =>
            Settings(at, Held(at, target, member), inner, hasEntries: true),
        _ => (IEnumerable<Expression>)[Opaque(at, i)],
    });

    private static Expression.Field Held(int at, Expression target, IMemberReferenceOperation member) =>
        new(at, target, member.Member.Name, null, new Expression.Opaque(at, ""));

    /// <summary>A distribution of TorchSharp, by its name.</summary>
    private Expression.Call Distribution(int at, string name, IEnumerable<IArgumentOperation> arguments, IOperation made) =>
        new(at, Owner.Other, BodyModel.Distributions + name, null, Given(arguments), Written(made));

    private static bool IsDistribution(INamedTypeSymbol type) => type is { Name: "Distribution", ContainingType.Name: "distributions" }
        || (type.BaseType is { } basis && IsDistribution(basis));

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
    private Expression Copy(int at, IWithOperation copy) => copy is
        { Operand.Type: INamedTypeSymbol { IsRecord: true } type, CloneMethod: not null }
        && bodies.IsOwn(type) && type.InstanceConstructors.All(c => c.IsImplicitlyDeclared || c.Parameters is not [{ Type: var only }]
            || !SymbolEqualityComparer.Default.Equals(only, type))
        ? Made(at, copy.Initializer, new Expression.Call(at, Owner.Collection, BodyModel.Copy, Read(copy.Operand), default, Written(copy))
            { New = "" })
        : Unfollowed(at, copy, [copy.Operand, .. Values(copy.Initializer)]);
}

using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads the expressions of one method.</summary>
internal sealed partial class ExpressionReader(
    BodyReader bodies, StatementReader statements, TorchSymbols torch, ValueReader values, Func<SyntaxNode, int> number,
    Func<IOperation, LayerModel?> readModule, CancellationToken cancellation)
{
    private readonly Stack<Expression> conditionalReceivers = new();

    /// <summary>The fields whose values are read where they are named.</summary>
    private FixedFields fixedFields = new();

    public Expression Read(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!StackSpace.IsLeft())
        {
            return new Expression.Opaque(number(operation.Syntax), "it is nested too deep") { IsTensor = MayBeTensor(operation.Type) };
        }

        if (operation is IConversionOperation { OperatorMethod.ContainingType.Name: "TensorIndex", Operand: var bounds }
            && ValueReader.Unwrap(bounds) is ITupleOperation { Elements: [var start, var stop] })
        {
            return new Expression.Slice(number(operation.Syntax), Read(start), Read(stop), null);
        }

        if (operation is IConversionOperation { ConstantValue.HasValue: false, IsImplicit: false, Conversion.IsNumeric: true } cast)
        {
            return new Expression.Unary(number(cast.Syntax), $"({cast.Type!.ToDisplayString()})", Read(cast.Operand));
        }

        if (operation is IConversionOperation { OperatorMethod: null, Operand: { } stack } && IsStack(stack.Type)
            && !IsStack(operation.Type))
        {
            return Sequence(stack);
        }

        operation = Unwrap(operation);
        var expression = Read(number(operation.Syntax), operation) with { IsTensor = MayBeTensor(operation.Type) };
        return expression is Expression.Constant constant ? constant with { Type = NumberType(operation.Type) } : expression;
    }

    /// <summary>The type of a number; empty for others.</summary>
    public static string NumberType(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
        or SpecialType.System_Single or SpecialType.System_Double ? type.ToDisplayString() : "";

    private Expression Read(int at, IOperation operation)
    {
        if (operation.ConstantValue is { HasValue: true, Value: var constant } && operation is not IInvalidOperation)
        {
            return new Expression.Constant(at, ValueReader.Constant(constant, operation.Type));
        }

        switch (operation)
        {
            case ILocalReferenceOperation local:
                return new Expression.Local(at, local.Local.Name);
            case IDeclarationExpressionOperation declaration:
                return Read(declaration.Expression);
            case IDiscardOperation:
                return new Expression.Local(at, "_");
            case IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol
                { MethodKind: MethodKind.Constructor } } parameter:
                return OfConstructor(at, operation, parameter);
            case IParameterReferenceOperation parameter:
                return new Expression.Local(at, parameter.Parameter.Name);
            case IFieldReferenceOperation field:
                return OfObject(at, field, Field(at, field));
            case IPropertyReferenceOperation property when Node(at, property) is { } node:
                return node;
            case IPropertyReferenceOperation { Instance: { } tuple } item when ItemOfTuple(item.Property) is { } index:
                return new Expression.Element(at, Read(tuple),
                    EquatableArray.Of<Expression>(new Expression.Constant(at, new Value.Integer(Dim.Of(index)))));
            case IPropertyReferenceOperation property:
                return OfObject(at, property, Property(at, property));
            case IArrayElementReferenceOperation element:
                return new Expression.Element(at, Read(element.ArrayReference), element.Indices.Select(Read).ToEquatableArray());
            case IImplicitIndexerReferenceOperation element:
                return new Expression.Element(at, Read(element.Instance), EquatableArray.Of(Read(element.Argument)));
            case IInvocationOperation call:
                return Call(at, call) is var called && called is Expression.Call { Owner: Owner.Math }
                    && call.Type?.SpecialType == SpecialType.System_Single && call.TargetMethod.ContainingType.Name != "Math"
                    ? new Expression.Unary(at, "(float)", called) : called;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals,
                RightOperand: ITypeOfOperation { TypeOperand: INamedTypeSymbol exact },
                LeftOperand: IInvocationOperation { TargetMethod.Name: "GetType", Arguments.Length: 0, Instance: { } typed } } same:
                var one = new Expression.TypeTest(at, Read(typed), EquatableArray.Of(TypeReader.MetadataName(exact)), IsAll: true);
                return same.OperatorKind == BinaryOperatorKind.Equals ? one : new Expression.Unary(at, "!", one);
            case IBinaryOperation binary:
                return new Expression.Binary(at, binary.Syntax is BinaryExpressionSyntax { OperatorToken.Text: var written } ? written
                    : Operators.Of(binary.OperatorKind), Read(binary.LeftOperand), Read(binary.RightOperand));
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } hat:
                return new Expression.FromEnd(at, Read(hat.Operand));
            case IUnaryOperation unary:
                return new Expression.Unary(at, Operators.Of(unary.OperatorKind), Read(unary.Operand));
            case IEventAssignmentOperation handled:
                return new Expression.Call(at, Owner.Plain, "event", null,
                    EquatableArray.Of(new ExpressionArgument("handler", Read(handled.HandlerValue), false)), Written(handled));
            case ICompoundAssignmentOperation compound:
                var left = Read(compound.Target);
                return new Expression.Assign(at, left,
                    new Expression.Binary(at, Operators.Of(compound.OperatorKind), left, Read(compound.Value)));
            case IIncrementOrDecrementOperation step:
                var target = Read(step.Target);
                return new Expression.Assign(at, target, new Expression.Binary(at, step.Kind == OperationKind.Increment ? "+" : "-", target,
                    new Expression.Constant(at, new Value.Integer(Dim.One)))) { GivesOld = step.IsPostfix };
            case ISimpleAssignmentOperation assignment:
                return new Expression.Assign(at, Read(assignment.Target), Read(assignment.Value));
            case IDeconstructionAssignmentOperation deconstruction:
                return new Expression.Assign(at, Read(deconstruction.Target), Read(deconstruction.Value));
            case ICoalesceAssignmentOperation coalesce:
                var held = Read(coalesce.Target);
                return new Expression.Assign(at, held, new Expression.Binary(at, "??", held, Read(coalesce.Value)));
            case ITupleOperation tuple:
                return new Expression.List(at, tuple.Elements.Select(Read).ToEquatableArray(), IsTuple: true);
            case IArrayCreationOperation { Initializer: { } items }:
                return Read(items);
            case IArrayInitializerOperation items:
                return new Expression.List(at, items.ElementValues.Select(Read).ToEquatableArray());
            case IArrayCreationOperation { Initializer: null, DimensionSizes: var sizes } when bodies.IsOrdinary || sizes.Length == 1:
                return new Expression.Call(at, Owner.Collection, BodyModel.Array, null,
                    sizes.Select(s => new ExpressionArgument("size", Read(s), false)).ToEquatableArray(), Written(operation))
                {
                    Types = sizes.Length == 1 && operation.Type is IArrayTypeSymbol { ElementType: INamedTypeSymbol kind }
                        && torch.IsTensor(kind) ? EquatableArray.Of(BodyModel.Array) : default,
                };
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return new Expression.Choice(at, Read(choice.Condition), Read(choice.WhenTrue), Read(otherwise));
            case ICoalesceOperation coalesce:
                return new Expression.Binary(at, "??", Read(coalesce.Value), Read(coalesce.WhenNull));
            case ISwitchExpressionOperation choice:
                return Once(at, Read(choice.Value), value => Switch(at, value, choice));
            case IIsPatternOperation test:
                return Once(at, Read(test.Value), value => Pattern(value, test.Pattern));
            case IIsTypeOperation test:
                var tested = Once(at, Read(test.ValueOperand),
                    value => Typed(at, value, test.ValueOperand.Type ?? test.TypeOperand, test.TypeOperand, Present(at, value)));
                return test.IsNegated ? new Expression.Unary(at, "!", tested) : tested;
            case IConditionalAccessOperation access:
                return Access(at, access);
            case IConditionalAccessInstanceOperation when conditionalReceivers.Count > 0:
                return conditionalReceivers.Peek();
            case IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }:
                return Lambda(at, lambda);
            case IDelegateCreationOperation { Target: IMethodReferenceOperation method }:
                return Lambda(at, method);
            case IAnonymousFunctionOperation lambda:
                return Lambda(at, lambda);
            case IRangeOperation range:
                return new Expression.Slice(at, range.LeftOperand is null ? null : Read(range.LeftOperand),
                    range.RightOperand is null ? null : Read(range.RightOperand), null);
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } when bodies.IsOfObject:
                return new Expression.Local(at, "this");
            case IThrowOperation:
                return new Expression.Opaque(at, "throw");
            case IAwaitOperation awaited:
                return Read(awaited.Operation);
            case IDefaultValueOperation { Type: { IsReferenceType: true }
                or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } }:
                return new Expression.Constant(at, new Value.Null());
            case IObjectCreationOperation creation:
                return Creation(at, creation);
            case IAnonymousObjectCreationOperation creation:
                return Anonymous(at, creation);
            case IWithOperation copy:
                return Copy(at, copy);
            case IInterpolatedStringOperation text:
                return Unfollowed(at, text, [.. text.Parts.OfType<IInterpolationOperation>().Select(p => p.Expression)]);
            case ITranslatedQueryOperation query:
                return Read(query.Operation);
            case IInvalidOperation:
                return Unbound(at, operation);
        }

        if (operation.Syntax is CollectionExpressionSyntax collection)
        {
            return Collection(at, collection, operation);
        }

        return Opaque(at, operation);
    }

    /// <summary>An expression whose value is used several times is evaluated once.</summary>
    private static Expression Once(int at, Expression value, Func<Expression, Expression> use)
    {
        if (IsSimple(value))
        {
            return use(value);
        }

        var name = new Expression.Local(at, $"#{at}");
        return InOrder(at, [new Expression.Assign(at, name, value), use(name)]);
    }

    private static bool IsSimple(Expression node) => node switch
    {
        Expression.Local or Expression.Member or Expression.Constant or Expression.Opaque => true,
        Expression.Read read => IsSimple(read.Receiver),
        Expression.Field { Getter: null } field => field.Receiver is null || IsSimple(field.Receiver),
        Expression.Element element => IsSimple(element.Receiver) && element.Indices.All(IsSimple),
        Expression.Call { Method: "dim" or "size", Receiver: { } receiver } call =>
            IsSimple(receiver) && call.Arguments.All(a => IsSimple(a.Value)),
        _ => false,
    };

    /// <summary>Conversions change no shape; those of a user's own type are not known.</summary>
    private IOperation Unwrap(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { ConstantValue.HasValue: false } conversion
                    when conversion.OperatorMethod is null || IsTorchSharp(conversion.OperatorMethod.ContainingType)
                        || conversion.OperatorMethod.ContainingNamespace?.ToDisplayString() == "System":
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                case IExpressionStatementOperation statement:
                    operation = statement.Operation;
                    break;
                default:
                    return operation;
            }
        }
    }

    private Expression Field(int at, IFieldReferenceOperation reference)
    {
        var field = reference.Field;
        if (field.ContainingType?.IsTupleType == true && reference.Instance is { } tuple)
        {
            var index = field.ContainingType.TupleElements.ToList()
                .FindIndex(f => f.Name == field.Name || SymbolEqualityComparer.Default.Equals(f.CorrespondingTupleField,
                    field.CorrespondingTupleField));
            return index < 0 ? Opaque(at, reference) : new Expression.Element(at, Read(tuple),
                EquatableArray.Of<Expression>(new Expression.Constant(at, new Value.Integer(Dim.Of(index)))));
        }

        if (Member(at, reference) is { } member)
        {
            return member;
        }

        if (field.IsStatic && IsTorchSharp(field.ContainingType))
        {
            return field.Type.Name switch
            {
                "ScalarType" => new Expression.Constant(at, new Value.Enumeration("ScalarType", Operators.ElementType(field.Name))),
                "TensorIndex" => new Expression.Call(at, Owner.Index, field.Name, null, default, field.Name),
                "Device" => new Expression.Constant(at, new Value.Enumeration("Device", field.Name)),
                _ => Opaque(at, reference),
            };
        }

        if (reference.Instance is null or IInstanceReferenceOperation
            && (ValueReader.IsInteger(field.Type) || field.Type.SpecialType is SpecialType.System_Boolean
                || field.Type is IArrayTypeSymbol or { TypeKind: TypeKind.Enum }))
        {
            return values.Read(reference) is { } value and not Value.Opaque ? new Expression.Constant(at, value) : Opaque(at, reference);
        }

        // A model that another class keeps in a field.
        if (bodies.IsOrdinary && bodies.Module(field) is { } model)
        {
            return OfField(at, field, model);
        }

        if (Fixed(at, field) is { } tensor)
        {
            return tensor;
        }

        if (reference.Instance is not IInstanceReferenceOperation || IsOfOther(reference))
        {
            return Opaque(at, reference);
        }

        bodies.Holds(field);
        return new Expression.Member(at, field.Name) { Above = bodies.Above(field) };
    }

    /// <summary>In the code of a module: a member of an object that is another's.</summary>
    private bool IsOfOther(IMemberReferenceOperation reference) => !bodies.IsOrdinary && bodies.IsOfObject
        && !bodies.IsModule(reference.Member.ContainingType);

    /// <summary>A figure of a configuration: <c>config.Heads</c>.</summary>
    private Expression.Constant? Member(int at, IMemberReferenceOperation reference) =>
        values.Member(reference) is { } member and (Value.Integer or Value.Boolean or Value.Condition or Value.Real or Value.Text
            or Value.Enumeration) ? new Expression.Constant(at, member) : null;

    /// <summary>An index of a tensor, which may be a number that is not known.</summary>
    private Expression Index(IOperation operation)
    {
        var operand = operation is IConversionOperation { OperatorMethod: not null, Operand: var from } ? from : operation;
        return operand is { ConstantValue.HasValue: false, Type: { } type } && ValueReader.IsInteger(type)
            ? new Expression.Unary(number(operand.Syntax), "(long)", Read(operand)) : Read(operation);
    }

    /// <summary>The place of an item of a <c>Tuple</c>, such as attention gives: 0 for <c>Item1</c>.</summary>
    private static int? ItemOfTuple(IPropertySymbol property) =>
        property.ContainingType is { Name: "Tuple", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }
            && property.Name is ['I', 't', 'e', 'm', >= '1' and <= '7' and var number] ? number - '1' : null;

    private Expression Property(int at, IPropertyReferenceOperation reference)
    {
        var property = reference.Property;
        if (property.IsIndexer && !bodies.IsOrdinary && bodies.IsOwn(property))
        {
            return Own(at, reference) ?? Opaque(at, reference);
        }

        if (property.IsIndexer && reference.Instance is { } indexed)
        {
            var ofTensor = bodies.IsOrdinary && indexed.Type is { } type && torch.IsTensor(type);
            return new Expression.Element(at, Read(indexed), reference.Arguments.SelectMany(a => a switch
            {
                { Parameter.IsParams: true, Value: IArrayCreationOperation { Initializer.ElementValues: var items } } when ofTensor =>
                    items.Select(Index),
                { Parameter.IsParams: true } when Read(a.Value) is Expression.List { Items: var items } => items,
                _ when ofTensor => [Index(a.Value)],
                _ => [Read(a.Value)],
            }).ToEquatableArray());
        }

        if (Member(at, reference) is { } member)
        {
            return member;
        }

        if (bodies.IsOrdinary && bodies.Module(property) is { } model)
        {
            return Built(at, model);
        }

        if (reference.Instance is { } receiver and not IInstanceReferenceOperation)
        {
            return new Expression.Read(at, OwnerOf(property.ContainingType, receiver.Type), property.Name, Read(receiver));
        }

        if (property is { IsStatic: true, Type.Name: "Device" } && IsTorchSharp(property.ContainingType))
        {
            return new Expression.Constant(at, new Value.Enumeration("Device", property.Name));
        }

        return property.Name == "training" ? new Expression.Opaque(at, "training")
            : values.Read(reference) is { } value and not Value.Opaque ? new Expression.Constant(at, value)
            : Own(at, reference) ?? Opaque(at, reference);
    }

    private Expression Collection(int at, CollectionExpressionSyntax collection, IOperation operation)
    {
        var items = new List<Expression>();
        foreach (var element in collection.Elements)
        {
            var syntax = element switch
            {
                ExpressionElementSyntax expression => expression.Expression,
                SpreadElementSyntax spread => spread.Expression,
                _ => null,
            };
            if (syntax is null || operation.SemanticModel?.OperationOf(syntax, cancellation) is not { } item)
            {
                return Opaque(at, operation);
            }

            items.Add(element is SpreadElementSyntax ? new Expression.Spread(at, Sequence(item)) : Read(item));
        }

        return new Expression.List(at, items.ToEquatableArray());
    }

    private Expression Access(int at, IConditionalAccessOperation access)
    {
        return Once(at, Read(access.Operation), receiver =>
        {
            conditionalReceivers.Push(receiver);
            var result = Read(access.WhenNotNull);
            conditionalReceivers.Pop();
            return new Expression.Choice(at, new Expression.Binary(at, "!=", receiver, new Expression.Constant(at, new Value.Null())),
                result,
                new Expression.Constant(at, new Value.Null()));
        });
    }

    private static bool IsTorchSharp(ISymbol? symbol) => symbol?.ContainingAssembly?.Name == "TorchSharp";

    private bool MayBeTensor(ITypeSymbol? type) => type is { TypeKind: TypeKind.Error } || (type is not null && torch.IsTensor(type));
}

using Gen.Graph;
using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads the expressions of one method.</summary>
internal sealed partial class ExpressionReader(
    BodyReader bodies, StatementReader statements, TorchSymbols torch, ValueReader values, Func<SyntaxNode, int> number,
    Func<IOperation, LayerModel?> readModule, CancellationToken cancellation)
{
    private readonly Stack<Node> conditionalReceivers = new();

    public Node Read(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!StackSpace.IsLeft())
        {
            return new Node.Opaque(number(operation.Syntax), "it is nested too deep") { IsTensor = MayBeTensor(operation.Type) };
        }

        if (operation is IConversionOperation { OperatorMethod.ContainingType.Name: "TensorIndex", Operand: var bounds }
            && ValueReader.Unwrap(bounds) is ITupleOperation { Elements: [var start, var stop] })
        {
            return new Node.Slice(number(operation.Syntax), Read(start), Read(stop), null);
        }

        operation = Unwrap(operation);
        return Read(number(operation.Syntax), operation) with { IsTensor = MayBeTensor(operation.Type) };
    }

    private Node Read(int at, IOperation operation)
    {
        if (operation.ConstantValue is { HasValue: true, Value: var constant } && operation is not IInvalidOperation)
        {
            return new Node.Constant(at, ValueReader.Constant(constant, operation.Type));
        }

        switch (operation)
        {
            case ILocalReferenceOperation local:
                return new Node.Local(at, local.Local.Name);
            case IDeclarationExpressionOperation declaration:
                return Read(declaration.Expression);
            case IDiscardOperation:
                return new Node.Local(at, "_");
            case IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol
                { MethodKind: MethodKind.Constructor } } parameter:
                return OfConstructor(at, operation, parameter);
            case IParameterReferenceOperation parameter:
                return new Node.Local(at, parameter.Parameter.Name);
            case IFieldReferenceOperation field:
                return Field(at, field);
            case IPropertyReferenceOperation property:
                return Property(at, property);
            case IArrayElementReferenceOperation element:
                return new Node.Element(at, Read(element.ArrayReference), element.Indices.Select(Read).ToEquatableArray());
            case IImplicitIndexerReferenceOperation element:
                return new Node.Element(at, Read(element.Instance), EquatableArray.Of(Read(element.Argument)));
            case IInvocationOperation call:
                return Call(at, call);
            case IBinaryOperation binary:
                return new Node.Binary(at, binary.Syntax is BinaryExpressionSyntax { OperatorToken.Text: var written } ? written
                    : Operators.Of(binary.OperatorKind), Read(binary.LeftOperand), Read(binary.RightOperand));
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } hat:
                return new Node.FromEnd(at, Read(hat.Operand));
            case IUnaryOperation unary:
                return new Node.Unary(at, Operators.Of(unary.OperatorKind), Read(unary.Operand));
            case ICompoundAssignmentOperation compound:
                var left = Read(compound.Target);
                return new Node.Assign(at, left, new Node.Binary(at, Operators.Of(compound.OperatorKind), left, Read(compound.Value)));
            case IIncrementOrDecrementOperation step:
                var target = Read(step.Target);
                return new Node.Assign(at, target, new Node.Binary(at, step.Kind == OperationKind.Increment ? "+" : "-", target,
                    new Node.Constant(at, new Value.Integer(Dim.One)))) { GivesOld = step.IsPostfix };
            case ISimpleAssignmentOperation assignment:
                return new Node.Assign(at, Read(assignment.Target), Read(assignment.Value));
            case IDeconstructionAssignmentOperation deconstruction:
                return new Node.Assign(at, Read(deconstruction.Target), Read(deconstruction.Value));
            case ICoalesceAssignmentOperation coalesce:
                var held = Read(coalesce.Target);
                return new Node.Assign(at, held, new Node.Binary(at, "??", held, Read(coalesce.Value)));
            case ITupleOperation tuple:
                return new Node.List(at, tuple.Elements.Select(Read).ToEquatableArray(), IsTuple: true);
            case IArrayCreationOperation { Initializer: { } items }:
                return new Node.List(at, items.ElementValues.Select(Read).ToEquatableArray());
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return new Node.Choice(at, Read(choice.Condition), Read(choice.WhenTrue), Read(otherwise));
            case ICoalesceOperation coalesce:
                return new Node.Binary(at, "??", Read(coalesce.Value), Read(coalesce.WhenNull));
            case ISwitchExpressionOperation choice:
                return Once(at, Read(choice.Value), value => Switch(at, value, choice));
            case IIsPatternOperation test:
                return Once(at, Read(test.Value), value => Pattern(value, test.Pattern));
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
                return new Node.Slice(at, range.LeftOperand is null ? null : Read(range.LeftOperand),
                    range.RightOperand is null ? null : Read(range.RightOperand), null);
            case IThrowOperation:
                return new Node.Opaque(at, "throw");
            case IAwaitOperation awaited:
                return Read(awaited.Operation);
            case IDefaultValueOperation { Type: { IsReferenceType: true }
                or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } }:
                return new Node.Constant(at, new Value.Null());
            case IObjectCreationOperation creation:
                return Creation(at, creation);
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
    private static Node Once(int at, Node value, Func<Node, Node> use)
    {
        if (IsSimple(value))
        {
            return use(value);
        }

        var name = new Node.Local(at, $"#{at}");
        return new Node.Element(at, new Node.List(at, EquatableArray.Of(new Node.Assign(at, name, value), use(name))),
            EquatableArray.Of<Node>(new Node.Constant(at, new Value.Integer(Dim.One))));
    }

    private static bool IsSimple(Node node) => node switch
    {
        Node.Local or Node.Member or Node.Constant or Node.Opaque => true,
        Node.Read read => IsSimple(read.Receiver),
        Node.Element element => IsSimple(element.Receiver) && element.Indices.All(IsSimple),
        Node.Call { Method: "dim" or "size", Receiver: { } receiver } call =>
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

    private Node Field(int at, IFieldReferenceOperation reference)
    {
        var field = reference.Field;
        if (field.ContainingType?.IsTupleType == true && reference.Instance is { } tuple)
        {
            var index = field.ContainingType.TupleElements.ToList()
                .FindIndex(f => f.Name == field.Name || SymbolEqualityComparer.Default.Equals(f.CorrespondingTupleField,
                    field.CorrespondingTupleField));
            return index < 0 ? Opaque(at, reference) : new Node.Element(at, Read(tuple),
                EquatableArray.Of<Node>(new Node.Constant(at, new Value.Integer(Dim.Of(index)))));
        }

        if (Member(at, reference) is { } member)
        {
            return member;
        }

        if (field.IsStatic && IsTorchSharp(field.ContainingType))
        {
            return field.Type.Name switch
            {
                "ScalarType" => new Node.Constant(at, new Value.Enumeration("ScalarType", Operators.ElementType(field.Name))),
                "TensorIndex" => new Node.Call(at, Owner.Index, field.Name, null, default, field.Name),
                _ => Opaque(at, reference),
            };
        }

        if (reference.Instance is null or IInstanceReferenceOperation
            && (ValueReader.IsInteger(field.Type) || field.Type.SpecialType is SpecialType.System_Boolean
                || field.Type is IArrayTypeSymbol or { TypeKind: TypeKind.Enum }))
        {
            return values.Read(reference) is { } value and not Value.Opaque ? new Node.Constant(at, value) : Opaque(at, reference);
        }

        // A model that another class keeps in a field.
        if (bodies.IsOrdinary && bodies.Module(field) is { } model)
        {
            return new Node.Constant(at, new Value.Module(model with { Name = field.Name }));
        }

        return reference.Instance is IInstanceReferenceOperation ? new Node.Member(at, field.Name) : Opaque(at, reference);
    }

    /// <summary>A figure of a configuration: <c>config.Heads</c>.</summary>
    private Node.Constant? Member(int at, IMemberReferenceOperation reference) =>
        values.Member(reference) is { } member and (Value.Integer or Value.Boolean or Value.Condition or Value.Real or Value.Text
            or Value.Enumeration) ? new Node.Constant(at, member) : null;

    private Node Property(int at, IPropertyReferenceOperation reference)
    {
        var property = reference.Property;
        if (property.IsIndexer && reference.Instance is { } indexed)
        {
            return new Node.Element(at, Read(indexed),
                reference.Arguments.SelectMany(a => Read(a.Value) is Node.List { Items: var items } && a.Parameter?.IsParams == true
                    ? items.AsEnumerable() : [Read(a.Value)]).ToEquatableArray());
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
            return new Node.Read(at, OwnerOf(property.ContainingType, receiver.Type), property.Name, Read(receiver));
        }

        return property.Name == "training" ? new Node.Opaque(at, "training")
            : values.Read(reference) is { } value and not Value.Opaque ? new Node.Constant(at, value)
            : Opaque(at, reference);
    }

    private Node Call(int at, IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (SymbolEqualityComparer.Default.Equals(method.ContainingType, torch.Functions) && readModule(call) is { } built)
        {
            return Built(at, built);
        }

        if (bodies.IsOrdinary && Model(at, call) is { } model)
        {
            return model;
        }

        // A tensor that is kept is that tensor.
        if (method is { Name: "Keep", ContainingType: { Name: "TensorExtensions",
            ContainingNamespace: { Name: "Gen", ContainingNamespace.IsGlobalNamespace: true } } }
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0) is { } kept)
        {
            return new Node.Call(at, Owner.Tensor, "Keep", Read(kept.Value), EquatableArray<NodeArgument>.Empty, Written(call));
        }

        if (method is { Name: "Additive", ContainingType: { Name: "AttentionMask",
            ContainingNamespace: { Name: "Gen", ContainingNamespace.IsGlobalNamespace: true } } }
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0) is { } mask)
        {
            var blocked = new[] { new NodeArgument("mask", Read(mask.Value), IsDefault: false) };
            return new Node.Call(at, Owner.Torch, "Additive", null, blocked.ToEquatableArray(), Written(call));
        }

        // What a scope is told to spare is that tensor, or those.
        if (method.ContainingType is { Name: "DisposeScope",
            ContainingNamespace: { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true } })
        {
            var spared = method is { IsGenericMethod: true, Name: "MoveToOuter" or "MoveToOther" or "Detach" or "DisposeEverythingBut" }
                ? call.Arguments.Where(a => a.Parameter?.OriginalDefinition.Type is ITypeParameterSymbol).OrderBy(a => a.Parameter!.Ordinal)
                    .Select(a => Spared(at, a.Value)).ToArray()
                : [];
            return spared switch
            {
                [] => new Node.Constant(at, new Value.Null()),
                [var only] => only,
                _ => new Node.List(at, spared.ToEquatableArray(), IsTuple: true),
            };
        }

        if (method.ContainingType?.ToDisplayString() == "System.Linq.Enumerable" && values.Read(call) is Value.List or Value.Repeat)
        {
            return new Node.Constant(at, values.Read(call));
        }

        var arguments = call.Arguments
            .Where(a => a.Parameter is not null)
            .OrderBy(a => a.Parameter!.Ordinal)
            .Select(a => new NodeArgument(a.Parameter!.Name, Read(a.Value), a.ArgumentKind == ArgumentKind.DefaultValue,
                a.Parameter.RefKind is RefKind.Out or RefKind.Ref))
            .ToEquatableArray();
        var owner = OwnerOf(method.ContainingType, call.Instance?.Type);
        var name = method.Name;
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            owner = Owner.Local;
        }
        else if (method.MethodKind == MethodKind.DelegateInvoke && call.Instance is not null)
        {
            return new Node.Call(at, Owner.Local, "", Read(call.Instance), arguments, Written(call));
        }
        else if (call.Instance is null or IInstanceReferenceOperation && bodies.Follow(method) is { } key)
        {
            (owner, name) = (Owner.Class, key);
        }

        else if (owner == Owner.Other
            && (call.Type?.SpecialType is SpecialType.System_Void or SpecialType.System_String or SpecialType.System_Boolean
                or SpecialType.System_Double or SpecialType.System_Single || (call.Type is { } type && ValueReader.IsInteger(type))))
        {
            owner = Owner.Plain;
        }

        return new Node.Call(at, owner, name, call.Instance is null or IInstanceReferenceOperation ? null : Read(call.Instance), arguments,
            Written(call))
        {
            Contract = owner is Owner.Other or Owner.Class ? SignatureReader.Of(method) : null,
            IsOwn = owner is Owner.Other or Owner.Class && method.OriginalDefinition.DeclaringSyntaxReferences.Length > 0,
        };
    }

    /// <summary>Code that does not bind may do anything with the locals in it.</summary>
    private Node.Opaque Unbound(int at, IOperation operation) => new(at, null)
    {
        IsTensor = MayBeTensor(operation.Type),
        Locals = operation.Syntax.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText).Distinct()
            .ToEquatableArray(),
    };

    private Node Creation(int at, IObjectCreationOperation creation)
    {
        if (readModule(creation) is { } built)
        {
            return Built(at, built);
        }

        if (creation is { Type.Name: "Parameter", Arguments: [var tensor, ..] } && IsTorchSharp(creation.Type))
        {
            return new Node.Call(at, Owner.Torch, "Parameter", null, EquatableArray.Of(new NodeArgument("data", Read(tensor.Value), false)),
                Written(creation));
        }

        // new List<Tensor>() and new() { a, b }: known items.
        if (creation.Type is { Name: "List" } && creation.Arguments.All(a => Read(a.Value) is Node.Constant))
        {
            var items = creation.Initializer?.Initializers.OfType<IInvocationOperation>().Select(i => i.Arguments.FirstOrDefault())
                .Where(a => a is not null).Select(a => Read(a!.Value)) ?? [];
            return new Node.List(at, items.ToEquatableArray());
        }

        return Opaque(at, creation);
    }

    private Node Collection(int at, CollectionExpressionSyntax collection, IOperation operation)
    {
        var items = new List<Node>();
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

            items.Add(element is SpreadElementSyntax ? new Node.Spread(at, Read(item)) : Read(item));
        }

        return new Node.List(at, items.ToEquatableArray());
    }

    private Node Access(int at, IConditionalAccessOperation access)
    {
        return Once(at, Read(access.Operation), receiver =>
        {
            conditionalReceivers.Push(receiver);
            var result = Read(access.WhenNotNull);
            conditionalReceivers.Pop();
            return new Node.Choice(at, new Node.Binary(at, "!=", receiver, new Node.Constant(at, new Value.Null())), result,
                new Node.Constant(at, new Value.Null()));
        });
    }

    /// <summary>A method given as a function: <c>fc.call</c>, <c>functional.relu</c>.</summary>
    private Node.Lambda Lambda(int at, IMethodReferenceOperation reference)
    {
        var method = reference.Method;
        var parameters = method.Parameters.Select((_, i) => $"#{at}.{i}").ToEquatableArray();
        var arguments = method.Parameters.Zip(parameters, (p, name) => new NodeArgument(p.Name, new Node.Local(at, name), false))
            .ToEquatableArray();
        var receiver = reference.Instance is null or IInstanceReferenceOperation ? null : Read(reference.Instance);
        var (owner, name) = method.MethodKind == MethodKind.LocalFunction ? (Owner.Local, method.Name)
            : receiver is null && bodies.Follow(method) is { } key ? (Owner.Class, key)
            : (OwnerOf(method.ContainingType, reference.Instance?.Type), method.Name);
        return new Node.Lambda(at, parameters, new Statement.Return(at,
            new Node.Call(at, owner, name, receiver, arguments, Written(reference))));
    }

    private Node.Lambda Lambda(int at, IAnonymousFunctionOperation lambda) =>
        new(at, lambda.Symbol.Parameters.Select(p => p.Name).ToEquatableArray(), statements.Body(lambda.Body));

    private Owner OwnerOf(INamedTypeSymbol? type, ITypeSymbol? receiver)
    {
        if (receiver is not null && torch.IsTensor(receiver))
        {
            return Owner.Tensor;
        }

        if (type is not null && (torch.IsModule(type) || (receiver is not null && torch.IsModule(receiver))))
        {
            return Owner.Module;
        }

        return type?.ToDisplayString() switch
        {
            "TorchSharp.torch.Tensor" => Owner.Tensor,
            "TorchSharp.torch" or "TorchSharp.torch.nn" or "TorchSharp.torch.nn.init" or "TorchSharp.torch.special"
                or "TorchSharp.torch.linalg" => Owner.Torch,
            "TorchSharp.torch.nn.functional" => Owner.Functional,
            "TorchSharp.torch.TensorIndex" => Owner.Index,
            "System.Math" => Owner.Math,
            { } name when name.StartsWith("System.Linq.", StringComparison.Ordinal)
                || name.StartsWith("System.Collections.", StringComparison.Ordinal)
                || name.StartsWith("System.Array", StringComparison.Ordinal) || name.StartsWith("(", StringComparison.Ordinal)
                || type.IsTupleType => Owner.Collection,
            _ => receiver is IArrayTypeSymbol ? Owner.Collection : type is { Name: "IModule" } ? Owner.Module : Owner.Other,
        };
    }

    private Node Spared(int at, IOperation value) => MayBeTensor(value.Type)
        ? new Node.Call(at, Owner.Tensor, "MoveToOuterDisposeScope", Read(value), EquatableArray<NodeArgument>.Empty,
            Written(value)) { IsTensor = true }
        : Read(value);

    private static bool IsTorchSharp(ISymbol? symbol) => symbol?.ContainingAssembly?.Name == "TorchSharp";

    private bool MayBeTensor(ITypeSymbol? type) => type is { TypeKind: TypeKind.Error } || (type is not null && torch.IsTensor(type));

    private Node Opaque(int at, IOperation operation) => bodies.IsOrdinary && SomeModel(at, operation) is { } model
        ? model
        : new Node.Opaque(at, operation.Type is { TypeKind: TypeKind.Error } ? null : $"'{Written(operation)}'");

    private static string Written(IOperation operation)
    {
        var text = string.Join(" ", operation.Syntax.ToString().Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}

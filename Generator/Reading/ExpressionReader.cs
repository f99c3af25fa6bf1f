using Gen.Graph;
using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads the expressions of one method.</summary>
internal sealed class ExpressionReader(
    BodyReader bodies, StatementReader statements, TorchSymbols torch, ValueReader values, Func<SyntaxNode, int> number, Func<IOperation, LayerModel?> readModule, CancellationToken cancellation)
{
    private readonly Stack<Node> conditionalReceivers = new();

    public Node Read(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        operation = Unwrap(operation);
        var at = number(operation.Syntax);
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
            case IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter:
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
                return new Node.Binary(at, binary.Syntax is BinaryExpressionSyntax { OperatorToken.Text: var written } ? written : Operators.Of(binary.OperatorKind), Read(binary.LeftOperand), Read(binary.RightOperand));
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } hat:
                return new Node.FromEnd(at, Read(hat.Operand));
            case IUnaryOperation unary:
                return new Node.Unary(at, Operators.Of(unary.OperatorKind), Read(unary.Operand));
            case ICompoundAssignmentOperation compound:
                var left = Read(compound.Target);
                return new Node.Assign(at, left, new Node.Binary(at, Operators.Of(compound.OperatorKind), left, Read(compound.Value)));
            case IIncrementOrDecrementOperation step:
                var target = Read(step.Target);
                return new Node.Assign(at, target, new Node.Binary(at, step.Kind == OperationKind.Increment ? "+" : "-", target, new Node.Constant(at, new Value.Integer(Dim.One))));
            case ISimpleAssignmentOperation assignment:
                return new Node.Assign(at, Read(assignment.Target), Read(assignment.Value));
            case IDeconstructionAssignmentOperation deconstruction:
                return new Node.Assign(at, Read(deconstruction.Target), Read(deconstruction.Value));
            case ICoalesceAssignmentOperation coalesce:
                var held = Read(coalesce.Target);
                return new Node.Assign(at, held, new Node.Binary(at, "??", held, Read(coalesce.Value)));
            case ITupleOperation tuple:
                return new Node.List(at, tuple.Elements.Select(Read).ToEquatableArray());
            case IArrayCreationOperation { Initializer: { } items }:
                return new Node.List(at, items.ElementValues.Select(Read).ToEquatableArray());
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return new Node.Choice(at, Read(choice.Condition), Read(choice.WhenTrue), Read(otherwise));
            case ICoalesceOperation coalesce:
                return new Node.Binary(at, "??", Read(coalesce.Value), Read(coalesce.WhenNull));
            case ISwitchExpressionOperation choice:
                return Switch(at, choice);
            case IIsPatternOperation test:
                return Pattern(Read(test.Value), test.Pattern);
            case IConditionalAccessOperation access:
                return Access(at, access);
            case IConditionalAccessInstanceOperation when conditionalReceivers.Count > 0:
                return conditionalReceivers.Peek();
            case IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }:
                return Lambda(at, lambda);
            case IAnonymousFunctionOperation lambda:
                return Lambda(at, lambda);
            case IRangeOperation range:
                return new Node.Slice(at, range.LeftOperand is null ? null : Read(range.LeftOperand), range.RightOperand is null ? null : Read(range.RightOperand), null);
            case IThrowOperation:
                return new Node.Opaque(at, "throw", false);
            case IAwaitOperation awaited:
                return Read(awaited.Operation);
            case IDefaultValueOperation { Type: { IsReferenceType: true } or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } }:
                return new Node.Constant(at, new Value.Null());
            case IObjectCreationOperation creation:
                return Creation(at, creation);
            case IInvalidOperation { Syntax: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "call" or "forward", Expression: var receiver }, ArgumentList.Arguments: var arguments } }
                when operation.SemanticModel?.GetOperation(receiver, cancellation) is { Type: INamedTypeSymbol type } module && bodies.IsModule(type):
                return CallBeforeGeneration(at, operation, module, arguments);
            case IInvalidOperation { Syntax: InvocationExpressionSyntax invocation } when operation.SemanticModel?.GetSymbolInfo(invocation, cancellation) is { } info
                && (info.Symbol ?? (info.CandidateSymbols is [var only] ? only : null)) is IMethodSymbol { IsStatic: true } method && IsTorchSharp(method):
                return CallOfModules(at, operation, method, invocation.ArgumentList.Arguments);
            case IInvalidOperation:
                return new Node.Opaque(at, null, IsTensor(operation));
        }

        if (operation.Syntax is CollectionExpressionSyntax collection)
        {
            return Collection(at, collection, operation);
        }

        return Opaque(at, operation);
    }

    /// <summary><c>x is null</c>, <c>x is 3</c>, <c>x is not null</c>, <c>x is > 1</c>.</summary>
    public Node Pattern(Node value, IPatternOperation pattern)
    {
        var at = number(pattern.Syntax);
        return pattern switch
        {
            IConstantPatternOperation constant => new Node.Binary(at, "==", value, Read(constant.Value)),
            INegatedPatternOperation negated => new Node.Unary(at, "!", Pattern(value, negated.Pattern)),
            IRelationalPatternOperation relation => new Node.Binary(at, Operators.Of(relation.OperatorKind), value, Read(relation.Value)),
            IBinaryPatternOperation both => new Node.Binary(at, both.OperatorKind == BinaryOperatorKind.And ? "&&" : "||", Pattern(value, both.LeftPattern), Pattern(value, both.RightPattern)),
            IDiscardPatternOperation => new Node.Constant(at, new Value.Boolean(true)),
            IDeclarationPatternOperation { DeclaredSymbol: { } name } =>
                new Node.Binary(at, "is", value, new Node.Local(at, name.Name)),
            IRecursivePatternOperation { DeconstructionSubpatterns.Length: 0, PropertySubpatterns.Length: 0 } recursive => recursive.DeclaredSymbol is { } name
                ? new Node.Binary(at, "is", value, new Node.Local(at, name.Name))
                : new Node.Binary(at, "!=", value, new Node.Constant(at, new Value.Null())),
            _ => new Node.Opaque(at, "a pattern", false),
        };
    }

    /// <summary>Conversions change no shape; those of a user's own type are not known.</summary>
    private IOperation Unwrap(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { ConstantValue.HasValue: false } conversion when conversion.OperatorMethod is null || IsTorchSharp(conversion.OperatorMethod.ContainingType) || conversion.OperatorMethod.ContainingNamespace?.ToDisplayString() == "System":
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

    private Node OfConstructor(int at, IOperation operation, IParameterReferenceOperation parameter) => values.Read(operation) switch
    {
        Value.Opaque => new Node.Opaque(at, $"'{parameter.Parameter.Name}'", IsTensor(operation)),
        var value => new Node.Constant(at, value),
    };

    private Node Field(int at, IFieldReferenceOperation reference)
    {
        var field = reference.Field;
        if (field.ContainingType?.IsTupleType == true && reference.Instance is { } tuple)
        {
            var index = field.ContainingType.TupleElements.ToList().FindIndex(f => f.Name == field.Name || SymbolEqualityComparer.Default.Equals(f.CorrespondingTupleField, field.CorrespondingTupleField));
            return index < 0 ? Opaque(at, reference) : new Node.Element(at, Read(tuple), EquatableArray.Of<Node>(new Node.Constant(at, new Value.Integer(Dim.Of(index)))));
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

        if (reference.Instance is null or IInstanceReferenceOperation && (ValueReader.IsInteger(field.Type) || field.Type.SpecialType is SpecialType.System_Boolean || field.Type is IArrayTypeSymbol))
        {
            return values.Read(reference) is { } value and not Value.Opaque ? new Node.Constant(at, value) : Opaque(at, reference);
        }

        // A model that another class keeps in a field.
        if (bodies.IsOrdinary && bodies.Module(field) is { } model)
        {
            return new Node.Constant(at, new Value.Module(model));
        }

        return reference.Instance is IInstanceReferenceOperation ? new Node.Member(at, field.Name) : Opaque(at, reference);
    }

    private Node Property(int at, IPropertyReferenceOperation reference)
    {
        var property = reference.Property;
        if (property.IsIndexer && reference.Instance is { } indexed)
        {
            return new Node.Element(at, Read(indexed), reference.Arguments.SelectMany(a => Read(a.Value) is Node.List { Items: var items } && a.ArgumentKind == ArgumentKind.ParamArray ? items.AsEnumerable() : [Read(a.Value)]).ToEquatableArray());
        }

        if (reference.Instance is { } receiver and not IInstanceReferenceOperation)
        {
            return new Node.Read(at, OwnerOf(property.ContainingType, receiver.Type), property.Name, Read(receiver));
        }

        return property.Name == "training" ? new Node.Opaque(at, "training", false)
            : values.Read(reference) is { } value and not Value.Opaque ? new Node.Constant(at, value)
            : Opaque(at, reference);
    }

    private Node Call(int at, IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (SymbolEqualityComparer.Default.Equals(method.ContainingType, torch.Functions) && readModule(call) is { } built)
        {
            return new Node.Constant(at, new Value.Module(built));
        }

        if (method.ContainingType?.ToDisplayString() == "System.Linq.Enumerable" && values.Read(call) is Value.List or Value.Repeat)
        {
            return new Node.Constant(at, values.Read(call));
        }

        var arguments = call.Arguments
            .Where(a => a.Parameter is not null)
            .OrderBy(a => a.Parameter!.Ordinal)
            .Select(a => new NodeArgument(a.Parameter!.Name, Read(a.Value), a.ArgumentKind == ArgumentKind.DefaultValue))
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

        return new Node.Call(at, owner, name, call.Instance is null or IInstanceReferenceOperation ? null : Read(call.Instance), arguments, Written(call));
    }

    /// <summary>A module of Gen has no <c>call</c> where the generator has not run.</summary>
    private Node CallBeforeGeneration(int at, IOperation call, IOperation module, SeparatedSyntaxList<ArgumentSyntax> arguments) => new Node.Call(
        at,
        Owner.Module,
        "call",
        Read(module),
        arguments.Select((a, i) => new NodeArgument(
            i.ToString(System.Globalization.CultureInfo.InvariantCulture),
            call.SemanticModel!.GetOperation(a.Expression, cancellation) is { } value ? Read(value) : new Node.Opaque(at, null, true),
            false)).ToEquatableArray(),
        Written(call));

    /// <summary>A function that is given what such a call gives: it binds but for that.</summary>
    private Node CallOfModules(int at, IOperation call, IMethodSymbol method, SeparatedSyntaxList<ArgumentSyntax> arguments)
    {
        var given = new List<NodeArgument>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var parameter = arguments[i].NameColon?.Name.Identifier.ValueText is { } name ? method.Parameters.FirstOrDefault(p => p.Name == name) : i < method.Parameters.Length ? method.Parameters[i] : null;
            if (parameter is null or { IsParams: true } || call.SemanticModel!.GetOperation(arguments[i].Expression, cancellation) is not { } value)
            {
                return new Node.Opaque(at, null, true);
            }

            given.Add(new NodeArgument(parameter.Name, Read(value), false));
        }

        var defaults = method.Parameters.Where(p => p.HasExplicitDefaultValue && given.All(g => g.Parameter != p.Name)).Select(p => new NodeArgument(p.Name, statements.Default(p), true));
        var all = given.Concat(defaults).OrderBy(g => method.Parameters.First(p => p.Name == g.Parameter).Ordinal);
        return new Node.Call(at, OwnerOf(method.ContainingType, null), method.Name, null, all.ToEquatableArray(), Written(call));
    }

    private Node Creation(int at, IObjectCreationOperation creation)
    {
        if (readModule(creation) is { } built)
        {
            return new Node.Constant(at, new Value.Module(built));
        }

        if (creation is { Type.Name: "Parameter", Arguments: [var tensor, ..] } && IsTorchSharp(creation.Type))
        {
            return new Node.Call(at, Owner.Torch, "Parameter", null, EquatableArray.Of(new NodeArgument("data", Read(tensor.Value), false)), Written(creation));
        }

        // new List<Tensor>() and new() { a, b }: known items.
        if (creation.Type is { Name: "List" } && creation.Arguments.All(a => Read(a.Value) is Node.Constant))
        {
            var items = creation.Initializer?.Initializers.OfType<IInvocationOperation>().Select(i => i.Arguments.FirstOrDefault()).Where(a => a is not null).Select(a => Read(a!.Value)) ?? [];
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
            if (syntax is null || operation.SemanticModel?.GetOperation(syntax, cancellation) is not { } item)
            {
                return Opaque(at, operation);
            }

            items.Add(element is SpreadElementSyntax ? new Node.Spread(at, Read(item)) : Read(item));
        }

        return new Node.List(at, items.ToEquatableArray());
    }

    private Node Switch(int at, ISwitchExpressionOperation choice)
    {
        var value = Read(choice.Value);
        Node result = new Node.Opaque(at, "throw", false);
        foreach (var arm in choice.Arms.Reverse())
        {
            result = arm is { Guard: null, Pattern: IDiscardPatternOperation }
                ? Read(arm.Value)
                : new Node.Choice(at, arm.Guard is null ? Pattern(value, arm.Pattern) : new Node.Opaque(at, "", false), Read(arm.Value), result);
        }

        return result;
    }

    private Node Access(int at, IConditionalAccessOperation access)
    {
        var receiver = Read(access.Operation);
        conditionalReceivers.Push(receiver);
        var result = Read(access.WhenNotNull);
        conditionalReceivers.Pop();
        return new Node.Choice(at, new Node.Binary(at, "!=", receiver, new Node.Constant(at, new Value.Null())), result, new Node.Constant(at, new Value.Null()));
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
            "TorchSharp.torch" or "TorchSharp.torch.nn" or "TorchSharp.torch.special" or "TorchSharp.torch.linalg" => Owner.Torch,
            "TorchSharp.torch.nn.functional" => Owner.Functional,
            "TorchSharp.torch.TensorIndex" => Owner.Index,
            "System.Math" => Owner.Math,
            { } name when name.StartsWith("System.Linq.", StringComparison.Ordinal) || name.StartsWith("System.Collections.", StringComparison.Ordinal) || name.StartsWith("System.Array", StringComparison.Ordinal) || name.StartsWith("(", StringComparison.Ordinal) || type.IsTupleType => Owner.Collection,
            _ => receiver is IArrayTypeSymbol ? Owner.Collection : type is { Name: "IModule" } ? Owner.Module : Owner.Other,
        };
    }

    private static bool IsTorchSharp(ISymbol? symbol) => symbol?.ContainingAssembly?.Name == "TorchSharp";

    private bool IsTensor(IOperation operation) => operation.Type is { } type && torch.IsTensor(type);

    private Node.Opaque Opaque(int at, IOperation operation) => new(at, operation.Type is { TypeKind: TypeKind.Error } ? null : $"'{Written(operation)}'", IsTensor(operation));

    private static string Written(IOperation operation)
    {
        var text = string.Join(" ", operation.Syntax.ToString().Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}

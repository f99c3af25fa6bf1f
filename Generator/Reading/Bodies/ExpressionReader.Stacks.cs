using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Stacks, queues and linked lists. A stack is a list whose last item is on top; whoever goes through it begins there.</content>
internal sealed partial class ExpressionReader
{
    private static bool IsStack(ITypeSymbol? type) => type is INamedTypeSymbol { Name: "Stack", TypeArguments.Length: 1 } stack
        && IsGenericCollection(stack);

    private static bool IsGenericCollection(ITypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString() == "System.Collections.Generic";

    /// <summary>Items in the order in which they are gone through.</summary>
    public Expression Sequence(IOperation items)
    {
        var inner = items;
        while (inner is IConversionOperation { OperatorMethod: null } conversion)
        {
            inner = conversion.Operand;
        }

        return IsStack(inner.Type) ? Turned(number(inner.Syntax), Read(inner), inner) : Read(items);
    }

    private static Expression.Call Turned(int at, Expression stack, IOperation operation) => new(at, Owner.Collection, "Reverse", null,
        EquatableArray.Of(new ExpressionArgument("source", stack, false)), Written(operation));

    /// <summary>A list that is made empty, or of the items of another one.</summary>
    private Expression? List(int at, IObjectCreationOperation creation)
    {
        if (creation is not { Type: INamedTypeSymbol { TypeArguments.Length: 1 } type, Initializer: null } || !IsGenericCollection(type)
            || creation.Arguments.Length > 1)
        {
            return null;
        }

        var source = creation.Arguments is [{ Value: var value }] && value.Type is not { SpecialType: SpecialType.System_Int32 }
            ? new[] { new ExpressionArgument("source", Sequence(value), false) } : [];
        return type.Name switch
        {
            "Stack" or "Queue" or "LinkedList" => new Expression.Call(at, Owner.Collection, BodyModel.Sequence, null,
                source.ToEquatableArray(), Written(creation)),
            "List" when source.Length > 0 && source[0].Value is not Expression.Constant => new Expression.Call(at, Owner.Collection,
                "ToList", null, source.ToEquatableArray(), Written(creation)),
            _ => null,
        };
    }

    /// <summary>The name of what a stack or a queue is asked: the next of a queue is the first.</summary>
    private static string NameOf(IMethodSymbol method) => method.ContainingType is { Name: "Queue" } queue && IsGenericCollection(queue)
        ? method.Name switch { "Peek" => "First", "TryPeek" => "TryFirst", var name => name } : method.Name;

    /// <summary>What a method is called on.</summary>
    private Expression Receiver(IInvocationOperation call) => IsStack(call.Instance!.Type) && call.TargetMethod.Name == "ToArray"
        ? Turned(number(call.Instance!.Syntax), Read(call.Instance), call.Instance) : Read(call.Instance!);

    /// <summary><c>list.First.Value</c> of a linked list.</summary>
    private Expression? Node(int at, IPropertyReferenceOperation reference)
    {
        var node = reference.Instance is { } instance ? ValueReader.Unwrap(instance) : null;
        return reference.Property is { Name: "Value", ContainingType: { Name: "LinkedListNode" } type } && IsGenericCollection(type)
            && node is IPropertyReferenceOperation { Property.Name: "First" or "Last", Instance: { } list } end
            ? new Expression.Element(at, Read(list), EquatableArray.Of<Expression>(end.Property.Name == "First" ? Constant(at, Dim.Zero)
                : new Expression.FromEnd(at, Constant(at, Dim.One))))
            : null;
    }

    private static Expression.Constant Constant(int at, Dim number) => new(at, new Value.Integer(number));
}

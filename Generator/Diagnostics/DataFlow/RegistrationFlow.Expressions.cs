using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics;

/// <content>Expressions and statements: each gives the node of what it holds.</content>
internal sealed partial class RegistrationFlow
{
    private int Evaluate(IOperation? operation, FlowFrame frame)
    {
        if (operation is null or { Kind: OperationKind.NameOf or OperationKind.TypeOf or OperationKind.SizeOf or OperationKind.Literal }
            || ++steps > MostSteps)
        {
            return None;
        }

        cancellation.ThrowIfCancellationRequested();
        switch (operation)
        {
            case IConversionOperation conversion:
                return Evaluate(conversion.Operand, frame);
            case IParenthesizedOperation parenthesized:
                return Evaluate(parenthesized.Operand, frame);
            case IDelegateCreationOperation creation:
                return Evaluate(creation.Target, frame);
            case IArgumentOperation argument:
                return Evaluate(argument.Value, frame);
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver }:
                return frame.Made.Count > 0 ? frame.Made.Peek() : None;
            case IInstanceReferenceOperation:
                return frame.Self;
            case IConditionalAccessInstanceOperation:
                return frame.Asked.Count > 0 ? frame.Asked.Peek() : None;
            case ILocalReferenceOperation { Local: var local }:
                return ModuleContents.MayHoldModule(local.Type) ? Variable(local, frame) : None;
            case IParameterReferenceOperation { Parameter: var parameter }:
                return ModuleContents.MayHoldModule(parameter.Type) ? Variable(parameter, frame) : None;
            case IFieldReferenceOperation field:
                return Member(field.Field, field.Instance, field.Type, frame);
            case IPropertyReferenceOperation property:
                return Property(property, frame);
            case IArrayElementReferenceOperation element:
                return Part(Evaluate(element.ArrayReference, frame), element, frame, element.Indices);
            case { Syntax: CollectionExpressionSyntax collection }:
                return Collection(collection, operation, frame);
            case IAnonymousFunctionOperation lambda:
                return Lambda(lambda, frame);
            case IInvocationOperation or IObjectCreationOperation or IMethodReferenceOperation or IInvalidOperation
                or IDynamicInvocationOperation:
                return Call(operation, frame);
            case IAssignmentOperation assignment:
                return Assignment(assignment, frame);
            case IVariableDeclaratorOperation { Symbol: var symbol } declarator:
                // var (first, second) = pair; int[] all = { ... };
                Pass(Evaluate((declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer)?.Value, frame),
                    ModuleContents.MayHoldModule(symbol.Type) ? Variable(symbol, frame) : None, symbol.Type);
                return None;
            case IForEachLoopOperation loop:
                Assign(loop.LoopControlVariable, Evaluate(loop.Collection, frame), frame);
                _ = Evaluate(loop.Body, frame);
                return None;
            case IReturnOperation returned:
                graph.Flow(Evaluate(returned.ReturnedValue, frame), frame.Result);
                return None;
            case IIsPatternOperation match:
                return Match(Evaluate(match.Value, frame), match.Pattern, frame);
            case ISwitchOperation choice:
                return Choose(Evaluate(choice.Value, frame), choice.Cases, frame);
            case ISwitchExpressionOperation choice:
                return Choose(Evaluate(choice.Value, frame), choice.Arms, frame);
            case IConditionalAccessOperation access:
                frame.Asked.Push(Evaluate(access.Operation, frame));
                var asked = Evaluate(access.WhenNotNull, frame);
                frame.Asked.Pop();
                return asked;
            case ILocalFunctionOperation:
                return None;
            case IArrayInitializerOperation items:
                return Made([.. items.ElementValues.Select(e => Evaluate(e, frame))], isOrigin: false);
            case IAnonymousObjectCreationOperation anonymous:
                return Made([.. anonymous.Initializers.Select(i => Evaluate(i is IAssignmentOperation named ? named.Value : i, frame))],
                    isOrigin: false);
            case IMemberInitializerOperation initializer:
                frame.Made.Push(Evaluate(initializer.InitializedMember, frame));
                _ = Evaluate(initializer.Initializer, frame);
                frame.Made.Pop();
                return None;
            default:
                return Gather(operation, frame);
        }
    }

    /// <summary>What is made of parts holds what they hold: tuples, arrays, conditions, blocks.</summary>
    private int Gather(IOperation operation, FlowFrame frame)
    {
        var parts = operation.ChildOperations.Select(c => Evaluate(c, frame)).ToArray();
        if (operation.Type is not { } made || ModuleContents.IsTensor(made) || !ModuleContents.MayHoldModule(made))
        {
            return None;
        }

        if (operation is ICoalesceOperation or IConditionalOperation or IAwaitOperation
            && parts.Where(p => p != None).Distinct().ToArray() is [var only])
        {
            return only;
        }

        return Made(parts, isOrigin: false);
    }

    private int Made(IEnumerable<int> parts, bool isOrigin)
    {
        var node = graph.Add();
        foreach (var part in parts)
        {
            graph.Flow(part, node);
        }

        if (isOrigin)
        {
            graph.IsOrigin(node);
        }
        else
        {
            graph.IsEmpty(node);
        }

        return node;
    }

    private int Collection(CollectionExpressionSyntax collection, IOperation operation, FlowFrame frame) => Made(
        [
            .. collection.Elements.Select(e => e is ExpressionElementSyntax item ? item.Expression : ((SpreadElementSyntax)e).Expression)
                .Select(e => Evaluate(operation.SemanticModel?.OperationOf(Bare(e), cancellation), frame)),
        ],
        isOrigin: false);

    /// <summary>There is no operation for <c>x!</c> and <c>(x)</c> as written.</summary>
    private static ExpressionSyntax Bare(ExpressionSyntax expression) => expression switch
    {
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression, Operand: var operand } => Bare(operand),
        ParenthesizedExpressionSyntax { Expression: var inner } => Bare(inner),
        _ => expression,
    };

    /// <summary>Things that come to a delegate come to its parameters, and what it returns comes from it.</summary>
    private int Lambda(IAnonymousFunctionOperation lambda, FlowFrame frame)
    {
        var node = Made([], isOrigin: false);
        foreach (var parameter in lambda.Symbol.Parameters.Where(p => ModuleContents.MayHoldModule(p.Type)))
        {
            graph.Flow(node, Variable(parameter, frame));
        }

        (var outer, frame.Result) = (frame.Result, node);
        _ = Evaluate(lambda.Body, frame);
        frame.Result = outer;
        return node;
    }

    /// <summary>A member of the object itself, or of another, whose members are what it holds.</summary>
    private int Member(ISymbol member, IOperation? instance, ITypeSymbol? held, FlowFrame frame)
    {
        var holder = Evaluate(instance, frame);
        if (!ModuleContents.MayHoldModule(held))
        {
            return None;
        }

        if (holder == None || (holder == registered && IsInFamily(member.ContainingType)))
        {
            return Node(member);
        }

        // What is in it was put there by way of the object that holds it, unless it is put there by code that is read too.
        var node = Part(holder, held);
        graph.IsEmpty(Node(member));
        Pass(Node(member), node, held);
        return node;
    }

    private int Property(IPropertyReferenceOperation reference, FlowFrame frame)
    {
        var property = reference.Property;
        if (!property.IsIndexer && IsAutomatic(property))
        {
            return Member(property, reference.Instance, reference.Type, frame);
        }

        var holder = Evaluate(reference.Instance, frame);
        if (property.GetMethod is { } getter && Body(Overriding(getter, reference.Instance)) is { } body)
        {
            return ModuleContents.MayHoldModule(reference.Type)
                ? Follow(body, holder, reference.Arguments.Select(a => (a.Parameter, Evaluate(a, frame))), frame) : None;
        }

        foreach (var index in reference.Arguments)
        {
            _ = Evaluate(index, frame);
        }

        return ModuleContents.MayHoldModule(reference.Type) && !ModuleContents.IsTensor(reference.Type) ? Part(holder, reference.Type)
            : None;
    }

    private static bool IsAutomatic(IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>()
            .Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property))
        || (property.IsAbstract && property.Locations.Any(l => l.IsInSource));

    private int Part(int whole, IOperation element, FlowFrame frame, IEnumerable<IOperation> indices)
    {
        foreach (var index in indices)
        {
            _ = Evaluate(index, frame);
        }

        return ModuleContents.MayHoldModule(element.Type) ? Part(whole, element.Type) : None;
    }

    /// <summary>What is put into a list that stands in a list is in that too.</summary>
    private int Part(int whole, ITypeSymbol? held)
    {
        if (whole == None)
        {
            return None;
        }

        var node = graph.Add();
        graph.Flow(whole, node);
        if (held is not null && ModuleContents.IsFilled(held))
        {
            graph.Flow(node, whole);
        }

        return node;
    }

    private int Assignment(IAssignmentOperation assignment, FlowFrame frame)
    {
        if (assignment is IDeconstructionAssignmentOperation or ISimpleAssignmentOperation or ICoalesceAssignmentOperation)
        {
            if (assignment.Target is ITupleOperation targets && ValueReader.Unwrap(assignment.Value) is ITupleOperation given
                && targets.Elements.Length == given.Elements.Length)
            {
                for (var i = 0; i < targets.Elements.Length; i++)
                {
                    Assign(targets.Elements[i], Evaluate(given.Elements[i], frame), frame);
                }

                return None;
            }

            var value = Evaluate(assignment.Value, frame);
            if (!values.TryGetValue(assignment.Value.Syntax, out var all))
            {
                values[assignment.Value.Syntax] = all = [];
            }

            all.Add(value);
            Assign(assignment.Target, value, frame);
            return value;
        }

        _ = Evaluate(assignment.Target, frame);
        return Evaluate(assignment.Value, frame);
    }

    private void Assign(IOperation target, int value, FlowFrame frame)
    {
        switch (target)
        {
            case ITupleOperation tuple:
                foreach (var element in tuple.Elements)
                {
                    Assign(element, value, frame);
                }

                break;
            case IDeclarationExpressionOperation { Expression: var declared }:
                Assign(declared, value, frame);
                break;
            case IVariableDeclaratorOperation { Symbol: var symbol }:
                Pass(value, ModuleContents.MayHoldModule(symbol.Type) ? Variable(symbol, frame) : None, symbol.Type);
                break;
            case IPropertyReferenceOperation { Property: { SetMethod: { } setter } property } reference
                when Body(Overriding(setter, reference.Instance)) is { } body:
                _ = Follow(body, Evaluate(reference.Instance, frame),
                    [.. reference.Arguments.Select(a => (a.Parameter, Evaluate(a, frame))), (setter.Parameters.LastOrDefault(), value)],
                    frame);
                break;
            case IMemberReferenceOperation { Member: var member } reference
                when member is IFieldSymbol || (member is IPropertySymbol { IsIndexer: false } property && IsAutomatic(property)):
                var holder = Evaluate(reference.Instance, frame);
                Pass(value, ModuleContents.MayHoldModule(TypeOf(member)) ? Node(member) : None, TypeOf(member));
                if (holder != registered || !IsInFamily(member.ContainingType))
                {
                    graph.Flow(value, holder);
                }

                break;
            case IMemberReferenceOperation { Instance: var instance }:
                graph.Flow(value, Evaluate(instance, frame));
                break;
            case IArrayElementReferenceOperation element:
                graph.Flow(value, Evaluate(element.ArrayReference, frame));
                break;
            default:
                Pass(value, Evaluate(target, frame), target.Type);
                break;
        }
    }

    private int Match(int value, IPatternOperation pattern, FlowFrame frame)
    {
        foreach (var part in pattern.DescendantsAndSelf())
        {
            var symbol = part switch
            {
                IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
                IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
                IListPatternOperation list => list.DeclaredSymbol,
                _ => null,
            };
            if (symbol is ILocalSymbol local && ModuleContents.MayHoldModule(local.Type))
            {
                Pass(value, Variable(local, frame), local.Type);
            }
        }

        return None;
    }

    private int Choose(int value, IEnumerable<IOperation> ways, FlowFrame frame)
    {
        var results = new List<int>();
        foreach (var way in ways)
        {
            foreach (var pattern in way.Descendants().OfType<IPatternOperation>().Where(p => p.Parent is not IPatternOperation))
            {
                _ = Match(value, pattern, frame);
            }

            if (way is ISwitchExpressionArmOperation arm)
            {
                _ = Evaluate(arm.Guard, frame);
                results.Add(Evaluate(arm.Value, frame));
            }
            else
            {
                foreach (var part in way.ChildOperations)
                {
                    _ = Evaluate(part, frame);
                }
            }
        }

        return Made(results, isOrigin: false);
    }
}

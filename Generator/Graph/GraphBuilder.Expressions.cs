using Gen.Model;

namespace Gen.Graph;

/// <content>Expressions.</content>
internal sealed partial class GraphBuilder
{
    private const string TooLong = "it is too long or nested too deep to be followed";
    private const string NotKnown = "Gen does not know what it gives";

    /// <summary>The nodes of an expression, and its value.</summary>
    private Operand Lower(Expression expression, Frame frame)
    {
        var first = values;
        var operand = Meaning(expression, frame);
        if (operand is Operand.Of { Value: var made } && made.Number >= first)
        {
            See(made, new(frame.Calls, expression));
        }
        else if (operand is Operand.State state && known?.Of(new(frame.Calls, expression)) is { } type)
        {
            states[state.Field] = states.TryGetValue(state.Field, out var before) ? GraphType.Join(before, type) : type;
        }

        return operand;
    }

    private Operand Meaning(Expression expression, Frame frame)
    {
        var at = frame.At(expression);
        if (isEnded)
        {
            return Null;
        }

        if (count > MostNodes || !StackSpace.IsLeft())
        {
            return Opaque(at, "", TooLong);
        }

        switch (expression)
        {
            case Expression.Constant { Value: Value.Opaque or Value.Module } built:
                return Opaque(at, built.Value is Value.Opaque { Written: var written } ? written : "", "what it builds is not followed");
            case Expression.Constant constant:
                return new Operand.Constant(constant.Value, constant.Type);
            case Expression.Local local:
                return Find(local.Name, frame) is { } variable ? variables[variable] : Opaque(at, local.Name, "its value is not known");
            case Expression.Member { Above: > 0 } hidden:
                return Apply(at, OperatorKind.Property, hidden.Name, []);
            case Expression.Member member:
                return Member(at, member.Name, member.IsTensor);
            case Expression.List list:
                return Apply(at, list.IsTuple ? OperatorKind.Tuple : OperatorKind.List, "", [.. list.Items.Select(i =>
                    i is Expression.Spread spread ? new NamedOperand("..", Lower(spread.Items, frame))
                        : new("", Argument(Lower(i, frame))))]);
            case Expression.Unary unary:
                return Apply(at, OperatorKind.CSharp, unary.Operator, [new("", Lower(unary.Operand, frame))]);
            case Expression.Binary binary:
                return Binary(at, binary, frame);
            case Expression.Choice choice:
                return Choose(at, Lower(choice.Condition, frame), () => Lower(choice.Then, frame), () => Lower(choice.Otherwise, frame));
            case Expression.Call call:
                return Call(at, call, frame);
            case Expression.Field field:
                return Lower(field.Otherwise, frame);
            case Expression.Read read:
                return Apply(at, OperatorKind.Property, read.Property, [new("", Lower(read.Receiver, frame))]);
            case Expression.Element element:
                return Apply(at, OperatorKind.Item, "", [new("", Lower(element.Receiver, frame)),
                    .. element.Indices.Select(i => new NamedOperand("", Lower(i, frame)))]);
            case Expression.Slice slice:
                return Apply(at, OperatorKind.Slice, "", [.. new[] { slice.Start, slice.Stop, slice.Step }
                    .Select(b => new NamedOperand("", b is null ? Null : Lower(b, frame)))]);
            case Expression.FromEnd end:
                return Apply(at, OperatorKind.FromEnd, "", [new("", Lower(end.Index, frame))]);
            case Expression.Assign assign:
                var old = assign.GivesOld ? Lower(assign.Target, frame) : null;
                var value = Lower(assign.Value, frame);
                Assign(assign.Target, value, frame);
                return old ?? value;
            case Expression.Lambda lambda:
                return new Closure(lambda.Parameters, lambda.Body, frame);
            case Expression.Opaque { Reason: "training" }:
                return Apply(at, OperatorKind.Property, "training", []);
            case Expression.Opaque { Static: { } path }:
                return Apply(at, OperatorKind.Static, path, []);
            case Expression.Opaque { Reason: "throw" }:
                Throw(at);
                return Null;
            case Expression.Opaque opaque:
                foreach (var local in opaque.Locals)
                {
                    if (Find(local, frame) is { } changed)
                    {
                        variables[changed] = Opaque(at, local, "code that is not understood may change it");
                    }
                }

                return opaque.Reason switch
                {
                    null => Opaque(at, "", "it does not compile"),
                    ['\'', ..] code => Opaque(at, code.Trim('\''), NotKnown),
                    ['t', 'r', 'y', ' ', ..] => Opaque(at, "try", "only a call knows whether its 'catch' runs"),
                    ['c', 'a', 't', 'c', 'h', ' ', ..] => Opaque(at, "catch", "only a call knows whether it runs"),
                    "" => Opaque(at, "", NotKnown),
                    var reason => Opaque(at, "", $"{reason} is not followed"),
                };
            default:
                return Opaque(at, "", NotKnown);
        }
    }

    private Variable? Find(string name, Frame frame)
    {
        for (var around = frame; around is not null; around = around.Closure)
        {
            if (variables.ContainsKey(new(around, name)))
            {
                return new(around, name);
            }
        }

        return null;
    }

    private Operand Member(Anchor at, string name, bool isTensor) => assigned.Contains(name) ? Apply(at, OperatorKind.Property, name, [])
        : module.Layers.Any(l => l.Name == name) ? new Operand.Layer(name)
        : module.States.Any(s => s.Name == name) ? new Operand.State(name)
        : Apply(at, OperatorKind.Property, name, [], types: isTensor ? EquatableArray.Of(ModuleGraph.Tensor) : default);

    private Operand Binary(Anchor at, Expression.Binary binary, Frame frame)
    {
        var left = Lower(binary.Left, frame);
        switch (binary.Operator)
        {
            case "&&":
                return Choose(at, left, () => Lower(binary.Right, frame), static () => new Operand.Constant(new Value.Boolean(false)));
            case "||":
                return Choose(at, left, static () => new Operand.Constant(new Value.Boolean(true)), () => Lower(binary.Right, frame));
            case "??":
                return Choose(at, Present(left), () => left, () => Lower(binary.Right, frame));
            case "is":
                Assign(binary.Right, left, frame);
                return Present(left);
            default:
                return Apply(at, OperatorKind.CSharp, binary.Operator, [new("", left), new("", Lower(binary.Right, frame))]);
        }

        Operand Present(Operand value) => Apply(at, OperatorKind.CSharp, "!=", [new("", value), new("", Null)]);
    }

    private Operand Choose(Anchor at, Operand condition, Func<Operand> then, Func<Operand> otherwise) =>
        isEnded ? Null : Fork(at, condition, () => Argument(then()), () => Argument(otherwise())) is [var result, ..]
            ? new Operand.Of(result) : Null;

    private void Assign(Expression target, Operand value, Frame frame)
    {
        var at = frame.At(target);
        switch (target)
        {
            case Expression.Local { Name: "_" }:
                break;
            case Expression.Local local when value is Closure:
                // Which function it is depends on the path.
                Set(Find(local.Name, frame) ?? new(frame, local.Name),
                    Opaque(at, local.Name, "which function it is depends on the way that runs"));
                break;
            case Expression.Local local:
                Set(Find(local.Name, frame) ?? new(frame, local.Name), Own(at, local.Name, value));
                break;
            case Expression.Member member:
                Apply(at, OperatorKind.SetMember, member.Name, [new("", Argument(value))]);
                break;
            case Expression.List list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (list.Items[i] is not Expression.Local { Name: "_" })
                    {
                        Assign(list.Items[i], Item(at, value, i), frame);
                    }
                }

                break;
            case Expression.Element element:
                Apply(at, OperatorKind.SetItem, "", [new("", Lower(element.Receiver, frame)),
                    .. element.Indices.Select(i => new NamedOperand("", Lower(i, frame))), new("", value)]);
                break;
            case Expression.Read read:
                Apply(at, OperatorKind.SetProperty, read.Property, [new("", Lower(read.Receiver, frame)), new("", value)]);
                break;
            case Expression.Field { Receiver: { } holder } field:
                Apply(at, OperatorKind.SetProperty, field.Name, [new("", Lower(holder, frame)), new("", value)]);
                break;
            default:
                Opaque(at, "", "what is set here is not understood");
                break;
        }
    }

    /// <summary>A list that is changed later is one object from here on.</summary>
    private Operand Own(Anchor at, string name, Operand value)
    {
        if (value is not Operand.Constant { Value: Value.List or Value.Repeat } || body is null)
        {
            return value;
        }

        changed ??= new(body.Methods.Where(m => m.Body is not null).SelectMany(m => m.Body!.Nodes()).Select(n => n switch
        {
            Expression.Call { Owner: Owner.Collection, Receiver: Expression.Local list } => list.Name,
            Expression.Assign { Target: Expression.Element { Receiver: Expression.Local list } } => list.Name,
            _ => "",
        }), StringComparer.Ordinal);
        return changed.Contains(name) ? Apply(at, OperatorKind.List, "", [new("..", value)]) : value;
    }

    private void Set(Variable variable, Operand value)
    {
        if (!isEnded)
        {
            if (value is Operand.Of { Value: { Name.Length: 0 } made })
            {
                made.Name = variable.Name;
            }

            variables[variable] = value;
        }
    }

    private Operand Call(Anchor at, Expression.Call call, Frame frame)
    {
        if (call.Owner == Owner.Class && call.New is null && call.Targets.Count == 0)
        {
            return body?.Find(call.Method) is { Body: { } statements } method && calls.Count < DeepestCall && !calls.Contains(call.Method)
                ? Follow(at, call, method, statements, frame)
                : Opaque(at, call.Written, calls.Contains(call.Method) ? "it calls itself"
                    : calls.Count < DeepestCall ? "its code is not followed" : TooLong);
        }

        var receiver = call.Receiver is null ? null : Lower(call.Receiver, frame);
        if (call.Owner == Owner.Local)
        {
            return (receiver ?? (Find(call.Method, frame) is { } known ? variables[known] : null)) is Closure closure
                && calls.Count < DeepestCall
                ? Invoke(at, closure, [.. call.Arguments.Select(a => Lower(a.Value, frame))], new(frame.Calls, call))
                : Opaque(at, call.Written, "which code it calls is not known");
        }

        var kind = call.Owner switch
        {
            Owner.Tensor => OperatorKind.Tensor,
            Owner.Torch => OperatorKind.Torch,
            Owner.Functional => OperatorKind.Functional,
            Owner.Module when call.Method is "call" or "forward" => OperatorKind.Module,
            Owner.Collection => OperatorKind.Collection,
            Owner.Math => OperatorKind.Math,
            Owner.Index => OperatorKind.Index,
            _ => (OperatorKind?)null,
        };
        if (call is { Owner: Owner.Collection, Method: BodyModel.Copy or BodyModel.Anonymous or BodyModel.Sequence })
        {
            kind = null;
        }

        var arguments = call.Arguments.Select(a => new NamedOperand(a.Parameter,
            Argument(Lower(a.Value, frame), new(frame.Calls, call)), a.IsDefault)).ToList();
        if (kind is null || call.Arguments.Any(a => a.IsSet))
        {
            foreach (var set in call.Arguments.Where(a => a.IsSet))
            {
                Assign(set.Value, Opaque(at, call.Written, "what it sets is not known"), frame);
            }

            return Opaque(at, call.Written, NotKnown);
        }

        // The type of the numbers in C# is that of the tensor.
        if (call.Elements.Length > 0 && arguments.All(a => a.Parameter != "dtype" || a.Operand is Operand.Constant { Value: Value.Null }))
        {
            var type = new NamedOperand("dtype", new Operand.Constant(new Value.Enumeration("TorchSharp.torch.ScalarType", call.Elements)));
            var place = arguments.FindIndex(a => a.Parameter == "dtype");
            if (place < 0)
            {
                arguments.Insert(Math.Min(1, arguments.Count), type);
            }
            else
            {
                arguments[place] = type;
            }
        }

        if (receiver is not null)
        {
            arguments.Insert(0, new("", Argument(receiver)));
        }

        return Apply(at, kind.Value, call.Method, arguments, types: call.Types);
    }

    /// <summary>A function that is handed to something else, as a block of its own.</summary>
    private Operand Argument(Operand operand, CallChain? calls = null)
    {
        if (operand is not Closure closure)
        {
            return operand;
        }

        var before = variables;
        var (wasEnded, frame, exit) = (isEnded, new Frame(closure.Frame.Method, closure.Frame, calls), new Exit());
        variables = new(before);
        frame.Return = exit;
        var parameters = closure.Parameters.Select(p => See(New(p), new(calls, closure.Body, p))).ToArray();
        foreach (var parameter in parameters)
        {
            variables[new(frame, parameter.Name)] = new Operand.Of(parameter);
        }

        var entered = new Dictionary<Variable, Operand>(variables);
        var setsOutside = false;
        var block = Block(() =>
        {
            var inner = Block(() => Run(closure.Body, frame));
            var result = Close(Anchor.Forward, exit, inner, entered, hasResult: true);
            setsOutside = entered.Any(v => variables.TryGetValue(v.Key, out var now) && !ReferenceEquals(now, v.Value));
            nodes.Add(new GraphNode.Yield(Anchor.Forward, [result]));
        });
        (variables, isEnded) = (before, wasEnded);
        return setsOutside ? Opaque(Anchor.Forward, "", "a function that sets variables around it is not followed")
            : new Operand.Function(parameters, new(block));
    }

    /// <summary>A method of the class, in the place of its call.</summary>
    private Operand Follow(Anchor at, Expression.Call call, MethodModel method, Statement statements, Frame frame)
    {
        // What a method is to set may have no value yet.
        var arguments = call.Arguments.ToDictionary(a => a.Parameter,
            a => a is { IsSet: true, Value: Expression.Local { Name: var name } } && Find(name, frame) is null ? Null
                : Lower(a.Value, frame), StringComparer.Ordinal);
        var inner = new Frame(method.Key, null, new(frame.Calls, call));
        var before = variables;
        variables = new(before);
        foreach (var parameter in method.Parameters)
        {
            variables[new(inner, parameter.Parameter)] = arguments.TryGetValue(parameter.Parameter, out var given) ? given
                : Lower(parameter.Value, inner);
        }

        if (call.Receiver is { } receiver)
        {
            variables[new(inner, BodyModel.This)] = Lower(receiver, frame);
        }

        var result = Enter(at, statements, inner, before);
        foreach (var set in call.Arguments.Where(a => a.IsSet))
        {
            // Of a method that always throws nothing is left.
            if (variables.TryGetValue(new(inner, set.Parameter), out var left))
            {
                Assign(set.Value, left, frame);
            }
        }

        return result;
    }

    private Operand Invoke(Anchor at, Closure closure, IReadOnlyList<Operand> arguments, CallChain calls)
    {
        var inner = new Frame(closure.Frame.Method, closure.Frame, calls);
        var before = variables;
        variables = new(before);
        for (var i = 0; i < closure.Parameters.Count; i++)
        {
            variables[new(inner, closure.Parameters[i])] = i < arguments.Count ? arguments[i] : Null;
        }

        return Enter(at, closure.Body, inner, before);
    }

    private Operand Enter(Anchor at, Statement statements, Frame inner, Dictionary<Variable, Operand> before)
    {
        if (isEnded)
        {
            return Null;
        }

        calls.Add(inner.Method);
        inner.Return = new Exit();
        var block = Block(() => Run(statements, inner));
        calls.RemoveAt(calls.Count - 1);
        return Close(at, inner.Return, block, before, hasResult: true, inner);
    }
}

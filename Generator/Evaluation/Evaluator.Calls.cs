using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Calls of layers, operations, methods of the class, lambdas.</content>
internal sealed partial class Evaluator
{
    private AbstractValue Call(Expression.Call call, Frame frame)
    {
        var value = CallAlone(call, frame, out var inner);
        if (call.Owner is Owner.Other or Owner.Plain || (call.Owner == Owner.Module && call.Method != BodyModel.BuiltWith
            && !ModuleMethods.Keeps(call.Method)))
        {
            ForgetEscaped();
        }

        // What a method sets is as it left it, or not known.
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            if (call.Arguments[i] is { IsSet: true } argument)
            {
                Assign(argument.Value, inner?.Find(argument.Parameter)
                    ?? (Evaluate(argument.Value, frame) is AbstractValue.Tensor ? AbstractValue.Lost : AbstractValue.Anything), frame);
            }
        }

        return value;
    }

    private AbstractValue CallAlone(Expression.Call call, Frame frame, out Frame? inner)
    {
        inner = null;
        var receiver = call.Receiver is null ? null : Evaluate(call.Receiver, frame);
        var arguments = new KeyValuePair<string, AbstractValue>[call.Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = new(call.Arguments[i].Parameter, Evaluate(call.Arguments[i].Value, frame));
        }

        if (call.Owner == Owner.Other && Distribution(call, receiver, arguments) is { } random)
        {
            return random;
        }

        if (call.IsOfSequences && Packing(call, arguments, frame) is { } sequences)
        {
            return sequences;
        }

        if (Refused(call, receiver, arguments, frame) is { } refused)
        {
            return refused;
        }

        switch (call.Owner)
        {
            case Owner.Module when call.Method is "call" or "forward":
                var written = call.Arguments.Count - call.Arguments.Reverse().TakeWhile(a => a.IsDefault).Count();
                return receiver is AbstractValue.Module layer
                    ? Changing(layer.Layer.Nested, arguments,
                        () => Whole(layer, arguments.Take(written).Select(a => a.Value).ToArray(), frame, call.At))
                    : Unfollowed(call, arguments.Select(a => a.Value), frame);
            case Owner.Module when call.Method == BodyModel.BuiltWith && receiver is AbstractValue.Module made:
                return made with { Layer = BuiltWith(made.Layer, arguments) };
            case not Owner.Local when receiver is AbstractValue.Module { Layer.NotUnderstood: null } whole
                && (call.Inside ?? OwnMethod(call, whole.Layer)) is { } inside:
                return Changing(inside, arguments, () => Apply(whole with { Layer =
                    whole.Layer with { Nested = inside with { Bound = whole.Layer.Nested?.Bound ?? default } } },
                    [.. arguments.Select(a => a.Value)], frame, call.At, isMethod: true));
            case Owner.Module when receiver is AbstractValue.Module moved && ModuleMethods.Moves(call.Method):
                return Move(moved, call, arguments);
            case Owner.Module when !isOrdinary && call.IsOwn:
                walk.CannotCount($"what '{call.Method}' runs is not known at compile time");
                return Promised(call, receiver, arguments, frame) ?? Unfollowed(call, arguments.Select(a => a.Value), frame);
            case Owner.Module:
                Hand(arguments.Select(a => a.Value), call.Method);
                Forget(arguments.Select(a => a.Value));
                if (receiver is not null && !ModuleMethods.Keeps(call.Method))
                {
                    Forget([receiver]);

                    // It has other items from here on.
                    if (isOrdinary && receiver is AbstractValue.Module container && IsContainer(container))
                    {
                        Replace(container, AbstractValue.Anything);
                    }
                }

                return AbstractValue.Anything;
            case Owner.Class:
                return isOrdinary || call.New is not null || call.Targets.Count > 0
                    ? FollowOrdinary(call, receiver, arguments, frame, out inner) : Follow(call, receiver, arguments, frame, out inner);
            case Owner.Local:
                return (receiver ?? frame.Find(call.Method)) is AbstractValue.Function function
                    ? Invoke(function, arguments.Select(a => a.Value).ToArray(), call, frame, out inner)
                    : Unfollowed(call, arguments.Select(a => a.Value), frame);
            case Owner.Plain:
                Hand(arguments.Select(a => a.Value), call.Method);
                Forget(arguments.Select(a => a.Value));
                if (isOrdinary && !Asks.Contains(call.Method))
                {
                    foreach (var list in arguments.Select(a => a.Value)
                        .Where(static v => v is AbstractValue.Items { IsTuple: false } or AbstractValue.Growing or AbstractValue.Filled)
                        .ToArray())
                    {
                        Change(list, AbstractValue.Anything);
                    }
                }

                return AbstractValue.Anything;
            case Owner.Index:
                return Index(call.Method, arguments);
            case Owner.Math:
                return Mathematics(call.Method, arguments.Select(a => a.Value).ToArray());
            case Owner.Torch when call.Method == BodyModel.Loader:
                return Loader(call, arguments, frame);
            case Owner.Torch when call.Method == BodyModel.TensorDataset:
                return Rows(arguments.SelectMany(static a => a.Value.AsItems ?? [a.Value]).ToArray());
            case Owner.Tensor or Owner.Torch or Owner.Functional:
                if (call.Elements.Length > 0 && arguments.All(a => a.Key != "dtype" || a.Value is AbstractValue.Null))
                {
                    arguments = [.. arguments.Where(a => a.Key != "dtype"), new("dtype", new AbstractValue.Enumeration(call.Elements))];
                }

                if (call.Rank is { } rank)
                {
                    arguments = [.. arguments, new(Rules.Operations.Creation.Rank, new AbstractValue.Size(Dim.Of(rank)))];
                }

                return Operation(call.Owner == Owner.Functional, call.Method,
                    receiver is null ? arguments : [new("self", receiver), .. arguments], frame, call.At);
            case Owner.Collection:
                return ((receiver ?? arguments.FirstOrDefault().Value) is AbstractValue.Object { Type: Dictionary } map
                    ? TryGet(call, map, receiver is null ? arguments.Skip(1).ToArray() : arguments, frame, out inner)
                    : Ends(call, receiver, [.. receiver is null ? [] : new[] { receiver }, .. arguments.Select(a => a.Value)], frame,
                        out inner))
                    ?? Collection(call, receiver, arguments, frame);
            default:
                return Promised(call, receiver, arguments, frame) ?? Unfollowed(call,
                    receiver is null ? arguments.Select(a => a.Value) : arguments.Select(a => a.Value).Prepend(receiver), frame);
        }
    }

    /// <summary>A layer with the tensors that it is built with.</summary>
    private static LayerModel BuiltWith(LayerModel layer, IReadOnlyList<KeyValuePair<string, AbstractValue>> tensors) => layer with
    {
        Arguments = layer.Arguments.Select(a => tensors.FirstOrDefault(t => t.Key == a.Parameter).Value is AbstractValue.Tensor given
            ? a with { Value = given.ToValue() } : a).ToEquatableArray(),
    };

    /// <summary>The method of an interface or a base class that runs for a module.</summary>
    private static ModuleModel? OwnMethod(Expression.Call call, LayerModel layer) => layer.Nested is not { } nested ? null
        : call.Insides.FirstOrDefault(i => i.Type.MetadataName == nested.Type.MetadataName);

    /// <summary>A module may fill the lists that it is given, and set what objects hold.</summary>
    private AbstractValue Changing(ModuleModel? module, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments,
        Func<AbstractValue> apply)
    {
        var given = apply();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Value is not (AbstractValue.Tensor or AbstractValue.Size or AbstractValue.Null)
                && (arguments[i].Value is AbstractValue.Object ? module is not null : ChangedArguments.Of(module, i)))
            {
                Forget([arguments[i].Value]);
                ForgetEscaped();
                Change(arguments[i].Value, AbstractValue.Anything);
            }
        }

        return given;
    }

    /// <summary>Methods of other assemblies that change no list that they are given.</summary>
    private static readonly HashSet<string> Asks = new(
        ["WriteLine", "Write", "Print", "Format", "Join", "Concat", "ToString", "Equal", "True", "False", "NotNull", "Single",
            "Contains", "SequenceEqual", "IndexOf", "BinarySearch", "Serialize"], StringComparer.Ordinal);

    /// <summary>How often others run a function is not known.</summary>
    private void Hand(IEnumerable<AbstractValue> values, string method)
    {
        if (!isOrdinary && values.OfType<AbstractValue.Function>().Any(Multiplies))
        {
            walk.CannotCount($"how often '{method}' runs the function that it is given is not known at compile time");
        }
    }

    private static bool Multiplies(AbstractValue.Function function) => function.Body.Nodes().Any(static n => n switch
    {
        Expression.Call { Owner: Owner.Class or Owner.Local } => true,
        Expression.Call call => Multiplies(call.Method),
        Expression.Opaque opaque => opaque.Invokes.Any(Multiplies),
        _ => false,
    });

    private static bool Multiplies(string method) => method is "call" or "forward" || OperationRules.MayMultiply(method);

    /// <summary>Something with tensors that is not known: what comes of it is not known either, and that is said.</summary>
    private AbstractValue Unfollowed(Expression.Call call, IEnumerable<AbstractValue> values, Frame frame)
    {
        AbstractValue given = AbstractValue.Lost;
        values = values.ToArray();
        walk.Advice.Use(new AbstractValue.Items([.. values]));
        AbstractValue.Tensor[] tensors = [.. values.SelectMany(v => v.AsItems ?? [v]).OfType<AbstractValue.Tensor>()];
        var tensor = tensors.FirstOrDefault(t => !t.Shape.IsUnknownRank);
        if (tensor is not null || (tensors.Length == 0 && call.IsTensor))
        {
            walk.Count(false, Dim.Unknown, call.Method);
            var why = !call.IsOwn || !call.IsTensor ? $"there is no rule for '{call.Written}'"
                : call.Contract is null ? $"'{call.Written}' has no shape contract; add [return: Shape(\"...\")]"
                : $"'{call.Written}' is not declared for {tensor?.Shape.ToString() ?? "these arguments"}";
            walk.Lose(Anchor.InBody(frame.Method, call.At), tensor?.Shape ?? Shape.Of(), why);
            given = walk.Operate(call.Method, values, AbstractValue.Lost, Aliasing.Unknown, Dim.Unknown);
        }
        else if (tensors.Length > 0)
        {
            walk.CountNothing(call.Method);
        }

        Hand(values, call.Method);
        Forget(values);
        ForgetEscaped();

        // What is not known may change the lists that it is given.
        foreach (var list in values.Where(v => v is not AbstractValue.Tensor).ToArray())
        {
            Change(list, AbstractValue.Anything);
        }

        return given;
    }

    /// <summary>A layer that a field holds is seen with what it is given and what it gives.</summary>
    private AbstractValue Whole(AbstractValue.Module target, IReadOnlyList<AbstractValue> inputs, Frame frame, int at)
    {
        var output = Apply(target, inputs, frame, at);
        if (target.Path == target.Field)
        {
            walk.Record?.Applied(target.Field, inputs.Count > 0 ? LayerEvaluator.First(inputs[0]).Shape : Shape.UnknownRank,
                LayerEvaluator.First(output).Shape);
        }

        return output;
    }

    private AbstractValue Follow(Expression.Call call, AbstractValue? receiver,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame, out Frame? inner)
    {
        inner = null;
        var isRecursive = active.Any(f => f.Method == call.Method);
        if (body.Find(call.Method) is not { Body: { } statements } method || calls >= DeepestCall
            || (isRecursive && call.Contract is not null))
        {
            return Promised(call, receiver, arguments, frame) ?? Unfollowed(call, arguments.Select(a => a.Value), frame);
        }

        inner = new Frame(method.Key, heap, Through(call, frame));
        foreach (var parameter in method.Parameters)
        {
            var given = arguments.FirstOrDefault(a => a.Key == parameter.Parameter);
            inner.Declare(parameter.Parameter, given.Value ?? Evaluate(parameter.Value, inner));
        }

        if (receiver is not null)
        {
            inner.Declare(BodyModel.This, receiver);
        }

        if (call.IsOverridable)
        {
            walk.Trust();
        }

        if (walk.Via is not null || !Anchor.IsOfOther(method.Key))
        {
            return Enter(statements, inner);
        }

        // What is wrong there is wrong with what it is given here.
        walk.Via = new(Anchor.InBody(frame.Method, call.At), method.Key, default);
        var value = Enter(statements, inner);
        walk.Via = null;
        return value;
    }

    private CallChain? Through(Expression.Call call, Frame frame) => walk.Record is { IsOfPlaces: true } ? new(frame.Calls, call) : null;

    private AbstractValue Invoke(AbstractValue.Function function, IReadOnlyList<AbstractValue> arguments, Expression.Call call,
        Frame frame, out Frame? inner)
    {
        inner = null;
        if (calls >= DeepestCall)
        {
            return AbstractValue.Anything;
        }

        inner = new Frame(function.Closure.Method, function.Closure, Through(call, frame));
        for (var i = 0; i < function.Parameters.Count; i++)
        {
            var value = i < arguments.Count ? arguments[i] : AbstractValue.Anything;
            inner.Declare(function.Parameters[i], value);
            walk.Record?.Saw(new ValuePlace(inner.Calls, function.Body, function.Parameters[i]), value);
        }

        return Enter(function.Body, inner);
    }

    private AbstractValue Enter(Statement statements, Frame frame)
    {
        var before = result;
        var (tape, first, step, given) = (walk.Trace, walk.Trace.Values, walk.Trace.Count, frame.Variables.Values.ToArray());
        calls++;
        active.Add(frame);
        result = AbstractValue.Anything;
        isThrown |= Within(Flow.Return, () => Execute(statements, frame)) == Flow.Throw && isOrdinary;
        var value = result;
        tape.Leave(first, step, given, Given(value));
        active.RemoveAt(active.Count - 1);
        calls--;
        result = before;
        return value;
    }

    private static AbstractValue Mathematics(string method, IReadOnlyList<AbstractValue> arguments) => (method, arguments) switch
    {
        ("Max", [AbstractValue.Size a, AbstractValue.Size b]) => new AbstractValue.Size(Dim.Max(a.Dim, b.Dim)),
        ("Min", [AbstractValue.Size a, AbstractValue.Size b]) => new AbstractValue.Size(Dim.Min(a.Dim, b.Dim)),
        ("Sqrt" or "Pow" or "Log" or "Exp" or "Cos" or "Sin", _) => new AbstractValue.Number(null),
        _ => AbstractValue.Anything,
    };
}

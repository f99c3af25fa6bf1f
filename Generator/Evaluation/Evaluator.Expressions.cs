using Gen.Graph;
using Gen.Model;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Expressions.</content>
internal sealed partial class Evaluator
{
    private AbstractValue Evaluate(Expression node, Frame frame)
    {
        var value = Bounded(node, frame);
        if (calls == 0 && module.Freeing is { Held: { Count: > 0 } held } && held.Contains(node.At))
        {
            walk.Trace.Keep(value);
        }

        if (walk.Record is { } record)
        {
            if (record.IsOfPlaces)
            {
                record.Saw(new ValuePlace(frame.Calls, node), value);
            }

            if (value is AbstractValue.Tensor && !node.IsUnwritten)
            {
                record.Saw(frame.Method, node.At, value);
            }
        }

        return value;
    }

    private AbstractValue Bounded(Expression node, Frame frame)
    {
        if (!walk.Cache.Budget.Take())
        {
            walk.Stop(Anchor.InBody(frame.Method, node.At));
            return node.IsTensor ? AbstractValue.Lost : AbstractValue.Anything;
        }

        if (!walk.Cache.Enter())
        {
            walk.Lose(Anchor.InBody(frame.Method, node.At), Shape.Of(), "it is nested too deep to be followed");
            return node.IsTensor ? AbstractValue.Lost : AbstractValue.Anything;
        }

        var value = Meaning(node, frame);
        walk.Cache.Leave();
        return value is AbstractValue.Items { IsTooDeep: true } ? AbstractValue.Anything
            : value is AbstractValue.Unknown && node.IsTensor ? AbstractValue.Lost : value;
    }

    private AbstractValue Meaning(Expression node, Frame frame)
    {
        switch (node)
        {
            case Expression.Constant constant:
                return Of(bindings.IsEmpty && constant.Value is Value.Repeat ? constant.Value : bindings.Bind(constant.Value));
            case Expression.Local local:
                return frame.Find(local.Name) ?? AbstractValue.Anything;
            case Expression.Member member:
                return member.Above > 0 ? Above(member.Above)?.Member(member.Name, frame, member.At) ?? AbstractValue.Anything
                    : Member(member.Name, frame, member.At);
            case Expression.Field field:
                return Evaluate(field, frame);
            case Expression.List list:
                return Copied(Evaluate(list, frame));
            case Expression.Unary unary:
                return Evaluate(unary, frame);
            case Expression.Binary binary:
                return Evaluate(binary, frame);
            case Expression.TypeTest test:
                return new AbstractValue.Boolean(Is(Evaluate(test.Value, frame), test));
            case Expression.Choice or Expression.Call when IsTarget(node):
                return TargetOf(node) is { } target ? new AbstractValue.Target(target) : AbstractValue.Anything;
            case Expression.Choice choice:
                return Evaluate(choice, frame);
            case Expression.Call call:
                return Copied(Call(call, frame));
            case Expression.Read read:
                return Read(read, frame);
            case Expression.Element element:
                return Element(element, frame);
            case Expression.Slice slice:
                return new AbstractValue.Slice(Optional(slice.Start, frame), Optional(slice.Stop, frame), Optional(slice.Step, frame));
            case Expression.FromEnd end:
                return new AbstractValue.FromEnd(Evaluate(end.Index, frame));
            case Expression.Assign assign:
                var old = assign.GivesOld ? Evaluate(assign.Target, frame) : null;
                var value = Evaluate(assign.Value, frame);
                Assign(assign.Target, value, frame);
                return old ?? value;
            case Expression.Lambda lambda:
                return new AbstractValue.Function(lambda.Parameters, lambda.Body, frame);
            case Expression.Opaque { Reason: "training" }:
                return new AbstractValue.Training();
            case Expression.Opaque opaque:
                return Evaluate(opaque, frame);
            default:
                return AbstractValue.Anything;
        }
    }

    private AbstractValue Evaluate(Expression.Opaque opaque, Frame frame)
    {
        if (opaque is { IsTensor: true, Reason: { Length: > 0 } reason })
        {
            walk.Lose(Anchor.InBody(frame.Method, opaque.At), Shape.Of(), $"what {reason} gives is not known at compile time");
        }
        else if (opaque.IsTensor)
        {
            walk.CannotCount("it uses something that another generator writes, or that does not compile");
        }

        if (opaque.Invokes.Any(Multiplies))
        {
            walk.CannotCount($"what {opaque.Reason ?? "it"} runs is not known at compile time");
        }

        foreach (var local in opaque.Locals.Where(l => frame.Find(l) is not null and not AbstractValue.Function))
        {
            Change(frame.Find(local)!, AbstractValue.Anything);
            frame.Assign(local, AbstractValue.Anything);
        }

        return opaque.IsTensor ? walk.Operate("?", [], AbstractValue.Lost, Aliasing.Unknown, Dim.Unknown) : AbstractValue.Anything;
    }

    private static AbstractValue Of(Value value) => AbstractValue.Of(Bindings.Expand(value) switch
    {
        Value.List list when list.Items.Any(static i => i is Value.Spread) =>
            new Value.List(Bindings.Flatten(list.Items).ToEquatableArray()),
        var expanded => expanded,
    });

    private Evaluator? Above(int classes) => classes == 0 ? this : inherited.Value?.Above(classes - 1);

    private AbstractValue Member(string name, Frame frame, int at)
    {
        if (module.Layers.FirstOrDefault(l => l.Name == name) is { } layer)
        {
            return layer.Condition is { } condition && decisions.Decide(condition, condition.ToString(), walk.Facts,
                isInherited ? null : Condition.TextOf(layer)) is { } holds
                ? Decided(layer, condition, holds)
                : Own(layer, layer.Name);
        }

        // In the code of a constructor, what it was set to before.
        if (frame.Find(StateModel.Local(name)) is { } set)
        {
            return set;
        }

        if (module.States.FirstOrDefault(s => s.Name == name) is { } state)
        {
            return StateShapes.Of(module, state, walk, decisions) switch
            {
                AbstractValue.Null none => none,
                AbstractValue.Tensor { IsAfterError: true } broken => broken,
                AbstractValue.Tensor { Shape.IsUnknownRank: false, Shape: var shape } held when !shape.Dims.Any(d => d.IsUnknown) =>
                    new AbstractValue.Tensor(shape, Provenance.Start(name, shape), walk.Converted(OfModule(held.Type)))
                    {
                        Device = walk.Home,
                        IsParameter = state.IsParameter,
                    },
                _ => Lost(frame, at, $"the shape of '{name}' is not known at compile time"),
            };
        }

        return HeldBy(name) ?? inherited.Value?.Member(name, frame, at) ?? AbstractValue.Anything;
    }

    /// <summary>What a module holds of float32 becomes another type where the module does.</summary>
    private static ElementType OfModule(ElementType type) => type == ElementType.Float32 ? ElementType.Module : type;

    /// <summary>The members of the base class, with what its constructor is given.</summary>
    private Evaluator? Inherited()
    {
        if (module.Type.Base?.Built(bindings) is not { } basis)
        {
            return null;
        }

        // Sizes that stand for -1 are found in the base class's own forward.
        var inferred = ParameterCounts.Inferred(basis, walk.Cache);
        return new Evaluator(basis with { Layers = basis.Layers.Select(inferred.Complete).ToEquatableArray() }, body, walk, decisions,
            isInherited: true);
    }

    /// <summary>A layer that is built under a condition, on the way where that is decided.</summary>
    private AbstractValue Decided(LayerModel layer, Truth condition, bool holds)
    {
        walk.Assume(holds ? condition : !condition);
        var built = holds ? layer with { Condition = null, Otherwise = null, IsOptional = false } : layer.Otherwise is { } otherwise
            ? otherwise with { Name = layer.Name } : null;
        return built is null ? new AbstractValue.Null() : Own(built, layer.Name);
    }

    /// <summary>A layer of the module, which is where its other layers are.</summary>
    private AbstractValue.Module Own(LayerModel layer, string name) => new(layer, name, isInherited ? "" : name)
    {
        Device = layer.Arguments.Any(static a => a is { Parameter: "device", Value: not Value.Null }) ? null : walk.Home,
    };

    private AbstractValue Lost(Frame frame, int at, string reason)
    {
        walk.Lose(Anchor.InBody(frame.Method, at), Shape.Of(), reason);
        return AbstractValue.Lost;
    }

    private AbstractValue Evaluate(Expression.List list, Frame frame)
    {
        var items = new List<AbstractValue>();
        foreach (var item in list.Items)
        {
            var value = Evaluate(item is Expression.Spread spread ? spread.Items : item, frame);
            if (item is not Expression.Spread)
            {
                items.Add(value);
            }
            else if (ItemsOf(value) is { } several)
            {
                items.AddRange(several);
            }
            else
            {
                return AbstractValue.Anything;
            }
        }

        var made = new AbstractValue.Items(items, list.IsTuple);
        if (list.IsKept)
        {
            walk.Trace.Keep(made);
        }

        return made;
    }

    private AbstractValue Evaluate(Expression.Unary unary, Frame frame) => (unary.Operator, Evaluate(unary.Operand, frame)) switch
    {
        ("-" or "~", AbstractValue.Tensor tensor) when IsRefused(unary, tensor, frame) =>
            AbstractValue.Lost with { IsAfterError = true },
        ("-" or "~" or "!", AbstractValue.Tensor tensor) =>
            walk.Operate(unary.Operator, [tensor], tensor with { Provenance = tensor.Provenance.Anyhow },
                Aliasing.Of(OperationRules.Find(false, "neg")!, [new("self", tensor)], tensor),
                Dim.Zero, unary.Operator == "-" ? new OperationCall(OperationRules.Find(false, "neg")!, "neg", [], walk.Facts) : null),
        ("(long)", AbstractValue.Unknown) => new AbstractValue.Size(Dim.Unknown),
        ({ Length: > 1 }, var converted) => converted,
        (_, AbstractValue.Tensor tensor) => tensor with { Provenance = tensor.Provenance.Anyhow },
        ("-", AbstractValue.Size size) => new AbstractValue.Size(-size.Dim),
        ("-", AbstractValue.Number number) => new AbstractValue.Number(-number.Value),
        ("+", var same) => same,
        ("!", AbstractValue.Boolean boolean) => new AbstractValue.Boolean(!boolean.Truth),
        ("!", _) => new AbstractValue.Boolean(Truth.Unknown),
        _ => AbstractValue.Anything,
    };

    /// <summary>The negative of truths, the complement of floating point: said.</summary>
    private bool IsRefused(Expression.Unary unary, AbstractValue.Tensor tensor, Frame frame)
    {
        var types = OperationRules.Find(false, unary.Operator == "-" ? "neg" : "bitwise_not")!.Types!;
        if (tensor.IsAfterError || types.Of([new("self", tensor.ToValue())]).Problem is not { } problem)
        {
            return false;
        }

        walk.Fail(new(FindingKind.ElementType, Anchor.InBody(frame.Method, unary.At), unary.Operator, problem.Needs, problem.Gets,
            problem.Edit) { IsOfModuleType = problem.IsOfModule });
        return true;
    }

    private AbstractValue Evaluate(Expression.Binary binary, Frame frame)
    {
        if (binary.Operator is "&&" or "||")
        {
            return new AbstractValue.Boolean(TruthOf(binary, frame));
        }

        var left = Evaluate(binary.Left, frame);
        switch (binary.Operator)
        {
            case "is":
                Assign(binary.Right, left, frame);
                return new AbstractValue.Boolean(Presence(left));
            case "??":
                return left is AbstractValue.Null ? Evaluate(binary.Right, frame)
                    : Presence(left) == Truth.True ? left
                    : decisions.Decide(Truth.Unknown, $"{frame.Method}:{binary.At}", walk.Facts, null, Present(binary, frame)) is false
                        ? Evaluate(binary.Right, frame) : left;
        }

        var right = Evaluate(binary.Right, frame);
        if (binary.Operator is "==" or "!=" && (left is AbstractValue.Null || right is AbstractValue.Null))
        {
            var isThere = Presence(left is AbstractValue.Null ? right : left);
            return new AbstractValue.Boolean(binary.Operator == "!=" ? isThere : !isThere);
        }

        if (left is AbstractValue.Tensor || right is AbstractValue.Tensor)
        {
            return Operation(false, binary.Operator, [new("self", left), new("other", right)], frame, binary.At);
        }

        return Arithmetic.Of(binary.Operator, left, right);
    }

    private static Truth AsTruth(AbstractValue value) => value is AbstractValue.Boolean boolean ? boolean.Truth : Truth.Unknown;

    /// <summary>Whether a value is not null.</summary>
    private static Truth Presence(AbstractValue value) => value switch
    {
        AbstractValue.Null => Truth.False,
        AbstractValue.Module { Layer.Condition: { } condition, Layer.Otherwise: null } => condition,
        AbstractValue.Module { Layer.IsOptional: true } or AbstractValue.Unknown => Truth.Unknown,
        AbstractValue.Tensor { Provenance.Name: "" } => Truth.Unknown,
        _ => Truth.True,
    };

    private AbstractValue Evaluate(Expression.Choice choice, Frame frame)
    {
        // condition ? value : throw
        if (choice.Otherwise is Expression.Opaque { Reason: "throw" })
        {
            walk.Assume(AsTruth(Evaluate(choice.Condition, frame)));
            return Evaluate(choice.Then, frame);
        }

        return Choose(choice, frame);
    }

    private AbstractValue Read(Expression.Read read, Frame frame) => Read(read, Evaluate(read.Receiver, frame), frame);

    private AbstractValue Read(Expression.Read read, AbstractValue receiver, Frame frame)
    {
        switch (receiver)
        {
            case AbstractValue.Tensor tensor:
                return read.Property switch
                {
                    "shape" => new AbstractValue.Sizes(tensor.Shape),
                    "ndim" or "Dimensions" => tensor.Shape.Rank is { } rank ? new AbstractValue.Size(Dim.Of(rank)) : AbstractValue.Anything,
                    "NumberOfElements" => new AbstractValue.Size(tensor.Shape.Elements),
                    "data" or "grad" or "Value" => tensor,
                    "real" when !tensor.Type.Is(ElementType.Complex) => tensor,
                    "device" or "device_type" => tensor.Device is { } device ? new AbstractValue.Target(device) : AbstractValue.Anything,
                    var name when OperationRules.Find(false, name) is { IsProperty: true, Output: not null } =>
                        Operation(false, name, [new("self", receiver)], frame, read.At),
                    _ => AbstractValue.Anything,
                };
            case AbstractValue.Module { Layer: var layer, Device: var home } when LayerRules.Find(layer.Factory) is { } rule:
                return rule.State(new LayerArguments(walk.Inferred.Complete(layer).Arguments))
                    .FirstOrDefault(s => s.Name == read.Property) is { Shape.IsUnknownRank: false } state
                    ? new AbstractValue.Tensor(state.Shape, Provenance.Start($"{layer.Name}.{state.Name}", state.Shape),
                        state.IsParameter ? walk.Converted(LayerRule.WeightsOf(new(layer.Arguments))) : ElementType.Unknown)
                    {
                        Device = home,
                        IsParameter = state.IsParameter,
                    }
                    : AbstractValue.Anything;
            case AbstractValue.Distribution made:
                return Drawn(made, read.Property, []);
            case AbstractValue.Sizes { Shape: var shape } when read.Property is "Length" or "Count":
                return shape.Rank is { } count ? new AbstractValue.Size(Dim.Of(count)) : AbstractValue.Anything;
            case AbstractValue.Many many when read.Property is "Length" or "Count":
                return new AbstractValue.Size(many.Count);
            case AbstractValue.Growing growing when read.Property is "Length" or "Count":
                return new AbstractValue.Size(growing.Length);
            case AbstractValue.Filled array when read.Property is "Length":
                return new AbstractValue.Size(array.Length);
        }

        return read.Property is "Length" or "Count" && ItemsOf(receiver) is { } items ? new AbstractValue.Size(Dim.Of(items.Count))
            : read.Property is "Length" or "Count" && Repeated(receiver) is { } repeated ? new AbstractValue.Size(repeated.Count)
            : read.Property is "Length" or "Count" && receiver is AbstractValue.Module { Layer: var filled }
                && Chain.Parts(filled) is { } parts
                ? new AbstractValue.Size(parts.Aggregate(Dim.Zero, static (sum, p) => sum + p.Modules))
            : read.Property == "Value" ? receiver : AbstractValue.Anything;
    }

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

using Gen.Graph;
using Gen.Layers;
using Gen.Model;
using Gen.Operations;
using Gen.Shapes;

namespace Gen.Checking;

/// <content>Expressions.</content>
internal sealed partial class BodyWalk
{
    private Abstract Evaluate(Node node, Frame frame)
    {
        if (!walk.Walked.Budget.Take())
        {
            walk.Stop(Anchor.InBody(frame.Method, node.At));
            return node.IsTensor ? Abstract.Lost : Abstract.Anything;
        }

        if (!walk.Walked.Enter())
        {
            walk.Lose(Anchor.InBody(frame.Method, node.At), Shape.Of(), "it is nested too deep to be followed");
            return node.IsTensor ? Abstract.Lost : Abstract.Anything;
        }

        var value = Meaning(node, frame);
        walk.Walked.Leave();
        return value is Abstract.Items { IsTooDeep: true } ? Abstract.Anything : value is Abstract.Unknown && node.IsTensor ? Abstract.Lost
            : value;
    }

    private Abstract Meaning(Node node, Frame frame)
    {
        switch (node)
        {
            case Node.Constant constant:
                return Of(bindings.Bind(constant.Value));
            case Node.Local local:
                return frame.Find(local.Name) ?? Abstract.Anything;
            case Node.Member member:
                return Member(member.Name, frame, member.At);
            case Node.List list:
                return Copied(Evaluate(list, frame));
            case Node.Unary unary:
                return Evaluate(unary, frame);
            case Node.Binary binary:
                return Evaluate(binary, frame);
            case Node.Choice choice:
                return Evaluate(choice, frame);
            case Node.Call call:
                return Copied(Call(call, frame));
            case Node.Read read:
                return Read(read, frame);
            case Node.Element element:
                return Element(element, frame);
            case Node.Slice slice:
                return new Abstract.Slice(Optional(slice.Start), Optional(slice.Stop), Optional(slice.Step));
            case Node.FromEnd end:
                return new Abstract.FromEnd(Evaluate(end.Index, frame));
            case Node.Assign assign:
                var old = assign.GivesOld ? Evaluate(assign.Target, frame) : null;
                var value = Evaluate(assign.Value, frame);
                Assign(assign.Target, value, frame);
                return old ?? value;
            case Node.Lambda lambda:
                return new Abstract.Function(lambda.Parameters, lambda.Body, frame);
            case Node.Opaque opaque:
                if (opaque is { IsTensor: true, Reason: { Length: > 0 } reason })
                {
                    walk.Lose(Anchor.InBody(frame.Method, opaque.At), Shape.Of(), $"what {reason} gives is not known at compile time");
                }

                foreach (var local in opaque.Locals.Where(l => frame.Find(l) is not null and not Abstract.Function))
                {
                    Change(frame.Find(local)!, Abstract.Anything);
                    frame.Assign(local, Abstract.Anything);
                }

                return opaque.IsTensor ? walk.Operate("?", [], Abstract.Lost, Sharing.New, Dim.Unknown) : Abstract.Anything;
            default:
                return Abstract.Anything;
        }

        Abstract? Optional(Node? part) => part is null ? null : Evaluate(part, frame);
    }

    private static Abstract Of(Value value) =>
        Abstract.Of(Bindings.Expand(value) is Value.List list ? new Value.List(Bindings.Flatten(list.Items).ToEquatableArray())
            : Bindings.Expand(value));

    private Abstract Member(string name, Frame frame, int at)
    {
        if (module.Layers.FirstOrDefault(l => l.Name == name) is { } layer)
        {
            return layer.Condition is { } condition && decisions.Decide(condition, condition.ToString(), walk.Facts,
                isInherited ? null : Branch.TextOf(layer)) is { } holds
                ? Decided(layer, condition, holds)
                : new Abstract.Module(layer, layer.Name, isInherited ? "" : layer.Name);
        }

        // In the code of a constructor, what it was set to before.
        if (frame.Find(StateModel.Local(name)) is { } set)
        {
            return set;
        }

        if (module.States.FirstOrDefault(s => s.Name == name) is { } state)
        {
            return States.Of(module, state, walk, decisions) switch
            {
                Abstract.Null none => none,
                Abstract.Tensor { Shape.IsUnknownRank: false, Shape: var shape } when !shape.Dims.Any(d => d.IsUnknown) =>
                    new Abstract.Tensor(shape, Trail.Start(name, shape), ElementType.Float),
                _ => Lost(frame, at, $"the shape of '{name}' is not known at compile time"),
            };
        }

        return inherited.Value?.Member(name, frame, at) ?? Abstract.Anything;
    }

    /// <summary>The members of the base class, with what its constructor is given.</summary>
    private BodyWalk? Inherited()
    {
        if (module.Type.Base?.Built(bindings) is not { } basis)
        {
            return null;
        }

        // Sizes that stand for -1 are found in the base class's own forward.
        var complete = ModuleChecker.Completion(basis, walk.Walked);
        return new BodyWalk(basis with { Layers = basis.Layers.Select(complete).ToEquatableArray() }, body, walk, decisions,
            isInherited: true);
    }

    /// <summary>A layer that is built under a condition, on the way where that is decided.</summary>
    private Abstract Decided(LayerModel layer, Truth condition, bool holds)
    {
        walk.Assume(holds ? condition : !condition);
        var built = holds ? layer with { Condition = null, Otherwise = null, IsOptional = false } : layer.Otherwise is { } otherwise
            ? otherwise with { Name = layer.Name } : null;
        return built is null ? new Abstract.Null() : new Abstract.Module(built, layer.Name, isInherited ? "" : layer.Name);
    }

    private Abstract Lost(Frame frame, int at, string reason)
    {
        walk.Lose(Anchor.InBody(frame.Method, at), Shape.Of(), reason);
        return Abstract.Lost;
    }

    private Abstract Evaluate(Node.List list, Frame frame)
    {
        var items = new List<Abstract>();
        foreach (var item in list.Items)
        {
            var value = Evaluate(item is Node.Spread spread ? spread.Items : item, frame);
            if (item is not Node.Spread)
            {
                items.Add(value);
            }
            else if (ItemsOf(value) is { } several)
            {
                items.AddRange(several);
            }
            else
            {
                return Abstract.Anything;
            }
        }

        return new Abstract.Items(items, list.IsTuple);
    }

    private Abstract Evaluate(Node.Unary unary, Frame frame) => (unary.Operator, Evaluate(unary.Operand, frame)) switch
    {
        ("-" or "~" or "!", Abstract.Tensor tensor) =>
            walk.Operate(unary.Operator, [tensor], tensor with { Trail = tensor.Trail.Anyhow }, Sharing.Of(false, "neg", [tensor], tensor),
                Dim.Zero),
        (_, Abstract.Tensor tensor) => tensor with { Trail = tensor.Trail.Anyhow },
        ("-", Abstract.Size size) => new Abstract.Size(-size.Dim),
        ("-", Abstract.Number number) => new Abstract.Number(-number.Value),
        ("+", var same) => same,
        ("!", Abstract.Boolean boolean) => new Abstract.Boolean(!boolean.Truth),
        ("!", _) => new Abstract.Boolean(Truth.Unknown),
        _ => Abstract.Anything,
    };

    private Abstract Evaluate(Node.Binary binary, Frame frame)
    {
        if (binary.Operator is "&&" or "||")
        {
            return new Abstract.Boolean(TruthOf(binary, frame));
        }

        var left = Evaluate(binary.Left, frame);
        switch (binary.Operator)
        {
            case "is":
                Assign(binary.Right, left, frame);
                return new Abstract.Boolean(Presence(left));
            case "??":
                return left is Abstract.Null ? Evaluate(binary.Right, frame)
                    : Presence(left) == Truth.True ? left
                    : decisions.Decide(Truth.Unknown, $"{frame.Method}:{binary.At}", walk.Facts, null, Present(binary, frame)) is false
                        ? Evaluate(binary.Right, frame) : left;
        }

        var right = Evaluate(binary.Right, frame);
        if (binary.Operator is "==" or "!=" && (left is Abstract.Null || right is Abstract.Null))
        {
            var isThere = Presence(left is Abstract.Null ? right : left);
            return new Abstract.Boolean(binary.Operator == "!=" ? isThere : !isThere);
        }

        if (left is Abstract.Tensor || right is Abstract.Tensor)
        {
            return Operation(false, binary.Operator, [new("self", left), new("other", right)], frame, binary.At);
        }

        return Arithmetic.Of(binary.Operator, left, right);
    }

    private static Truth AsTruth(Abstract value) => value is Abstract.Boolean boolean ? boolean.Truth : Truth.Unknown;

    /// <summary>Whether a value is not null.</summary>
    private static Truth Presence(Abstract value) => value switch
    {
        Abstract.Null => Truth.False,
        Abstract.Module { Layer.Condition: { } condition, Layer.Otherwise: null } => condition,
        Abstract.Module { Layer.IsOptional: true } or Abstract.Unknown => Truth.Unknown,
        Abstract.Tensor { Trail.Name: "" } => Truth.Unknown,
        _ => Truth.True,
    };

    private Abstract Evaluate(Node.Choice choice, Frame frame)
    {
        // condition ? value : throw
        if (choice.Otherwise is Node.Opaque { Reason: "throw" })
        {
            walk.Assume(AsTruth(Evaluate(choice.Condition, frame)));
            return Evaluate(choice.Then, frame);
        }

        return Choose(choice, frame);
    }

    private Abstract Read(Node.Read read, Frame frame)
    {
        var receiver = Evaluate(read.Receiver, frame);
        switch (receiver)
        {
            case Abstract.Tensor tensor:
                return read.Property switch
                {
                    "shape" => new Abstract.Sizes(tensor.Shape),
                    "ndim" or "Dimensions" => tensor.Shape.Rank is { } rank ? new Abstract.Size(Dim.Of(rank)) : Abstract.Anything,
                    "NumberOfElements" => new Abstract.Size(tensor.Shape.Elements),
                    "T" or "mT" or "H" or "mH" => Operation(false, read.Property, [new("self", receiver)], frame, read.At),
                    "data" or "real" or "grad" => tensor,
                    "Value" => tensor,
                    _ => Abstract.Anything,
                };
            case Abstract.Module { Layer: var layer } when LayerRules.Find(layer.Factory) is { } rule:
                return rule.State(new LayerArguments(walk.Complete(layer).Arguments))
                    .FirstOrDefault(s => s.Name == read.Property) is { Shape.IsUnknownRank: false } state
                    ? new Abstract.Tensor(state.Shape, Trail.Start($"{layer.Name}.{state.Name}", state.Shape), ElementType.Float)
                    : Abstract.Anything;
            case Abstract.Sizes { Shape: var shape } when read.Property is "Length" or "Count":
                return shape.Rank is { } count ? new Abstract.Size(Dim.Of(count)) : Abstract.Anything;
            case Abstract.Many many when read.Property is "Length" or "Count":
                return new Abstract.Size(many.Count);
            case Abstract.Growing growing when read.Property is "Length" or "Count":
                return new Abstract.Size(growing.Length);
        }

        return read.Property is "Length" or "Count" && ItemsOf(receiver) is { } items ? new Abstract.Size(Dim.Of(items.Count))
            : read.Property is "Length" or "Count" && Repeated(receiver) is { } repeated ? new Abstract.Size(repeated.Count)
            : read.Property == "Value" ? receiver : Abstract.Anything;
    }

    private Abstract Element(Node.Element element, Frame frame)
    {
        var receiver = Evaluate(element.Receiver, frame);
        var indices = element.Indices.Select(i => Evaluate(i, frame)).ToArray();
        if (receiver is Abstract.Tensor)
        {
            var items = indices.Select(i => i switch
            {
                Abstract.Index { Kind: var kind } => new Value.Text(kind),
                Abstract.Slice slice => new Value.List(EquatableArray.Of(Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step))),
                Abstract.FromEnd { Value: var back } => new Value.Integer(-back.AsSize),
                Abstract.Size { Dim.IsUnknown: true } => new Value.Opaque("index"),
                _ => i.ToValue(),
            }).Select(v => v is Value.Integer { Dim.IsUnknown: true } ? new Value.Opaque("") : v);
            var part = Apply(OperationRules.Find(false, "[]")!, "[]",
                [new("self", receiver.ToValue()), new("indices", new Value.List(items.ToEquatableArray()))], [receiver], frame, element.At,
                out _);
            return walk.Operate("[]", [receiver, .. indices], part,
                Sharing.OfElement(indices.Any(i => i is Abstract.Tensor or Abstract.Items)), Dim.Zero);
        }

        if (indices is [var index])
        {
            if (receiver is Abstract.Sizes { Shape: var shape })
            {
                var size = index is Abstract.FromEnd { Value: var back }
                    ? back.AsSize.Constant is { } n and > 0 && n <= shape.Dims.Count ? shape[(int)-n] : Dim.Unknown
                    : index.AsSize.Constant is { } m and >= 0 and < 1000 ? shape.HasVariadic ? Dim.Unknown : shape[(int)m] : Dim.Unknown;
                if (index is Abstract.Slice slice && shape.Rank is not null)
                {
                    return Part(new Abstract.Sizes(shape).AsItems!, slice);
                }

                if (shape.Rank is { } rank && OutOf(rank, index) is { } beyond)
                {
                    walk.Fail(new(FindingKind.OperationRank, Anchor.InBody(frame.Method, element.At), "shape", shape.ToString(), beyond));
                }

                return new Abstract.Size(size);
            }

            if (index is Abstract.Text { Characters: { } key } && receiver is Abstract.Module { Layer: var dictionary } held
                && ChainGraph.Items(dictionary)?.FirstOrDefault(i => i.Key == key) is { Layer: { } found })
            {
                return new Abstract.Module(found with { Name = $"{held.Path}.{key}" }, $"{held.Path}.{key}", held.Field);
            }

            if (ItemsOf(receiver) is { } list)
            {
                if (OutOf(list.Count, index) is { } missing)
                {
                    walk.Fail(new(FindingKind.OperationArguments, Anchor.InBody(frame.Method, element.At), "[]",
                        $"there is no item {missing} among {Text(list.Count)}"));
                    return Abstract.Anything;
                }

                var at = index is Abstract.FromEnd { Value: var last } ? list.Count - last.AsSize.Constant : index.AsSize.Constant;
                return index is Abstract.Slice part ? Part(list, part) : at is >= 0 && at < list.Count ? list[(int)at]
                    : list.Count > 0 && list.All(i => IsSame(i, list[0])) && list[0] is not Abstract.Module ? list[0] : Abstract.Anything;
            }

            if (receiver is Abstract.Growing growing && index is Abstract.FromEnd { Value: var end } && end.AsSize.Constant == 1)
            {
                return growing.Tail.Count > 0 ? growing.Tail[growing.Tail.Count - 1]
                    : Comparison.AtLeast(growing.Count, Dim.One, walk.Facts) is true ? growing.Added[growing.Added.Count - 1]
                    : Abstract.Anything;
            }

            if (Repeated(receiver) is { } repeated && (index is Abstract.FromEnd { Value: var before } ? repeated.Count - before.AsSize
                : index.AsSize) is { IsUnknown: false } number)
            {
                // 0 <= index < count
                var place = Anchor.InBody(frame.Method, element.At);
                Fact[] needs = [new(number, Relation.AtLeast, Dim.Zero), new(repeated.Count, Relation.More, number)];
                if (needs.Any(n => Comparison.AtLeast(n.Left, n.Relation == Relation.More ? n.Right + Dim.One : n.Right,
                    walk.Facts) is false))
                {
                    walk.Fail(new(FindingKind.OperationArguments, place, "[]", $"there is no item {number} among {repeated.Count}"));
                    return Abstract.Anything;
                }

                walk.Assume(place, "indexing", Shape.Of(),
                    needs.Where(n => Comparison.AtLeast(n.Left, n.Relation == Relation.More ? n.Right + Dim.One : n.Right,
                        walk.Facts) is null));
                return repeated.Item(number);
            }
        }

        return Abstract.Anything;

        static Value Bound(Abstract? bound) => bound switch
        {
            null or Abstract.Null => new Value.Null(),
            Abstract.FromEnd { Value: var back } => back.AsSize.Constant == 0 ? new Value.Null() : new Value.Integer(-back.AsSize),
            _ => bound.AsSize is { IsUnknown: false } size ? new Value.Integer(size) : new Value.Opaque(""),
        };
    }

    /// <summary>An index that C# refuses, as written; null where it is in order or not known.</summary>
    private static string? OutOf(int count, Abstract index) => index switch
    {
        Abstract.FromEnd { Value.AsSize.Constant: { } back } when back < 1 || back > count => $"^{Text(back)}",
        Abstract.Size { Dim.Constant: { } at } when at < 0 || at >= count => Text(at),
        _ => null,
    };

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Abstract Part(IReadOnlyList<Abstract> list, Abstract.Slice slice)
    {
        var (start, stop) = (At(slice.Start, 0), At(slice.Stop, list.Count));
        return start is { } from && stop is { } to && from >= 0 && to <= list.Count && from <= to
            ? new Abstract.Items(list.Skip((int)from).Take((int)(to - from)).ToArray())
            : Abstract.Anything;

        long? At(Abstract? bound, long otherwise) => bound switch
        {
            null => otherwise,
            Abstract.FromEnd { Value: var back } => list.Count - back.AsSize.Constant,
            _ => bound.AsSize.Constant,
        };
    }

    private void Assign(Node target, Abstract value, Frame frame)
    {
        switch (target)
        {
            case Node.Local { Name: "_" }:
                break;
            case Node.Local local:
                frame.Assign(local.Name, value);
                break;
            case Node.Element { Receiver: var holder, Indices: [var place] } when Evaluate(holder, frame) is Abstract.Items held:
                var at = Evaluate(place, frame) is Abstract.FromEnd { Value: var back } ? held.Values.Count - back.AsSize.Constant
                    : Evaluate(place, frame).AsSize.Constant;
                var changed = held with { Values = held.Values.Select((v, i) => at is null ? Abstract.Anything : i == at ? value : v)
                    .ToArray() };
                if (!held.IsTuple)
                {
                    Change(held, changed);
                }
                else if (holder is Node.Local named)
                {
                    frame.Assign(named.Name, changed);
                }

                break;
            case Node.Element { Receiver: var holder } when Evaluate(holder, frame) is Abstract.Growing growing:
                Change(growing, Abstract.Anything);
                break;
            case Node.List list:
                var items = value.AsItems;
                for (var i = 0; i < list.Items.Count; i++)
                {
                    Assign(list.Items[i], items is not null && i < items.Count ? items[i] : Abstract.Anything, frame);
                }

                break;
        }
    }

    /// <summary>The items of a list, a shape, a container of modules; null where they are not known one by one.</summary>
    private static IReadOnlyList<Abstract>? ItemsOf(Abstract value)
    {
        if (value is Abstract.Module { Layer: { Factory: "Sequential" or "ModuleList" or "ModuleDict" } layer } container)
        {
            return ChainGraph.Items(
                layer)?.Select(i => (Abstract)new Abstract.Module(i.Layer with { Name = $"{container.Path}.{i.Key}" },
                    $"{container.Path}.{i.Key}", container.Field)).ToArray();
        }

        return value.AsItems;
    }

    /// <summary>Items of a number that is not known at compile time, by their index.</summary>
    private static (Func<Dim, Abstract> Item, Dim Count)? Repeated(Abstract value) => value switch
    {
        Abstract.Many many => (_ => many.Item, many.Count),
        Abstract.Each each => (each.Item, each.Count),
        Abstract.Module { Layer: var layer } container when ChainGraph.Repeated(layer) is { } repeated =>
            (index => new Abstract.Module(repeated.At(index) with { Name = $"{container.Path}.*" }, $"{container.Path}.*", container.Field),
                repeated.Count),
        _ => null,
    };
}

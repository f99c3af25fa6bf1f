using Gen.Model;
using Gen.Shapes;

namespace Gen.Graph;

/// <summary>
/// Gives each value of a graph its type: that of its place; for what a branch, a scope or a loop gives, what holds of all that is yielded.
/// A loop is gone through until nothing changes.
/// </summary>
/// <param name="seen">What is known of values by their places.</param>
/// <param name="states">What is known of parameters and buffers, by field.</param>
internal sealed class GraphTyping(IReadOnlyDictionary<GraphValue, GraphType> seen, IReadOnlyDictionary<string, GraphType> states)
{
    /// <summary>Functions of lists that change no list.</summary>
    private static readonly HashSet<string> Reading = new(StringComparer.Ordinal)
    {
        "Select", "Zip", "Concat", "Append", "Prepend", "Skip", "Take", "First", "Last", "Count", "Range", "ToArray", "ToList",
        "AsEnumerable", "Cast", "Aggregate", "Contains", "Any", "All",
    };

    private const int MostRounds = 64;
    private readonly Dictionary<GraphValue, GraphType> types = [];
    private readonly Dictionary<Label, List<IReadOnlyList<Operand>>> leaves = [];

    /// <summary>Tensors whose shape is changed in place, by what they are stored in.</summary>
    private readonly Dictionary<Holder, Shape> reshaped = [];
    private bool changesLists;
    private bool isStable;
    private int last;

    public void Run(ModuleGraph graph)
    {
        Find(graph.Body);
        for (var round = 0; !isStable; round++)
        {
            if (round == MostRounds)
            {
                return;
            }

            (isStable, last) = (true, -1);
            foreach (var input in graph.Inputs)
            {
                Set(input, seen.TryGetValue(input, out var type) && type is GraphType.Tensor tensor ? tensor with { Stored = Stored.Own }
                    : GraphType.Unknown);
            }

            Visit(graph.Body);
        }

        foreach (var type in types)
        {
            type.Key.Type = type.Value;
        }
    }

    /// <summary>Finds what leaves each scope and loop, and whether some code changes lists.</summary>
    private void Find(GraphBlock block)
    {
        foreach (var node in block.Nodes)
        {
            changesLists |= node is GraphNode.Opaque or GraphNode.Apply { Operator.Kind: OperatorKind.SetItem }
                || (node is GraphNode.Apply { Operator: { Kind: OperatorKind.Collection, Name: var name } } && !Reading.Contains(name));
            if (node is GraphNode.Leave leave)
            {
                if (!leaves.TryGetValue(leave.Label, out var all))
                {
                    leaves.Add(leave.Label, all = []);
                }

                all.Add(leave.Values);
            }

            foreach (var inner in Blocks(node))
            {
                Find(inner);
            }
        }
    }

    private static IEnumerable<GraphBlock> Blocks(GraphNode node) => node switch
    {
        GraphNode.Branch branch => [branch.Then, branch.Otherwise],
        GraphNode.Loop loop => [loop.Body],
        GraphNode.Scope scope => [scope.Body],
        GraphNode.Apply apply => apply.Operands.Select(o => o.Operand).OfType<Operand.Function>().Select(f => f.Body),
        _ => [],
    };

    private void Visit(GraphBlock block)
    {
        foreach (var node in block.Nodes)
        {
            Visit(node);
        }
    }

    private void Visit(GraphNode node)
    {
        var before = last;
        switch (node)
        {
            case GraphNode.Apply apply:
                foreach (var function in apply.Operands.Select(o => o.Operand).OfType<Operand.Function>())
                {
                    foreach (var parameter in function.Parameters)
                    {
                        Set(parameter, Anywhere(Seen(parameter)));
                    }

                    Visit(function.Body);
                }

                Set(apply.Output, Of(apply));
                break;
            case GraphNode.Opaque opaque:
                Set(opaque.Output, Anywhere(Seen(opaque.Output)));
                break;
            case GraphNode.Branch branch:
                Visit(branch.Then);
                Visit(branch.Otherwise);
                Give(branch.Outputs, before, Yielded(branch.Then).Concat(Yielded(branch.Otherwise)));
                break;
            case GraphNode.Scope scope:
                Visit(scope.Body);
                Give(scope.Outputs, before, Yielded(scope.Body).Concat(Left(scope.Label)));
                break;
            case GraphNode.Loop loop:
                if (loop.Item is { } item)
                {
                    Set(item, Anywhere(Seen(item)));
                }

                // What is carried, and what leaves a loop over items after the last one.
                var goesOn = Yielded(loop.Body).Prepend([.. loop.Carried.Select(c => c.Start)]).ToArray();
                Give([.. loop.Carried.Select(c => c.Within)], before, goesOn);
                Visit(loop.Body);
                Give(loop.Outputs, before, loop.Items is null ? Left(loop.Label) : goesOn.Concat(Left(loop.Label)));
                break;
        }
    }

    private static IEnumerable<IReadOnlyList<Operand>> Yielded(GraphBlock block) =>
        block.Nodes is [.., GraphNode.Yield yield] ? [yield.Values] : [];

    private IEnumerable<IReadOnlyList<Operand>> Left(Label label) => leaves.TryGetValue(label, out var all) ? all : [];

    private void Set(GraphValue value, GraphType type)
    {
        last = Math.Max(last, value.Number);
        isStable &= GraphType.AreEqual(types.TryGetValue(value, out var old) ? old : null, type);
        types[value] = type;
    }

    private GraphType Seen(GraphValue value) => seen.TryGetValue(value, out var type) ? type : GraphType.Unknown;

    /// <summary>What is known of an operand when it is taken; null where that is still to come: in the first turn of a loop.</summary>
    private GraphType? Of(Operand operand)
    {
        switch (operand)
        {
            case Operand.Constant { Value: Value.Integer integer }:
                return new GraphType.Size(integer.Dim);
            case Operand.State state:
                return states.TryGetValue(state.Field, out var held) && held is GraphType.Tensor parameter
                    ? parameter with { Stored = new(Storage.State) } : GraphType.Unknown;
            case Operand.Of { Value: var value }:
                return !types.TryGetValue(value, out var type) ? null
                    : type is GraphType.Tensor tensor && reshaped.TryGetValue(Root(new(value)), out var now)
                        ? (GraphType.Tensor)GraphType.Join(tensor, tensor with { Shape = now }) with { Stored = tensor.Stored } : type;
            default:
                return GraphType.Unknown;
        }
    }

    /// <summary>What all ways give, one list of operands for each.</summary>
    private void Give(IReadOnlyList<GraphValue> outputs, int before, IEnumerable<IReadOnlyList<Operand>> ways)
    {
        var all = ways.ToArray();
        for (var i = 0; i < outputs.Count; i++)
        {
            var given = all.Select(w => w[i]).Where(o => o is not Operand.Of of || (of.Value != outputs[i] && types.ContainsKey(of.Value)))
                .ToArray();
            if (given.Length == 0)
            {
                continue;
            }

            var type = given.Select(Held).Aggregate(GraphType.Join);
            type = type is GraphType.Tensor tensor ? tensor with { Stored = Common(given, before) } : type;
            type = GraphType.Meet(Anywhere(Seen(outputs[i])), type);
            Set(outputs[i], type is GraphType.Items && changesLists ? GraphType.Unknown : type);
        }
    }

    private Stored Common(IReadOnlyList<Operand> given, int before)
    {
        if (given.All(o => o is Operand.State || StoredOf(o).Storage == Storage.State))
        {
            return new(Storage.State);
        }

        var roots = given.Select(o => o is Operand.Of { Value: var value } ? Root(new(value)) : (Holder?)null).Distinct().ToArray();
        return roots is [{ } only] ? new(Storage.Shared, only)
            : roots.All(r => r is { } root && root.Value.Number > before && StoredOf(root).Storage == Storage.Own) ? Stored.Own
            : Stored.Unknown;
    }

    private Stored StoredOf(Operand operand) => operand is Operand.Of { Value: var value } ? StoredOf(new Holder(value)) : Stored.Unknown;

    private Stored StoredOf(Holder holder) => !types.TryGetValue(holder.Value, out var type) ? Stored.Unknown
        : (holder.Item is { } item ? type is GraphType.Items { Values: var items } && item < items.Count ? items[item] : null : type)
            is GraphType.Tensor { Stored: var stored } ? stored : Stored.Unknown;

    /// <summary>The tensor in whose memory another one is known to be.</summary>
    private Holder Root(Holder holder)
    {
        while (StoredOf(holder) is { Storage: Storage.Shared, Of: { } of })
        {
            holder = of;
        }

        return holder;
    }

    /// <summary>The same, without a word on where it is stored.</summary>
    private static GraphType Anywhere(GraphType type) => type switch
    {
        GraphType.Tensor tensor => tensor with { Stored = Stored.Unknown },
        GraphType.Items items => new GraphType.Items([.. items.Values.Select(Anywhere)]),
        _ => type,
    };

    private GraphType Of(GraphNode.Apply apply)
    {
        var type = Seen(apply.Output);
        var operands = apply.Operands.Select(o => o.Operand).ToArray();
        var first = operands.Length > 0 ? Of(operands[0]) ?? GraphType.Unknown : GraphType.Unknown;
        switch (apply.Operator)
        {
            case { Kind: OperatorKind.List or OperatorKind.Tuple } when apply.Operands.All(o => o.Parameter.Length == 0):
                return apply.Operator.Kind == OperatorKind.List && changesLists ? GraphType.Unknown
                    : GraphType.Meet(type, new GraphType.Items([.. operands.Select(Held)]));
            case { Kind: OperatorKind.Item } when !changesLists && Held(operands[0]) is GraphType.Items { Values: var items }
                && operands is [_, Operand.Constant { Value: Value.Integer { Dim.Constant: { } index } }]:
                return index >= 0 && index < items.Count ? GraphType.Meet(type, items[(int)index]) : Anywhere(type);
            case { Kind: OperatorKind.Item } when first is not GraphType.Tensor:
                return Anywhere(type);
            case { Kind: OperatorKind.Property, Name: "Value" or "data" or "real" } or { Kind: OperatorKind.CSharp, Name: "+" }
                when operands is [_] && first is GraphType.Tensor plain
                && !(apply.Operator.Name == "real" && plain.Element.Is(ElementType.Complex)):
                return GraphType.Meet(type, Held(operands[0]));
            case { Kind: OperatorKind.Property } when operands is [Operand.Layer] && type is GraphType.Tensor weight:
                return weight with { Stored = new(Storage.State) };
            case { Kind: OperatorKind.Tensor or OperatorKind.Torch or OperatorKind.Functional or OperatorKind.Module or OperatorKind.CSharp
                or OperatorKind.Item }:
                var result = Placed(type, [.. operands.SelectMany(Tensors)]);
                Changed(apply, first, result);
                return result;
            default:
                return Anywhere(type);
        }
    }

    /// <summary>An operand where something else holds it: its tensors are in memory that is another's.</summary>
    private GraphType Held(Operand operand)
    {
        return (Of(operand), operand) switch
        {
            (GraphType.Tensor tensor, Operand.Of { Value: var value }) => In(tensor, new(value)),
            (GraphType.Items items, Operand.Of { Value: var value }) => new GraphType.Items([.. items.Values.Select((v, i) =>
                v is GraphType.Tensor tensor ? In(tensor, new(value, i)) : Anywhere(v))]),
            (var type, _) => type ?? GraphType.Unknown,
        };

        GraphType In(GraphType.Tensor tensor, Holder holder) =>
            tensor.Stored.Storage == Storage.State ? tensor : tensor with { Stored = new(Storage.Shared, Root(holder)) };
    }

    /// <summary>The tensors that an operator takes, those in lists among them: where each is stored.</summary>
    private IEnumerable<Stored> Tensors(Operand operand) => Tensors(Held(operand));

    private static IEnumerable<Stored> Tensors(GraphType type) => type switch
    {
        GraphType.Tensor tensor => [tensor.Stored],
        GraphType.Items items => items.Values.SelectMany(Tensors),
        _ => [],
    };

    /// <summary>What an operator gives, stored with its operands as its rule says.</summary>
    private static GraphType Placed(GraphType type, IReadOnlyList<Stored> operands)
    {
        return type switch
        {
            GraphType.Tensor tensor => tensor with { Stored = Place(tensor.Stored) },
            GraphType.Items items => new GraphType.Items([.. items.Values.Select(v => Placed(v, operands))]),
            _ => type,
        };

        Stored Place(Stored stored) => stored.Storage switch
        {
            Storage.Own or Storage.State or Storage.Unknown => stored,
            _ when stored.Operand >= operands.Count => Stored.Unknown,
            _ => operands[stored.Operand] switch
            {
                { Storage: Storage.Shared, Of: { } of } => new(stored.Storage, of),
                { Storage: Storage.State } when stored.Storage == Storage.Shared => new(Storage.State),
                _ => Stored.Unknown,
            },
        };
    }

    /// <summary>An operation in place may change the shape of its operand, whoever holds it.</summary>
    private void Changed(GraphNode.Apply apply, GraphType first, GraphType result)
    {
        if (apply.Operator is { Kind: OperatorKind.Tensor, Name: [.., '_'] } && apply.Operands[0].Operand is Operand.Of { Value: var value }
            && first is GraphType.Tensor before && result is GraphType.Tensor after && !after.Shape.Equals(before.Shape)
            && Root(new(value)) is var root && !(reshaped.TryGetValue(root, out var known) && known.IsUnknownRank))
        {
            // Once more than one shape is possible nothing is known of it.
            reshaped[root] = reshaped.ContainsKey(root) ? Shape.UnknownRank : after.Shape;
            isStable = false;
        }
    }
}

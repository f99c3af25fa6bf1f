using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Gen.Graph;
using Gen.Model;
using Gen.Shapes;
using static TorchSharp.torch;
using GenValue = Gen.Model.Value;

namespace Gen.Tests.Graph;

/// <summary>Runs a graph on TorchSharp. It sees the graph, the state of the module, what its constructor was given, and the
/// inputs.</summary>
internal sealed class GraphInterpreter(nn.Module module, IReadOnlyDictionary<string, object?> constructor,
    TypeJudge? judge = null)
{
    private readonly Dictionary<int, object?> values = [];

    public object? Run(ModuleGraph graph, IReadOnlyList<object?> inputs)
    {
        Set(graph.Inputs, [.. inputs], 0, "the call");
        return Run(graph.Body).Values[0];
    }

    private (Label? Left, object?[] Values) Run(GraphBlock block)
    {
        foreach (var node in block.Nodes)
        {
            var before = judge?.Mark ?? 0;
            switch (node)
            {
                case GraphNode.Apply apply:
                    Set([apply.Output], [Apply(apply)], before, $"{apply.Operator.Kind} {apply.Operator.Name}");
                    break;
                case GraphNode.Branch branch:
                    var side = Run((bool)Of(branch.Condition)! ? branch.Then : branch.Otherwise);
                    if (side.Left is not null)
                    {
                        return side;
                    }

                    Set(branch.Outputs, side.Values, before, "a branch");
                    break;
                case GraphNode.Scope scope:
                    var inner = Run(scope.Body);
                    if (inner.Left is not null && inner.Left != scope.Label)
                    {
                        return inner;
                    }

                    Set(scope.Outputs, inner.Values, before, "a scope");
                    break;
                case GraphNode.Loop loop:
                    var end = Repeat(loop, before);
                    if (end.Left is not null)
                    {
                        return end;
                    }

                    Set(loop.Outputs, end.Values, before, "a loop");
                    break;
                case GraphNode.Yield yield:
                    return (null, [.. yield.Values.Select(Of)]);
                case GraphNode.Leave leave:
                    return (leave.Label, [.. leave.Values.Select(Of)]);
                case GraphNode.Throw:
                    throw new InvalidOperationException("the code throws");
                case GraphNode.Opaque opaque:
                    throw new NotSupportedException(opaque.Reason);
            }
        }

        return (null, []);
    }

    private (Label? Left, object?[] Values) Repeat(GraphNode.Loop loop, int before)
    {
        var carried = loop.Carried.Select(c => Of(c.Start)).ToArray();
        var items = loop.Items is null ? null : Arguments.Items(Of(loop.Items)).GetEnumerator();
        while (items is null || items.MoveNext())
        {
            if (items is not null)
            {
                Set([loop.Item!], [items.Current], before, "the items of a loop");
            }

            Set([.. loop.Carried.Select(c => c.Within)], carried, before, "the turn of a loop");
            var turn = Run(loop.Body);
            if (turn.Left is not null)
            {
                return turn.Left == loop.Label ? (null, turn.Values) : turn;
            }

            carried = turn.Values;
        }

        return (null, carried);
    }

    private void Set(IReadOnlyList<GraphValue> outputs, object?[] given, int before, string maker)
    {
        for (var i = 0; i < outputs.Count; i++)
        {
            values[outputs[i].Number] = given[i];
        }

        for (var i = 0; i < outputs.Count; i++)
        {
            judge?.Saw(outputs[i], given[i], before, values, maker);
        }
    }

    private object? Of(Operand operand) => operand switch
    {
        Operand.Of of => values[of.Value.Number],
        Operand.Constant constant => Constant(constant.Value) is IConvertible value and not (string or bool) && constant.Type.Length > 0
            ? Typed(value, constant.Type) : Constant(constant.Value),
        Operand.State state => Member(module, state.Field),
        Operand.Layer layer => Member(module, layer.Field),
        Operand.Function function => (Func<object?[], object?>)(given =>
        {
            Set(function.Parameters, given, judge?.Mark ?? 0, "a function");
            return Run(function.Body).Values[0];
        }),
        _ => throw new NotSupportedException(operand.ToString()),
    };

    private static object Typed(IConvertible number, string type) => type switch
    {
        // Without the cast the switch makes each a double.
        "int" => (object)number.ToInt32(CultureInfo.InvariantCulture),
        "long" => number.ToInt64(CultureInfo.InvariantCulture),
        "float" => number.ToSingle(CultureInfo.InvariantCulture),
        _ => number.ToDouble(CultureInfo.InvariantCulture),
    };

    private object? Constant(GenValue value) => value switch
    {
        GenValue.Null => null,
        GenValue.Integer integer => integer.Dim.Substitute(Size).Constant
            ?? throw new NotSupportedException($"the number {integer.Dim}"),
        GenValue.Boolean truth => truth.Truth,
        GenValue.Condition condition => Holds(condition.Holds),
        GenValue.Real real => real.Number,
        GenValue.Text text => text.Characters,
        GenValue.Enumeration member => new EnumMember(member.Member),
        GenValue.Parameter parameter => Constructed(parameter.Name),
        GenValue.List list => Bindings.Flatten(list.Items).Select(Constant).ToList(),
        GenValue.Repeat repeat => Enumerable.Range(0, (int)repeat.Count.Substitute(Size).Constant!.Value)
            .Select(i => Constant(new Bindings([new(repeat.Index, new GenValue.Integer(Dim.Of(i)), null)]).Bind(repeat.Item))).ToList(),
        _ => throw new NotSupportedException($"the constant {value}"),
    };

    private bool Holds(Truth truth) => truth is Truth.Flag flag && constructor.ContainsKey(flag.Name)
        ? (bool)Constructed(flag.Name)!
        : truth.Substitute(Size).Indicator.Constant switch
        {
            1 => true,
            0 => false,
            _ => throw new NotSupportedException($"whether {truth}"),
        };

    /// <summary>A size that the constructor was given; null where there is none of that name.</summary>
    public static long? SizeOf(nn.Module module, IReadOnlyDictionary<string, object?> constructor, string name)
    {
        try
        {
            return new GraphInterpreter(module, constructor).Size(name)?.Constant;
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private Dim? Size(string name) => Constructed(name) switch
    {
        bool truth => truth ? Dim.One : Dim.Zero,
        IConvertible number and not string => Dim.Of(number.ToInt64(CultureInfo.InvariantCulture)),
        _ => null,
    };

    /// <summary>What the constructor was given, or a member of that.</summary>
    private object? Constructed(string name) => constructor.TryGetValue(name, out var value) ? value
        : name.LastIndexOf('.') is var dot and > 0 ? Member(Constructed(name[..dot])!, name[(dot + 1)..])
        : Member(module, name);

    internal static object? Member(object holder, string name)
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var type = holder.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(name, All) is { } field)
            {
                return field.GetValue(holder);
            }

            if (type.GetProperty(name, All) is { } property && property.GetIndexParameters().Length == 0)
            {
                return property.GetValue(holder);
            }
        }

        throw new NotSupportedException($"the member {name}");
    }

    private object? Apply(GraphNode.Apply node)
    {
        var operands = node.Operands.Select(o => Of(o.Operand)).ToArray();
        var name = node.Operator.Name;
        switch (node.Operator.Kind)
        {
            case OperatorKind.Tensor or OperatorKind.Torch or OperatorKind.Functional or OperatorKind.Math:
                return Functions.Call(node, operands);
            case OperatorKind.Module:
                return Functions.CallModule(operands[0]!, [.. node.Operands.Skip(1).Select((o, i) => (o.IsDefault, operands[i + 1]))]);
            case OperatorKind.CSharp:
                return operands.Length == 1 ? Operators.Unary(name, operands[0]) : Operators.Binary(name, operands[0], operands[1]);
            case OperatorKind.Property:
                return operands.Length == 0 ? Member(module, name) : Property(operands[0], name);
            case OperatorKind.Item:
                return Indexes.Item(operands[0]!, operands[1..]);
            case OperatorKind.SetItem:
                Indexes.Set(operands[0]!, operands[1..^1], operands[^1]);
                return null;
            case OperatorKind.List:
                return node.Operands.Zip(operands).SelectMany(o => o.First.Parameter == ".." ? Arguments.Items(o.Second) : [o.Second])
                    .ToList();
            case OperatorKind.Tuple:
                return new Row(operands);
            case OperatorKind.Slice:
                return new Range(operands[0], operands[1], operands[2]);
            case OperatorKind.FromEnd:
                return new System.Index(Convert.ToInt32(operands[0], CultureInfo.InvariantCulture), fromEnd: true);
            case OperatorKind.Index:
                return Indexes.Of(name, node.Operands, operands);
            case OperatorKind.Static:
                return Static(name);
            case OperatorKind.Collection:
                return Collections.Call(name, operands);
            case OperatorKind.SetMember:
                SetMember(name, operands[0]);
                return operands[0];
            default:
                throw new NotSupportedException(node.Operator.ToString());
        }
    }

    private static object? Property(object? holder, string name) => name switch
    {
        "Value" => holder,
        "Length" or "Count" when holder is IEnumerable and not string => (long)Arguments.Items(holder).Count(),
        _ => Member(holder!, name),
    };

    private object? Static(string path)
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var (owner, name) = (path[..path.LastIndexOf('.')], path[(path.LastIndexOf('.') + 1)..]);
        var type = module.GetType().Assembly.GetType(owner) ?? throw new NotSupportedException($"the type {owner}");
        return type.GetField(name, All) is { } field ? field.GetValue(null) : type.GetProperty(name, All)!.GetValue(null);
    }

    private void SetMember(string name, object? value)
    {
        for (var type = module.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                is { } field)
            {
                field.SetValue(module, Arguments.Convert(value, field.FieldType));
                return;
            }
        }

        throw new NotSupportedException($"the member {name}");
    }

    /// <summary>A tuple.</summary>
    internal sealed record Row(object?[] Items) : ITuple
    {
        public object? this[int index] => Items[index];

        public int Length => Items.Length;
    }

    internal sealed record Range(object? Start, object? Stop, object? Step);

    /// <summary>A member of an enum whose type the parameter tells.</summary>
    internal sealed record EnumMember(string Name);
}

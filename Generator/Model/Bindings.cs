using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Model;

/// <summary>The values that a module's constructor is given, put in the place of its parameters.</summary>
internal sealed class Bindings(IEnumerable<Argument> arguments)
{
    public static readonly Bindings None = new([]);

    private const int MostItems = 10_000;

    /// <summary>The items of what is there many times over, made once.</summary>
    private static readonly ConditionalWeakTable<Value.Repeat, Value.List> Expanded = new();
    private readonly Dictionary<string, Value> values =
        arguments.GroupBy(a => a.Parameter, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Value, StringComparer.Ordinal);

    public bool IsEmpty => values.Count == 0;

    /// <summary>The value of a parameter that is a number or a truth; null where there is no such parameter.</summary>
    public Dim? Size(string name) => Find(name) switch
    {
        null => null,
        Value.Integer integer => integer.Dim,
        Value.Boolean truth => truth.Truth ? Dim.One : Dim.Zero,
        Value.Condition condition => condition.Holds.Indicator,
        Value.Parameter member when name.Contains('.') => Dim.Name(member.Name),
        _ => Dim.Unknown,
    };

    /// <summary>The names that the given values depend on.</summary>
    public IEnumerable<string> Names => values.Values.SelectMany(NamesOf).Distinct();

    public Value Bind(Value value) => value switch
    {
        Value.Integer integer => new Value.Integer(integer.Dim.Substitute(Size)),
        Value.Condition condition => condition.Holds is Truth.Flag flag && values.TryGetValue(flag.Name, out var given)
            && given is Value.Boolean or Value.Condition
            ? values[((Truth.Flag)condition.Holds).Name]
            : condition.Holds.Substitute(Size) is Truth.Known known ? new Value.Boolean(known.Value)
            : new Value.Condition(condition.Holds.Substitute(Size)),
        Value.Parameter parameter => Find(parameter.Name) switch
        {
            null => parameter,
            Value.Parameter other => parameter with { Name = other.Name },
            var argument => argument,
        },
        Value.Object made => new Value.Object(made.Members.Select(m => m with { Value = Bind(m.Value) }).ToEquatableArray()),
        Value.List list => new Value.List(Flatten(list.Items.Select(Bind)).ToEquatableArray()),
        Value.Repeat repeat => Expand(new Value.Repeat(repeat.Count.Substitute(Size), repeat.Index, Bind(repeat.Item))),
        Value.Spread spread => new Value.Spread(Bind(spread.Items)),
        Value.Module module => module with { Layer = Bind(module.Layer) },
        _ => value,
    };

    public LayerModel Bind(LayerModel layer)
    {
        if (layer.Condition is { } condition)
        {
            switch (condition.Substitute(Size))
            {
                case Truth.Known { Value: true }:
                    return Bind(layer with { Condition = null, Otherwise = null, IsOptional = false });
                case Truth.Known when layer.Otherwise is { } otherwise:
                    return Bind(otherwise with { Name = layer.Name, Key = layer.Key });
                case var still:
                    layer = layer with { Condition = still, Otherwise = layer.Otherwise is { } other ? Bind(other) : null };
                    break;
            }
        }

        if (layer.Given is { } parameter && values.TryGetValue(parameter, out var given) && given is Value.Module module)
        {
            return module.Layer with { Name = layer.Name, Key = layer.Key };
        }

        return layer with { Arguments = layer.Arguments.Select(a => a with { Value = Bind(a.Value) }).ToEquatableArray() };
    }

    public ModuleModel Bind(ModuleModel module) => IsEmpty ? module : module with
    {
        Layers = module.Layers.Select(Bind).ToEquatableArray(),
        Bound = module.Constructor.Parameters.Where(p => values.ContainsKey(p.Name)).Select(p => new Argument(p.Name, values[p.Name], null))
            .ToEquatableArray(),
    };

    /// <summary>The value of a parameter, or of a member of one: <c>config.Dim</c>.</summary>
    private Value? Find(string name)
    {
        if (values.TryGetValue(name, out var value))
        {
            return value;
        }

        return name.LastIndexOf('.') is var dot and > 0 ? Find(name.Substring(0, dot)) switch
        {
            null => null,
            Value.Object made => made[name.Substring(dot + 1)],
            Value.Parameter other when other.PathTo(name.Substring(dot + 1)) is { } path => new Value.Parameter(path),
            _ => new Value.Opaque(name),
        }
        : null;
    }

    private static IEnumerable<string> NamesOf(Value value) => value switch
    {
        Value.Integer integer => integer.Dim.Names,
        Value.Condition condition => condition.Holds.Indicator.Names,
        Value.Object made => made.Members.SelectMany(m => NamesOf(m.Value)),
        _ => [],
    };

    /// <summary>A repetition whose number is known is its items.</summary>
    public static Value Expand(Value value)
    {
        if (value is not Value.Repeat { Count.Constant: >= 0 and <= MostItems and var count } repeat)
        {
            return value;
        }

        return Expanded.GetValue(repeat, _ => new(Items(repeat, (int)count).ToEquatableArray()));
    }

    private static IEnumerable<Value> Items(Value.Repeat repeat, int count) => repeat.Item switch
    {
        // Long arrays are one value many times over, or the numbers one after the other.
        Value.Integer { Dim.Constant: not null } or Value.Real or Value.Boolean or Value.Null or Value.Text =>
            Enumerable.Repeat(repeat.Item, count),
        Value.Integer { Dim.AsName: { } name } when name == repeat.Index =>
            Enumerable.Range(0, count).Select(static i => new Value.Integer(Dim.Of(i))),
        var item => Flatten(Enumerable.Range(0, count).Select(
            i => new Bindings([new Argument(repeat.Index, new Value.Integer(Dim.Of(i)), null)]).Bind(item))),
    };

    /// <summary>The items of a list, those of spreads among them.</summary>
    public static IEnumerable<Value> Flatten(IEnumerable<Value> items)
    {
        foreach (var item in items)
        {
            if (item is Value.Spread spread && Expand(spread.Items) is Value.List inner)
            {
                foreach (var value in Flatten(inner.Items))
                {
                    yield return value;
                }
            }
            else
            {
                yield return item;
            }
        }
    }
}

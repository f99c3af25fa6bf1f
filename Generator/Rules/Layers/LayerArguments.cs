using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Layers;

/// <summary>A factory's arguments by the names of its parameters. What is not known at compile time is unknown, never guessed.</summary>
internal sealed class LayerArguments(IEnumerable<Argument> arguments)
{
    private readonly Dictionary<string, Value> values = arguments.ToDictionary(a => a.Parameter, a => a.Value, StringComparer.Ordinal);

    /// <summary>An integer argument.</summary>
    public Dim this[string parameter] => values.TryGetValue(parameter, out var value) && value is Value.Integer integer ? integer.Dim
        : Dim.Unknown;

    public bool Has(string parameter) => values.ContainsKey(parameter);

    public bool? Flag(string parameter) => values.TryGetValue(parameter, out var value) && value is Value.Boolean flag ? flag.Truth : null;

    /// <summary>A truth as 1 or 0, or what it depends on.</summary>
    public Dim Presence(string parameter) => Raw(parameter) switch
    {
        Value.Boolean flag => flag.Truth ? Dim.One : Dim.Zero,
        Value.Condition condition => condition.Holds.Indicator,
        _ => Dim.Unknown,
    };

    /// <summary>A real argument.</summary>
    public double? Number(string parameter) => Raw(parameter) switch
    {
        Value.Real real => real.Number,
        Value.Integer { Dim.Constant: { } whole } => whole,
        _ => null,
    };

    public bool IsNull(string parameter) => !values.TryGetValue(parameter, out var value) || value is Value.Null;

    /// <summary>Whether it is given and not null; null where only the running program knows.</summary>
    public bool? IsGiven(string parameter) => Raw(parameter) switch
    {
        null or Value.Null => false,
        Value.Opaque or Value.Parameter => null,
        _ => true,
    };

    /// <summary>The member of an enum argument, such as <c>Same</c>; null where it is none or not known.</summary>
    public string? Member(string parameter) => values.TryGetValue(parameter, out var value) && value is Value.Enumeration member
        ? member.Member : null;

    public Value? Raw(string parameter) => values.TryGetValue(parameter, out var value) ? value : null;

    /// <summary>A size for each spatial dimension: one number for all, a tuple, an array, or <paramref name="otherwise"/> where it is
    /// null.</summary>
    public Dim[] Sizes(string parameter, int count, Dim[]? otherwise = null)
    {
        switch (values.TryGetValue(parameter, out var value) ? value : new Value.Null())
        {
            case Value.Integer integer:
                return Repeat(integer.Dim, count);
            case Value.List list when list.Items.Count == count:
                return list.Items.Select(i => i is Value.Integer integer ? integer.Dim : Dim.Unknown).ToArray();
            case Value.List { Items: [Value.Integer single] }:
                return Repeat(single.Dim, count);
            case Value.Null when otherwise is not null:
                return otherwise;
            default:
                return Repeat(Dim.Unknown, count);
        }
    }

    public static Dim[] Repeat(Dim size, int count) => Enumerable.Repeat(size, count).ToArray();
}

using Gen.Graph;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>What is known of a value of the running program.</summary>
internal abstract record Abstract
{
    /// <summary>A tensor, by its shape and how it came about.</summary>
    internal sealed record Tensor(Shape Shape, Trail Trail, ElementType Type = ElementType.Unknown) : Abstract
    {
        /// <summary>It comes of something that fails: nothing more is said of it.</summary>
        public bool IsAfterError { get; init; }

        /// <summary>The value on the tape that it is; null for a parameter, a buffer, and what is lost.</summary>
        public Taped? Taped { get; init; }
    }

    internal sealed record Size(Dim Dim) : Abstract;

    /// <summary>A number that is not known, and what is added to it: <c>past + T</c>.</summary>
    internal sealed record Offset(Abstract Base, Dim Added) : Abstract
    {
        /// <summary>Two numbers are the same if they are one value.</summary>
        public bool Equals(Offset? other) => other is not null && ReferenceEquals(Base, other.Base) && Added.Equals(other.Added);

        public override int GetHashCode() => Added.GetHashCode();
    }

    internal sealed record Boolean(Truth Truth) : Abstract;

    internal sealed record Number(double? Value) : Abstract;

    internal sealed record Text(string? Characters) : Abstract;

    internal sealed record Enumeration(string Member) : Abstract;

    /// <summary>A tuple, an array, a list.</summary>
    internal sealed record Items(IReadOnlyList<Abstract> Values, bool IsTuple = false) : Abstract
    {
        private const int Deepest = 32;
        private readonly IReadOnlyList<Abstract> values = Values;

        public IReadOnlyList<Abstract> Values
        {
            get => values;
            init => (values, depth) = (value, DepthOf(value));
        }

        private readonly int depth = DepthOf(Values);

        /// <summary>Lists in lists, as only a loop makes them.</summary>
        public bool IsTooDeep => depth > Deepest;

        private static int DepthOf(IReadOnlyList<Abstract> values) =>
            1 + values.Select(v => v is Items items ? items.depth : 0).DefaultIfEmpty(0).Max();
    }

    /// <summary>Equal items of a number that only the constructor's parameters tell.</summary>
    internal sealed record Many(Abstract Item, Dim Count) : Abstract;

    /// <summary>Items that differ by their index, of a number that only the constructor's parameters tell; no tensors are among
    /// them.</summary>
    internal sealed record Each(Func<Dim, Abstract> Item, Dim Count) : Abstract;

    /// <summary>A list that a loop fills: it begins so, each of that many turns adds the same, and then comes the rest.</summary>
    internal sealed record Growing(IReadOnlyList<Abstract> Start, IReadOnlyList<Abstract> Added, Dim Count,
        IReadOnlyList<Abstract> Tail) : Abstract
    {
        public Dim Length => Dim.Of(Start.Count + Tail.Count) + Count * Dim.Of(Added.Count);
    }

    /// <summary>The sizes of a tensor.</summary>
    internal sealed record Sizes(Shape Shape) : Abstract;

    /// <summary>A layer.</summary>
    internal sealed record Module(LayerModel Layer, string Path, string Field) : Abstract
    {
        public Module Named(string name) => this with { Layer = Layer with { Name = name }, Path = name };
    }

    internal sealed record Slice(Abstract? Start, Abstract? Stop, Abstract? Step) : Abstract;

    /// <summary><c>TensorIndex.Ellipsis</c>, <c>None</c>.</summary>
    internal sealed record Index(string Kind) : Abstract;

    internal sealed record FromEnd(Abstract Value) : Abstract;

    internal sealed record Function(EquatableArray<string> Parameters, Statement Body, Frame Closure) : Abstract;

    internal sealed record Null : Abstract;

    /// <summary>Anything.</summary>
    internal sealed record Unknown : Abstract;

    public static readonly Abstract Anything = new Unknown();

    public static Tensor Lost { get; } = new(Shape.UnknownRank, Trail.Start("", Shape.UnknownRank));

    public static Abstract Of(Value value) => value switch
    {
        Value.Integer integer => new Size(integer.Dim),
        Value.Boolean truth => new Boolean(Truth.Of(truth.Truth)),
        Value.Condition condition => new Boolean(condition.Holds),
        Value.Real real => new Number(real.Number),
        Value.Text text => new Text(text.Characters),
        Value.Enumeration member => new Enumeration(member.Member),
        Value.Null => new Null(),
        Value.List list when list.Items.All(i => i is not Value.Spread and not Value.Repeat) => new Items(list.Items.Select(Of).ToArray()),
        Value.Tensor tensor => new Tensor(tensor.Shape, Lost.Trail, tensor.Type),
        Value.Repeat { Item: Value.Tensor item } repeat => new Many(Of(item), repeat.Count),
        Value.Module module => new Module(module.Layer, "", "").Named(
            module.Layer.Name.Length > 0 ? module.Layer.Name : module.Layer.TypeName),
        _ => Anything,
    };

    /// <summary>How much more one number is than another, where both are told by the same one, which itself may not be known; unknown
    /// else.</summary>
    public static Dim Difference(Abstract more, Abstract less)
    {
        var ((a, x), (b, y)) = (Parts(more), Parts(less));
        return ReferenceEquals(a, b) && !ReferenceEquals(a, Anything) ? x - y : Dim.Unknown;
    }

    /// <summary>The unknown number in it, and what is added; none in a size.</summary>
    private static (Abstract? Base, Dim Added) Parts(Abstract value) => value switch
    {
        Offset offset => (offset.Base, offset.Added),
        Size { Dim.IsUnknown: false } size => (null, size.Dim),
        _ => (value, Dim.Zero),
    };

    /// <summary>A sum with an unknown number in it; null where it is none, or no value of its own.</summary>
    public static Abstract? Sum(Abstract left, Abstract right)
    {
        var ((a, x), (b, y)) = (Parts(left), Parts(right));
        return (a ?? b) is Unknown or Size && a is null != b is null && !ReferenceEquals(a ?? b, Anything)
            && x + y is { IsUnknown: false } added ? new Offset((a ?? b)!, added) : null;
    }

    /// <summary>The size, where it is one.</summary>
    public Dim AsSize => this switch
    {
        Size size => size.Dim,
        Number { Value: { } number } when number == Math.Floor(number) && Math.Abs(number) < 1L << 50 => Dim.Of((long)number),
        _ => Dim.Unknown,
    };

    /// <summary>The items, where they are known.</summary>
    public IReadOnlyList<Abstract>? AsItems => this switch
    {
        Items items => items.Values,
        Sizes { Shape.Rank: not null } sizes => sizes.Shape.Dims.Select(d => (Abstract)new Size(d)).ToArray(),
        _ => null,
    };

    /// <summary>The same value as an argument of a layer's rule.</summary>
    public Value ToValue() => this switch
    {
        Tensor tensor => new Value.Tensor(tensor.Shape, tensor.Type),
        Size size => new Value.Integer(size.Dim),
        Offset { Base: Size } => new Value.Integer(Dim.Unknown),
        Boolean { Truth: Truth.Known known } => new Value.Boolean(known.Value),
        Boolean boolean => new Value.Condition(boolean.Truth),
        Number { Value: { } number } => new Value.Real(number),
        Text { Characters: { } text } => new Value.Text(text),
        Enumeration member => new Value.Enumeration("", member.Member),
        Null => new Value.Null(),
        Items or Sizes when AsItems is { } items => new Value.List(items.Select(i => i.ToValue()).ToEquatableArray()),
        Module module => new Value.Module(module.Layer),
        Many { Item: Tensor item } many => new Value.List(EquatableArray.Of<Value>(new Value.Repeat(many.Count, "", item.ToValue()))),
        Growing growing when growing.Start.Concat(growing.Added).Concat(growing.Tail).All(i => i is Tensor) =>
            new Value.List(growing.Start.Select(i => i.ToValue())
            .Append(new Value.Repeat(growing.Count, "", new Value.List(growing.Added.Select(i => i.ToValue()).ToEquatableArray())))
            .Concat(growing.Tail.Select(i => i.ToValue())).ToEquatableArray()),
        _ => new Value.Opaque(""),
    };
}

/// <summary>The variables of a method that is being walked.</summary>
internal sealed class Frame(string method, Frame? closure)
{
    private readonly Dictionary<string, Abstract> variables = new(StringComparer.Ordinal);

    /// <summary>The method that the statements stand in, for places.</summary>
    public string Method => method;

    public Abstract? Find(string name) => variables.TryGetValue(name, out var value) ? value : closure?.Find(name);

    public void Declare(string name, Abstract value) => variables[name] = value;

    public void Assign(string name, Abstract value)
    {
        if (!variables.ContainsKey(name) && closure?.Find(name) is not null)
        {
            closure.Assign(name, value);
        }
        else
        {
            variables[name] = value;
        }
    }

    /// <summary>It and those around it.</summary>
    public IEnumerable<Frame> Chain => closure is null ? [this] : closure.Chain.Prepend(this);

    /// <summary>Its own variables as they are now.</summary>
    public Dictionary<string, Abstract> Save() => new(variables, StringComparer.Ordinal);

    public void Load(Dictionary<string, Abstract> saved)
    {
        variables.Clear();
        foreach (var entry in saved)
        {
            variables.Add(entry.Key, entry.Value);
        }
    }

    /// <summary>Every variable that holds this very value gets another.</summary>
    public void Replace(Abstract old, Abstract now)
    {
        foreach (var name in variables.Where(v => ReferenceEquals(v.Value, old)).Select(v => v.Key).ToArray())
        {
            variables[name] = now;
        }
    }

    /// <summary>All variables that can be seen.</summary>
    public Dictionary<string, Abstract> Snapshot()
    {
        var all = closure?.Snapshot() ?? new(StringComparer.Ordinal);
        foreach (var entry in variables)
        {
            all[entry.Key] = entry.Value;
        }

        return all;
    }
}

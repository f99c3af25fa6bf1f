using Gen.Graph;
using Gen.Model;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What is known of a value of the running program.</summary>
internal abstract record AbstractValue
{
    /// <summary>A tensor, by its shape and how it came about.</summary>
    internal sealed record Tensor(Shape Shape, Provenance Provenance, ElementType Type = ElementType.Unknown) : AbstractValue
    {
        /// <summary>It comes of something that fails: nothing more is said of it.</summary>
        public bool IsAfterError { get; init; }

        /// <summary>On which device it is; null where that is not known.</summary>
        public Device? Device { get; init; }

        /// <summary>What made it on the default device; null where it is elsewhere, or nobody knows.</summary>
        public Creation? Made { get; init; }

        /// <summary>What made it, and where its elements are; null for a parameter, a buffer, and what is lost.</summary>
        public Produced? Produced { get; init; }

        /// <summary>For a <c>PackedSequence</c>: the shape that its sequences have when they are padded, (T, N, ...).</summary>
        public Shape? Packed { get; init; }

        /// <summary>It is a parameter, or else a buffer; null for what the call makes or is given, and what is lost.</summary>
        public bool? IsParameter { get; init; }
    }

    internal sealed record Size(Dim Dim) : AbstractValue;

    /// <summary>A number that is not known, and what is added to it: <c>past + T</c>.</summary>
    internal sealed record Offset(AbstractValue Base, Dim Added) : AbstractValue
    {
        /// <summary>Two numbers are the same if they are one value.</summary>
        public bool Equals(Offset? other) => other is not null && ReferenceEquals(Base, other.Base) && Added.Equals(other.Added);

        public override int GetHashCode() => Added.GetHashCode();
    }

    internal sealed record Boolean(Truth Truth) : AbstractValue;

    /// <summary>Whether the module is in training mode.</summary>
    internal sealed record Training : AbstractValue;

    internal sealed record Number(double? Value) : AbstractValue;

    internal sealed record Text(string? Characters) : AbstractValue;

    internal sealed record Enumeration(string Member) : AbstractValue;

    /// <summary>A device, as code names one.</summary>
    internal sealed record Target(Device Device) : AbstractValue;

    /// <summary>The batches of a loader, or one of them: tensors of which the device is known.</summary>
    internal sealed record Batches(Device? Device) : AbstractValue
    {
        /// <summary>One of the batches; null where nothing is known of them.</summary>
        public AbstractValue? Item { get; init; }
    }

    /// <summary>A set of data, by one of its items.</summary>
    internal sealed record Dataset(AbstractValue Item) : AbstractValue;

    /// <summary>An object of a class of the project, whose members the evaluator holds.</summary>
    internal sealed record Object(int Id, string Type) : AbstractValue;

    /// <summary>An object as a module gives it to its caller, or is given it: what its members hold then.</summary>
    internal sealed record Handed(string Type, IReadOnlyList<HandedMember> Members, EquatableArray<string> Positional) : AbstractValue;

    /// <param name="Name">The member.</param>
    /// <param name="Value">What it holds.</param>
    /// <param name="IsStable">No other code sets it.</param>
    internal sealed record HandedMember(string Name, AbstractValue Value, bool IsStable);

    /// <summary>A distribution, by the sizes of one sample, of which the last belong to one event.</summary>
    internal sealed record Distribution(string Name, Shape Sample, int Events, IReadOnlyList<Tensor> From) : AbstractValue;

    /// <summary>A tuple, an array, a list.</summary>
    internal sealed record Items(IReadOnlyList<AbstractValue> Values, bool IsTuple = false) : AbstractValue
    {
        private const int Deepest = 32;
        private readonly IReadOnlyList<AbstractValue> values = Values;

        /// <summary>Multiplies matrices whenever somebody asks for its items, as LINQ does.</summary>
        public bool IsLazy { get; init; }

        public IReadOnlyList<AbstractValue> Values
        {
            get => values;
            init => (values, depth) = (value, DepthOf(value));
        }

        private readonly int depth = DepthOf(Values);

        /// <summary>Lists in lists, as only a loop makes them.</summary>
        public bool IsTooDeep => depth > Deepest;

        private static int DepthOf(IReadOnlyList<AbstractValue> values) =>
            1 + values.Select(v => v is Items items ? items.depth : 0).DefaultIfEmpty(0).Max();
    }

    /// <summary>Equal items of a number that only the constructor's parameters tell.</summary>
    internal sealed record Many(AbstractValue Item, Dim Count) : AbstractValue;

    /// <summary>Items that differ by their index, of a number that only the constructor's parameters tell; no tensors are among
    /// them.</summary>
    internal sealed record Each(Func<Dim, AbstractValue> Item, Dim Count) : AbstractValue;

    /// <summary>A list that a loop fills: it begins so, each of that many turns adds the same, and then comes the rest.</summary>
    internal sealed record Growing(IReadOnlyList<AbstractValue> Start, IReadOnlyList<AbstractValue> Added, Dim Count,
        IReadOnlyList<AbstractValue> Tail) : AbstractValue
    {
        public Dim Length => Dim.Of(Start.Count + Tail.Count) + Count * Dim.Of(Added.Count);
    }

    /// <summary>An array of which the first places were set, to equal items, and the others not yet.</summary>
    internal sealed record Filled(AbstractValue Item, Dim Count, Dim Length) : AbstractValue
    {
        public static AbstractValue Of(AbstractValue item, Dim count, Dim length) =>
            count.Equals(length) ? new Many(item, length) : new Filled(item, count, length);
    }

    /// <summary>The sizes of a tensor.</summary>
    internal sealed record Sizes(Shape Shape) : AbstractValue;

    /// <summary>A layer.</summary>
    internal sealed record Module(LayerModel Layer, string Path, string Field) : AbstractValue
    {
        /// <summary>On which device it is; null where that is not known.</summary>
        public Device? Device { get; init; }

        public Module Named(string name) => this with { Layer = Layer with { Name = name }, Path = name };
    }

    internal sealed record Slice(AbstractValue? Start, AbstractValue? Stop, AbstractValue? Step) : AbstractValue;

    /// <summary><c>TensorIndex.Ellipsis</c>, <c>None</c>.</summary>
    internal sealed record Index(string Kind) : AbstractValue;

    internal sealed record FromEnd(AbstractValue Value) : AbstractValue;

    internal sealed record Function(EquatableArray<string> Parameters, Statement Body, Frame Closure) : AbstractValue;

    internal sealed record Null : AbstractValue;

    /// <summary>Anything.</summary>
    internal sealed record Unknown : AbstractValue;

    public static readonly AbstractValue Anything = new Unknown();

    public static Tensor Lost { get; } = new(Shape.UnknownRank, Provenance.Start("", Shape.UnknownRank));

    public static AbstractValue Of(Value value) => value switch
    {
        Value.Integer integer => new Size(integer.Dim),
        Value.Boolean truth => new Boolean(Truth.Of(truth.Truth)),
        Value.Condition condition => new Boolean(condition.Holds),
        Value.Real real => new Number(real.Number),
        Value.Text text => new Text(text.Characters),
        Value.Enumeration { Type: "Device", Member: var device } => Device.Named(device) is { } known ? new Target(known) : Anything,
        Value.Enumeration member => new Enumeration(member.Member),
        Value.Null => new Null(),
        Value.List list when list.Items.All(i => i is not Value.Spread and not Value.Repeat) => new Items(list.Items.Select(Of).ToArray()),
        Value.Tensor tensor => new Tensor(tensor.Shape, Lost.Provenance, tensor.Type),
        Value.Repeat { Item: Value.Tensor item } repeat => new Many(Of(item), repeat.Count),
        Value.Repeat { Item: Value.Integer item } repeat =>
            new Each(index => new Size(item.Dim.Substitute(n => n == repeat.Index ? index : null)), repeat.Count),
        Value.Module module => new Module(module.Layer, "", "") { Device = module.IsNew ? Device.Default : null }.Named(
            module.Layer.Name.Length > 0 ? module.Layer.Name : module.Layer.TypeName),
        _ => Anything,
    };

    /// <summary>How much more one number is than another, where both are told by the same one, which itself may not be known; unknown
    /// else.</summary>
    public static Dim Difference(AbstractValue more, AbstractValue less)
    {
        var ((a, x), (b, y)) = (Parts(more), Parts(less));
        return ReferenceEquals(a, b) && !ReferenceEquals(a, Anything) ? x - y : Dim.Unknown;
    }

    /// <summary>The unknown number in it, and what is added; none in a size.</summary>
    private static (AbstractValue? Base, Dim Added) Parts(AbstractValue value) => value switch
    {
        Offset offset => (offset.Base, offset.Added),
        Size { Dim.IsUnknown: false } size => (null, size.Dim),
        _ => (value, Dim.Zero),
    };

    /// <summary>A sum with an unknown number in it; null where it is none, or no value of its own.</summary>
    public static AbstractValue? Sum(AbstractValue left, AbstractValue right)
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
    public IReadOnlyList<AbstractValue>? AsItems => this switch
    {
        Items items => items.Values,
        Sizes { Shape.Rank: not null } sizes => sizes.Shape.Dims.Select(d => (AbstractValue)new Size(d)).ToArray(),
        _ => null,
    };

    /// <summary>The value with other tensors in it.</summary>
    public AbstractValue With(Func<Tensor, AbstractValue> other) => this switch
    {
        Tensor tensor => other(tensor),
        Items items => items with { Values = items.Values.Select(v => v.With(other)).ToArray() },
        Handed handed => handed with { Members = handed.Members.Select(m => m with { Value = m.Value.With(other) }).ToArray() },
        _ => this,
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
        Training => new Value.Opaque(OperationCall.Training),
        Items or Sizes when AsItems is { } items => new Value.List(items.Select(i => i.ToValue()).ToEquatableArray()),
        Module module => new Value.Module(module.Layer),
        Many many when many.Item is Tensor or Many or Unknown =>
            new Value.List(EquatableArray.Of<Value>(new Value.Repeat(many.Count, "", many.Item.ToValue()))),
        Growing growing when growing.Start.Concat(growing.Added).Concat(growing.Tail).All(i => i is Tensor) =>
            new Value.List(growing.Start.Select(i => i.ToValue())
            .Append(new Value.Repeat(growing.Count, "", new Value.List(growing.Added.Select(i => i.ToValue()).ToEquatableArray())))
            .Concat(growing.Tail.Select(i => i.ToValue())).ToEquatableArray()),
        _ => new Value.Opaque(""),
    };
}

/// <summary>The variables of a method that is being walked.</summary>
internal sealed class Frame(string method, Frame? closure, CallChain? calls = null)
{
    private Dictionary<string, AbstractValue> variables = new(StringComparer.Ordinal);
    private bool isSaved;
    private HashSet<string>? unsettled;

    /// <summary>The method that the statements stand in, for places.</summary>
    public string Method => method;

    /// <summary>The calls that lead to it, where what is seen is kept.</summary>
    public CallChain? Calls => calls;

    public AbstractValue? Find(string name) => !variables.TryGetValue(name, out var value) ? closure?.Find(name)
        : unsettled?.Contains(name) != true ? value : value is AbstractValue.Tensor ? AbstractValue.Lost : AbstractValue.Anything;

    /// <summary>From here on, code that is not followed may set the variable at any time.</summary>
    public void Unsettle(string name)
    {
        if (variables.ContainsKey(name))
        {
            (unsettled ??= new(StringComparer.Ordinal)).Add(name);
        }
        else
        {
            closure?.Unsettle(name);
        }
    }

    /// <summary>The frame around it.</summary>
    public Frame? Closure => closure;

    /// <summary>Its own variables as they are now, to be looked at before anything is set.</summary>
    public IReadOnlyDictionary<string, AbstractValue> Variables => variables;

    public void Declare(string name, AbstractValue value)
    {
        // What was saved stays as it was.
        if (isSaved)
        {
            (variables, isSaved) = (new(variables, StringComparer.Ordinal), false);
        }

        variables[name] = value;
    }

    public void Assign(string name, AbstractValue value)
    {
        if (!variables.ContainsKey(name) && closure?.Find(name) is not null)
        {
            closure.Assign(name, value);
        }
        else
        {
            Declare(name, value);
        }
    }

    /// <summary>It and those around it.</summary>
    public IEnumerable<Frame> Chain => closure is null ? [this] : closure.Chain.Prepend(this);

    /// <summary>Its own variables as they are now.</summary>
    public Dictionary<string, AbstractValue> Save()
    {
        isSaved = true;
        return variables;
    }

    public void Load(Dictionary<string, AbstractValue> saved) => (variables, isSaved) = (saved, true);

    /// <summary>Every variable that holds this very value gets another.</summary>
    public void Replace(AbstractValue old, AbstractValue now)
    {
        foreach (var name in variables.Where(v => ReferenceEquals(v.Value, old)).Select(v => v.Key).ToArray())
        {
            Declare(name, now);
        }
    }

    /// <summary>Every variable gets what is made of its value.</summary>
    public void Replace(Func<AbstractValue, AbstractValue> other)
    {
        List<(string Name, AbstractValue Now)>? changed = null;
        foreach (var entry in variables)
        {
            if (other(entry.Value) is var now && !ReferenceEquals(now, entry.Value))
            {
                (changed ??= []).Add((entry.Key, now));
            }
        }

        changed?.ForEach(c => Declare(c.Name, c.Now));
    }

    /// <summary>All variables that can be seen.</summary>
    public Dictionary<string, AbstractValue> Snapshot()
    {
        var all = closure?.Snapshot() ?? new(StringComparer.Ordinal);
        foreach (var entry in variables)
        {
            all[entry.Key] = entry.Value;
        }

        return all;
    }
}

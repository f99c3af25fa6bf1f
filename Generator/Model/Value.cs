using Gen.Shapes;


namespace Gen.Model;

/// <summary>An argument of a factory, as far as it is known at compile time.</summary>
internal abstract record Value
{
    /// <summary>It stands for what one object is built with.</summary>
    public bool IsOfObject => this switch
    {
        Integer integer => integer.Dim.Names.Any(),
        Condition condition => condition.Holds.Indicator.Names.Any(),
        Parameter => true,
        List list => list.Items.Any(static i => i.IsOfObject),
        Repeat repeat => repeat.Count.Names.Any() || repeat.Item.IsOfObject,
        Spread spread => spread.Items.IsOfObject,
        Object made => made.Members.Any(static m => m.Value.IsOfObject),
        _ => false,
    };

    /// <summary>An integer, or an expression over the constructor's integer parameters.</summary>
    internal sealed record Integer(Dim Dim) : Value;

    internal sealed record Boolean(bool Truth) : Value;

    /// <summary>A truth that depends on the constructor's parameters.</summary>
    internal sealed record Condition(Truth Holds) : Value;

    /// <summary>A parameter of the constructor that is neither a number nor a truth.</summary>
    /// <param name="Name">As written; <c>config.Encoder</c> where it is a member of one.</param>
    /// <param name="Type">Fully qualified, where its members may be sizes; else empty.</param>
    internal sealed record Parameter(string Name, string Type = "") : Value
    {
        private const int Deepest = 2;

        /// <summary>The path of a member; null where it leads deeper than is followed.</summary>
        public string? PathTo(string member) => Name.Count(c => c == '.') < Deepest ? $"{Name}.{member}" : null;
    }

    /// <summary>An object that is no module, by those of its members that stay as they are built: a configuration.</summary>
    internal sealed record Object(EquatableArray<Member> Members) : Value
    {
        public Value this[string name] => Members.FirstOrDefault(m => m.Name == name)?.Value ?? new Opaque(name);
    }

    internal sealed record Real(double Number) : Value;

    internal sealed record Text(string Characters) : Value;

    /// <summary>An enum's member by its name, such as <c>Padding.Same</c>.</summary>
    internal sealed record Enumeration(string Type, string Member) : Value;

    internal sealed record Null : Value;

    /// <summary>A tuple or an array.</summary>
    internal sealed record List(EquatableArray<Value> Items) : Value;

    /// <summary>A module built in place: an item of a <c>Sequential</c>.</summary>
    internal sealed record Module(LayerModel Layer) : Value
    {
        /// <summary>It is made here, by code that moves it to no device.</summary>
        public bool IsNew { get; init; }
    }

    /// <summary>An item for each number from 0 below <paramref name="Count"/>, which it may use by the name
    /// <paramref name="Index"/>.</summary>
    internal sealed record Repeat(Dim Count, string Index, Value Item) : Value;

    /// <summary>Items in the place of one: <c>..rest</c>.</summary>
    internal sealed record Spread(Value Items) : Value;

    /// <summary>A tensor, where an operation is applied.</summary>
    internal sealed record Tensor(Shape Shape, ElementType Type = ElementType.Unknown) : Value;

    /// <summary>Something that only the running program knows.</summary>
    internal sealed record Opaque(string Written) : Value;
}

/// <summary>A property or a field and what it holds.</summary>
internal sealed record Member(string Name, Value Value);

/// <summary>An argument and the factory's parameter it goes to.</summary>
/// <param name="Parameter">The parameter's name.</param>
/// <param name="Value">What is known of it.</param>
/// <param name="Written">The argument as written, less a name before it; null for the factory's default.</param>
/// <param name="IsNamed">It was written with its name.</param>
internal sealed record Argument(string Parameter, Value Value, string? Written, bool IsNamed = false);

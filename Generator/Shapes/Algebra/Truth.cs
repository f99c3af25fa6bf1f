namespace Gen.Shapes;

/// <summary>Whether something holds, as far as sizes and the constructor's parameters tell.</summary>
internal abstract record Truth
{
    public static readonly Truth Unknown = new Open();
    public static readonly Truth True = new Known(true);
    public static readonly Truth False = new Known(false);

    /// <summary>1 where it holds, 0 where not; unknown where no expression tells.</summary>
    public abstract Dim Indicator { get; }

    /// <summary>A part of it is not told by sizes and parameters.</summary>
    public bool IsOpen => this switch
    {
        Open => true,
        Not not => not.Inner.IsOpen,
        Both both => both.Left.IsOpen || both.Right.IsOpen,
        Either either => either.Left.IsOpen || either.Right.IsOpen,
        _ => false,
    };

    /// <summary>The sizes and flags that it is about.</summary>
    public IEnumerable<string> Names => this switch
    {
        Flag flag => [flag.Name],
        Comparison { Fact: var fact } => fact.Left.Names.Concat(fact.Right.Names),
        Not not => not.Inner.Names,
        Both both => both.Left.Names.Concat(both.Right.Names),
        Either either => either.Left.Names.Concat(either.Right.Names),
        _ => [],
    };

    public static Truth Of(bool value) => value ? True : False;

    /// <summary>A comparison of sizes.</summary>
    public static Truth Of(Dim left, Relation relation, Dim right) =>
        left.IsUnknown || right.IsUnknown ? Unknown : new Comparison(new Fact(left, relation, right)).Fold();

    public static Truth Of(Fact fact) => Of(fact.Left, fact.Relation, fact.Right);

    /// <summary>A parameter of the constructor that is true or false.</summary>
    public static Truth Of(string flag) => new Flag(flag);

    public static Truth operator !(Truth truth) => truth switch
    {
        Known known => Of(!known.Value),
        Not not => not.Inner,
        Comparison comparison => new Comparison(comparison.Fact.Negated),
        Both both => !both.Left | !both.Right,
        Either either => !either.Left & !either.Right,
        Open => Unknown,
        _ => new Not(truth) { Depth = truth.Depth },
    };

    /// <summary>What is put together of more than this is unknown.</summary>
    private const int Deepest = 64;

    /// <summary>How deep truths are put together.</summary>
    private int Depth { get; init; }

    private static Truth Bounded(Truth whole, Truth left, Truth right) =>
        Math.Max(left.Depth, right.Depth) is var depth && depth < Deepest ? whole with { Depth = depth + 1 } : Unknown;

    public static Truth operator &(Truth left, Truth right) => (left, right) switch
    {
        (Known { Value: false }, _) or (_, Known { Value: false }) => False,
        (Known, _) => right,
        (_, Known) => left,
        _ => Bounded(new Both(left, right), left, right),
    };

    public static Truth operator |(Truth left, Truth right) => (left, right) switch
    {
        (Known { Value: true }, _) or (_, Known { Value: true }) => True,
        (Known, _) => right,
        (_, Known) => left,
        _ => Bounded(new Either(left, right), left, right),
    };

    /// <summary>True or false where that is known, under the facts; null where not.</summary>
    public bool? Decide(Facts facts) => this switch
    {
        Known known => known.Value,
        Comparison { Fact: var fact } => Holds(fact, facts),
        Not not => !not.Inner.Decide(facts),
        Both both => (both.Left.Decide(facts), both.Right.Decide(facts)) switch
        {
            (false, _) or (_, false) => false,
            (true, true) => true,
            _ => null,
        },
        Either either => (either.Left.Decide(facts), either.Right.Decide(facts)) switch
        {
            (true, _) or (_, true) => true,
            (false, false) => false,
            _ => null,
        },
        _ => null,
    };

    /// <summary>What follows for sizes where it holds.</summary>
    public IEnumerable<Fact> Facts => this switch
    {
        Comparison comparison => [comparison.Fact],
        Both both => both.Left.Facts.Concat(both.Right.Facts),
        _ => [],
    };

    public Truth Substitute(Func<string, Dim?> value) => this switch
    {
        Comparison { Fact: var fact } => Of(fact.Left.Substitute(value), fact.Relation, fact.Right.Substitute(value)),
        Flag flag => value(flag.Name) switch
        {
            null => flag,
            { Constant: { } number } => Of(number != 0),
            { AsName: { } other } => new Flag(other),

            // What is 1 where it holds, and 0 where not.
            { IsUnknown: false } indicator => Of(indicator, Relation.NotEqual, Dim.Zero),
            _ => Unknown,
        },
        Not not => !not.Inner.Substitute(value),
        Both both => both.Left.Substitute(value) & both.Right.Substitute(value),
        Either either => either.Left.Substitute(value) | either.Right.Substitute(value),
        _ => this,
    };

    private static bool? Holds(Fact fact, Facts facts) => fact.Relation switch
    {
        Relation.Equal => Equal(fact, facts),
        Relation.NotEqual => !Equal(fact, facts),
        Relation.AtLeast => Shapes.Comparison.AtLeast(fact.Left, fact.Right, facts),
        Relation.AtMost => Shapes.Comparison.AtLeast(fact.Right, fact.Left, facts),
        Relation.More => Shapes.Comparison.AtLeast(fact.Left, fact.Right + Dim.One, facts),
        _ => Shapes.Comparison.AtLeast(fact.Right, fact.Left + Dim.One, facts),
    };

    private static bool? Equal(Fact fact, Facts facts) => Shapes.Comparison.Compare(fact.Left, fact.Right, facts) switch
    {
        Verdict.Equal => true,
        Verdict.Different => false,
        _ => null,
    };

    internal sealed record Known(bool Value) : Truth
    {
        public override Dim Indicator => Value ? Dim.One : Dim.Zero;

        public override string ToString() => Value ? "true" : "false";
    }

    internal sealed record Flag(string Name) : Truth
    {
        public override Dim Indicator => Dim.Name(Name);

        public override string ToString() => Name;
    }

    internal sealed record Comparison(Fact Fact) : Truth
    {
        public override Dim Indicator => Fact.Relation switch
        {
            Relation.NotEqual => Differs,
            Relation.Equal => Dim.One - Differs,
            Relation.More => More(Fact.Left, Fact.Right),
            Relation.Less => More(Fact.Right, Fact.Left),
            Relation.AtLeast => Dim.One - More(Fact.Right, Fact.Left),
            _ => Dim.One - More(Fact.Left, Fact.Right),
        };

        /// <summary><c>a != b</c> is <c>min(1, max(a-b, b-a))</c>.</summary>
        private Dim Differs => Dim.Min(Dim.One, Dim.Max(Fact.Left - Fact.Right, Fact.Right - Fact.Left));

        public Truth Fold() => Fact.Left.Constant is not null && Fact.Right.Constant is not null
            && Holds(Fact, Shapes.Facts.None) is { } known ? Of(known) : this;

        public override string ToString() => Fact.ToString();

        private static Dim More(Dim a, Dim b) => Dim.Max(Dim.Zero, Dim.Min(Dim.One, a - b));
    }

    internal sealed record Not(Truth Inner) : Truth
    {
        public override Dim Indicator => Dim.One - Inner.Indicator;

        public override string ToString() => Inner is Flag ? $"!{Inner}" : $"!({Inner})";
    }

    internal sealed record Both(Truth Left, Truth Right) : Truth
    {
        public override Dim Indicator => Dim.Min(Left.Indicator, Right.Indicator);

        public override string ToString() => $"({Left} && {Right})";
    }

    internal sealed record Either(Truth Left, Truth Right) : Truth
    {
        public override Dim Indicator => Dim.Max(Left.Indicator, Right.Indicator);

        public override string ToString() => $"({Left} || {Right})";
    }

    internal sealed record Open : Truth
    {
        public override Dim Indicator => Dim.Unknown;

        public override string ToString() => "_";
    }
}

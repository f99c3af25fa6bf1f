using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>An operation being applied: a rule asks it for its operands and for what it requires, and the call keeps what was not
/// met.</summary>
internal sealed class OperationCall(OperationRule rule, string name, IReadOnlyList<KeyValuePair<string, Value>> arguments, Facts facts)
{
    private readonly LayerCall checks = new(new LayerArguments([]), Shape.UnknownRank, facts);
    private readonly List<Problem> problems = [];

    public OperationRule Rule => rule;

    /// <summary>The name that is called, one of the rule's.</summary>
    public string Name => name;

    public Facts Facts => facts;

    /// <summary>Conditions on sizes, and the arithmetic of layers.</summary>
    public LayerCall Checks => checks;

    public IReadOnlyList<Problem> Problems => problems;

    public bool Failed => problems.Count > 0 || checks.Failed;

    public bool IsIncomplete => checks.IsIncomplete;

    /// <summary>What the result depends on, where that can be said.</summary>
    public string? Open { get; private set; }

    public Dim DependsOn(string what)
    {
        Open ??= what;
        return checks.Unknown();
    }

    /// <summary>Multiply-adds by the conventional rule; unknown for operations that multiply until their rule says how often.</summary>
    public Dim MultiplyAdds { get; set; } = rule.Multiplies ? Dim.Unknown : Dim.Zero;

    public int Count => arguments.Count;

    public IReadOnlyList<KeyValuePair<string, Value>> Arguments => arguments;

    /// <summary>The type that the call states; null where it states none, unknown where it is not known which.</summary>
    public ElementType? Stated => new[] { "dtype", "type" }.Select(p => this[p]).FirstOrDefault(v => v is not (null or Value.Null)) switch
    {
        null => null,
        Value.Enumeration named => ElementTypes.OfMember(named.Member),
        _ => ElementType.Unknown,
    };

    public Value? this[string parameter]
    {
        get
        {
            foreach (var argument in arguments)
            {
                if (argument.Key == parameter)
                {
                    return argument.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The argument at a place; the tensor before the dot is the first.</summary>
    public Value? At(int index) => index < arguments.Count ? arguments[index].Value : null;

    /// <summary>The tensors among the arguments.</summary>
    public IEnumerable<Shape> Tensors() => arguments.Where(a => a.Value is Value.Tensor).Select(a => ShapeOf(a.Value));

    /// <summary>What these hold.</summary>
    public IReadOnlyList<ElementType> Types() => arguments.Select(a => a.Value).OfType<Value.Tensor>().Select(t => t.Type).ToArray();

    /// <summary>The arguments that are no tensors.</summary>
    public IEnumerable<KeyValuePair<string, Value>> Others() =>
        arguments.Where(a => a.Value is not Value.Tensor).GroupBy(a => a.Key).Select(g => g.First());

    public bool Has(string parameter) => this[parameter] is not (null or Value.Null);

    /// <summary>The shape of the first operand.</summary>
    public Shape Self => ShapeOf(At(0));

    public ElementType Type => At(0) is Value.Tensor tensor ? tensor.Type : ElementType.Unknown;

    /// <summary>Floating point of floating point; of integers the library sometimes makes one, sometimes the other.</summary>
    public ElementType Floating => Type.Is(ElementType.Float) ? Type : ElementType.Unknown;

    /// <summary>Floating point where all the tensors are: the library makes the common type of them, or refuses.</summary>
    public ElementType Common => Types() is { Count: > 0 } types && types.All(t => t.Is(ElementType.Float)) ? ElementType.Float
        : ElementType.Unknown;

    /// <summary>The type that an argument names; where none is given, another.</summary>
    public ElementType TypeOr(ElementType otherwise) => Stated ?? otherwise;

    public static Shape ShapeOf(Value? value) => value is Value.Tensor tensor ? tensor.Shape
        : value is Value.Integer or Value.Real or Value.Boolean ? Shape.Of() : Shape.UnknownRank;

    public Shape ShapeAt(string parameter) => ShapeOf(this[parameter]);

    public Dim Size(string parameter) => SizeOf(this[parameter]);

    public static Dim SizeOf(Value? value) => value is Value.Integer integer ? integer.Dim : Dim.Unknown;

    /// <summary>What is given where a module says whether it is in training mode.</summary>
    public const string Training = "this.training";

    /// <summary>False where it is left out and its default is false.</summary>
    public bool? Flag(string parameter) => this[parameter] switch
    {
        null => false,
        Value.Boolean flag => flag.Truth,
        _ => null,
    };

    /// <summary>Sizes of a list, or of one number; null where they are not known.</summary>
    public IReadOnlyList<Dim>? Sizes(Value? value) => value switch
    {
        Value.List list when list.Items.All(i => i is not (Value.Spread or Value.Repeat)) => list.Items.Select(SizeOf).ToArray(),
        Value.Integer integer => [integer.Dim],
        _ => null,
    };

    /// <summary>A dimension that a number names, counted from the end where negative; null where there is none such, or that is not
    /// known.</summary>
    public int? Dimension(Value? value, Shape shape, int extra = 0)
    {
        if (shape.Rank is not { } rank || SizeOf(value).Constant is not { } at)
        {
            checks.Incomplete();
            return null;
        }

        var count = Math.Max(rank + extra, 1);
        if (at < -count || at >= count)
        {
            Fail(new(FindingKind.OperationRank, Name, shape.ToString(), at.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            return null;
        }

        return (int)(at < 0 ? at + count : at);
    }

    public Value.Tensor Unknown()
    {
        checks.Incomplete();
        return new(Shape.UnknownRank);
    }

    public Value.Tensor Wrong(FindingKind kind, params string[] particulars)
    {
        Fail(new(kind, [Name, .. particulars]));
        return new(Shape.UnknownRank);
    }

    public void Fail(Problem problem) => problems.Add(problem);

    /// <summary>The operation does not take the element types that it gets.</summary>
    public Value.Tensor WrongType(TypeProblem problem)
    {
        Fail(new(FindingKind.ElementType, Name, problem.Needs, problem.Gets, problem.Edit) 
        {
            IsOfModuleType = problem.IsOfModule,
            Cast = problem.Cast,
        });
        return new(Shape.UnknownRank);
    }

    /// <summary>Two sizes must be equal. False where they are proved different.</summary>
    public bool Same(Shape left, Shape right, int dimension, Dim a, Dim b)
    {
        if (a.IsUnknown || b.IsUnknown)
        {
            checks.Incomplete();
            return true;
        }

        switch (Comparison.Compare(a, b, facts))
        {
            case Verdict.Different:
                Fail(new(FindingKind.OperationOperands, Name, left.ToString(), right.ToString(), Number(dimension), a.ToString(),
                    b.ToString()));
                return false;
            case Verdict.Unknown:
                checks.Require(new Fact(a, Relation.Equal, b));
                return true;
            default:
                return true;
        }
    }

    /// <summary>A size must not be 0: where that is not proved, it is a condition.</summary>
    public void NotEmpty(Dim size)
    {
        if (size.IsUnknown)
        {
            checks.Incomplete();
        }
        else if (Comparison.AtLeast(size, Dim.One, facts) is not true)
        {
            checks.Require(new Fact(size, Relation.AtLeast, Dim.One));
        }
    }

    /// <summary>The operands' common shape.</summary>
    public Shape Broadcast(Shape left, Shape right)
    {
        var result = Broadcasting.Broadcast(left, right, facts);
        if (result.Conflict is { } conflict)
        {
            Fail(new(FindingKind.OperationOperands, Name, left.ToString(), right.ToString(),
                Number(Math.Max(left.Dims.Count, right.Dims.Count) - conflict.FromEnd), conflict.Left.ToString(),
                conflict.Right.ToString()));
            return Shape.UnknownRank;
        }

        foreach (var need in result.Needs)
        {
            checks.Require(need);
        }

        if (result.Conditions.Count > result.Needs.Count || result.Result is null or { IsUnknownRank: true })
        {
            checks.Incomplete();
        }

        return result.Result ?? Shape.UnknownRank;
    }

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What does not fit: the operation, its operands, and the particulars of its kind.</summary>
internal sealed record Problem(FindingKind Kind, params string[] Particulars)
{
    /// <summary>It takes the module's type for float32.</summary>
    public bool IsOfModuleType { get; init; }

    public TypeCast? Cast { get; init; }
}

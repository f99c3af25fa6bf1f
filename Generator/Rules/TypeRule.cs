using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules;

/// <summary>Of which operands the type of a result is made.</summary>
internal enum TypeSource
{
    /// <summary>Of the first.</summary>
    First,

    /// <summary>Of the common type of the operands, which may differ.</summary>
    Common,

    /// <summary>Of the one type that all have to have.</summary>
    Alike,

    /// <summary>Of none: float32, or what the call says.</summary>
    Made,

    /// <summary>Of the weights, which are the module's.</summary>
    Weights,

    /// <summary>It is not known unless the call says it.</summary>
    Stated,
}

/// <summary>The element types that an operation takes, and what it gives of them.</summary>
/// <param name="Source">Of which operands the result's type is made.</param>
/// <param name="Map">What becomes of that type.</param>
internal sealed record TypeRule(TypeSource Source, TypeMap Map)
{
    /// <summary>The places of the operands that have a common type.</summary>
    public IReadOnlyList<int> Operands { get; init; } = [0, 1];

    /// <summary>What further results hold: indexes.</summary>
    public IReadOnlyList<ElementType> Others { get; init; } = [];

    /// <summary>Parameters that take some types alone, whatever the others are.</summary>
    public IReadOnlyList<(string Parameter, ElementType Types)> Needs { get; init; } = [];

    /// <summary>Types that no operand may have, though the common one may.</summary>
    public ElementType Never { get; init; }

    /// <summary>A first operand of 16 bits goes with others of float32.</summary>
    public bool TakesHalf { get; init; }

    /// <summary>Tensors without dimensions decide as those with dimensions do.</summary>
    public bool IgnoresDimensions { get; init; }

    /// <summary>Numbers take no part in the common type.</summary>
    public bool IsOfTensorsAlone { get; init; }

    /// <summary>It has a parameter that states a type, and does nothing with it.</summary>
    public bool IgnoresStated { get; init; }

    /// <summary>A parameter that, where it is given, makes another type of the result.</summary>
    public string? Unless { get; init; }

    /// <summary>The rule where the mean of the losses is taken, if it is another: integers have none.</summary>
    public TypeRule? OfMean { get; init; }

    /// <summary>The rule that holds with what is made of the losses.</summary>
    public TypeRule By(string? reduction) => reduction == "Mean" && OfMean is { } mean ? mean : this;

    /// <summary>The result is written into the first operand.</summary>
    public bool IsInPlace { get; init; }

    /// <summary>The same for every type: what the first operand holds.</summary>
    public static TypeRule Same { get; } = First("any");

    /// <summary>Truths, of all types.</summary>
    public static TypeRule Truth { get; } = Common("any > bool");

    /// <summary>float32, unless the call says another type.</summary>
    public static TypeRule Made { get; } = new(TypeSource.Made, new("any"));

    public static TypeRule Stated { get; } = new(TypeSource.Stated, new("any"));

    public static TypeRule OfWeights { get; } = new(TypeSource.Weights, new("any"));

    public static TypeRule First(string map) => new(TypeSource.First, new(map));

    public static TypeRule Common(string map, params int[] operands) =>
        new(TypeSource.Common, new(map)) { Operands = operands.Length > 0 ? operands : [0, 1] };

    public static TypeRule Alike(string map) => new(TypeSource.Alike, new(map));

    public TypeRule With(params ElementType[] others) => this with { Others = others };

    public TypeRule Needing(string parameters, ElementType types) =>
        this with { Needs = [.. Needs, .. parameters.Split(' ').Select(p => (p, types))] };

    /// <summary>What comes of operands, or why they are refused.</summary>
    /// <param name="operands">The operands by their parameters, the tensor before the dot first.</param>
    /// <param name="stated">The type that the call states, which the operands are converted to.</param>
    public (ElementType Type, TypeProblem? Problem) Of(IReadOnlyList<KeyValuePair<string, Value>> operands, ElementType? stated = null)
    {
        foreach (var (parameter, types) in Needs)
        {
            foreach (var operand in operands)
            {
                if (operand.Key == parameter && operand.Value is Value.Tensor given && !given.Type.MayBe(types))
                {
                    return (default, new($"{types.Text()} for '{parameter}'", given.Type.Text(), TypeProblem.Convert(types),
                        IsOfModule(given.Type)) { Cast = TypeProblem.CastOf(parameter, types) });
                }
            }
        }

        if (stated is { } converted && !IsInPlace && !IgnoresStated)
        {
            return (converted, null);
        }

        if (Source == TypeSource.Made)
        {
            return (operands.Count > 0 && operands[0] is { Key: "self", Value: Value.Tensor own } ? own.Type : ElementType.Float32, null);
        }

        if (Source is TypeSource.Weights or TypeSource.Stated)
        {
            return (Source == TypeSource.Weights ? ElementType.Module : ElementType.Unknown, null);
        }

        var taken = (Source switch
        {
            TypeSource.First => operands.Take(1).SelectMany(o => Tensors(o.Value)).Take(1),
            TypeSource.Common => Operands.Where(i => i < operands.Count && !IsNeeded(operands[i].Key))
                .SelectMany(i => Taking(operands[i].Value)),
            _ => operands.Where(o => !IsNeeded(o.Key)).SelectMany(o => Tensors(o.Value)),
        }).ToArray();
        // Of what is empty TorchSharp takes nearly every type.
        if (taken.Length == 0 || operands.Any(o => IsEmpty(o.Value)))
        {
            return (ElementType.Unknown, null);
        }

        if (Unless is not null && operands.Any(o => o.Key == Unless && o.Value is not (Value.Null or Value.Enumeration { Member: "None" })))
        {
            return (IsInPlace ? taken[0].Type : ElementType.Unknown, null);
        }

        if (IgnoresDimensions)
        {
            taken = [.. taken.Select(static o => o.Order == 2 ? o : o with { Order = 0 })];
        }

        if (Never != ElementType.Unknown && taken.Any(o => o.Order != 2 && o.Type.Is(Never)))
        {
            return (default, Refused(operands, taken));
        }

        var isHalf = TakesHalf && taken[0].Type.MayBe(ElementType.Float16 | ElementType.BFloat16)
            && taken.Skip(1).All(o => o.Type.MayBe(ElementType.Float32 | ElementType.Module));
        if (isHalf && taken[0].Type != ElementType.Unknown)
        {
            return (taken[0].Type, null);
        }

        if ((Source == TypeSource.Alike ? One(taken) : Promotion.Of(taken)) is not { } common)
        {
            return (default, Refused(operands, taken) with
            {
                Needs = "operands of one type", Edit = "Convert one of them with .to(...).", Cast = null,
            });
        }

        if (Map[common] is not { } result)
        {
            return (default, Refused(operands, taken));
        }

        if (IsInPlace)
        {
            var into = taken[0].Type;
            return result.Members().Any(r => into.Members().Any(t => Promotion.CanWrite(r, t))) ? (into, null)
                : (default, new($"a result that {into.Text()} can hold", result.Text(), "Use the form that gives a new tensor.",
                    IsOfModule(result)));
        }

        return (result, null);
    }

    private TypeProblem Refused(IReadOnlyList<KeyValuePair<string, Value>> operands, IReadOnlyList<Promotion.Operand> taken) =>
        new(Map.Takes.Text(), string.Join(" and ", taken.Select(o => o.Type.Text()).Distinct()), TypeProblem.Convert(Map.Takes),
            taken.Any(o => IsOfModule(o.Type)))
        {
            Cast = Source == TypeSource.First && operands[0].Value is Value.Tensor && !IsInPlace
                ? TypeProblem.CastOf(operands[0].Key, Map.Takes) : null,
        };

    private static bool IsEmpty(Value value) => value switch
    {
        Value.Tensor tensor => tensor.Shape.Dims.Any(d => d.Constant == 0),
        Value.List list => list.Items.Any(IsEmpty),
        _ => false,
    };

    private bool IsNeeded(string parameter) => Needs.Any(n => n.Parameter == parameter);

    private static bool IsOfModule(ElementType type) => (type & ElementType.Module) != 0;

    /// <summary>The type that all may have; null where there is none.</summary>
    private static ElementType? One(IReadOnlyList<Promotion.Operand> operands)
    {
        var common = ElementType.Unknown;
        foreach (var operand in operands)
        {
            if (Meet(common, operand.Type) is not { } both)
            {
                return null;
            }

            common = both;
        }

        return common;
    }

    /// <summary>What both may be. The module's type is float32 where float32 meets it.</summary>
    private static ElementType? Meet(ElementType a, ElementType b)
    {
        if (a == ElementType.Unknown || b == ElementType.Unknown)
        {
            return a == ElementType.Unknown ? b : a;
        }

        var both = a & b;
        if ((IsOfModule(a) && (b & ElementType.Float32) != 0) || (IsOfModule(b) && (a & ElementType.Float32) != 0))
        {
            both |= ElementType.Module;
        }

        return both == ElementType.Unknown ? null : both;
    }

    private IEnumerable<Promotion.Operand> Taking(Value? value) => value switch
    {
        null or Value.Null => [],
        Value.Tensor or Value.List => Tensors(value),
        _ when IsOfTensorsAlone => [],
        Value.Integer => [new(ElementType.Int64, 2)],
        Value.Real => [new(ElementType.Float32, 2)],
        Value.Boolean or Value.Condition => [new(ElementType.Boolean, 2)],
        _ => [new(ElementType.Unknown, null)],
    };

    private static IEnumerable<Promotion.Operand> Tensors(Value? value) => value switch
    {
        Value.Tensor tensor => [new(tensor.Type, tensor.Shape.Rank is { } rank ? rank == 0 ? 1 : 0 : null)],
        Value.List list => list.Items.SelectMany(Tensors),
        Value.Repeat repeat => Tensors(repeat.Item),
        _ => [],
    };

    /// <summary>A result with its types.</summary>
    public Value Put(Value result, ElementType type)
    {
        var index = 0;
        return Each(result);

        Value Each(Value value) => value switch
        {
            Value.Tensor tensor => tensor with
            {
                Type = index++ is > 0 and var further && Others.Count > 0 ? Others[Math.Min(further, Others.Count) - 1] : type,
            },
            Value.List list => new Value.List(list.Items.Select(Each).ToEquatableArray()),
            Value.Repeat repeat => repeat with { Item = Each(repeat.Item) },
            _ => value,
        };
    }
}

/// <summary>Element types that are refused.</summary>
/// <param name="Needs">What is taken.</param>
/// <param name="Gets">What arrives.</param>
/// <param name="Edit">What to do.</param>
/// <param name="IsOfModule">The module's type is among what arrives, which is float32 until the module is converted.</param>
internal sealed record TypeProblem(string Needs, string Gets, string Edit, bool IsOfModule)
{
    /// <summary>The one operand to convert, and the type; null where that is not certain.</summary>
    public TypeCast? Cast { get; init; }

    /// <summary>The conversion to a type that is taken: to the usual one of those.</summary>
    public static string Convert(ElementType takes) =>
        takes == ElementType.Boolean ? "Compare it with 0." : $"Convert it with .to({Usual(takes).Text()}).";

    /// <summary>The conversion of an operand to the usual one of the types that are taken. What holds truths is compared.</summary>
    public static TypeCast? CastOf(string operand, ElementType takes) => takes == ElementType.Boolean || !Usual(takes).IsOne() ? null
        : new(operand, Usual(takes).Member());

    private static ElementType Usual(ElementType takes) =>
        new[] { ElementType.Float32, ElementType.Int64 }.FirstOrDefault(t => takes.MayBe(t)) is var usual && usual == ElementType.Unknown
            ? takes : usual;
}

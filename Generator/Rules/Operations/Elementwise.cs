using Gen.Model;
using static Gen.Rules.Operations.OperationRules;

namespace Gen.Rules.Operations;

/// <summary>Operations on each element: the shape stays, or operands broadcast.</summary>
internal static class Elementwise
{
    private const string Unary = """
        abs absolute acos acosh alias angle arccos arccosh arcsin arcsinh arctanh asin asinh atan atanh bernoulli bitwise_not ceil celu
        clone conj
        conj_physical contiguous cos cosh cpu cuda deg2rad detach digamma elu erf erfc erfinv exp exp2 expm1 fill fix float_power floor
        frac gelu half bfloat16 hardsigmoid
        hardswish hardtanh i0 isfinite isinf isnan isneginf isposinf isreal leaky_relu lgamma log log10 log1p log2 log_sigmoid logical_not
        logit mps nan_to_num
        neg negative pin_memory positive pow rad2deg rand_like randn_like randint_like reciprocal relu relu6 requires_grad resolve_conj
        resolve_neg round rrelu
        rsqrt selu sgn sigmoid sign signbit silu sin sinc sinh softplus sqrt square tan tanh threshold to to_dense trunc type type_as
        uniform zero zeros_like ones_like empty_like full_like
        with_requires_grad MoveToOuterDisposeScope MoveToOtherDisposeScope DetachFromDisposeScope dequantize random exponential geometric
        cauchy log_normal erfcx expit
        float double long int short byte char bool real float_
        """;

    private const string Binary = """
        add sub subtract mul multiply div divide true_divide floor_divide remainder fmod pow eq ne lt le gt ge equal_to not_equal less
        less_equal greater greater_equal
        arctan maximum minimum fmax fmin atan2 arctan2 logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor
        bitwise_left_shift bitwise_right_shift hypot copysign
        xlogy logaddexp logaddexp2 nextafter gcd lcm igamma igammac heaviside ldexp float_power + - * / % == != < <= > >= & | ^ << >>
        """;

    public static IEnumerable<KeyValuePair<string, Rule>> All =>
        Names(Binary).Select(n => new KeyValuePair<string, Rule>(n, Broadcast))
            .Concat(Rules)
            .Concat(Names(Unary).Concat(Names(Fillings)).Select(n => new KeyValuePair<string, Rule>(n, Same)));

    private static readonly Dictionary<string, Rule> Rules = new(StringComparer.Ordinal)
    {
        ["where"] = call => call.Count switch
        {
            < 3 => call.Unknown(),
            _ => new Value.Tensor(call.Broadcast(call.Broadcast(OperationCall.ShapeOf(call.At(0)), OperationCall.ShapeOf(call.At(1))),
                OperationCall.ShapeOf(call.At(2)))),
        },
        // Gen's own: a bool mask, as what is added to the scores.
        ["Additive"] = call => new Value.Tensor(OperationCall.ShapeOf(call.At(0))),
        ["lerp"] = Broadcast3,
        ["addcmul"] = Broadcast3,
        ["addcdiv"] = Broadcast3,
        ["clamp"] = Clamp,
        ["clip"] = Clamp,
        ["clamp_min"] = Clamp,
        ["clamp_max"] = Clamp,
        ["masked_fill"] = call => new Value.Tensor(call.Broadcast(call.Self, call.ShapeAt("mask")), call.Type),
        ["prelu"] = Prelu,
        ["bernoulli_"] = call => call["p"] is Value.Tensor ? call.Unknown() : Same(call),

        // Of special, the order comes first.
        ["polygamma"] = call => call.Tensors().FirstOrDefault() is { IsUnknownRank: false } input ? new Value.Tensor(input)
            : call.Unknown(),

        // TorchSharp 0.107 compares without broadcasting in some cases.
        ["isclose"] = call => call.Self.Rank is not null && call.Self.Equals(OperationCall.ShapeOf(call.At(1)))
            ? new Value.Tensor(call.Self, ElementType.Boolean) : call.Unknown(),
        ["cummax"] = Cumulative,
        ["cummin"] = Cumulative,
        ["softmax"] = AlongDimension,
        ["log_softmax"] = AlongDimension,
        ["softmin"] = AlongDimension,
        ["cumsum"] = AlongDimension,
        ["cumprod"] = AlongDimension,
        ["logcumsumexp"] = AlongDimension,
        ["to"] = Convert,
        ["type"] = Convert,
        ["to_type"] = Convert,
        ["long"] = call => new Value.Tensor(call.Self, ElementType.Integer),
        ["int"] = call => new Value.Tensor(call.Self, ElementType.Integer),
        ["float"] = call => new Value.Tensor(call.Self, ElementType.Float),
        ["double"] = call => new Value.Tensor(call.Self, ElementType.Float),
        ["bool"] = call => new Value.Tensor(call.Self, ElementType.Boolean),
    };

    /// <summary>What <c>nn.init</c> has: a tensor filled, and given back.</summary>
    private const string Fillings = """
        constant_ dirac_ eye_ normal_ glorot_normal_ glorot_uniform_ kaiming_normal_ kaiming_uniform_ ones_ orthogonal_ sparse_
        trunc_normal_ xavier_normal_ xavier_uniform_ zeros_
        """;

    private static string[] Names(string list) => list.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Functions that give what they are given; all others make floating point of integers.</summary>
    private static readonly HashSet<string> Keeping = new(Names("""
        abs absolute alias bitwise_not ceil clone conj conj_physical contiguous cpu cuda detach fill fix floor mps nan_to_num neg negative
        pin_memory positive relu relu6
        requires_grad resolve_conj resolve_neg round sgn sign threshold to_dense trunc with_requires_grad zero hardtanh
        MoveToOuterDisposeScope MoveToOtherDisposeScope DetachFromDisposeScope zeros_like ones_like empty_like full_like rand_like
        randn_like randint_like random
        """), StringComparer.Ordinal);

    private static readonly HashSet<string> Asking = new(Names("""
        == != < <= > >= eq ne lt le gt ge equal_to not_equal less less_equal greater greater_equal logical_and logical_or logical_xor
        logical_not
        isfinite isinf isnan isneginf isposinf isreal signbit
        """), StringComparer.Ordinal);

    private static readonly HashSet<string> Casting = new(Names("half bfloat16 short byte char type_as"), StringComparer.Ordinal);

    private static Value Same(OperationCall call) =>
        call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self, TypeOfSame(call));

    private static ElementType TypeOfSame(OperationCall call)
    {
        var name = call.Name.TrimEnd('_');
        return Asking.Contains(name) ? ElementType.Boolean
            : Casting.Contains(name) ? ElementType.Unknown
            : call["dtype"] is not null ? call.TypeOr(call.Type, "dtype")
            : Keeping.Contains(name) ? call.Type : call.Floating;
    }

    private static Value Broadcast(OperationCall call)
    {
        var (left, right) = (OperationCall.ShapeOf(call.At(0)), OperationCall.ShapeOf(call.At(1)));

        // A number beside a tensor changes no shape, whatever it is.
        if (call.At(1) is not Value.Tensor && call.At(0) is Value.Tensor)
        {
            return new Value.Tensor(left, Of(call));
        }

        if (call.At(0) is not Value.Tensor && call.At(1) is Value.Tensor)
        {
            return new Value.Tensor(right, Of(call));
        }

        return left.IsUnknownRank || right.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Broadcast(left, right), Of(call));
    }

    private static ElementType Of(OperationCall call) => Asking.Contains(call.Name.TrimEnd('_'))
        ? ElementType.Boolean
        : call.At(0) is Value.Tensor { Type: ElementType.Float } or Value.Real
            || call.At(1) is Value.Tensor { Type: ElementType.Float } or Value.Real ? ElementType.Float : ElementType.Unknown;

    private static Value Broadcast3(OperationCall call)
    {
        var shape = call.Broadcast(call.Self, OperationCall.ShapeOf(call.At(1)));
        var type = Promoted(call.At(0), call.At(1), call.At(2));
        return call.At(2) is Value.Tensor third && !call.Failed ? new Value.Tensor(call.Broadcast(shape, third.Shape), type)
            : new Value.Tensor(shape, type);
    }

    /// <summary>One slope for all, or one for each channel.</summary>
    public static Value Prelu(OperationCall call)
    {
        var weight = OperationCall.ShapeOf(call.At(1));
        return call.Self.Rank is { } rank && weight.Rank == 1
            && (weight.Dims[0].Constant == 1 || (rank >= 2 && weight.Dims[0].Equals(call.Self.Dims[1])))
            ? new Value.Tensor(call.Self, call.Type) : call.Unknown();
    }

    private static Value Cumulative(OperationCall call) => call.Dimension(call.At(1), call.Self) is null
        ? call.Unknown()
        : new Value.List(EquatableArray.Of<Value>(new Value.Tensor(call.Self, call.Type),
            new Value.Tensor(call.Self, ElementType.Integer)));

    private static Value Clamp(OperationCall call)
    {
        if (!new[] { call.At(1), call.At(2) }.Any(b => b is not (null or Value.Null)))
        {
            return call.Unknown();
        }

        var shape = call.Self;
        foreach (var bound in new[] { call.At(1), call.At(2) }.OfType<Value.Tensor>())
        {
            shape = call.Broadcast(shape, bound.Shape);
        }

        return shape.IsUnknownRank ? call.Unknown() : new Value.Tensor(shape,
            Promoted([call.At(0), .. new[] { call.At(1), call.At(2) }.Where(b => b is not Value.Null)]));
    }

    /// <summary>The type that operands have in common: a floating point number makes floating point of integers, integers change
    /// none.</summary>
    private static ElementType Promoted(params Value?[] operands)
    {
        var types = operands.Where(o => o is not null).Select(o => o switch
        {
            Value.Tensor tensor => tensor.Type,
            Value.Real => ElementType.Float,
            Value.Integer => ElementType.Integer,
            _ => ElementType.Unknown,
        }).Distinct().ToArray();
        return types.Contains(ElementType.Unknown) ? ElementType.Unknown : types.Contains(ElementType.Float) ? ElementType.Float
            : types.Length == 1 ? types[0] : ElementType.Unknown;
    }

    private static Value AlongDimension(OperationCall call)
    {
        if (call.Self.IsUnknownRank)
        {
            return call.Unknown();
        }

        if (call.Self.Rank is not null && (call["dim"] ?? call.At(1)) is { } dim)
        {
            call.Dimension(dim, call.Self);
        }

        return new Value.Tensor(call.Self, call.Name.StartsWith("cum", StringComparison.Ordinal)
            ? call.TypeOr(call.Floating, "type", "dtype") : call.TypeOr(call.Floating, "dtype"));
    }

    /// <summary><c>to</c> a type, or like another tensor; a device changes neither.</summary>
    private static Value Convert(OperationCall call) => call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(
        call.Self,
        call["typeFunc"] is not null ? ElementType.Unknown : call["other"] is { } other
            ? other is Value.Tensor tensor ? tensor.Type : ElementType.Unknown : call.TypeOr(call.Type, "type", "dtype"));
}

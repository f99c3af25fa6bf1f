using Gen.Model;

namespace Gen.Rules.Operations;

/// <summary>Operations on each element: the shape stays, or operands broadcast.</summary>
internal static class Elementwise
{
    public static readonly IReadOnlyList<OperationRule> All =
    [
        // Two operands broadcast.
        Pair("+ - * / add sub subtract mul multiply div divide") with { PairsElements = true },
        Pair("""
            % & | ^ << >> true_divide floor_divide remainder fmod pow float_power maximum minimum fmax fmin arctan atan2 arctan2
            bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift hypot copysign xlogy logaddexp logaddexp2 nextafter
            gcd lcm igamma igammac heaviside ldexp
            """),
        Pair("""
            == != < <= > >= eq ne lt le gt ge equal_to not_equal less less_equal greater greater_equal
            logical_and logical_or logical_xor
            """) with { Type = TypeRule.Truth },

        // Three do too.
        new("where")
        {
            Output = static call => call.Count switch
            {
                < 3 => call.Unknown(),
                _ => new Value.Tensor(call.Broadcast(call.Broadcast(OperationCall.ShapeOf(call.At(0)), OperationCall.ShapeOf(call.At(1))),
                    OperationCall.ShapeOf(call.At(2)))),
            },
        },
        new("lerp addcmul addcdiv") { Output = Broadcast3 },
        new("clamp") { Output = Clamp, MayReturnInput = true },
        new("clip") { Output = Clamp },
        new("clamp_min clamp_max") { Output = Clamp, IsFunctionInPlace = true },
        new("masked_fill")
        {
            Output = static call => new Value.Tensor(call.Broadcast(call.Self, call.ShapeAt("mask")), call.Type),
            Type = TypeRule.Operand,
        },

        // TorchSharp 0.107 compares without broadcasting in some cases.
        new("isclose")
        {
            Output = static call => call.Self.Rank is not null && call.Self.Equals(OperationCall.ShapeOf(call.At(1)))
                ? new Value.Tensor(call.Self, ElementType.Boolean) : call.Unknown(),
            Type = TypeRule.Truth,
        },
        new("isin") { Type = TypeRule.Truth },

        // Functions of each number.
        One("""
            acos acosh angle arccos arccosh arcsin arcsinh arctanh asin asinh atan atanh cos cosh deg2rad digamma erf erfc erfcx erfinv
            exp exp2 expit expm1 frac i0 log log10 log1p log2 logit rad2deg reciprocal rsqrt sin sinc sinh sqrt square tan
            """),
        One("lgamma") with { IsFunctionInPlace = true },
        One("""
            abs absolute bitwise_not ceil fix floor nan_to_num neg negative round sgn sign trunc
            """) with { Type = TypeRule.Operand },
        One("isfinite isinf isnan isneginf isposinf isreal logical_not signbit") with { Type = TypeRule.Truth },
        One("celu elu gelu hardsigmoid hardswish leaky_relu log_sigmoid rrelu selu silu softplus tanh") with { Role = Role.Activation },
        One("relu relu6 threshold") with { Role = Role.Activation, Type = TypeRule.Operand },

        // TorchSharp 0.107 works on what it is given, and gives that back.
        One("hardtanh") with { Role = Role.Activation, Type = TypeRule.Operand, Memory = Memory.Operand, MayReturnInput = true },
        One("sigmoid") with { Role = Role.Sigmoid },
        new("prelu") { Output = Prelu, Role = Role.Activation },

        // Of special, the order comes first.
        new("polygamma")
        {
            Output = static call => call.Tensors().FirstOrDefault() is { IsUnknownRank: false } input ? new Value.Tensor(input)
                : call.Unknown(),
        },

        // Functions along a dimension.
        new("softmax") { Output = AlongDimension, Shapes = SameShape, Role = Role.Softmax, Memory = Memory.Ordered },
        new("log_softmax") { Output = AlongDimension, Shapes = SameShape, Role = Role.LogSoftmax, Memory = Memory.Ordered },
        new("softmin") { Output = AlongDimension, Shapes = SameShape, Role = Role.Activation },
        new("cumsum cumprod logcumsumexp") { Output = AlongDimension, Shapes = SameShape },
        new("cummax cummin") { Output = Cumulative, Shapes = "*B -> *B, *B" },

        // Filled anew.
        One("zeros_like ones_like empty_like full_like rand_like randn_like randint_like zero fill random") with
        {
            Type = TypeRule.Operand,
        },
        One("bernoulli uniform exponential geometric cauchy log_normal"),
        One("bernoulli_") with
        {
            Output = static call => call["p"] is Value.Tensor ? call.Unknown() : Same(call),
            IsInPlace = true,
            Memory = Memory.Operand,
        },
        One("""
            constant_ dirac_ eye_ normal_ glorot_normal_ glorot_uniform_ kaiming_normal_ kaiming_uniform_ ones_ orthogonal_ sparse_
            trunc_normal_ xavier_normal_ xavier_uniform_ zeros_
            """) with { IsInPlace = true, Memory = Memory.Operand },

        // The same numbers as another tensor.
        Itself("clone", Memory.Like),
        Itself("detach", Memory.ViewInOrder),
        Itself("alias", Memory.ViewInOrder) with { MayReturnInput = true },
        Itself("contiguous", Memory.Contiguous) with { MayReturnInput = true },
        Itself("cpu cuda", Memory.Converted) with { MayReturnInput = true },
        One("mps") with { Memory = Memory.Converted, Type = TypeRule.Operand },
        One("pin_memory to_dense") with { Type = TypeRule.Operand },
        One("positive requires_grad resolve_conj resolve_neg conj") with { Memory = Memory.View, Type = TypeRule.Operand },
        One("conj_physical") with { Memory = Memory.Either, Type = TypeRule.Operand },
        One("with_requires_grad") with { Memory = Memory.View, Type = TypeRule.Operand, MayReturnInput = true },
        One("DetachFromDisposeScope") with
        {
            Memory = Memory.View,
            Type = TypeRule.Operand,
            MayReturnInput = true,
            Lifetime = Lifetime.Kept,
        },
        One("MoveToOuterDisposeScope MoveToOtherDisposeScope") with
        {
            Memory = Memory.View,
            Type = TypeRule.Operand,
            MayReturnInput = true,
            Lifetime = Lifetime.Longer,
        },
        One("real") with { Memory = Memory.View, IsProperty = true },
        new("imag") { Memory = Memory.View, IsProperty = true },

        // Another type.
        To("to", Convert) with { KeepsNumbers = true },
        To("to_type type", Convert),
        To("float double", static call => new Value.Tensor(call.Self, ElementType.Float)) with { KeepsNumbers = true },
        To("long int", static call => new Value.Tensor(call.Self, ElementType.Integer)),
        To("bool", static call => new Value.Tensor(call.Self, ElementType.Boolean)),
        To("half bfloat16 short byte char type_as", OfAnotherType),
        One("dequantize") with { MayReturnInput = true },
        One("float_") with { IsInPlace = true, Memory = Memory.Operand },

        // Gen's own: a bool mask, as what is added to the scores.
        new("Additive") { Output = static call => new Value.Tensor(OperationCall.ShapeOf(call.At(0))), Shapes = SameShape },
    ];

    private const string SameShape = "*B -> *B";

    private static OperationRule Pair(string names) => new(names) { Output = Broadcast, Type = TypeRule.Common };

    private static OperationRule One(string names) => new(names) { Output = Same, Shapes = SameShape, Type = TypeRule.Floating };

    /// <summary>The type stays too.</summary>
    private static OperationRule Itself(string names, Memory memory) =>
        One(names) with { Type = TypeRule.Operand, Memory = memory, KeepsNumbers = true };

    private static OperationRule To(string names, Func<OperationCall, Value> output) =>
        new(names) { Output = output, Shapes = SameShape, Memory = Memory.Converted, MayReturnInput = true };

    private static Value OfAnotherType(OperationCall call) => call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self);

    private static Value Same(OperationCall call) =>
        call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self, TypeOfSame(call));

    private static ElementType TypeOfSame(OperationCall call) => call.Rule.Type == TypeRule.Truth ? ElementType.Boolean
        : call["dtype"] is not null ? call.TypeOr(call.Type, "dtype")
        : call.Rule.Type == TypeRule.Operand ? call.Type : call.Floating;

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

    private static ElementType Of(OperationCall call) => call.Rule.Type == TypeRule.Truth
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

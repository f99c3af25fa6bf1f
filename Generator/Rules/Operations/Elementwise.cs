using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Operations on each element: the shape stays, or operands broadcast.</summary>
internal static class Elementwise
{
    public static readonly IReadOnlyList<OperationRule> All =
    [
        // Two operands broadcast.
        Pair("+ add", "any") with { PairsElements = true, Saves = Saved.Passes },
        Pair("* mul multiply", "any") with { PairsElements = true, Saves = Saved.Others | Saved.Stretched },
        Pair("- sub subtract", Numbers) with
        {
            PairsElements = true,
            Saves = Saved.Stretched | Saved.Passes,
            LeavesBehind = OfNumber,
            Types = TypeRule.Common(Numbers) with { Never = ElementType.Boolean },
        },
        Pair("/ div divide", ToFloat) with { PairsElements = true, Types = TypeRule.Common(ToFloat) with { Unless = "rounding_mode" },
            SavesOf = Divided, Works = Quotients, LeavesBehind = OfNumber },
        Pair("true_divide ldexp arctan", ToFloat),
        Pair("% remainder fmod", "int float"),
        Pair("floor_divide", "int float") with { Devices = DeviceRule.Alike },
        Pair("pow", "any") with
        {
            SavesOf = static call => call.At(1) is Value.Integer { Dim.Constant: not (null or 0) } or Value.Real { Number: not 0 }
                ? Saved.First | Saved.Twice : null,
        },
        Pair("float_power", "int bool float > float64, complex > complex128"),
        Pair("maximum minimum fmax fmin", "int float bool"),
        Pair("atan2 arctan2 copysign xlogy", ToReal),
        Pair("hypot nextafter igamma igammac logaddexp2", "float"),
        Pair("logaddexp", "float complex"),
        Pair("& | ^ bitwise_and bitwise_or bitwise_xor", "int bool"),
        Pair("<< >> bitwise_left_shift bitwise_right_shift gcd lcm", "int"),
        Pair("heaviside", "") with { Types = TypeRule.Alike("int float bool") },
        Pair("== != eq ne equal_to not_equal logical_and logical_or logical_xor", "") with { Types = TypeRule.Truth },
        Pair("equal", "") with { Types = TypeRule.Truth },
        Pair("< <= > >= lt le gt ge less less_equal greater greater_equal", "int float bool > bool"),

        // Three do too.
        new("where")
        {
            Output = static call => call.Count switch
            {
                < 3 => call.Unknown(),
                _ => new Value.Tensor(call.Broadcast(call.Broadcast(OperationCall.ShapeOf(call.At(0)), OperationCall.ShapeOf(call.At(1))),
                    OperationCall.ShapeOf(call.At(2)))),
            },
            Types = TypeRule.Common("any", 0, 1, 2).Needing("condition", ElementType.Boolean),
            Saves = Saved.First,
        },
        new("lerp") { Output = Broadcast3, Types = TypeRule.Alike("float complex") },
        new("addcmul") { Output = Broadcast3, Types = TypeRule.Common(Numbers, 0, 1, 2) },
        new("addcdiv") { Output = Broadcast3, Types = TypeRule.Common("float complex", 0, 1, 2) },
        new("clamp") { Output = Clamp, Types = Clamped, MayReturnInput = true, SavesOf = Bounded, Works = Bounds },
        new("clip") { Output = Clamp, Types = Clamped, SavesOf = Bounded, Works = Bounds },
        new("clamp_min clamp_max") { Output = Clamp, Types = Clamped, IsFunctionInPlace = true },
        new("copy")
        {
            Output = static call => new Value.Tensor(call.Broadcast(call.Self, OperationCall.ShapeOf(call.At(1)))),
            Types = TypeRule.Same,
            Devices = DeviceRule.First,
        },
        new("masked_fill")
        {
            Output = static call => new Value.Tensor(call.Broadcast(call.Self, call.ShapeAt("mask"))),
            Types = TypeRule.Same.Needing("mask", ElementType.Boolean),
            Saves = Saved.Second,
        },

        // TorchSharp 0.107 compares without broadcasting in some cases.
        new("isclose")
        {
            Output = static call => call.Self.Rank is not null && call.Self.Equals(OperationCall.ShapeOf(call.At(1)))
                ? new Value.Tensor(call.Self) : call.Unknown(),
            Types = TypeRule.Alike("any > bool"),
        },
        new("isin") { Types = TypeRule.Truth },

        // Functions of each number.
        One("""
            acos acosh arccos arccosh arcsin arcsinh arctanh asin asinh atanh expit sinc
            """, ToFloat),
        One("exp", ToFloat) with { Saves = Saved.Result },
        One("exp2 expm1", ToFloat) with { Saves = Saved.Result | Saved.Once },
        One("tan", ToFloat) with { Saves = Saved.Result | Saved.Twice },
        One("cosh log10 log1p log2 sinh", ToFloat) with { Saves = Saved.First | Saved.Once },
        One("atan", ToFloat) with { Saves = Saved.First | Saved.Twice },
        One("log", ToFloat) with { Saves = Saved.First },
        One("sin", ToFloat) with { Saves = Saved.First | Saved.Once },
        One("cos", ToFloat) with { Saves = Saved.First | Saved.Twice },
        One("sqrt", ToFloat) with { Saves = Saved.Result | Saved.Once },
        One("rsqrt reciprocal", ToFloat) with { Saves = Saved.Result | Saved.Twice },
        One("deg2rad digamma erfc erfcx erfinv i0 rad2deg", ToReal),
        One("erf", ToReal) with
        {
            Saves = Saved.First,
            Works = static call => (Dim.Zero, call.Self.IsUnknownRank ? Dim.Unknown : call.Self.Elements * Dim.Of(16)),
        },
        One("logit", ToReal) with { Saves = Saved.First },
        One("entr gammaln i0e i1 i1e ndtr ndtri psi", ToReal),
        One("angle", "int bool > float32, float, complex64 > float32, complex128 > float64"),
        One("frac", "float"),
        One("round", "float") with { Saves = Saved.Nothing },
        One("square", "int float complex, bool > int64") with { Saves = Saved.First | Saved.Twice },
        One("lgamma", ToReal) with { IsFunctionInPlace = true },
        One("abs absolute", "int float, complex64 > float32, complex128 > float64") with { Saves = Saved.First | Saved.Once },
        One("bitwise_not", "int bool"),
        One("ceil fix floor trunc", "int float") with { Saves = Saved.Nothing },
        One("nan_to_num sgn", "any"),
        One("neg negative", Numbers) with { Saves = Saved.Nothing },
        One("sign", "int float bool") with { Saves = Saved.Nothing },
        One("isfinite isinf isnan isreal logical_not", "any > bool"),
        One("isneginf isposinf signbit", "int float bool > bool"),
        One("gelu hardsigmoid hardswish leaky_relu softplus", "float") with { Role = Role.Activation, Saves = Saved.First },
        One("celu elu selu", "float") with { Role = Role.Activation, Saves = Saved.First },
        One("log_sigmoid", "float") with { Role = Role.Activation, Saves = Saved.First | Saved.Mask },
        One("rrelu", "float") with { Role = Role.Activation },
        One("silu", "float complex") with { Role = Role.Activation, Saves = Saved.First },
        One("tanh", ToFloat) with { Role = Role.Activation, Saves = Saved.Result },
        One("relu", "int float") with { Role = Role.Activation, Saves = Saved.Result },
        One("relu6 threshold", "int float") with { Role = Role.Activation, Saves = Saved.First },

        // TorchSharp 0.107 works on what it is given, and gives that back.
        One("hardtanh", "int float") with { Role = Role.Activation, Memory = Memory.Operand, MayReturnInput = true },
        One("sigmoid", ToFloat) with { Role = Role.Sigmoid, Saves = Saved.Result },
        new("prelu") { Output = Prelu, Types = TypeRule.Alike("float"), Role = Role.Activation },

        // Of special, the order comes first.
        new("polygamma")
        {
            Output = static call => call.Tensors().FirstOrDefault() is { IsUnknownRank: false } input ? new Value.Tensor(input)
                : call.Unknown(),
        },

        // Functions along a dimension.
        new("softmax")
        {
            Output = AlongDimension,
            Saves = Saved.Result,
            Shapes = SameShape,
            Types = TypeRule.First("float"),
            Role = Role.Softmax,
            Memory = Memory.Ordered,
        },
        new("log_softmax")
        {
            Output = AlongDimension,
            Saves = Saved.Result,
            Shapes = SameShape,
            Types = TypeRule.First("float"),
            Role = Role.LogSoftmax,
            Memory = Memory.Ordered,
        },
        new("softmin") { Output = AlongDimension, Shapes = SameShape, Types = TypeRule.First("float"), Role = Role.Activation },
        new("cumsum cumprod")
        {
            Output = AlongDimension,
            Shapes = SameShape,
            Types = TypeRule.First("int bool > int64, float complex"),
            SavesOf = static call => call.Name == "cumsum" ? Saved.Twice : null,
        },
        new("logcumsumexp") { Output = AlongDimension, Shapes = SameShape, Types = TypeRule.First("float complex") },
        new("cummax cummin") { Output = Cumulative, Shapes = "*B -> *B, *B" },

        // Filled anew.
        One("zeros_like ones_like empty_like full_like randint_like zero fill random", "any"),
        One("rand_like randn_like", "float complex"),
        One("bernoulli exponential cauchy log_normal", "float"),
        One("uniform", "float complex"),
        One("geometric", "int float"),
        One("bernoulli_", "any") with
        {
            Output = static call => call["p"] is Value.Tensor ? call.Unknown() : Same(call),
            IsInPlace = true,
            Memory = Memory.Operand,
        },
        One("""
            constant_ dirac_ eye_ normal_ glorot_normal_ glorot_uniform_ kaiming_normal_ kaiming_uniform_ ones_ orthogonal_ sparse_
            trunc_normal_ xavier_normal_ xavier_uniform_ zeros_
            """, "any") with { IsInPlace = true, Memory = Memory.Operand },

        // The same numbers as another tensor.
        Itself("clone", Memory.Like) with { Saves = Saved.Passes },
        Itself("detach", Memory.ViewInOrder) with { Saves = Saved.Stops },
        Itself("alias", Memory.ViewInOrder) with { MayReturnInput = true, Saves = Saved.Passes },
        Itself("contiguous", Memory.Contiguous) with { MayReturnInput = true, Saves = Saved.Passes },
        Itself("cpu", Memory.Converted) with { MayReturnInput = true, Devices = DeviceRule.Cpu },
        Itself("cuda", Memory.Converted) with { MayReturnInput = true, Devices = DeviceRule.Cuda },
        One("mps", "any") with { Memory = Memory.Converted, Devices = DeviceRule.Mps },
        One("pin_memory to_dense", "any"),
        One("positive", Numbers) with { Memory = Memory.View },
        One("requires_grad resolve_conj resolve_neg conj", "any") with { Memory = Memory.View },
        One("conj_physical", "any") with { Memory = Memory.Either },
        One("with_requires_grad", "any") with { Memory = Memory.View, MayReturnInput = true },
        One("DetachFromDisposeScope", "any") with
        {
            Memory = Memory.View,
            MayReturnInput = true,
            Lifetime = Lifetime.Kept,
            Saves = Saved.Passes,
        },
        One("MoveToOuterDisposeScope MoveToOtherDisposeScope", "any") with
        {
            Memory = Memory.View,
            MayReturnInput = true,
            Lifetime = Lifetime.Longer,
            Saves = Saved.Passes,
        },
        One("real", "int float bool, complex64 > float32, complex128 > float64") with { Memory = Memory.View, IsProperty = true },
        new("imag") { Memory = Memory.View, IsProperty = true },

        // Another type.
        To("to", Convert) with { KeepsNumbers = true, Devices = DeviceRule.Moved },
        To("to_type type", Convert),
        To("float", ElementType.Float32) with { KeepsNumbers = true },
        To("double", ElementType.Float64) with { KeepsNumbers = true },
        To("half", ElementType.Float16),
        To("bfloat16", ElementType.BFloat16),
        To("long", ElementType.Int64),
        To("int", ElementType.Int32),
        To("short", ElementType.Int16),
        To("char", ElementType.Int8),
        To("byte", ElementType.UInt8),
        To("bool", ElementType.Boolean),
        To("type_as", static call => new Value.Tensor(call.Self, call.At(1) is Value.Tensor other ? other.Type : ElementType.Unknown)) with
        {
            Devices = DeviceRule.First,
        },
        One("dequantize", "any") with { MayReturnInput = true },
        One("float_", "any") with { IsInPlace = true, Memory = Memory.Operand },

        // Gen's own: a bool mask, as what is added to the scores.
        new("Additive") { Output = static call => new Value.Tensor(OperationCall.ShapeOf(call.At(0))), Shapes = SameShape },
    ];

    private const string SameShape = "*B -> *B";
    private const string Numbers = "int float complex";
    private const string ToFloat = "int bool > float32, float complex";
    private const string ToReal = "int bool > float32, float";

    /// <summary>What is divided is kept where the divisor gets a gradient. Nothing is known of quotients that are rounded.</summary>
    private static Saved? Divided(OperationCall call) => call.Has("rounding_mode") ? null
        : call.At(1) is Value.Tensor ? Saved.Others | Saved.Second | Saved.IfSecond
        : call.At(0) is Value.Tensor && call.Count == 2 ? Saved.Nothing : null;

    /// <summary>For the gradient of a divisor, the quotient by it once more, and one that is added up if the divisor is smaller.</summary>
    private static (Dim Forward, Dim Backward) Quotients(OperationCall call)
    {
        var (left, right) = (OperationCall.ShapeOf(call.At(0)), OperationCall.ShapeOf(call.At(1)));
        return left.IsUnknownRank || right.IsUnknownRank || call.At(1) is not Value.Tensor ? (Dim.Zero, Dim.Zero)
            : (Dim.Zero, call.Broadcast(left, right).Elements * Dim.Of(left.Equals(right) ? 8 : 12));
    }

    /// <summary>Between numbers, the operand is kept.</summary>
    private static Saved? Bounded(OperationCall call) =>
        call["min"] is Value.Tensor || call["max"] is Value.Tensor || (!call.Has("min") && !call.Has("max")) ? null : Saved.First;

    /// <summary>Backward asks of each element whether it is within: a byte for each of the two bounds.</summary>
    private static (Dim Forward, Dim Backward) Bounds(OperationCall call) => call.Self.IsUnknownRank ? (Dim.Zero, Dim.Zero)
        : (Dim.Zero, call.Self.Elements * Dim.Of((call.Has("min") ? 1 : 0) + (call.Has("max") ? 1 : 0)));

    /// <summary><c>1 - x</c> is <c>(-x) + 1</c>, and <c>1 / x</c> is <c>x.reciprocal() * 1</c>.</summary>
    private static IEnumerable<Value.Tensor> OfNumber(OperationCall call) =>
        call.Name is "-" or "/" && call.At(0) is not Value.Tensor && call.At(1) is Value.Tensor tensor ? [tensor] : [];

    private static TypeRule Clamped => TypeRule.Common("int float bool", 0, 1, 2);

    private static OperationRule Pair(string names, string types) => new(names) { Output = Broadcast, Types = TypeRule.Common(types) };

    private static OperationRule One(string names, string types) =>
        new(names) { Output = Same, Shapes = SameShape, Types = TypeRule.First(types) };

    /// <summary>The type stays too.</summary>
    private static OperationRule Itself(string names, Memory memory) => One(names, "any") with { Memory = memory, KeepsNumbers = true };

    private static OperationRule To(string names, ElementType type) =>
        To(names, call => call.Self.IsUnknownRank ? call.Unknown() with { Type = type } : new Value.Tensor(call.Self, type));

    private static OperationRule To(string names, Func<OperationCall, Value> output) =>
        new(names) { Output = output, Shapes = SameShape, Memory = Memory.Converted, MayReturnInput = true };

    private static Value Same(OperationCall call) => call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self);

    private static Value Broadcast(OperationCall call)
    {
        var (left, right) = (OperationCall.ShapeOf(call.At(0)), OperationCall.ShapeOf(call.At(1)));

        // A number beside a tensor changes no shape, whatever it is.
        if (call.At(1) is not Value.Tensor && call.At(0) is Value.Tensor)
        {
            return new Value.Tensor(left);
        }

        if (call.At(0) is not Value.Tensor && call.At(1) is Value.Tensor)
        {
            return new Value.Tensor(right);
        }

        return left.IsUnknownRank || right.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Broadcast(left, right));
    }

    private static Value Broadcast3(OperationCall call)
    {
        var shape = call.Broadcast(call.Self, OperationCall.ShapeOf(call.At(1)));
        return new Value.Tensor(call.At(2) is Value.Tensor third && !call.Failed ? call.Broadcast(shape, third.Shape) : shape);
    }

    /// <summary>One slope for all, or one for each channel.</summary>
    public static Value Prelu(OperationCall call)
    {
        var weight = OperationCall.ShapeOf(call.At(1));
        return call.Self.Rank is { } rank && weight.Rank == 1
            && (weight.Dims[0].Constant == 1 || (rank >= 2 && weight.Dims[0].Equals(call.Self.Dims[1])))
            ? new Value.Tensor(call.Self) : call.Unknown();
    }

    private static Value Cumulative(OperationCall call) => call.Dimension(call.At(1), call.Self) is null
        ? call.Unknown()
        : new Value.List(EquatableArray.Of<Value>(new Value.Tensor(call.Self, call.Type),
            new Value.Tensor(call.Self, ElementType.Int64)));

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

        return shape.IsUnknownRank ? call.Unknown() : new Value.Tensor(shape);
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

        return new Value.Tensor(call.Self);
    }

    /// <summary><c>to</c> a type, or like another tensor; a device changes neither.</summary>
    private static Value Convert(OperationCall call) => (call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self)) with
    {
        Type = call["typeFunc"] is not null ? ElementType.Unknown : call["other"] is { } other
            ? other is Value.Tensor tensor ? tensor.Type : ElementType.Unknown : call.TypeOr(call.Type),
    };
}

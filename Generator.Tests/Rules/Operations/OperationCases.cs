using System.Reflection;
using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Rules.Operations;
using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>An overload of an operation with random arguments.</summary>
internal sealed class OperationCases
{
    /// <summary>Rules of names that are no method, or need more than random tensors.</summary>
    public static readonly HashSet<string> Unjudged = new(
    [
        "T", "mT", "mH", "H", "Parameter", "relu6_", "normal_", "float_", "equal_to", "heaviside_", "concatenate_", "fill", "normal",
        "uniform", "random", "exponential", "geometric", "cauchy", "log_normal", "requires_grad",
        "new_zeros", "new_ones", "new_full", "new_empty", "cuda", "mps", "pin_memory", "DetachFromDisposeScope", "MoveToOuterDisposeScope",
        "MoveToOtherDisposeScope", "with_requires_grad",
        "index_put", "zero", "erfcx", "expit", "softmin", "randint_like", "polygamma", "char", "masked_scatter", "to_dense", "dequantize",
        "mvlgamma", "row_stack", "concatenate", "view_as", "randint",
        "atleast_3d", "log_sigmoid", "polygamma", "renorm", "type", "tensor", "as_tensor", "full_like", "reshape_as", "atleast_1d",
        "atleast_2d", "cross", "cummax", "cummin", "nanmean", "interpolate", "upsample", "fold",
        "einsum", "multi_label_margin_loss", "meshgrid", "triu_indices", "tril_indices", "bincount", "empty", "[]", "affine_grid",

        // Of Gen's own AttentionMask, which is run as it is.
        "Additive",

        // The layer's rule is judged.
        "ctc_loss", "triplet_margin_with_distance_loss",

        // nn.init fills a tensor and gives it back.
        "constant_", "dirac_", "eye_", "glorot_normal_", "glorot_uniform_", "kaiming_normal_", "kaiming_uniform_", "ones_", "orthogonal_",
        "sparse_", "trunc_normal_", "xavier_normal_", "xavier_uniform_", "zeros_",
    ], StringComparer.Ordinal);

    /// <summary>Operations whose shapes depend on data, or which the rules leave open.</summary>
    public static readonly HashSet<string> Open = new(
    [
        "masked_select", "nonzero", "bincount", "take_along_dim", "rot90", "block_diag", "tensordot", "cross", "meshgrid", "tril_indices",
        "triu_indices", "scatter", "scatter_add", "index_add", "index_copy", "index_fill",
        "masked_scatter", "adaptive_max_pool3d", "quantile", "nanquantile", "einsum", "kthvalue", "bucketize", "isclose",
        "gaussian_nll_loss", "prelu", "group_norm", "multi_margin_loss", "affine_grid", "batch_norm",
        "norm",
    ], StringComparer.Ordinal);

    /// <summary>Operations that are left out, or take what random arguments cannot give.</summary>
    private static readonly HashSet<string> Left = new(
    [
        "bincount", "geqrf", "triu_indices", "tril_indices", "meshgrid", "empty", "rand_out", "set_", "to_sparse", "where_", "atleast_3d",
        "multi_head_attention_forward", "ctc_loss", "triplet_margin_with_distance_loss",
        "fractional_max_pool2d", "fractional_max_pool3d", "max_unpool1d", "max_unpool2d", "max_unpool3d", "einsum",
        "multi_label_margin_loss", "type", "renorm", "polygamma", "as_tensor", "tensor", "full_like",
        "atleast_1d", "atleast_2d", "view_as", "mvlgamma", "randint", "randint_like", "cuda", "mps", "pin_memory", "normal",
        "requires_grad", "to_dense", "dequantize", "interpolate", "upsample", "fold",
        "float_power_", "index_put_", "char", "log_sigmoid", "masked_scatter", "char", "random", "row_stack", "concatenate", "imag",

        // Their random arguments are refused by Gen.
        "cross", "cummax", "cummin", "nanmean",

        // Random shapes never fit them.
        "affine_grid",
    ], StringComparer.Ordinal);

    /// <summary>Operands that the rule refuses are not given to TorchSharp: that is taken as thrown.</summary>
    private static readonly HashSet<string> Guarded =
        new(["matmul", "mm", "bmm", "mv", "linear", "addmm", "baddbmm", "addbmm", "addmv", "conv_transpose1d", "conv_transpose2d",
            "conv_transpose3d"], StringComparer.Ordinal);

    private static readonly (string Owner, Type Type)[] Owners = [("Tensor", typeof(Tensor)), ("torch", typeof(torch)),
        ("functional", typeof(nn.functional)), ("special", typeof(special)), ("linalg", typeof(linalg))];

    public static ILookup<string, MethodInfo> All { get; } = Owners
        .SelectMany(o => o.Type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(m => (o.Owner, Method: m)))
        .Where(
            m => !(m.Method.Name == "to" && m.Method.GetParameters()
                .Any(p => p.ParameterType == typeof(Device) || p.ParameterType == typeof(DeviceType))) && !m.Method.IsGenericMethod
                && !m.Method.IsSpecialName && !Left.Contains(m.Method.Name) && !Left.Contains(Operation(m.Method))
                && Gives(m.Method.ReturnType)
            && !m.Method.GetParameters().Any(p => p is { Name: "out", HasDefaultValue: false }
                || (m.Method.Name == "randperm" && p.Name == "out")) && m.Method.GetParameters().All(p => IsUsable(p.ParameterType))
            && OperationRules.Find(m.Owner == "functional", m.Method.Name) is not null)
        .OrderBy(m => m.Method.ToString(), StringComparer.Ordinal)
        .ToLookup(m => $"{m.Owner}.{m.Method.Name}", m => m.Method);

    private readonly MethodInfo method;
    private readonly Tensor? receiver;
    private readonly object?[] values;
    private readonly Dictionary<string, long> sizes = new(StringComparer.Ordinal);

    /// <summary>The tensors as they were before the call, which may change them.</summary>
    private readonly Dictionary<Tensor, (long[] Shape, ScalarType Type)> before = new(ReferenceEqualityComparer.Instance);

    private OperationCases(MethodInfo method, Tensor? receiver, object?[] values)
    {
        this.method = method;
        this.receiver = receiver;
        this.values = values;
        foreach (var tensor in values.Append(receiver)
            .SelectMany(v => v switch { Tensor one => [one], Tensor[] many => many, _ => Array.Empty<Tensor>() }))
        {
            before[tensor] = (tensor.shape, tensor.dtype);
        }
    }

    /// <summary>These are tried with float32 alone.</summary>
    public static readonly HashSet<string> Untyped = new(["matmul", "var", "randperm"], StringComparer.Ordinal);

    private static readonly ScalarType[] Types = [ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.Int32,
        ScalarType.Byte, ScalarType.Bool];

    /// <param name="isTyped">With tensors of every type; else of float32, and of int64 where indexes are meant.</param>
    public static OperationCases Random(MethodInfo method, Random random, bool isTyped = false)
    {
        var shape = Shape(random);
        var isIndex = Operation(method) is "one_hot" or "gcd" or "lcm" || method.Name.StartsWith("bitwise", StringComparison.Ordinal);
        var receiver = method.IsStatic ? null : Fill(shape, isIndex, random);
        var parameters = method.GetParameters();
        var isFirst = method.IsStatic;
        var values = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            values[i] = Value(parameters[i], shape, ref isFirst, isIndex, random);
        }

        if (isTyped)
        {
            var common = Types[random.Next(Types.Length)];
            ScalarType Any() => random.Next(2) == 0 || Guarded.Contains(Operation(method)) ? common : Types[random.Next(Types.Length)];
            receiver = receiver is null ? null : Typed(receiver, Any());
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = values[i] switch
                {
                    Tensor { dtype: ScalarType.Float32 } tensor => Typed(tensor, Any()),
                    Tensor[] tensors => tensors.Select(t => Typed(t, Any())).ToArray(),
                    Scalar => random.Next(3) switch { 0 => 2L, 1 => 2.5, _ => (Scalar)true },
                    ScalarType => Any(),
                    null when Nullable.GetUnderlyingType(parameters[i].ParameterType) == typeof(ScalarType) && random.Next(2) == 0 => Any(),
                    var value => value,
                };
            }
        }

        return new(method, receiver, values);
    }

    private static Tensor Typed(Tensor tensor, ScalarType type) =>
        type is ScalarType.Float32 or ScalarType.Float64 ? tensor.to(type) : type == ScalarType.Bool ? tensor > 0.5
            : (tensor * 5 + 1).to(type);

    /// <summary>The types of what came out last.</summary>
    public IReadOnlyList<ScalarType> ResultTypes { get; private set; } = [];

    /// <summary>The shapes of what comes out; null where TorchSharp throws.</summary>
    public long[][]? Run()
    {
        if (Guarded.Contains(Operation(method)) && Ask(named: false).Refusal is not null)
        {
            return null;
        }

        try
        {
            using var mode = no_grad();
            object? result = method.Invoke(receiver, values);
            Tensor[] results = result switch
            {
                Tensor tensor => [tensor],
                IEnumerable<Tensor> tensors => [.. tensors],
                ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => (Tensor)tuple[i]!)],
                _ => [],
            };
            ResultTypes = [.. results.Select(t => t.dtype)];
            return [.. results.Select(t => t.shape)];
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    /// <summary>What the rule said last of the types.</summary>
    public IReadOnlyList<ElementType> ToldTypes { get; private set; } = [];

    /// <summary>What holds a tensor of a type.</summary>
    public static ElementType Element(ScalarType type) => type switch
    {
        ScalarType.Bool => ElementType.Boolean,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64 => ElementType.Float,
        ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 => ElementType.Unknown,
        _ => ElementType.Integer,
    };

    /// <summary>What the rule says.</summary>
    public (IReadOnlyList<Shape>? Output, bool IsKnown, string? Refusal) Ask(bool named)
    {
        sizes.Clear();
        ToldTypes = [];
        var arguments = new List<KeyValuePair<string, Value>>();
        if (receiver is not null)
        {
            arguments.Add(new("self", ToValue(receiver, named)));
        }

        arguments.AddRange(method.GetParameters().Zip(values)
            .Select(p => new KeyValuePair<string, Value>(p.First.Name!, ToValue(p.Second, named))));
        var call = new OperationCall(method.Name, arguments, Facts.None);
        var output = OperationRules.Find(method.DeclaringType == typeof(nn.functional), method.Name)!(call);
        if (call.Failed)
        {
            return (null, false,
                string.Join("; ", call.Problems.Select(p => $"{p.Kind} {string.Join(", ", p.Particulars)}")
                    .Concat(call.Checks.Issues.Select(i => $"{i.Kind} {string.Join(", ", i.Particulars)}"))));
        }

        var tensors = Flatten(output).ToArray();
        var shapes = tensors.Select(t => t.Shape).ToArray();
        ToldTypes = [.. tensors.Select(t => t.Type)];
        var holds = call.Checks.Conditions.All(c => (Number(c.Left), Number(c.Right)) is ({ } l, { } r) && c.Relation switch
        {
            Relation.Equal => l == r,
            Relation.NotEqual => l != r,
            Relation.AtLeast => l >= r,
            Relation.AtMost => l <= r,
            Relation.More => l > r,
            _ => l < r,
        });
        return (shapes, !call.IsIncomplete && holds && shapes.All(s => s.Rank is not null && s.Dims.All(d => !d.IsUnknown)), null);
    }

    public IReadOnlyList<Shape> Substitute(IReadOnlyList<Shape> shapes) => [.. shapes.Select(s => s.Substitute(n => Dim.Of(sizes[n])))];

    public override string ToString() =>
        $"{(receiver is null ? "" : Text(receiver) + ".")}{method.Name}({string.Join(", ", method.GetParameters().Zip(values, (p, v) => $"{p.Name}: {Text(v)}"))})";

    private long? Number(Dim dim) => dim.Substitute(n => Dim.Of(sizes[n])).Constant;

    private IEnumerable<Value.Tensor> Flatten(Value value) => value switch
    {
        Value.Tensor tensor => [tensor],
        Value.Repeat repeat => Enumerable.Repeat(Flatten(repeat.Item).ToArray(), (int)Number(repeat.Count)!).SelectMany(s => s),
        Value.List list => list.Items.SelectMany(Flatten),
        _ => [],
    };

    private Value ToValue(object? value, bool named)
    {
        switch (value)
        {
            case null:
                return new Value.Null();
            case Tensor tensor:
                var (shape, type) = before[tensor];
                return new Value.Tensor(named && !shape.Contains(0) ? Named(shape) : Gen.Shapes.Shape.Of([.. shape.Select(Dim.Of)]),
                    Element(type));
            case bool truth:
                return new Value.Boolean(truth);
            case long or int:
                return new Value.Integer(Dim.Of(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)));
            case double or float:
                return new Value.Real(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture));
            case Scalar { Type: ScalarType.Float64 } scalar:
                return new Value.Real(scalar.ToDouble());
            case Scalar { Type: ScalarType.Bool }:
                return new Value.Boolean(true);
            case Scalar:
                return new Value.Integer(Dim.Of(2));
            case Enum member:
                return new Value.Enumeration(member.GetType().Name, member.ToString());
            case Array array:
                return new Value.List(array.Cast<object>().Select(i => ToValue(i, named)).ToEquatableArray());
            case ITuple tuple:
                return new Value.List(Enumerable.Range(0, tuple.Length).Select(i => ToValue(tuple[i], named)).ToEquatableArray());
            default:
                return new Value.Opaque("");
        }
    }

    private Shape Named(long[] shape) => Gen.Shapes.Shape.Of([.. shape.Select(size =>
    {
        var name = $"n{sizes.Count}";
        sizes[name] = size;
        return Dim.Name(name);
    })]);

    private static bool Gives(Type type) => type == typeof(Tensor) || type == typeof(Tensor[])
        || typeof(IEnumerable<Tensor>).IsAssignableFrom(type)
        || (type.IsGenericType && typeof(ITuple).IsAssignableFrom(type) && type.GetGenericArguments().All(a => a == typeof(Tensor)));

    private static bool IsTensors(Type type) => type == typeof(Tensor[]) || type == typeof(IList<Tensor>)
        || type == typeof(IEnumerable<Tensor>);

    private static bool IsUsable(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(Tensor) || IsTensors(type) || type == typeof(long) || type == typeof(int) || type == typeof(bool)
            || type == typeof(double) || type == typeof(float) || type == typeof(long[]) || type == typeof(double[])
            || type == typeof(Scalar) || type == typeof(ScalarType) || type == typeof(Device) || type == typeof(string[])
            || type == typeof(Generator)
            || type.IsEnum || (typeof(ITuple).IsAssignableFrom(type) && type.GetGenericArguments().All(a => a == typeof(long)));
    }

    private string Text(object? value) => value switch
    {
        null => "null",
        Tensor tensor => $"[{string.Join(", ", before[tensor].Shape)}] {before[tensor].Type}",
        Array array => $"{{{string.Join(", ", array.Cast<object>().Select(Text))}}}",
        _ => FormattableString.Invariant($"{value}"),
    };

    private static long[] Shape(Random random) =>
        [.. Enumerable.Range(0, random.Next(12) == 0 ? 0 : random.Next(1, 5))
            .Select(_ => (long)(random.Next(40) == 0 ? 0 : random.Next(4) == 0 ? 1 : random.Next(2, 6)))];

    /// <summary>The name, without the line that says that the operation is in place.</summary>
    private static string Operation(MemberInfo method) => method.Name.TrimEnd('_');

    private static object? Value(ParameterInfo parameter, long[] shape, ref bool isFirst, bool isIndex, Random random)
    {
        var isNullable = Nullable.GetUnderlyingType(parameter.ParameterType) is not null
            || (parameter.HasDefaultValue && parameter.DefaultValue is null);
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var name = parameter.Name!;
        if (type == typeof(Device) || type == typeof(ScalarType) || type == typeof(string[]) || type == typeof(Generator)
            || name is "out" or "requires_grad" or "names")
        {
            return type == typeof(bool) ? false : type == typeof(ScalarType) && !isNullable ? ScalarType.Float32 : null;
        }

        if (isNullable && random.Next(3) > 0 && name is not ("size" or "scale_factor"))
        {
            return null;
        }

        if (type == typeof(Tensor))
        {
            if (isFirst)
            {
                isFirst = false;
                return name == "condition" ? Fill(shape, false, random) > 0.5 : Fill(shape, isIndex, random);
            }

            var isIndexed = isIndex || name is "index" or "indices" or "repeats"
                || (name == "target" && Operation(parameter.Member) is "nll_loss" or "cross_entropy" or "multi_margin_loss");
            return name is "mask" or "condition"
                ? Fill(Near(shape, random), false, random) > 0.5
                : Fill(Related(Operation(parameter.Member), name, shape, random), isIndexed, random);
        }

        if (IsTensors(type))
        {
            isFirst = false;
            return Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => Fill(random.Next(3) == 0 ? Near(shape, random) : shape, false, random)).ToArray();
        }

        if (type == typeof(long[]))
        {
            return Longs(Operation(parameter.Member), name, shape, random);
        }

        if (typeof(ITuple).IsAssignableFrom(type))
        {
            return Activator.CreateInstance(type,
                [.. type.GetGenericArguments().Select(_ => (object)Long(Operation(parameter.Member), name, shape, random))]);
        }

        return type switch
        {
            _ when type == typeof(long) => Long(Operation(parameter.Member), name, shape, random),
            _ when type == typeof(int) => (int)Long(Operation(parameter.Member), name, shape, random),
            _ when type == typeof(bool) => name is "training" or "sparse" or "disposeAfter" ? false : random.Next(2) == 0,
            _ when type == typeof(double) => name is "p" or "q" ? 0.5 : name == "label_smoothing" ? 0.1 : 0.3,
            _ when type == typeof(float) => 1f,
            _ when type == typeof(double[]) => Enumerable.Range(0, Math.Max(1, shape.Length - 2)).Select(_ => 2.0).ToArray(),
            _ when type == typeof(Scalar) => (Scalar)(name is "stop" or "start" or "step" ? (Scalar)2L : isIndex ? 2L : 2.0),
            _ when type.IsEnum => Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length)),
            _ => null,
        };
    }

    private static long[] Longs(string operation, string name, long[] shape, Random random)
    {
        var rank = shape.Length;
        long Any() => random.Next(-rank - 1, rank + 1);
        return (operation, name) switch
        {
            ("permute", _) => random.Next(4) == 0 ? [.. Enumerable.Range(0, rank).Select(_ => Any())]
                : [.. Enumerable.Range(0, rank).Select(i => (long)i).OrderBy(_ => random.Next())],
            ("view" or "reshape" or "unflatten", _) => Factors(
                operation == "unflatten" && rank > 0 ? shape[random.Next(rank)] : shape.Aggregate(1L, (a, b) => a * b), random),
            ("expand" or "broadcast_to", _) => [.. Enumerable.Repeat(0, random.Next(2)).Select(_ => (long)random.Next(1, 4)),
                .. shape.Select(s => random.Next(4) switch { 0 => -1, 1 => random.Next(1, 6), _ => s })],
            ("repeat" or "tile", _) => [.. Enumerable.Range(0, Math.Max(0, rank + random.Next(-1, 2)))
                .Select(_ => (long)random.Next(0, 3))],
            ("split", "sizes") => rank == 0 ? [1] : [.. Split(shape[0], random)],
            ("pad", _) => [.. Enumerable.Range(0, random.Next(1, rank + 2) * 2).Select(_ => (long)random.Next(-1, 3))],
            ("layer_norm", _) => [.. shape.Skip(Math.Max(0, rank - random.Next(1, 3))).Select(s => random.Next(6) == 0 ? s + 1 : s)],
            (_, "kernel_size" or "stride" or "strides" or "dilation") =>
                [.. Enumerable.Range(0, Spatial(operation)).Select(_ => (long)random.Next(1, 3))],
            (_, "padding") => [.. Enumerable.Range(0, Spatial(operation)).Select(_ => (long)random.Next(0, 2))],
            (_, "output_size") => [.. Enumerable.Range(0, Spatial(operation)).Select(_ => (long)random.Next(1, 4))],
            ("interpolate" or "upsample", "size") => [.. Enumerable.Range(0, Math.Max(1, rank - 2)).Select(_ => (long)random.Next(1, 6))],
            ("affine_grid", _) => [shape.Length > 0 ? shape[0] : 1, 2, 3, 4],
            (_, "size" or "sizes" or "dimensions") when operation is "zeros" or "ones" or "full" or "rand" or "randn" =>
                [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(0, 4))],
            _ => [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Any())],
        };
    }

    private static int Spatial(string operation) => operation.FirstOrDefault(char.IsDigit) is var digit and > '0' ? digit - '0' : 2;

    private static long[] Factors(long number, Random random)
    {
        var result = new List<long>();
        for (var rest = number; random.Next(4) > 0 && rest > 1;)
        {
            var factor = Enumerable.Range(1, (int)Math.Min(rest, 30)).Where(f => rest % f == 0).OrderBy(_ => random.Next()).First();
            result.Add(factor);
            rest /= factor;
        }

        result.Add(random.Next(3) == 0 ? -1 : number / Math.Max(1, result.Aggregate(1L, (a, b) => a * b)));
        if (random.Next(6) == 0)
        {
            result[random.Next(result.Count)]++;
        }

        return [.. result];
    }

    private static IEnumerable<long> Split(long size, Random random)
    {
        var first = random.Next(0, (int)size + 1);
        return random.Next(5) == 0 ? [first, size - first + 1] : [first, size - first];
    }

    private static long Long(string operation, string name, long[] shape, Random random) => name switch
    {
        "dim" or "dim0" or "dim1" or "dim2" or "start_dim" or "end_dim" or "dimension" or "dims" or "dimensions" or "source"
            or "destination" when operation is not ("zeros" or "ones" or "rand" or "randn" or "full" or "eye") =>
            random.Next(-shape.Length - 1, shape.Length + 1),
        "kernel_size" or "stride" or "dilation" or "upscale_factor" or "downscale_factor" => random.Next(1, 4),
        "padding" or "output_padding" => random.Next(0, 2),
        "groups" or "num_groups" => random.Next(1, 3),
        "num_classes" => random.Next(2) == 0 ? -1 : 5,
        "chunks" => random.Next(0, 5),
        "size" when operation is "split" => random.Next(0, 4),
        "step" or "steps" => random.Next(0, 4),
        "k" or "length" or "start" or "index" => random.Next(-1, 4),
        "pad" => random.Next(0, 3),
        "ignore_index" => -100,
        "blank" => 0,
        "p" => 1,
        _ => random.Next(0, 5),
    };

    /// <summary>A shape that broadcasts with another, often.</summary>
    private static long[] Near(long[] shape, Random random) =>
        [.. shape.Skip(random.Next(4) == 0 ? 1 : 0).Select(s => random.Next(8) switch { 0 => 1, 1 => s + 1, _ => s })];

    /// <summary>The second operand of products and losses.</summary>
    private static long[] Related(string operation, string name, long[] shape, Random random)
    {
        var last = shape.Length > 0 ? shape[^1] : 1;
        var free = (long)random.Next(1, 4);
        long At(int index) => index < shape.Length ? shape[index] : 2;
        long[] related = operation switch
        {
            "addmm" => name == "mat1" ? [At(0), 3] : [3, At(1)],
            "addbmm" => name == "batch1" ? [4, At(0), 3] : [4, 3, At(1)],
            "baddbmm" => name == "batch1" ? [At(0), last, free] : [At(0), At(1), free],
            "bilinear" => name == "weight" ? [free, last, last] : name == "bias" ? [free] : Near(shape, random),
            "conv_transpose1d" or "conv_transpose2d" or "conv_transpose3d" when name == "weight" =>
                [shape.Length > 1 ? shape[^(Math.Min(shape.Length, Spatial(operation) + 1))] : 1, free,
                    .. Enumerable.Repeat((long)random.Next(1, 4), Spatial(operation))],
            "addmv" => name is "mat" or "mat1" ? [At(0), 3] : [3],
            "multi_margin_loss" => [At(0)],
            "prelu" => [random.Next(2) == 0 ? 1 : At(1)],
            "batch_norm" => [At(1)],
            "group_norm" or "instance_norm" => [At(1)],
            _ when name == "bias" && (operation == "linear" || operation.StartsWith("conv", StringComparison.Ordinal)) => [free],
            "matmul" or "mm" => shape.Length > 2 ? [.. shape.Take(shape.Length - 2), last, free] : random.Next(4) == 0 ? [last]
                : [last, free],
            "bmm" => [shape.Length > 0 ? shape[0] : 1, last, free],
            "mv" or "dot" or "inner" or "vdot" => [last],
            "linear" => [free, last],
            "conv1d" or "conv2d" or "conv3d" => [free, shape.Length > 1 ? shape[^(Math.Min(shape.Length, Spatial(operation) + 1))] : 1,
                .. Enumerable.Repeat((long)random.Next(1, 4), Spatial(operation))],
            "cross_entropy" or "nll_loss" => shape.Length > 1 ? [shape[0], .. shape.Skip(2)] : [],
            "cdist" => [.. shape.Take(Math.Max(0, shape.Length - 2)), free, last],
            "grid_sample" => [shape.Length > 0 ? shape[0] : 1, free, free, .. Enumerable.Repeat((long)2, shape.Length == 5 ? 2 : 1)],
            "index_select" or "take" => [free],
            "scaled_dot_product_attention" => [.. shape],
            _ => Near(shape, random),
        };
        return random.Next(7) == 0 ? Near(related, random) : related;
    }

    private static Tensor Fill(long[] shape, bool isIndex, Random random) => isIndex ? zeros(shape, dtype: ScalarType.Int64) : rand(shape);
}

using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>Random arguments of an operation, which fit it often: by the names of its parameters and the shape of its first
/// tensor.</summary>
internal static class RandomArguments
{
    public static long[] Shape(Random random) =>
        [.. Enumerable.Range(0, random.Next(12) == 0 ? 0 : random.Next(1, 5))
            .Select(_ => (long)(random.Next(40) == 0 ? 0 : random.Next(4) == 0 ? 1 : random.Next(2, 6)))];

    public static Tensor Fill(long[] shape, bool isIndex, Random random) => isIndex ? zeros(shape, dtype: ScalarType.Int64) : rand(shape);

    public static object? Of(ParameterInfo parameter, long[] shape, ref bool isFirst, bool isIndex, Random random)
    {
        var isNullable = Nullable.GetUnderlyingType(parameter.ParameterType) is not null
            || (parameter.HasDefaultValue && parameter.DefaultValue is null);
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var name = parameter.Name!;
        var operation = JudgedOperations.Operation(parameter.Member);
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
                || (name == "target" && operation is "nll_loss" or "cross_entropy" or "multi_margin_loss");
            return name is "mask" or "condition"
                ? Fill(Near(shape, random), false, random) > 0.5
                : Fill(Related(operation, name, shape, random), isIndexed, random);
        }

        if (JudgedOperations.IsTensors(type))
        {
            isFirst = false;
            return Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => Fill(random.Next(3) == 0 ? Near(shape, random) : shape, false, random)).ToArray();
        }

        if (type == typeof(long[]))
        {
            return Longs(operation, name, shape, random);
        }

        if (typeof(ITuple).IsAssignableFrom(type))
        {
            return Activator.CreateInstance(type,
                [.. type.GetGenericArguments().Select(_ => (object)Long(operation, name, shape, random))]);
        }

        return type switch
        {
            _ when type == typeof(long) => Long(operation, name, shape, random),
            _ when type == typeof(int) => (int)Long(operation, name, shape, random),
            _ when type == typeof(bool) => name is "training" or "sparse" or "disposeAfter" ? false : random.Next(2) == 0,
            _ when type == typeof(double) => name is "p" or "q" ? 0.5 : name == "ord" ? 2.0 : name == "label_smoothing" ? 0.1 : 0.3,
            _ when type == typeof(float) => 1f,
            _ when type == typeof(double[]) => Enumerable.Range(0, Math.Max(1, shape.Length - 2)).Select(_ => 2.0).ToArray(),
            _ when type == typeof(Scalar) => (Scalar)(name is "stop" or "start" or "step" ? (Scalar)2L : isIndex ? 2L : 2.0),
            _ when type == typeof(char) => 'L',
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
            ("tensordot", "dims1") => rank > 1 && random.Next(2) == 0 ? [-2, rank - 1] : [random.Next(4) == 0 ? Any() : -1],
            ("tensordot", "dims2") => rank > 1 && random.Next(2) == 0 ? [0, 1] : [rank > 1 ? 1 : 0],
            ("split", "sizes") => rank == 0 ? [1] : [.. Split(shape[0], random)],
            ("pad", _) => [.. Enumerable.Range(0, random.Next(1, rank + 2) * 2).Select(_ => (long)random.Next(-1, 3))],
            ("layer_norm", _) => [.. shape.Skip(Math.Max(0, rank - random.Next(1, 3))).Select(s => random.Next(6) == 0 ? s + 1 : s)],
            (_, "kernel_size" or "stride" or "strides" or "dilation") =>
                [.. Enumerable.Range(0, Spatial(operation)).Select(_ => (long)random.Next(1, 3))],
            (_, "padding") => [.. Enumerable.Range(0, Spatial(operation)).Select(_ => (long)random.Next(0, 2))],
            (_, "output_size") => [.. Enumerable.Range(0, Spatial(operation)).Select(_ => (long)random.Next(1, 4))],
            ("interpolate" or "upsample", "size") => [.. Enumerable.Range(0, Math.Max(1, rank - 2)).Select(_ => (long)random.Next(1, 6))],
            (_, "s") => [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => (long)random.Next(5) - 1)],
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
        "n" or "N" or "hop_length" or "win_length" when operation is not ("diff" or "randperm") && random.Next(3) == 0 => -1,
        "n" when operation == "diff" => random.Next(4) == 0 ? 2 : 1,
        "n_fft" => random.Next(2, 7),
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
            "tensordot" => [.. shape.TakeLast(2), free],
            "bmm" => [shape.Length > 0 ? shape[0] : 1, last, free],
            "mv" or "dot" or "inner" or "vdot" => [last],
            "linear" => [free, last],
            "conv1d" or "conv2d" or "conv3d" => [free, shape.Length > 1 ? shape[^(Math.Min(shape.Length, Spatial(operation) + 1))] : 1,
                .. Enumerable.Repeat((long)random.Next(1, 4), Spatial(operation))],
            "cross_entropy" or "nll_loss" => shape.Length > 1 ? [shape[0], .. shape.Skip(2)] : [],
            "cdist" => [.. shape.Take(Math.Max(0, shape.Length - 2)), free, last],
            "grid_sample" => [shape.Length > 0 ? shape[0] : 1, free, free, .. Enumerable.Repeat((long)2, shape.Length == 5 ? 2 : 1)],
            "index_select" or "take" => [free],
            "solve" or "solve_triangular" => random.Next(3) == 0 ? [.. shape.Take(shape.Length - 1)]
                : [.. shape.Take(Math.Max(0, shape.Length - 1)), free],
            "stft" or "istft" => [4],
            "searchsorted" when random.Next(2) == 0 => [.. shape.Take(shape.Length - 1), free],
            "trapezoid" or "trapz" or "cumulative_trapezoid" when name == "x" => [last],
            "select_scatter" => [.. shape.Skip(1)],
            "scaled_dot_product_attention" => [.. shape],
            _ => Near(shape, random),
        };
        return random.Next(7) == 0 ? Near(related, random) : related;
    }
}

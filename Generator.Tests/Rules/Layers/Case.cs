using System.Reflection;
using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;
using TorchSharp;
using TorchSharp.Modules;

namespace Gen.Tests.Rules.Layers;

/// <summary>A factory with random arguments, valid and slightly invalid, in TorchSharp's terms and in the rules'.</summary>
internal sealed class Case
{
    private Case(MethodInfo method, object?[] values)
    {
        Method = method;
        Values = values;
        Arguments = method.GetParameters().Select((p, i) => new Argument(p.Name!, ToValue(values[i]), null)).ToArray();
    }

    public MethodInfo Method { get; }

    public object?[] Values { get; }

    public IReadOnlyList<Argument> Arguments { get; }

    public LayerArguments LayerArguments => new(Arguments);

    /// <summary>What a layer stores weights of.</summary>
    private static readonly HashSet<string> Stored = new(StringComparer.Ordinal)
    {
        "in_channels", "out_channels", "num_channels", "num_features", "normalized_shape", "inputSize", "outputSize", "in_features",
        "out_features", "in1Features", "in2Features", "hiddenSize",
        "num_embeddings", "embedding_dims", "embedding_dim", "d_model", "embedded_dim", "dim_feedforward", "num_parameters",
    };

    /// <param name="method">The factory.</param>
    /// <param name="random">Draws the arguments.</param>
    /// <param name="isEmpty">In a quarter of the cases one of the stored sizes is 0.</param>
    public static Case Random(MethodInfo method, Random random, bool isEmpty = false)
    {
        object?[] values = [.. method.GetParameters().Select(p => Value(p.ParameterType, p.Name!, p, random))];
        if (method.Name == nameof(torch.nn.Upsample) && random.Next(8) > 0)
        {
            Agree(values, random);
        }

        var stored = method.GetParameters().Select((p, i) => (p.Name, i))
            .Where(p => Stored.Contains(p.Name!) && values[p.i] is long or long[]).Select(p => p.i).ToArray();
        if (isEmpty && stored.Length > 0 && random.Next(4) == 0)
        {
            var chosen = stored[random.Next(stored.Length)];
            values[chosen] = values[chosen] is long[] sizes ? sizes.Select((s, i) => i == 0 ? 0 : s).ToArray() : 0L;
        }

        return new(method, values);
    }

    /// <summary>
    /// Of the arguments of Upsample few combinations are valid: one of size and scale_factor, with a number for each dimension that the
    /// mode works on, and align_corners only where it interpolates.
    /// </summary>
    private static void Agree(object?[] values, Random random)
    {
        var mode = (torch.UpsampleMode)values[2]!;
        var spatial = SpatialOf(mode.ToString()) ?? random.Next(1, 4);
        var isSize = random.Next(2) == 0;
        values[0] = isSize ? Enumerable.Range(0, spatial).Select(_ => Integer("size", random)).ToArray() : null;
        values[1] = isSize ? null : Enumerable.Range(0, spatial).Select(_ => Real("scale_factor", random)).ToArray();
        values[3] = mode == torch.UpsampleMode.Nearest ? null : values[3];
        values[4] = isSize ? null : values[4];
    }

    /// <summary>The number of dimensions that a mode of Upsample resizes; null where it is any.</summary>
    public static int? SpatialOf(string? mode) => mode switch { "Linear" => 1, "Bilinear" or "Bicubic" => 2, "Trilinear" => 3, _ => null };

    /// <summary>The module; null where TorchSharp refuses the arguments.</summary>
    public torch.nn.Module? Build()
    {
        try
        {
            return (torch.nn.Module)Method.Invoke(null, Values)!;
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    public override string ToString() =>
        $"{Method.Name}({string.Join(", ", Method.GetParameters().Select((p, i) => $"{p.Name}: {Text(Values[i])}"))})";

    private static string Text(object? value) => value switch
    {
        null => "null",
        torch.Tensor tensor => $"tensor[{string.Join(",", tensor.shape)}]",
        Array array => $"[{string.Join(", ", array.Cast<object>())}]",
        _ => FormattableString.Invariant($"{value}"),
    };

    private static object? Value(Type type, string name, ParameterInfo parameter, Random random)
    {
        var isNullable = Nullable.GetUnderlyingType(type) is not null
            || (!type.IsValueType && parameter.HasDefaultValue && parameter.DefaultValue is null);
        if (name is "device" or "dtype" or "distance" or "max_norm" || (isNullable && random.Next(2) == 0))
        {
            return null;
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsArray)
        {
            var length = Length(parameter.Member.Name, name, random);
            var array = Array.CreateInstance(type.GetElementType()!, length);
            for (var i = 0; i < length; i++)
            {
                array.SetValue(Value(type.GetElementType()!, name, parameter, random), i);
            }

            return array;
        }

        if (typeof(ITuple).IsAssignableFrom(type))
        {
            return Activator.CreateInstance(type, [.. type.GetGenericArguments().Select(t => Value(t, name, parameter, random))]);
        }

        return type switch
        {
            _ when type == typeof(long) => Integer(name, random),
            _ when type == typeof(int) => random.Next(1, 3),
            _ when type == typeof(bool) => random.Next(2) == 0,
            _ when type == typeof(double) => Real(name, random),
            _ when type == typeof(float) => 1e-6f,
            _ when type.IsEnum => Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length)),
            _ when type == typeof(TransformerEncoderLayer) => Inner(nameof(torch.nn.TransformerEncoderLayer), random),
            _ when type == typeof(TransformerDecoderLayer) => Inner(nameof(torch.nn.TransformerDecoderLayer), random),
            _ when type == typeof(Parameter) && name == "weight" => torch.nn.Parameter(torch.randn(random.Next(1, 6), random.Next(1, 6))),
            _ when type == typeof(torch.Tensor) && name == "embeddings" => torch.randn(random.Next(1, 9), random.Next(1, 6)),
            _ => null,
        };
    }

    /// <summary>One size for each spatial dimension, and now and then one too many.</summary>
    private static int Length(string factory, string name, Random random)
    {
        var spatial = factory.FirstOrDefault(char.IsDigit) is var digit and > '0' ? digit - '0' : random.Next(1, 4);
        return name == "normalized_shape" ? random.Next(1, 3) : spatial;
    }

    private static long Integer(string name, Random random) => name switch
    {
        "kernel_size" => random.Next(20) == 0 ? 0 : random.Next(1, 5),
        "stride" or "dilation" => random.Next(25) == 0 ? 0 : random.Next(1, 4),
        "padding" => random.Next(0, 3),
        "output_padding" => random.Next(3) == 0 ? random.Next(0, 3) : 0,
        "groups" or "num_groups" or "nhead" or "num_heads" or "upscale_factor" or "downscale_factor" => random.Next(1, 4),
        "in_channels" or "out_channels" or "num_channels" or "num_features" or "d_model" or "embedded_dim" =>
            random.Next(3) == 0 ? random.Next(1, 9) : 6,
        "num_layers" or "numLayers" or "num_encoder_layers" or "num_decoder_layers" => random.Next(1, 3),
        "dim" => random.Next(-3, 3),
        "start_dim" or "end_dim" => random.Next(-4, 4),
        "unflattened_size" => random.Next(5) == 0 ? -1 : random.Next(1, 4),
        "padding_idx" or "padding_index" => random.Next(-1, 4),
        "kdim" or "vdim" => random.Next(3) == 0 ? random.Next(1, 6) : 6,
        "ignore_index" => -100,
        "blank" => 0,
        "p" => random.Next(1, 3),
        "num_parameters" => random.Next(2) == 0 ? 1 : random.Next(1, 6),
        "divisor_override" => random.Next(1, 4),
        "output_size" or "size" => random.Next(1, 8),
        _ => random.Next(1, 7),
    };

    private static double Real(string name, Random random) => name switch
    {
        "p" => new[] { 0, 0.3, 0.5, 1, 1.5 }[random.Next(5)],
        "dropout" => 0,
        "scale_factor" => new[] { 0.5, 1, 1.5, 2, 3 }[random.Next(5)],
        "output_ratio" => new[] { 0.4, 0.6, 0.9 }[random.Next(3)],
        "lambda" => new[] { 0.5, -0.5 }[random.Next(8) == 0 ? 1 : 0],
        "min_val" or "lower" => new[] { -1, 0.1 }[random.Next(2)],
        "max_val" or "upper" => new[] { 1, 0.2 }[random.Next(2)],
        "alpha" => new[] { 1, 0.5, 0 }[random.Next(3)],
        "norm_type" => 2,
        _ => 0.5,
    };

    private static object Inner(string factory, Random random)
    {
        for (; ;)
        {
            var inner = Random(Factories.All[factory].Single(), random);
            if (inner.Build() is { } module)
            {
                Built.Add(module, inner);
                return module;
            }
        }
    }

    private static readonly ConditionalWeakTable<object, Case> Built = [];

    /// <summary>How a layer was built that is an argument of another.</summary>
    public static Case? BuiltFrom(object module) => Built.TryGetValue(module, out var inner) ? inner : null;

    private static Value ToValue(object? value) => value switch
    {
        null => new Value.Null(),
        bool truth => new Value.Boolean(truth),
        long or int => new Value.Integer(Dim.Of(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture))),
        double or float => new Value.Real(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)),
        Enum member => new Value.Enumeration(member.GetType().Name, member.ToString()),
        Array array => new Value.List(array.Cast<object>().Select(ToValue).ToEquatableArray()),
        ITuple tuple => new Value.List(Enumerable.Range(0, tuple.Length).Select(i => ToValue(tuple[i])).ToEquatableArray()),
        torch.nn.Module module when Built.TryGetValue(module, out var inner) => new Value.Module(Layer(inner)),
        _ => new Value.Opaque(value.GetType().Name),
    };

    private static LayerModel Layer(Case inner) => new()
    {
        Name = "layer",
        Key = "layer",
        Type = "",
        TypeName = inner.Method.Name,
        Origin = LayerOrigin.Initializer,
        Flow = LayerFlow.Other,
        Written = inner.ToString(),
        Factory = inner.Method.Name,
        Arguments = inner.Arguments.ToEquatableArray(),
    };
}

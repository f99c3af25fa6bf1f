using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gen.Shapes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>A run of a random program: what came out of its layers and of all of it, or why it failed.</summary>
internal sealed class ProgramRun
{
    private readonly Dictionary<string, List<long[]>> layers = new(StringComparer.Ordinal);
    private long[][] result = [];
    private long parameters;

    /// <summary>Null where it ran.</summary>
    public string? Error { get; private set; }

    public static ProgramRun Of(Type type, ProgramCase program, Dictionary<string, long> sizes)
    {
        var run = new ProgramRun();
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        torch.random.manual_seed(1);
        try
        {
            run.Call(type, program, sizes);
        }
        catch (Exception error)
        {
            var inner = error is TargetInvocationException { InnerException: { } cause } ? cause : error;
            run.Error = $"{inner.GetType().Name}: {inner.Message.Split('\n')[0]}";
        }

        return run;
    }

    /// <summary>The result breaks the declared one.</summary>
    public bool HasAnotherResult(ProgramCase program, Dictionary<string, long> sizes) => !Agrees(program.Output, result[0], sizes, out _);

    /// <summary>Holds the walk's shapes and count against the run; the number of layers compared.</summary>
    public int Compare(ProgramCase program, Dictionary<string, long> sizes, List<string> contradictions)
    {
        if (!Agrees(program.Output, result[0], sizes, out _))
        {
            contradictions.Add($"the result is {Text(result[0])}, the walk says [{program.Output}]");
        }

        if (program.Parameters is not null
            && ShapeParser.ParseDim(program.Parameters).Dim!.Substitute(n => Value(n, sizes)).Constant != parameters)
        {
            contradictions.Add($"{parameters} parameters, {program.Parameters} said");
        }

        // On the ways of a branch layers may be left out, or stand in other numbers.
        var compared = 0;
        foreach (var rows in program.Rows.GroupBy(r => r.Path))
        {
            if (!layers.TryGetValue(rows.Key, out var real) || real.Count != rows.Count())
            {
                continue;
            }

            foreach (var (row, shape) in rows.Zip(real))
            {
                if (!Agrees(row.Output, shape, sizes, out var isTold))
                {
                    contradictions.Add($"'{row.Path}' gives {Text(shape)}, the walk says [{row.Output}]");
                }

                compared += isTold ? 1 : 0;
            }
        }

        return compared;
    }

    private void Call(Type type, ProgramCase program, Dictionary<string, long> sizes)
    {
        var inputs =
            program.InputShapes.Select(
                s => ShapeParser.ParseShape(s).Shape!.Dims.Select(d => d.Substitute(n => Value(n, sizes)).Constant!.Value).ToArray())
            .Zip(program.Inputs, (shape, kind) => (shape, kind))
            .Select((input, i) => (object)(program.Types.Length > 0 ? Input(input.shape, input.kind, program.Types[i])
                : input.kind == Element.Index ? zeros(input.shape, dtype: int64) : randn(input.shape))).ToArray();
        using var model = (nn.Module)Activator.CreateInstance(type, program.HasSize ? [sizes["d"]] : [])!;
        model.eval();
        parameters = model.parameters().DistinctBy(p => p.Handle).Sum(p => p.numel());
        foreach (var (name, inner) in model.named_modules().Where(m => m.name.Length > 0))
        {
            Listen(name, inner);
        }

        var call = type.GetMethods().First(m => m.Name == "call" && m.GetParameters().Length == inputs.Length);
        result = call.Invoke(model, inputs) switch
        {
            Tensor tensor => [tensor.shape],
            ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => ((Tensor)tuple[i]!).shape)],
            var other => throw new InvalidOperationException($"a result of {other}"),
        };
    }

    /// <summary>An input of a drawn type.</summary>
    public static Tensor Input(long[] shape, Element kind, string type)
    {
        var numbers = kind == Element.Index ? zeros(shape) : randn(shape) * 2;
        return type switch
        {
            "bool" => numbers.to(ScalarType.Bool),
            "uint8" => numbers.abs().to(ScalarType.Byte),
            "int8" => numbers.to(ScalarType.Int8),
            "int16" => numbers.to(ScalarType.Int16),
            "int32" => numbers.to(ScalarType.Int32),
            "int64" => numbers.to(ScalarType.Int64),
            "float16" => numbers.to(ScalarType.Float16),
            "bfloat16" => numbers.to(ScalarType.BFloat16),
            "float64" => numbers.to(ScalarType.Float64),
            _ => numbers,
        };
    }

    private void Listen(string name, nn.Module inner)
    {
        if (inner is not nn.Module<Tensor, Tensor> module)
        {
            return;
        }

        if (module is Linear linear)
        {
            // As Gen guards it.
            linear.register_forward_pre_hook((self, x) => x.dim() > 0 && x.shape[^1] == ((Linear)self).weight!.shape[1] ? x
                : throw new ExternalException($"{name} gets {Text(x.shape)}"));
        }

        module.register_forward_hook((_, _, output) =>
        {
            if (!layers.TryGetValue(name, out var list))
            {
                layers[name] = list = [];
            }

            list.Add(output.shape);
            return output;
        });
    }

    private static Dim? Value(string name, Dictionary<string, long> sizes) => sizes.TryGetValue(name, out var size) ? Dim.Of(size) : null;

    /// <summary>What the walk tells of a shape is so.</summary>
    private static bool Agrees(string? told, long[] real, Dictionary<string, long> sizes, out bool isTold)
    {
        isTold = false;
        if (told is null || ShapeParser.ParseShape(told).Shape is not { Rank: { } rank } shape)
        {
            return true;
        }

        var dims = shape.Dims.Select(d => d.Substitute(n => Value(n, sizes)).Constant).ToArray();
        isTold = dims.All(d => d is not null);
        return rank == real.Length && dims.Zip(real).All(p => p.First is null || p.First == p.Second);
    }

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}

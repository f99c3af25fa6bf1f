using System.Globalization;
using Gen.CompilerServices;
using Gen.Rules.Layers;
using Gen.Shapes;
using Gen.Tests.Rules.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Size = Gen.CompilerServices.Size;

namespace Gen.Tests.Runtime.Export;

/// <summary>Random constructions of every layer with a form in ONNX, with random weights, states and masks, in a process of its own: a
/// kernel may end it.</summary>
internal static class OnnxLayerJudge
{
    private const double Tolerance = 1e-5;
    private static string last = "";
    private static ScalarType type = ScalarType.Float32;

    /// <summary>A line for each layer: how many constructions ran and were equal, how many were refused and why, what was wrong.</summary>
    public static int Run(int constructions, int seed, ScalarType elements)
    {
        type = elements;
        foreach (var name in (Console.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // After a case that ended the process, the next one goes on behind it.
            var (factory, from) = name.Split(':') is [var of, var number0] ? (of, int.Parse(number0, CultureInfo.InvariantCulture))
                : (name, 0);
            var (equal, refused, most) = (0, new List<string>(), 0.0);
            string? wrong = null;
            for (var number = from; number < 10 * constructions && equal < constructions && wrong is null; number++)
            {
                Console.Error.WriteLine($"{factory} {number.ToString(CultureInfo.InvariantCulture)}");
                try
                {
                    var (difference, why) = Try(factory, seed, number);
                    wrong = why is null or "" ? null : why;
                    equal += why is null ? 1 : 0;
                    most = Math.Max(most, difference);
                }
                catch (NotExportableException error)
                {
                    refused.Add(error.Message);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    wrong = $"{number}: {last}: {error.GetType().Name}: {error.Message}";
                }
            }

            var reasons = refused.CountBy(static r => r).OrderByDescending(static r => r.Value).Take(2)
                .Select(static r => $"{r.Value} x {r.Key}");
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{factory}\t{equal}\t{refused.Count}\t{most:g3}\t{wrong ?? ""}\t{string.Join("; ", reasons)}").ReplaceLineEndings(" "));
            Console.Out.Flush();
        }

        return 0;
    }

    /// <summary>The largest difference and what is wrong; empty where TorchSharp refuses the case.</summary>
    private static (double Difference, string? Wrong) Try(string factory, int seed, int number)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var rule = LayerRules.Find(factory)!;
        var overloads = Factories.All[factory].ToArray();
        var random = new Random((seed * 1_000_003) + number);
        torch.random.manual_seed(number);
        var @case = Case.Random(overloads[random.Next(overloads.Length)], random);
        last = @case.ToString();
        if (@case.Build() is not { } layer)
        {
            return (0, "");
        }

        using var module = new OneLayer(layer, @case);
        foreach (var parameter in factory.EndsWith("_from_pretrained", StringComparison.Ordinal) ? [] : module.parameters())
        {
            parameter.copy_(randn_like(parameter) * 0.3);
        }

        foreach (var (name, buffer) in module.named_buffers())
        {
            if (buffer.is_floating_point())
            {
                buffer.copy_(name.EndsWith("var", StringComparison.Ordinal) ? rand_like(buffer) + 0.5 : randn_like(buffer));
            }
        }

        module.to(type);
        module.eval();
        var shapes = RandomInputs.Shapes(rule, @case, random);
        var further = FurtherInputs.Of(rule, @case, shapes, random);
        if (shapes.Concat(further.Shapes).Any(static s => s?.Contains(0) == true))
        {
            return (0, "");
        }

        var first = Run(factory, @case, module, shapes, further);
        if (first is not { } run)
        {
            return (0, "");
        }

        // Another number of samples, where the first dimension may be any.
        var runs = new List<(Tensor?[], Tensor[])> { run };
        var isOpen = random.Next(2) == 0 && shapes[0].Length > 1 && shapes.Length == 1 && further.Shapes.Length == 0;
        if (isOpen && Run(factory, @case, module, [[shapes[0][0] + 2, .. shapes[0][1..]]], further) is { } other)
        {
            runs.Add(other);
        }
        else
        {
            isOpen = false;
        }

        var path = Path.Combine(Path.GetTempPath(), $"gen-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}.onnx");
        try
        {
            last += $" of {string.Join(", ", run.Inputs.Select(static t => t is null ? "null" : $"[{string.Join(", ", t.shape)}]"))}";
            module.Describe(run.Inputs, isOpen, further.NeedsWeights);
            module.ExportOnnx(path, new() { Opset = random.Next(4) == 0 ? 21 : 18 });
            var (difference, wrong) = OnnxJudge.Compare(path, runs, Tolerance);
            return (difference, wrong is null ? null
                : $"{number}: {wrong}: {@case} of {string.Join(", ", shapes.Select(static s => $"[{string.Join(", ", s)}]"))}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (Tensor?[] Inputs, Tensor[] Expected)? Run(string factory, Case @case, OneLayer module, long[][] shapes,
        FurtherInputs further)
    {
        var rule = LayerRules.Find(factory)!;
        try
        {
            var call = new LayerCall(@case.LayerArguments, [.. shapes.Select(static s => Shape.Of([.. s.Select(static d => Dim.Of(d))]))],
                Facts.None, null, further.Values(factory, static (s, _) => Shape.Of([.. s.Select(static d => Dim.Of(d))])));
            rule.Arguments(call);
            var told = rule.Output(call);

            // What the rule does not know either may read what is not there.
            if (call.Failed || (told.IsUnknownRank && rule.Role != Gen.Rules.Role.Loss) || Judge.IsLeftOut(rule, @case, shapes, further))
            {
                return null;
            }

            var x = shapes.Select((_, i) => Typed(Input(rule, @case, i, shapes))!).ToArray();
            var more = further.Tensors(rule, @case, shapes).Select(static t => Typed(Drawn(t))).ToArray();
            var output = Judge.Call(module.Layer, [.. x.Select(static t => t.clone())], more, further.NeedsWeights);
            return output.Length == 0 || output.Any(static t => t.shape.Any(static s => s <= 0)) ? null : ([.. x, .. more], output);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return null;
        }
    }

    private static Tensor? Typed(Tensor? tensor) => tensor?.is_floating_point() == true ? tensor.to(type) : tensor;

    private static Tensor Input(LayerRule rule, Case @case, int index, long[][] shapes)
    {
        var tensor = RandomInputs.Tensor(rule, @case, index, shapes);
        if (rule.Factory.StartsWith("MaxUnpool", StringComparison.Ordinal) && index == 1)
        {
            // Each place once, as a pooling finds them.
            var spatial = shapes[1][^int.Parse(rule.Factory[^2..^1], CultureInfo.InvariantCulture)..];
            return arange(spatial.Aggregate(1L, static (a, b) => a * b)).view(spatial).expand(shapes[1]).contiguous();
        }

        return tensor.is_floating_point() && rule.Role != Gen.Rules.Role.Loss ? randn_like(tensor) * 2 : tensor;
    }

    /// <summary>Zeros of a state, a mask and a padding as random numbers; no sample is nothing but padding.</summary>
    private static Tensor? Drawn(Tensor? zeros)
    {
        if (zeros is null || zeros.dtype == ScalarType.Int64)
        {
            return zeros;
        }

        if (zeros.dtype != ScalarType.Bool)
        {
            return randn_like(zeros);
        }

        var drawn = rand(zeros.shape) > 0.6;
        drawn.select(drawn.dim() - 1, 0).fill_(false);
        return drawn;
    }

    /// <summary>A module of one layer, with the graph that a generated one would have.</summary>
    private sealed class OneLayer : nn.Module, IExportable
    {
        private readonly Case built;
        private Tensor?[] inputs = [];
        private bool isOpen;
        private bool needsWeights;

        public OneLayer(nn.Module layer, Case @case)
            : base("OneLayer")
        {
            (Layer, built) = (layer, @case);
            register_module("layer", layer);
        }

        public nn.Module Layer { get; }

        public void Describe(Tensor?[] given, bool hasOpenBatch, bool wantsWeights) =>
            (inputs, isOpen, needsWeights) = (given, hasOpenBatch, wantsWeights);

        public ExportGraph ToGraph()
        {
            var graph = new ExportGraph(this, "OneLayer");
            graph.Built("layer", built.Method.Name, [.. built.Method.GetParameters()
                .Select((p, i) => (p.Name!, Operand(built.Values[i])))]);
            var values = inputs.Select((t, i) => t is null ? ExportOperand.Null : graph.Input($"x{i}", Type(t), null,
                [.. t.shape.Select((s, d) => isOpen && d == 0 ? (Size)"B" : s)])).ToList();
            if (Layer is MultiheadAttention)
            {
                values.Insert(4, needsWeights);
            }
            else if (Layer is LSTM or LSTMCell && values.Count == 3)
            {
                values = [values[0], graph.Apply(ExportOperator.Tuple, "", new("", values[1]), new("", values[2]))];
            }

            var result = graph.Apply(ExportOperator.Module, "call", [new("", ExportOperand.Of(Layer)),
                .. values.Select(static v => new ExportArgument("", v))]);
            graph.Yield(result);
            return graph;
        }

        private static ExportOperand Operand(object? value) => value is nn.Module ? Case.BuiltFrom(value) is { } inner
            ? ExportOperand.List([.. inner.Method.GetParameters().Select((p, i) =>
                ExportOperand.List(ExportOperand.Of(p.Name), Operand(inner.Values[i])))]) : ExportOperand.Null
            : ExportOperand.Of(value is int number ? (long)number : value);

        private static string Type(Tensor tensor) => tensor.dtype switch
        {
            ScalarType.Float32 => "", ScalarType.Float64 => "float64", ScalarType.Int64 => "int64", ScalarType.Bool => "bool",
            var type => throw new NotSupportedException($"{type}"),
        };
    }
}

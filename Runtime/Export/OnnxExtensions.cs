using System.Runtime.CompilerServices;
using Gen.CompilerServices;
using Gen.Export.Onnx;
using Gen.Shapes;
using static TorchSharp.torch;
using Size = Gen.CompilerServices.Size;

namespace Gen;

/// <summary>Modules as <see href="https://onnx.ai">ONNX</see>, which ONNX Runtime and others run.</summary>
public static class OnnxExtensions
{
    private const int FirstOpset = 18;
    private const int LastOpset = 23;

    /// <summary>
    /// Writes a module with <c>[Export]</c> as ONNX, as it computes in eval mode. Inputs are named as the parameters of <c>Forward</c>,
    /// dimensions as in the shape string, weights by their keys in the <c>state_dict</c>. The file is written beside its place and moved
    /// there when it is complete; the same module gives the same bytes.
    /// </summary>
    /// <param name="module">The module; it may be on any device.</param>
    /// <param name="path">The file, <c>model.onnx</c>. More than 1.5 GB of weights go into <c>model.onnx.data</c> beside it.</param>
    /// <param name="options">The version of the operators, and more.</param>
    /// <exception cref="NotExportableException">Something has no equal form; nothing is written.</exception>
    /// <example><c>model.ExportOnnx("classifier.onnx");</c></example>
    public static void ExportOnnx(this IExportable module, string path, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        if (options.Opset is < FirstOpset or > LastOpset)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Opset, $"The opset is {FirstOpset} to {LastOpset}.");
        }

        OnnxFile.Write(path, Model(module.ToGraph(), options), options.LargestFile);
    }

    internal static OnnxModel Model(ExportGraph graph, OnnxExportOptions options)
    {
        var builder = new OnnxBuilder(graph.Module, graph.Name, options.Opset);
        var interpreter = new OnnxInterpreter(graph.Module, builder);
        var inputs = graph.Inputs.Select(i => builder.Input(i.Value.Name, OnnxTypes.Parse(i.Type), Dims(i, options))).ToArray();
        var results = Tensors(interpreter.Run(graph, inputs)).ToArray();
        if (results.Length == 0)
        {
            throw new NotExportableException($"{graph.Name} gives no tensor");
        }

        for (var i = 0; i < results.Length; i++)
        {
            var output = builder.Unary("Identity", results[i]);
            output.Name = builder.Unique(results.Length == 1 ? "output" : $"output{i + 1}");
            builder.Model.Outputs.Add(output);
        }

        builder.Model.Prune();
        OnnxKernels.Check(builder.Model);
        return builder.Model;
    }

    private static IReadOnlyList<Dim> Dims((ExportValue Value, string Type, IReadOnlyList<Size>? Shape, string? Variadic) input,
        OnnxExportOptions options)
    {
        if (input.Shape is null)
        {
            throw new NotExportableException($"the number of dimensions of '{input.Value.Name}' is not known; declare it with [Shape]");
        }

        var leading = input.Variadic is not { } name ? []
            : Enumerable.Range(1, options.LeadingDimensions).Select(i => Dim.Name(options.LeadingDimensions == 1 ? name : $"{name}{i}"));
        return [.. leading, .. input.Shape.Select(static s => s.Dim)];
    }

    private static IEnumerable<OnnxValue> Tensors(object? result) => result switch
    {
        OnnxValue tensor => [tensor],
        OnnxUnknown unknown => throw unknown.Refused(),
        List<object?> list => list.SelectMany(Tensors),
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Tensors(tuple[i])),
        _ => [],
    };
}

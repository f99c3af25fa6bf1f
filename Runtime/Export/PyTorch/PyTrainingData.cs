using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>Random data of the declared shape, with which a training runs until it has the user's own.</summary>
internal sealed class PyTrainingData
{
    private const int Items = 256;
    private const int Calls = 64;
    private const int AnySize = 32;
    private const int AnyBatch = 8;

    /// <summary>Names that the program has itself.</summary>
    private readonly HashSet<string> taken = new(["model", "batch", "batches", "torch", "random", "os", "json", "struct", "dist"],
        StringComparer.Ordinal);
    private readonly long anySize;
    private readonly List<(string Name, IReadOnlyList<Dim> Shape, string Type, long? Rows)> inputs = [];

    public PyTrainingData(ExportGraph graph)
    {
        for (var i = 0; i < graph.Inputs.Count; i++)
        {
            var (value, type, shape, variadic) = graph.Inputs[i];
            if (shape is null)
            {
                throw new NotExportableException($"the number of dimensions of '{value.Name}' is not known; declare it with [Shape]");
            }

            var name = graph.Inputs.Count == 1 && value.Name == "input" ? "x" : PyText.Snake(value.Name);
            inputs.Add((Free(name), [.. variadic is null ? [] : new[] { Dim.Name(variadic) }, .. shape.Select(static s => s.Dim)], type,
                PyIndices.Rows(graph, i)));
        }

        // A sequence is no longer than the table of its positions.
        anySize = inputs.All(static i => i.Rows is null) ? AnySize : graph.Module.modules().OfType<TorchSharp.Modules.Embedding>()
            .Select(static e => e.weight!.shape[0]).Append(AnySize).Min();

        // What is put together to a batch is the first dimension of all inputs, and nothing else.
        var first = inputs.Select(static n => n.Shape is [{ AsName: { } name }, ..] ? name : null).Distinct().ToArray();
        HasBatch = first is [{ } batch] && BatchNames.Contains(batch)
            && !inputs.Any(n => n.Shape.Skip(1).Any(d => d.Names.Contains(batch)));
    }

    /// <summary>Whether an item of the data is one sample; otherwise it is all that a call is given.</summary>
    public bool HasBatch { get; }

    /// <summary>The inputs, as they are taken out of a batch.</summary>
    public string Given => inputs is [var only] ? $"({only.Name},)" : Arguments;

    /// <summary>The inputs, as the model is called with them.</summary>
    public string Arguments => string.Join(", ", inputs.Select(static i => i.Name));

    /// <summary>A name that is not taken; from then on it is.</summary>
    public string Free(string name)
    {
        while (!taken.Add(name))
        {
            name += "_";
        }

        return name;
    }

    /// <summary>The body of the function that makes the data.</summary>
    public string Write()
    {
        const string Sized = "    random = torch.Generator().manual_seed(0)\n";
        if (HasBatch)
        {
            return "    \"\"\"The data. Replace it with yours: an item is what the model is given, and a target if the loss needs "
                + "one.\"\"\"\n"
                + Sized + string.Concat(inputs.Select(i => $"    {i.Name} = {Tensor(i, Items)}  # ({Shape(i.Shape)})\n"))
                + $"    return TensorDataset({Arguments})";
        }

        return "    \"\"\"The data. Replace it with yours: an item is a whole batch, and a target if the loss needs one.\"\"\"\n" + Sized
            + $"    batches = []\n    for _ in range({Calls}):\n"
            + string.Concat(inputs.Select(i => $"        {i.Name} = {Tensor(i, null)}  # ({Shape(i.Shape)})\n"))
            + $"        batches.append(({Arguments}{(inputs.Count == 1 ? "," : "")}))\n    return batches";
    }

    private static string Shape(IReadOnlyList<Dim> shape) => string.Join(", ", shape) + (shape.Count == 1 ? "," : "");

    private string Tensor((string Name, IReadOnlyList<Dim> Shape, string Type, long? Rows) input, int? items)
    {
        var sizes = string.Join(", ", input.Shape.Select((d, i) => i == 0 && items is { } count ? count : Size(d)));
        var tuple = input.Shape.Count == 1 ? $"({sizes},)" : $"({sizes})";
        var type = input.Type.Length == 0 ? input.Rows is null ? "float32" : "int64" : input.Type;
        return type switch
        {
            "bool" => $"torch.rand({tuple}, generator=random) < 0.5",
            "float32" => $"torch.randn({tuple}, generator=random)",
            _ when type.StartsWith("float", StringComparison.Ordinal) || type.StartsWith("complex", StringComparison.Ordinal)
                || type.StartsWith("bfloat", StringComparison.Ordinal) => $"torch.randn({tuple}, generator=random).to(torch.{type})",
            "int64" => $"torch.randint({input.Rows ?? 2}, {tuple}, generator=random)",
            _ => $"torch.randint({input.Rows ?? 2}, {tuple}, generator=random, dtype=torch.{type})",
        };
    }

    private long Size(Dim dim) =>
        dim.Evaluate(name => BatchNames.Contains(name) ? AnyBatch : anySize) is { } size and > 0 ? size : anySize;
}

using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>Buffers that are not among the weights: Python makes them again.</summary>
internal static class PyBuffers
{
    private const int MostNumbers = 1024;

    public static string Type(Tensor buffer) => buffer.dtype == ScalarType.Float32 ? "" : $", dtype={PyText.Type(buffer.dtype)}";

    public static string Write(Tensor buffer, string name)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var values = buffer.detach().cpu();
        var shape = $"({string.Join(", ", values.shape.Select(static s => PyText.Slot("size", PyText.Number(s))))}"
            + $"{(values.dim() == 1 ? "," : "")})";
        if (values.numel() > 1 && values.dtype == ScalarType.Float32)
        {
            if (values.dim() >= 2 && values.Equals(tril(ones(values.shape))))
            {
                return $"torch.ones({shape}).tril()";
            }

            if (values.Equals(full(values.shape, values.flatten()[0].item<float>())))
            {
                return $"torch.full({shape}, {PyText.Number(values.flatten()[0].item<float>())})";
            }
        }

        if (values.numel() > MostNumbers)
        {
            throw new NotExportableException($"the buffer '{name}' is not among the weights and has {values.numel()} numbers that no "
                + "formula is known for; make it persistent");
        }

        var numbers = values.flatten().to(ScalarType.Float64).data<double>().ToArray()
            .Select(n => values.is_floating_point() ? PyText.Number((float)n) : PyText.Number((long)n)).ToArray();
        var text = numbers.Length == 1 ? numbers[0] : $"[\n{string.Concat(numbers.Chunk(8).Select(static row =>
            $"            {string.Join(", ", row)},\n"))}        ]";
        var whole = values.dtype == ScalarType.Bool ? text.Replace("1", "True", StringComparison.Ordinal)
            .Replace("0", "False", StringComparison.Ordinal) : text;
        return $"torch.tensor({whole}{Type(values)})" + (values.dim() == 1 ? "" : $".view({shape})");
    }
}

using Gen.Shapes;

namespace Gen.Model;

/// <summary>What the header of a safetensors file says of a tensor.</summary>
/// <param name="TypeName">The format's name of its element type: <c>F32</c>.</param>
/// <param name="Type">The element type; unknown where TorchSharp has none such.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record CheckpointTensor(string TypeName, ElementType Type, EquatableArray<long> Shape);

/// <summary>The header of a safetensors file, or of several.</summary>
/// <param name="Tensors">The tensors by their keys, in the order of the file.</param>
/// <param name="Error">Why it could not be read; null where it could.</param>
internal sealed record CheckpointHeader(IReadOnlyList<KeyValuePair<string, CheckpointTensor>> Tensors, string? Error = null)
{
    public static CheckpointHeader Wrong(string error) => new([], error);
}

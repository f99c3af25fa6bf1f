using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What a layer takes and gives, and what it costs.</summary>
/// <param name="Path">The layer's name within the module.</param>
/// <param name="Written">Its construction, inferred sizes filled in.</param>
/// <param name="Input">The shape that arrives.</param>
/// <param name="Output">The shape that leaves.</param>
/// <param name="Parameters">Its parameters; unknown where they cannot be counted.</param>
/// <param name="MultiplyAdds">Its multiply-adds by the conventional rule.</param>
/// <param name="TorchinfoMultiplyAdds">Its multiply-adds by torchinfo's rule.</param>
/// <param name="IsRepeated">It stood in the chain before: its parameters count once.</param>
internal sealed record CheckedLayer(string Path, string Written, Shape Input, Shape Output, Dim Parameters, Dim MultiplyAdds,
    Dim TorchinfoMultiplyAdds, bool IsRepeated);

namespace Gen;

/// <summary>What a load of safetensors did and did not.</summary>
/// <param name="Loaded">The keys that were loaded, in the module's order.</param>
/// <param name="MissingKeys">Keys of the module that the file does not have. A tied tensor needs one of its keys.</param>
/// <param name="UnexpectedKeys">Keys of the file that the module does not have.</param>
/// <param name="Differences">Keys whose tensors have another shape or element type; they were not loaded.</param>
public sealed record SafetensorsReport(
    IReadOnlyList<string> Loaded, IReadOnlyList<string> MissingKeys, IReadOnlyList<string> UnexpectedKeys,
    IReadOnlyList<StateDifference> Differences);

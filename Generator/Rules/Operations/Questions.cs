namespace Gen.Rules.Operations;

/// <summary>What gives no tensor: questions that are answered at run time, and modes.</summary>
internal static class Questions
{
    public static readonly IReadOnlyList<OperationRule> All =
    [
        new("item ToScalar ToSingle ToDouble is_floating_point is_complex is_contiguous") { GivesTensors = false },
        new("backward no_grad inference_mode enable_grad") { GivesTensors = false },
    ];
}

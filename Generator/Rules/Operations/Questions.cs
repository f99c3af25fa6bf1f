using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>What gives no tensor: questions that are answered at run time, and modes.</summary>
internal static class Questions
{
    public static readonly IReadOnlyList<OperationRule> All =
    [
        new("item") { GivesTensors = false, Output = static call => One(call,
            "a number is made of 1 element: reduce it first, or index it") },
        new("backward")
        {
            GivesTensors = false,
            Output = static call => call.Count > 1 ? call.Unknown()
                : One(call, "gradients start at 1 element: reduce it first, by mean() or sum()"),
        },
        new("ToScalar ToSingle ToDouble is_floating_point is_complex") { GivesTensors = false },
        new("is_contiguous") { GivesTensors = false, AsksOrder = true },
        new("no_grad inference_mode enable_grad set_grad_enabled") { GivesTensors = false },
    ];

    private static Value One(OperationCall call, string why) =>
        !call.Self.IsUnknownRank && Comparison.Compare(call.Self.Elements, Dim.One, call.Facts) == Verdict.Different
            ? call.Wrong(FindingKind.OperationArguments, $"{call.Self} has {call.Self.Elements} elements, but {why}") : call.Unknown();
}

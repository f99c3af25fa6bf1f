using Gen.Model;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Views of what dimensions that changed places have put out of order.</content>
internal sealed partial class Evaluator
{
    private bool? asksOrder;

    /// <summary>The code asks how a tensor lies in memory: what is viewed may have been checked.</summary>
    private bool AsksOrder => asksOrder ??= body.Methods.Any(static m => m.Body?.Nodes().Any(static n =>
        n is Expression.Call { Owner: Owner.Tensor, Method: var name } && OperationRules.Find(false, name) is { AsksOrder: true }) == true);

    /// <summary>A view that would merge dimensions which do not follow each other in memory; null where that is not certain.</summary>
    private Finding? Refused(OperationRule rule, string name, Value output, AbstractValue.Tensor? viewed, Anchor place)
    {
        if (rule.OrCopies is not { } copies || viewed?.Produced is not { Strides: { Count: > 0 } strides, IsMade: var isMade }
            || output is not Value.Tensor { Shape: { Rank: not null } target } || AsksOrder
            || Strides.Refused(viewed.Shape.Dims, strides, target.Dims, walk.Facts) is not { } always)
        {
            return null;
        }

        return new(isMade && always ? FindingKind.OperationOrder : FindingKind.OrderRefuted, place,
            new[] { name, viewed.Shape.ToString(), target.Simplify(walk.Facts).ToString(), copies }.ToEquatableArray(), Way([viewed]));
    }
}

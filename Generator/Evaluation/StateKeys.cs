using Gen.Graph;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>Gives the steps of a walk the keys that a <c>state_dict</c> has, and says which parameters are another layer's.</summary>
internal static class StateKeys
{
    public static Trace Of(ModuleModel module, IReadOnlyList<InferredSize> inferred, IEnumerable<ExecutionPath> ways) =>
        new(ways.Select(w => w with { Steps = w.Steps.Select(s => Of(module, inferred, s)).Concat(Unread(module)).ToArray() }).ToArray())
        {
            IsRecomputed = module.IsRecomputed,
            MayKeep = module.MayKeep || module.Layers.Any(MayKeep),
        };

    private static bool MayKeep(LayerModel layer) => layer is { Factory: null, MayKeep: true }
        || Chain.Items(layer)?.Any(static i => MayKeep(i.Layer)) == true
        || Chain.Parts(layer)?.SelectMany(static p => p.Layers).Any(static l => MayKeep(l.Layer)) == true;

    private static TraceStep Of(ModuleModel module, IReadOnlyList<InferredSize> inferred, TraceStep step)
    {
        if (step.Kind is StepKind.Operation or StepKind.Free)
        {
            return step;
        }

        var dot = step.Name.IndexOf('.');
        var field = dot < 0 ? step.Name : step.Name[..dot];
        if (module.Layers.FirstOrDefault(l => l.Name == field) is not { } layer)
        {
            return step;
        }

        var tied = dot >= 0 ? Dim.Zero : module.Ties.Where(t => t.Layer == field)
            .Aggregate(Dim.Zero, (sum, tie) => sum + LayerCounts.Tied(module, tie, inferred));
        return step with { Name = layer.Key + step.Name[field.Length..], Tied = tied, Recomputed = layer.Recomputed ?? 0 };
    }

    /// <summary>What a body does that cannot be read.</summary>
    private static IEnumerable<TraceStep> Unread(ModuleModel module) =>
        module.Forward.Kind is not ForwardKind.Chain && !module.IsChainInherited && module.Body?.Find(module.Body.Entry)?.Body is null
            ? [new TraceStep(StepKind.Operation, "forward", "", "", [], [new TraceValue(Shape.UnknownRank)], Dim.Zero, Dim.Unknown,
                Dim.Unknown,
                Dim.Zero, null)]
            : [];
}

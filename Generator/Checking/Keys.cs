using Gen.Model;
using Gen.Shapes;
using Gen.Traces;

namespace Gen.Checking;

/// <summary>Gives the steps of a walk the keys that a <c>state_dict</c> has, and says which parameters are another layer's.</summary>
internal static class Keys
{
    public static Traces.Graph Of(ModuleModel module, Func<LayerModel, LayerModel> complete, IEnumerable<Way> ways) =>
        new(ways.Select(w => w with { Steps = w.Steps.Select(s => Of(module, complete, s)).Concat(Unread(module)).ToArray() }).ToArray());

    private static Step Of(ModuleModel module, Func<LayerModel, LayerModel> complete, Step step)
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
            .Aggregate(Dim.Zero, (sum, tie) => sum + LayerCounts.Tied(module, tie, complete));
        return step with { Name = layer.Key + step.Name[field.Length..], Tied = tied };
    }

    /// <summary>What a body does that cannot be read.</summary>
    private static IEnumerable<Step> Unread(ModuleModel module) =>
        module.Forward.Kind is not ForwardKind.Chain && module.Body?.Find(module.Body.Entry)?.Body is null
            ? [new Step(StepKind.Operation, "forward", "", "", [], [new Slot(Shape.UnknownRank)], Dim.Zero, Dim.Unknown, Dim.Unknown,
                Dim.Zero, null)]
            : [];
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>The shapes of <c>[Parameter]</c> and <c>[Buffer]</c> fields, by what they are set to.</summary>
internal static class States
{
    public static Shape Of(ModuleModel module, StateModel state, LayerWalk? outer = null)
    {
        if (state.Initializer is not { } initializer)
        {
            return Shape.UnknownRank;
        }

        var (facts, walked) = (outer?.Facts ?? Facts.None, outer?.Walked ?? new Walked());
        return walked.State(module, state, facts, () =>
        {
            // What is wrong in an initializer is not said of the body that reads it.
            var walk = new LayerWalk(facts, [], [], new Decisions(), walked, (outer?.Depth ?? 0) + 1);
            new BodyWalk(module, initializer, walk, new Decisions()).Run([]);
            return walk.Result is Abstract.Tensor tensor && !tensor.Shape.Dims.Any(d => d.IsUnknown) ? tensor.Shape : Shape.UnknownRank;
        });
    }
}

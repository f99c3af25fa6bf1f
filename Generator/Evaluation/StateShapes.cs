using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>The shapes of <c>[Parameter]</c> and <c>[Buffer]</c> fields, by what they are set to.</summary>
internal static class StateShapes
{
    private const int MostWays = 16;

    /// <summary>What a field holds on the way that the walk has taken: a tensor, null, or what is not known.</summary>
    public static AbstractValue Of(ModuleModel module, StateModel state, LayerEvaluator outer, Oracle decisions)
    {
        if (state.Initializer is not { } initializer)
        {
            return AbstractValue.Lost;
        }

        return outer.Cache.State(module, state, outer.Facts, () =>
        {
            var asked = decisions.Asked;
            var walk = Walk(module, initializer, outer.Facts, decisions, outer.Cache, outer.Depth + 1);
            var learned = walk.Facts.All.Where(f => !outer.Facts.All.Contains(f)).ToArray();
            foreach (var fact in learned)
            {
                outer.Know(fact);
            }

            foreach (var wrong in walk.Findings.Where(static f => f.Kind.IsOfTypes()))
            {
                outer.Fail(wrong with { At = Anchor.Member(state.Name), Also = default, Cast = null });
            }

            return (walk.Result, decisions.Asked == asked && learned.Length == 0);
        });
    }

    /// <summary>The number of elements, by the constructor's conditions; unknown where it cannot be told.</summary>
    public static Dim Count(ModuleModel module, StateModel state, EvaluationCache walked)
    {
        if (state.IsShared)
        {
            return Dim.Zero;
        }

        if (Ways(module, state, walked) is not { } all)
        {
            return Dim.Unknown;
        }

        var ways = all.Select(w => (w.When, Count: w.Value switch
        {
            AbstractValue.Tensor { Shape.IsUnknownRank: false, Shape: var shape } => shape.Elements,
            AbstractValue.Null => Dim.Zero,
            _ => Dim.Unknown,
        })).ToArray();
        return ways.All(w => w.Count.Equals(ways[0].Count)) ? ways[0].Count
            : ways.Select(w => w.When * w.Count).Aggregate(static (a, b) => a + b);
    }

    /// <summary>What a field is set to, on each way through its initializer; null where that cannot be told.</summary>
    public static IReadOnlyList<(Dim When, AbstractValue Value)>? Ways(ModuleModel module, StateModel state, EvaluationCache walked)
    {
        if (state.Initializer is not { } initializer)
        {
            return null;
        }

        var facts = Facts.None.WithOpen(module.Constructor.Names.Select(p => p.Name).Concat(new Bindings(module.Bound).Names));
        var decisions = new Oracle();
        var (ways, isMore) = (new List<(Dim When, AbstractValue Value)>(), true);
        while (isMore && ways.Count < MostWays)
        {
            var value = Walk(module, initializer, facts, decisions, walked, 1).Result;
            ways.Add((decisions.Way.Aggregate(Dim.One, static (product, branch) => product * branch.Holds.Indicator), value));
            isMore = decisions.Next();
        }

        return isMore || decisions.IsCut ? null : ways;
    }

    /// <summary>What is wrong in an initializer is not said of the body that reads it, but for element types: of the field.</summary>
    private static LayerEvaluator Walk(ModuleModel module, BodyModel initializer, Facts facts, Oracle decisions, EvaluationCache walked,
        int depth)
    {
        var walk = new LayerEvaluator(facts, [], [], decisions, walked, depth);
        new Evaluator(module, initializer, walk, decisions).Run([]);
        return walk;
    }
}

using Gen.Evaluation;
using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Tests.Rules.Operations.Constructors;

/// <summary>The keys and shapes of a <c>state_dict</c>, as far as a declaration tells them.</summary>
internal static class ToldState
{
    /// <summary>One line for each tensor; null where not all of them are known.</summary>
    public static string[]? Of(ModuleModel module, IEnumerable<Argument> given)
    {
        var told = new List<string>();
        return Add(new Bindings(given).Bind(module), "", told) ? [.. told.Order(StringComparer.Ordinal)] : null;
    }

    private static bool Add(ModuleModel module, string prefix, List<string> told) =>
        module.States.All(s => Add(module, s, prefix, told)) && module.Layers.All(l => Add(l, $"{prefix}{l.Key}.", told));

    private static bool Add(ModuleModel module, StateModel state, string prefix, List<string> told)
    {
        var decisions = new Oracle();
        var value = StateShapes.Of(module, state, new LayerEvaluator(Facts.None, [], [], decisions, new EvaluationCache(), 1), decisions);
        if (value is AbstractValue.Tensor tensor)
        {
            told.Add($"{prefix}{state.Key} {tensor.Shape}");
            return decisions.Asked == 0 && IsNumbers(tensor.Shape);
        }

        return decisions.Asked == 0 && value is AbstractValue.Null;
    }

    private static bool Add(LayerModel layer, string prefix, List<string> told)
    {
        if (layer.Condition is { } condition)
        {
            return condition is Truth.Known { Value: false };
        }

        if (layer.NotUnderstood is not null || layer.IsOptional)
        {
            return false;
        }

        if (layer.Nested is { } nested)
        {
            return Add(new Bindings(layer.Arguments).Bind(nested), prefix, told);
        }

        if (LayerRules.Find(layer.Factory) is not { } rule)
        {
            return false;
        }

        foreach (var tensor in rule.State(new LayerArguments(layer.Arguments)))
        {
            told.Add($"{prefix}{tensor.Name} {tensor.Shape}");
            if (!IsNumbers(tensor.Shape) || tensor.Presence.Constant != 1)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNumbers(Shape shape) => shape.Rank is not null && shape.Dims.All(d => d.Constant is not null);
}

using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Rules.Operations;

namespace Gen.Evaluation;

/// <summary>
/// Whether a walk through a module may come to advice. It is given where the class itself applies a loss, a linear layer and the like: one
/// that only runs other modules need not be walked for it.
/// </summary>
internal static class AdviceSources
{
    public static bool AreIn(ModuleModel module)
    {
        var layers = Layers(module).ToArray();
        var rules = layers.Select(static l => LayerRules.Find(l.Factory)).OfType<LayerRule>().ToArray();
        return rules.Any(static r => IsSource(r) || r.TakesSequenceFirst is not null)
            || (rules.Count(static r => r.IsLinearMap) is > 0 and var linear
                && (linear > 1 || layers.Any(static l => l.Nested is not null)))
            || Bodies(module).Any(static n => n is Expression.Call call
                && OperationRules.Find(call.Owner == Owner.Functional, call.Method) is { } rule && IsSource(rule));
    }

    private static bool IsSource(OperatorRule rule) => rule.Applies != Role.Other || rule.DropsSamplesAt is not null;

    /// <summary>What the code of the class and of its bases has, each once or more.</summary>
    private static IEnumerable<LayerModel> Layers(ModuleModel module) => module.Layers.SelectMany(Within)
        .Concat(module.Bound.SelectMany(static a => Within(a.Value)))
        .Concat(Bodies(module).OfType<Expression.Constant>().SelectMany(static c => Within(c.Value)))
        .Concat(module.Type.Base is { } basis
            ? basis.Arguments.SelectMany(static a => Within(a.Value)).Concat(basis.Module is { } inherited ? Layers(inherited) : []) : []);

    private static IEnumerable<Expression> Bodies(ModuleModel module) =>
        module.Body?.Methods.SelectMany(static m => m.Body?.Nodes() ?? []) ?? [];

    /// <summary>A layer and those in it, as its class gives them; what stands in the code of another class is not among them.</summary>
    private static IEnumerable<LayerModel> Within(LayerModel layer) => layer.Arguments.SelectMany(static a => Within(a.Value))
        .Concat(layer.Otherwise is { } otherwise ? Within(otherwise) : []).Prepend(layer);

    private static IEnumerable<LayerModel> Within(Value value) => value switch
    {
        Value.Module module => Within(module.Layer),
        Value.List list => list.Items.SelectMany(Within),
        Value.Repeat repeat => Within(repeat.Item).SelectMany(static l => new[] { l, l }),
        Value.Spread spread => Within(spread.Items),
        Value.Object made => made.Members.SelectMany(static m => Within(m.Value)),
        _ => [],
    };
}

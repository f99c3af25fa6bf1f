using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>
/// What holds of the constructor's parameters once there is a module: TorchSharp builds no <c>Linear(0, n)</c>, so that a parameter given
/// as such a size is 1 or more. What is built on a condition, or for each number below one, says nothing.
/// </summary>
internal static class BuiltSizes
{
    public static IEnumerable<Fact> Of(ModuleModel module)
    {
        if (!module.Constructor.Names.Any(p => p.IsInteger))
        {
            return [];
        }

        var names = new HashSet<string>(module.Constructor.Names.Where(p => p.IsInteger).Select(p => p.Name), StringComparer.Ordinal);
        return Chain.Of(module with { Chain = null })
            .Select(o => o.Layer)
            .Where(l => l is { Condition: null, NotUnderstood: null, Given: null })
            .SelectMany(Minimums)
            .Select(m => Least(m.Value, m.Least))
            .OfType<Fact>()
            .Where(f => names.Contains(f.Left.AsName!))
            .Distinct()
            .ToArray();
    }

    /// <summary>Of these names, those that are sizes of a parameter or a buffer, which is always made: they are not negative.</summary>
    public static IEnumerable<Fact> OfStates(ModuleModel module, IEnumerable<string> names)
    {
        var open = new HashSet<string>(names, StringComparer.Ordinal);
        return open.Count == 0 || module.States.Count == 0 ? [] : module.States
            .SelectMany(s => StateShapes.Ways(module, s, new EvaluationCache()) is
                [{ When.Constant: 1, Value: AbstractValue.Tensor tensor }] ? tensor.Shape.Dims : [])
            .Select(d => d.AsName).OfType<string>().Where(open.Remove)
            .Select(n => new Fact(Dim.Name(n), Relation.AtLeast, Dim.Zero)).ToArray();
    }

    private static IEnumerable<(Dim Value, long Least)> Minimums(LayerModel layer)
    {
        if (LayerRules.Find(layer.Factory) is not { } rule)
        {
            return [];
        }

        var call = new LayerCall(new LayerArguments(layer.Arguments.Where(a => a.Value is not Value.Integer { Dim.Constant: -1 })),
            Shape.UnknownRank, Facts.Nothing);
        rule.Arguments(call);
        return call.Minimums;
    }

    /// <summary>The least value of the one name of a size: of <c>2*hidden - 1 >= 1</c>, <c>hidden >= 1</c>.</summary>
    private static Fact? Least(Dim size, long least)
    {
        if (size.IsUnknown || size.Names.Distinct().Take(2).ToArray() is not [var name]
            || Unification.Linear(size, name) is not ({ Constant: { } factor and > 0 }, { Constant: { } rest })
            || least < 1 || rest < -(1L << 40) || rest > 1L << 40)
        {
            return null;
        }

        var bound = -Dim.Floor(rest - least, factor);
        return bound < 1 ? null : new(Dim.Name(name), Relation.AtLeast, Dim.Of(bound));
    }
}

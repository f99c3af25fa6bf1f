using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>Counts the elements of the parameters that a module registers.</summary>
internal static class ParameterCounts
{
    /// <summary>The parameters of a module, with what its constructor is given; unknown, with the reason, where they cannot be
    /// counted.</summary>
    public static (Dim Count, string? Reason) Of(ModuleModel module, EvaluationCache walked)
    {
        if (module.Contract is { } contract)
        {
            var count = contract.Count(contract.Parameters, new Bindings(module.Bound).Size);
            return (count, count.IsUnknown ? $"its assembly does not tell the parameters of {module.Type.Name}" : null);
        }

        return Of(module, Inferred(module, walked), walked);
    }

    /// <summary>The sizes that stand for -1: they are found on the way through the module.</summary>
    public static IReadOnlyList<InferredSize> Inferred(ModuleModel module, EvaluationCache walked)
    {
        if (module.Layers.All(l => l.Arguments.All(a => a.Value is not Value.Integer { Dim.Constant: -1 })))
        {
            return [];
        }

        var declared = Declaration.Read(module, []);
        return ModuleEvaluation.Run(module, declared, declared.Premises(module), ModuleInputs.Of(module, declared), [], depth: 1, [],
            walked)
            .Inferred;
    }

    public static (Dim Count, string? Reason) Of(ModuleModel module, IReadOnlyList<InferredSize> inferred, EvaluationCache walked)
    {
        var total = Dim.Zero;
        string? reason = null;
        foreach (var layer in module.Layers)
        {
            var (count, why) = LayerCounts.Parameters(inferred.Complete(layer), walked);
            total += count;
            reason ??= why;
        }

        foreach (var state in module.States.Where(s => s.IsParameter))
        {
            var count = StateShapes.Count(module, state, walked);
            total += count;
            reason ??= count.IsUnknown ? $"the shape of parameter '{state.Name}' is not known at compile time" : null;
        }

        foreach (var tie in module.Ties)
        {
            total -= LayerCounts.Tied(module, tie, inferred);
        }

        if (module.NotUnderstoodTie is { } assignment)
        {
            return (Dim.Unknown, reason ?? $"what '{assignment}' leaves of the layer's own is not known at compile time");
        }

        if (module.Type.Base is { Module: { } basis })
        {
            total += Of(module.Type.Base.Built(new Bindings(module.Bound))!, walked).Count;
            reason ??= total.IsUnknown ? $"the parameters of its base class {basis.Type.Name} are not known at compile time" : null;
        }
        else if (module.Type.Base is { TakesName: false } inherited)
        {
            return (Dim.Unknown, reason ?? $"what its base class {inherited.Type.Replace("global::", "")} registers is not known");
        }

        if (module.Bound.Count == 0 && total.Names.FirstOrDefault(n => module.Constructor.Names.All(p => p.Name != n)) is { } free)
        {
            return (Dim.Unknown, reason ?? $"'{free}' is not known at compile time");
        }

        return (total, total.IsUnknown ? reason ?? "the number is too large" : null);
    }
}

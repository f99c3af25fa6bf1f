using Gen.Graph;
using Gen.Layers;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>Walks a module's graph with the rules: shapes, counts and findings. The generator and the analyzers share this walk.</summary>
internal static class ModuleChecker
{
    public static CheckedModule Check(ModuleModel module)
    {
        var findings = new List<Finding>(module.Findings);
        var declared = Declaration.Read(module, findings);
        var isChain = module.Forward.Kind == ForwardKind.Chain;
        if (isChain)
        {
            Chainable(module, findings);
        }

        var declarationHolds = findings.Count == 0;
        var walk = new LayerWalk(declared.Premises(module), declared.CheckableNames(module), findings);
        if (isChain)
        {
            walk.Run(ChainGraph.Of(module), declared.Signature is { Inputs: [var input, ..] } ? input : Shape.UnknownRank);
        }
        else
        {
            walk.ListLayers(module);
        }

        // What was declared and not proved is checked when running.
        var output = declared.Result ?? (isChain ? walk.Result : Shape.UnknownRank);
        var guardsOutput = declared.Result is { } result && (!isChain || Result.Check(result, walk, declared.Premises(module), findings));

        if (declarationHolds)
        {
            Coverage.Report(module, declared, walk, findings);
        }

        var (parameters, whyNot) = Count(module, walk);
        var multiplyAdds = isChain ? walk.MultiplyAdds : Dim.Unknown;
        if (declarationHolds)
        {
            Counted(module, declared, walk, parameters, whyNot, multiplyAdds, findings);
            Expectations.Check(module, parameters, multiplyAdds, walk, findings);
        }
        else
        {
            // After a mistake in the declaration nothing more is said of the class.
            findings.RemoveAll(f => !f.Kind.IsDeclaration());
        }

        return new CheckedModule
        {
            Model = module,
            Layers = walk.Rows.ToEquatableArray(),
            Inputs = declared.Signature is null ? null : declared.Signature.Inputs.ToEquatableArray(),
            Output = output.IsUnknownRank ? null : output,
            ParameterCount = parameters,
            MultiplyAdds = multiplyAdds,
            FreeNames = declared.FreeNames.ToEquatableArray(),
            Conditions = declared.Facts.All.Concat(walk.Conditions).Distinct().ToEquatableArray(),
            GuardsOutput = guardsOutput,
            Inferred = walk.Inferred.ToEquatableArray(),
            Hides = Hidden(module, declared, module.Type.Base).Distinct().ToEquatableArray(),
            Findings = findings.ToEquatableArray(),
        };
    }

    /// <summary>GEN0005: every element of a chain takes one tensor and gives one, or a tuple whose first item is one.</summary>
    private static void Chainable(ModuleModel module, List<Finding> findings)
    {
        var steps = ChainGraph.Steps(module).ToArray();
        if (steps.Length == 0 && module.Findings.Count == 0 && module.Type.Base is null or { TakesName: true })
        {
            findings.Add(new(FindingKind.NothingToChain, Anchor.Class, module.Type.Name));
        }

        foreach (var layer in steps.Distinct().Where(l => l.Flow is LayerFlow.SeveralInputs or LayerFlow.Other))
        {
            var kind = layer.Flow == LayerFlow.SeveralInputs ? FindingKind.ChainElementWithSeveralInputs : FindingKind.ChainElementResult;
            findings.Add(new(kind, Anchor.Member(layer.Name), layer.Name, layer.TypeName));
        }
    }

    /// <summary>What base classes have of the members that are generated: written by hand, or generated too.</summary>
    private static IEnumerable<string> Hidden(ModuleModel derived, Declaration declared, BaseModel? inherited)
    {
        if (inherited?.Module is not { } module)
        {
            return inherited?.Members ?? [];
        }

        // A method hides only one that takes the same types.
        var basis = Check(module);
        var sameConstructor = derived.Constructor.Parameters.Select(p => p.Type).SequenceEqual(module.Constructor.Parameters.Select(p => p.Type));
        return inherited.Members.Concat(Hidden(derived, declared, module.Type.Base))
            .Append("Summary")
            .Concat(basis.ParameterCount.Constant is null ? [] : ["ParameterCount"])
            .Concat(basis.ParameterCount.IsUnknown || basis.ParameterCount.Constant is not null || !sameConstructor ? [] : ["CountParameters"])
            .Concat(basis.MultiplyAdds.IsUnknown || !sameConstructor || basis.FreeNames.Count != declared.FreeNames.Count ? [] : ["MultiplyAdds"]);
    }

    private static (Dim Count, string? Reason) Count(ModuleModel module, LayerWalk walk)
    {
        var total = Dim.Zero;
        string? reason = null;
        foreach (var layer in module.Layers)
        {
            var (count, why) = LayerCounts.Parameters(walk.Complete(layer));
            total += count;
            reason ??= why;
        }

        if (module.States.FirstOrDefault(s => s.IsParameter) is { } state)
        {
            return (Dim.Unknown, reason ?? $"the shape of parameter '{state.Name}' is not known when compiling");
        }

        if (module.Type.Base is { Module: { } basis })
        {
            total += Check(basis).ParameterCount.Constant is { } inheritedCount ? Dim.Of(inheritedCount) : Dim.Unknown;
            reason ??= total.IsUnknown ? $"the parameters of its base class {basis.Type.Name} are not known when compiling" : null;
        }
        else if (module.Type.Base is { TakesName: false } inherited)
        {
            return (Dim.Unknown, reason ?? $"what its base class {inherited.Type.Replace("global::", "")} registers is not known");
        }

        if (total.Names.FirstOrDefault(n => module.Constructor.Parameters.All(p => p.Name != n)) is { } free)
        {
            return (Dim.Unknown, reason ?? $"'{free}' is not known when compiling");
        }

        return (total, total.IsUnknown ? reason ?? "the number is too large" : null);
    }

    /// <summary>GEN2004.</summary>
    private static void Counted(ModuleModel module, Declaration declared, LayerWalk walk, Dim parameters, string? whyNot, Dim multiplyAdds, List<Finding> findings)
    {
        if (walk.Failed)
        {
            return;
        }

        if (parameters.IsUnknown)
        {
            findings.Add(new(FindingKind.ParametersNotCounted, Anchor.Class, module.Type.Name, whyNot!));
        }

        // A signature that leaves sizes open leaves the cost open, by its author's will.
        if (multiplyAdds.IsUnknown && declared.Signature?.Inputs.Any(i => i.IsUnknownRank || i.HasVariadic || i.Dims.Any(d => d.IsUnknown)) != true)
        {
            var why = module.Forward.Kind == ForwardKind.Chain ? walk.WhyNoMultiplyAdds ?? "the number is too large" : "the body of its forward is not analysed";
            findings.Add(new(FindingKind.MultiplyAddsNotCounted, Anchor.Class, module.Type.Name, why));
        }
    }
}

using System.Runtime.CompilerServices;
using Gen.Evaluation;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checks;

/// <summary>Walks a module's graph with the rules: shapes, counts and findings. The generator and the analyzers share this walk.</summary>
internal static class ModuleChecker
{
    /// <summary>Generator and analyzers check the same model once. It goes with the model.</summary>
    private static readonly ConditionalWeakTable<ModuleModel, CheckedModule> Checked = new();

    /// <summary>What the walk finds in a module.</summary>
    public static CheckedModule Check(ModuleModel module)
    {
        if (Checked.TryGetValue(module, out var known))
        {
            return known;
        }

        var shortages = StackSpace.Shortages;
        known = Check(module, record: null, budget: null);
        return shortages == StackSpace.Shortages ? Checked.GetValue(module, _ => known) : known;
    }

    /// <summary>What is found in a method of a module that is no <c>Forward</c>.</summary>
    public static IReadOnlyList<Finding> CheckMethod(ModuleModel inside, ShapeRecord? record = null)
    {
        var findings = new List<Finding>();
        var declared = Declaration.Read(inside, findings);
        if (findings.Count == 0)
        {
            ModuleEvaluation.Run(inside, declared, declared.Premises(inside), ModuleInputs.Of(inside, declared), findings, depth: 0,
                declared.CheckableNames(inside), new EvaluationCache(), record, home: Device.Module);
        }

        if (findings.Any(f => f.Kind.IsError()))
        {
            findings.RemoveAll(f => f.Kind.IsAdvice());
        }

        return findings;
    }

    /// <param name="module">The module as declared.</param>
    /// <param name="record">Where the walk keeps what it sees; null where only its outcome is wanted.</param>
    /// <param name="budget">How many steps it may take, and how many it took.</param>
    public static CheckedModule Check(ModuleModel module, ShapeRecord? record, Budget? budget)
    {
        var walked = new EvaluationCache(budget);
        var findings = new List<Finding>(module.Findings);
        var declared = Declaration.Read(module, findings);
        var isChain = module.Forward.Kind == ForwardKind.Chain;
        if (isChain)
        {
            Chainable(module, findings);
        }

        var declarationHolds = findings.Count == 0;
        var inputs = ModuleInputs.Of(module, declared);
        record ??= module.Export is not null ? new ShapeRecord() : null;
        var walk = ModuleEvaluation.Run(module, declared, declared.Premises(module), inputs, findings, depth: 0,
            declared.CheckableNames(module),
            walked, record, Device.Module);

        InheritedFindings.Settle(module, findings);

        // What was declared and not proved is checked at run time.
        var computed = walk.Result is AbstractValue.Tensor tensor ? tensor.Shape : Shape.UnknownRank;
        var outputs = declared.Results ?? [computed];
        var isRead = isChain || module.IsChainInherited || module.Body is not null;
        var guarding = new Guarding(module, declared, walk.Requirements);
        findings.AddRange(guarding.Findings);
        var guardsOutput = declared.Results is not null && (!isRead || walk.IsResultOpen || guarding.IsOpen);

        findings.AddRange(findings.Any(f => f.Kind.IsError()) ? [] : Exports.ExportCheck.Of(module, record));

        // What fails is mended first.
        if (findings.Any(f => f.Kind.IsError()))
        {
            findings.RemoveAll(f => f.Kind.IsAdvice());
        }

        if (declarationHolds)
        {
            Coverage.Report(module, declared, walk, findings);
        }

        var (parameters, whyNot) = ParameterCounts.Of(module, walk.Inferred, walked);
        var multiplyAdds = isRead ? walk.MultiplyAdds : Dim.Unknown;
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
            Layers = walk.Rows,
            Trace = walk.Trace,
            Inputs = declared.Signature is null ? null : declared.Signature.Inputs.ToEquatableArray(),
            Signature = declared.Signature,
            Outputs = outputs.All(o => o.IsUnknownRank) ? null : outputs.ToEquatableArray(),
            ParameterCount = parameters,
            MultiplyAdds = multiplyAdds,
            TorchinfoMultiplyAdds = isRead ? walk.TorchinfoMultiplyAdds : Dim.Unknown,
            FreeNames = declared.FreeNames.ToEquatableArray(),
            Conditions = declared.Facts.All.Concat(guarding.Always).Distinct().ToEquatableArray(),
            Guards = guarding.Guards.Where(g => !declared.Facts.All.Contains(g.Fact)).Distinct().ToEquatableArray(),
            PositiveSizes = declared.PositiveSizes(module).ToEquatableArray(),
            GuardsOutput = guardsOutput,
            Inferred = walk.Inferred,
            Hides = Hidden(module, declared, module.Type.Base, walked.Budget).Distinct().ToEquatableArray(),
            Findings = findings.ToEquatableArray(),
        };
    }

    /// <summary>GEN0005: every element of a chain takes one tensor and gives one, or a tuple whose first item is one.</summary>
    private static void Chainable(ModuleModel module, List<Finding> findings)
    {
        var steps = Chain.Steps(module).ToArray();
        if (steps.Length == 0 && module.Findings.Count == 0
            && module.Type.Base is null or { TakesName: true } or { Forward: AbstractForward.Fits })
        {
            findings.Add(new(FindingKind.NothingToChain, Anchor.Class, module.Type.Name));
        }

        foreach (var layer in steps.Distinct().Where(l => l.Flow is LayerFlow.SeveralInputs or LayerFlow.Other))
        {
            var kind = layer.Flow == LayerFlow.SeveralInputs ? FindingKind.ChainElementWithSeveralInputs : FindingKind.ChainElementResult;
            findings.Add(new(kind, Anchor.Member(layer.Name), layer.Name, layer.TypeName));
        }
    }

    /// <summary>What base classes have of the members that are generated: hand-written, or generated too.</summary>
    private static IEnumerable<string> Hidden(ModuleModel derived, Declaration declared, BaseModel? inherited, Budget budget)
    {
        if (inherited?.Module is not { } module)
        {
            return inherited?.Members ?? [];
        }

        // A method hides only one that takes the same types.
        var basis = Check(module, record: null, budget);
        var sameConstructor = derived.Constructor.Parameters.Select(p => p.Type)
            .SequenceEqual(module.Constructor.Parameters.Select(p => p.Type));
        return inherited.Members.Concat(Hidden(derived, declared, module.Type.Base, budget))
            .Append("Summary")
            .Concat(basis.ParameterCount.Constant is null ? [] : ["ParameterCount"])
            .Concat(basis.ParameterCount.IsUnknown || basis.ParameterCount.Constant is not null || !sameConstructor ? []
                : ["CountParameters"])
            .Concat(basis.MultiplyAdds.IsUnknown || !sameConstructor || basis.FreeNames.Count != declared.FreeNames.Count ? []
                : ["MultiplyAdds"]);
    }

    /// <summary>GEN2004.</summary>
    private static void Counted(ModuleModel module, Declaration declared, ModuleEvaluation walk, Dim parameters, string? whyNot,
        Dim multiplyAdds,
        List<Finding> findings)
    {
        if (walk.Failed || findings.Any(f => f.Kind.IsError()))
        {
            return;
        }

        if (parameters.IsUnknown)
        {
            findings.Add(new(FindingKind.ParametersNotCounted, Anchor.Class, module.Type.Name, whyNot!));
        }

        // A signature that leaves sizes open leaves the cost open, by its author's will.
        if (multiplyAdds.IsUnknown && walk.Stopped is null
            && declared.Signature?.Inputs.Any(i => i.IsUnknownRank || i.HasVariadic || i.Dims.Any(d => d.IsUnknown)) != true)
        {
            var why = module.Forward.Kind == ForwardKind.Chain || module.IsChainInherited || module.Body is not null
                ? walk.WhyNoMultiplyAdds is { Length: > 0 } reason ? reason : walk.Lost?.Reason ?? "the number is too large"
                : ModuleEvaluation.NotRead;
            findings.Add(new(FindingKind.MultiplyAddsNotCounted, Anchor.Class, module.Type.Name, why));
        }
    }
}

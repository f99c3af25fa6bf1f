using System.Runtime.CompilerServices;
using Gen.Graph;
using Gen.Layers;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>Walks a module's graph with the rules: shapes, counts and findings. The generator and the analyzers share this walk.</summary>
internal static class ModuleChecker
{
    /// <summary>Generator and analyzers check the same model once. It goes with the model.</summary>
    private static readonly ConditionalWeakTable<ModuleModel, CheckedModule> Checked = new();

    /// <summary>What the walk finds in a module.</summary>
    public static CheckedModule Check(ModuleModel module) =>
        Checked.TryGetValue(module, out var known) ? known : Checked.GetValue(module, static m => Check(m, record: null, budget: null));

    /// <param name="module">The module as declared.</param>
    /// <param name="record">Where the walk keeps what it sees; null where only its outcome is wanted.</param>
    /// <param name="budget">How many steps it may take, and how many it took.</param>
    public static CheckedModule Check(ModuleModel module, ShapeRecord? record, Budget? budget)
    {
        var walked = new Walked(budget);
        var findings = new List<Finding>(module.Findings);
        var declared = Declaration.Read(module, findings);
        var isChain = module.Forward.Kind == ForwardKind.Chain;
        if (isChain)
        {
            Chainable(module, findings);
        }

        var declarationHolds = findings.Count == 0;
        var inputs = Inputs(module, declared);
        var walk = ModuleWalk.Run(module, declared, declared.Premises(module), inputs, findings, depth: 0, declared.CheckableNames(module),
            walked, record);

        // What was declared and not proved is checked at run time.
        var computed = walk.Result is Abstract.Tensor tensor ? tensor.Shape : Shape.UnknownRank;
        var outputs = declared.Results ?? [computed];
        var isRead = isChain || module.Body is not null;
        var guarding = new Guarding(module, declared, walk.Requirements);
        findings.AddRange(guarding.Findings);
        var guardsOutput = declared.Results is not null && (!isRead || walk.IsResultOpen || guarding.IsOpen);

        // What fails is mended first.
        if (findings.Any(f => f.Kind.IsError()))
        {
            findings.RemoveAll(f => f.Kind.IsAdvice());
        }

        if (declarationHolds)
        {
            Coverage.Report(module, declared, walk, findings);
        }

        var (parameters, whyNot) = Count(module, walk.Complete, walked);
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
            Graph = walk.Graph,
            Inputs = declared.Signature is null ? null : declared.Signature.Inputs.ToEquatableArray(),
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
        var steps = ChainGraph.Steps(module).ToArray();
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

    /// <summary>The inputs with their declared shapes; those without are unknown.</summary>
    public static Abstract[] Inputs(ModuleModel module, Declaration declared) => module.Forward.Inputs.Select((input, i) =>
    {
        var shape = declared.Signature is { } signature && i < signature.Inputs.Count ? signature.Inputs[i] : Shape.UnknownRank;
        var name = module.Forward.Kind == ForwardKind.Chain ? "input" : input.Name;
        return input.IsTensor && !input.Type.EndsWith("?", StringComparison.Ordinal) ? new Abstract.Tensor(shape, Trail.Start(name, shape))
            : input.IsTensor ? new Abstract.Tensor(shape, Trail.Start("", shape)) : Abstract.Anything;
    }).ToArray();

    /// <summary>The parameters of a module, with what its constructor is given; unknown, with the reason, where they cannot be
    /// counted.</summary>
    public static (Dim Count, string? Reason) CountParameters(ModuleModel module, Walked walked)
    {
        if (module.Contract is { } contract)
        {
            var count = contract.Count(contract.Parameters, new Bindings(module.Bound).Size);
            return (count, count.IsUnknown ? $"its assembly does not tell the parameters of {module.Type.Name}" : null);
        }

        return Count(module, Completion(module, walked), walked);
    }

    /// <summary>Puts the sizes that stand for -1 into layers: they are found on the way through the module.</summary>
    public static Func<LayerModel, LayerModel> Completion(ModuleModel module, Walked walked)
    {
        if (module.Layers.All(l => l.Arguments.All(a => a.Value is not Value.Integer { Dim.Constant: -1 })))
        {
            return static layer => layer;
        }

        var declared = Declaration.Read(module, []);
        return ModuleWalk.Run(module, declared, declared.Premises(module), Inputs(module, declared), [], depth: 1, [], walked).Complete;
    }

    private static (Dim Count, string? Reason) Count(ModuleModel module, Func<LayerModel, LayerModel> complete, Walked walked)
    {
        var total = Dim.Zero;
        string? reason = null;
        foreach (var layer in module.Layers)
        {
            var (count, why) = LayerCounts.Parameters(complete(layer), walked);
            total += count;
            reason ??= why;
        }

        foreach (var state in module.States.Where(s => s.IsParameter))
        {
            var count = States.Count(module, state, walked);
            total += count;
            reason ??= count.IsUnknown ? $"the shape of parameter '{state.Name}' is not known at compile time" : null;
        }

        foreach (var tie in module.Ties)
        {
            total -= LayerCounts.Tied(module, tie, complete);
        }

        if (module.NotUnderstoodTie is { } assignment)
        {
            return (Dim.Unknown, reason ?? $"what '{assignment}' leaves of the layer's own is not known at compile time");
        }

        if (module.Type.Base is { Module: { } basis })
        {
            total += CountParameters(module.Type.Base.Built(new Bindings(module.Bound))!, walked).Count;
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

    /// <summary>GEN2004.</summary>
    private static void Counted(ModuleModel module, Declaration declared, ModuleWalk walk, Dim parameters, string? whyNot, Dim multiplyAdds,
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
            var why = module.Forward.Kind == ForwardKind.Chain || module.Body is not null
                ? walk.WhyNoMultiplyAdds is { Length: > 0 } reason ? reason : walk.Lost?.Reason ?? "the number is too large"
                : "the body of its forward cannot be read";
            findings.Add(new(FindingKind.MultiplyAddsNotCounted, Anchor.Class, module.Type.Name, why));
        }
    }
}

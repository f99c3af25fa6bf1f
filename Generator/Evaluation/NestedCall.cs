using Gen.Model;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What a module gives for its inputs: by its declared shape, and by walking it with the shapes that arrive.</summary>
internal sealed record NestedCall(AbstractValue Output, Dim MultiplyAdds, Dim TorchinfoMultiplyAdds, IReadOnlyList<Fact> Conditions)
{
    private const int Deepest = 24;

    /// <summary>What the module is declared for, where that differs from what arrives.</summary>
    public string? Mismatch { get; private init; }

    public string? Gets { get; private init; }

    /// <summary>The first error in a module that declares no shape.</summary>
    public Finding? Error { get; private init; }

    /// <summary>The module fails whatever it is given, which is said where it is declared.</summary>
    public bool IsKnownToFail { get; private init; }

    /// <summary>What it runs; null where that is not known.</summary>
    public Graph.Trace? Graph { get; private init; }

    /// <summary>Why nothing is known: what the module does that leaves it open.</summary>
    public string? Reason { get; private init; }

    /// <summary>An input has another element type than the module declares.</summary>
    public TypeProblem? WrongType { get; private init; }

    public static NestedCall Enter(LayerModel layer, ModuleModel module, IReadOnlyList<AbstractValue> inputs, Facts facts,
        EvaluationCache walked,
        int depth, Device? home) =>
        walked.Call(layer, module, inputs, facts, home, () => Walk(layer, module, inputs, facts, walked, depth, home));

    private static NestedCall Walk(LayerModel layer, ModuleModel module, IReadOnlyList<AbstractValue> inputs, Facts facts,
        EvaluationCache walked,
        int depth, Device? home)
    {
        var bound = new Bindings(layer.Arguments).Bind(module);
        var declared = Declaration.Within(bound);
        var shapes = inputs.Select(i => LayerEvaluator.First(i).Shape).ToArray();
        var unified = new Unification(declared.FreeNames, facts);
        var conditions = new List<Fact>();
        var declaredInputs = declared.Signature?.Inputs.Select(i => i.ToString()).ToArray();
        if (declared.Signature is { } signature)
        {
            var pairs = signature.Inputs.Zip(shapes, static (needs, gets) => (needs, gets))
                .Where((_, i) => inputs[i] is AbstractValue.Tensor)
                .ToArray();
            if (!unified.Unify(pairs))
            {
                return Nothing() with
                {
                    Mismatch = string.Join(", ", signature.Inputs.Select(unified.Describe)),
                    Gets = string.Join(", ", shapes.Take(signature.Inputs.Count).Select(s => s.ToString())),
                };
            }

            conditions.AddRange(unified.Conditions);
            foreach (var fact in declared.Facts.All)
            {
                var here = Truth.Of(fact.Left.Substitute(Value), fact.Relation, fact.Right.Substitute(Value));
                switch (here.Decide(facts))
                {
                    case false:
                        return Nothing() with { Mismatch = $"{declared.Signature.Inputs[0]} where {Written(fact, declared, module)}",
                            Gets = string.Join(", ", shapes.Select(s => s.ToString())) };
                    case null:
                        conditions.AddRange(here.Facts);
                        break;
                }
            }

            for (var i = 0; i < Math.Min(signature.Inputs.Count, inputs.Count); i++)
            {
                var (needs, gets) = (signature.InputType(i), LayerEvaluator.First(inputs[i]).Type);
                if (needs != ElementType.Unknown && !gets.MayBe(needs == ElementType.Float32 ? needs | ElementType.Module : needs))
                {
                    return Nothing() with { WrongType = new(needs.Text(), gets.Text(), TypeProblem.Convert(needs),
                        (gets & ElementType.Module) != 0) { Cast = TypeProblem.CastOf(module.Forward.Inputs[i].Name, needs) } };
                }
            }

            declared = declared with { Signature = signature.With(signature.Inputs.Select(unified.Of).ToArray(),
                signature.Outputs?.Select(unified.Of).ToArray()) };
        }

        if (module.Contract is { } contract)
        {
            Dim? Figure(string name) => Value(name) ?? new Bindings(bound.Bound).Size(name);
            return declared.Results is { } told && told.Any(s => !s.IsUnknownRank)
                ? new NestedCall(Promise(told, module.Forward.Tensors, AbstractValue.Anything),
                    contract.Count(contract.MultiplyAdds, Figure),
                    contract.Count(contract.TorchinfoMultiplyAdds, Figure), conditions)
                : Nothing() with { Reason = $"declares no shape; add [Shape(\"in -> out\")] to {layer.TypeName}" };
        }

        if (depth > Deepest)
        {
            return Nothing() with { Reason = "is nested too deep" };
        }

        // Where it runs, its own guards have let pass what arrives.
        var findings = new List<Finding>();
        var walk = ModuleEvaluation.Run(bound, declared, conditions.Count == 0 ? facts : facts.And(conditions), inputs, findings, depth,
            declared.CheckableNames(bound), walked, home: home);
        var result = declared.Results is { } promised ? Promise(promised, module.Forward.Tensors, walk.Result) : walk.Result;
        if (findings.FirstOrDefault(f => f.Kind.IsError()
            && (declared.Signature is null || f.Kind.IsOfTypes() || f.Kind.IsOfDevices())) is { } error)
        {
            return FailsAnyway(module, depth, error, walked) ? Nothing() with { IsKnownToFail = true }
                : Nothing() with { Error = error };
        }

        if (declared.Signature is not null && findings.Any(f => f.Kind.IsError())
            && OpenConditions.Unmet(module, n => declared.FreeNames.FirstOrDefault(f => f == n || f == n + "'") is { } name ? Value(name)
                : null, new Bindings(bound.Bound).Size, facts, walked) is { } unmet)
        {
            return Nothing() with
            {
                Mismatch = $"{string.Join(", ", declaredInputs!)} and needs {unmet}",
                Gets = string.Join(", ", shapes.Take(declaredInputs!.Length).Select(s => s.ToString())),
            };
        }

        var call = new NestedCall(result, walk.MultiplyAdds, walk.TorchinfoMultiplyAdds, conditions) { Graph = walk.Trace };

        // Where it is looked at on its own, its names are sizes of 1 or more; here one may be 0.
        if (walk.Lost is { } lost && unified.Sizes.Any(d => !d.IsUnknown && Comparison.AtLeast(d, Dim.One, facts) is not true))
        {
            return call with { Reason = $"is given a size that may be 0: {lost.Reason}" };
        }

        var isKnown = result is AbstractValue.Tensor { Shape: { IsUnknownRank: false } known } && !known.Dims.Any(d => d.IsUnknown)
            || result is AbstractValue.Items or AbstractValue.Handed;
        return isKnown || shapes.All(s => s.IsUnknownRank) ? call : call with
        {
            Reason = declared.Signature is null
                ? $"declares no shape; add [Shape(\"in -> out\")] to {layer.TypeName}"
                : "gives a result of unknown shape",
        };

        Dim? Value(string name) => unified[name];
    }

    /// <summary>A class with layers is looked at on its own too: what fails there is said there.</summary>
    private static bool FailsAnyway(ModuleModel module, int depth, Finding error, EvaluationCache walked)
    {
        if (module.IsHandWritten)
        {
            return false;
        }

        var (declared, findings) = (Declaration.Read(module, []), new List<Finding>());
        ModuleEvaluation.Run(module, declared, declared.Premises(module), ModuleInputs.Of(module, declared), findings, depth, [],
            walked.Anew());
        return findings.Any(f => f.Kind == error.Kind && f.At == error.At);
    }

    /// <summary>How a module makes its output, whatever its constructor and its call are given.</summary>
    public static Provenance? Way(ModuleModel module, int depth, EvaluationCache walked)
    {
        if (depth > Deepest)
        {
            return null;
        }

        var bound = new Bindings(module.Constructor.Parameters.Select(p => new Argument(p.Name, new Value.Opaque(p.Name), null))).Bind(
            module);
        var inputs = module.Forward.Inputs.Select(i => i.IsTensor ? AbstractValue.Lost : AbstractValue.Anything).ToArray();
        return (ModuleEvaluation.Run(bound, new Declaration(null, Facts.None, []), Facts.None, inputs, [], depth, [],
            walked.Anew()).Result as AbstractValue.Tensor)?.Provenance;
    }

    /// <summary>A fact with the sizes of this use; as the author wrote it where only numbers are left: 64 % 3 == 0 is 1 == 0.</summary>
    private static string Written(Fact fact, Declaration declared, ModuleModel module)
    {
        var written = fact.Left.Constant is null || fact.Right.Constant is null ? [] : Declaration.Read(module, []).Facts.All;
        var at = declared.Facts.All.TakeWhile(f => !f.Equals(fact)).Count();
        return (written.Count == declared.Facts.All.Count ? written[at] : fact).ToString();
    }

    private static NestedCall Nothing() => new(AbstractValue.Lost, Dim.Unknown, Dim.Unknown, []);

    /// <summary>The declared results where the type has them, and all else as the walk knows it.</summary>
    private static AbstractValue Promise(IReadOnlyList<Shape> promised, ResultModel type, AbstractValue walked)
    {
        if (type.Places(promised.Count) is not { } places)
        {
            return promised is [{ IsUnknownRank: false } only] && type is ResultModel.Other ? Promise(only, walked) : walked;
        }

        return Given(type, [], walked);

        AbstractValue Given(ResultModel part, int[] path, AbstractValue known)
        {
            AbstractValue Item(int index, ResultModel item) =>
                Given(item, [.. path, index], known is AbstractValue.Items { Values: var values } && index < values.Count ? values[index]
                    : AbstractValue.Anything);
            switch (part)
            {
                case ResultModel.Tuple tuple:
                    return new AbstractValue.Items(tuple.Items.Select((item, i) => Item(i, item)).ToArray(), IsTuple: true);
                case ResultModel.List when places.List is { } list && list.Path.SequenceEqual(path):
                    return new AbstractValue.Items(Enumerable.Range(0, list.Needs).Select(i => Item(i, new ResultModel.Tensor(false)))
                        .ToArray());
                case ResultModel.Tensor when Enumerable.Range(0, promised.Count)
                    .Where(i => i < places.Tensors.Count && places.Tensors[i].Path.SequenceEqual(path)).Select(i => promised[i])
                    .FirstOrDefault() is { IsUnknownRank: false } shape:
                    return known is AbstractValue.Null ? known : Promise(shape, known);
                default:
                    return known;
            }
        }
    }

    /// <summary>The declared result, with what the walk knows where the declaration leaves a size open.</summary>
    private static AbstractValue Promise(Shape promised, AbstractValue walked) => walked switch
    {
        AbstractValue.Tensor tensor when promised.Rank is { } rank && rank == tensor.Shape.Rank =>
            tensor
                with { Shape = Shape.Of([.. promised.Dims.Zip(tensor.Shape.Dims, static (told, known) => told.IsUnknown ? known : told)]) },
        AbstractValue.Tensor { Shape.IsUnknownRank: false } tensor when promised.HasVariadic => tensor,
        AbstractValue.Tensor tensor => tensor with { Shape = promised },
        AbstractValue.Items or AbstractValue.Handed => walked,
        _ => new AbstractValue.Tensor(promised, Provenance.Start("", promised)),
    };
}

using Gen.Evaluation;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checks;

/// <summary>A check at run time of what only some code needs.</summary>
/// <param name="Fact">What must hold.</param>
/// <param name="What">The layer or operation that needs it.</param>
/// <param name="Cases">The paths to that code, which can be told when the call begins; empty where only a failure there tells that it
/// runs.</param>
internal sealed record Guard(Fact Fact, string What, EquatableArray<EquatableArray<Condition>> Cases);

/// <summary>Decides where that which is not proved is checked: at entry for every call, at entry for some, where it fails, or not at
/// all.</summary>
internal sealed class Guarding
{
    /// <summary>So many conditions are compared with each other.</summary>
    private const int MostNeeded = 64;

    private readonly ModuleModel module;
    private readonly Declaration declared;
    private readonly List<Requirements> earlier = [];
    private readonly List<Requirements> refuted = [];
    private Facts needed;
    private Facts ended;
    private readonly HashSet<string> sizes;
    private readonly HashSet<string> flags;
    private readonly List<Fact> always = [];
    private readonly List<Guard> guards = [];
    private readonly List<Finding> findings = [];

    public Guarding(ModuleModel module, Declaration declared, IReadOnlyList<Requirements> requirements)
    {
        this.module = module;
        this.declared = declared;
        (needed, ended) = (declared.Premises(module), declared.Premises(module));
        var kept = module.Constructor.Names.Where(p => module.Constructor.Kind == ConstructorKind.Primary || p.Field is not null).ToArray();
        flags = new(kept.Where(p => p.IsBoolean).Select(p => p.Name), StringComparer.Ordinal);
        sizes = new(kept.Where(p => p.IsInteger).Select(p => p.Name).Concat(Bound(module, declared)), StringComparer.Ordinal);
        foreach (var requirement in requirements)
        {
            var (what, fact) = (requirement.What, requirement.Fact.ToString());
            if (!Follows(requirement))
            {
                var place = Place(requirement);
                var inBranch = place is (FindingKind.NotProvedInBranch, var branch) ? branch : "";
                var tied = requirement.IsUnconditional || inBranch.Length > 0 ? Tied(requirement) : null;
                if (tied is not null && !requirement.IsUnconditional)
                {
                    refuted.Add(requirement);
                }

                findings.Add(Against(requirement) is { } contradiction ? contradiction
                    : tied is var (name, condition) ? new(FindingKind.ShapeRefuted, requirement.At, what, condition, name, inBranch)
                    : place is var (kind, how) ? new(kind, requirement.At, what, fact, how)
                    : new(FindingKind.NotProved, requirement.At, what, fact, Premise.Of(requirement.Fact, needed).ToString())
                    {
                        Remedy = requirement.Remedy,
                    });
                Need(requirement);
            }
        }
    }

    /// <summary>What every call needs.</summary>
    public IReadOnlyList<Fact> Always => always;

    public IReadOnlyList<Guard> Guards => guards;

    /// <summary>GEN2001, with how it is checked.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Something is not checked before it runs: the shapes after it are what they are.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>What every call needs holds where the call comes to an end: it is known of all that is looked at after it.</summary>
    private void Need(Requirements requirement)
    {
        if (requirement.IsUnconditional && (requirement.IsOfResult || always.Contains(requirement.Fact)) && earlier.Count < MostNeeded)
        {
            earlier.Add(requirement);
            ended = ended.And(requirement.Fact);
            needed = requirement.IsOfResult ? needed : needed.And(requirement.Fact);
        }
    }

    /// <summary>It needs no check of its own. The same condition at another place is said there too.</summary>
    private bool Follows(Requirements requirement) =>
        requirement.IsUnconditional ? !earlier.Any(e => e.Fact.Equals(requirement.Fact))
            && Holds(requirement, requirement.IsOfResult ? ended : needed) is true
        : refuted.Any(r => r.Paths.Count == requirement.Paths.Count && r.Paths.Zip(requirement.Paths, Enumerable.SequenceEqual).All(e => e)
            && Holds(requirement, declared.Premises(module).And(r.Fact)) is true);

    private static bool? Holds(Requirements requirement, Facts facts) =>
        Truth.Of(requirement.Fact.Left, requirement.Fact.Relation, requirement.Fact.Right).Decide(facts);

    /// <summary>Two conditions that no call meets at once, both of which are checked for every call; null where there are none.</summary>
    private Finding? Against(Requirements requirement)
    {
        if (!requirement.IsUnconditional || !(requirement.IsOfResult || always.Contains(requirement.Fact))
            || Holds(requirement, needed) is not false)
        {
            return null;
        }

        var premises = declared.Premises(module);
        var before = earlier.Where(e => !e.IsOfResult).ToArray();
        var other = before.FirstOrDefault(e => Holds(requirement, premises.And(e.Fact)) is false);
        var kind = requirement.IsOfResult ? FindingKind.ResultContradicts
            : module.Layers.Any(l => requirement.What == l.Name || requirement.What.StartsWith(l.Name + ".", StringComparison.Ordinal))
            ? FindingKind.LayerContradicts : FindingKind.OperationContradicts;
        var (fact, at) = (requirement.Fact.ToString(), EquatableArray.Of((other ?? before[0]).At));
        return other is null ? new Finding(kind, requirement.At, requirement.What, fact, "what comes before it",
            string.Join(" and ", before.Select(e => e.Fact).Distinct().Take(3))) { Also = at }
            : new Finding(kind, requirement.At, requirement.What, fact, $"'{other.What}'", other.Fact.ToString()) { Also = at };
    }

    /// <summary>
    /// The dimension that the declared shape leaves open, and that a need of every call ties to others; or of every call that goes this
    /// way, where sizes of the call do not tell whether it does.
    /// </summary>
    private (string Name, string Condition)? Tied(Requirements requirement)
    {
        var free = declared.FreeNames.ToArray();
        return requirement.IsUnconditional || requirement.Paths.All(p => p.All(IsApart))
            ? RefutedShapes.Tied(requirement.Fact, free, module.Constructor.Names.Where(p => p.IsInteger).Select(p => p.Name).ToArray(),
                needed) : null;

        bool IsApart(Condition branch) => branch.Present is not null || branch.Text == "training"
            || (Tells(branch.Truth) && !branch.Truth.Names.Any(free.Contains));
    }

    /// <summary>The names to which the inputs give sizes.</summary>
    private static IEnumerable<string> Bound(ModuleModel module, Declaration declared) =>
        (declared.Signature?.Inputs ?? []).Zip(module.Forward.Inputs, static (shape, input) => (shape, input))
            .Where(p => p.input.IsTensor && !p.input.Type.EndsWith("?", StringComparison.Ordinal))
            .SelectMany(p => p.shape.Dims.Select(d => d.AsName).OfType<string>().Where(declared.FreeNames.Contains))
            .Concat(SolvedName.Of(module, declared.Signature?.Inputs ?? [], declared.FreeNames.ToArray()).Select(s => s.Name));

    /// <summary>Sees to the check. Null where every call is checked; else what is said of it.</summary>
    private (FindingKind Kind, string How)? Place(Requirements requirement)
    {
        var fact = requirement.Fact;
        var missing = fact.Left.Names.Concat(fact.Right.Names).Where(n => !sizes.Contains(n)).Distinct().ToArray();
        if (module.Forward.Kind is not (ForwardKind.Chain or ForwardKind.Method))
        {
            IsOpen = true;
            return (FindingKind.NotChecked, "the class has its own forward");
        }

        if (missing.Length > 0)
        {
            IsOpen = true;
            var optional = module.Forward.Inputs.Zip(declared.Signature?.Inputs ?? [], static (input, shape) => (input, shape))
                .Where(p => p.input.IsTensor && p.shape.Dims.Any(d => missing.Contains(d.AsName))).Select(p => $"'{p.input.Name}'")
                    .ToArray();
            return requirement.IsOfResult ? (FindingKind.NotProvedHere, "")
                : (FindingKind.NotChecked, optional.Length == 0 ? $"no input has the size {string.Join(" and ", missing)}"
                    : $"{string.Join(" and ", optional)}, which has the size {string.Join(" and ", missing)}, is optional");
        }

        if (requirement.IsUnconditional)
        {
            if (!requirement.IsOfResult && !always.Contains(fact))
            {
                always.Add(fact);
            }

            return null;
        }

        if (requirement.IsOfResult)
        {
            return (FindingKind.NotProvedHere, "");
        }

        var told = requirement.Paths.Where(p => p.All(Tells)).Select(Told).ToArray();
        if (told.Length > 0)
        {
            guards.Add(new(fact, requirement.What, told.ToEquatableArray()));
        }

        if (told.Length < requirement.Paths.Count)
        {
            IsOpen = true;
            guards.Add(new(fact, requirement.What, default));
            return (FindingKind.NotProvedHere, "");
        }

        return (FindingKind.NotProvedInBranch, string.Join(" || ",
            told.Select(p => told.Length > 1 && p.Count > 1 ? $"({Words(p)})" : Words(p))));
    }

    private bool Tells(Condition branch) => branch.Text is not null || Tells(branch.Truth);

    /// <summary>By sizes and the constructor's parameters where they tell, else by what stands in the body.</summary>
    private EquatableArray<Condition> Told(IEnumerable<Condition> path) =>
        path.Select(b => Tells(b.Truth) ? b with { Text = null } : b).ToEquatableArray();

    private bool Tells(Truth truth) => truth switch
    {
        Truth.Known => true,
        Truth.Flag flag => flags.Contains(flag.Name),
        Truth.Comparison { Fact: var fact } => fact.Left.Names.Concat(fact.Right.Names).All(sizes.Contains),
        Truth.Not not => Tells(not.Inner),
        Truth.Both both => Tells(both.Left) && Tells(both.Right),
        Truth.Either either => Tells(either.Left) && Tells(either.Right),
        _ => false,
    };

    private static string Words(IEnumerable<Condition> path) => string.Join(" && ", path.Select(Words));

    private static string Words(Condition branch) => branch.Text?.Replace("@", "") switch
    {
        null => branch.Holds.ToString(),
        var text when branch.IsTaken => text,
        var text when text.All(c => char.IsLetterOrDigit(c) || c == '_') => $"!{text}",
        var text => $"!({text})",
    };
}

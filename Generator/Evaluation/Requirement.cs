using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What must hold where some code runs, and is not proved.</summary>
/// <param name="Fact">What must hold.</param>
/// <param name="At">Where it arises.</param>
/// <param name="What">The layer or operation that needs it.</param>
/// <param name="Path">The branches that lead there.</param>
internal sealed record Requirement(Fact Fact, Anchor At, string What, IReadOnlyList<Condition> Path)
{
    /// <summary>What needs it where it is the declared result.</summary>
    public const string Result = "->";

    /// <summary>What to do, where stating it is the wrong advice.</summary>
    public string? Remedy { get; init; }

    /// <summary>The result is checked when it is there.</summary>
    public bool IsOfResult => What == Result;
}

/// <summary>A requirement with all paths that lead to it; one of no branches is always taken.</summary>
internal sealed record Requirements(Fact Fact, Anchor At, string What, IReadOnlyList<IReadOnlyList<Condition>> Paths)
{
    public string? Remedy { get; init; }

    public bool IsOfResult => What == Requirement.Result;

    public bool IsUnconditional => Paths.Any(p => p.Count == 0);

    /// <summary>Puts together what the walks of all ways found. On the ways in <paramref name="never"/> the method ends with an exception
    /// of its own.</summary>
    public static IReadOnlyList<Requirements> Of(IEnumerable<Requirement> found, IReadOnlyList<IReadOnlyList<Condition>> never)
    {
        var all = found.ToArray();
        var simplified = new Dictionary<string, IReadOnlyList<IReadOnlyList<Condition>>>(StringComparer.Ordinal);
        var always = new HashSet<(Fact, bool)>(all.GroupBy(r => (r.Fact, r.IsOfResult)).Where(g => Simplify(g) is [{ Count: 0 }])
            .Select(g => g.Key));
        return all.GroupBy(r => (r.Fact, r.At, r.What))
            .Select(g => new Requirements(g.Key.Fact, g.Key.At, g.Key.What,
                always.Contains((g.Key.Fact, g.Key.What == Requirement.Result)) ? [[]] : Simplify(g)) { Remedy = g.First().Remedy })
            .Where(r => r.Paths.Count > 0)
            .ToArray();

        // What stands between the same forks has the same paths.
        IReadOnlyList<IReadOnlyList<Condition>> Simplify(IEnumerable<Requirement> alike)
        {
            var paths = alike.Select(r => r.Path).ToArray();
            var key = string.Join("\n", paths.Select(p => string.Join("\t", p.Select(b => (b.IsTaken ? "" : "!") + b.Key))));
            return simplified.TryGetValue(key, out var known) ? known : simplified[key] = Evaluation.ConditionPaths.Simplify(paths, never);
        }
    }
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>One side of a fork: what follows runs only where the condition holds, or does not.</summary>
/// <param name="Key">What the fork asks.</param>
/// <param name="Truth">The condition, as far as sizes and the constructor's parameters tell.</param>
/// <param name="IsTaken">The side where it holds.</param>
/// <param name="Text">The condition as C# that means the same when the call begins; null where there is none.</param>
/// <param name="Present">What is there where the condition holds, and null where not: the name of an input, or what else is asked;
/// null for other conditions.</param>
internal sealed record Condition(string Key, Truth Truth, bool IsTaken, string? Text = null, string? Present = null)
{
    public bool Equals(Condition? other) => other is not null && Key == other.Key && IsTaken == other.IsTaken;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Key);

    public bool IsOpposite(Condition other) => Key == other.Key && IsTaken != other.IsTaken;

    /// <summary>A layer that is built under a condition tells by being there whether that held.</summary>
    public static string? TextOf(LayerModel layer) => layer.Otherwise is null ? $"@{layer.Name} is not null" : null;

    /// <summary>What holds on this side.</summary>
    public Truth Holds => IsTaken ? Truth : !Truth;

    /// <summary>1 where this side runs and 0 where not, also where the mode tells which.</summary>
    public Dim Indicator => Text != "training" ? Holds.Indicator
        : IsTaken ? Dim.Name(Graph.Trace.Training) : Dim.One - Dim.Name(Graph.Trace.Training);
}

/// <summary>Sets of paths, each the branches that lead to some code.</summary>
internal static class ConditionPaths
{
    public static bool Covers(IReadOnlyList<Condition> path, IReadOnlyList<Condition> longer) => path.All(longer.Contains);

    /// <summary>
    /// The same paths in fewer branches: what runs on both sides of a fork does not depend on it. Code that is reached only where
    /// <paramref name="never"/> does not lead may as well be said to run there too.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<Condition>> Simplify(IEnumerable<IReadOnlyList<Condition>> paths,
        IReadOnlyList<IReadOnlyList<Condition>> never)
    {
        var all = Distinct(paths.Where(p => !p.Any(b => p.Any(b.IsOpposite))).ToList());
        for (var isChanged = true; isChanged;)
        {
            isChanged = false;
            for (var i = 0; i < all.Count; i++)
            {
                if (all[i].FirstOrDefault(b => all.Concat(never).Any(other => IsOtherSide(all[i], b, other))) is { } branch)
                {
                    all[i] = all[i].Where(b => !b.Equals(branch)).ToArray();
                    isChanged = true;
                }
            }

            all = Distinct(all);
        }

        return all;
    }

    private static bool IsOtherSide(IReadOnlyList<Condition> path, Condition branch, IReadOnlyList<Condition> other) =>
        other.Any(branch.IsOpposite) && other.All(b => b.IsOpposite(branch) || path.Contains(b));

    private static List<IReadOnlyList<Condition>> Distinct(List<IReadOnlyList<Condition>> paths)
    {
        var kept = new List<IReadOnlyList<Condition>>();
        foreach (var path in paths.OrderBy(p => p.Count))
        {
            if (!kept.Any(k => Covers(k, path)))
            {
                kept.Add(path);
            }
        }

        return kept;
    }
}

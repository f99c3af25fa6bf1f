using Gen.Shapes;

namespace Gen.Checking;

/// <summary>
/// Which way a walk goes where a condition is not known: each walk takes one way at every such fork, always the same for the same
/// condition, and a module is walked until all ways are taken.
/// </summary>
internal sealed class Decisions
{
    private const int MostForks = 7;
    private readonly List<(string Key, bool Way)> taken = [];
    private int at;
    private int held;

    /// <summary>A new way would have begun while none could: one turn was to stand for all, and does not.</summary>
    public bool WasHeld { get; private set; }

    /// <summary>Some ways were not taken, since there are too many.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Conditions that were decided on this way, with the way.</summary>
    public IEnumerable<(Truth Condition, bool Way)> Way => conditions.Values;

    private readonly Dictionary<string, (Truth Condition, bool Way)> conditions = new(StringComparer.Ordinal);

    /// <summary>True or false: what is known, or the way that this walk takes; null where there are too many forks.</summary>
    public bool? Decide(Truth condition, string key, Facts facts)
    {
        if (condition.Decide(facts) is { } known)
        {
            return known;
        }

        if (conditions.TryGetValue(key, out var before))
        {
            return before.Way;
        }

        if (held > 0)
        {
            WasHeld = true;
            return null;
        }

        if (at >= taken.Count)
        {
            if (taken.Count >= MostForks)
            {
                IsCut = true;
                return null;
            }

            taken.Add((key, true));
        }

        var way = taken[at++].Way;
        conditions[key] = (condition, way);
        return way;
    }

    /// <summary>From here on no new way is begun.</summary>
    public void Hold() => WasHeld = held++ > 0 && WasHeld;

    public void Release() => held--;

    /// <summary>Turns to the next way; false where all were taken.</summary>
    public bool Next()
    {
        at = 0;
        conditions.Clear();
        while (taken.Count > 0 && !taken[^1].Way)
        {
            taken.RemoveAt(taken.Count - 1);
        }

        if (taken.Count == 0)
        {
            return false;
        }

        taken[^1] = (taken[^1].Key, false);
        return true;
    }
}

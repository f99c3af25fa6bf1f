using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>
/// Which way a walk goes where a condition is not known: each walk takes one way at every such fork, always the same for the same
/// condition, and a module is walked until all ways are taken. After the first forks the sides are merged instead: a walk takes both.
/// </summary>
internal sealed class Oracle(int mostForks = Oracle.MostForks)
{
    public const int MostForks = 6;
    private readonly List<(string Key, bool Way)> taken = [];
    private readonly Dictionary<string, Condition> conditions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Condition> cut = new(StringComparer.Ordinal);
    private int at;
    private int held;

    /// <summary>A new way would have begun while none could: one turn was to stand for all, and does not.</summary>
    public bool WasHeld { get; private set; }

    /// <summary>Some ways were not taken, since there are too many.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The number of forks on this way.</summary>
    public int Forks => taken.Count;

    /// <summary>How often something was asked that the facts do not tell.</summary>
    public int Asked { get; private set; }

    /// <summary>Conditions that were decided on this way, with the way.</summary>
    public IEnumerable<Condition> Way => conditions.Values;

    /// <summary>The branches that led to where the walk is; those that are beyond the number that is followed among them.</summary>
    public IEnumerable<Condition> Path => conditions.Values.Concat(cut.Values);

    /// <summary>True or false: what is known, or the way that this walk takes; null where there are too many forks.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="key">What is asked: the same is answered the same way.</param>
    /// <param name="facts">What is known.</param>
    /// <param name="text">The condition as C# that means the same when the call begins.</param>
    /// <param name="present">What is there where the condition holds.</param>
    public bool? Decide(Truth condition, string key, Facts facts, string? text = null, string? present = null)
    {
        if (Known(condition, key, facts) is { } known)
        {
            return known;
        }

        if (condition is Truth.Not { Inner: var inner } && key == condition.ToString())
        {
            // A flag and its opposite are one question.
            return !Decide(inner, inner.ToString(), facts, Opposite(text));
        }

        if (held > 0)
        {
            WasHeld = true;
            return null;
        }

        if (!CanFork(1))
        {
            IsCut = true;
            cut[key] = new(key, Truth.Unknown, true);
            return null;
        }

        if (at >= taken.Count)
        {
            taken.Add((key, true));
        }

        var way = taken[at++].Way;
        conditions[key] = new(key, condition, way, text, present);
        return way;
    }

    /// <summary>What is known, or was decided on this way before.</summary>
    public bool? Known(Truth condition, string key, Facts facts)
    {
        if (condition.Decide(facts) is { } known)
        {
            return known;
        }

        Asked++;
        return conditions.TryGetValue(key, out var before) ? before.IsTaken : Decided(condition, facts);
    }

    /// <summary>What follows from the parts of a condition that were decided before.</summary>
    private bool? Decided(Truth condition, Facts facts) => condition.Decide(facts) ?? (condition switch
    {
        Truth.Flag flag => conditions.TryGetValue(flag.Name, out var before) ? before.IsTaken : null,
        Truth.Not not => !Decided(not.Inner, facts),
        Truth.Both both => (Decided(both.Left, facts), Decided(both.Right, facts)) switch
        {
            (false, _) or (_, false) => false,
            (true, true) => true,
            _ => null,
        },
        Truth.Either either => (Decided(either.Left, facts), Decided(either.Right, facts)) switch
        {
            (true, _) or (_, true) => true,
            (false, false) => false,
            _ => null,
        },
        _ => null,
    });

    private static string? Opposite(string? text) => text is null ? null
        : text.EndsWith(" is not null", StringComparison.Ordinal) && text.IndexOf(' ') == text.Length - " is not null".Length
            ? text.Substring(0, text.Length - "not null".Length) + "null" : $"!({text})";

    /// <summary>Whether that many new ways may begin here.</summary>
    public bool CanFork(int forks) => held == 0 && (at < taken.Count || taken.Count + forks <= mostForks);

    /// <summary>From here on no new way is begun.</summary>
    public void Hold() => WasHeld = held++ > 0 && WasHeld;

    public void Release() => held--;

    /// <summary>Turns to the next way; false where all were taken.</summary>
    public bool Next()
    {
        at = 0;
        conditions.Clear();
        cut.Clear();
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

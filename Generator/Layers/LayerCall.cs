using Gen.Model;
using Gen.Shapes;

namespace Gen.Layers;

/// <summary>A layer being applied to an input: a rule asks it for what it requires, and the call keeps what was not met.</summary>
internal sealed class LayerCall(LayerArguments arguments, Shape input, Facts facts)
{
    private readonly List<Issue> issues = [];
    private readonly List<Fact> conditions = [];

    public LayerArguments Arguments => arguments;

    public Shape Input => input;

    public Facts Facts => facts;

    /// <summary>What was proved wrong.</summary>
    public IReadOnlyList<Issue> Issues => issues;

    /// <summary>What was neither proved nor refuted, over named sizes: to be checked when running.</summary>
    public IReadOnlyList<Fact> Conditions => conditions;

    /// <summary>Something that was required could not be looked at, because a shape or an argument is not known.</summary>
    public bool IsIncomplete { get; private set; }

    public bool Failed => issues.Count > 0;

    /// <summary>The input's rank must be one of these. False where it is not, or is not known.</summary>
    public bool Rank(string needs, params int[] ranks)
    {
        if (input.Rank is not { } rank)
        {
            IsIncomplete = true;
            return false;
        }

        if (!ranks.Contains(rank))
        {
            Add(new(FindingKind.RankMismatch, needs));
            return false;
        }

        return true;
    }

    /// <summary>At least so many dimensions, of any number.</summary>
    public bool AtLeastRank(string needs, int rank)
    {
        if (input.IsUnknownRank || (input.Rank is null && input.Dims.Count < rank))
        {
            IsIncomplete = true;
            return false;
        }

        if (input.Dims.Count < rank)
        {
            Add(new(FindingKind.RankMismatch, needs));
            return false;
        }

        return true;
    }

    public bool Features(Dim needs, Dim gets) => Fits(FindingKind.FeatureMismatch, needs, gets);

    public bool Channels(Dim needs, Dim gets) => Fits(FindingKind.ChannelMismatch, needs, gets);

    /// <summary>A size that comes out must be at least 1; <paramref name="formula"/> says how it comes about.</summary>
    public Dim AtLeastOne(Dim size, string dimension, string formula)
    {
        if (!size.IsUnknown && Comparison.AtLeast(size, Dim.One, facts) is not true)
        {
            if (Comparison.AtLeast(size, Dim.One, facts) is false)
            {
                Add(new(FindingKind.SizeBelowOne, dimension, size.ToString(), formula));
            }
            else
            {
                conditions.Add(new Fact(size, Relation.AtLeast, Dim.One));
            }
        }

        return size;
    }

    /// <summary><paramref name="what"/> must be a multiple of <paramref name="of"/>.</summary>
    public void Divisible(string what, Dim value, string by, Dim of)
    {
        if (value.IsUnknown || of.IsUnknown)
        {
            IsIncomplete = true;
            return;
        }

        if (of.Constant == 0)
        {
            return;
        }

        var remainder = Dim.Mod(value, of).Simplify(facts);
        switch (Comparison.Compare(remainder, Dim.Zero, facts))
        {
            case Verdict.Different:
                Add(new(FindingKind.ArgumentsContradict, $"{what} {value} is not divisible by {by} {of} ({value} % {of} = {remainder})"));
                break;
            case Verdict.Unknown:
                conditions.Add(new Fact(Dim.Mod(value, of), Relation.Equal, Dim.Zero));
                break;
        }
    }

    /// <summary>An argument that must not be below a bound.</summary>
    public void Minimum(string parameter, Dim value, long minimum)
    {
        if (!value.IsUnknown && Comparison.AtLeast(value, Dim.Of(minimum), facts) is false)
        {
            Add(new(FindingKind.ArgumentsContradict, $"{parameter} must be {minimum} or more, but is {value}"));
        }
    }

    public void Contradiction(string text) => Add(new(FindingKind.ArgumentsContradict, text));

    public void Incomplete() => IsIncomplete = true;

    /// <summary>The same thing of height and width is said once.</summary>
    private void Add(Issue issue)
    {
        if (!issues.Any(i => i.Kind == issue.Kind && i.Particulars.SequenceEqual(issue.Particulars)))
        {
            issues.Add(issue);
        }
    }

    private bool Fits(FindingKind kind, Dim needs, Dim gets)
    {
        if (needs.IsUnknown || gets.IsUnknown)
        {
            IsIncomplete = true;
            return true;
        }

        switch (Comparison.Compare(needs, gets, facts))
        {
            case Verdict.Different:
                Add(new(kind, needs.ToString(), gets.ToString()));
                return false;
            case Verdict.Unknown:
                conditions.Add(new Fact(gets, Relation.Equal, needs));
                return true;
            default:
                return true;
        }
    }
}

/// <summary>Something a layer needs and does not get.</summary>
internal sealed record Issue(FindingKind Kind, params string[] Particulars);

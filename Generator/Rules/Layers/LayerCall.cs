using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Layers;

/// <summary>A layer being applied to an input: a rule asks it for what it requires, and the call keeps what was not met.</summary>
internal sealed class LayerCall(LayerArguments arguments, IReadOnlyList<Shape> inputs, Facts facts,
    IReadOnlyList<ElementType>? types = null, IReadOnlyList<Value>? further = null)
{
    private readonly Shape input = inputs.Count == 0 ? Shape.UnknownRank : inputs[0];
    private readonly List<Issue> issues = [];
    private readonly List<Fact> conditions = [];
    private readonly List<(Dim Value, long Least)> minimums = [];

    public LayerArguments Arguments => arguments;

    public LayerCall(LayerArguments arguments, Shape input, Facts facts)
        : this(arguments, [input], facts)
    {
    }

    /// <summary>The first input.</summary>
    public Shape Input => input;

    public bool HasInput(int index) => index < inputs.Count;

    /// <summary>An input; unknown where it is not given.</summary>
    public Shape InputAt(int index) => HasInput(index) ? inputs[index] : Shape.UnknownRank;

    /// <summary>What an input holds.</summary>
    public ElementType TypeAt(int index) => types is not null && index < types.Count ? types[index] : ElementType.Unknown;

    /// <summary>What is given after the inputs: a state, a mask; null where it is left out.</summary>
    public Value? Further(int index) => further is not null && index < further.Count && further[index] is not Value.Null ? further[index]
        : null;

    /// <summary>The shape of a further tensor; unknown where it is not known, null where it is left out.</summary>
    public Shape? FurtherShape(int index) => Further(index) switch
    {
        null => null,
        Value.Tensor tensor => tensor.Shape,
        _ => Shape.UnknownRank,
    };

    /// <summary>Of what is given after the inputs, only so many are looked at.</summary>
    public void LooksAt(int count) => IsIncomplete |= further is not null && further.Skip(count).Any(v => v is not Value.Null);

    public Facts Facts => facts;

    /// <summary>The least values of arguments, below which TorchSharp builds no such layer.</summary>
    public IReadOnlyList<(Dim Value, long Least)> Minimums => minimums;

    /// <summary>What was proved wrong.</summary>
    public IReadOnlyList<Issue> Issues => issues;

    /// <summary>What was neither proved nor refuted, over named sizes: to be checked at run time.</summary>
    public IReadOnlyList<Fact> Conditions => conditions;

    /// <summary>Something that was required could not be looked at, because a shape or an argument is not known.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>The weight that a loss is given has the size that it needs.</summary>
    public bool IsWeightChecked { get; set; }

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

    /// <summary>A further tensor has another rank than the layer needs.</summary>
    public void Rank(string tensor, Shape needs, Shape gets) => Add(new(FindingKind.RankMismatch, $"{tensor} {needs}", gets.ToString()));

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

    /// <summary>The input's rank must be one of these, for a layer with a channel dimension before its spatial ones.</summary>
    public bool Spatial(int spatial) => Rank(SpatialText(SpatialDimensions = spatial), spatial + 2, spatial + 1);

    /// <summary>How many dimensions the layer has behind the channels; 0 where it has no such.</summary>
    public int SpatialDimensions { get; private set; }

    /// <summary><c>(N, C, H, W) or (C, H, W)</c>.</summary>
    public static string SpatialText(int spatial)
    {
        var sizes = string.Join(", ", spatial switch { 1 => ["L"], 2 => ["H", "W"], _ => new[] { "D", "H", "W" } });
        return $"(N, C, {sizes}) or (C, {sizes})";
    }

    /// <summary>Two sizes must be equal. False where they are proved different.</summary>
    public bool Same(string what, Dim left, Dim right, FindingKind kind = FindingKind.OperandMismatch)
    {
        if (left.IsUnknown || right.IsUnknown)
        {
            IsIncomplete = true;
            return true;
        }

        switch (Comparison.Compare(left, right, facts))
        {
            case Verdict.Different:
                Add(new(kind, what, left.ToString(), right.ToString()));
                return false;
            case Verdict.Unknown:
                conditions.Add(new Fact(left, Relation.Equal, right));
                return true;
            default:
                return true;
        }
    }

    /// <summary>A further tensor must have a shape; <paramref name="what"/> says which.</summary>
    public void Same(string what, Shape needs, Shape gets)
    {
        if (gets.Rank is not { } rank || needs.Rank is null)
        {
            IsIncomplete = true;
        }
        else if (rank != needs.Dims.Count)
        {
            Contradiction($"{what}, and is {gets}");
        }
        else
        {
            _ = needs.Dims.Zip(gets.Dims, (a, b) => (a, b)).All(d => Same(what, d.a, d.b));
        }
    }

    /// <summary>Sizes that TorchSharp wants equal but does not always check: where they are not proved equal, nothing is known.</summary>
    public bool Equal(Dim left, Dim right)
    {
        if (left.IsUnknown || right.IsUnknown || Comparison.Compare(left, right, facts) != Verdict.Equal)
        {
            IsIncomplete = true;
            return false;
        }

        return true;
    }

    /// <summary>The operands' common shape; unknown where they are proved not to fit, or that is not known.</summary>
    public Shape Broadcast(Shape left, Shape right, string? what = null)
    {
        var result = Broadcasting.Broadcast(left, right, facts);
        if (result.Conflict is { } conflict)
        {
            Add(new(FindingKind.OperandMismatch, what ?? $"{left} and {right} do not broadcast", conflict.Left.ToString(),
                conflict.Right.ToString()));
            return Shape.UnknownRank;
        }

        conditions.AddRange(result.Needs);
        if (result.Conditions.Count > result.Needs.Count || result.Result is null or { IsUnknownRank: true })
        {
            IsIncomplete = true;
        }

        return result.Result ?? Shape.UnknownRank;
    }

    public bool Features(Dim needs, Dim gets) => Fits(FindingKind.FeatureMismatch, needs, gets);

    public bool Channels(Dim needs, Dim gets) => Fits(FindingKind.ChannelMismatch, needs, gets);

    /// <summary>A size that comes out must be at least 1; <paramref name="formula"/> says how it comes about.</summary>
    public Dim AtLeastOne(Dim size, string dimension, string formula) => AtLeast(size, Dim.One, dimension, formula);

    /// <summary>A size that comes out may be 0, but not less.</summary>
    public Dim NotNegative(Dim size, string dimension, string formula) => AtLeast(size, Dim.Zero, dimension, formula);

    private Dim AtLeast(Dim size, Dim least, string dimension, string formula)
    {
        if (!size.IsUnknown && Comparison.AtLeast(size, least, facts) is not true)
        {
            if (Comparison.AtLeast(size, least, facts) is false)
            {
                Add(new(FindingKind.SizeBelowOne, dimension, size.ToString(), formula));
            }
            else
            {
                conditions.Add(new Fact(size, Relation.AtLeast, least));
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
                Add(new(FindingKind.ArgumentsContradict,
                    $"{what} {value} is not divisible by {(by.Length == 0 ? "" : $"{by} ")}{of} ({value} % {of} = {remainder})"));
                break;
            case Verdict.Unknown:
                conditions.Add(new Fact(Dim.Mod(value, of), Relation.Equal, Dim.Zero));
                break;
        }
    }

    /// <summary>An argument that must not be below a bound.</summary>
    public void Minimum(string parameter, Dim value, long minimum)
    {
        minimums.Add((value, minimum));
        if (!value.IsUnknown && Comparison.AtLeast(value, Dim.Of(minimum), facts) is false)
        {
            Add(new(FindingKind.ArgumentsContradict, $"{parameter} must be {minimum} or more, but is {value}"));
        }
    }

    public void Contradiction(string text, bool isOfModuleType = false) =>
        Add(new(FindingKind.ArgumentsContradict, text) { IsOfModuleType = isOfModuleType });

    /// <summary>A dimension that an argument names, counted from the end where negative, as an index from the beginning; null where there
    /// is none such.</summary>
    public int? DimensionAt(string parameter, Dim index, Shape shape)
    {
        if (shape.Rank is not { } rank || index.Constant is not { } at)
        {
            IsIncomplete = true;
            return null;
        }

        // A scalar has a dimension 0, by the library's rule.
        var count = Math.Max(rank, 1);
        if (at < -count || at >= count)
        {
            Contradiction($"{parameter} {at} is no dimension of {shape}");
            return null;
        }

        return (int)(at < 0 ? at + count : at);
    }

    /// <summary>Channels that a normalisation stores numbers for.</summary>
    public bool Normalises(Dim needs, Dim gets) => Fits(FindingKind.NormalisedChannelMismatch, needs, gets);

    /// <summary>Something that must hold, and is neither proved nor refuted.</summary>
    public void Require(Fact condition) => conditions.Add(condition);

    public void Incomplete() => IsIncomplete = true;

    /// <summary>A size that is not known.</summary>
    public Dim Unknown()
    {
        IsIncomplete = true;
        return Dim.Unknown;
    }

    /// <summary>TorchSharp takes no input that has nothing in a dimension, unless it has nothing in another one.</summary>
    public void NotEmpty(string dimension, Dim size, Dim? unless = null)
    {
        if (unless is not null && Comparison.AtLeast(unless, Dim.One, facts) is not true)
        {
            IsIncomplete |= Comparison.AtLeast(size, Dim.One, facts) is not true;
            return;
        }

        if (size.IsUnknown)
        {
            IsIncomplete = true;
            return;
        }

        switch (Comparison.AtLeast(size, Dim.One, facts))
        {
            case false:
                Contradiction($"it takes no input whose {dimension} is {size}");
                break;
            case null:
                conditions.Add(new Fact(size, Relation.AtLeast, Dim.One));
                break;
        }
    }

    /// <summary>The output; of inputs in which a dimension is 0, nothing.</summary>
    public Shape LeaveEmptyOpen(Shape output)
    {
        if (!inputs.Any(i => i.Dims.Any(d => d.Constant == 0)))
        {
            return output;
        }

        IsIncomplete = true;
        issues.Clear();
        return Shape.UnknownRank;
    }

    /// <summary>An amount must not be more than what a dimension has.</summary>
    public void AtMost(string what, string dimension, Dim value, Dim most)
    {
        if (value.IsUnknown || most.IsUnknown)
        {
            IsIncomplete = true;
            return;
        }

        switch (Comparison.AtLeast(most, value, facts))
        {
            case false:
                Contradiction($"{what} is more than the {most} that the {dimension} allows");
                break;
            case null:
                conditions.Add(new Fact(most, Relation.AtLeast, value));
                break;
        }
    }

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
                Add(new(kind, needs.ToString(), gets.ToString()) { Needs = needs });
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
internal sealed record Issue(FindingKind Kind, params string[] Particulars)
{
    /// <summary>The size that it needs, where that is what is wrong.</summary>
    public Dim? Needs { get; init; }

    /// <summary>It takes the module's type for float32.</summary>
    public bool IsOfModuleType { get; init; }
}

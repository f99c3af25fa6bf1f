using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>How a tensor came about: the steps that led to it, for messages and for the places that go with them.</summary>
/// <param name="Before">The step before; null at the input.</param>
/// <param name="Name">The layer or operation.</param>
/// <param name="Place">Where a reader finds it; null for an input.</param>
/// <param name="IsFlatten">It put dimensions together.</param>
/// <param name="Shape">What came out.</param>
internal sealed record Provenance(Provenance? Before, string Name, Anchor? Place, bool IsFlatten, Shape Shape)
{
    private const int LongestWalk = 10_000;

    /// <summary>The rule of what made it; null where there is none.</summary>
    public OperatorRule? Maker { get; init; }

    /// <summary>It is a column because the code makes it one: see <see cref="Columns"/>.</summary>
    public bool IsColumnOnPurpose { get; init; }

    /// <summary>The layer that made it and its call; null for an operation on tensors.</summary>
    public LayerUse? By { get; init; }

    /// <summary>The way through the module that made it, and the class whose places that names.</summary>
    public (Provenance Way, string Type)? Inside { get; init; }

    public static Provenance Start(string input, Shape shape) => new(null, input, null, false, shape);

    public Provenance Then(string name, Anchor place, bool isFlatten, Shape shape) => new(this, name, place, isFlatten, shape);

    /// <summary>The same step, with the way through the module that made it.</summary>
    public Provenance Through(Provenance? way, ModuleModel module) => way is null ? this
        : this with { Inside = (way, module.Type.MetadataName) };

    /// <summary>One way or another: who made it is known only where both say the same.</summary>
    public static Provenance Join(Provenance a, Provenance b) => ReferenceEquals(a, b) || IsMadeAlike(a, b) ? a : a.Anyhow;

    /// <summary>The same step, made by who knows what.</summary>
    public Provenance Anyhow => this with { Maker = null, By = null, Inside = null };

    private static bool IsMadeAlike(Provenance a, Provenance b)
    {
        for (var steps = 0; steps < LongestWalk; steps++)
        {
            switch (a.Inside, b.Inside)
            {
                case ({ } inA, { } inB) when inA.Type == inB.Type:
                    (a, b) = (inA.Way, inB.Way);
                    break;
                case (null, null) when a.Maker is { } maker && ReferenceEquals(maker, b.Maker) && a.Name == b.Name
                    && Equals(a.Place, b.Place):
                    if (!maker.KeepsNumbers)
                    {
                        return true;
                    }

                    if (a.Before is not { } x || b.Before is not { } y)
                    {
                        return false;
                    }

                    if (ReferenceEquals(x, y))
                    {
                        return true;
                    }

                    (a, b) = (x, y);
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>The first linear layer that is given a tensor of so many dimensions; null where there is none.</summary>
    public string? FirstOverLast(int rank)
    {
        string? first = null;
        for (var step = this; step.Before is { } before && before.Shape.Rank == rank; step = before)
        {
            first = step.Maker is LayerRule { IsLinearMap: true } ? step.Name : first;
        }

        return first;
    }

    /// <summary>The last layer that changed the channels, the second dimension; null where it is the input's number.</summary>
    public string? MakerOfChannels()
    {
        for (var step = this; step.Before is { } before; step = before)
        {
            if (!step.Shape[1].Equals(before.Shape[1]))
            {
                return step.Name;
            }
        }

        return null;
    }

    /// <summary>The product that a flatten made of the dimensions before it: <c>16*5*5</c>, and of what.</summary>
    public (string Product, string Source)? Flattened()
    {
        for (var step = this; step.Before is { } before; step = before)
        {
            if (step.IsFlatten && before.Shape.Rank is { } rank && step.Shape.Rank is { } flat && rank > flat && flat > 0
                && before.Shape.Dims.Skip(flat - 1).Count() > 1)
            {
                // A view that names its last size makes a flatten of nothing.
                var merged = before.Shape.Dims.Skip(flat - 1).ToList();
                return merged.Aggregate(Dim.One, static (product, d) => product * d).Equals(step.Shape[-1])
                    ? (string.Join("*", merged), $"flatten of {before.Name} {before.Shape}")
                    : null;
            }

            if (!step.Shape[-1].Equals(before.Shape[-1]))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary><c>input [B, 784] -> fc1 [B, 128] -> relu1 [B, 128]</c>: from the step before the one that made the last size.</summary>
    public override string ToString()
    {
        var steps = Steps().Where(s => s.Name.Length > 0).ToArray();
        if (steps.Length == 0)
        {
            return Shape.ToString();
        }

        var first = steps.Length - 1;
        while (first > 0 && steps[first].Shape[-1].Equals(steps[first - 1].Shape[-1]))
        {
            first--;
        }

        var shown = steps.Skip(Math.Max(0, first - 1)).Select(s => $"{s.Name} {s.Shape}").ToArray();
        return string.Join(" -> ", shown.Length <= 5 ? shown : [shown[0], shown[1], "...", shown[^1]]);
    }

    /// <summary>The places along the way, nearest first.</summary>
    public EquatableArray<Anchor> Places() =>
        Steps().AsEnumerable().Reverse().Select(s => s.Place).OfType<Anchor>().Distinct().Take(5).ToEquatableArray();

    /// <summary>A record's own equality would walk the chain; two trails are the same if they are one.</summary>
    public bool Equals(Provenance? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private List<Provenance> Steps()
    {
        var steps = new List<Provenance>();
        for (var step = this; step is not null && steps.Count < LongestWalk; step = step.Before)
        {
            steps.Add(step);
        }

        steps.Reverse();
        return steps;
    }
}

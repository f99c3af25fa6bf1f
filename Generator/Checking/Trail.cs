using Gen.Graph;
using Gen.Layers;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>How a shape came about: the steps that led to it, for messages and for the places that go with them.</summary>
internal sealed class Trail
{
    private readonly List<(string Name, string? Field, LayerModel? Layer, Shape Shape)> steps = [];

    public void Start(Shape input) => steps.Add(("input", null, null, input));

    public void Add(Operation operation, LayerModel layer, Shape input, Shape output) => steps.Add((operation.Path, operation.Field, layer, output));

    /// <summary>The layer that made the value at hand; null where it is the module's input.</summary>
    public string? Maker => steps[^1].Field is null ? null : steps[^1].Name;

    /// <summary>The last layer that changed the channels, the second dimension; null where it is the input's number.</summary>
    public string? MakerOfChannels()
    {
        for (var i = steps.Count - 1; i > 0; i--)
        {
            if (!steps[i].Shape[1].Equals(steps[i - 1].Shape[1]))
            {
                return steps[i].Name;
            }
        }

        return null;
    }

    /// <summary>The product that a flatten made of the dimensions before it: <c>16*5*5</c>, and of what.</summary>
    public (string Product, string Source)? Flattened()
    {
        for (var i = steps.Count - 1; i > 0; i--)
        {
            var (now, before) = (steps[i], steps[i - 1]);
            if (now.Layer?.Factory == "Flatten" && before.Shape.Rank is { } rank && now.Shape.Rank is { } flat && rank > flat && before.Shape.Dims.Skip(flat - 1).Count() > 1)
            {
                return (string.Join("*", before.Shape.Dims.Skip(flat - 1)), $"flatten of {before.Name} {before.Shape}");
            }

            if (!now.Shape[-1].Equals(before.Shape[-1]))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary><c>input [B, 784] -> fc1 [B, 128] -> relu1 [B, 128]</c>: from the step before the one that made the last size.</summary>
    public override string ToString()
    {
        var first = steps.Count - 1;
        while (first > 0 && steps[first].Shape[-1].Equals(steps[first - 1].Shape[-1]))
        {
            first--;
        }

        var shown = steps.Skip(Math.Max(0, first - 1)).Select(s => $"{s.Name} {s.Shape}").ToArray();
        return string.Join(" -> ", shown.Length <= 5 ? shown : [shown[0], shown[1], "...", shown[^1]]);
    }

    /// <summary>The fields along the way, nearest first.</summary>
    public EquatableArray<Anchor> Places() =>
        steps.AsEnumerable().Reverse().Select(s => s.Field).OfType<string>().Distinct().Take(5).Select(Anchor.Member).ToEquatableArray();
}

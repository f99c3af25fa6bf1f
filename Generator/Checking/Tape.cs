using Gen.Model;
using Gen.Shapes;
using Gen.Traces;

namespace Gen.Checking;

/// <summary>A tensor's place among the values of a tape, and how its elements lie.</summary>
internal sealed record Taped(Tape Tape, int Index, Layout Layout);

/// <summary>How the elements of a tensor lie in memory.</summary>
internal enum Layout
{
    Contiguous,

    /// <summary>In another order than the dimensions'.</summary>
    Strided,
    Unknown,
}

/// <summary>Records what a walk applies to which values: who feeds whom, and where the elements are.</summary>
internal sealed class Tape
{
    private readonly List<Slot> slots = [];
    private readonly List<Step> steps = [];
    private readonly List<Loop> loops = [];
    private readonly HashSet<int> left = [];
    private int inputs;

    /// <summary>What is walked now has been recorded before: another round of a loop.</summary>
    public bool IsPaused { get; set; }

    /// <summary>The number of values so far.</summary>
    public int Values => slots.Count;

    /// <summary>A method of the class ends: what it made since and does not return is left behind.</summary>
    public void Leave(int first, Abstract result) =>
        left.UnionWith(Enumerable.Range(first, slots.Count - first)
            .Except(Tensors(result).Where(t => t.Taped?.Tape == this).Select(t => t.Taped!.Index)));

    /// <summary>The number of steps so far.</summary>
    public int Count => steps.Count;

    /// <summary>The same value as one that the call is given.</summary>
    public Abstract Input(Abstract value, string? name = null) => Rebind(value, tensor =>
    {
        slots.Add(new Slot(tensor.Shape, BytesOf(tensor.Type), Name: name));
        inputs++;
        return tensor with { Taped = new(this, slots.Count - 1, tensor.Taped?.Layout ?? Layout.Contiguous) };
    });

    /// <summary>Records a step, and gives its output as values of this tape.</summary>
    public Abstract Record(Step step, IEnumerable<Abstract> from, Abstract to, Sharing? sharing, IReadOnlyList<Slot>? hidden = null)
    {
        if (IsPaused)
        {
            return to;
        }

        var taken = from.SelectMany(Tensors).Where(t => t.Taped?.Tape == this).Select(t => t.Taped!.Index).ToArray();
        var given = new List<Slot>();
        var output = Rebind(to, tensor =>
        {
            if (ReferenceEquals(tensor, Abstract.Lost) && to is Abstract.Items)
            {
                return tensor;
            }

            var storage = sharing is null ? Storage.Own : sharing.Storage is Storage.Shared or Storage.Either && taken.Length == 0
                ? Storage.State : sharing.Storage;
            var slot = new Slot(tensor.Shape, BytesOf(tensor.Type), storage, storage is Storage.Shared or Storage.Either ? taken[0] : -1);
            given.Add(slot);
            return tensor with { Taped = new(this, slots.Count + given.Count - 1,
                sharing?.Layout ?? tensor.Taped?.Layout ?? Layout.Unknown) };
        });
        given.AddRange(hidden ?? []);
        slots.AddRange(given);
        steps.Add(step with { From = taken, To = given });
        return output;
    }

    /// <summary>Records a step that gives nothing.</summary>
    public void Record(Step step)
    {
        if (!IsPaused)
        {
            steps.Add(step);
        }
    }

    /// <summary>An input that holds indexes.</summary>
    public void TakesIndexes(Abstract.Tensor tensor)
    {
        if (tensor.Taped is { } taped && taped.Tape == this && taped.Index < inputs)
        {
            slots[taped.Index] = slots[taped.Index] with { ElementBytes = BytesOf(ElementType.Integer) };
        }
    }

    /// <summary>The steps from there on are a loop's; where its turns differ, what is known of the first is not said of all.</summary>
    public void Repeat(int first, Dim times, IReadOnlyList<(Abstract Before, Abstract After)> carried, bool areAlike)
    {
        if (steps.Count > first)
        {
            if (!areAlike)
            {
                Blur(first, steps.Count);
            }

            var values = carried.SelectMany(c => Tensors(c.Before).Zip(Tensors(c.After), (b, a) => (Before: b.Taped, After: a.Taped)))
                .Where(c => c.Before?.Tape == this && c.After?.Tape == this && c.Before.Index != c.After.Index)
                .Select(c => (c.Before!.Index, c.After!.Index));
            loops.Add(new Loop(first, steps.Count - first, times, values.Distinct().ToArray()));
        }
    }

    /// <summary>Whether and with what these steps run is not known.</summary>
    public void Blur(int first, int end)
    {
        if (IsPaused || end <= first)
        {
            return;
        }

        for (int i = first, from = inputs + steps.Take(first).Sum(s => s.To.Count); i < end; i++)
        {
            var blurred =
                steps[i].To.Select(
                    s => s with { Shape = s.Shape.Rank is { } rank ? Shape.Of([.. Enumerable.Repeat(Dim.Unknown, rank)]) : s.Shape })
                    .ToArray();
            for (var j = 0; j < blurred.Length; j++)
            {
                slots[from++] = blurred[j];
            }

            steps[i] = steps[i] with { To = blurred, Parameters = Dim.Unknown, MultiplyAdds = Dim.Unknown,
                TorchinfoMultiplyAdds = Dim.Unknown, Inner = null };
        }
    }

    public Way Finish(Dim when, Freeing freeing, Abstract result)
    {
        var next = inputs;
        var marked =
            steps.Select(
                step => step with { To = step.To.Select(slot => left.Contains(next++) ? slot with { IsLeft = true } : slot).ToArray() })
                .ToArray();
        return new(when, freeing, slots.Take(inputs).ToArray(), marked, loops,
            Tensors(result).Where(t => t.Taped?.Tape == this).Select(t => t.Taped!.Index).ToArray());
    }

    /// <summary>What is known of a call whose steps were not followed to the end: its inputs, and one step of unknown size.</summary>
    public Way Cut(Freeing freeing) =>
        new(Dim.One, freeing, slots.Take(inputs).ToArray(),
            [new Step(StepKind.Operation, "?", "", "", [], [new Slot(Shape.UnknownRank)], Dim.Zero, Dim.Unknown, Dim.Unknown, Dim.Zero,
                null)], [], [inputs]);

    /// <summary>The tensors of a value, those in tuples and lists among them.</summary>
    public static IEnumerable<Abstract.Tensor> Tensors(Abstract value) => value switch
    {
        Abstract.Tensor tensor => [tensor],
        Abstract.Items items => items.Values.SelectMany(Tensors),
        Abstract.Growing growing => growing.Start.Concat(growing.Added).Concat(growing.Tail).SelectMany(Tensors),
        _ => [],
    };

    private static Abstract Rebind(Abstract value, Func<Abstract.Tensor, Abstract.Tensor> bind) => value switch
    {
        Abstract.Tensor tensor => bind(tensor),
        Abstract.Items items => items with { Values = items.Values.Select(v => Rebind(v, bind)).ToArray() },
        _ => value,
    };

    private static int BytesOf(ElementType type) => type switch
    {
        ElementType.Integer => 8,
        ElementType.Boolean => 1,
        _ => 4,
    };
}

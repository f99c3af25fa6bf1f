using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>A tensor's place among the values of a tape, and where and how its elements lie.</summary>
/// <param name="Trace">The tape; null for what another round of a loop makes.</param>
/// <param name="Index">The number of the value.</param>
/// <param name="Layout">How its elements lie.</param>
/// <param name="Storage">Where they are.</param>
/// <param name="Operand">Where they are another tensor's: its number among those that the operator took.</param>
internal sealed record Produced(TraceBuilder? Trace, int Index, Layout Layout, Storage Storage = Storage.Own, int Operand = 0)
{
    /// <summary>How far apart its elements are in memory, where that is known of a tensor that is not contiguous.</summary>
    public EquatableArray<Dim> Strides { get; init; }

    /// <summary>The elements were made by an operation of the code that is followed, in the order of its result.</summary>
    public bool IsMade { get; init; }

    /// <summary>In which order they are depends on that of an operand which is not in order.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>With what the operator says of the order of the elements.</summary>
    public Produced As(Aliasing? sharing) => sharing is null ? this
        : this with { Strides = sharing.Strides, IsMade = sharing.IsMade, IsDoubtful = sharing.IsDoubtful };

    /// <summary>What holds of a tensor that is the one or the other: its place is the first one's.</summary>
    public static Produced? Join(Produced? a, Produced? b)
    {
        if ((a?.Layout ?? Layout.Contiguous) == (b?.Layout ?? Layout.Contiguous) && a?.Storage == b?.Storage && a?.Operand == b?.Operand
            && (a?.Strides ?? default).Equals(b?.Strides ?? default) && a?.IsMade == b?.IsMade && a?.IsDoubtful == b?.IsDoubtful)
        {
            return a;
        }

        var layout = (a?.Layout ?? Layout.Contiguous) == (b?.Layout ?? Layout.Contiguous) ? a?.Layout ?? Layout.Contiguous : Layout.Unknown;
        return new(a?.Trace, a?.Index ?? -1, layout, Storage.Unknown);
    }
}

/// <summary>How the elements of a tensor lie in memory.</summary>
internal enum Layout
{
    Contiguous,

    /// <summary>In another order than the dimensions'.</summary>
    Strided,

    /// <summary>In the order of four dimensions after the second and the third are exchanged.</summary>
    Exchanged,

    /// <summary>Strided, and how: the second and the third of four dimensions are exchanged.</summary>
    Heads,

    /// <summary>Strided, and how: the last two dimensions are exchanged.</summary>
    Turned,

    /// <summary>The second and the third of four dimensions are exchanged, then the last two.</summary>
    TurnedHeads,
    Unknown,
}

/// <summary>Records what a walk applies to which values: who feeds whom, and where the elements are.</summary>
internal sealed class TraceBuilder
{
    private readonly List<TraceValue> slots = [];
    private readonly List<TraceStep> steps = [];
    private readonly List<TraceLoop> loops = [];
    private readonly HashSet<int> left = [];
    private int inputs;

    /// <summary>What is walked now has been recorded before: another round of a loop.</summary>
    public bool IsPaused { get; set; }

    /// <summary>The names in what was walked while it was paused.</summary>
    public TracedNames Passed { get; } = new();

    /// <summary>The number of values so far.</summary>
    public int Values => slots.Count;

    /// <summary>A method of the class ends: what it made since and does not return is left behind, and what it was given lives until
    /// here.</summary>
    /// <param name="first">The number of values when it began.</param>
    /// <param name="step">The number of steps then.</param>
    /// <param name="given">What it was given.</param>
    /// <param name="result">What it returns.</param>
    public void Leave(int first, int step, IEnumerable<AbstractValue> given, AbstractValue result)
    {
        if (slots.Count == first)
        {
            return;
        }

        if (!IsPaused && steps.Count > step)
        {
            var last = steps[steps.Count - 1];
            var held = given.SelectMany(Tensors).Where(t => t.Produced?.Trace == this).Select(t => t.Produced!.Index)
                .Concat(Enumerable.Range(step, steps.Count - step).SelectMany(i => steps[i].Operands).Where(v => v < first))
                .Concat(last.Holds).Except(last.Operands);
            steps[steps.Count - 1] = last with { Holds = held.Distinct().OrderBy(static v => v).ToArray() };
        }

        left.UnionWith(Enumerable.Range(first, slots.Count - first)
            .Except(Tensors(result).Where(t => t.Produced?.Trace == this).Select(t => t.Produced!.Index)));
    }

    /// <summary>The value is put into a list or a dictionary, which holds it until the call ends.</summary>
    public void Keep(AbstractValue value) =>
        left.UnionWith(Tensors(value).Where(t => t.Produced?.Trace == this).Select(t => t.Produced!.Index));

    /// <summary>Autograd takes down nothing of the steps since; or whether it does is not known.</summary>
    public void WithoutGradient(int first, bool isKnown)
    {
        for (var i = first; i < steps.Count; i++)
        {
            steps[i] = Untaken(steps[i], isKnown);
        }
    }

    private static TraceStep Untaken(TraceStep step, bool isKnown) => step with
    {
        Saves = isKnown ? Saved.Stops : null,
        Recomputed = 0,
        Composite = isKnown ? step.Composite : null,
        Inner = step.Inner is not { } inner ? null : inner with
        {
            IsRecomputed = false,
            Paths = inner.Paths.Select(p => p with { Steps = p.Steps.Select(s => Untaken(s, isKnown)).ToArray() }).ToArray(),
        },
    };

    /// <summary>The number of steps so far.</summary>
    public int Count => steps.Count;

    /// <summary>The same value as one that the call is given.</summary>
    public AbstractValue Input(AbstractValue value, string? name = null) => value.With(tensor =>
    {
        slots.Add(new TraceValue(tensor.Shape, tensor.Type.Bytes(), Name: name));
        inputs++;
        return tensor with { Produced = new(this, slots.Count - 1, tensor.Produced?.Layout ?? Layout.Contiguous) };
    });

    /// <summary>Records a step, and gives its output as values of this tape.</summary>
    public AbstractValue Record(TraceStep step, IEnumerable<AbstractValue> from, AbstractValue to, Aliasing? sharing,
        IReadOnlyList<TraceValue>? hidden = null)
    {
        var tensors = from.SelectMany(Tensors).ToArray();
        var taken = tensors.Where(t => t.Produced?.Trace == this).Select(t => t.Produced!.Index).ToArray();
        var inner = step.Inner is null ? [] : Aliasing.OfResults(step.Inner, Tensors(to).Count());
        var given = new List<TraceValue>();
        var number = 0;
        var output = to.With(tensor =>
        {
            if (ReferenceEquals(tensor, AbstractValue.Lost) && to is not AbstractValue.Tensor)
            {
                number++;
                return tensor;
            }

            var (kind, operand) = sharing is not null ? (sharing.Storage, 0) : inner.Count > number ? inner[number] : (Storage.Unknown, 0);
            number++;
            var layout = sharing?.Layout ?? tensor.Produced?.Layout ?? Layout.Unknown;
            if (IsPaused)
            {
                return tensor with { Produced = new Produced(null, -1, layout, kind, operand).As(sharing) };
            }

            var storage = sharing is null ? Storage.Own : sharing.Storage is Storage.Shared or Storage.Either
                && tensors.FirstOrDefault()?.Produced?.Trace != this ? Storage.State : sharing.Storage;
            var slot = new TraceValue(tensor.Shape, tensor.Type.Bytes(), storage, storage is Storage.Shared or Storage.Either ? taken[0]
                : -1);
            given.Add(slot);
            return tensor with { Produced = new Produced(this, slots.Count + given.Count - 1, layout, kind, operand).As(sharing) };
        });
        if (IsPaused)
        {
            Passed.Add(step, Tensors(output).Select(static t => t.Shape));
            return output;
        }

        given.AddRange(hidden ?? []);
        slots.AddRange(given);
        steps.Add(step with { Operands = taken, Outputs = given });
        return output;
    }

    /// <summary>The output of a step that is on no tape: only how its elements lie is known.</summary>
    public static AbstractValue Unrecorded(AbstractValue to, Aliasing? sharing) => to.With(tensor =>
        ReferenceEquals(tensor, AbstractValue.Lost) && to is not AbstractValue.Tensor ? tensor
        : tensor with { Produced = new Produced(null, -1, sharing?.Layout ?? tensor.Produced?.Layout ?? Layout.Unknown,
            sharing?.Storage ?? Storage.Unknown).As(sharing) });

    /// <summary>Records a step that gives nothing.</summary>
    public void Record(TraceStep step)
    {
        if (!IsPaused)
        {
            steps.Add(step);
        }
    }

    /// <summary>An input that holds indexes.</summary>
    public void TakesIndexes(AbstractValue.Tensor tensor)
    {
        if (tensor.Produced is { } taped && taped.Trace == this && taped.Index < inputs)
        {
            slots[taped.Index] = slots[taped.Index] with { ElementBytes = ElementType.Int64.Bytes() };
        }
    }

    /// <summary>The steps from there on are a loop's; where its turns differ, what is known of the first is not said of all.</summary>
    /// <param name="first">The first of the steps.</param>
    /// <param name="times">How often they run.</param>
    /// <param name="carried">What a turn makes of what was there before.</param>
    /// <param name="areAlike">The turns count and cost the same.</param>
    /// <param name="haveShapes">Their tensors have the same shapes.</param>
    public void Repeat(int first, Dim times, IReadOnlyList<(AbstractValue Before, AbstractValue After)> carried, bool areAlike,
        bool haveShapes)
    {
        if (steps.Count > first)
        {
            if (!areAlike)
            {
                Blur(first, steps.Count);
            }
            else if (!haveShapes)
            {
                var from = inputs + steps.Take(first).Sum(static s => s.Outputs.Count);
                for (var i = first; i < steps.Count; i++)
                {
                    steps[i] = TracedNames.WithoutShapes(steps[i]);
                    foreach (var output in steps[i].Outputs)
                    {
                        slots[from++] = output;
                    }
                }
            }

            var values = carried.SelectMany(c => Tensors(c.Before).Zip(Tensors(c.After), (b, a) => (Before: b.Produced, After: a.Produced)))
                .Where(c => c.Before?.Trace == this && c.After?.Trace == this && c.Before.Index != c.After.Index)
                .Select(c => (c.Before!.Index, c.After!.Index));
            loops.Add(new TraceLoop(first, steps.Count - first, times, values.Distinct().ToArray()));
        }
    }

    /// <summary>Whether and with what these steps run is not known.</summary>
    public void Blur(int first, int end)
    {
        if (IsPaused || end <= first)
        {
            return;
        }

        for (int i = first, from = inputs + steps.Take(first).Sum(s => s.Outputs.Count); i < end; i++)
        {
            var blurred = steps[i].Outputs.Select(TracedNames.WithoutShape).ToArray();
            for (var j = 0; j < blurred.Length; j++)
            {
                slots[from++] = blurred[j];
            }

            steps[i] = steps[i] with { Outputs = blurred, Parameters = Dim.Unknown, MultiplyAdds = Dim.Unknown,
                TorchinfoMultiplyAdds = Dim.Unknown, Inner = null };
        }
    }

    public ExecutionPath Finish(Dim when, FreeingPolicy freeing, AbstractValue result)
    {
        var next = inputs;
        var marked =
            steps.Select(
                step => step with { Outputs = step.Outputs.Select(slot => left.Contains(next++) ? slot with { IsLeft = true } : slot)
                    .ToArray() })
                .ToArray();
        return new(when, freeing, slots.Take(inputs).ToArray(), marked, loops,
            Tensors(result).Where(t => t.Produced?.Trace == this).Select(t => t.Produced!.Index).ToArray());
    }

    /// <summary>What is known of a call whose steps were not followed to the end: its inputs, and one step of unknown size.</summary>
    public ExecutionPath Cut(FreeingPolicy freeing) =>
        new(Dim.One, freeing, slots.Take(inputs).ToArray(),
            [new TraceStep(StepKind.Operation, "?", "", "", [], [new TraceValue(Shape.UnknownRank)], Dim.Zero, Dim.Unknown, Dim.Unknown,
                Dim.Zero,
                null)], [], [inputs]);

    /// <summary>The tensors of a value, those in tuples and lists among them.</summary>
    public static IEnumerable<AbstractValue.Tensor> Tensors(AbstractValue value) => value switch
    {
        AbstractValue.Tensor tensor => [tensor],
        AbstractValue.Items items => items.Values.SelectMany(Tensors),
        AbstractValue.Handed made => made.Members.SelectMany(static m => Tensors(m.Value)),
        AbstractValue.Filled filled => Tensors(filled.Item),
        AbstractValue.Growing growing => growing.Start.Concat(growing.Added).Concat(growing.Tail).SelectMany(Tensors),
        _ => [],
    };

    /// <summary>What a layer makes for itself.</summary>
    public static TraceValue Hidden(Shape shape, ElementType type) => new(shape, type.Bytes(), IsHidden: true);
}

using System.ComponentModel;
using Gen.Graph;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.CompilerServices;

/// <summary>What a step of a call takes and gives, or a tensor that the call is given. What follows a tensor is said of that.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SummaryStep
{
    internal List<int> Operands { get; } = [];

    internal List<int> Held { get; } = [];

    internal Saved? Saved { get; private set; }

    internal Dim Statistics { get; private set; } = Dim.Zero;

    internal (Dim Forward, Dim Backward) Working { get; private set; } = (Dim.Zero, Dim.Zero);

    internal IReadOnlyList<Dim> Copied { get; private set; } = [];

    internal Composite? Parts { get; private set; }

    internal int Together { get; private set; }

    internal List<TraceValue> Outputs { get; init; } = [];

    /// <summary>The values that it takes, by their numbers.</summary>
    public SummaryStep From(params int[] values)
    {
        Operands.AddRange(values);
        return this;
    }

    /// <summary>A method ends with it that uses these values of its caller.</summary>
    public SummaryStep Holds(params int[] values)
    {
        Held.AddRange(values);
        return this;
    }

    /// <summary>A tensor that it gives, by its dimensions.</summary>
    public SummaryStep To(params Size[] shape)
    {
        Outputs.Add(new(Shape.Of([.. shape.Select(s => s.Dim)])));
        return this;
    }

    /// <summary>Before these are any number of dimensions.</summary>
    /// <param name="name">Their name; null where nothing is known of them.</param>
    public SummaryStep Led(string? name = null) =>
        Last(v => v with { Shape = name is null ? Shape.EndingIn([.. v.Shape.Dims]) : new(name, v.Shape.Dims) });

    /// <summary>The bytes of an element, where they are not 4.</summary>
    public SummaryStep Bytes(int bytes) => Last(v => v with { ElementBytes = bytes });

    /// <summary>It shares the storage of a value.</summary>
    public SummaryStep In(int value) => Last(v => v with { Storage = Storage.Shared, Of = value });

    /// <summary>Strides decide whether it does.</summary>
    public SummaryStep PerhapsIn(int value) => Last(v => v with { Storage = Storage.Either, Of = value });

    /// <summary>It shares the storage of a parameter or buffer.</summary>
    public SummaryStep InState() => Last(static v => v with { Storage = Storage.State });

    /// <summary>A layer keeps it to itself.</summary>
    public SummaryStep Hidden() => Last(static v => v with { IsHidden = true });

    /// <summary>A method leaves it behind.</summary>
    public SummaryStep Left() => Last(static v => v with { IsLeft = true });

    /// <summary>What autograd keeps of it.</summary>
    /// <param name="saved">Which tensors.</param>
    /// <param name="bytes">The bytes beside them.</param>
    public SummaryStep Saves(SummarySaved saved = SummarySaved.Nothing, Size bytes = default)
    {
        (Saved, Statistics) = ((Saved)saved, bytes.Dim);
        return this;
    }

    /// <summary>What it works with beside its operands and its result.</summary>
    /// <param name="forward">The bytes in forward.</param>
    /// <param name="backward">The bytes in backward.</param>
    public SummaryStep Works(Size forward, Size backward)
    {
        Working = (forward.Dim, backward.Dim);
        return this;
    }

    /// <summary>It copies operands to bring them into the order of their dimensions.</summary>
    /// <param name="bytes">The bytes of each copy; 0 for an operand that is not copied.</param>
    public SummaryStep Copies(params Size[] bytes)
    {
        Copied = [.. bytes.Select(static b => b.Dim)];
        return this;
    }

    /// <summary>It is computed in many steps.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="sizes">What decides how large they are.</param>
    public SummaryStep Composed(SummaryComposite kind, params Size[] sizes)
    {
        Parts = new((CompositeKind)kind, [.. sizes.Select(static s => s.Dim)]);
        return this;
    }

    /// <summary>It is computed again in backward.</summary>
    /// <param name="every">So many of such steps together.</param>
    public SummaryStep Recomputed(int every)
    {
        Together = every;
        return this;
    }

    private SummaryStep Last(Func<TraceValue, TraceValue> change)
    {
        Outputs[^1] = change(Outputs[^1]);
        return this;
    }
}

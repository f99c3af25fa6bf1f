using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What autograd keeps of a step: what the operator's rule says, for the operands of a call.</summary>
internal static class SavedBy
{
    /// <summary>Nothing is known of a layer that is given what is not on the tape.</summary>
    public static Saved? Layer(TraceBuilder trace, Saved? saves, IReadOnlyList<AbstractValue> given) =>
        given.SelectMany(TraceBuilder.Tensors).All(t => IsOn(trace, t)) ? saves : null;

    /// <summary>A composite layer, with the numbers of the masks of padding among its operands. Nothing is known of one whose operands are
    /// not on the tape, but for masks that are the module's.</summary>
    public static Composite? Composite(TraceBuilder trace, Composite composite, LayerRule rule,
        IReadOnlyList<AbstractValue> given)
    {
        var number = 0;
        var sizes = composite.Sizes.ToArray();
        for (var i = 0; i < given.Count; i++)
        {
            foreach (var tensor in TraceBuilder.Tensors(given[i]))
            {
                if (!IsOn(trace, tensor) && (i < rule.Inputs || tensor.IsParameter != false))
                {
                    return null;
                }

                for (var at = 0; at < rule.Paddings.Count; at++)
                {
                    if (rule.Paddings[at] == i)
                    {
                        sizes[(int)CompositeSize.Padding + at] = IsOn(trace, tensor) ? Dim.Of(number) : Rules.Composite.OfModule;
                    }
                }

                number += IsOn(trace, tensor) ? 1 : 0;
            }
        }

        return composite.With(sizes);
    }

    /// <summary>The step of an operation, with what autograd keeps of it.</summary>
    public static TraceStep Operation(TraceStep step, TraceBuilder trace, OperationCall? call, IReadOnlyList<AbstractValue> given,
        AbstractValue result)
    {
        var tensors = given.SelectMany(TraceBuilder.Tensors).ToArray();
        var saves = Of(trace, call, tensors, result);
        if (call is null || saves is null or Saved.Stops)
        {
            return step with { Saves = saves, Statistics = Statistics(trace, call, tensors) };
        }

        Dim[] copies = call.Rule.FoldsOperands ? [.. tensors.Where(t => IsOn(trace, t))
            .Select(t => Copy(t, tensors.Any(static o => o.Shape.Rank == 2)))] : [];
        return copies.Any(static c => c.IsUnknown) ? step : step with
        {
            Saves = saves,
            Statistics = Statistics(trace, call, tensors),
            Works = call.Rule.Works(call),
            Copies = copies.All(static c => c.Constant == 0) ? [] : copies,
        };
    }

    private static Saved? Of(TraceBuilder trace, OperationCall? call, AbstractValue.Tensor[] tensors, AbstractValue result)
    {
        var results = TraceBuilder.Tensors(result).ToArray();
        if (results.Length > 0 && results.All(static r => r.Type != ElementType.Unknown
            && !r.Type.MayBe(ElementType.Float | ElementType.Complex)))
        {
            return Saved.Stops;
        }

        if (call is null || Of(call, tensors.Length) is not { } saves || (call.Rule.NeedsOrder && tensors is [var first, ..]
            && LayoutOf(first) != Layout.Contiguous))
        {
            return null;
        }

        var others = tensors.Where(t => !IsOn(trace, t)).ToArray();
        const Saved WithoutPlaces = Saved.Others | Saved.Passes | Saved.Views | Saved.Result | Saved.Stops | Saved.Stretched;
        return others.Length == 0 ? saves
            : others.Any(static t => t.IsParameter is null) ? null
            : others.Any(static t => t.IsParameter == true) ? (saves & ~WithoutPlaces) != 0 ? null : saves | Saved.Parameter
            : (saves & ~WithoutPlaces) == 0 ? saves
            : IsOn(trace, tensors[0]) && (saves & Saved.IfSecond) == 0 ? WithoutBuffers(saves, [.. tensors.Select(t => IsOn(trace, t))])
            : null;
    }

    /// <summary>What lies in a buffer is the module's: it is kept in any case, and those behind it move up.</summary>
    private static Saved WithoutBuffers(Saved saves, IReadOnlyList<bool> isOn)
    {
        var moved = saves & ~(Saved.First | Saved.Second | Saved.Third);
        var place = 0;
        for (var i = 0; i < isOn.Count && i < 3; i++)
        {
            if (isOn[i])
            {
                moved |= (saves & At(i)) != 0 ? At(place) : Saved.Nothing;
                place++;
            }
        }

        return moved;

        static Saved At(int index) => (Saved)((int)Saved.First << index);
    }

    /// <summary>The bytes of the gradients of parameters among the operands; where there is none, those that are kept beside.</summary>
    private static Dim Statistics(TraceBuilder trace, OperationCall? call, IEnumerable<AbstractValue.Tensor> tensors) =>
        tensors.Where(t => t.IsParameter == true && !IsOn(trace, t)).Aggregate(Dim.Zero, static (sum, t) => sum + Bytes(t.Shape)) is
            { Constant: not 0 } bytes ? bytes : call?.Rule.Statistics(call) ?? Dim.Zero;

    /// <summary>The bytes of a copy in which all dimensions but the last two are one. A batch of one sample needs none. Beside a matrix,
    /// all but the last are one, and nothing is known of what lies in another order.</summary>
    private static Dim Copy(AbstractValue.Tensor tensor, bool isBesideMatrix) => (LayoutOf(tensor), tensor.Shape) switch
    {
        (Layout.Contiguous, _) => Dim.Zero,
        (Layout.Turned, { Rank: 2 }) => Dim.Zero,
        _ when isBesideMatrix => Dim.Unknown,
        (Layout.Turned, _) => Dim.Zero,
        (Layout.Heads, { Rank: 4, Dims: var d }) => Bytes(tensor.Shape) * IsSpread(d[0], d[1], d[2]),
        (Layout.TurnedHeads, { Rank: 4, Dims: var d }) => Bytes(tensor.Shape) * IsSpread(d[0], d[1], d[3]),
        _ => Dim.Unknown,
    };

    /// <summary>1 where none of the sizes is 1, else 0.</summary>
    private static Dim IsSpread(params Dim[] sizes) => Dim.Min(Dim.One, sizes.Aggregate(Dim.One, static (all, s) => all * (s - 1)));

    private static Dim Bytes(Shape shape) => shape.Elements * Dim.Of(4);

    private static Layout LayoutOf(AbstractValue.Tensor tensor) => tensor.Produced?.Layout ?? Layout.Contiguous;

    /// <summary>What is given to autograd in place of an operand that is changed, and kept, is not known.</summary>
    private static Saved? Of(OperationCall call, int operands) => call.Rule switch
    {
        { IsInPlace: true, Saves: { } saves, SavesOf: null } when (saves & ~(Saved.Passes | Saved.Result | Saved.Stretched)) == 0
            || ((saves & ~Saved.Stretched) == Saved.Others && operands == 1) => saves,
        { IsInPlace: true } => null,
        { SavesOf: { } saves } => saves(call),
        var rule => rule.Saves,
    };

    private static bool IsOn(TraceBuilder trace, AbstractValue.Tensor tensor) => tensor.Produced?.Trace == trace;
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Sequences of several lengths: <c>torch.nn.utils.rnn</c>. How long they are only a call knows.</content>
internal sealed partial class Evaluator
{
    /// <summary>Null where it is no such function, or what it is given is not known.</summary>
    private AbstractValue? Packing(Expression.Call call, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame)
    {
        var at = Anchor.InBody(frame.Method, call.At);
        switch (call.Method)
        {
            case "pack_padded_sequence" when Given("input") is AbstractValue.Tensor { Shape: { Rank: > 1 } shape } input
                && IsBatchFirst() is { } isBatchFirst:
                var (batch, time) = isBatchFirst ? (shape.Dims[0], shape.Dims[1]) : (shape.Dims[1], shape.Dims[0]);
                return !Has(batch, input, Given("lengths")) ? AbstractValue.Lost with { IsAfterError = true }
                    : Packed([input, .. Given("lengths") is AbstractValue.Tensor lengths ? [lengths] : Array.Empty<AbstractValue>()],
                        Shape.Of([time, batch, .. shape.Dims.Skip(2)]));
            case "pack_sequence" when Items(Given("sequences")) is { } items:
                return Packed(items, Shape.Of([Longest(items), Dim.Of(items.Length), .. items[0].Shape.Dims.Skip(1)]));
            case "pad_sequence" when Items(Given("sequences")) is { } items && IsBatchFirst() is { } isBatchFirst:
                return Computed(items, InOrder(isBatchFirst, Longest(items), Dim.Of(items.Length), items[0].Shape.Dims.Skip(1)));
            case "pad_packed_sequence" when Given("sequence") is AbstractValue.Tensor { Packed: { } steps } packed
                && IsBatchFirst() is { } isBatchFirst:
                var total = Given("total_length")?.AsSize is { Constant: not < 0 } size ? size : Dim.Unknown;
                var padded = (AbstractValue.Tensor)Computed([packed], InOrder(isBatchFirst, total, steps.Dims[1], steps.Dims.Skip(2)));
                return new AbstractValue.Items([padded, padded with { Shape = Shape.Of(steps.Dims[1]), Type = ElementType.Int64 }],
                    IsTuple: true);
            default:
                return null;
        }

        AbstractValue? Given(string parameter) => arguments.FirstOrDefault(a => a.Key == parameter).Value;

        bool? IsBatchFirst() => Given("batch_first") is AbstractValue.Boolean { Truth: Truth.Known { Value: var value } } ? value : null;

        AbstractValue Packed(IReadOnlyList<AbstractValue> from, Shape steps)
        {
            walk.Count(true, Dim.Zero, call.Method);
            var carrier = new AbstractValue.Tensor(Shape.UnknownRank, Provenance.Start(call.Method, steps), TypeOf(from));
            return walk.Operate(call.Method, from, carrier, Aliasing.Unknown, Dim.Zero)
                is AbstractValue.Tensor packed ? packed with { Packed = steps } : AbstractValue.Lost;
        }

        AbstractValue Computed(IReadOnlyList<AbstractValue> from, Shape shape)
        {
            walk.Count(true, Dim.Zero, call.Method);
            return walk.Operate(call.Method, from, new AbstractValue.Tensor(shape, Provenance.Start(call.Method, shape), TypeOf(from)),
                Aliasing.Unknown, Dim.Zero);
        }

        // Each sequence has a length.
        bool Has(Dim batch, AbstractValue.Tensor input, AbstractValue? lengths)
        {
            if (lengths is not AbstractValue.Tensor { Shape: { Rank: 1 } given })
            {
                return true;
            }

            switch (Comparison.Compare(batch, given.Dims[0], walk.Facts))
            {
                case Verdict.Different:
                    walk.Fail(new(FindingKind.OperationOperands, at, call.Method, input.Shape.ToString(), given.ToString(), "0",
                        batch.ToString(), given.Dims[0].ToString()) { Also = Way([input]) });
                    return false;
                case Verdict.Unknown:
                    return walk.Assume(at, call.Method, input.Shape, [new Fact(batch, Relation.Equal, given.Dims[0])]);
                default:
                    return true;
            }
        }
    }

    private static ElementType TypeOf(IReadOnlyList<AbstractValue> from) =>
        from.Count > 0 && from[0] is AbstractValue.Tensor tensor ? tensor.Type : ElementType.Unknown;

    private static Shape InOrder(bool isBatchFirst, Dim time, Dim batch, IEnumerable<Dim> rest) =>
        Shape.Of([.. isBatchFirst ? [batch, time] : new[] { time, batch }, .. rest]);

    /// <summary>The longest of sequences, where they are of one length.</summary>
    private static Dim Longest(IReadOnlyList<AbstractValue.Tensor> items) =>
        items.All(i => i.Shape.Dims[0].Equals(items[0].Shape.Dims[0])) ? items[0].Shape.Dims[0] : Dim.Unknown;

    /// <summary>Sequences that are alike but for their lengths.</summary>
    private static AbstractValue.Tensor[]? Items(AbstractValue? sequences) =>
        sequences?.AsItems is { Count: > 0 } items && items.All(static i => i is AbstractValue.Tensor { Shape.Rank: > 0 })
        && items.Cast<AbstractValue.Tensor>().ToArray() is var tensors
        && tensors.All(t => t.Shape.Dims.Skip(1).SequenceEqual(tensors[0].Shape.Dims.Skip(1))) ? tensors : null;
}

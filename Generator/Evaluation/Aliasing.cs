using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>Where the elements of a result are, and in which order: what the operator's rule says, for the operands of a call.</summary>
internal sealed record Aliasing(Storage Storage, Layout Layout)
{
    /// <summary>How far apart the elements are that follow each other, where the dimensions were put into another order.</summary>
    public EquatableArray<Dim> Strides { get; init; }

    /// <summary>The elements are new and in order, or those of such a tensor.</summary>
    public bool IsMade { get; init; }

    /// <summary>In which order they are depends on that of an operand which is not in order.</summary>
    public bool IsDoubtful { get; init; }

    public static readonly Aliasing New = new(Storage.Own, Layout.Contiguous);

    /// <summary>What code gives that is not known.</summary>
    public static readonly Aliasing Unknown = new(Storage.Unknown, Layout.Contiguous);

    /// <summary>What a layer gives, in eval mode.</summary>
    public static Aliasing Of(LayerRule rule, LayerArguments arguments, AbstractValue.Tensor input)
    {
        var placed = Placed(rule, arguments, input.Produced?.Layout ?? Layout.Contiguous);
        return placed is not { Storage: Storage.Own, Layout: Layout.Contiguous } ? placed
            : AreUnordered([input]) ? placed with { IsDoubtful = true }
            : placed with { IsMade = rule.Memory == Memory.Ordered };
    }

    private static Aliasing Placed(LayerRule rule, LayerArguments arguments, Layout input) => rule.Memory == Memory.InPlaceIfAsked
        ? InPlace(arguments.Has("inplace") ? arguments.Flag("inplace") : false, input)

        // The batch is brought to the front by a view.
        : arguments.Has("batchFirst") && arguments.Flag("batchFirst") is not false ? new(Storage.Own, Layout.Unknown)
        : Of(rule.Memory, [input]) ?? New;

    /// <summary>What an operation gives.</summary>
    public static Aliasing Of(OperationRule rule, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, AbstractValue output)
    {
        var tensors = arguments.SelectMany(a => TraceBuilder.Tensors(a.Value)).ToArray();
        var placed = Placed(rule, arguments, tensors, output);
        if (rule.Memory == Memory.Contiguous)
        {
            return placed with { IsMade = true };
        }

        if (placed is { Storage: Storage.Own, Layout: Layout.Contiguous })
        {
            return AreUnordered(tensors) && !rule.MakesOrder ? placed with { IsDoubtful = true }
                : placed with { IsMade = rule.Memory == Memory.Ordered || tensors.All(static t => t.Produced?.IsMade == true) };
        }

        return placed.Storage != Storage.Shared || tensors.Length == 0 ? placed : placed with
        {
            IsDoubtful = tensors[0].Produced?.IsDoubtful == true,
            IsMade = tensors[0].Produced?.IsMade == true && (placed.Layout == Layout.Contiguous || rule.Memory == Memory.Reordered),
            Strides = rule.Memory == Memory.Reordered ? Reordered(rule, arguments, tensors[0]) : default,
        };
    }

    private static bool AreUnordered(IEnumerable<AbstractValue.Tensor> operands) =>
        operands.Any(static t => t.Produced is { } made && (made.Layout != Layout.Contiguous || made.IsDoubtful));

    /// <summary>The strides after dimensions have changed places. Which do, the rule says where each has a name of its own.</summary>
    private static EquatableArray<Dim> Reordered(OperationRule rule, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments,
        AbstractValue.Tensor first)
    {
        var before = StridesOf(first);
        if (before.Count == 0)
        {
            return default;
        }

        var probe = new Value.Tensor(Shape.Of([.. Enumerable.Range(0, before.Count).Select(static i => Dim.Name($"#{i}"))]));
        var call = new OperationCall(rule, rule.Names[0], [.. arguments.Select((a, i) => new KeyValuePair<string, Value>(a.Key,
            i == 0 ? probe : a.Value.ToValue()))], Facts.None);
        return rule.Output!(call) is Value.Tensor { Shape: { Variadic: null, Rank: not null } now } && !call.Failed
            && now.Dims.Select(d => probe.Shape.Dims.ToList().IndexOf(d)).ToArray() is var places && places.All(static p => p >= 0)
                ? places.Select(p => before[p]).ToEquatableArray() : default;
    }

    /// <summary>How far apart the elements of a tensor are; empty where that is not known. What a call is given is taken to be
    /// contiguous.</summary>
    public static IReadOnlyList<Dim> StridesOf(AbstractValue.Tensor tensor) => tensor switch
    {
        { Shape.Rank: null } => [],
        { Produced.Strides: { Count: > 0 } strides } => strides,
        { Produced: null or { Layout: Layout.Contiguous, Storage: not Storage.Unknown, IsDoubtful: false } } =>
            Gen.Shapes.Strides.InOrder(tensor.Shape.Dims),
        _ => [],
    };

    private static Aliasing Placed(OperationRule rule, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments,
        AbstractValue.Tensor[] tensors, AbstractValue output)
    {
        var layouts = tensors.Select(t => t.Produced?.Layout ?? Layout.Contiguous).ToArray();
        return (rule.Memory, tensors) switch
        {
            (Memory.Converted, _) => new(Converts(tensors, output) ? Storage.Own : Storage.Either, Kept(First(layouts))),

            (Memory.InPlaceIfAsked, _) => InPlace(IsInPlace(arguments), First(layouts)),

            // A list of one tensor may be given back as it is.
            (Memory.Ordered, _) when rule.MayReturnInput && arguments.FirstOrDefault().Value is not AbstractValue.Tensor
                and not AbstractValue.Items { Values.Count: not 1 } => new(tensors.Length == 1 ? Storage.Shared : Storage.Either,
                    tensors.Length == 1 ? layouts[0] : Layout.Unknown),

            (Memory.Exchanged, _) => new(Storage.Own, Functional.IsFused(arguments.Select(static a =>
                new KeyValuePair<string, Value>(a.Key, a.Value.ToValue())).ToArray()) ? Layout.Exchanged : Layout.Unknown),
            (Memory.Reordered, [{ Shape.Rank: 4 }, ..]) when layouts[0] == Layout.Exchanged && ExchangesMiddle(arguments) =>
                new(Storage.Shared, Layout.Contiguous),

            // Dimensions of size 1 may stand anywhere.
            (Memory.Reordered, [var first, ..]) when layouts[0] == Layout.Contiguous && first.Shape.Dims.All(d => d.Constant != 1)
                && Reorders(first.Shape, arguments, output) =>
                new(Storage.Shared, first.Shape.Rank == 4 && ExchangesMiddle(arguments) ? Layout.Heads
                    : ExchangesLast(rule, first.Shape, arguments) ? Layout.Turned : Layout.Strided),
            (Memory.Reordered, [{ Shape: var shape }, ..]) when layouts[0] == Layout.Heads && ExchangesLast(rule, shape, arguments) =>
                new(Storage.Shared, Layout.TurnedHeads),
            _ => Of(rule.Memory, layouts) ?? New,
        };
    }

    /// <summary>What a module gives: where each of its results is, and with which of its inputs. Empty where it is not known of
    /// all.</summary>
    public static IReadOnlyList<(Storage Storage, int Operand)> OfResults(Trace module, int count)
    {
        if (module.Paths.Any(p => p.Results.Count != count))
        {
            return [];
        }

        return [.. Enumerable.Range(0, count).Select(i => module.Paths.Select(p => Of(p, p.Results[i])).Distinct().ToArray() switch
        {
            [var only] => only,
            var several when several.Where(s => s.Storage != Storage.Own).Select(s => s.Operand).Distinct().ToArray() is [var operand]
                && several.All(s => s.Storage is Storage.Own or Storage.Shared or Storage.Either) => (Storage.Either, operand),
            _ => (Storage.Unknown, 0),
        })];
    }

    /// <summary>Where a value of a path is, with which input of the path.</summary>
    private static (Storage Storage, int Operand) Of(ExecutionPath path, int value)
    {
        var isSure = true;
        while (value >= path.Inputs.Count)
        {
            var at = path.Inputs.Count;
            var step = path.Steps.First(s => (at += s.Outputs.Count) > value);
            if (path.Loops.Any(l => path.Steps.Skip(l.First).Take(l.Count).Contains(step)))
            {
                // With no turn at all it is what there was before.
                return (Storage.Unknown, 0);
            }

            var output = step.Outputs.Count - (at - value);
            var slot = step.Outputs[output];
            var (storage, of) = step.Inner is { } inner && OfResults(inner, step.Outputs.Count) is { Count: > 0 } results
                && results[output].Operand < step.Operands.Count
                    ? (results[output].Storage, results[output].Storage is Storage.Shared or Storage.Either
                        ? step.Operands[results[output].Operand] : -1)
                    : step.Kind is StepKind.Operation || LayerRules.Find(step.Type) is not null ? (slot.Storage, slot.Of)
                    : (Storage.Unknown, -1);
            if (storage is not (Storage.Shared or Storage.Either))
            {
                return (isSure || storage == Storage.Own ? storage : Storage.Unknown, 0);
            }

            isSure &= storage == Storage.Shared;
            value = of;
        }

        return (isSure ? Storage.Shared : Storage.Either, value);
    }

    /// <summary><c>x[...]</c>: a view, unless a tensor is among the indexes.</summary>
    public static Aliasing OfElement(bool isGathered) => isGathered ? New : new(Storage.Shared, Layout.Unknown);

    private static Aliasing? Of(Memory memory, IReadOnlyList<Layout> operands) => memory switch
    {
        Memory.Like when operands.Any(o => o != Layout.Contiguous) => new(Storage.Own, Layout.Unknown),
        Memory.Unordered => new(Storage.Own, Layout.Unknown),
        Memory.View or Memory.Reordered => new(Storage.Shared, Layout.Unknown),
        Memory.ViewInOrder or Memory.Operand => new(Storage.Shared, First(operands)),
        Memory.Either => new(Storage.Either, Kept(First(operands))),

        // A reshape copies what it cannot view; a view of what is in another order is so too.
        Memory.Reshaped => First(operands) == Layout.Contiguous ? new(Storage.Shared, Layout.Contiguous)
            : new(Storage.Either, Layout.Unknown),
        Memory.Contiguous when First(operands) is not (Layout.Strided or Layout.Heads or Layout.Turned) =>
            new(First(operands) == Layout.Contiguous ? Storage.Shared : Storage.Either, Layout.Contiguous),
        _ => null,
    };

    private static Aliasing InPlace(bool? isInPlace, Layout input) => isInPlace switch
    {
        true => new(Storage.Shared, input),
        false => new(Storage.Own, Kept(input)),
        null => new(Storage.Either, Kept(input)),
    };

    /// <summary>What the argument says; null where only the running program knows.</summary>
    private static bool? IsInPlace(IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments) =>
        arguments.FirstOrDefault(a => a.Key == "inplace").Value switch
        {
            null => false,
            AbstractValue.Boolean { Truth: Truth.Known { Value: var isInPlace } } => isInPlace,
            _ => null,
        };

    /// <summary>The dimensions are known to come in another order: <c>swapaxes(0, -2)</c> of two leaves them as they are.</summary>
    private static bool Reorders(Shape shape, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, AbstractValue output) =>
        (output is AbstractValue.Tensor { Shape: var now } && !now.Equals(shape))
        || (arguments.Skip(1).Select(a => a.Value.AsSize.Constant).ToArray() is [{ } a, { } b] && shape.Rank is { } rank
            && (a - b) % rank != 0);

    /// <summary>The last two dimensions change places.</summary>
    private static bool ExchangesLast(OperationRule rule, Shape shape, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments) =>
        shape.Rank is >= 2 and { } rank && rule.ExchangesTwo
        && arguments.Skip(1).Select(a => (a.Value.AsSize.Constant + rank) % rank).ToArray() is var places
        && (places.Length == 0 || (places is [{ } a, { } b] && Math.Min(a, b) == rank - 2 && Math.Max(a, b) == rank - 1));

    /// <summary>The second and the third of four dimensions change places.</summary>
    private static bool ExchangesMiddle(IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments) =>
        arguments.Skip(1).Select(a => (a.Value.AsSize.Constant + 4) % 4).ToArray() is [1, 2] or [2, 1];

    /// <summary>The result is known to be of another type.</summary>
    private static bool Converts(IReadOnlyList<AbstractValue.Tensor> operands, AbstractValue output)
    {
        var (from, to) = (operands.Count > 0 ? operands[0].Type : ElementType.Unknown,
            TraceBuilder.Tensors(output).Select(t => t.Type).FirstOrDefault());
        return from != ElementType.Unknown && to != ElementType.Unknown && (Wide(from) & Wide(to)) == 0;

        // The module's type is whatever the module is converted to.
        static ElementType Wide(ElementType type) => (type & ElementType.Module) != 0 ? type | ElementType.Float : type;
    }

    private static Layout First(IReadOnlyList<Layout> operands) => operands.Count > 0 ? operands[0] : Layout.Contiguous;

    private static Layout Kept(Layout input) => input == Layout.Contiguous ? Layout.Contiguous : Layout.Unknown;
}

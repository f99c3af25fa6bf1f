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
    public static readonly Aliasing New = new(Storage.Own, Layout.Contiguous);

    /// <summary>What a layer gives, in eval mode.</summary>
    public static Aliasing Of(LayerRule rule, LayerArguments arguments, Layout input) => rule.Memory == Memory.InPlaceIfAsked
        ? InPlace(arguments.Has("inplace") ? arguments.Flag("inplace") : false, input)
        : Of(rule.Memory, [input]) ?? New;

    /// <summary>What an operation gives.</summary>
    public static Aliasing Of(OperationRule rule, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, AbstractValue output)
    {
        var tensors = arguments.SelectMany(a => TraceBuilder.Tensors(a.Value)).ToArray();
        var layouts = tensors.Select(t => t.Produced?.Layout ?? Layout.Contiguous).ToArray();
        return (rule.Memory, tensors) switch
        {
            (Memory.Converted, _) => new(Converts(tensors, output) ? Storage.Own : Storage.Either, Kept(First(layouts))),

            (Memory.InPlaceIfAsked, _) => InPlace(IsInPlace(arguments), First(layouts)),

            // Dimensions of size 1 may stand anywhere.
            (Memory.Reordered, [var first, ..]) when layouts[0] == Layout.Contiguous && first.Shape.Dims.All(d => d.Constant != 1) =>
                new(Storage.Shared, Layout.Strided),
            _ => Of(rule.Memory, layouts) ?? New,
        };
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

        // A reshape copies what it cannot view.
        Memory.Reshaped => new(First(operands) == Layout.Contiguous ? Storage.Shared : Storage.Either, Layout.Contiguous),
        Memory.Contiguous when First(operands) != Layout.Strided =>
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

    /// <summary>The result is known to be of another type.</summary>
    private static bool Converts(IReadOnlyList<AbstractValue.Tensor> operands, AbstractValue output)
    {
        var (from, to) = (operands.Count > 0 ? operands[0].Type : ElementType.Unknown,
            TraceBuilder.Tensors(output).Select(t => t.Type).FirstOrDefault());
        return from != ElementType.Unknown && to != ElementType.Unknown && (from & to) == 0;
    }

    private static Layout First(IReadOnlyList<Layout> operands) => operands.Count > 0 ? operands[0] : Layout.Contiguous;

    private static Layout Kept(Layout input) => input == Layout.Contiguous ? Layout.Contiguous : Layout.Unknown;
}

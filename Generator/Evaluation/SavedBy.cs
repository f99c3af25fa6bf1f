using Gen.Model;
using Gen.Rules;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What autograd keeps of a step: what the operator's rule says, for the operands of a call.</summary>
internal static class SavedBy
{
    /// <summary>Nothing is known of a layer that is given what is not on the tape.</summary>
    public static Saved? Layer(TraceBuilder trace, Saved? saves, IReadOnlyList<AbstractValue> given) =>
        given.SelectMany(TraceBuilder.Tensors).All(t => IsOn(trace, t)) ? saves : null;

    public static Saved? Operation(TraceBuilder trace, OperationCall? call, IReadOnlyList<AbstractValue> given, AbstractValue result)
    {
        var tensors = given.SelectMany(TraceBuilder.Tensors).ToArray();
        var results = TraceBuilder.Tensors(result).ToArray();
        if (results.Length > 0 && results.All(static r => r.Type != ElementType.Unknown
            && !r.Type.MayBe(ElementType.Float | ElementType.Complex)))
        {
            return Saved.Stops;
        }

        if (call is null || Of(call) is not { } saves)
        {
            return null;
        }

        var others = tensors.Where(t => !IsOn(trace, t)).ToArray();
        const Saved WithoutPlaces = Saved.Others | Saved.Passes | Saved.Views | Saved.Result | Saved.Stops;
        return others.Length == 0 ? saves
            : others.Any(static t => t.IsParameter is null) || (saves & ~WithoutPlaces) != 0 ? null
            : others.Any(static t => t.IsParameter == true) ? saves | Saved.Parameter : saves;
    }

    /// <summary>The bytes of the gradients of parameters among the operands; where there is none, those that are kept beside.</summary>
    public static Dim Statistics(TraceBuilder trace, OperationCall? call, IReadOnlyList<AbstractValue> given) =>
        Parameters(trace, given) is { Constant: not 0 } bytes ? bytes : call?.Rule.Statistics(call) ?? Dim.Zero;

    private static Dim Parameters(TraceBuilder trace, IReadOnlyList<AbstractValue> given) => given.SelectMany(TraceBuilder.Tensors)
        .Where(t => t.IsParameter == true && !IsOn(trace, t)).Aggregate(Dim.Zero, static (sum, t) => sum + (t.Shape.Elements * Dim.Of(4)));

    // What is given to autograd in place of an operand that is changed is not known.
    private static Saved? Of(OperationCall call) => call.Rule.IsInPlace ? null : call.Rule.SavesOf is { } saves ? saves(call)
        : call.Rule.Saves;

    private static bool IsOn(TraceBuilder trace, AbstractValue.Tensor tensor) => tensor.Produced?.Trace == trace;
}

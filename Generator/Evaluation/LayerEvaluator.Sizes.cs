using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Sizes that stand for -1.</content>
internal sealed partial class LayerEvaluator
{
    /// <summary>A layer that no way calls: nothing tells its size.</summary>
    public void NeverCalled(LayerUse operation) => Infer(operation, Shape.UnknownRank, Lost is null ? "no call reaches it" : null);

    /// <summary>Puts the size that arrives in place of -1. False where there is a hole that cannot be filled.</summary>
    private bool Infer(LayerUse operation, Shape input, string? whyNot)
    {
        var layer = operation.Layer;
        if (LayerRules.Find(layer.Factory) is not { Infers: { } size }
            || layer.Arguments.FirstOrDefault(a => a.Parameter == size.Parameter) is not { } argument || !IsHole(argument))
        {
            return true;
        }

        var at = Anchor.Of(operation.Field, size.Parameter);
        if (layer.Origin != LayerOrigin.Attribute)
        {
            Report(new(FindingKind.HoleInInitializer, at, operation.Path, size.Parameter, layer.TypeName));
            return false;
        }

        Pass(at);
        if (inferred.Any(i => i.Layer == layer.Name))
        {
            return true;
        }

        var arrives = size.From(input);
        var isGiven = !arrives.IsUnknown && arrives.Names.All(n => given?.Contains(n) == true);
        if (arrives.Constant is not null || (isGiven && !buildsBefore))
        {
            inferred.Add(new(layer.Name, size.Parameter, arrives));
            return true;
        }

        passed.Remove(at);

        if (!Failed || !arrives.IsUnknown)
        {
            var reason = whyNot ?? (arrives.IsUnknown
                ? input.IsUnknownRank ? "the shape that arrives is not known" : $"the {size.Meaning} cannot be told from {input}"
                : isGiven ? $"the {size.Meaning} that arrive are {arrives}, and the layer is built before the body of the constructor runs"
                : $"the {size.Meaning} that arrive are {arrives}, known only when the module is called");
            Report(whyNot is null && isGiven && !arrives.IsUnknown
                ? new(FindingKind.CannotInfer, at, operation.Path, size.Parameter, reason,
                    "Build the layer in the constructor, or use a primary constructor.")
                : new(FindingKind.CannotInfer, at, operation.Path, size.Parameter, reason));
        }

        return false;
    }

    /// <summary>The argument is the size that a rule can find, and is left to it.</summary>
    public static bool IsHole(LayerModel layer, Argument argument) =>
        LayerRules.Find(layer.Factory)?.Infers?.Parameter == argument.Parameter && IsHole(argument);

    private static bool IsHole(Argument argument) => argument.Value is Value.Integer { Dim.Constant: -1 };
}

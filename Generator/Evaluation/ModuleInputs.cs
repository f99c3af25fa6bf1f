using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

internal static class ModuleInputs
{
    /// <summary>The inputs with their declared shapes; those without are unknown.</summary>
    public static AbstractValue[] Of(ModuleModel module, Declaration declared) => module.Forward.Inputs.Select((input, i) =>
    {
        var shape = declared.Signature is { } signature && i < signature.Inputs.Count ? signature.Inputs[i] : Shape.UnknownRank;
        var name = module.Forward.Kind == ForwardKind.Chain ? "input" : input.Name;
        return input.IsTensor && !input.Type.EndsWith("?", StringComparison.Ordinal)
            ? new AbstractValue.Tensor(shape, Provenance.Start(name, shape), declared.Signature?.InputType(i) ?? default)
            : input.IsTensor ? new AbstractValue.Tensor(shape, Provenance.Start("", shape), declared.Signature?.InputType(i) ?? default)
            : AbstractValue.Anything;
    }).ToArray();
}

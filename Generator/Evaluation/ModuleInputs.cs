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
            ? Given(name)
            : input.IsTensor ? Given("")
            : AbstractValue.Anything;

        AbstractValue.Tensor Given(string named) => new(shape, Provenance.Start(named, shape), declared.Signature?.InputType(i) ?? default)
        {
            Device = Device.Module,
        };
    }).ToArray();
}

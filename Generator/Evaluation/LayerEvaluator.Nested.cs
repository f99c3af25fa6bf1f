using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Modules with an inside.</content>
internal sealed partial class LayerEvaluator
{
    /// <summary>What is given makes it wrong, not how the module is built.</summary>
    private static bool IsOfCall(FindingKind kind) => kind.IsOfTypes() || kind.IsOfDevices();

    /// <summary>A module with a body or a chain of its own: by its declared shape, and by walking it with what arrives.</summary>
    private AbstractValue Enter(LayerUse operation, ModuleModel nested, IReadOnlyList<AbstractValue> inputs, AbstractValue.Tensor first)
    {
        if (inputs.Any(i => First(i).IsAfterError))
        {
            return Broken(operation, operation.Layer, first);
        }

        var call = NestedCall.Enter(operation.Layer, nested, inputs, Facts, walked, depth + 1, operation.Device);
        Place(call.Graph, inputs);
        switch (call)
        {
            case { Mismatch: { } needs }:
                Fail(new(FindingKind.NestedMismatch, operation.At, operation.Path, operation.Layer.TypeName, needs, call.Gets!,
                    first.Provenance.ToString())
                {
                    Also = Way(operation, first.Provenance).Prepend(Anchor.Shape.In(nested.Type.MetadataName)).ToEquatableArray(),
                });
                return Broken(operation, operation.Layer, first);
            case { WrongType: { } problem }:
                Fail(new(FindingKind.LayerElementType, operation.At, operation.Path, operation.Layer.TypeName, problem.Needs, problem.Gets,
                    problem.Edit)
                {
                    IsOfModuleType = problem.IsOfModule,
                    Cast = problem.Cast,
                    Also = Way(operation, first.Provenance).Prepend(Anchor.Shape.In(nested.Type.MetadataName)).ToEquatableArray(),
                });
                return Broken(operation, operation.Layer, first);
            case { Error: { } error }:
                var isOutside = operation.IsMethod || IsOfCall(error.Kind);
                Fail(Evaluation.LayerFindings.Outside(error, operation, nested) with
                {
                    // What has a type that no call can have here comes from outside.
                    At = isOutside ? operation.At : error.At,
                    Cast = null,
                    Also = error.Also.Where(a => a.Type != within)
                        .Append(isOutside ? error.At : operation.At.In(within)).Concat(Way(operation, first.Provenance))
                        .Distinct().ToEquatableArray(),
                });
                return Broken(operation, operation.Layer, first);
            case { IsKnownToFail: true }:
                Failed = true;
                return Broken(operation, operation.Layer, first);
            case { Reason: { } reason }:
                Pass(operation.At);
                Lose(operation.At, first.Shape, $"'{operation.Layer.Name}' ({operation.Layer.TypeName}) {reason}");
                break;
            default:
                Pass(operation.At);
                Proved += Assume(operation.At, operation.Path, first.Shape, call.Conditions) ? 1 : 0;
                break;
        }

        var output = First(call.Output);
        var row = Row(operation, operation.Layer, first, output.Shape, call.MultiplyAdds, call.TorchinfoMultiplyAdds);
        return call.Output switch
        {
            AbstractValue.Tensor => row with { Type = output.Type, Device = output.Device, Produced = output.Produced,
                Provenance = row.Provenance.Through(output.Provenance, nested) },
            _ => call.Output.With(tensor => tensor with
            {
                Provenance = (row.Provenance with { Shape = tensor.Shape }).Through(tensor.Provenance, nested),
            }),
        };
    }
}

using Gen.Checks;
using Gen.Evaluation;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Emit;

/// <content>The check of the result.</content>
internal static partial class GuardEmitter
{
    public static bool ChecksOutput(CheckedModule module) =>
        module.IsGuarded && module.GuardsOutput && Places(module) is not null;

    /// <summary>Where the declared results are; null where none are declared, or the type of the result does not tell.</summary>
    private static ResultPlaces? Places(CheckedModule module) =>
        module.Outputs is { } outputs ? module.Model.Forward.Tensors.Places(outputs.Count) : null;

    /// <summary>Declared results that were not proved: their ranks and their known sizes.</summary>
    public static void Output(SourceWriter writer, CheckedModule module, string result)
    {
        if (!ChecksOutput(module))
        {
            return;
        }

        var (places, outputs, bound) = (Places(module)!, module.Outputs!.Value, NamesOf(module));
        if (places.List is { } list)
        {
            writer.Block($"if ({result}{list.Count} != {list.Needs})", () =>
                writer.Line(
                    $"throw {Names.ShapeGuard}.Count(this, {Identifier.Literal(module.Model.Type.Name)}, {list.Needs}, "
                    + $"{result}{list.Count});"));
            writer.Line();
        }

        for (var i = 0; i < places.Tensors.Count; i++)
        {
            var (place, shape) = (places.Tensors[i], outputs[i]);
            Type(writer, module, result + place.Access, $"result{place.Access}", module.Signature?.OutputType(i) ?? default,
                place.IsNullable);
            if (shape.IsUnknownRank)
            {
                continue;
            }

            var value = result + place.Access;
            var tests = Tests(module, value, shape, bound);
            Throw(writer, module, value, $"result{place.Access}", shape,
                place.IsNullable ? [$"{value} is not null && ({string.Join(" || ", tests)})"] : tests, bound);

            // A name that only results have is the same size in all of them.
            for (var j = 0; !place.IsNullable && j < shape.Dims.Count; j++)
            {
                if (Free(module, shape.Dims[j]) is { } name && !bound.Contains(name)
                    && outputs.Skip(i + 1).Any(o => o.Dims.Any(d => d.Names.Contains(name))))
                {
                    bound.Add(name);
                    writer.Line($"var {Local(module, name)} = {Size(value, shape, j)};");
                }
            }
        }
    }
}

using Gen.Checking;
using Gen.Shapes;

namespace Gen.Emit;

/// <summary><c>Summary(...)</c>: the table of layers, from what is known when compiling.</summary>
internal static class SummaryEmitter
{
    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        if (module.Model.Occupied.Contains("Summary"))
        {
            return;
        }

        sections.Add(() =>
        {
            writer.Line("/// <summary>The table of layers with their shapes and counts; nothing is run for it.</summary>");
            writer.Line("/// <param name=\"at\">The sizes of named dimensions, such as <c>\"B=64\"</c>; what is not given stays a name.</param>");
            writer.Line("/// <exception cref=\"global::System.ArgumentException\">A size is malformed, or no dimension has its name.</exception>");
            writer.Line(Names.GeneratedCode);
            writer.Line($"public {CountEmitter.New(module, "Summary")}{Names.ModuleSummary} Summary(string? at = null) => new {Names.ModuleSummary}(");
            writer.Indented(() =>
            {
                writer.Line($"{Identifier.Literal(module.Model.Type.Name)},");
                writer.Line($"{Identifier.Literal(Signature(module))},");
                writer.Line($"new {Names.LayerSummary}[]");
                writer.Line("{");
                writer.Indented(() =>
                {
                    foreach (var layer in module.Layers)
                    {
                        writer.Line($"new {Names.LayerSummary}({Row(layer)}),");
                    }
                });
                writer.Line("},");
                writer.Line("at);");
            });
        });
    }

    private static string? Signature(CheckedModule module) => module.Inputs is { } inputs
        ? string.Join(", ", inputs.Select(i => i.ToShapeString())) + (module.Output is { } output ? $" -> {output.ToShapeString()}" : "")
        : null;

    private static string Row(CheckedLayer layer) => string.Join(", ",
        Identifier.Literal(layer.Path),
        Identifier.Literal(layer.Written),
        Text(layer.Input),
        Text(layer.Output),
        Text(layer.Parameters),
        Text(layer.MultiplyAdds),
        Text(layer.TorchinfoMultiplyAdds)) + (layer.IsRepeated ? ", repeated: true" : "");

    private static string Text(Shape shape) => shape.IsUnknownRank ? "null" : Identifier.Literal(shape.ToShapeString());

    private static string Text(Dim dim) => dim.IsUnknown ? "null" : Identifier.Literal(dim.ToString());
}

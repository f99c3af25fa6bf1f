using Gen.Checking;

namespace Gen.Emit;

/// <summary>The constructor, or the step in which the base constructor builds the layers.</summary>
internal static class ConstructorEmitter
{
    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        var type = module.Model.Type;
        var built = Constructions.Built(module).ToArray();
        switch (Constructions.Of(module.Model))
        {
            case Construction.InConstructor:
                var takesName = type.Base is { TakesName: true } ? $"\n    : base({Identifier.Literal(type.Name)})" : "";
                sections.Add(() =>
                {
                    writer.Line($"/// <summary>Builds and registers the layers: {Documentation.Headline(module)}</summary>");
                    writer.Line(Names.GeneratedCode);
                    writer.Block($"{(type.IsAbstract ? "protected" : "public")} {Identifier.Of(type.Name)}(){takesName}", () =>
                    {
                        foreach (var (layer, call) in built)
                        {
                            writer.Line($"{Identifier.Of(layer.Name)} = {call};");
                        }

                        writer.Line("RegisterComponents();");
                    });
                });
                break;

            case Construction.InBaseConstructor or Construction.BuiltInBaseRegisteredOnUse when !module.Model.Occupied.Contains("BuildLayers"):
                var registers = Constructions.Of(module.Model) == Construction.InBaseConstructor;
                if (!registers && built.Length == 0)
                {
                    break;
                }

                sections.Add(() =>
                {
                    writer.Line("/// <summary>Runs in the base constructor, after the field initializers.</summary>");
                    writer.Line(Names.GeneratedCode).Line(Names.Hidden);
                    writer.Block("protected override void BuildLayers()", () =>
                    {
                        Assign(writer, built);
                        if (registers)
                        {
                            writer.Line("RegisterComponents();");
                        }
                    });
                });
                break;
        }
    }

    /// <summary>A readonly field is written through a reference: this is still construction, but not a constructor.</summary>
    public static void Assign(SourceWriter writer, IEnumerable<(Model.LayerModel Layer, string Call)> built)
    {
        foreach (var (layer, call) in built)
        {
            var field = Identifier.Of(layer.Name);
            writer.Line(layer.IsReadOnly ? $"global::System.Runtime.CompilerServices.Unsafe.AsRef(in {field}) = {call};" : $"{field} = {call};");
        }
    }
}

using Gen.Checks;
using Gen.Symbols;


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

            case Construction.InBaseConstructor or Construction.BuiltInBaseRegisteredOnUse
                when !module.Model.Occupied.Contains("BuildLayers"):
                sections.Add(() =>
                {
                    writer.Line("/// <summary>Runs in the base constructor, after the field initializers.</summary>");
                    writer.Line(Names.GeneratedCode).Line(Names.Hidden);
                    writer.Block("protected override void BuildLayers()", () =>
                    {
                        Assign(writer, built);
                        if (Constructions.Of(module.Model) == Construction.InBaseConstructor)
                        {
                            writer.Line("RegisterComponents();");
                        }
                        else
                        {
                            Keep(writer, module);
                        }
                    });
                });
                break;

            case Construction.OnUse when !module.Model.Occupied.Contains("_named_parameters"):
                sections.Add(() =>
                {
                    writer.Line(
                        "/// <summary>Runs in TorchSharp's constructor, after the field initializers and before the constructors of this "
                        + "class and its base.</summary>");
                    writer.Line(Names.GeneratedCode).Line(Names.Hidden);
                    writer.Block($"protected override (string name, {Names.Parameter} parameter)[] _named_parameters()", () =>
                    {
                        Assign(writer, built);
                        Keep(writer, module);
                        writer.Line("return base._named_parameters();");
                    });
                });
                break;
        }
    }

    /// <summary>A DisposeScope around the constructor may end before the first use.</summary>
    private static void Keep(SourceWriter writer, CheckedModule module)
    {
        var members = module.Model.Layers.Select(l => l.Name).Concat(module.Model.States.Select(s => s.Name)).Select(Identifier.Of);
        writer.Line($"{Names.Registration}.Keep({string.Join(", ", members)});");
    }

    /// <summary>A readonly field is written through a reference: this is still construction, but not a constructor.</summary>
    private static void Assign(SourceWriter writer, IEnumerable<(Model.LayerModel Layer, string Call)> built)
    {
        foreach (var (layer, call) in built)
        {
            var field = Identifier.Of(layer.Name);
            writer.Line(layer.IsReadOnly ? $"global::System.Runtime.CompilerServices.Unsafe.AsRef(in {field}) = {call};"
                : $"{field} = {call};");
        }
    }
}

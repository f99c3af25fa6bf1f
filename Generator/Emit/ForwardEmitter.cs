using Gen.Checking;
using Gen.Graph;
using Gen.Model;

namespace Gen.Emit;

/// <summary><c>forward</c>: the chain, or the wrapper of the user's <c>Forward</c>.</summary>
internal static class ForwardEmitter
{
    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        var model = module.Model;
        var steps = ChainGraph.Steps(model).ToArray();
        switch (model.Forward.Kind)
        {
            case ForwardKind.Method:
                sections.Add(() => Forward(writer, module, () =>
                {
                    writer.Line($"using var scope = {Names.ForwardScope}.Begin();");
                    writer.Line($"var result = Forward({string.Join(", ", model.Forward.Inputs.Select(i => Identifier.Of(i.Name)))});");
                    GuardEmitter.Output(writer, module, "result");
                    writer.Line("return scope.Return(result);");
                }));
                break;

            // A base class other than Module itself has a forward already, and may chain the derived class's layers in no known way.
            case ForwardKind.Chain when steps.Length > 0 && steps.All(s => s.Flow is LayerFlow.Tensor or LayerFlow.Recurrent or LayerFlow.Pair or LayerFlow.Triple):
                sections.Add(() => Forward(writer, module, () => Chain(writer, module, steps)));
                break;

            // What is missing was reported; the class must compile all the same.
            case ForwardKind.Chain or ForwardKind.None when model.Type.Base is null or { TakesName: true } && !model.Type.IsAbstract:
                sections.Add(() =>
                {
                    writer.Line("/// <inheritdoc/>").Line(Names.GeneratedCode);
                    writer.Line($"public override {model.Forward.Result} forward({Parameters(model)}) =>");
                    writer.Indented(() => writer.Line($"throw new global::System.InvalidOperationException({Identifier.Literal($"No forward could be generated for {model.Type.Name}: see its GEN diagnostics.")});"));
                });
                break;
        }
    }

    private static void Forward(SourceWriter writer, CheckedModule module, Action body)
    {
        var model = module.Model;
        writer.Line($"/// <summary>{Documentation.Headline(module)}</summary>");
        if (module.Inputs is not null)
        {
            writer.Line("/// <exception cref=\"global::Gen.ShapeMismatchException\">An input has another shape than the module declares.</exception>");
        }

        writer.Line(Names.GeneratedCode);
        writer.Block($"public override {model.Forward.Result} forward({Parameters(model)})", () =>
        {
            if (Constructions.Of(model) is Construction.BuiltInBaseRegisteredOnUse or Construction.OnUse)
            {
                writer.Line("RegisterComponents();");
            }

            GuardEmitter.Inputs(writer, module);
            body();
        });
    }

    private static string Parameters(ModuleModel model) => string.Join(", ", model.Forward.Inputs.Select(i => $"{i.Type} {Identifier.Of(i.Name)}"));

    /// <summary>Each value is freed when the next one is there; the input is the caller's, and stays.</summary>
    private static void Chain(SourceWriter writer, CheckedModule module, IReadOnlyList<LayerModel> steps)
    {
        var input = Identifier.Of(module.Model.Forward.Inputs[0].Name);
        writer.Line($"var current = {input};");
        writer.Block("try", () =>
        {
            foreach (var layer in steps)
            {
                var field = Identifier.Of(layer.Name);
                var call = layer.Flow switch
                {
                    LayerFlow.Recurrent => $"{Names.Intermediates}.First({field}, current)",
                    LayerFlow.Pair or LayerFlow.Triple => $"{Names.Intermediates}.First({field}.call(current))",
                    _ => $"{field}.call(current)",
                };
                var step = $"current = {Names.Intermediates}.Next({input}, current, {call});";
                if (layer.IsOptional)
                {
                    writer.Block($"if ({field} is not null)", () => writer.Line(step));
                }
                else
                {
                    writer.Line(step);
                }
            }

            GuardEmitter.Output(writer, module, "current");
            writer.Line("return current;");
        });
        writer.Block("catch", () => writer.Line($"{Names.Intermediates}.Release({input}, current);").Line("throw;"));
    }
}

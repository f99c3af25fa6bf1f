using Gen.Checks;
using Gen.Freeing;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary><c>forward</c>: the chain, or the wrapper of the user's <c>Forward</c>.</summary>
internal static class ForwardEmitter
{
    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        var model = module.Model;
        var steps = Model.Chain.Steps(model).ToArray();
        switch (model.Forward.Kind)
        {
            case ForwardKind.Method:
                sections.Add(() => Forward(writer, module, () => Method(writer, module)));
                OwnCall(writer, module, sections);
                break;

            // A base class other than Module itself has a forward already, and may chain the derived class's layers in no known way.
            case ForwardKind.Chain
                when steps.Length > 0
                    && steps.All(s => s.Flow is LayerFlow.Tensor or LayerFlow.Recurrent or LayerFlow.Pair or LayerFlow.Triple):
                sections.Add(() => Forward(writer, module, () => Chain(writer, module, steps)));
                OwnCall(writer, module, sections);
                break;

            // What is missing was reported; the class must compile all the same.
            case ForwardKind.Chain or ForwardKind.None when model.Type.Base is null or { TakesName: true }
                or { Forward: AbstractForward.Fits } && !model.Type.IsAbstract:
                sections.Add(() =>
                {
                    writer.Line("/// <inheritdoc/>").Line(Names.GeneratedCode);
                    writer.Line($"public override {model.Forward.Result} forward({Parameters(model)}) =>");
                    var reason = Identifier.Literal($"No forward could be generated for {model.Type.Name}: see its GEN diagnostics.");
                    writer.Indented(() => writer.Line($"throw new global::System.InvalidOperationException({reason});"));
                });
                break;
        }
    }

    private static void Forward(SourceWriter writer, CheckedModule module, Action body)
    {
        var model = module.Model;
        Documented(writer, module, $"{Documentation.Headline(module)}");
        writer.Block($"public override {model.Forward.Result} forward({Parameters(model)})", () =>
        {
            if (Constructions.Of(model) is Construction.BuiltInBaseRegisteredOnUse or Construction.OnUse)
            {
                writer.Line("RegisterComponents();");
            }

            if (model.IsRecomputed)
            {
                Recompute(writer, module);
            }

            GuardEmitter.Inputs(writer, module);
            body();
        });
    }

    /// <summary>The call that autograd sees; it comes back here for what is below.</summary>
    private static void Recompute(SourceWriter writer, CheckedModule module)
    {
        var inputs = module.Model.Forward.Inputs.ToArray();
        var all = Locals.Of(module, "inputs");
        writer.Block($"if ({Names.Recomputation}.Begins(this))", () => writer.Line(
            $"return {Names.Recomputation}.Run(this, {all} => forward("
            + $"{string.Join(", ", inputs.Select((x, i) => $"({x.Type}){all}[{i}]!"))}), "
            + $"{string.Join(", ", inputs.Select(x => Identifier.Of(x.Name)))});"));
        writer.Line();
    }

    private static void OwnCall(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        var model = module.Model;
        if (BasePart.HasOwnCall(model.Type, model.Forward) && !model.Occupied.Contains("call"))
        {
            sections.Add(() =>
            {
                Documented(writer, module, $"{Documentation.Headline(module)} Runs <c>forward</c> and the hooks of this module.");
                writer.Line(BasePart.Call(model.Forward));
            });
        }
    }

    private static void Documented(SourceWriter writer, CheckedModule module, string summary)
    {
        writer.Line($"/// <summary>{summary}</summary>");
        if (module.IsGuarded && module.Inputs is not null)
        {
            writer.Line(
                "/// <exception cref=\"global::Gen.ShapeMismatchException\">An input has another shape than the module "
                + "declares.</exception>");
        }

        writer.Line(Names.GeneratedCode);
    }

    private static string Parameters(ModuleModel model) => BasePart.Parameters(model.Forward);

    /// <summary>The user's <c>Forward</c>, and what it leaves behind.</summary>
    private static void Method(SourceWriter writer, CheckedModule module)
    {
        var model = module.Model;
        var inputs = model.Forward.Inputs.Select(i => Identifier.Of(i.Name)).ToArray();
        var (scope, result) = (Locals.Of(module, "scope"), Locals.Of(module, "result"));
        writer.Line($"var {scope} = {Names.ForwardScope}.Begin({Observed(model)}{Keeping(model)});");
        writer.Block("try", () =>
        {
            var given = string.Join(", ", inputs);
            var forward = model.Recomputed is { } recomputed
                ? $"(global::TorchSharp.torch.is_grad_enabled() ? {recomputed.Forward}({given}) : Forward({given}))" : $"Forward({given})";
            if (model.Freeing is null)
            {
                writer.Line($"var {result} = {forward};");
            }
            else
            {
                // In a debug build breakpoints stop where the user set them.
                writer.Directive("#if DEBUG").Line($"var {result} = {forward};").Directive("#else");
                writer.Line(
                    $"var {result} = {scope}.IsObserved ? {forward} : {FreeingEmitter.Method}({given}, {scope});")
                    .Directive("#endif");
            }

            GuardEmitter.Output(writer, module, result);
            writer.Line($"return {scope}.Return({result}, {string.Join(", ", inputs)});");
        });
        Failure(writer,
            $"{scope}.Failed({Locals.Of(module, "error")}, this, {Identifier.Literal(model.Type.Name)}, "
            + $"{string.Join(", ", inputs.Select(i => $"({Identifier.Literal(i)}, {i})"))})", module);
        writer.Block("finally", () => writer.Line($"{scope}.Dispose();"));
    }

    /// <summary>Something else may hold what is computed, and then perhaps what <c>Forward</c> is given or gives.</summary>
    private static string Keeping(ModuleModel model) => !model.MayKeep ? ""
        : $", mayKeepInputs: {Literal(model.Freeing is not { Stores: false })}, mayKeepResult: "
            + $"{Literal(model.Freeing is not { GivesHeld: false })}";

    private static string Literal(bool value) => value ? "true" : "false";

    /// <summary>C# that tells whether a layer has hooks.</summary>
    private static string Observed(ModuleModel model)
    {
        // What is never called takes no hooks.
        var layers = model.Layers.Where(l => l.TypeName is not ("ParameterList" or "ParameterDict"))
            .Select(l => $"{Names.Hooks}.{(IsPlain(l) ? "On" : "Within")}({Locals.Member(model, l.Name)})").ToArray();
        return $"isObserved: {(layers.Length == 0 ? "false" : string.Join(" || ", layers))}";
    }

    /// <summary>Each value is freed when the next one is there; the input is the caller's, and stays.</summary>
    private static void Chain(SourceWriter writer, CheckedModule module, IReadOnlyList<LayerModel> steps)
    {
        var (chain, result) = (Locals.Of(module, "chain"), Locals.Of(module, "result"));
        writer.Line($"var {chain} = new {Names.ChainFlow}({Identifier.Of(module.Model.Forward.Inputs[0].Name)});");
        writer.Block("try", () =>
        {
            foreach (var layer in steps)
            {
                var field = Locals.Member(module.Model, layer.Name);
                var (before, behind) = Trust.MayKeep(layer) ? ($"{chain}.MayKeep = true; ", $" {chain}.MayKeep = false;") : ("", "");
                var isThrough = layer.Flow != LayerFlow.Tensor || layer.Factory == "Sequential" || IsPlain(layer);
                var call = layer.Recomputed is { } every ? $"Recomputed({field}{(layer.TypeName == "Sequential" ? $", {every}" : "")})"
                    : $"{(isThrough ? "Through" : "ThroughAny")}({field})";
                var step = $"{before}{chain}.{call};{behind}";
                if (layer.IsOptional)
                {
                    writer.Block($"if ({field} is not null)", () => writer.Line(step));
                }
                else
                {
                    writer.Line(step);
                }
            }

            if (GuardEmitter.ChecksOutput(module))
            {
                writer.Line($"var {result} = {chain}.Current;");
                GuardEmitter.Output(writer, module, result);
            }

            writer.Line($"return {chain}.Result();");
        });
        Failure(writer, $"{chain}.Failed({Locals.Of(module, "error")}, this, {Identifier.Literal(module.Model.Type.Name)})", module);
    }

    /// <summary>An error of the native library is thrown on with the place and the shapes; all others as they are.</summary>
    private static void Failure(SourceWriter writer, string failed, CheckedModule module) =>
        writer.Block($"catch (global::System.Exception {Locals.Of(module, "error")})", () =>
    {
        var (error, failure) = (Locals.Of(module, "error"), Locals.Of(module, "failure"));
        var replaced = GuardEmitter.Needs(module) is { } needs
            ? $"{Names.ShapeGuard}.Failed({error}, {failed}, this, {Identifier.Literal(module.Model.Type.Name)}, {needs})" : failed;
        writer.Block($"if ({replaced} is {{ }} {failure})", () => writer.Line($"throw {failure};"));
        writer.Line().Line("throw;");
    });

    /// <summary>A layer that has nothing within it to look at, and gives what is new: of TorchSharp, or generated and looking after
    /// itself.</summary>
    private static bool IsPlain(LayerModel layer) => layer.Nested is { } nested
        ? nested is { IsHandWritten: false, Contract: null, Forward.Kind: ForwardKind.Chain or ForwardKind.Method }
            && (layer.IsExact || nested.Type.IsSealed)
        : layer.Type.StartsWith("global::TorchSharp.Modules.", StringComparison.Ordinal)
            && layer.Factory is not ("Sequential" or "ModuleList" or "ModuleDict")
            && layer.TypeName is not ("Sequential" or "ModuleList" or "ModuleDict");
}

using Gen.Checks;
using Gen.Model;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>The user's <c>Forward</c> once more, with each tensor freed after its last use.</summary>
internal static class FreeingEmitter
{
    public const string Method = "ForwardAndFree";

    /// <summary>The body reads as it does in its own file.</summary>
    public static void Usings(SourceWriter writer, ModuleModel model)
    {
        var usings = (model.Freeing?.Usings ?? default).Concat(model.Recomputed?.Usings ?? default).Distinct().ToArray();
        if (usings.Length > 0)
        {
            foreach (var directive in usings)
            {
                writer.Line(directive);
            }

            writer.Line();
        }
    }

    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        if (module.Model.Freeing is { } body)
        {
            sections.Add(() =>
            {
                writer.Directive("#if !DEBUG").Directive("#nullable disable warnings").Directive("#pragma warning disable");
                writer.Line(
                    "/// <summary>What <c>Forward</c> does, in its order; each tensor that it computes is freed after its last "
                    + "use.</summary>");
                writer.Line(Names.GeneratedCode);
                writer.Block($"private {module.Model.Forward.Result} {Method}({body.Parameters}, {Names.ForwardScope} {body.Scope})",
                    () => Steps(writer, body.Scope, body.Steps));
                writer.Directive("#endif");
            });
        }
    }

    /// <summary>The user's methods once more, with layers that are computed again.</summary>
    public static void AddRecomputed(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        foreach (var method in module.Model.Recomputed?.Methods ?? default)
        {
            sections.Add(() =>
            {
                writer.Directive("#nullable disable warnings").Directive("#pragma warning disable");
                writer.Line("/// <summary>What the method does from whose name its own is made; backward computes layers again.</summary>");
                writer.Line(Names.GeneratedCode).Line(method);
            });
        }
    }

    private static void Steps(SourceWriter writer, string scope, EquatableArray<FreeingStep> steps)
    {
        foreach (var step in steps)
        {
            switch (step)
            {
                case FreeingStep.Line line:
                    writer.Line(line.Text);
                    break;
                case FreeingStep.Free free:
                    writer.Line($"{scope}.Free({string.Join(", ", free.Others.Prepend(free.Value).Select(Identifier.Of))});");
                    break;
                case FreeingStep.Block block:
                    writer.Block(block.Header, () => Steps(writer, scope, block.Steps));
                    break;
            }
        }
    }
}

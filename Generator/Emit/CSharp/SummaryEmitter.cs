using Gen.Checks;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>
/// <c>Summary(...)</c>: what a call runs, from what is known at compile time. Every module in it stands once for each way in which it is
/// used, however often that is: the twelve blocks of GPT-2 are one graph.
/// </summary>
internal static class SummaryEmitter
{
    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        if (module.Model.Occupied.Contains("Summary"))
        {
            return;
        }

        var expressions = new SizeExpressions("summary", "at");
        var steps = new SummarySteps(expressions);
        steps.Add(module.Trace);
        var figures = new[] { module.ParameterCount, module.MultiplyAdds, module.TorchinfoMultiplyAdds }.Select(expressions.Of).ToArray();
        var sizes = Sizes(module, expressions).ToArray();
        if (sizes.Any(s => s.Field is not null))
        {
            sections.Add(() =>
            {
                foreach (var (_, _, field) in sizes.Where(s => s.Field is not null))
                {
                    writer.Line(field!);
                }
            });
        }

        sections.Add(() =>
        {
            writer.Line("/// <summary>The table of layers with their shapes, counts and memory; nothing is run for it.</summary>");
            writer.Line(
                "/// <param name=\"at\">The sizes of named dimensions, such as <c>\"B=64\"</c>; what is not given stays a name.</param>");
            writer.Line(
                "/// <exception cref=\"global::System.ArgumentException\">A size is malformed, or no dimension has its name.</exception>");
            writer.Line(Names.GeneratedCode);
            writer.Block($"public {CountEmitter.New(module, "Summary")}{Names.ModuleSummary} Summary(string? at = null)", () =>
            {
                if (expressions.Names.Count > 0)
                {
                    var locals = expressions.Names.Select(n => $"{n.Value} = {Identifier.Literal(n.Key)}");
                    writer.Line($"{Names.Size} {string.Join(", ", locals)};");
                }

                var (name, signature) = (Identifier.Literal(module.Model.Type.Name), Identifier.Literal(Signature(module)));
                writer.Line($"var summary = new {Names.SummaryBuilder}({string.Join(", ", [name, signature, .. figures])});");
                if (steps.FreesAtLastUse)
                {
                    writer.Line("#if DEBUG").Line("summary.KeepsToTheEnd();").Line("#endif");
                }

                foreach (var (size, value, _) in sizes)
                {
                    writer.Line($"summary.Given({Identifier.Literal(size)}, {value});");
                }

                foreach (var line in steps.Lines)
                {
                    writer.Line($"summary.{line};");
                }

                writer.Line("return summary.Build(this, at);");
            });
        });
    }

    private static string? Signature(CheckedModule module) => module.Inputs is { } inputs
        ? Shape.ToShapeString(inputs)
            + (module.Outputs is { } outputs ? $" -> {Shape.ToShapeString(outputs)}" : "")
        : null;

    /// <summary>The constructor's parameters that figures name, where their values are at hand: in a field of the user's, or in one made
    /// here.</summary>
    private static IEnumerable<(string Name, string Value, string? Field)> Sizes(CheckedModule module, SizeExpressions expressions)
    {
        var constructor = module.Model.Constructor;
        var kept = GuardEmitter.KeptNames(module);
        foreach (var parameter in constructor.Names.Where(p => (p.IsInteger || p.IsBoolean) && expressions.Names.ContainsKey(p.Name)))
        {
            var own = GuardEmitter.Kept(parameter.Name);
            if (constructor.Kind == ConstructorKind.Primary)
            {
                var isKept = kept.Contains(parameter.Name);
                yield return (parameter.Name, own, isKept ? null
                    : $"private readonly long {own} = {Number(parameter, Identifier.Of(parameter.Name))};");
            }
            else if (parameter.Field is { } field)
            {
                yield return (parameter.Name, Number(parameter, Locals.Member(field, ["summary", "at", .. expressions.Names.Values])),
                    null);
            }
        }
    }

    private static string Number(ConstructorParameter parameter, string value) => parameter.IsBoolean ? $"{value} ? 1L : 0L" : value;
}

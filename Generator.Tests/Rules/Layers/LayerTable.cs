using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Tests.Rules.Layers;

/// <summary>The rules as the page <c>docs/layers.md</c>: each is asked with names for all sizes.</summary>
internal static class LayerTable
{
    public static string Print()
    {
        var page = new StringBuilder("""
            # Layers

            What Gen knows about the layers of `torch.nn` in TorchSharp 0.107.0. The formulas are what the rules give when every
            size is a name: the names of the factory's parameters and of the input's dimensions. A window, a stride or a padding
            can be given for each dimension. The formulas use one for all. `//` rounds down. `*B` stands for any number of
            dimensions. Multiply-adds follow the usual rule: weights times output positions. Biases are not counted. `-1` in an
            attribute stands for the size named in the last column.

            Gen also checks the states, masks and offsets that a call takes after its inputs. With an `output_size`, the size of
            the output is left open.

            The tests compare every rule with the real layer, in thousands of random constructions and calls. The page is printed
            from the rules by `dotnet run --project Generator.Tests -c Release -- layers docs/layers.md`.


            """);
        foreach (var (family, rules) in LayerRules.Families)
        {
            page.Append(null, $"## {family}\n\n");
            var rows = rules.OrderBy(r => r.Factory, StringComparer.Ordinal).Select(Row).ToArray();
            string[] titles = ["Layer", "Input -> output", "Parameters and buffers", "Parameter count", "Multiply-adds", "`-1`"];
            var shown = Enumerable.Range(0, titles.Length).Where(i => i < 2 || rows.Any(r => r[i].Length > 0)).ToArray();
            page.Append(null, $"| {string.Join(" | ", shown.Select(i => titles[i]))} |\n|{string.Concat(shown.Select(_ => " --- |"))}\n");
            foreach (var row in rows)
            {
                page.Append(null, $"| {string.Join(" | ", shown.Select(i => row[i]))} |\n");
            }

            page.Append('\n');
        }

        page.Append("## Without a rule\n\n| Layer | Why |\n| --- | --- |\n");
        foreach (var (factory, reason) in LayerRules.WithoutRule)
        {
            page.Append(null, $"| `{factory}` | {reason} |\n");
        }

        return Docs.Markdown.Wrap(page.ToString().ReplaceLineEndings("\n"));
    }

    private static string[] Row(LayerRule rule)
    {
        var arguments = new LayerArguments(Simplest(rule.Factory).GetParameters().Select(p => new Argument(p.Name!, Symbol(p), null)));
        var sides = rule.Shapes.Split("->");
        var call = new LayerCall(arguments, Shapes(sides[0]), Facts.None);
        rule.Arguments(call);
        var output = rule.Output(call);
        var state = rule.State(arguments).ToArray();
        var isTold = !call.Failed && !output.IsUnknownRank && !output.HasVariadic && !output.Dims.Any(d => d.IsUnknown);
        var count = state.Where(t => t.IsParameter).Aggregate(Dim.Zero, (sum, t) => sum + t.Shape.Elements);
        var adds = rule.MultiplyAdds(call, Shapes(sides[1])[0]);
        return
        [
            $"[{rule.Factory}]({rule.Manual})",
            Code($"{sides[0].Trim()} -> {(isTold ? Text(output, rule.Shapes) : sides[1].Trim())}"),
            string.Join(", ", state.Where(t => !t.Shape.IsUnknownRank)
                .Select(t => Code($"{t.Name} {t.Shape}") + (t.IsParameter ? "" : " (buffer)"))),
            count.IsUnknown || count.Equals(Dim.Zero) ? "" : Code(count.ToString()),
            adds.IsUnknown || adds.Equals(Dim.Zero) ? "" : Code(adds.ToString()),
            rule.Infers is { } size ? Code(size.Parameter) : "",
        ];
    }

    /// <summary>The rules are asked with one dimension, <c>N</c>, where any number may stand.</summary>
    private static Shape[] Shapes(string side) =>
        [.. side.Split(',').Select(s => ShapeParser.ParseShape(s.Trim().Replace("*B", "N", StringComparison.Ordinal)).Shape
            ?? Shape.UnknownRank)];

    private static string Text(Shape shape, string written) => shape.Rank == 0
        ? "()"
        : string.Join(' ',
            shape.Dims.Select(d => d.ToString() is "N" && written.Contains("*B", StringComparison.Ordinal) ? "*B" : d.ToString()));

    private static string Code(string text) => $"`{text}`";

    /// <summary>The overload that takes numbers where others take tuples and arrays.</summary>
    private static MethodInfo Simplest(string factory) => Factories.All[factory]
        .OrderBy(m => m.GetParameters().Count(p => IsSeveral(p.ParameterType)))
        .ThenByDescending(m => m.GetParameters().Count(p => Plain(p.ParameterType) == typeof(long)))
        .First();

    private static bool IsSeveral(Type type) => type.IsArray || typeof(ITuple).IsAssignableFrom(Plain(type))
        || Plain(type) == typeof(double);

    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static Value Symbol(ParameterInfo parameter) => Plain(parameter.ParameterType) switch
    {
        _ when IsOne(parameter) => new Value.Integer(Dim.One),
        var type when type == typeof(long) || type == typeof(int) => new Value.Integer(Dim.Name(parameter.Name!)),
        var type when type == typeof(bool) => new Value.Boolean(parameter.DefaultValue is true || parameter.Name is "affine"),
        var type when type == typeof(double) => parameter.DefaultValue is double number ? new Value.Real(number) : new Value.Null(),
        { IsEnum: true } type => new Value.Enumeration(type.Name,
            Enum.GetName(type, parameter.DefaultValue is { } value and not DBNull ? value : 0)!),
        { IsArray: true } => new Value.List(new[] { (Value)new Value.Integer(Dim.Name(parameter.Name!)) }.ToEquatableArray()),
        var type when typeof(ITuple).IsAssignableFrom(type) && !parameter.HasDefaultValue =>
            new Value.List(type.GetGenericArguments().Select((_, i) => (Value)new Value.Integer(Dim.Name($"{parameter.Name}{i}")))
                .ToEquatableArray()),
        _ => new Value.Null(),
    };

    /// <summary>Groups and dimensions of a usual construction.</summary>
    private static bool IsOne(ParameterInfo parameter) => parameter.Name is "numLayers" or "num_layers" or "output_padding";
}

using Gen.Checks;
using Gen.Exports;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>Lines that tell how the layers are built, each under its key: some of TorchSharp's do not tell it themselves.</summary>
internal sealed class LayerArgumentLines(List<string> lines, GivenValues given, string graph, CheckedModule module)
{
    /// <param name="layer">The layer.</param>
    /// <param name="key">C# for its key.</param>
    public void Add(LayerModel layer, string key)
    {
        if (layer.Condition is not null || layer.Given is not null || layer.Nested is not null)
        {
            return;
        }

        if (Chain.Items(layer) is { } items)
        {
            foreach (var item in items)
            {
                Add(item.Layer, $"{key} + {Identifier.Literal("." + item.Key)}");
            }
        }
        else if (Chain.Parts(layer) is { } parts)
        {
            var first = Dim.Zero;
            foreach (var part in parts)
            {
                for (var i = 0; i < part.Layers.Count; i++)
                {
                    Repeat(part.Layers[i], key, first + Dim.Of(i), part.Layers.Count);
                }

                first += part.Modules;
            }
        }
        else if (layer.Factory is { } factory && layer.NotUnderstood is null)
        {
            var arguments = layer.Arguments.Select(a => (a.Parameter, Text: Argument(layer, a))).Where(a => a.Text is not null)
                .Select(a => $", ({Identifier.Literal(a.Parameter)}, {a.Text})");
            lines.Add($"{graph}.Built({key}, {Identifier.Literal(factory)}{string.Concat(arguments)});");
        }
    }

    private string? Argument(LayerModel layer, Argument argument) =>
        module.Inferred.FirstOrDefault(i => i.Layer == layer.Name && i.Parameter == argument.Parameter) is { } inferred
            ? given.Number(inferred.Size)
            : argument.Value is Value.Module item ? Module(item.Layer)
            : given.Operand(argument.Value) ?? (argument.Written is null ? null : $"{Names.ExportOperand}.Unknown");

    /// <summary>A layer that another one is built of: its arguments by their names.</summary>
    private string Module(LayerModel layer) => $"{Names.ExportOperand}.List({string.Join(", ", layer.Arguments
        .Select(a => (a.Parameter, Text: Argument(layer, a))).Where(a => a.Text is not null)
        .Select(a => $"{Names.ExportOperand}.List({Identifier.Literal(a.Parameter)}, {a.Text})"))})";

    /// <param name="repeated">The layer.</param>
    /// <param name="key">C# for the key of its container.</param>
    /// <param name="first">Its first place in the container.</param>
    /// <param name="step">How far its places are from each other.</param>
    private void Repeat(RepeatedLayer repeated, string key, Dim first, int step)
    {
        // The number of a turn is a name of its own here.
        const string Turn = "__turn";
        if (given.Number(repeated.Count) is not { } count || given.Number(first) is not { } start || repeated.Layer.Factory is null)
        {
            return;
        }

        var inner = new List<string>();
        var one = repeated.At(Dim.Zero);
        var isSame = repeated.Index.Length == 0 || one.Arguments.Equals(repeated.At(Dim.One).Arguments);
        var turn = step == 1 ? Turn : $"({Turn} * {step.ToString(System.Globalization.CultureInfo.InvariantCulture)})";
        var place = first.Equals(Dim.Zero) ? turn : $"({start} + {turn})";
        new LayerArgumentLines(inner, given, graph, module).Add(one, $"{key} + \".\" + {place}");
        if (isSame && inner.Count > 0)
        {
            lines.Add($"for (var {Turn} = 0L; {Turn} < {count}; {Turn}++)");
            lines.Add("{");
            lines.AddRange(inner.Select(l => "    " + l));
            lines.Add("}");
        }
    }
}

namespace Gen.Tests.Rules.Operations.Programs;

/// <content>Layers.</content>
internal sealed partial class ProgramWriter
{
    /// <summary>A field with a layer, built by its initializer or by its attribute; its name.</summary>
    private string Field(string type, string arguments, bool isFixedByNumbers = true)
    {
        var name = Fresh(type[..2].ToLowerInvariant());
        fields.Add(isFixedByNumbers && random.Next(2) == 0
            ? $"[Layer{(arguments.Length == 0 ? "" : $"({arguments})")}] private readonly {type} {name};"
            : $"[Layer] private readonly {type} {name} = {type}({arguments});");
        return name;
    }

    private bool CanLayer(Variable x, int at) => mayUseFields && x.Kind == Element.Real && x.Dims[at].IsFixed && Takes(x);

    private Extent NewWidth() => random.Next(1, 9);

    private Variable? Linear(Variable x)
    {
        if (x.Rank == 0 || !CanLayer(x, x.Rank - 1))
        {
            return null;
        }

        var (from, to) = (x.Dims[^1], random.Next(6) == 0 ? x.Dims[^1] * 2 : NewWidth());
        var isNumber = from.IsNumber && to.IsNumber;
        var name = isNumber && random.Next(4) == 0 ? Inferred("Linear", to.Text)
            : Field("Linear", $"{from.Code}, {to.Code}{Pick("", "", ", hasBias: false")}", isFixedByNumbers: false);
        return Let($"{name}.call({x.Name})", With(x.Dims, x.Rank - 1, to), over: x);
    }

    private string Inferred(string type, string rest)
    {
        var name = Fresh(type[..2].ToLowerInvariant());
        fields.Add($"[Layer(-1{(rest.Length == 0 ? "" : $", {rest}")})] private readonly {type} {name};");
        return name;
    }

    private Variable? SameLinear(Variable x)
    {
        if (x.Rank == 0 || !CanLayer(x, x.Rank - 1))
        {
            return null;
        }

        var width = x.Dims[^1];
        return Let($"{Field("Linear", $"{width.Code}, {width.Code}", width.IsNumber)}.call({x.Name})", x.Dims, over: x);
    }

    private Variable? ActivationLayer(Variable x)
    {
        if (!mayUseFields || x.Kind != Element.Real || x.Rank == 0)
        {
            return null;
        }

        var type = Pick("ReLU", "GELU", "Sigmoid", "Dropout", "ELU", "Identity", "SiLU", "Tanh", "Softmax");
        return Let($"{Field(type, type == "Softmax" ? Dim(random.Next(x.Rank), x.Rank) : "")}.call({x.Name})", x.Dims, over: x);
    }

    private Variable? Normalise(Variable x)
    {
        switch (random.Next(4))
        {
            case 0 when x.Rank >= 1 && CanLayer(x, x.Rank - 1):
                return Let($"{Field("LayerNorm", x.Dims[^1].Code, x.Dims[^1].IsNumber)}.call({x.Name})", x.Dims, over: x);
            case 1 when x.Rank is 2 or 3 && CanLayer(x, 1):
                return Let($"{Field("BatchNorm1d", x.Dims[1].Code, x.Dims[1].IsNumber)}.call({x.Name})", x.Dims, over: x);
            case 2 when x.Rank == 4 && CanLayer(x, 1):
                var batchNorm = x.Dims[1].IsNumber && random.Next(3) == 0 ? Inferred("BatchNorm2d", "")
                    : Field("BatchNorm2d", x.Dims[1].Code, x.Dims[1].IsNumber);
                return Let($"{batchNorm}.call({x.Name})", x.Dims, over: x);
            case 3 when x.Rank >= 3 && CanLayer(x, 1) && x.Dims[1].IsNumber && x.Dims[1].Value % 2 == 0
                && x.Elements > x.Dims[0].Value * x.Dims[1].Value:
                return Let($"{Field("GroupNorm", $"2, {x.Dims[1].Code}")}.call({x.Name})", x.Dims, over: x);
            default:
                return null;
        }
    }

    /// <summary><c>(L + 2p - k)//s + 1</c>.</summary>
    private static Extent Windows(Extent length, long kernel, long stride, long padding)
    {
        var rest = 2 * padding - kernel;
        var sum = rest >= 0 ? length + rest : length - -rest;
        return (stride == 1 ? sum : sum / stride) + 1;
    }

    private Variable? Convolve1(Variable x)
    {
        if (x.Rank != 3 || !CanLayer(x, 1))
        {
            return null;
        }

        var (kernel, stride, padding, to) = (random.Next(1, 4), random.Next(1, 3), random.Next(0, 2), NewWidth());
        return Let(
            $"{Field("Conv1d", $"{x.Dims[1].Code}, {to.Code}, {kernel}, {stride}L, {padding}L", isFixedByNumbers: false)}.call({x.Name})",
            [x.Dims[0], to, Windows(x.Dims[2], kernel, stride, padding)]);
    }

    private Variable? Convolve2(Variable x)
    {
        if (x.Rank != 4 || !CanLayer(x, 1))
        {
            return null;
        }

        var (kernel, stride, padding, to) = (random.Next(1, 4), random.Next(1, 3), random.Next(0, 2), NewWidth());
        var rest = padding == 0 ? "" : $", padding: {padding}L";
        Extent[] dims = [x.Dims[0], to, Windows(x.Dims[2], kernel, stride, padding), Windows(x.Dims[3], kernel, stride, padding)];
        var arguments = $"{x.Dims[1].Code}, {to.Code}, {kernel}, stride: {stride}{rest}";
        return dims.All(d => d.Value >= 1)
            ? Let($"{Field("Conv2d", arguments, isFixedByNumbers: false)}.call({x.Name})", dims, over: x) : null;
    }

    private Variable? Pool(Variable x)
    {
        if (!mayUseFields || x.Kind != Element.Real || x.Rank is not (3 or 4))
        {
            return null;
        }

        var kernel = random.Next(1, 4);
        var (plane, lead) = (x.Rank - 2, x.Dims[..2]);
        if (random.Next(3) == 0)
        {
            var size = random.Next(1, 4);
            return Let($"{Field($"AdaptiveAvgPool{plane}d", Text(size))}.call({x.Name})",
                [.. lead, .. Enumerable.Repeat((Extent)size, plane)], over: x);
        }

        return Let($"{Field($"{Pick("Max", "Avg")}Pool{plane}d", $"{kernel}, stride: {kernel}", isFixedByNumbers: false)}.call({x.Name})",
            [.. lead, .. x.Dims[2..].Select(d => Windows(d, kernel, kernel, 0))], over: x);
    }

    private Variable? Embed(Variable x)
    {
        if (!mayUseFields || (x.Kind != Element.Index && !(x.Type is not ("int64" or "int32") && Slips())))
        {
            return null;
        }

        var width = NewWidth();
        return random.Next(4) == 0
            ? Let($"functional.one_hot({x.Name}, {width.Value + 1}).to(float32)", [.. x.Dims, width + 1])
            : Let($"{Field("Embedding", $"50, {width.Code}")}.call({x.Name})", [.. x.Dims, width], type: "float32");
    }

    private Variable? Recur(Variable x)
    {
        if (x.Rank != 3 || !CanLayer(x, 2))
        {
            return null;
        }

        var (type, width, both) = (Pick("LSTM", "GRU"), NewWidth(), random.Next(3) == 0);
        var field = Field(type, $"{x.Dims[2].Code}, {width.Code}, batchFirst: true{(both ? ", bidirectional: true" : "")}",
            isFixedByNumbers: false);
        var name = Fresh("v");
        statements.Add($"var ({name}, {(type == "LSTM" ? "_, _" : "_")}) = {field}.call({x.Name});");
        live.Add(new(name, [x.Dims[0], x.Dims[1], both ? width * 2 : width], Type: x.Type));
        return live[^1];
    }

    private Variable? Attend(Variable x)
    {
        if (x.Rank != 3 || !CanLayer(x, 2) || !x.Dims[2].IsNumber)
        {
            return random.Next(3) == 0 && x is { Rank: 3, Kind: Element.Real }
                ? Let($"functional.scaled_dot_product_attention({x.Name}, {x.Name}, {x.Name})", x.Dims, over: x) : null;
        }

        var heads = Enumerable.Range(1, 4).Where(h => x.Dims[2].Value % h == 0).Last();
        var name = Fresh("v");
        statements.Add(
            $"var ({name}, _) = {Field("MultiheadAttention", $"{x.Dims[2].Code}, {heads}", isFixedByNumbers: false)}.call({x.Name}, "
            + $"{x.Name}, {x.Name}, null!, false, null!);");
        live.Add(x with { Name = name });
        return live[^1];
    }

    /// <summary>Several layers in a <c>Sequential</c>, or in a list that a loop runs through.</summary>
    private Variable? Sequence(Variable x)
    {
        if (x.Rank == 0 || !CanLayer(x, x.Rank - 1))
        {
            return null;
        }

        var (from, wide, to) = (x.Dims[^1], NewWidth(), NewWidth());
        var name = Fresh("all");
        switch (random.Next(3))
        {
            case 0:
                fields.Add(
                    $"[Layer] private readonly Sequential {name} = Sequential(Linear({from.Code}, {wide.Code}), "
                    + $"{Pick("ReLU()", "GELU()", "Dropout(0.1)")}, Linear({wide.Code}, {to.Code}));");
                return Let($"{name}.call({x.Name})", With(x.Dims, x.Rank - 1, to), over: x);
            case 1:
                fields.Add(
                    $"[Layer] private readonly Sequential {name} = Sequential([(\"up\", Linear({from.Code}, {wide.Code})), (\"norm\", "
                    + $"LayerNorm({wide.Code}))]);");
                return Let($"{name}.call({x.Name})", With(x.Dims, x.Rank - 1, wide), over: x);
            default:
                fields.Add(
                    $"[Layer] private readonly ModuleList<Linear> {name} = ModuleList(Enumerable.Range(0, {random.Next(1, 4)}).Select(_ "
                    + $"=> Linear({from.Code}, {from.Code})).ToArray());");
                if (Let($"{x.Name} * 1", x.Dims) is not { } y)
                {
                    return null;
                }

                statements.Add(random.Next(2) == 0
                    ? $"foreach (var layer in {name})\n{{\n    {y.Name} = layer.call({y.Name});\n}}"
                    : $"for (var i = 0; i < {name}.Count; i++)\n{{\n    {y.Name} = {name}[i].call({y.Name}).relu();\n}}");
                return y;
        }
    }

    private Variable? FlattenLayer(Variable x)
    {
        if (!mayUseFields || x.Rank < 3 || x.Kind != Element.Real)
        {
            return null;
        }

        return Let($"{Field("Flatten", "")}.call({x.Name})", [x.Dims[0], Extent.Product(x.Dims[1..])], over: x);
    }
}

using Gen.Rules.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Layers;

/// <summary>Inputs for a layer: mostly such as its rule describes, and often wrong in rank, channels or size.</summary>
internal static class RandomInputs
{
    public static long[][] Shapes(LayerRule rule, Case @case, Random random, bool isEmpty = false)
    {
        var names = @case.Arguments.Where(a => a.Value is Model.Value.Integer { Dim.Constant: not null })
            .ToDictionary(a => a.Parameter, a => Math.Clamp(((Model.Value.Integer)a.Value).Dim.Constant!.Value, 0, 12),
                StringComparer.Ordinal);
        if (names.TryGetValue("embedded_dim", out var size))
        {
            names.TryAdd("kdim", size);
            names.TryAdd("vdim", size);
        }

        foreach (var inner in @case.Arguments.Select(a => a.Value).OfType<Model.Value.Module>().SelectMany(m => m.Layer.Arguments))
        {
            names.TryAdd(inner.Parameter, inner.Value is Model.Value.Integer { Dim.Constant: { } number } ? number : 1);
        }

        foreach (var list in @case.Arguments.Where(a => a.Value is Model.Value.List))
        {
            names.TryAdd(list.Parameter, ((Model.Value.List)list.Value).Items.OfType<Model.Value.Integer>()
                .Select(i => Math.Clamp(i.Dim.Constant ?? 1, 1, 12)).LastOrDefault(3));
        }

        if (rule.Factory == "Fold" && random.Next(3) > 0)
        {
            return [FoldInput(@case, random)];
        }

        if (rule.Factory.StartsWith("EmbeddingBag", StringComparison.Ordinal) && random.Next(2) == 0)
        {
            return [[random.Next(1, 9)]];
        }

        var inputs = rule.Shapes.Split("->")[0].Split(',').Select(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var variadics = new Dictionary<string, long[]>(StringComparer.Ordinal);
        if (rule.Factory == "Upsample")
        {
            var sizes = @case.Arguments.Select(a => a.Value).OfType<Model.Value.List>().FirstOrDefault()?.Items.Count;
            var spatial = Case.SpatialOf(@case.LayerArguments.Member("mode")) ?? sizes ?? random.Next(1, 4);
            variadics["*S"] = [.. Enumerable.Range(0, spatial).Select(_ => (long)random.Next(isEmpty ? 0 : 1, 6))];
        }

        if (isEmpty)
        {
            // One that several inputs have in common is 0 in all of them.
            foreach (var name in inputs.SelectMany(t => t).Where(t => !t.Contains('*', StringComparison.Ordinal) && random.Next(3) == 0))
            {
                names.TryAdd(name, 0);
            }

            variadics.TryAdd("*B", [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (long)random.Next(3))]);
            variadics.TryAdd("*S", [.. Enumerable.Range(0, random.Next(3)).Select(_ => (long)random.Next(3))]);
        }

        return [.. inputs.Take(rule.Inputs).Select(tokens =>
            Shape(tokens, names, variadics, rule.Factory == "Upsample" ? 16 : 8 * rule.Inputs, random))];
    }

    /// <summary>As many blocks as the arguments make of the output's size.</summary>
    private static long[] FoldInput(Case @case, Random random)
    {
        long Size(string parameter, int i, long otherwise) =>
            @case.LayerArguments.Sizes(parameter, 2, [Gen.Shapes.Dim.Of(otherwise), Gen.Shapes.Dim.Of(otherwise)])[i].Constant ?? otherwise;
        var (area, blocks) = (1L, 1L);
        for (var i = 0; i < 2; i++)
        {
            var kernel = Size("kernel_size", i, 1);
            area *= kernel;
            blocks *= ((Size("output_size", i, 1) + (2 * Size("padding", i, 0)) - (Size("dilation", i, 1) * (kernel - 1)) - 1) / Math.Max(1,
                Size("stride", i, 1))) + 1;
        }

        long[] shape = [random.Next(1, 4), random.Next(1, 4) * Math.Max(1, area), Math.Max(1, blocks)];
        return random.Next(4) == 0 ? shape[1..] : shape;
    }

    /// <summary>Indexes where the rule says so, class numbers for a loss's target, else random numbers.</summary>
    public static Tensor Tensor(LayerRule rule, Case @case, int index, long[][] shapes)
    {
        if (rule.TakesIndexes)
        {
            var rows = @case.LayerArguments["num_embeddings"].Constant ?? ((Tensor?)@case.Values[0])?.shape[0] ?? 1;
            return randint(0, Math.Max(1, rows), shapes[index], dtype: ScalarType.Int64);
        }

        switch (rule.Factory)
        {
            case "CrossEntropyLoss" or "NLLLoss" or "MultiMarginLoss" when index == 1:
                return zeros(shapes[1], dtype: ScalarType.Int64);
            case "MultiLabelMarginLoss" when index == 1:
                return zeros(shapes[1], dtype: ScalarType.Int64);
            case "MaxUnpool1d" or "MaxUnpool2d" or "MaxUnpool3d" when index == 1:
                return zeros(shapes[1], dtype: ScalarType.Int64);
            case "CosineEmbeddingLoss" when index == 2:
                return ones(shapes[2]);
            default:
                return rand(shapes[index]);
        }
    }

    private static long[] Shape(string[] tokens, Dictionary<string, long> names, Dictionary<string, long[]> variadics, int seldom,
        Random random)
    {
        var dims = new List<long>();
        foreach (var token in tokens)
        {
            if (token[0] == '*')
            {
                if (!variadics.TryGetValue(token, out var some))
                {
                    variadics[token] = some = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => (long)random.Next(1, 6))];
                }

                dims.AddRange(some);
            }
            else if (names.TryGetValue(token, out var known))
            {
                dims.Add(known);
            }
            else if (token.Contains('*', StringComparison.Ordinal))
            {
                dims.Add(random.Next(1, 4) * random.Next(1, 4) * random.Next(1, 4));
            }
            else
            {
                dims.Add(names[token] = random.Next(1, token is "H" or "W" or "L" or "D" ? 12 : 5));
            }
        }

        // Of several inputs, mostly one is wrong.
        return Wrong(dims, seldom, random);
    }

    /// <summary>Now and then a dimension too few or too many, another size, no batch, or nothing in it.</summary>
    public static long[] Wrong(List<long> dims, int seldom, Random random)
    {
        switch (random.Next(seldom))
        {
            case 0 when dims.Count > 0:
                dims.RemoveAt(random.Next(dims.Count));
                break;
            case 1:
                dims.Insert(random.Next(dims.Count + 1), random.Next(1, 5));
                break;
            case 2 when dims.Count > 0:
                dims[random.Next(dims.Count)] = random.Next(1, 9);
                break;
            case 3 when dims.Count > 0:
                // Without the batch.
                dims.RemoveAt(0);
                break;
            case 4 when dims.Count > 0 && random.Next(2) == 0:
                dims[random.Next(dims.Count)] = 0;
                break;
        }

        return [.. dims];
    }
}

namespace Gen.Tests.Rules.Operations.Programs;

/// <content>Operations of one tensor.</content>
internal sealed partial class ProgramWriter
{
    private Variable? Activate(Variable x) => x.Kind != Element.Real ? null : Let(
        string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            Pick("{0}.relu()", "{0}.tanh()", "functional.gelu({0})", "{0} * 2", "1 - {0}", "-{0}", "{0}.clamp(-1, 1)", "{0} + 0.5f",
                "{0}.contiguous()", "{0}.pow(2)", "{0} / Math.Sqrt(2.0)", "torch.sigmoid({0})", "{0}.detach().clone()",
                "functional.leaky_relu({0})", "({0} + {0}).abs()", "torch.exp({0}.clamp(max: 1))"),
            x.Name),
        x.Dims,
        over: x);

    /// <summary>What keeps the shape and goes along a dimension.</summary>
    private Variable? Along(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var dim = Dim(i, x.Rank);
        return Let(
            Pick($"functional.softmax({x.Name}, {dim})", $"{x.Name}.softmax({dim})", $"{x.Name}.cumsum({dim})", $"{x.Name}.roll(1, {dim})",
                $"{x.Name}.flip({dim})", $"functional.normalize({x.Name}, dim: {dim})", $"functional.log_softmax({x.Name}, dim: {dim})",
                $"{x.Name}.sort({dim}).Values"),
            x.Dims,
            over: x);
    }

    private Variable? Skip(Variable x) => x.Kind != Element.Real || x.Rank == 0 ? null : Let(
        Pick($"{x.Name} + {x.Name}.relu()", $"{x.Name} - {x.Name}.mean([{Dim(random.Next(x.Rank), x.Rank)}], keepdim: true)",
            $"{x.Name} * {x.Name}.sum({Dim(random.Next(x.Rank), x.Rank)}L, keepdim: true).expand_as({x.Name})",
            $"functional.layer_norm({x.Name}, [{Size(x, x.Rank - 1)}])"),
        x.Dims,
        over: x);

    private Variable? Mask(Variable x) => x.Kind != Element.Real ? null : Let(
        Pick($"{x.Name}.masked_fill({x.Name} > 0, 0)", $"torch.where({x.Name} > 0, {x.Name}, {x.Name} * 0.1f)",
            $"{x.Name} * ({x.Name} == 0).to(float32)", $"torch.maximum({x.Name}, torch.zeros_like({x.Name}))"), x.Dims, over: x);

    private Variable? Rearrange(Variable x) => x.Rank < 1 ? null : Let(
        Pick($"{x.Name}.reshape({x.Name}.shape)", $"{x.Name}.contiguous().view_as({x.Name})",
            $"{x.Name}.reshape({string.Join(", ", x.Dims.Select((_, i) => Size(x, i)))})",
            x is { Rank: >= 2, Kind: Element.Real } ? $"{x.Name}.tril()" : $"{x.Name}.clone()"), x.Dims, x.Kind, x);

    /// <summary>Two dimensions into one, one into two, or all of them into a row.</summary>
    private Variable? View(Variable x)
    {
        var view = Pick("reshape", "contiguous().view");
        if (x.Rank == 0)
        {
            return Let($"{x.Name}.reshape(1)", [1], x.Kind, x);
        }

        var i = random.Next(x.Rank);
        switch (random.Next(5))
        {
            case 0 when x.Rank >= 2 && i + 1 < x.Rank:
                var merged = random.Next(3) == 0 ? "-1" : $"{Size(x, i)} * {Size(x, i + 1)}";
                var before = Enumerable.Range(0, i).Select(j => Size(x, j)).ToArray();
                var after = Enumerable.Range(i + 2, x.Rank - i - 2).Select(j => Size(x, j)).ToArray();
                return Let($"{x.Name}.{view}({string.Join(", ", [.. before, merged, .. after])})",
                    [.. x.Dims[..i], x.Dims[i] * x.Dims[i + 1], .. x.Dims[(i + 2)..]], x.Kind, x);
            case 1 when Divisor(x.Dims[i]) is { } by:
                var parts = Pick($"{by}, {Size(x, i)} / {by}", $"{by}, -1");
                return Let(
                    random.Next(3) == 0 ? $"{x.Name}.unflatten({i}, {by}, {x.Dims[i].Value / by})"
                        : $"{x.Name}.{view}({string.Join(", ", x.Dims.Select((_, j) => j == i ? parts : Size(x, j)))})",
                    With(x.Dims, i, by, x.Dims[i] / by),
                    x.Kind,
                    x);
            case 2:
                return Let($"{x.Name}.{view}(-1)", [Extent.Product(x.Dims)], x.Kind);
            case 3 when x.Rank >= 2:
                var from = random.Next(x.Rank);
                var to = random.Next(from, x.Rank);
                return Let(Pick($"{x.Name}.flatten({from}, {Dim(to, x.Rank)})", $"torch.flatten({x.Name}, {from}, {to})"),
                    [.. x.Dims[..from], Extent.Product(x.Dims[from..(to + 1)]), .. x.Dims[(to + 1)..]], x.Kind, x);
            case 4 when x.Rank >= 2:
                return Let($"{x.Name}.{view}({Size(x, 0)}, -1)", [x.Dims[0], Extent.Product(x.Dims[1..])], x.Kind, x);
            default:
                return null;
        }
    }

    /// <summary>A number that divides a size whatever run it is.</summary>
    private long? Divisor(Extent size) => !size.IsNumber && size.Text != "d" ? null
        : new long[] { 4, 3, 2 }.Where(n => size.Value % n == 0 && size.Value > n && (size.IsNumber || n != 3)).OrderBy(_ => random.Next())
            .Select(n => (long?)n).FirstOrDefault();

    private Variable? Transpose(Variable x)
    {
        if (x.Rank < 2)
        {
            return null;
        }

        var (a, b) = (random.Next(x.Rank), random.Next(x.Rank));
        Extent[] dims = [.. x.Dims];
        (dims[a], dims[b]) = (dims[b], dims[a]);
        return x.Rank == 2 && a != b && random.Next(2) == 0
            ? Let(Pick($"{x.Name}.T", $"{x.Name}.t()", $"{x.Name}.mT"), dims, x.Kind, x)
            : Let($"{x.Name}.{Pick("transpose", "swapaxes")}({Dim(a, x.Rank)}, {Dim(b, x.Rank)})", dims, x.Kind, x);
    }

    private Variable? Permute(Variable x)
    {
        if (x.Rank < 2)
        {
            return null;
        }

        var order = Enumerable.Range(0, x.Rank).OrderBy(_ => random.Next()).ToArray();
        return random.Next(3) == 0
            ? Let($"{x.Name}.movedim([{Dim(order[0], x.Rank)}], [0])", [x.Dims[order[0]], .. x.Dims.Where((_, i) => i != order[0])], x.Kind)
            : Let($"{x.Name}.permute({string.Join(", ", order.Select(i => Dim(i, x.Rank)))})", [.. order.Select(i => x.Dims[i])], x.Kind,
                x);
    }

    private Variable? Squeeze(Variable x)
    {
        var ones = Enumerable.Range(0, x.Rank).Where(i => x.Dims[i].Text == "1").ToArray();
        if (ones.Length == 0)
        {
            return null;
        }

        var at = Pick(ones);
        return Let($"{x.Name}.squeeze({Dim(at, x.Rank)})", With(x.Dims, at), x.Kind, x);
    }

    private Variable? Unsqueeze(Variable x)
    {
        var at = random.Next(x.Rank + 1);
        Extent[] dims = [.. x.Dims[..at], 1, .. x.Dims[at..]];
        return x.Rank >= 4 ? null : Let(at == 0 && random.Next(2) == 0 ? $"{x.Name}[TensorIndex.None]"
            : $"{x.Name}.unsqueeze({Dim(at, x.Rank + 1)})", dims, x.Kind, x);
    }

    private Variable? Expand(Variable x)
    {
        var ones = Enumerable.Range(0, x.Rank).Where(i => x.Dims[i].Text == "1").ToArray();
        if (ones.Length == 0 || random.Next(4) == 0)
        {
            return x.Rank >= 4 ? null
                : Let(
                    $"{x.Name}.expand([2, {string.Join(", ", x.Dims.Select((_, i) => random.Next(2) == 0 ? "-1" : Size(x, i)))}])".Replace(
                        ", ])", "])", StringComparison.Ordinal), [2, .. x.Dims], x.Kind);
        }

        var (at, to) = (Pick(ones), random.Next(2, 5));
        return Let($"{x.Name}.expand({string.Join(", ", x.Dims.Select((_, i) => i == at ? Text(to) : Pick("-1", Size(x, i))))})",
            With(x.Dims, at, to), x.Kind);
    }

    private Variable? Repeat(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var times = x.Dims.Select(_ => random.Next(1, 3)).ToArray();
        if (random.Next(3) == 0)
        {
            var at = random.Next(x.Rank);
            return Let($"{x.Name}.repeat_interleave(2, {Dim(at, x.Rank)})", With(x.Dims, at, x.Dims[at] * 2), x.Kind);
        }

        return Let(Pick($"{x.Name}.repeat({string.Join(", ", times)})", $"{x.Name}.tile([{string.Join(", ", times)}])"),
            [.. x.Dims.Zip(times, (d, n) => n == 1 ? d : d * n)], x.Kind);
    }

    private Variable? Narrow(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var start = random.Next((int)x.Dims[i].Value);
        var length = random.Next(1, (int)x.Dims[i].Value - start + 1);
        return start == 0 && random.Next(2) == 0 && x.Dims[i].Value > 1
            ? Let($"{x.Name}.narrow({Dim(i, x.Rank)}, 1, {x.Name}.shape[{i}] - 1)", With(x.Dims, i, x.Dims[i] - 1), x.Kind, x)
            : Let($"{x.Name}.narrow({Dim(i, x.Rank)}, {start}, {length})", With(x.Dims, i, length), x.Kind);
    }

    private Variable? Select(Variable x)
    {
        if (x.Rank < 2)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        return Let($"{x.Name}.select({Dim(i, x.Rank)}, {random.Next((int)x.Dims[i].Value)})", With(x.Dims, i), x.Kind);
    }

    /// <summary><c>x[.., 0, 1..3]</c> in its forms.</summary>
    private Variable? Index(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var (indices, dims) = (new List<string>(), new List<Extent>());
        for (var i = 0; i < x.Rank; i++)
        {
            var size = (int)x.Dims[i].Value;
            switch (random.Next(7))
            {
                case 0 when dims.Count + x.Rank - i > 1:
                    indices.Add(Pick(Text(random.Next(size)), "-1", "^1"));
                    break;
                case 1 when size > 1:
                    var start = random.Next(1, size);
                    indices.Add(random.Next(2) == 0 ? $"{start}.." : $"TensorIndex.Slice({start})");
                    dims.Add(x.Dims[i] - start);
                    break;
                case 2 when size > 1:
                    var stop = random.Next(1, size);
                    indices.Add(random.Next(2) == 0 ? $"..{stop}" : $"TensorIndex.Slice(0, {stop})");
                    dims.Add(stop);
                    break;
                case 3 when size > 2:
                    indices.Add("1..^1");
                    dims.Add(x.Dims[i] - 2);
                    break;
                case 4:
                    indices.Add("TensorIndex.Slice(null, null, 2)");
                    dims.Add((x.Dims[i] + 1) / 2);
                    break;
                default:
                    indices.Add(Pick("..", "TensorIndex.Colon"));
                    dims.Add(x.Dims[i]);
                    break;
            }
        }

        var isShort = random.Next(3) == 0 && indices.Count > 1 && indices[^1] is ".." or "TensorIndex.Colon" && indices.Count > 1;
        return Let($"{x.Name}[{string.Join(", ", isShort ? [.. indices.SkipLast(1), "TensorIndex.Ellipsis"] : indices)}]", [.. dims],
            x.Kind);
    }

    private Variable? Reduce(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var keeps = random.Next(2) == 0;
        var keepdim = keeps ? ", keepdim: true" : "";
        if (x.Rank >= 3 && random.Next(4) == 0)
        {
            var j = random.Next(x.Rank - 1);
            return Let($"{x.Name}.{Pick("mean", "sum")}([{Dim(j, x.Rank)}, {Dim(j + 1, x.Rank)}]{keepdim})",
                keeps ? With(With(x.Dims, j, 1), j + 1, 1) : With(With(x.Dims, j + 1), j));
        }

        var dim = Dim(i, x.Rank);
        var dims = keeps ? With(x.Dims, i, 1) : With(x.Dims, i);
        return random.Next(12) == 0 ? Let($"{x.Name}.{Pick("sum", "mean", "max")}()", [])
            : Let(Pick($"{x.Name}.sum({dim}L{keepdim})", $"{x.Name}.mean([{dim}]{keepdim})",
                $"{x.Name}.var({dim}, unbiased: false{keepdim})", $"{x.Name}.logsumexp({dim}{keepdim})", $"{x.Name}.norm({dim}{keepdim})",
                $"{x.Name}.argmax({dim}{keepdim}).to(float32)", $"{x.Name}.max({dim}{keepdim}).values", $"{x.Name}.prod({dim}L{keepdim})",
                $"({x.Name} > 0).any({dim}{keepdim}).to(float32)"), dims);
    }

    private Variable? Largest(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var k = random.Next(1, (int)x.Dims[i].Value + 1);
        var name = Fresh("v");
        statements.Add($"var ({name}, _) = {x.Name}.topk({k}, dim: {Dim(i, x.Rank)});");
        live.Add(new(name, With(x.Dims, i, k), Type: x.Type));
        return live[^1];
    }

    private Variable? Pad(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank < 2)
        {
            return null;
        }

        var (left, right) = (random.Next(3), random.Next(3));
        return random.Next(2) == 0
            ? Let($"functional.pad({x.Name}, [{left}, {right}])", With(x.Dims, x.Rank - 1, x.Dims[^1] + (left + right)))
            : Let($"functional.pad({x.Name}, [{left}, {right}, 0, 1])", [.. x.Dims[..^2], x.Dims[^2] + 1, x.Dims[^1] + (left + right)]);
    }

    private Variable? Resize(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank is not (3 or 4))
        {
            return null;
        }

        var plane = x.Rank - 2;
        var to = random.Next(1, 9);
        return random.Next(2) == 0
            ? Let($"functional.interpolate({x.Name}, size: [{string.Join(", ", Enumerable.Repeat(to, plane))}])",
                [.. x.Dims[..2], .. Enumerable.Repeat((Extent)to, plane)])
            : Let($"functional.interpolate({x.Name}, scale_factor: [{string.Join(", ", Enumerable.Repeat("2.0", plane))}])",
                [.. x.Dims[..2], .. x.Dims[2..].Select(d => d * 2)]);
    }

    private Variable? Windows(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var size = random.Next(1, (int)x.Dims[i].Value + 1);
        var step = random.Next(1, 3);
        return Let($"{x.Name}.unfold({Dim(i, x.Rank)}, {size}, {step})", [.. With(x.Dims, i, (x.Dims[i] - size) / step + 1), size], x.Kind);
    }

    private Variable? FunctionalLinear(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank == 0 || !Takes(x))
        {
            return null;
        }

        var to = NewWidth();
        return Let($"functional.linear({x.Name}, torch.randn([{to.Text}, {Size(x, x.Rank - 1)}]))", With(x.Dims, x.Rank - 1, to), over: x);
    }

    private Variable? FunctionalPool(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank is not (3 or 4))
        {
            return null;
        }

        var kernel = random.Next(1, 4);
        return x.Rank == 3
            ? Let($"functional.{Pick("max", "avg")}_pool1d({x.Name}, {kernel})", [.. x.Dims[..2], Windows(x.Dims[2], kernel, kernel, 0)],
                over: x)
            : Let($"functional.{Pick("max", "avg")}_pool2d({x.Name}, {kernel}L, stride: 1)",
                [.. x.Dims[..2], Windows(x.Dims[2], kernel, 1, 0), Windows(x.Dims[3], kernel, 1, 0)], over: x);
    }
}

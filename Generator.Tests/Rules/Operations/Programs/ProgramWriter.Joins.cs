namespace Gen.Tests.Rules.Operations.Programs;

/// <content>Operations of several tensors, and tensors made from sizes.</content>
internal sealed partial class ProgramWriter
{
    /// <summary>A variable with the same sizes, or now and then with sizes that are equal only in the first run.</summary>
    private Variable? Like(Variable x) =>
        live.Where(v => v.Kind == x.Kind && v.Rank == x.Rank
            && v.Dims.Zip(x.Dims).All(p => random.Next(12) == 0 ? p.First.Value == p.Second.Value : p.First.Text == p.Second.Text))
        .OrderBy(v => v == x).ThenBy(_ => random.Next()).FirstOrDefault();

    private Variable? Binary(Variable x) => x.Kind != Element.Real || Like(x) is not { } y ? null : Let(
        Pick($"{x.Name} + {y.Name}", $"{x.Name} - {y.Name}", $"{x.Name} * {y.Name}", $"torch.maximum({x.Name}, {y.Name})",
            $"torch.where({x.Name} > {y.Name}, {x.Name}, {y.Name})", $"{x.Name}.add({y.Name})", $"{y.Name}.mul({x.Name})"), x.Dims,
            over: x, type: Common(x, y));

    private Variable? Broadcast(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank == 0)
        {
            return null;
        }

        if (random.Next(2) == 0)
        {
            return Let(Pick($"{x.Name} + torch.ones([{Size(x, x.Rank - 1)}])", $"torch.randn({Size(x, x.Rank - 1)}) * {x.Name}",
                $"{x.Name} - {x.Name}.select(0, 0)"), x.Dims, over: x);
        }

        // Aligned from the right: equal sizes, or a 1.
        var y = live.Where(v => v.Kind == Element.Real && v != x && v.Rank > 0).OrderBy(_ => random.Next())
            .FirstOrDefault(v => Enumerable.Range(1, Math.Min(v.Rank, x.Rank))
                .All(i => v.Dims[^i].Text == x.Dims[^i].Text || v.Dims[^i].Text == "1" || x.Dims[^i].Text == "1"));
        if (y is null)
        {
            return null;
        }

        var rank = Math.Max(x.Rank, y.Rank);
        var dims =
            Enumerable.Range(1, rank)
                .Select(i => i > x.Rank ? y.Dims[^i] : i > y.Rank ? x.Dims[^i] : x.Dims[^i].Text == "1" ? y.Dims[^i] : x.Dims[^i]).Reverse()
                .ToArray();
        return Let($"{x.Name} {Pick("+", "*", "-")} {y.Name}", dims, type: Common(x, y));
    }

    private Variable? Join(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        if (random.Next(3) == 0 && Like(x) is { } same)
        {
            var at = random.Next(x.Rank + 1);
            return Let($"{Pick("torch.stack", "stack")}([{x.Name}, {same.Name}], dim: {Dim(at, x.Rank + 1)})",
                [.. x.Dims[..at], 2, .. x.Dims[at..]], x.Kind, type: Common(x, same));
        }

        var y =
            live.Where(v => v.Kind == x.Kind && v.Rank == x.Rank
                && v.Dims.Zip(x.Dims).Where((_, j) => j != i).All(p => p.First.Text == p.Second.Text)).OrderBy(_ => random.Next()).First();
        return Let($"{Pick("torch.cat", "cat")}([{x.Name}, {y.Name}], dim: {Dim(i, x.Rank)})", With(x.Dims, i, x.Dims[i] + y.Dims[i]),
            x.Kind, type: Common(x, y));
    }

    private Variable? Multiply(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank == 0)
        {
            return null;
        }

        switch (random.Next(6))
        {
            case 0 when x.Rank >= 2:
                return Let($"{x.Name}.matmul({x.Name}.transpose(-2, -1))", [.. x.Dims[..^1], x.Dims[^2]]);
            case 1 when Takes(x):
                var width = NewWidth();
                return Let(Pick($"{x.Name}.matmul(torch.randn([{Size(x, x.Rank - 1)}, {width.Text}]))",
                    $"torch.matmul({x.Name}, torch.ones({Size(x, x.Rank - 1)}, {width.Text}))"), With(x.Dims, x.Rank - 1, width));
            case 2 when x.Rank == 3:
                return Let(Pick($"{x.Name}.bmm({x.Name}.transpose(1, 2))", $"torch.einsum(\"bij,bkj->bik\", {x.Name}, {x.Name})"),
                    [x.Dims[0], x.Dims[1], x.Dims[1]]);
            case 3 when x.Rank == 1:
                return Let($"torch.outer({x.Name}, {x.Name})", [x.Dims[0], x.Dims[0]]);
            case 4 when x.Rank == 2:
                return Let(Pick($"{x.Name}.t().mm({x.Name})", $"torch.einsum(\"ij,ik->jk\", {x.Name}, {x.Name})"), [x.Dims[1], x.Dims[1]]);
            default:
                // Two variables that happen to fit.
                return live.FirstOrDefault(v => v.Kind == Element.Real && v.Rank == 2 && v.Type == x.Type
                    && v.Dims[0].Text == x.Dims[^1].Text) is { } y
                    ? Let($"{x.Name}.matmul({y.Name})", With(x.Dims, x.Rank - 1, y.Dims[1])) : null;
        }
    }

    private Variable? Split(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var size = x.Dims[i];
        var name = Fresh("parts");
        switch (random.Next(3))
        {
            case 0 when size.Value >= 2:
                var first = random.Next(1, (int)size.Value);
                if (!size.IsNumber)
                {
                    return null;
                }

                statements.Add($"var {name} = {x.Name}.split([{first}, {size.Value - first}], dim: {Dim(i, x.Rank)});");
                return random.Next(2) == 0 ? Let($"{name}[0]", With(x.Dims, i, first), x.Kind)
                    : Let($"{name}[1]", With(x.Dims, i, size.Value - first), x.Kind);
            case 1 when size.Value % 2 == 0 && size.IsFixed:
                statements.Add(
                    $"var {name} = {x.Name}.{(random.Next(2) == 0 ? $"chunk(2, {Dim(i, x.Rank)})" : $"split({Size(x, i)} / 2, {i})")};");
                return Let(Pick($"{name}[0]", $"{name}[^1]"), With(x.Dims, i, size / 2), x.Kind);
            case 2 when size.Value >= 2:
                var (a, b) = (Fresh("v"), Fresh("v"));
                statements.Add($"var ({a}, {b}) = ({x.Name}.narrow({Dim(i, x.Rank)}, 0, 1), {x.Name}.narrow({i}, 1, 1));");
                live.Add(x with { Name = a, Dims = With(x.Dims, i, 1) });
                live.Add(x with { Name = b, Dims = With(x.Dims, i, 1) });
                return live[^1];
            default:
                return null;
        }
    }

    private Variable? Unbind(Variable x)
    {
        if (x.Rank < 2)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        return Let($"{x.Name}.unbind({i})[{random.Next((int)x.Dims[i].Value)}]", With(x.Dims, i), x.Kind);
    }

    private Variable? Gather(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var count = random.Next(1, (int)x.Dims[i].Value + 1);
        return random.Next(2) == 0
            ? Let($"{x.Name}.index_select({Dim(i, x.Rank)}, torch.zeros([{count}], dtype: int64))", With(x.Dims, i, count), x.Kind)
            : Let($"{x.Name}.gather({Dim(i, x.Rank)}, torch.zeros_like({x.Name}, dtype: int64))", x.Dims, x.Kind);
    }

    private Variable? Factory(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var n = random.Next(1, 7);
        return random.Next(4) switch
        {
            0 => Let($"torch.zeros([{Size(x, i)}, {n}])", [x.Dims[i], n], type: "float32"),
            1 => Let($"torch.arange({Size(x, i)}, dtype: float32)", [x.Dims[i]], type: "float32"),
            2 => Let($"torch.full([{n}, {Size(x, i)}], 0.5)", [n, x.Dims[i]], type: "float32"),
            _ => Let($"torch.zeros([{Size(x, i)}, {Size(x, x.Rank - 1)}], dtype: int64)", [x.Dims[i], x.Dims[^1]], Element.Index,
                type: "int64"),
        };
    }

    /// <summary>Sizes that are computed before they are used.</summary>
    private Variable? Arithmetic(Variable x)
    {
        if (x.Rank < 2)
        {
            return null;
        }

        var n = Fresh("n");
        switch (random.Next(4))
        {
            case 0:
                statements.Add($"var {n} = {string.Join(" * ", x.Dims.Skip(1).Select((_, i) => Size(x, i + 1)))};");
                return Let($"{x.Name}.reshape({Size(x, 0)}, {n})", [x.Dims[0], Extent.Product(x.Dims[1..])], x.Kind);
            case 1:
                var (a, b) = (Fresh("n"), Fresh("n"));
                statements.Add($"var ({a}, {b}) = ({x.Name}.shape[0], {x.Name}.size(1));");
                return Let($"{x.Name}.reshape([{a} * {b}, {string.Join(", ", x.Dims.Skip(2).Select((_, i) => Size(x, i + 2)))}])".Replace(
                    ", ])", "])", StringComparison.Ordinal), [x.Dims[0] * x.Dims[1], .. x.Dims[2..]], x.Kind);
            case 2:
                statements.Add($"var {n} = ({Size(x, 1)} + 1) / 2;");
                return Let($"{x.Name}.narrow(1, 0, {n})", With(x.Dims, 1, (x.Dims[1] + 1) / 2), x.Kind);
            default:
                statements.Add($"long {n} = Math.Max({Size(x, 0)}, {Size(x, 1)}) + {x.Name}.dim();");
                return Let($"torch.ones([{n}, 2])", [new Extent("?", Math.Max(x.Dims[0].Value, x.Dims[1].Value) + x.Rank), 2],
                    type: "float32");
        }
    }
}

namespace Gen.Tests.Rules.Operations.Programs;

/// <content>Loops, branches, methods, modules in modules.</content>
internal sealed partial class ProgramWriter
{
    /// <summary>Writes steps from a variable into a list of their own; what they leave, and their lines.</summary>
    private (Variable Result, List<string> Lines) Apart(Variable start, int count, bool keeps, bool withFields)
    {
        var (outerLines, outerLive, outerReassign, outerFields, outerNest) = (statements, live, mayReassign, mayUseFields, mayNest);
        var outer = source;
        (statements, live, mayReassign, mayUseFields, mayNest) = ([], [start], true, withFields && mayUseFields, false);
        Walk(count, keeps ? keeping : plain);

        // A turn or a side that leaves another type is a mistake more often than not.
        var isLike = keeps && drawsTypes && random.Next(8) > 0;
        var made = (live.LastOrDefault(v => !keeps || (v.Dims.SequenceEqual(start.Dims) && (!isLike || v.Type == start.Type)))
            ?? live.First(v => v.Dims.SequenceEqual(start.Dims)), statements);
        source = outer;
        (statements, live, mayReassign, mayUseFields, mayNest) = (outerLines, outerLive, outerReassign, outerFields, outerNest);
        return made;
    }

    private void Block(string head, IEnumerable<string> lines)
    {
        statements.Add($"{head}\n{{\n{Lines(lines, 1)}\n}}");
    }

    private Variable? CountedLoop(Variable x)
    {
        if (x.Kind != Element.Real || Let($"{x.Name} * 1", x.Dims) is not { } y)
        {
            return null;
        }

        var (result, lines) = Apart(y, random.Next(1, 4), keeps: true, withFields: true);
        var count = random.Next(2) == 0 || x.Rank == 0 ? Text(random.Next(1, 4)) : Size(y, random.Next(x.Rank));
        Block($"for (var i = 0; i < {count}; i++)", result.Name == y.Name ? lines : [.. lines, $"{y.Name} = {result.Name};"]);
        return y;
    }

    private Variable? GrowingLoop(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank is 0 or > 3 || !Fits([.. x.Dims, 8]) || Let($"{x.Name} * 1", x.Dims) is not { } y)
        {
            return null;
        }

        var count = random.Next(1, 4);
        var i = random.Next(x.Rank);
        var (line, grown) = random.Next(3) switch
        {
            0 => ($"{y.Name} = torch.cat([{y.Name}, {x.Name}], {i});",
                Enumerable.Repeat(x.Dims[i], count).Aggregate(x.Dims[i], (a, b) => a + b)),
            1 => ($"{y.Name} = torch.cat([{y.Name}, {y.Name}], {i});", x.Dims[i] * (1 << count)),
            _ => ($"{y.Name} = functional.pad({y.Name}, [0, i]);", x.Dims[^1] + (count * (count - 1) / 2)),
        };
        var at = line.Contains("pad", StringComparison.Ordinal) ? x.Rank - 1 : i;
        Block($"for (var i = 0; i < {count}; i++)", [line]);
        live[live.IndexOf(y)] = y with { Dims = With(y.Dims, at, grown) };
        return live[^1];
    }

    private Variable? Collected(Variable x)
    {
        if (x.Rank < 2 || !x.Dims[0].IsNumber && random.Next(3) > 0)
        {
            return null;
        }

        var list = Fresh("list");
        statements.Add($"var {list} = new List<Tensor>();");
        Block(random.Next(2) == 0 ? $"for (var i = 0; i < {Size(x, 0)}; i++)"
            : $"foreach (var i in Enumerable.Range(0, {x.Dims[0].Value}))",
            [$"{list}.Add({x.Name}.select(0, i){Pick("", " * 2", ".clone()")});"]);
        return Let($"torch.stack({list}, dim: 1)", [x.Dims[1], x.Dims[0], .. x.Dims[2..]], x.Kind);
    }

    private Variable? Branch(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank == 0 || Let($"{x.Name} * 1", x.Dims) is not { } y)
        {
            return null;
        }

        var condition = Pick("Ways.A", "Ways.B", "!Ways.A", Threshold(x) ?? "Ways.B", Threshold(x) ?? "Ways.A", "Ways.A && Ways.B",
            $"{x.Name}.dim() == {x.Rank}");
        if (random.Next(4) == 0)
        {
            // The shapes differ, and a reduction makes them one again.
            var i = random.Next(x.Rank);
            Block($"if ({condition})", [$"{y.Name} = torch.cat([{x.Name}, {x.Name}], {i});"]);
            live.Remove(y);
            return Let($"{y.Name}.mean([{i}])", With(x.Dims, i));
        }

        var (first, lines) = Apart(y, random.Next(1, 4), keeps: true, withFields: true);
        Block($"if ({condition})", first.Name == y.Name ? lines : [.. lines, $"{y.Name} = {first.Name};"]);
        if (random.Next(2) == 0)
        {
            var (second, others) = Apart(y, random.Next(1, 3), keeps: true, withFields: true);
            Block("else", second.Name == y.Name ? others : [.. others, $"{y.Name} = {second.Name};"]);
        }

        return y;
    }

    /// <summary>A condition on a size that holds in some of the runs and not in others, or one on a number.</summary>
    private string? Threshold(Variable x)
    {
        var at = Enumerable.Range(0, x.Rank).Where(i => x.Dims[i].IsNumber || x.Dims[i].Text is "B" or "T" or "H")
            .OrderBy(_ => random.Next()).FirstOrDefault(-1);
        if (at < 0)
        {
            return null;
        }

        var (least, most) = x.Dims[at].Text switch { "T" => (4, 9), "H" => (5, 16), _ => (1, 5) };
        return random.Next(3) == 0 ? $"{x.Name}.shape[{at}] % 2 == 0" : $"{x.Name}.shape[{at}] > {random.Next(least, most)}";
    }

    /// <summary>A condition on a number: the other way is never taken.</summary>
    private Variable? KnownBranch(Variable x)
    {
        var numbers = Enumerable.Range(0, x.Rank).Where(i => x.Dims[i].IsNumber).ToArray();
        if (x.Kind != Element.Real || numbers.Length == 0 || Let($"{x.Name} * 1", x.Dims) is not { } y)
        {
            return null;
        }

        var i = Pick(numbers);
        var size = x.Dims[i].Value;
        Block($"if ({y.Name}.shape[{i}] {Pick($"== {size}", $">= {size}", $"< {size + 1}", $"!= {size + 1}")})",
            [$"{y.Name} = torch.cat([{y.Name}, {y.Name}], {i});"]);
        Block("else", [$"{y.Name} = {y.Name}.view(7, 7, 7);"]);
        live[live.IndexOf(y)] = y with { Dims = With(y.Dims, i, x.Dims[i] * 2) };
        return Fits(live[^1].Dims) ? live[^1] : null;
    }

    private Variable? Ternary(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        return Let(
            Pick(
                $"Ways.A ? {x.Name} : {x.Name}.relu()",
                $"{Threshold(x) ?? "Ways.A"} ? {x.Name} * 2 : {x.Name} + 1",
                $"{x.Name}.shape[{i}] switch {{ 1 => {x.Name} - 1, > 4 => {x.Name}.tanh(), _ => {x.Name} }}",
                $"{x.Name}.dim() is {x.Rank} ? {x.Name}.relu() : {x.Name}.view(7, 7, 7)"),
            x.Dims);
    }

    private Variable? Helper(Variable x)
    {
        var isStatic = random.Next(3) == 0;
        var name = Fresh("Step");
        var t = Fresh("t");
        var (result, lines) = Apart(x with { Name = t }, random.Next(1, 4), keeps: false, withFields: !isStatic);
        methods.Add(
            $"private {(isStatic ? "static " : "")}Tensor {name}(Tensor {t}, long times = "
            + $"2)\n{{\n{Lines([.. lines, $"return {result.Name}{(result.Kind == Element.Real ? " * times" : "")};"], 1)}\n}}");
        return Let($"{name}({Pick(x.Name, x.Name, $"{x.Name}, 3", $"times: 1, {t}: {x.Name}")})", result.Dims, result.Kind,
            type: result.Type);
    }

    private Variable? LocalFunction(Variable x)
    {
        var name = Fresh("step");
        var t = Fresh("t");
        var (result, lines) = Apart(x with { Name = t }, random.Next(1, 3), keeps: false, withFields: true);

        // It may use a tensor of the method around it.
        var captured = x.Kind == Element.Real && result.Kind == Element.Real && !drawsTypes && random.Next(2) == 0;
        var returned = captured ? $"return {result.Name} + {x.Name}.sum();" : $"return {result.Name};";
        if (random.Next(2) == 0)
        {
            Block($"Tensor {name}(Tensor {t})", [.. lines, returned]);
        }
        else
        {
            statements.Add($"Func<Tensor, Tensor> {name} = {t} =>\n{{\n{Lines([.. lines, returned], 1)}\n}};");
        }

        var given = captured && Let($"{x.Name} * 1", x.Dims) is { } copy ? copy : x;
        return Let($"{name}({given.Name})", result.Dims, result.Kind, type: result.Type);
    }

    /// <summary>A module of its own, with its own names for the sizes; used once, or as a list of equal ones.</summary>
    private Variable? Blocks(Variable x)
    {
        if (!mayNest || !mayUseFields || x.Rank == 0)
        {
            return null;
        }

        var isList = random.Next(3) == 0;
        var inner = new ProgramWriter(random, classes, counter, mayNest: false, drawsTypes);
        var given = x.Dims[^1].IsFixed && random.Next(2) == 0;
        var names =
            x.Dims.Select((d, i) => given && i == x.Rank - 1 ? new Extent("w", d.Value) : d.IsNumber ? d : new Extent($"N{i}", d.Value))
                .ToArray();
        inner.live = [new Variable("t", names, x.Kind, x.Type)];
        inner.Walk(random.Next(2, 6), isList ? inner.keeping : [.. inner.plain, .. inner.flow]);
        var result = isList ? inner.live.LastOrDefault(v => v.Dims.SequenceEqual(names) && v.Kind == x.Kind && v.Type == x.Type)
                ?? inner.live[0]
            : inner.live[^1];
        if (inner.fields.Count == 0 || inner.leavesEarly || !Fits(result.Dims))
        {
            return null;
        }

        inner.statements.Add($"return {result.Name};");
        var name = Fresh("Block");
        var isDeclared = random.Next(3) > 0 && result.Dims.All(d => !d.Text.Contains('?', StringComparison.Ordinal));
        var shape = !isDeclared ? null : $"{Stated(x)}{Written(names)}{(random.Next(2) == 0 ? $" -> {Written(result.Dims)}" : "")}";
        classes.Add(inner.Class(name, given ? "(long w)" : "", shape, "Tensor", "Tensor t"));
        var construction = given ? $"new({x.Dims[^1].Code})" : "new()";
        var field = Fresh("block");
        if (isList)
        {
            fields.Add(
                $"[Layer] private readonly ModuleList<{name}> {field} = ModuleList(Enumerable.Range(0, {random.Next(1, 4)}).Select(_ => "
                + $"{construction.Replace("new", $"new {name}", StringComparison.Ordinal)}).ToArray());");
            if (Let($"{x.Name}.clone()", x.Dims, x.Kind) is not { } y)
            {
                return null;
            }

            Block($"foreach (var block in {field})", [$"{y.Name} = block.call({y.Name});"]);
            return y;
        }

        // The names of the module stand for sizes of this one.
        Extent Outer(Extent d) =>
            d.IsNumber ? d
                : d with { Text = System.Text.RegularExpressions.Regex.Replace(d.Text, @"N(\d+)|w",
                    m => x.Dims[m.Value == "w" ? ^1 : int.Parse(m.Groups[1].Value,
                        System.Globalization.CultureInfo.InvariantCulture)].Text is var t && t.All(char.IsLetterOrDigit) ? t : $"({t})") };
        fields.Add($"[Layer] private readonly {name} {field} = {construction};");
        return Let($"{field}.call({x.Name})", [.. result.Dims.Select(Outer).Select(d => d.Text.All(char.IsDigit) ? d.Value : d)],
            result.Kind, x, result.Type);
    }

    /// <summary>An early return.</summary>
    private Variable? Leave(Variable x)
    {
        if (x.Kind != Element.Real || !mayNest || random.Next(3) > 0)
        {
            return null;
        }

        Block($"if ({Pick("Ways.B", "Ways.A && !Ways.B")})", [$"return {x.Name};"]);
        leavesEarly = true;
        return x;
    }

    private Variable? While(Variable x)
    {
        if (x.Kind != Element.Real || x.Rank is 0 or > 3 || Let($"{x.Name} * 1", x.Dims) is not { } y)
        {
            return null;
        }

        if (random.Next(2) == 0)
        {
            Block($"while ({y.Name}.dim() < 4)", [$"{y.Name} = {y.Name}.unsqueeze(0);"]);
            live[live.IndexOf(y)] = y with { Dims = [.. Enumerable.Repeat((Extent)1, 4 - x.Rank), .. x.Dims] };
            return live[^1];
        }

        var size = x.Dims[0].Value;
        Block($"while ({y.Name}.shape[0] > 2)", [$"{y.Name} = {y.Name}.narrow(0, 0, ({y.Name}.shape[0] + 1) / 2);"]);
        while (size > 2)
        {
            size = (size + 1) / 2;
        }

        live[live.IndexOf(y)] = y with { Dims = With(y.Dims, 0, x.Dims[0].IsNumber ? size : new Extent("?", size)) };
        return live[^1];
    }
}

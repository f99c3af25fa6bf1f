using System.Globalization;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>Writes a random module, operation by operation, with the shapes that its tensors will have.</summary>
internal sealed partial class ProgramWriter
{
    private const int MostElements = 20_000;
    private const int HighestRank = 5;

    private readonly Random random;
    private readonly List<string> classes;
    private readonly List<string> fields = [];
    private readonly List<string> methods = [];
    private readonly Counter counter;
    private readonly Func<Variable, Variable?>[] keeping;
    private readonly Func<Variable, Variable?>[] plain;
    private readonly Func<Variable, Variable?>[] flow;
    private List<string> statements = [];
    private List<Variable> live = [];
    private bool mayReassign = true;
    private bool mayUseFields = true;
    private bool mayNest;
    private Variable? source;

    private ProgramWriter(Random random, List<string> classes, Counter counter, bool mayNest, bool drawsTypes)
    {
        (this.random, this.classes, this.counter, this.mayNest, this.drawsTypes) = (random, classes, counter, mayNest, drawsTypes);
        keeping = [Activate, Activate, Activate, Activate, Along, Along, ActivationLayer, SameLinear, Normalise, Skip, Mask, Rearrange];
        plain =
        [
            .. keeping, Linear, Linear, Linear, Convolve1, Convolve2, Convolve2, Pool, Pool, Embed, Embed, Recur, Attend, Sequence,
            FunctionalLinear, FunctionalPool, FlattenLayer,
            View, View, View, Transpose, Transpose, Permute, Squeeze, Unsqueeze, Expand, Repeat, Narrow, Select, Index, Index, Split, Split,
            Unbind, Reduce, Reduce, Reduce, Largest, Join, Join, Binary, Binary, Broadcast, Broadcast,
            Multiply, Multiply, Pad, Resize, Windows, Gather, Factory, Arithmetic, Arithmetic,
        ];
        flow =
        [
            CountedLoop, CountedLoop, GrowingLoop, Collected, Branch, Branch, KnownBranch, Ternary, Helper, Helper, LocalFunction, Blocks,
            Blocks, Leave, While,
        ];
        if (drawsTypes)
        {
            keeping = [.. keeping, .. KeepingTypes, .. KeepingTypes];
            plain = [.. plain, .. KeepingTypes, .. OfTypes, .. KeepingTypes, .. OfTypes];
        }
    }

    /// <summary>Some way through the body may end early: the result has more than one shape.</summary>
    private bool leavesEarly;

    /// <summary>Writes the program of a number; always the same for the same number.</summary>
    public static RandomProgram Write(int number, int? most = null, bool drawsTypes = false)
    {
        var random = new Random((number * 7919) + 17);
        var writer = new ProgramWriter(random, [], new Counter(), mayNest: true, drawsTypes);
        return writer.Program($"P{number.ToString(CultureInfo.InvariantCulture)}", most);
    }

    private RandomProgram Program(string name, int? most)
    {
        var width = random.Next(3) == 0 ? new Extent("d", 8) : random.Next(2) == 0 ? 8 : (Extent)random.Next(2, 7);
        var inputs = Inputs(width);
        inputs = [.. inputs.Select(Drawn)];
        live = [.. inputs];
        var count = random.Next(5, 31);
        Walk(Math.Min(count, most ?? count), [.. plain, .. flow]);
        var result = live.LastOrDefault(v => v.Kind == Element.Real) ?? Let($"{live[0].Name}.to(float32)", live[0].Dims, type: "float32")!;
        if (fields.Count == 0)
        {
            // Without a layer it would be no module.
            result = Let($"{Field("ReLU", "")}.call({result.Name})", result.Dims)!;
        }

        var isDeclared = !leavesEarly && random.Next(5) < 2 && !result.Dims.Any(d => d.Text.Contains('?', StringComparison.Ordinal));
        var shape = string.Join(", ", inputs.Select(i => Stated(i) + Written(i.Dims)))
            + (isDeclared ? $" -> {Written(result.Dims)}" : "");
        var isTuple = !isDeclared && !leavesEarly && random.Next(6) == 0;
        statements.Add(isTuple ? $"return ({result.Name}, {live[0].Name});" : $"return {result.Name};");
        var parameters = string.Join(", ", inputs.Select(i => $"Tensor {i.Name}"));
        classes.Add(Class(name, width.IsNumber ? "" : "(long d)", shape, isTuple ? "(Tensor, Tensor)" : "Tensor", parameters));
        return new RandomProgram(name, string.Join("\n", classes), inputs.Select(i => i.Kind).ToArray(), !width.IsNumber)
        {
            Types = drawsTypes ? [.. inputs.Select(i => i.Type)] : [],
        };
    }

    private string Class(string name, string constructor, string? shape, string type, string parameters) => $$"""
        {{(shape is null ? "" : $"[Shape(\"{shape}\")]")}}
        public sealed partial class {{name}}{{constructor}}
        {
        {{Lines(fields, 1)}}
            private {{type}} Forward({{parameters}})
            {
        {{Lines(statements, 2)}}
            }
        {{Lines(methods, 1)}}
        }

        """;

    private static string Lines(IEnumerable<string> lines, int depth) =>
        string.Join("\n", lines.SelectMany(l => l.Split('\n')).Select(l => new string(' ', 4 * depth) + l));

    public static string Written(IEnumerable<Extent> dims) => string.Join(" ", dims.Select(d => d.Text));

    private Variable[] Inputs(Extent width)
    {
        var (batch, length, side) = (new Extent("B", 3), random.Next(2) == 0 ? new Extent("T", 6) : 6,
            random.Next(3) == 0 ? new Extent("H", 8) : (Extent)random.Next(5, 10));
        Variable input = random.Next(8) switch
        {
            0 or 1 => new("x", [batch, width]),
            2 or 3 => new("x", [batch, length, width]),
            4 or 5 => new("x", [batch, random.Next(1, 5), side, side]),
            6 => new("x", [batch, length], Element.Index),
            _ => new("x", [random.Next(2, 6), length, width]),
        };
        return random.Next(4) switch
        {
            0 => [input, new Variable("y", [.. input.Dims])],
            1 => [input, new Variable("y", [batch, width])],
            _ => [input],
        };
    }

    /// <summary>Takes random steps from random variables, preferring the newest.</summary>
    private void Walk(int count, Func<Variable, Variable?>[] among)
    {
        var done = 0;
        for (var attempt = 0; attempt < 40 * count && done < count; attempt++)
        {
            var from = random.Next(3) == 0 ? live[random.Next(live.Count)] : live[^1];
            var (before, lines, layers, others, modules) = (live.ToList(), statements.Count, fields.Count, methods.Count, classes.Count);
            source = from;
            if (among[random.Next(among.Length)](from) is not null)
            {
                done++;
                continue;
            }

            // What a step wrote before it found that it cannot be.
            live = before;
            statements.RemoveRange(lines, statements.Count - lines);
            fields.RemoveRange(layers, fields.Count - layers);
            methods.RemoveRange(others, methods.Count - others);
            classes.RemoveRange(modules, classes.Count - modules);
        }
    }

    /// <summary>A new local for an expression, or the old one set anew; null where it would be too large.</summary>
    private Variable? Let(string expression, Extent[] dims, Element kind = Element.Real, Variable? over = null,
        string? type = null)
    {
        if (!Fits(dims))
        {
            return null;
        }

        type ??= source?.Kind == kind ? source.Type : kind == Element.Real ? "float32" : "int64";

        if (over is not null && mayReassign && random.Next(4) == 0 && live.Contains(over))
        {
            var again = over with { Dims = dims, Kind = kind, Type = type };
            live[live.IndexOf(over)] = again;
            statements.Add($"{over.Name} = {expression};");
            return again;
        }

        var made = new Variable(Fresh("v"), dims, kind, type);
        statements.Add($"{(random.Next(4) == 0 ? "Tensor" : "var")} {made.Name} = {expression};");
        live.Add(made);
        return made;
    }

    private static bool Fits(Extent[] dims) => dims.Length <= HighestRank && dims.All(d => d.Value >= 1)
        && dims.Aggregate(1L, (p, d) => p * d.Value) <= MostElements;

    private string Fresh(string prefix) => $"{prefix}{(++counter.Number).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A size of a variable as an expression: its number, or read from the tensor at run time.</summary>
    private string Size(Variable v, int i) => v.Dims[i].IsNumber && random.Next(2) == 0
        ? v.Dims[i].Text
        : random.Next(4) switch
        {
            0 => $"{v.Name}.size({Dim(i, v.Rank)})",
            1 when i == v.Rank - 1 => $"{v.Name}.shape[^1]",
            2 when random.Next(2) == 0 => SizeLocal(v, i),
            _ => $"{v.Name}.shape[{i.ToString(CultureInfo.InvariantCulture)}]",
        };

    private string SizeLocal(Variable v, int i)
    {
        var name = Fresh("n");
        statements.Add($"var {name} = {v.Name}.shape[{i.ToString(CultureInfo.InvariantCulture)}];");
        return name;
    }

    /// <summary>A dimension from the front or from the end.</summary>
    private string Dim(int i, int rank) => (random.Next(3) == 0 ? i - rank : i).ToString(CultureInfo.InvariantCulture);

    private T Pick<T>(params T[] among) => among[random.Next(among.Length)];

    private static Extent[] With(Extent[] dims, int at, params Extent[] instead) => [.. dims[..at], .. instead, .. dims[(at + 1)..]];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    internal sealed class Counter
    {
        public int Number { get; set; }
    }
}

/// <summary>A random module and what it is run with.</summary>
/// <param name="Name">The class.</param>
/// <param name="Text">Its source, with the modules in it.</param>
/// <param name="Inputs">What the inputs hold.</param>
/// <param name="HasSize">Its constructor takes a size <c>d</c>.</param>
internal sealed record RandomProgram(string Name, string Text, IReadOnlyList<Element> Inputs, bool HasSize)
{
    /// <summary>The types of the inputs, where types are drawn.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];
}

using System.Globalization;
using System.Text;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>
/// Writes random modules that keep tensors across calls, each twice: as a class that Gen completes, and by hand. They keep them in child
/// modules with a state, in a cache that <c>Forward</c> is given or the class owns, in static tables, lists, listeners and functions. Two
/// of five keep nothing at all.
/// Every tensor is [4, 4] and stays small, so that any may take the place of any other. What GEN4008 tells of (a member that is set in the
/// open) is freed, and not written.
/// </summary>
internal sealed class KeepingPrograms
{
    private const int Group = 5;

    private readonly Random random;
    private readonly int number;
    private readonly List<string> tensors = ["x"];
    private readonly StringBuilder body = new();
    private readonly KeepingCache cache;
    private int names;

    private KeepingPrograms(int number)
    {
        this.number = number;
        random = new Random(number);
        cache = Keeps(number) ? KeepingCache.Of(number / Group) : KeepingCache.None;
    }

    /// <summary>False for a program of which nothing lives on but its result.</summary>
    public static bool Keeps(int number) => number % Group > 1;

    /// <summary>Both classes of a number, and in <c>Programs</c> what makes, calls and asks each of them for what it keeps.</summary>
    public static string Write(int number) => new KeepingPrograms(number).Both();

    private bool IsKeeping => Keeps(number);

    /// <summary>The result: a tensor, or two of them.</summary>
    private static string Result(int number) => (number / 3 % 6) switch { 1 => "(Tensor, Tensor)", 3 => "Tensor[]", 5 => "List<Tensor>",
        _ => "Tensor" };

    private string Both()
    {
        string[] classes = IsKeeping ? KeepingLines.Children : KeepingLines.PlainChildren;
        var children = Enumerable.Range(0, 3).Select(_ => classes[random.Next(classes.Length)]).ToArray();
        var listed = Enumerable.Range(0, 2).Select(_ => classes[random.Next(classes.Length)]).ToArray();
        string[] last = IsKeeping ? KeepingLines.Last : KeepingLines.PlainLast;
        var item = last[random.Next(last.Length)];

        // A program of a group may hold the one before it, as Gen completes it or as it is written by hand.
        var hasInner = number % Group is not (0 or 2) && random.Next(2) == 0;
        var inner = random.Next(3) == 0 ? "Hand" : "Net";
        for (var i = random.Next(4, 10); i > 0; i--)
        {
            Step("        ", depth: 0);
        }

        if (hasInner)
        {
            Line("        ", Inner(number - 1));
        }

        var (a, b) = (Any(), Any());
        var result = Result(number) switch { "Tensor" => random.Next(2) == 0 ? a : $"{a} * 0.5 + {b} * 0.5",
            "(Tensor, Tensor)" => $"({a}, {b})", _ => $"[{a}, {b}]" };
        var (keeping, give) = (IsKeeping ? KeepingLines.Members : "",
            Result(number) switch { "Tensor" => "[result]", "(Tensor, Tensor)" => "[result.Item1, result.Item2]", _ => "[.. result]" });
        var text = new StringBuilder();
        foreach (var form in new[] { "Net", "Hand" })
        {
            var isGen = form == "Net";
            var layer = isGen ? "[Layer] private readonly" : "private readonly";
            var given = cache.IsGiven ? cache.Type + ", " : "";
            string Of(string type) => isGen ? type : type.Replace("Net", "Hand", StringComparison.Ordinal);
            text.AppendLine(CultureInfo.InvariantCulture, $$"""
                public sealed {{(isGen ? $"partial class Net{number}" : $"class Hand{number} : Module<Tensor, {given}{Result(number)}>")}}
                {
                    {{(isGen ? "[Layer(4, 4)] private readonly Linear fc" : "private readonly Linear fc = Linear(4, 4)")}};
                    {{(isGen ? "[Layer] private readonly ReLU relu" : "private readonly ReLU relu = ReLU()")}};
                    {{string.Join("\n    ", children.Select((c, i) => $"{layer} {Of(c)} child{i} = new();"))}}
                    {{layer}} Sequential items = Sequential(Linear(4, 4), new {{Of(item)}}());
                    {{layer}} ModuleList<Module<Tensor, Tensor>> list =
                        ModuleList<Module<Tensor, Tensor>>(new {{Of(listed[0])}}(), new {{Of(listed[1])}}());
                    {{(hasInner ? $"{layer} {Of($"{inner}{number - 1}")} inner = new();" : "")}}
                    {{cache.Member}}
                    {{KeepingLines.PlainMembers}}
                    {{keeping}}
                    public IEnumerable<Tensor> All() => [{{(IsKeeping ? ".. seen, .. Shelf.These(mask, kept)" : "")}}
                        {{string.Concat(children.Where(c => IsKeeping).Select((_, i) => $", .. child{i}.All()"))}}
                        {{(hasInner ? (IsKeeping ? ", " : "") + ".. inner.All()" : "")}}
                        {{(cache.Member.Length > 0 ? $", .. {cache.All}" : "")}}];
                    {{(isGen ? "" : $"public Hand{number}() : base(\"Hand{number}\") => RegisterComponents();")}}
                    {{(isGen ? "private" : "public override")}} {{Result(number)}}
                        {{(isGen ? "F" : "f")}}orward(Tensor x{{(cache.IsGiven ? $", {cache.Type} cache" : "")}})
                    {
                {{body}}        return {{result}};
                    }
                }

                public static partial class Programs
                {
                    public static (Module, Func<Tensor, Tensor[]>, Func<Tensor[]>) {{form}}{{number}}()
                    {
                        var net = new {{form}}{{number}}();
                        {{(cache.IsGiven ? $"{cache.Type} cache = {cache.New};" : "")}}
                        return (net, x => { var result = net.call(x{{(cache.IsGiven ? ", cache" : "")}}); return {{give}}; },
                            () => [.. net.All(){{(cache.IsGiven ? $", .. {cache.All}" : "")}}]);
                    }
                }

                """);
        }

        return text.ToString();
    }

    /// <summary>A line, or some in a branch or a loop.</summary>
    private void Step(string indent, int depth)
    {
        if (depth == 2 || random.Next(6) > 0)
        {
            var from = !IsKeeping || random.Next(5) < 2 ? KeepingLines.Plain : cache.Lines.Length > 0 && random.Next(2) == 0 ? cache.Lines
                : KeepingLines.Keeping;
            Line(indent, from[random.Next(from.Length)]);
            return;
        }

        var (count, condition, name) = (tensors.Count, Any(), Name("i"));
        body.Append(indent).AppendLine(random.Next(3) switch
        {
            0 => $"if ({condition}.mean().item<float>() > 0.05) {{",
            1 => $"for (var {name} = 0; {name} < 2; {name}++) {{",
            _ => $"foreach (var {name} in new[] {{ {condition}, {Any()} }}) {{",
        });
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            Step(indent + "    ", depth + 1);
        }

        tensors.RemoveRange(count, tensors.Count - count);
        body.Append(indent).AppendLine("}");
    }

    private static string Inner(int number)
    {
        var argument = KeepingCache.Of(number / Group) is { IsGiven: true } && Keeps(number) ? ", cache" : "";
        return Result(number) switch
        {
            "Tensor" => $"var $n = inner.call($a{argument});",
            "(Tensor, Tensor)" => $"var ($n, $n1) = inner.call($a{argument});",
            _ => $"var $i = inner.call($a{argument}); var $n = $i[1];",
        };
    }

    private void Line(string indent, string line)
    {
        var (a, b, c) = (Any(), Any(), Any());
        var (n, n1, i) = (Name("t"), Name("t"), Name("i"));
        body.Append(indent)
            .AppendLine(line.Replace("$child", $"child{random.Next(3).ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
            .Replace("$n1", n1, StringComparison.Ordinal).Replace("$n", n, StringComparison.Ordinal)
            .Replace("$i", i, StringComparison.Ordinal)
            .Replace("$k", random.Next(2) == 0 ? "k" : "v", StringComparison.Ordinal)
            .Replace("$a", a, StringComparison.Ordinal).Replace("$b", b, StringComparison.Ordinal)
            .Replace("$c", c, StringComparison.Ordinal));
        var hasSecond = line.Contains("$n1", StringComparison.Ordinal);
        tensors.AddRange(line.Contains("$n", StringComparison.Ordinal) ? hasSecond ? [n, n1] : [n] : []);
    }

    /// <summary>A tensor, often one of the last.</summary>
    private string Any() =>
        tensors[random.Next(2) == 0 ? random.Next(tensors.Count) : random.Next(Math.Max(0, tensors.Count - 2), tensors.Count)];

    private string Name(string start) => $"{start}{(++names).ToString(CultureInfo.InvariantCulture)}_";
}

using System.Globalization;
using System.Text;

namespace Gen.Tests.Operations.Programs;

/// <summary>
/// Writes random modules that keep tensors across calls: in child modules with a state, in a cache that <c>Forward</c> is given, in static tables and in lists.
/// Every tensor is [4, 4] and stays small, so that any may take the place of any other. What GEN4008 tells of (a member that is set in the open) is freed, and not written.
/// </summary>
internal sealed class KeepingPrograms
{
    /// <summary>What the programs share; nothing of it is generated.</summary>
    public const string Others = """
        #nullable enable
        #pragma warning disable CS0067, CS0169, CS1717, CS8618, CS8601, CS8604, CS8602
        public static class Shelf
        {
            public static readonly Dictionary<string, Tensor> Named = [];
            public static readonly List<Tensor> All = [];
            private static readonly Dictionary<long, Tensor> masks = [];
            private static Tensor? last;
            public static Tensor Mask(long n) => masks.TryGetValue(n, out var known) ? known : masks[n] = torch.ones(n) * 0.5;
            public static Tensor Previous(Tensor x) { var y = last is null ? x : x * 0.5 + last * 0.5; last = x; return y; }
            public static void Put(string key, Tensor t) => Named[key] = t;
            public static Tensor Get(string key, Tensor other) => Named.TryGetValue(key, out var t) ? t : other;
            public static void Reset() { Named.Clear(); All.Clear(); masks.Clear(); last = null; }
        }

        public sealed class Cache
        {
            public Tensor? Keys { get; set; }
            public Tensor? Values { get; set; }
            public (Tensor, Tensor)? Pair { get; set; }
            public Tensor? Field;
            public readonly List<Tensor> All = [];
            public void Add(Tensor t) => All.Add(t);
            public Tensor Take(Tensor t) { var old = Values; Values = t; return old ?? t; }
        }

        public static class Helper
        {
            public static void Fill(List<Tensor> to, Tensor t) { to.Add(t); }
            public static void Put(IDictionary<string, Tensor> to, string key, Tensor t) { to[key] = t; }
            public static Tensor Swap(ref Tensor? place, Tensor t) { var old = place; place = t; return old ?? t; }
        }

        public sealed class Table() : Module<Tensor, Tensor>("Table") { private Tensor? table; public override Tensor forward(Tensor x) => x + (table ??= torch.ones(x.shape[^1]) * 0.1); }
        public sealed class OnlyTable() : Module<Tensor, Tensor>("OnlyTable") { private Tensor? table; public override Tensor forward(Tensor x) => table ??= torch.ones(4, 4) * 0.3; }
        public sealed class First() : Module<Tensor, Tensor>("First") { private Tensor? first; public override Tensor forward(Tensor x) => first ??= x.t(); }
        public sealed class State() : Module<Tensor, Tensor>("State") { private Tensor? last; public override Tensor forward(Tensor x) { var y = last is null ? x : x + last; last = x; return y.tanh(); } }
        public sealed class Output() : Module<Tensor, Tensor>("Output") { private Tensor? last; public override Tensor forward(Tensor x) { var y = last is null ? x.sin() : x * 0.5 + last * 0.5; last = y; return y; } }
        public sealed class Viewed() : Module<Tensor, Tensor>("Viewed") { private Tensor? last; public override Tensor forward(Tensor x) { var y = last ?? x; last = x.unsqueeze(0); return y.dim() == 3 ? y.squeeze(0) : y; } }
        public sealed class Memory() : Module<Tensor, Tensor>("Memory") { private readonly List<Tensor> seen = []; public override Tensor forward(Tensor x) { seen.Add(x); return seen[0]; } }
        public class Open() : Module<Tensor, Tensor>("Open") { private Tensor? mean; public override Tensor forward(Tensor x) => mean = mean is null ? x * 1 : (mean + x) / 2; }

        """;

    /// <summary>The kinds of the cache; none, for the first.</summary>
    private static readonly string[] Caches = ["", "Cache", "Dictionary<string, Tensor>", "List<Tensor>", "Tensor?[]"];

    private static readonly string[] Children = ["Table", "OnlyTable", "First", "State", "Output", "Viewed", "Memory", "Open"];

    private static readonly string[] Plain =
    [
        "var $n = $a.tanh();", "var $n = $a * 0.5 + $b * 0.5;", "var $n = fc.call($a);", "var $n = relu.call($a);", "var $n = $a.t();", "var $n = $a;", "$a = ($a + $b).tanh();",
        "var $n = torch.cat([$a, $b], 0).narrow(0, 2, 4);", "var $n = $a.unsqueeze(0).squeeze(0);", "var $n = $a.mean().item<float>() > 0.1 ? $a : $b;", "$a = $b;", "var ($n, $n1) = ($a.sin(), $b);",
        "if ($a.mean().item<float>() > 0.1) { $a = $b * 0.5; } else { $b = $a; }", "for (var $i = 0; $i < 2; $i++) { $a = fc.call($a).tanh(); }", "var $n = Own($a);",
        "Tensor $n = $a.cos(); foreach (var $i in new[] { $a, $b }) { $n = $n * 0.5 + $i * 0.5; }", "var $n = torch.stack(new[] { $a, $b, $c }, 0).mean([0L]);", "var $n = $a.chunk(2, 0) is var $i ? torch.cat([$i[1], $i[0]], 0) : $b;",
    ];

    private static readonly string[] Keeping =
    [
        "var $n = $child.call($a);", "$a = $child.call($a.cos());", "var $n = $child.call($a) * 0.5 + $b * 0.5;", "var $n = items.call($a);", "foreach (var $i in list) { $a = $i.call($a * 0.5); }",
        "var $n = $a * Shelf.Mask(4);", "var $n = Shelf.Previous($a);", "Shelf.Put(\"$k\", $a);", "var $n = Shelf.Get(\"$k\", $a);", "Helper.Put(Shelf.Named, \"$k\", $a);", "Helper.Fill(Shelf.All, $a.sin());",
        "Helper.Fill(seen, $a);", "Helper.Fill(seen, $a.t()); var $n = seen[0];", "var $n = again is null ? $a : again(); { var $i = $b; again = () => $i; }", "var $n = $a * Mask;", "var $n = Kept($a);",
    ];

    private static readonly string[][] OfCache =
    [
        [],
        [
            "cache.Keys = cache.Keys is null ? $a : cache.Keys * 0.5 + $a * 0.5;", "cache.Keys = $a;", "cache.Add($a);", "cache.Keys ??= $a.sin();", "(cache.Keys, cache.Values) = ($a, $b.t());", "var $n = cache.Keys ?? $a;",
            "cache.Pair = ($a, $b);", "var $n = cache.Pair is { } $i ? $i.Item2 : $a;", "var $n = cache.Take($a);", "cache.All.Add($a.t());", "var $n = cache.Values = $a.cos();", "cache.Field = $a;", "var $n = cache.Field ?? $a;",
        ],
        [
            "cache[\"$k\"] = $a;", "cache[\"$k\"] = cache.TryGetValue(\"$k\", out var $i) ? $i * 0.5 + $a * 0.5 : $a;", "cache.TryAdd(\"$k\", $a.sin());", "if (!cache.ContainsKey(\"$k\")) { cache[\"$k\"] = $a; }",
            "var $n = cache.TryGetValue(\"$k\", out var $i) ? $i : $a;", "Helper.Put(cache, \"$k\", $a);", "var $n = cache[\"$k\"] = $a.t();", "foreach (var $i in cache.Values) { $a = $a * 0.5 + $i * 0.5; }",
        ],
        [
            "cache.Add($a);", "cache.Insert(0, $a.sin());", "if (cache.Count > 0) { cache[0] = $a; }", "cache.AddRange([$a, $b.t()]);", "Helper.Fill(cache, $a);", "var $n = cache.Count > 0 ? cache[0] : $a;",
            "var $n = cache.LastOrDefault() ?? $a;", "var $i = cache; $i.Add($a.cos());", "cache.Add($a); var $n = torch.stack(cache.ToArray(), 0).mean([0L]);", "foreach (var $i in cache) { $a = $a * 0.5 + $i * 0.5; }",
        ],
        [
            "cache[1] = $a;", "cache[2] = cache[2] is { } $i ? $i * 0.5 + $a * 0.5 : $a;", "Array.Fill(cache, $a);", "var $n = Helper.Swap(ref cache[0], $a);", "var $n = cache[1] ?? $a;", "cache[3] ??= $a.sin();",
            "(cache[0], cache[1]) = ($a.t(), cache[0]);", "var $i = cache; $i[2] = $a.cos();",
        ],
    ];

    private readonly Random random;
    private readonly List<string> tensors = ["x"];
    private readonly string[] children;
    private int names;

    private KeepingPrograms(int number)
    {
        random = new Random(number);
        children = [.. Enumerable.Range(0, 3).Select(_ => Children[random.Next(Children.Length)])];
    }

    /// <summary>The class <c>Net</c> of a number. Others than the first of five call the one before them, too.</summary>
    public static string Write(int number) => new KeepingPrograms(number).Class(number);

    private string Class(int number)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        var kind = number / 5 % Caches.Length;
        var inner = number % 5 > 0 && random.Next(2) == 0 ? $"Net{(number - 1).ToString(CultureInfo.InvariantCulture)}" : null;
        var body = new StringBuilder();
        for (var i = random.Next(4, 12); i > 0; i--)
        {
            var from = random.Next(5) < 2 ? Plain : kind > 0 && random.Next(2) == 0 ? OfCache[kind] : Keeping;
            body.Append("        ").AppendLine(Fill(from[random.Next(from.Length)]));
        }

        if (inner is not null)
        {
            body.Append("        ").AppendLine(Fill($"var $n = inner.call($a{(kind > 0 ? ", cache" : "")});"));
        }

        return $$"""
            public sealed partial class Net{{name}}
            {
                [Layer(4, 4)] private readonly Linear fc;
                [Layer] private readonly ReLU relu;
                {{string.Join("\n    ", children.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"[Layer] private readonly {c} child{i} = new();")))}}
                [Layer] private readonly Sequential items = Sequential(Linear(4, 4), new {{Children[random.Next(Children.Length)]}}());
                [Layer] private readonly ModuleList<Module<Tensor, Tensor>> list = ModuleList<Module<Tensor, Tensor>>(new {{Children[random.Next(Children.Length)]}}(), new {{Children[random.Next(Children.Length)]}}());
                {{(inner is null ? "" : $"[Layer] private readonly {inner} inner;")}}
                private readonly List<Tensor> seen = [];
                private Func<Tensor>? again;
                private Tensor? mask, kept;
                private Tensor Mask => mask ??= torch.ones(4) * 0.7;
                private Tensor Own(Tensor t) { var u = t.sin(); return u + t * 0.1; }
                private Tensor Kept(Tensor t) { var old = kept; kept = t.cos().Keep(); return old ?? t; }

                private Tensor Forward(Tensor x{{(kind > 0 ? $", {Caches[kind]} cache" : "")}})
                {
            {{body}}        return {{Fill("$a" + (random.Next(2) == 0 ? "" : " * 0.5 + $b * 0.5"))}};
                }
            }

            """;
    }

    private string Fill(string line)
    {
        var (a, b, c) = (Any(), Any(), Any());
        var (n, n1, i) = (Name("t"), Name("t"), Name("i"));
        var text = line.Replace("$child", $"child{random.Next(children.Length).ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
            .Replace("$n1", n1, StringComparison.Ordinal).Replace("$n", n, StringComparison.Ordinal).Replace("$i", i, StringComparison.Ordinal)
            .Replace("$k", random.Next(2) == 0 ? "k" : "v", StringComparison.Ordinal)
            .Replace("$a", a, StringComparison.Ordinal).Replace("$b", b, StringComparison.Ordinal).Replace("$c", c, StringComparison.Ordinal);
        tensors.AddRange(new[] { (Hole: "$n", Name: n), (Hole: "$n1", Name: n1) }.Where(p => text.Contains(p.Name, StringComparison.Ordinal)).Select(p => p.Name));
        return text;
    }

    /// <summary>A tensor, often one of the last.</summary>
    private string Any() => tensors[random.Next(2) == 0 ? random.Next(tensors.Count) : random.Next(Math.Max(0, tensors.Count - 2), tensors.Count)];

    private string Name(string start) => $"{start}{(++names).ToString(CultureInfo.InvariantCulture)}_";
}

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>
/// What programs that keep tensors are made of. <c>$a</c>, <c>$b</c> and <c>$c</c> are tensors, <c>$n</c> and <c>$n1</c> new ones,
/// <c>$i</c> is another new name, <c>$k</c> a key, <c>$child</c> a layer.
/// </summary>
internal static class KeepingLines
{
    /// <summary>The classes that the programs share.</summary>
    public static readonly string Shared = """
        #nullable enable
        #pragma warning disable // What a random program leaves unused is no mistake.
        public static class Shelf
        {
            public static readonly Dictionary<string, Tensor> Named = [];
            public static readonly List<Tensor> Filled = [];
            private static readonly Dictionary<long, Tensor> masks = [];
            private static Tensor? last;
            public static Cache Shared = new();
            public static Action<Tensor> Listener = Filled.Add;
            public static event Action<Tensor>? Told = Filled.Add;
            public static void Tell(Tensor t) => Told?.Invoke(t);
            public static Tensor Mask(long n) => masks.TryGetValue(n, out var known) ? known : masks[n] = torch.ones(n) * 0.5;
            public static Tensor Previous(Tensor x) { var y = last is null ? x : x * 0.5 + last * 0.5; last = x; return y; }
            public static void Put(string key, Tensor t) => Named[key] = t;
            public static Tensor Get(string key, Tensor other) => Named.TryGetValue(key, out var t) ? t : other;
            public static void Reset() { Named.Clear(); Filled.Clear(); masks.Clear(); last = null; Shared = new(); }
            public static IEnumerable<Tensor> These(params Tensor?[] all) => all.OfType<Tensor>();
            public static Tensor[] All() => [.. Named.Values, .. Filled, .. masks.Values, .. These(last), .. Shared.All()];
        }

        public sealed record Cache
        {
            private readonly Dictionary<string, Tensor> named = [];
            public Tensor? Keys { get; set; }
            public Tensor? Values { get; set; }
            public (Tensor, Tensor)? Pair { get; set; }
            public Tensor? Field;
            public List<Tensor> Seen { get; } = [];
            public Tensor? this[string key] { get => named.GetValueOrDefault(key); set => named[key] = value!; }
            public void Add(Tensor t) => Seen.Add(t);
            public void Layer(Tensor t, out Tensor old) { old = Values ?? t; Values = t; }
            public Tensor Take(Tensor t) { var old = Values; Values = t; return old ?? t; }
            public IEnumerable<Tensor> All() => [.. named.Values, .. Seen, .. Shelf.These(Keys, Values, Pair?.Item1, Pair?.Item2, Field)];
        }

        public interface ICache { void Put(Tensor t); Tensor Get(Tensor other); }
        public sealed class Ring : ICache
        {
            private readonly Queue<Tensor> items = new();
            public void Put(Tensor t) { items.Enqueue(t); if (items.Count > 4) { items.Dequeue(); } }
            public Tensor Get(Tensor other) => items.Count > 0 ? items.Peek() : other;
            public IEnumerable<Tensor> All() => items;
        }

        public static class Helper
        {
            public static void Fill(List<Tensor> to, Tensor t) { to.Add(t); }
            public static void Put(IDictionary<string, Tensor> to, string key, Tensor t) { to[key] = t; }
            public static Tensor Swap(ref Tensor? place, Tensor t) { var old = place; place = t; return old ?? t; }
            public static Tensor Half(Tensor t) { var u = t * 0.5; return u + u * 0.1; }
            public static Tensor Same(Tensor t) => t;
            public static (Tensor, Tensor) Pair(Tensor t) => (t, t.sin());
        }

        public sealed class Half() : Module<Tensor, Tensor>("Half")
        {
            public override Tensor forward(Tensor x) { var y = x.sin(); return y * 0.5 + x * 0.5; }
        }
        public sealed class Same() : Module<Tensor, Tensor>("Same") { public override Tensor forward(Tensor x) => x; }

        """ + string.Concat(new[]
        {
            ("Table", "table", "x + (table ??= torch.ones(x.shape[^1]) * 0.1)"),
            ("OnlyTable", "table", "table ??= torch.ones(4, 4) * 0.3"),
            ("First", "first", "first ??= x.t()"),
            ("Assigned", "mean", "mean = mean is null ? x * 1 : (mean + x) / 2"),
            ("State", "last", "{ var y = last is null ? x : x * 0.5 + last * 0.5; last = x; return y.tanh(); }"),
            ("Output", "last", "{ var y = last is null ? x.sin() : x * 0.5 + last * 0.5; last = y; return y; }"),
            ("Viewed", "last", "{ var y = last ?? x; last = x.unsqueeze(0); return y.dim() == 3 ? y.squeeze(0) : y; }"),
        }.Select(
            c => $"public sealed class {c.Item1}() : Module<Tensor, Tensor>(\"{c.Item1}\") {{ private Tensor? {c.Item2}; public "
                + $"override Tensor forward(Tensor x) {(c.Item3[0] == '{' ? c.Item3 : $"=> {c.Item3};")} public IEnumerable<Tensor> "
                + $"All() => Shelf.These({c.Item2}); }}\n")) + """
        public class Derived() : Memory("Derived") { }
        public class Memory(string name) : Module<Tensor, Tensor>(name)
        {
            private readonly List<Tensor> seen = [];
            public Memory() : this("Memory") { }
            public override Tensor forward(Tensor x) { seen.Add(x); return seen[0]; }
            public IEnumerable<Tensor> All() => seen;
        }

        """ + string.Concat(new[]
        {
            ("Keeper", "private Tensor? last; public IEnumerable<Tensor> All() => Shelf.These(last);",
                "var y = a.call(x).tanh(); var old = last; last = y.Keep(); return old is null ? y : old * 0.5 + y * 0.5;"),
            ("Around", "$layer State state = new(); public IEnumerable<Tensor> All() => state.All();",
                "return state.call(a.call(x).tanh());"),
            ("Teller", "public IEnumerable<Tensor> All() => [];", "var y = a.call(x).tanh(); Shelf.Tell(y); return x * 0.5 + y * 0.5;"),
            ("Holder", "private readonly Cache cache = new(); public IEnumerable<Tensor> All() => cache.All();",
                "cache.Keys = x; return cache.Take(a.call(x).tanh());"),
            ("Lists", "private readonly List<Tensor> all = []; public IEnumerable<Tensor> All() => all;",
                "Helper.Fill(all, x); Helper.Fill(all, a.call(x).sin()); return all[^1] * 0.5 + all[0] * 0.5;"),
            ("Masked", "public IEnumerable<Tensor> All() => [];", "return x + Shelf.Mask(4);"),
            ("Pure", "public IEnumerable<Tensor> All() => [];", "var y = a.call(x).tanh(); return y * 0.5 + x * 0.5;"),
            ("Given", "public IEnumerable<Tensor> All() => [];", "return x;"),
        }.Select(c => $$"""
            public sealed partial class Net{{c.Item1}}
            {
                [Layer(4, 4)] private readonly Linear a;
                {{c.Item2.Replace("$layer", "[Layer] private readonly", StringComparison.Ordinal)}}
                private Tensor Forward(Tensor x) { {{c.Item3}} }
            }
            public sealed class Hand{{c.Item1}} : Module<Tensor, Tensor>
            {
                private readonly Linear a = Linear(4, 4);
                {{c.Item2.Replace("$layer", "private readonly", StringComparison.Ordinal)}}
                public Hand{{c.Item1}}() : base("{{c.Item1}}") => RegisterComponents();
                public override Tensor forward(Tensor x) { {{c.Item3}} }
            }

            """));

    public static readonly string[] Children = ["Table", "OnlyTable", "First", "Assigned", "State", "Output", "Viewed", "Memory", "Derived",
        "NetKeeper", "NetAround", "NetTeller", "NetHolder", "NetLists", "NetMasked"];

    /// <summary>Of these nothing keeps a tensor.</summary>
    public static readonly string[] PlainChildren = ["Half", "Same", "NetPure", "NetGiven"];

    /// <summary>What may be the last of a <c>Sequential</c>: TorchSharp's own frees what it is given.</summary>
    public static readonly string[] Last = ["Table", "OnlyTable", "First", "Assigned", "Output", "NetKeeper", "NetAround", "NetTeller",
        "NetMasked"];

    public static readonly string[] PlainLast = ["Half", "NetPure"];

    public const string PlainMembers = """
        private Tensor Own(Tensor t) { var u = t.sin(); return u + t * 0.1; }
            private (Tensor, Tensor) Two(Tensor t) { var u = t.cos(); return (u * 0.5, t); }
            private static List<Tensor> Many(Tensor t, Tensor u) => [t * 0.5, u];
        """;

    public const string Members = """
        private readonly List<Tensor> seen = [];
            private event Action<Tensor>? Seen;
            private Func<Tensor>? again;
            private Tensor? mask, kept;
            private Tensor Mask => mask ??= torch.ones(4) * 0.7;
            private Tensor Kept(Tensor t) { var old = kept; kept = t.cos().Keep(); return old ?? t; }
            private (Tensor, Tensor) Both(Tensor t) { var u = t.cos(); Helper.Fill(seen, u); return (u, t); }
            private void Listen() { if (Seen is null) { Seen += seen.Add; } }
        """;

    public static readonly string[] Plain =
    [
        "var $n = $a.tanh();", "var $n = $a * 0.5 + $b * 0.5;", "var $n = fc.call($a).tanh();", "var $n = relu.call($a);",
        "var $n = $a.t();", "var $n = $a;", "$a = ($a + $b).tanh();",
        "var $n = torch.cat([$a, $b], 0).narrow(0, 2, 4);", "var $n = $a.unsqueeze(0).squeeze(0);",
        "var $n = $a.mean().item<float>() > 0.1 ? $a : $b;", "$a = $b;", "var ($n, $n1) = ($a.sin(), $b);",
        "if ($a.mean().item<float>() > 0.1) { $a = $b * 0.5; } else { $b = $a; }",
        "for (var $i = 0; $i < 2; $i++) { $a = fc.call($a).tanh(); }", "var $n = Own($a);",
        "Tensor $n = $a.cos(); foreach (var $i in new[] { $a, $b }) { $n = $n * 0.5 + $i * 0.5; }",
        "var $n = torch.stack(new[] { $a, $b, $c }, 0).mean([0L]);",
        "var $n = $a.chunk(2, 0) is var $i ? torch.cat([$i[1], $i[0]], 0) : $b;",
        "var ($n, $n1) = Two($a);", "var $i = Many($a, $b); var $n = $i[0];",
        "var $i = new List<Tensor> { $a, $b.sin() }; $i.Add($c); var $n = torch.stack($i.ToArray(), 0).mean([0L]);",
        "var $n = Helper.Half($a);", "var $n = Helper.Same($a);",
        "var ($n, $n1) = Helper.Pair($a);", "var $i = new Dictionary<string, Tensor> { [\"$k\"] = $a.cos() }; var $n = $i[\"$k\"];",
        "Func<Tensor, Tensor> $i = t => t * 0.5; var $n = $i($a);", "Tensor $i(Tensor t) => t * 0.5; var $n = $i($a);",
        "var $n = new[] { $a, $b }.Select(t => t * 0.5).ToArray()[1];", "var $i = ($a.t(), $b); var $n = $i.Item1;",
        "var $n = $child.call($a.sin());",
        "foreach (var $i in list) { $a = $i.call($a).tanh(); }", "var $n = items.call($a).tanh();",
        "var $i = list[0]; var $n = $i.call($a).tanh();", "var $n = list.Aggregate($a, (h, l) => l.call(h)).tanh();",
        "var $i = new Cache { Keys = $a.cos(), Field = $b }; var $n = $i.Keys!;", "var $i = new { Item = $a.sin() }; var $n = $i.Item;",
        "Tensor $n; { using var $i = NewDisposeScope(); $n = $i.MoveToOuter(($a + $b).tanh()); }",
        "var $i = new Queue<Tensor>(); $i.Enqueue($a.cos()); $i.Enqueue($b); var $n = $i.Dequeue();",
        "var $n = $a.mean().item<float>() switch { > 0.1f => $a.cos(), _ => $b };",
        "Tensor $n; try { $n = $a.sin(); } finally { $b = $b.t(); }",
    ];

    public static readonly string[] Keeping =
    [
        "var $n = $child.call($a);", "$a = $child.call($a.cos());", "var $n = $child.call($a) * 0.5 + $b * 0.5;",
        "var $n = items.call($a).tanh();", "foreach (var $i in list) { $a = $i.call($a * 0.5); }",
        "var $n = $a * Shelf.Mask(4);", "var $n = Shelf.Previous($a);", "Shelf.Put(\"$k\", $a);", "var $n = Shelf.Get(\"$k\", $a);",
        "Helper.Put(Shelf.Named, \"$k\", $a);", "Helper.Fill(Shelf.Filled, $a.sin());",
        "Helper.Fill(seen, $a);", "Helper.Fill(seen, $a.t()); var $n = seen[0];",
        "var $n = again is null ? $a : again(); { var $i = $b; again = () => $i; }", "var $n = $a * Mask;", "var $n = Kept($a);",
        "Shelf.Tell($a);", "Shelf.Tell($a.t()); var $n = Shelf.Filled[0];", "Shelf.Listener($a.sin());", "Listen(); Seen!($a.cos());",
        "Listen(); Seen?.Invoke($a);", "var ($n, $n1) = Both($a);", "new List<Tensor> { $a, $b.t() }.ForEach(seen.Add);",
        "Action<Tensor> $i = seen.Add; $i($a.t());", "void $i(Tensor t) => Helper.Fill(seen, t); $i($a.sin());",
        "var $n = list[0].call($a);", "var $i = child0; var $n = $i.call($a);", "var $i = seen; $i.Add($a.cos());",
    ];
}

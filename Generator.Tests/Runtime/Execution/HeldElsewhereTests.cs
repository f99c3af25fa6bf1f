using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>What <c>Forward</c> computes and something other than the class holds lives on: each module is called again and again, and
/// gives what its code gives by hand.</summary>
[Collection("TorchSharp")]
public sealed class HeldElsewhereTests
{
    private const string Others = """
        #nullable enable
        #pragma warning disable CS0067, CS8618 // An event without a listener, and fields that Gen fills.
        public static class Masks
        {
            private static readonly Dictionary<long, Tensor> all = [];
            private static Tensor? last;
            public static Tensor Of(long n) => all.TryGetValue(n, out var known) ? known : all[n] = torch.ones(n) * 0.5;
            public static Tensor Previous(Tensor x) { var y = last is null ? x : x + last; last = x; return y; }
            public static void Reset() { all.Clear(); last = null; }
        }

        public static class Modules
        {
            public static Module<Tensor, Tensor> One = new State();
            public static List<Module<Tensor, Tensor>> Many = [new State()];
            public static Module<Tensor, Tensor> At(int i) => Many[i];
            public static void Reset()
            {
                (One, Many) = (new State(), [new State()]);
                Fields.All.Clear(); Fields.AllNamed.Clear(); Fields.Last = null; Fields.Opened = default;
            }
        }

        public sealed class Fields
        {
            public static readonly List<Tensor> All = [];
            public static readonly Dictionary<string, Tensor> AllNamed = [];
            public static Cache? Last;
            public static Open Opened;
            public List<Tensor> Shared => All;
            public Dictionary<string, Tensor> Named => AllNamed;
        }
        public struct Open { public Tensor? P; }
        public sealed class Cache
        {
            public Tensor? Keys { get; set; }
            public readonly List<Tensor> All = [];
            public void Add(Tensor t) => All.Add(t);
        }
        public sealed class Table() : Module<Tensor, Tensor>("Table")
        {
            private Tensor? table;
            public override Tensor forward(Tensor x) => x + (table ??= torch.ones(x.shape[^1]) * 0.1);
        }
        public sealed class OnlyTable() : Module<Tensor, Tensor>("OnlyTable")
        {
            private Tensor? table;
            public override Tensor forward(Tensor x) => table ??= torch.ones(4, 4) + 1;
        }
        public sealed class State() : Module<Tensor, Tensor>("State")
        {
            private Tensor? last;
            public override Tensor forward(Tensor x) { var y = last is null ? x : x + last; last = x; return y; }
        }
        public sealed class Average() : Module<Tensor, Tensor>("Average")
        {
            private Tensor? mean;
            public override Tensor forward(Tensor x) => mean = mean is null ? x * 1 : (mean + x) / 2;
        }
        public partial class Plain { [Layer] private readonly ReLU relu; }
        public class Keeping : Plain
        {
            private Tensor? last;
            public override Tensor forward(Tensor x)
            {
                var y = last is null ? base.forward(x) : base.forward(x) + last;
                last = x;
                return y;
            }
        }
        public sealed partial class Masked
        {
            [Layer(4, 4)] private readonly Linear fc;
            private Tensor Forward(Tensor x) => Masks.Of(x.shape[^1]);
        }
        public sealed partial class Chained
        {
            [Layer(4, 4)] private readonly Linear fc;
            [Layer] private readonly State state = new();
            [Layer] private readonly OnlyTable table = new();
            [Layer] private readonly Average average = new();
            [Layer] private readonly ReLU relu;
        }

        """;

    private const string List =
        "[Layer] private readonly ModuleList<Module<Tensor, Tensor>> list = ModuleList<Module<Tensor, Tensor>>(Linear(4, 4), ReLU());";

    private static readonly (string Members, string Body)[] All =
    [
        ("[Layer] private readonly Table table = new();", "return a.call(table.call(x));"),
        ("[Layer] private readonly OnlyTable table = new();", "return a.call(x) + table.call(x);"),
        ("[Layer] private readonly OnlyTable table = new();", "return table.call(a.call(x));"),
        ("[Layer] private readonly State state = new();", "return state.call(a.call(x)) + 1;"),
        ("[Layer] private readonly Plain plain = new Keeping();", "return plain.call(a.call(x)) + 1;"),
        ("[Layer] private readonly Keeping keeping = new();", "return keeping.call(a.call(x)) + 1;"),
        ("[Layer] private Plain plain = new(); private void Replace() { if (plain is not Keeping) { plain = new Keeping(); } }",
            "Replace(); return plain.call(a.call(x)) + 1;"),
        ("[Layer] private readonly Module<Tensor, Tensor> either = Environment.ProcessId > 0 ? new Keeping() : new Plain();",
            "return either.call(a.call(x)) + 1;"),
        ("[Layer] private readonly Module<Tensor, Tensor> either = Environment.ProcessId < 0 ? new Plain() : new Keeping();",
            "return either.call(a.call(x)) + 1;"),
        ("[Layer] private readonly Average average = new();", "var y = average.call(a.call(x)); return average.call(y);"),
        ("[Layer] private readonly Sequential items = Sequential(Linear(4, 4), new Table());", "return items.call(a.call(x));"),
        ("[Layer] private readonly ModuleList<Module<Tensor, Tensor>> items = ModuleList<Module<Tensor, Tensor>>(new State(), new "
            + "Average());", "foreach (var item in items) { x = item.call(x + 1); } return x;"),
        ("[Layer] private readonly Masked masked = new();", "return a.call(x) * masked.call(x) + masked.call(x);"),
        ("[Layer] private readonly Chained chained = new();", "return chained.call(a.call(x));"),
        ("", "return a.call(x) * Masks.Of(x.shape[^1]);"),
        ("private static Tensor Mask(long n) => Masks.Of(n);", "return a.call(x) * Mask(x.shape[^1]) + Mask(x.shape[^1]);"),
        ("", "return Masks.Previous(a.call(x)) + 1;"),
        ("private readonly Cache cache = new();",
            "var k = a.call(x); cache.Keys = cache.Keys is null ? k : cache.Keys + k; return cache.Keys + 0;"),
        ("private readonly Cache cache = new();", "var k = a.call(x); return cache.Keys = cache.Keys is null ? k : cache.Keys + k;"),
        ("private readonly Cache cache = new();", "cache.Add(a.call(x)); return torch.stack(cache.All.ToArray(), 0).sum([0L]);"),
        ("private readonly List<Tensor> all = []; private static void Fill(List<Tensor> to, Tensor t) { to.Add(t); }",
            "Fill(all, a.call(x)); return torch.stack(all.ToArray(), 0).sum([0L]);"),
        ("private readonly List<Tensor> seen = []; private event Action<Tensor>? Seen; private void See() { if (seen.Count == 0) { Seen "
            + "+= seen.Add; } }", "See(); var y = a.call(x); Seen!(y); return seen[0] + seen[^1] + y;"),
        ("private Func<Tensor>? again;",
            "var y = a.call(x); var before = again is null ? x : again(); again = () => y; return before + y;"),
        ("", "var m = Modules.One; return m.call(a.call(x)) + 1;"),
        ("", "foreach (var m in Modules.Many) { x = m.call(a.call(x)); } return x + 1;"),
        ("", "return Modules.Many.Aggregate(a.call(x), (h, m) => m.call(h)) + 1;"),
        (List, "var m = list[0]; m = Modules.One; return m.call(a.call(x)) + 1;"),
        (List, "Module<Tensor, Tensor> m = list[0]; (m, _) = (Modules.One, 1); return m.call(a.call(x)) + 1;"),
        (List, "foreach (var m in list.Concat(Modules.Many)) { x = m.call(a.call(x)); } return x + 1;"),
        (List, "foreach (var (m, n) in list.Zip(Modules.Many)) { x = n.call(m.call(x)); } return x + 1;"),
        (List, "var m = x.mean().item<float>() < 0 ? list[0] : Modules.One; return m.call(a.call(x)) + 1;"),
        ("", "foreach (var m in Enumerable.Range(0, 1).Select(Modules.At)) { x = m.call(a.call(x)); } return x + 1;"),
        ("", "Func<Tensor, Module<Tensor, Tensor>, Tensor> run = (h, m) => m.call(h); return run(a.call(x), Modules.One) + 1;"),
        ("private readonly List<Tensor> seen = [];", "var all = new[] { seen }; all[0].Add(a.call(x)); return seen[0] + seen[^1];"),
        ("private readonly List<Tensor> seen = [];",
            "var all = new List<Tensor>(); (all, _) = (seen, 1); all.Add(a.call(x)); return seen[0] + seen[^1];"),
        ("private readonly Fields fields = new();",
            "var more = new Fields { Shared = { a.call(x) }, Named = { [\"k\"] = a.call(x).sin() } }; return Fields.All[0] + "
            + "Fields.AllNamed[\"k\"];"),
        ("private readonly Fields fields = new();",
            "var more = new Fields { Shared = { a.call(x) } }; return Fields.All[0] + Fields.All[^1];"),
        ("", "var before = Fields.Last?.Keys; var r = new Cache(); r.Keys = a.call(x); Fields.Last = r; return (before ?? x) + r.Keys;"),
        ("", "var before = Fields.Opened.P; var s = new Open(); s.P = a.call(x); Fields.Opened = s; return (before ?? x) + s.P;"),
        ("", "ref var s = ref Fields.Opened; var before = s.P; s.P = a.call(x); return (before ?? x) + s.P;"),
        ("[Layer] private readonly State state = new(); private Tensor? last;",
            "var y = a.call(x); var before = last; last = y; return state.call(y) + (before ?? y);"),
        ("private Tensor? mask; private Tensor Mask => mask ??= torch.ones(4) * 2;", "return a.call(x) * Mask;"),
    ];

    private static readonly Lazy<Assembly> Nets = new(() => Compilations.Load(
        Others
            + string.Join("\n",
                All.Select(
                    (net,
                        i) =>
                        $"public sealed partial class Net{i} {{ [Layer(4, 4)] private readonly Linear a; {net.Members} private Tensor "
                        + $"Forward(Tensor x) {{ {net.Body} }} }}"))));

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, All.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void It_gives_what_the_code_gives_by_hand(int number)
    {
        var expected = Calls(number, byHand: true);
        var results = Calls(number, byHand: false);
        Assert.All(expected.Zip(results), r => Assert.True(r.First.allclose(r.Second)));
    }

    /// <summary>What four calls give; nothing but the module's own freeing takes place in between.</summary>
    private static Tensor[] Calls(int number, bool byHand)
    {
        Nets.Value.GetType("Masks")!.GetMethod("Reset")!.Invoke(null, null);
        Nets.Value.GetType("Modules")!.GetMethod("Reset")!.Invoke(null, null);
        manual_seed(7);
        using var mode = no_grad();
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(Nets.Value.GetType($"Net{number}")!)!;
        var forward = byHand
            ? module.GetType().GetMethod("Forward", BindingFlags.NonPublic | BindingFlags.Instance)!.CreateDelegate<Func<Tensor, Tensor>>(
                module) : module.call;
        return [.. Enumerable.Range(1, 4).Select(i => forward(torch.ones(4, 4) * i).clone())];
    }
}

using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>A layer of the class keeps nothing also where it is called by another name, and neither does what <c>Forward</c> makes for
/// itself: no tensor is left behind.</summary>
[Collection("TorchSharp")]
public sealed class OwnLayersTests
{
    private static readonly string[] Bodies =
    [
        "foreach (var m in list) { x = m.call(x); } return x + 1;",
        "foreach (var m in list.Take(1)) { x = m.call(x); } return x + 1;",
        "for (var i = 0; i < 2; i++) { x = list[i].call(x); } return x + 1;",
        "return list.Aggregate(x, (h, layer) => layer.call(h)) + 1;",
        "var m = list[0]; return m.call(x) + 1;",
        "foreach (var (m, i) in list.Select((m, i) => (m, i))) { x = m.call(x) + i; } return x + 1;",
        "foreach (var m in Enumerable.Range(0, 2).Select(i => list[i])) { x = m.call(x); } return x + 1;",
        "var m = x.mean().item<float>() > 0 ? list[0] : list[1]; return m.call(x) + 1;",
        "foreach (var (a, b) in list.Zip(list.Skip(1))) { x = b.call(a.call(x)); } return x + 1;",
        "foreach (var m in list.Reverse()) { x = m.call(x); } return x + 1;",
        "Module<Tensor, Tensor> m = fc; return m.call(x) + 1;",
        "foreach (var m in new Module<Tensor, Tensor>[] { fc, items }) { x = m.call(x); } return x + 1;",
        "Tensor Run(Tensor h) => list.Aggregate(h, (g, layer) => layer.call(g)); return Run(x) + 1;",
        "return list[0] is Linear first ? first.call(x) + 1 : x + 1;",
        "var named = new Dictionary<string, Tensor> { [\"k\"] = x.sin() }; var all = new List<Tensor> { x, named[\"k\"].cos() }; "
        + "all.Add(fc.call(x)); all[0] = x.tanh(); return torch.stack(all.ToArray(), 0).mean([0L]);",
        "var all = list.Select(m => m.call(x)).ToList(); all.Add(fc.call(x)); return torch.stack(all.ToArray(), 0).mean([0L]);",
        "var all = x.chunk(2, 1).ToArray(); all[0] = fc.call(x); return all[0] + cat([all[1], all[1]], 1);",
        "var all = list.ToDictionary(m => m.GetName(), _ => fc.call(x)); all[\"more\"] = fc.call(x); return all[\"more\"] + x;",
        "var made = new { Sin = x.sin(), Factor = 1 }; return made.Sin.cos() * made.Factor;",
        "var made = new Made { Sin = x.sin(), Others = [x.cos()] }; return made.Sin!.cos();",
    ];

    private static readonly Lazy<Assembly> Nets =
        new(() => Compilations.Load("public sealed class Made { public Tensor? Sin; public List<Tensor> Others { get; set; } = []; }\n"
            + string.Join("\n", Bodies.Select((body, i) => $$"""
        public sealed partial class Net{{i}}
        {
            [Layer(4, 4)] private readonly Linear fc;
            [Layer] private readonly Sequential items = Sequential(Linear(4, 4), ReLU());
            [Layer] private readonly ModuleList<Module<Tensor, Tensor>> list = ModuleList<Module<Tensor, Tensor>>(Linear(4, 4), ReLU());
            private Tensor Forward(Tensor x) { {{body}} }
        }
        """))));

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Bodies.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void They_leave_nothing_behind(int number)
    {
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(Nets.Value.GetType($"Net{number}")!)!;
        using var x = ones(4, 4);
        using var mode = no_grad();
        LiveCount.AssertConstant(20, 20, () => module.call(x).Dispose());
    }
}

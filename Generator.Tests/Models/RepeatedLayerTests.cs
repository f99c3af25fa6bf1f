using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Containers in which some layers stand as often as only the constructor's parameters tell, with others before, between and
/// behind them: shapes, counts and keys are those of TorchSharp for every number.</summary>
[Collection("TorchSharp")]
public sealed class RepeatedLayerTests
{
    /// <summary>What the container is, and the <c>Forward</c>; none is a chain. Each takes (5, 3) and gives (5, 2).</summary>
    public static TheoryData<string, string, string> Containers => new()
    {
        { "a multilayer perceptron by a static method", """
            [Layer] private readonly Sequential net = Make(n);
            private static Sequential Make(int depth)
            {
                var layers = new List<Module<Tensor, Tensor>> { Linear(3, 4) };
                for (var i = 0; i < depth; i++) { layers.Add(Linear(4, 4)); layers.Add(ReLU()); }
                layers.Add(Linear(4, 2));
                return Sequential(layers);
            }
            """, "" },
        { "the same, called", """
            [Layer] private readonly Sequential net = Make(n);
            private static Sequential Make(int depth)
            {
                var layers = new List<Module<Tensor, Tensor>> { Linear(3, 4) };
                for (var i = 1; i <= depth; i++) { layers.Add(Linear(4, 4)); layers.Add(ReLU()); layers.Add(Dropout(0.1)); }
                layers.Add(Linear(4, 2));
                return Sequential(layers);
            }
            """, "return net.call(x);" },
        { "two loops", """
            [Layer] private readonly Sequential net = Make(n);
            private static Sequential Make(int depth)
            {
                var layers = new List<Module<Tensor, Tensor>>();
                for (var i = 0; i < depth; i++) { layers.Add(Linear(3, 3)); layers.Add(Tanh()); }
                layers.Add(Linear(3, 4));
                for (var i = 0; i < depth + 1; i++) { layers.Add(Linear(4, 4, hasBias: false)); }
                layers.Add(Linear(4, 2));
                return Sequential(layers);
            }
            """, "return net.call(x);" },
        { "a collection expression", "[Layer] private readonly Sequential net = "
            + "Sequential([Linear(3, 4), .. Enumerable.Range(0, n).Select(_ => Linear(4, 4)), Linear(4, 2)]);", "" },
        { "only the repeated ones", "[Layer] private readonly Sequential net = "
            + "Sequential(Enumerable.Range(0, n).Select(_ => Linear(3, 3))); [Layer(3, 2)] private readonly Linear head;", "" },
        { "a list that is gone through", "[Layer] private readonly ModuleList<Linear> net = "
            + "ModuleList([Linear(3, 4), .. Enumerable.Range(0, n).Select(_ => Linear(4, 4)).ToArray(), Linear(4, 2)]);",
            "foreach (var layer in net) { x = layer.call(x).relu(); } return x;" },
        { "the first and the last of a list", "[Layer] private readonly ModuleList<Linear> net = "
            + "ModuleList([Linear(3, 4), .. Enumerable.Range(0, n).Select(_ => Linear(4, 4)).ToArray(), Linear(4, 2)]);",
            "return net[^1].call(net[0].call(x).relu());" },
        { "a list that the constructor fills", """
            [Layer] private readonly ModuleList<Linear> net = new();
            public Net(int n)
            {
                this.n = n;
                net.Add(Linear(3, 4));
                for (var i = 0; i < n; i++) { net.Add(Linear(4, 4)); net.Add(Linear(4, 4, hasBias: false)); }
                net.Add(Linear(4, 2));
            }
            private readonly int n;
            """, "foreach (var layer in net) { x = layer.call(x).relu(); } return x;" },
    };

    private static string Net(string members, string body) =>
        "[Shape(\"B 3 -> B 2\")] public sealed partial class Net"
        + (members.Contains("public Net", StringComparison.Ordinal) ? "" : "(int n)")
        + $" {{ {members} {(body.Length > 0 ? $"private Tensor Forward(Tensor x) {{ {body} }}" : "")} }}";

    [Theory]
    [MemberData(nameof(Containers))]
    public void Shapes_counts_and_keys_are_those_of_every_number(string form, string members, string body)
    {
        var source = Net(members, body);
        var found = Compilations.Diagnose(Compilations.Of(source)).Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, $"{form}: {string.Join("\n", found)}");
        var type = Compilations.Load(source).GetType("Net")!;
        using var scope = NewDisposeScope();
        foreach (var n in new[] { 0, 1, 4 })
        {
            using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, n)!;
            net.eval();
            Assert.Equal([5, 2], net.call(randn(5, 3)).shape);
            var total = net.parameters().Sum(p => p.numel());
            Assert.Equal(total, type.GetField("ParameterCount") is { } constant ? constant.GetRawConstantValue()
                : type.GetMethod("CountParameters")!.Invoke(null, [n]));
            var summary = (ModuleSummary)type.GetMethod("Summary", [typeof(string)])!.Invoke(net, [null])!;
            Assert.Equal(total, summary.Parameters);
            Assert.NotNull(((ModuleSummary)type.GetMethod("Summary", [typeof(string)])!.Invoke(net, ["B=5"])!).PeakActivationBytes);

            // The rows are the modules that are called, by their keys.
            var called = net.named_modules().Where(m => m.module is not (TorchSharp.Modules.ModuleList<TorchSharp.Modules.Linear>
                or TorchSharp.Modules.Sequential)).Select(m => m.name).ToHashSet();
            var rows = summary.Layers.Where(l => l is { HasLayers: false, TypeName: not "Sequential" }).Select(l => l.Name).ToArray();
            Assert.Subset(called, rows.ToHashSet());
            Assert.True(body.Contains("[^1]", StringComparison.Ordinal) || called.SetEquals(rows), string.Join(" ", rows));
        }
    }

    /// <summary>How often a layer is there is a number that nothing tells: what holds for any is proved.</summary>
    [Theory]
    [InlineData("[Layer] private readonly Sequential net = Sequential(Enumerable.Range(0, n[0]).Select(_ => Linear(3, 3)));",
        "return net.call(x);  // [B, 3]")]
    [InlineData("[Layer] private readonly Sequential net = Make(n[1]); private static Sequential Make(int depth) { "
        + "var layers = new List<Module<Tensor, Tensor>>(); for (var i = 0; i < depth; i++) { layers.Add(Linear(3, 3)); "
        + "layers.Add(ReLU()); } return Sequential(layers); }", "return net.call(x);  // [B, 3]")]
    [InlineData("[Layer] private readonly ModuleList<Linear> net = ModuleList(Enumerable.Range(0, n.Length).Select(_ => Linear(3, 3))"
        + ".ToArray());", "foreach (var layer in net) { x = layer.call(x); }\n return x;  // [B, 3]")]
    public void What_holds_for_any_number_is_proved(string members, string body)
    {
        string Source(string result, string comment) => $"[Shape(\"B 3 -> B {result}\")] public sealed partial class Net(int[] n) "
            + $"{{ {members} private Tensor Forward(Tensor x) {{ {body.Replace("3]", comment + "]", StringComparison.Ordinal)}\n }} }}";
        var found = Compilations.Diagnose(Compilations.Of(Source("3", "3")));
        Assert.All(found, d => Assert.Contains("is not known at compile time", d.GetMessage(null), StringComparison.Ordinal));
        Assert.All(found, static d => Assert.Equal("GEN2004", d.Id));
        Assert.Contains("GEN1005", Compilations.Diagnose(Compilations.Of(Source("4", "3"))).Select(static d => d.Id));
        Assert.Contains("GEN1011", Compilations.Diagnose(Compilations.Of(Source("3", "4"))).Select(static d => d.Id));
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Source("3", "3")).GetType("Net")!,
            [new[] { 2, 3 }])!;
        Assert.Equal([5, 3], net.call(randn(5, 3)).shape);
    }

    [Fact]
    public void A_mistake_behind_the_repeated_layers_is_reported()
    {
        var found = Compilations.Diagnose(Compilations.Of(Net("[Layer] private readonly Sequential net = "
            + "Sequential([Linear(3, 4), .. Enumerable.Range(0, n).Select(_ => Linear(4, 4)), Linear(5, 2)]);", "return net.call(x);")));
        Assert.Equal("'net.{n+1}' (Linear 5 -> 2) needs 5 features but gets 4: x [B, 3] -> net.0 [B, 4] "
            + "-> net.{#+1} [B, 4]. Change it to Linear(4, 2).",
            Assert.Single(found, static d => d.Severity == DiagnosticSeverity.Error).GetMessage(null));
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>A Forward that asks its layers for their class goes the way of the class that each one has.</summary>
[Collection("TorchSharp")]
public sealed class LayerTypeTests
{
    [Theory]
    [InlineData("if (m is Linear lin) x = lin.call(x.flatten(1)); else x = m.call(x);")]
    [InlineData("switch (m) { case Linear lin: x = lin.call(x.flatten(1)); break; default: x = m.call(x); break; }")]
    [InlineData("x = m is TorchSharp.Modules.Linear ? m.call(x.flatten(1)) : m.call(x);")]
    [InlineData("x = m switch { Linear l => l.call(x.flatten(1)), _ => m.call(x) };")]
    [InlineData("if (m is not TorchSharp.Modules.Linear) { x = m.call(x); continue; } x = m.call(x.flatten(1));")]
    [InlineData("if (m.GetType() != typeof(TorchSharp.Modules.Linear)) x = m.call(x); else x = m.call(x.flatten(1));")]
    public void The_way_of_its_class_is_taken(string turn)
    {
        var source = $$"""
            [Shape("B 1 8 8 -> B 4")]
            public sealed partial class Net
            {
                [Layer] private readonly ModuleList<Module<Tensor, Tensor>> l = ModuleList<Module<Tensor, Tensor>>(
                    Conv2d(1, 2, 3, padding: 1), ReLU(), Linear(128, 4));
                private Tensor Forward(Tensor x) { foreach (var m in l) { {{turn}} } return x; }
            }
            """;
        Assert.Empty(Compilations.Diagnose(Compilations.Of(source)));
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!;
        using var scope = NewDisposeScope();
        Assert.Equal([3L, 4L], net.call(rand(3, 1, 8, 8)).shape);
        var summary = (ModuleSummary)net.GetType().GetMethod("Summary")!.Invoke(net, ["B=3"])!;
        Assert.Equal((3 * 2 * 9 * 64) + (3 * 128 * 4), summary.MultiplyAdds);
    }
}

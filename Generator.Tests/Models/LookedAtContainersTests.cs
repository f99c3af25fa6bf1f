using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>A constructor that freezes or initializes what is in a container adds nothing to it: the container is as it was built. One that
/// may add something leaves it unknown.</summary>
[Collection("TorchSharp")]
public sealed class LookedAtContainersTests
{
    private const string Built = "[Layer] private readonly Sequential net = Sequential(Linear(3, 4), ReLU(), Linear(4, 2));";
    private const string Filled = "[Layer] private readonly ModuleList<Linear> net = new();";

    [Theory]
    [InlineData(Built, "foreach (var p in net.parameters()) { p.requires_grad = false; }")]
    [InlineData(Built, "foreach (var p in this.net.parameters()) p.requires_grad_(false);")]
    [InlineData(Built, "foreach (var (name, p) in net.named_parameters()) { if (name.EndsWith(\"bias\")) { init.zeros_(p); } }")]
    [InlineData(Built, "foreach (var m in net.children()) if (m is Linear fc) { init.xavier_uniform_(fc.weight); init.zeros_(fc.bias!); }")]
    [InlineData(Built, "foreach (var (_, m) in net.named_modules()) { if (m is Linear { bias: not null } fc) init.zeros_(fc.bias); }")]
    [InlineData(Built, "net.apply(m => { if (m is Linear fc) { init.zeros_(fc.bias!); } });")]
    [InlineData(Built, "net.eval(); net.load_state_dict(net.state_dict());")]
    [InlineData(Built, "Freeze(net); } private static void Freeze(Module m) { foreach (var p in m.parameters()) p.requires_grad = false;")]
    [InlineData(Built, "Freeze(); } private void Freeze() { foreach (var p in net.parameters()) p.requires_grad = false;")]
    [InlineData(Filled, "net.Add(Linear(3, 4)); net.Add(Linear(4, 2)); foreach (var fc in net) { init.zeros_(fc.bias!); }")]
    [InlineData(Filled, "net.Add(Linear(3, 4)); net.Add(Linear(4, 2)); net[0].weight.requires_grad = false;")]
    [InlineData(Filled, "net.Add(Linear(3, 4)); if (net.Count > 5) { throw new ArgumentException(); } net.Add(Linear(4, 2));")]
    [InlineData(Filled, "net.Add(Linear(3, 4)); for (var i = 1; i < 2; i++) { net.Add(Linear(4, 2)); init.ones_(net[i].bias!); }")]
    public void What_is_looked_at_is_counted(string members, string constructor)
    {
        var source = Net(members, constructor);
        Assert.Empty(Compilations.Diagnose(Compilations.Of(source)));
        var type = Compilations.Load(source).GetType("Net")!;
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        Assert.Equal([5, 2], net.call(randn(5, 3)).shape);
        Assert.Equal(net.parameters().Sum(p => p.numel()), type.GetField("ParameterCount")!.GetRawConstantValue());
    }

    [Theory]
    [InlineData(Built, "foreach (var m in net.children()) { Add(m); } } private static void Add(Module m) { ((Linear)m).bias = null;")]
    [InlineData(Built, "foreach (var m in net.children()) { if (m is Linear fc) { fc.weight = Parameter(ones(fc.weight.shape[0], 3)); } }")]
    [InlineData(Built, "net.apply(m => { if (m is Sequential all) { all.append(Linear(2, 2)); } });")]
    [InlineData(Built, "Change(net); } private static void Change(Sequential m) { m.append(Linear(2, 2));")]
    [InlineData(Built, "Change(net); } private static void Change(Sequential m) { var other = m; other.append(Linear(2, 2));")]
    [InlineData(Built, "foreach (var p in net.append(Linear(2, 2)).parameters()) { p.requires_grad = false; }")]
    [InlineData(Built, "var other = net; other.append(Linear(2, 2));")]
    [InlineData(Built, "((Sequential)net.to(CPU)).append(Linear(2, 2));")]
    [InlineData(Built, "((Sequential)net).append(Linear(2, 2));")]
    [InlineData(Built, "(net as Sequential).append(Linear(2, 2));")]
    [InlineData(Built, "net.append(Linear(2, 2)).append(ReLU());")]
    [InlineData(Built, "var other = (Sequential)net.cpu(); other.append(Linear(2, 2));")]
    [InlineData(Filled, "net.Add(Linear(3, 2)); if (net.Count > 0) { return; } net.Add(Linear(2, 2));")]
    [InlineData(Filled, "net.Add(Linear(3, 2)); net[0] = Linear(3, 2, hasBias: false);")]
    [InlineData(Filled, "net.Add(Linear(3, 2)); net[0].bias = null;")]
    [InlineData(Filled, "for (var i = 0; i < 9; i++) { if (net.Count > 0) { break; } net.Add(Linear(3, 2)); }")]
    public void What_may_be_added_to_is_not_counted(string members, string constructor)
    {
        var source = Net(members, constructor);
        Assert.Contains(Compilations.Diagnose(Compilations.Of(source)), d => d.Id == "GEN2004"
            && d.GetMessage(null).Contains("what the constructor adds to net", StringComparison.Ordinal));
        Assert.Null(Compilations.Load(source).GetType("Net")!.GetField("ParameterCount"));
    }

    private static string Net(string members, string constructor) => "public sealed partial class Net { " + members
        + " public Net() { " + constructor + " } [Shape(\"B 3 -> B 2\")] private Tensor Forward(Tensor x) { "
        + (members == Built ? "return net.call(x);" : "foreach (var fc in net) { x = fc.call(x).relu(); } return x;") + " } }";
}

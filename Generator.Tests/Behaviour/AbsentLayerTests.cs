using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Behaviour;

/// <summary>Optional layers that begin as null: nothing builds them, and nothing is counted for them.</summary>
[Collection("TorchSharp")]
public sealed class AbsentLayerTests
{
    [Theory]
    [InlineData("[Layer] private readonly Linear? p = null;")]
    [InlineData("[Layer] private readonly Linear? p = default;")]
    public void A_layer_that_is_null_is_silent_and_counts_nothing(string field)
    {
        var source = $"[Shape(\"B 4 -> B 4\")] public sealed partial class Net {{ {field} [Layer] private readonly Linear f = "
            + "Linear(4, 4); private Tensor Forward(Tensor x) => f.call(x) + (p?.call(x) ?? x); }";
        Assert.Empty(Compilations.Diagnose(Compilations.Of(source)));
        var type = Compilations.Load(source).GetType("Net")!;
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        Assert.Equal([2, 4], net.call(rand(2, 4)).shape);
        Assert.Equal(20, net.parameters().Sum(p => p.numel()));
        Assert.Equal(20L, type.GetField("ParameterCount")!.GetRawConstantValue());
    }

    /// <summary>A method may build it later: then there is no count.</summary>
    [Fact]
    public void A_layer_that_a_method_builds_later_is_no_error()
    {
        const string Source = "[Shape(\"B 4 -> B 4\")] public sealed partial class Net { [Layer] private Linear? p = null; [Layer] private "
            + "readonly Linear f = Linear(4, 4); public void Build() => p = Linear(4, 4); private Tensor Forward(Tensor x) => f.call(x) + "
            + "(p?.call(x) ?? x); }";
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(Source)), static d => d.Severity == DiagnosticSeverity.Error);
        var type = Compilations.Load(Source).GetType("Net")!;
        Assert.Null(type.GetField("ParameterCount"));
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        Assert.Equal([2, 4], net.call(rand(2, 4)).shape);
    }

    /// <summary>What is built where a flag holds, and what is built where not, are never both missing: no way is followed on which they
    /// are.</summary>
    [Theory]
    [InlineData("up is not null ? up.call(x) : down!.call(x)")]
    [InlineData("wide ? down!.call(x) : up!.call(x)")]
    [InlineData("!wide ? up!.call(x) : down!.call(x)")]
    [InlineData("down is null ? up!.call(x) : down.call(x)")]
    [InlineData("wide && x.shape[0] > 0 ? down!.call(x) : (up ?? down)!.call(x)")]
    public void One_of_two_layers_is_always_there(string result)
    {
        var source = "[Shape(\"B 4 -> B 4\")] public sealed partial class Net(bool wide) { [Layer] private readonly Linear? up = wide ? "
            + "null : Linear(4, 4); [Layer] private readonly Linear? down = wide ? Linear(4, 4) : null; private Tensor "
            + $"Forward(Tensor x) => {result}; }}";
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(source)), static d => d.Id != "CS9124");
        var type = Compilations.Load(source).GetType("Net")!;
        using var scope = NewDisposeScope();
        foreach (var wide in new[] { false, true })
        {
            using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, args: [wide])!;
            Assert.Equal([2, 4], net.call(rand(2, 4)).shape);
            Assert.Equal(32, ((ModuleSummary)type.GetMethod("Summary")!.Invoke(net, ["B=2"])!).MultiplyAdds);
        }
    }
}

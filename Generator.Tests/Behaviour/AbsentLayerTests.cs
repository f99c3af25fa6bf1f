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
}

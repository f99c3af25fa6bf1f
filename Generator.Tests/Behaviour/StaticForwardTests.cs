using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Behaviour;

/// <summary>A <c>Forward</c> that uses nothing of the class may be static.</summary>
[Collection("TorchSharp")]
public sealed class StaticForwardTests
{
    [Fact]
    public void It_is_the_forward_of_the_module()
    {
        var assembly = Compilations.Load("""
            [Shape("B 8 -> B 8")] public partial class Act
            {
                private static Tensor Forward(Tensor x) { var y = x.relu(); return y * 2; }
            }
            [Shape("B 8 -> B 4")] public partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;
                [Layer] private readonly Act act = new();
                [Layer(8, 4)] private readonly Linear last;
            }
            [Shape("B 4 -> B 4")] public partial class Still
            {
                [Layer(4, 4)] private readonly Linear fc;
                private static Tensor Forward(Tensor x) => x + 1;
            }
            """);
        using var x = randn(3, 8);
        using var act = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(assembly.GetType("Act")!)!;
        Assert.True((x.relu() * 2).equal(act.call(x)).all().item<bool>());
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(assembly.GetType("Net")!)!;
        Assert.Equal([3, 4], net.call(x).shape);
        using var still = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(assembly.GetType("Still")!)!;
        using var zero = zeros(2, 4);
        Assert.True((zero + 1).equal(still.call(zero)).all().item<bool>());
    }

    [Fact]
    public void It_is_checked() => Analyzers.Markup.Verify("""
        [Shape("B 8 -> B 9")] public partial class Act { private static Tensor Forward(Tensor x) => {|GEN1005:x.relu()|}; }
        public static class Tools { [Shape("B 8 -> B 8")] public static Tensor Forward(Tensor x) => x * 2; }
        public partial class Other { [Shape("B 8 -> B 8")] public static Tensor Forward(Tensor x) => x * 2; }
        """);
}

using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Behaviour;

/// <summary>The <c>Forward</c> of a class without layers may be static.</summary>
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
            [Shape("B 4 -> B 3")] public partial class Chain
            {
                [Layer(4, 3)] private readonly Linear fc;
                internal static Tensor Forward(Tensor x, long n) => x + n;
            }
            public partial class Both
            {
                internal static Tensor Forward(Tensor x, long n) => x + n;
                [Shape("B 4 -> B 4")] private Tensor Forward(Tensor x) => Forward(x, 1);
            }
            """);
        using var x = randn(3, 8);
        using var act = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(assembly.GetType("Act")!)!;
        Assert.True((x.relu() * 2).equal(act.call(x)).all().item<bool>());
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(assembly.GetType("Net")!)!;
        Assert.Equal([3, 4], net.call(x).shape);
        using var zero = zeros(2, 4);
        using var chain = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(assembly.GetType("Chain")!)!;
        Assert.Equal([2, 3], chain.call(zero).shape);
        using var both = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(assembly.GetType("Both")!)!;
        Assert.True((zero + 1).equal(both.call(zero)).all().item<bool>());
    }

    [Fact]
    public void It_is_checked() => Analyzers.Markup.Verify("""
        [Shape("B 8 -> B 9")] public partial class Act { private static Tensor Forward(Tensor x) => {|GEN1005:x.relu()|}; }
        public static class Tools { [Shape("B 8 -> B 8")] public static Tensor Forward(Tensor x) => x * 2; }
        public partial class Other { [Shape("B 8 -> B 8")] public static Tensor Forward(Tensor x) => x * 2; }
        """);
}

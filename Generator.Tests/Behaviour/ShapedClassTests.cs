using System.Reflection;
using Gen.Tests.Analyzers;
using TorchSharp;

namespace Gen.Tests.Behaviour;

/// <summary>A class without layers is a module by its [Shape] and its Forward.</summary>
[Collection("TorchSharp")]
public sealed class ShapedClassTests
{
    [Theory]
    [InlineData("[Shape(\"*B d -> *B d\")] public sealed partial class Net { private Tensor Forward(Tensor x) => x * x.sigmoid(); }")]
    [InlineData("public sealed partial class Net { [Shape(\"B 4 -> B 4\")] private Tensor Forward(Tensor x) => x * x.sigmoid(); }")]
    [InlineData("[Shape(\"B 4 -> B 4\")] public sealed partial class Net { [Shape(\"B 4 -> B 4\")] private Tensor Helper(Tensor x) => "
        + "x * x.sigmoid(); private Tensor Forward(Tensor x) => Helper(x); }")]
    [InlineData("[Shape(\"B 4 -> B 4\")] public sealed partial class Net(double rate) { private readonly double rate = rate; "
        + "public Net() : this(1) { } private Tensor Forward(Tensor x) => x * (rate * x).sigmoid(); }")]
    public void It_is_a_module(string declaration)
    {
        var source = $$"""
            {{declaration}}
            [Shape("B 4 -> B 2")] public sealed partial class Holder
            {
                [Layer] private readonly Net act = new();
                [Layer(4, 2)] private readonly Linear fc;
            }
            public static class Program
            {
                public static string Run()
                {
                    var x = rand(3, 4);
                    var net = new Net();
                    var same = net.call(x).allclose(x * x.sigmoid()) && Net.ParameterCount == 0;
                    return $"{same} {new Holder().call(x).shape[1]} {Holder.ParameterCount}";
                }
            }
            """;
        Markup.Verify(source);
        using var scope = torch.NewDisposeScope();
        Assert.Equal("True 2 10", Compilations.Load(source).GetType("Program", throwOnError: true)!
            .GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null));
    }

    /// <summary>Also where a Forward calls it, before the generator has run.</summary>
    [Theory]
    [InlineData("l.call(p.call(x))")]
    [InlineData("p.call(l.call(x))")]
    [InlineData("l.call(x) + p.call(x)")]
    public void What_holds_it_is_counted(string result)
    {
        var source = $$"""
            [Shape("B 4 -> B 4")] public sealed partial class Twice { private Tensor Forward(Tensor x) => x * 2; }
            [Shape("B 4 -> B 4")] public sealed partial class Net
            {
                [Layer] private readonly Twice p = new();
                [Layer] private readonly Linear l = Linear(4, 4);
                private Tensor Forward(Tensor x) => {{result}};
            }
            public static class Program
            {
                public static string Run() => $"{Net.MultiplyAdds(2)} {new Net().Summary("B=2").MultiplyAdds}"
                    + $" {new Net().call(rand(3, 4)).shape[1]}";
            }
            """;
        Markup.Verify(source);
        using var scope = torch.NewDisposeScope();
        Assert.Equal("32 32 4", Compilations.Load(source).GetType("Program", throwOnError: true)!
            .GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null));
    }

    [Theory]
    [InlineData("[Shape(\"B 4 -> B 3\")] public partial class Net { private Tensor Forward(Tensor x) => {|GEN1005:x[.., ..2]|}; }")]
    [InlineData("[Shape(\"B 4 -> B 2\")] public class {|GEN0001:Net|} { private Tensor Forward(Tensor x) => x[.., ..2]; }")]
    [InlineData("public class Net { [Shape(\"B 4 -> B 2\")] public Tensor Forward(Tensor x) => x[.., ..2]; }")]
    [InlineData("[Shape(\"B 4 -> B 2\")] public class Net : Module<Tensor, Tensor> { public Net() : base(\"n\") { } "
        + "public override Tensor forward(Tensor x) => x[.., ..2]; }")]
    [InlineData("public partial class Net { public static Tensor Forward(Tensor x) => x[.., ..2]; }")]
    public void What_is_reported_and_what_is_left_alone(string source) => Markup.Verify(source);

    [Fact]
    public void The_message_says_what_makes_it_a_module() => Assert.Equal(
        "'Net' declares a [Shape], but is not partial: nothing can be generated for it. Write 'partial class Net'.",
        Markup.Message("[Shape(\"B 4 -> B 2\")] public class {|GEN0001:Net|} { private Tensor Forward(Tensor x) => x[.., ..2]; }"));

    /// <summary>Two attributes, on the class and on its Forward, or on it and a layer, make one part.</summary>
    [Theory]
    [InlineData("[Shape(\"B 4 -> B 4\")] public partial class Net { [Shape(\"B 4 -> B 4\")] private Tensor Forward(Tensor x) => "
        + "x.relu(); }")]
    [InlineData("[Shape(\"B 4 -> B 4\")] public partial class Net { [Layer] private readonly ReLU act; "
        + "private Tensor Forward(Tensor x) => act.call(x); }")]
    [InlineData("[Shape(\"B 4 -> B 4\")] public partial class Net { private Tensor Forward(Tensor x) => x.relu(); }")]
    public void It_is_generated_once(string source)
    {
        var result = Compilations.Generate(source).Driver.GetRunResult();
        Assert.Empty(result.Diagnostics);
        Assert.Single(result.GeneratedTrees);
    }
}

using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Lists that a model gets by an interface, fills by a function of its own or in another method, or only reads.</summary>
[Collection("TorchSharp")]
public sealed class FilledListTests
{
    private static string Net(string input, string fills, string run) => $$"""
        [Shape("B 4 -> B 4")]
        public sealed partial class Net
        {
            [Layer] private readonly Linear fc = Linear(4, 4);

            private Tensor Forward(Tensor x{{input}})
            {
                var y = fc.call(x);
                {{fills}}
                return y.relu();
            }

            public void Fill(List<Tensor> taps) { taps.Add(fc.weight); }
        }

        public static class Program
        {
            public static Tensor Run() { var net = new Net(); {{run}} }
        }
        """;

    [Theory]
    [InlineData(", IList<Tensor> taps", "taps.Add(y.detach());",
        "var taps = new List<Tensor> { rand(3) }; net.call(rand(2, 4), taps); return taps[1].sum();")]
    [InlineData(", List<Tensor> taps", "Put(taps, y); static void Put(List<Tensor> all, Tensor one) => all.Add(one.detach());",
        "var taps = new List<Tensor>(); net.call(rand(2, 4), taps); return taps[0].sum();")]
    [InlineData("", "", "var taps = new List<Tensor>(); net.Fill(taps); net.call(rand(2, 4)); return taps[0].sum();")]
    public void What_a_model_puts_there_is_there(string input, string fills, string run)
    {
        var source = Net(input, fills, run);
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(source)),
            static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        Compilations.Load(source).GetType("Program")!.GetMethod("Run")!.Invoke(null, null);
    }

    [Fact]
    public void A_list_that_is_only_read_stays_what_it_is()
    {
        var source = Net(", List<Tensor> taps", "foreach (var tap in taps) { y += tap; } y += taps[taps.Count - 1];",
            "var taps = new List<Tensor> { rand(2, 4) }; net.call(rand(2, 4), taps); return {|GEN1006:taps[1]|}.sum();");
        Markup.Verify(source, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        Assert.IsType<ArgumentOutOfRangeException>(Assert.Throws<TargetInvocationException>(() =>
            Compilations.Load(Markup.Strip(source)).GetType("Program")!.GetMethod("Run")!.Invoke(null, null)).InnerException);
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>What GEN4008 says becomes of a tensor that is stored is what becomes of it.</summary>
[Collection("TorchSharp")]
public sealed class StoredTensorMessageTests
{
    private const string Others = """
        #nullable enable
        public static class Shelf { public static Tensor? Last; public static readonly List<Tensor> All = []; }
        public sealed class State() : Module<Tensor, Tensor>("State")
        {
            private Tensor? last;
            public override Tensor forward(Tensor x) { var y = last is null ? x : x + last; last = x; return y; }
        }

        """;

    [Theory]
    [InlineData("last = y; return y + 1;",
        "'last' gets a tensor that Forward computes: the tensor is freed when forward returns. To keep it, write y.Keep(replacing: last).")]
    [InlineData("named[\"k\"] = y; return y + 1;",
        "'named' gets a tensor that Forward computes: the tensor is freed when forward returns. To keep it, write y.Keep().")]
    [InlineData("Shelf.Last = y; return y + 1;",
        "'Shelf.Last' gets a tensor that Forward computes: the tensor is freed when forward returns. To keep it, write y.Keep(replacing: "
        + "Shelf.Last).")]
    [InlineData("Shelf.All.Add(y); return y + 1;",
        "'Shelf.All' gets a tensor that Forward computes: the tensor is freed when forward returns. To keep it, write y.Keep().")]
    [InlineData("last = y; return state.call(y);",
        "'last' gets a tensor that Forward computes. Only the garbage collector frees it, since Forward also calls code that may hold "
        + "tensors. To keep it on purpose, write y.Keep(replacing: last).")]
    [InlineData("named[\"k\"] = y; return state.call(y);",
        "'named' gets a tensor that Forward computes. Only the garbage collector frees it, since Forward also calls code that may hold "
        + "tensors. To keep it on purpose, write y.Keep().")]
    public void It_says_what_frees_it(string body, string message)
    {
        var layer = body.Contains("state", StringComparison.Ordinal) ? "[Layer] private readonly State state = new();" : "";
        var diagnostics = Compilations.Diagnose(Compilations.Of($$"""
            {{Others}}
            public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                {{layer}}
                private readonly Dictionary<string, Tensor> named = [];
                private Tensor? last;
                private Tensor Forward(Tensor x) { var y = fc.call(x); {{body}} }
                public Tensor? Last => last ?? named.GetValueOrDefault("k");
            }
            """));
        Assert.Equal([message], diagnostics.Where(d => d.Id == "GEN4008").Select(d => d.GetMessage()));
    }

    /// <summary>What an object of its own gets is not put into the class, though a member there has the same name.</summary>
    [Theory]
    [InlineData("var o = new Output(y); o = o with { Last = y.relu() }; return o.First + o.Last!;")]
    [InlineData("var o = new Output(y) { Last = fc.call(y) }; return o.First + o.Last!;")]
    public void An_initializer_of_another_object_is_silent(string body)
    {
        var source = $$"""
            public sealed record Output(Tensor First, Tensor? Last = null);
            public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private Tensor? Last { get; set; }
                private Tensor Forward([Shape("B 4")] Tensor x) { var y = fc.call(x); {{body}} }
            }
            """;
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(source)), static d => d.Id == "GEN4008");
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!;
        using var scope = NewDisposeScope();
        Assert.Equal([3L, 4L], net.call(rand(3, 4)).shape);
    }
}

namespace Gen.Tests.Analyzers;

/// <summary>What GEN4008 says becomes of a tensor that is stored is what becomes of it.</summary>
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
}

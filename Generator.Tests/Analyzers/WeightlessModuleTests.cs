using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Modules that the user wrote and that have nothing to register: activations, views, noise. What they do is followed.</summary>
[Collection("TorchSharp")]
public sealed class WeightlessModuleTests
{
    private const string Modules = """
        public sealed class Swish : Module<Tensor, Tensor>
        {
            public Swish() : base("swish") { }
            public override Tensor forward(Tensor x) => x * x.sigmoid();
        }
        public sealed class View : Module<Tensor, Tensor>
        {
            private readonly long[] shape;
            public View(params long[] shape) : base("view") => this.shape = shape;
            public override Tensor forward(Tensor x) => x.view(shape);
        }
        public sealed class Flat(int start = 1) : Module<Tensor, Tensor>("flat")
        {
            public override Tensor forward(Tensor x) => x.flatten(start);
        }
        public sealed class Noise : Module<Tensor, Tensor>
        {
            public double Deviation { get; set; } = 0.1;
            public Noise() : base("noise") { }
            public override Tensor forward(Tensor x)
            {
                if (!training) return x;
                return x + randn_like(x) * Deviation;
            }
        }

        """;

    private static string Net(string head) => Modules + $$"""
        [Shape("B 1 6 6 -> B 10")]
        public sealed partial class Net
        {
            [Layer] private readonly Conv2d conv = Conv2d(1, 8, 3, padding: 1);
            [Layer] private readonly Noise noise = new();
            [Layer] private readonly View rows = new(-1, 8 * 6 * 6);
            [Layer(8 * 6 * 6, 64)] private readonly Linear fc;
            [Layer] private readonly Swish act = new();
            [Layer] private readonly View blocks = new(-1, 8, 4, 2);
            [Layer] private readonly Flat flat = new();
            {{head}}
        }
        public static class Program
        {
            public static long Count() => Net.ParameterCount;
            public static Tensor Run() => new Net().call(ones(2, 1, 6, 6));
        }
        """;

    [Fact]
    public void A_chain_is_proved_and_counted_through_them()
    {
        var source = Net("[Layer(64, 10)] private readonly Linear head;");
        Markup.Verify(source, static _ => true);
        using var scope = NewDisposeScope();
        var program = Compilations.Load(source).GetType("Program", throwOnError: true)!;
        Assert.Equal([2L, 10], ((Tensor)program.GetMethod("Run")!.Invoke(null, null)!).shape);
        Assert.Equal((8 * 9) + 8 + (288 * 64) + 64 + 640 + 10, (long)program.GetMethod("Count")!.Invoke(null, null)!);
    }

    [Fact]
    public void A_mistake_behind_them_is_reported() =>
        Markup.Verify(Net("[Layer(32, 10)] private readonly Linear {|GEN1001:head|};"),
            static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));

    [Fact]
    public void They_are_followed_in_ordinary_code() => Markup.Verify(Modules + """
        public static class Program
        {
            public static void Main()
            {
                var model = Sequential(("fc", Linear(4, 8)), ("act", new Swish()), ("head", Linear(9, 2)));
                {|GEN1001:model.call(zeros(1, 4))|};
                {|GEN1003:new View(3, 4).call(zeros(12)).matmul(ones(5, 2))|};
            }
        }
        """, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));

    [Theory]
    [InlineData("private readonly Func<Tensor, Tensor> f; public Own(Func<Tensor, Tensor> f) : base(\"own\") => this.f = f;",
        "static x => x")]
    [InlineData("private readonly Tensor mask = ones(4); public Own() : base(\"own\") { }", "")]
    [InlineData("private readonly Linear inner = Linear(4, 4); public Own() : base(\"own\") { }", "")]
    public void One_that_holds_more_than_numbers_is_not(string members, string given) => Markup.Verify($$"""
        public sealed class Own : Module<Tensor, Tensor>
        {
            {{members}}
            public override Tensor forward(Tensor x) => x;
        }
        [Shape("B 4 -> B 2")]
        public sealed partial class Net
        {
            [Layer(4, 4)] private readonly Linear first;
            [Layer] private readonly Own {|GEN2002:own|} = new({{given}});
            [Layer(4, 2)] private readonly Linear last;
        }
        """, static d => d.Id == "GEN2002");
}

using System.Reflection;
using TorchSharp;

namespace Gen.Tests.Analyzers;

/// <summary>Modules in ordinary code: containers that it fills, interfaces that they implement, sizes that it gives them.</summary>
[Collection("TorchSharp")]
public sealed class OutsideModulesTests
{
    private const string Models = """
        public interface IEncoder { Tensor Encode(Tensor x); }
        [Shape("B 6 -> B 2")]
        public sealed partial class Coder : IEncoder
        {
            [Layer(6, 2)] private readonly Linear fc;
            public Tensor Encode(Tensor x) => fc.call(x);
            private Tensor Forward(Tensor x) => Encode(x);
        }
        public sealed class Plain : IEncoder { public Tensor Encode(Tensor x) => x.view(3, 2, 3); }
        public sealed class Trainer(IEncoder encoder) { public Tensor Step(Tensor x) => encoder.Encode(x); }
        public sealed class Hand : Module<Tensor, Tensor>
        {
            private readonly Linear fc;
            public Hand() : base("hand") { fc = Linear(4, 10); RegisterComponents(); }
            public override Tensor forward(Tensor input) => fc.call(input);
        }
        public sealed class Bag { public Tensor Held = rand(2, 6); public void Grow() => Held = cat([Held, Held], 1); }
        [Shape("B 4 -> B 4")]
        public sealed partial class Several
        {
            [Layer(4, 4)] private readonly Linear fc;
            private Tensor Forward(Tensor input, params Tensor[] more)
            {
                foreach (var m in more) { input = input + m; }
                return fc.call(input);
            }
        }
        [Shape("B a b -> B b a", Where = "a*b == 12")]
        public sealed partial class Turned
        {
            [Layer(12, 12)] private readonly Linear f;
            private Tensor Forward(Tensor x) => f.call(x.flatten(1)).view(x.shape[0], x.shape[2], x.shape[1]);
        }
        [Shape("B 4 H W -> B 4 2*H 2*W")]
        public sealed partial class Larger { [Layer] private readonly Upsample up = Upsample(scale_factor: [2, 2]); }
        [Shape("B T 8 -> B T 8")]
        public sealed partial class Placed
        {
            [Layer] private readonly Linear e = Linear(8, 8);
            [Parameter] private readonly Parameter place = Parameter(zeros(1, 16, 8));
            private Tensor Forward(Tensor x) => e.call(x) + place[.., ..(int)x.shape[1], ..];
        }

        """;

    private static string Program(string body) => $"{Models}public static class Program {{ public static void Run() {{ {body} }} }}";

    private static void Run(string source)
    {
        using var scope = torch.NewDisposeScope();
        Compilations.Load(source).GetType("Program", throwOnError: true)!.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!
            .Invoke(null, null);
    }

    [Theory]
    [InlineData("var list = ModuleList<Linear>(); list.Add(Linear(2, 3)); list.Add(Linear(3, 5)); list[1].call(rand(2, 3));")]
    [InlineData("var list = ModuleList<Linear>(Linear(2, 3), Linear(3, 4)); list.Add(Linear(4, 5)); var x = rand(1, 2); foreach (var l in "
        + "list) { x = l.call(x); } Linear(5, 2).call(x);")]
    [InlineData("var list = new ModuleList<Linear>(); for (var i = 0; i < 3; i++) { list.Add(Linear(2, 2)); } "
        + "rand(2, list.Count).matmul(rand(3, 4));")]
    [InlineData("var list = new ModuleList<Linear>(Linear(2, 3)); list.append(Linear(3, 5)); list[1].call(rand(1, 3));")]
    [InlineData("var list = new ModuleList<Linear>(Linear(2, 3)); list.Insert(0, Linear(3, 5)); list[1].call(rand(1, 2));")]
    [InlineData("var list = new ModuleList<Linear>(Linear(2, 3)); list[0] = Linear(5, 3); list[0].call(rand(1, 5));")]
    [InlineData("var list = new ModuleList<Linear>(Linear(2, 3)); var same = list; same.Add(Linear(4, 3)); list[1].call(rand(1, 4));")]
    [InlineData("var d = new ModuleDict<Linear>(); d.Add(\"a\", Linear(2, 3)); d.Add(\"b\", Linear(4, 3)); rand(2, d.Count)"
        + ".matmul(rand(2, 4));")]
    [InlineData("var s = Sequential(Linear(2, 3)); s.append(Linear(3, 5)); Linear(5, 2).call(s.call(rand(1, 2)));")]
    [InlineData("var s = Sequential(Linear(2, 3)); Grow(s); Linear(5, 2).call(s.call(rand(1, 2))); "
        + "static void Grow(TorchSharp.Modules.Sequential s) => s.append(Linear(3, 5));")]
    [InlineData("IEncoder e = DateTime.Now.Year > 0 ? new Plain() : new Coder(); e.Encode(rand(3, 6)); new Trainer(new Coder()).Step("
        + "rand(5, 6));")]
    [InlineData("foreach (var m in new Module<Tensor, Tensor>[] { new Hand(), new Coder() }) { m.call(rand(2, m is Hand ? 4 : 6)); }")]
    [InlineData("object o = new Hand(); if (o is Coder c) { c.call(rand(2, 4)); } if (o is not Hand) { ((Coder)o).call(rand(2, 4)); }")]
    [InlineData("IEncoder e = new Plain(); Module<Tensor, Tensor> m = e switch { Plain => new Hand(), Coder k => k, _ => throw new "
        + "Exception() }; m.call(rand(2, 4)); if (e.GetType() == typeof(Coder)) { new Hand().call(rand(2, 6)); }")]
    [InlineData("var a = new[] { rand(2, 6), rand(2, 4) }; Array.Reverse(a); new Hand().call(a[0]);")]
    [InlineData("var w = new[] { 6, 6 }; Array.Fill(w, 4); new Hand().call(rand(2, w[0]));")]
    [InlineData("var x = rand(2, 6); ref var r = ref x; r = rand(2, 4); new Hand().call(x);")]
    [InlineData("var v = new[] { 6 }; First(v) = 4; new Hand().call(rand(2, v[0])); static ref int First(int[] a) => ref a[0];")]
    [InlineData("var b = new Bag(); Action grow = b.Grow; b = new Bag(); grow(); new Coder().call(b.Held);")]
    [InlineData("var x = rand(2, 4); Func<Tensor> copy = x.clone; x = rand(2, 6); new Hand().call(copy());")]
    [InlineData("var c = complex(rand(3), rand(3)); functional.mse_loss(c.real, c.imag); functional.mse_loss(c.real.real, rand(3));")]
    [InlineData("new Several().call(rand(2, 4), [rand(2, 4), rand(2, 4)]); new Several().call(rand(2, 4), []);")]
    [InlineData("new Turned().call(rand(2, 3, 4)); new Turned().call(rand(2, 2, 6));")]
    [InlineData("new Hand().call(rand(2, 4)); new Larger().call(rand(1, 4, 5, 6)); new Placed().call(rand(2, 16, 8));")]
    public void What_runs_is_silent(string body)
    {
        Markup.Verify(Program(body), static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal) || d.Id == "GEN4013");
        Run(Program(body));
    }

    [Theory]
    [InlineData("IEncoder e = new Coder(); {|GEN1001:e.Encode(rand(4, 7))|};")]
    [InlineData("new Trainer(new Coder()).Step({|GEN1001:rand(4, 7)|});")]
    [InlineData("foreach (var u in new List<IEncoder> { new Coder() }) { {|GEN1001:u.Encode(rand(4, 7))|}; }")]
    [InlineData("var y = {|GEN1003:new Larger().call(rand(1, 4, 5, 6)) + rand(1, 4, 5, 6)|};")]
    [InlineData("Module<Tensor, Tensor> m = new Larger(); if (m is Larger) { {|GEN1008:m.call(rand(2, 5))|}; }")]
    [InlineData("{|GEN1008:new Turned().call(rand(2, 3, 5))|};")]
    [InlineData("{|GEN1008:new Placed().call(rand(2, 17, 8))|};")]
    public void What_fails_is_reported_where_it_is_given(string body)
    {
        Markup.Verify(Program(body), static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        Assert.Throws<TargetInvocationException>(() => Run(Markup.Strip(Program(body))));
    }

    [Fact]
    public void A_slice_for_positions_says_how_long_an_input_may_be() => Assert.Equal(
        "not proved at '+': 16 >= T; checked at run time. To state it: Where = \"16 >= T\".",
        Markup.Verify(Program("").Replace("e.call(x) + place[.., ..(int)x.shape[1], ..]",
            "{|GEN2001:e.call(x) + place[.., ..(int)x.shape[1], ..]|}", StringComparison.Ordinal), static d => d.Id == "GEN2001")
            .Single().GetMessage());
}

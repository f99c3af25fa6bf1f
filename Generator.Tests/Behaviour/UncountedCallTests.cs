using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Behaviour;

/// <summary>Layers that are called by functions, iterators, queries, initializers, getters: the multiply-adds that are said are those that
/// run, or none are said.</summary>
[Collection("TorchSharp")]
public sealed class UncountedCallTests
{
    private const string Others = """

        public sealed record Output(Tensor Logits, Tensor? More = null);
        public sealed class Result { public Tensor? Logits { get; set; } public Dictionary<string, Tensor> All { get; } = []; }
        [Shape("B 4 -> B 4")]
        public sealed partial class Child
        {
            [Layer(4, 4)] private readonly Linear inner;
            public Tensor Encode(Tensor x) => inner.call(x);
            public Tensor Twice(Tensor x) => Encode(Encode(x)) + Forward(x);
            private Tensor Forward(Tensor x) => Encode(x).relu();
        }
        """;

    private static string Of(string forward, string members = "") => $$"""
        [Shape("B 4 -> B 4")]
        public sealed partial class Net(int n)
        {
            [Layer(4, 4)] private readonly Linear f;
            [Layer] private readonly ModuleList<Linear> l = ModuleList(Enumerable.Range(0, n).Select(_ => Linear(4, 4)).ToArray());
            [Layer] private readonly Child c = new();
            {{members}}
            private Tensor Forward(Tensor x) { {{forward}} }
        }
        """ + Others;

    /// <summary>What is said of a call with four rows, and what ran.</summary>
    private static (long? Said, long Done) Run(string source)
    {
        using var scope = NewDisposeScope();
        var type = Compilations.Load(source).GetType("Net", throwOnError: true)!;
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, 3)!;
        var done = 0L;
        foreach (var linear in net.modules().OfType<TorchSharp.Modules.Linear>())
        {
            linear.register_forward_hook((_, _, y) =>
            {
                done += y.numel() * linear.weight!.shape[1];
                return y;
            });
        }

        net.call(rand(4, 4));
        var said = type.GetMethod("MultiplyAdds", BindingFlags.Public | BindingFlags.Static)?.Invoke(null, [4L, 3]);
        var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(net, ["B=4"])!;
        Assert.Equal((long?)said, summary.MultiplyAdds);
        return ((long?)said, done);
    }

    [Theory]
    [InlineData("return stack(l.Select(e => e.call(x)).ToArray(), dim: -2).sum(-2);")]
    [InlineData("return l.Select(e => e.call(x)).Aggregate((a, b) => a + b);")]
    [InlineData("var ys = l.Select(e => e.call(x)).ToList(); return ys[0] + ys[^1];")]
    [InlineData("return cat([.. from p in x.chunk(2, 1) select f.call(cat([p, p], 1))], 1)[.., ..4];")]
    [InlineData("var p = new Dictionary<string, Tensor> { [\"a\"] = f.call(x) }; return p[\"a\"];")]
    [InlineData("var p = new Dictionary<string, Tensor> { { \"a\", f.call(x) } }; return p[\"a\"];")]
    [InlineData("var a = new { U = f.call(x), V = f.call(x) }; return a.U + a.V;")]
    [InlineData("var o = new Output(f.call(x)) { More = f.call(x) }; return o.Logits + o.More!;")]
    [InlineData("var r = new Result { Logits = f.call(x), All = { [\"a\"] = f.call(x) } }; return r.Logits + r.All[\"a\"];")]
    [InlineData("var all = new List<Tensor>(Enumerable.Range(0, 3).Select(i => f.call(x))); all.AddRange([f.call(x), f.call(x)]); "
        + "all.Insert(0, f.call(x)); return all.Aggregate((a, b) => a + b);")]
    [InlineData("Console.Error.Write($\"{f.call(x).shape[0]:#}\"[..0]); return x;")]
    [InlineData("var a = new List<Tensor> { x, x }; return a.Zip(a, (p, q) => f.call(p) + q).Last();")]
    [InlineData("return c.Encode(x) + c.Twice(x);")]
    [InlineData("for (var i = 0; i < n; i++) { x = c.Encode(x); } return x;")]
    [InlineData("var o = zeros_like(x); for (var i = 0; i < x.shape[0]; i++) { o[i] = f.call(x[i]); } return o;")]
    [InlineData("var a = new Tensor[4]; for (var i = 0; i < 4; i++) { a[i] = f.call(x); } return a[0] + a[3];")]
    [InlineData("return l.Aggregate(x, (a, b) => b.call(a));")]
    [InlineData("return Enumerable.Range(0, n).Select(_ => f.call(x)).Aggregate((a, b) => a + b);")]
    [InlineData("return this[x];", "private Tensor this[Tensor t] => f.call(t);")]
    [InlineData("var o = new Output(x); o = o with { More = f.call(o.Logits.view(-1, 4)) }; return o.More!;")]
    public void What_is_understood_is_counted(string forward, string members = "")
    {
        var (said, done) = Run(Of(forward, members));
        Assert.Equal(done, said);
    }

    [Theory]
    [InlineData("l.ToList().ForEach(e => x = e.call(x)); return x;")]
    [InlineData("return l.Zip(l.Skip(1), (a, b) => b.call(a.call(x))).Aggregate((a, b) => a + b);")]
    [InlineData("return l.SelectMany(m => new[] { m.call(x) }).First() + f.call(x);")]
    [InlineData("var d = new[] { \"a\", \"b\" }.ToDictionary(k => k, k => f.call(x)); return d[\"a\"] + d[\"b\"];")]
    [InlineData("return cat(Array.ConvertAll(x.chunk(2, 0), p => f.call(p)));")]
    [InlineData("var y = new Lazy<Tensor>(() => f.call(x)); return y.Value + y.Value;")]
    [InlineData("return cat(Parts(x).ToArray(), 1);", "private IEnumerable<Tensor> Parts(Tensor x) { foreach (var p in x.chunk(2, 1)) "
        + "yield return f.call(cat([p, p], 1))[.., ..2]; }")]
    [InlineData("return cat(Parts().ToArray(), 1)[.., ..4]; "
        + "IEnumerable<Tensor> Parts() { yield return f.call(x); yield return f.call(x); }")]
    [InlineData("last = x; return Result;", "private Tensor? last; private Tensor Result => f.call(last!);")]
    [InlineData("return new[] { x, x }.Select(p => f.call(p)).First();")]
    [InlineData("return new[] { x, x }.Zip(new[] { x, x }, (p, q) => f.call(p) + q).ElementAt(0);")]
    [InlineData("var ys = new[] { x, x }.Select(p => f.call(p)); return ys.Last() + ys.Last();")]
    [InlineData("var ys = new[] { x, x }.Select(p => f.call(p)); foreach (var y in ys) { x = x + y; } return x + ys.Last();")]
    public void What_is_not_understood_is_not_counted(string forward, string members = "")
    {
        var source = Of(forward, members);
        var (said, done) = Run(source);
        Assert.True(said is null || said == done, $"{said} said, {done} done");
        Assert.Contains(Compilations.Diagnose(Compilations.Of(source)), static d => d.Id == "GEN2004");
    }

    [Theory]
    [InlineData("return new Output({|GEN1001:w.call(x)|});", "Output")]
    [InlineData("return new() { Logits = {|GEN1001:w.call(x)|} };", "Result")]
    [InlineData("return new() { [\"a\"] = {|GEN1001:w.call(x)|} };", "Dictionary<string, Tensor>")]
    [InlineData("return {|GEN1001:w.call(c.Encode(x))|};", "Tensor")]
    [InlineData("return {|GEN1001:w.call(c.Twice(x))|};", "Tensor")]
    public void What_is_wrong_there_is_reported(string forward, string result) => Analyzers.Markup.Verify($$"""
        public sealed partial class Net
        {
            [Layer(5, 4)] private readonly Linear w;
            [Layer] private readonly Child c = new();
            private {{result}} Forward([Shape("B 4")] Tensor x) { {{forward}} }
        }
        """ + Others, static d => d.Id == "GEN1001");

    /// <summary>A parameter that is another one, or a layer's, counts once.</summary>
    [Fact]
    public void Tied_parameters_count_once()
    {
        const string Source = """
            public sealed partial class Net
            {
                [Parameter] private readonly Parameter p = Parameter(zeros(4, 4));
                [Parameter] private readonly Parameter q;
                [Parameter] private readonly Parameter r;
                [Layer] private readonly Linear fc = Linear(4, 4);
                public Net() { q = this.p; r = fc.weight!; }
                private Tensor Forward([Shape("B 4")] Tensor x) => fc.call(x.matmul(p).matmul(q.t())).matmul(r);
            }
            """;
        var type = Compilations.Load(Source).GetType("Net", throwOnError: true)!;
        using var net = (nn.Module)Activator.CreateInstance(type)!;
        Assert.Equal(36L, net.parameters().Sum(p => p.numel()));
        Assert.Equal(36L, type.GetField("ParameterCount")!.GetRawConstantValue());
    }
}

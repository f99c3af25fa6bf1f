using Gen.Diagnostics;
using Gen.Evaluation;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Tests.Analyzers;

/// <summary>Models and tensors that go through methods, objects and classes of a program before they meet.</summary>
public sealed class WholeProgramTests
{
    private const string Model = """
        [Shape("B 784 -> B 10")] public partial class Net
        {
            [Layer(784, 10)] private readonly Linear fc;
        }

        """;

    [Theory]
    [InlineData("""
        public static class Program
        {
            public static void Main() { var net = new Net(); Evaluate(net, {|GEN1008:randn(8, 100)|}); Evaluate(net, randn(8, 784)); }
            private static Tensor Evaluate(Net model, Tensor x) => model.call(x);
        }
        """)]
    [InlineData("""
        public static class Data { public static Tensor Batch() => randn(8, 100); }
        public static class Program { public static void Main() { var y = {|GEN1008:new Net().call(Data.Batch())|}; } }
        """)]
    [InlineData("""
        public sealed class Data(int rows) { public Tensor Images => randn(8, 100); public int Rows => rows; }
        public static class Program
        {
            public static void Main() { var data = new Data(8); var y = {|GEN1008:new Net().call(data.Images)|}; }
        }
        """)]
    [InlineData("""
        public sealed record Batch(Tensor Images, Tensor Labels);
        public static class Program
        {
            public static void Main() { var net = new Net(); foreach (var b in Batches()) { var y = {|GEN1008:net.call(b.Images)|}; } }
            private static IEnumerable<Batch> Batches()
            {
                for (var i = 0; i < 10; i++) { yield return new Batch(randn(8, 100), zeros(8)); }
            }
        }
        """)]
    [InlineData("""
        public sealed class Trainer
        {
            private readonly Module<Tensor, Tensor> model;
            public Trainer(Module<Tensor, Tensor> model) { this.model = model; }
            public Tensor Step(Tensor x) => model.call(x);
        }
        public static class Program
        {
            public static void Main()
            {
                var trainer = new Trainer(new Net());
                trainer.Step({|GEN1008:randn(8, 100)|});
                trainer.Step(randn(8, 784));
            }
        }
        """)]
    [InlineData("""
        public sealed class Trainer(Net net, Tensor data)
        {
            public void Fit() { for (var i = 0; i < 10; i++) { Step(data); } }
            private void Step(Tensor x) => net.call(x);
        }
        public static class Program { public static void Main() { var t = new Trainer(new Net(), randn(8, 100)); {|GEN1008:t.Fit()|}; } }
        """)]
    [InlineData("""
        public interface ISource { Tensor Next(); }
        public sealed class Images : ISource { public Tensor Next() => randn(8, 100); }
        public static class Program
        {
            public static void Main() { ISource source = new Images(); var y = {|GEN1008:new Net().call(source.Next())|}; }
        }
        """)]
    [InlineData("""
        public abstract class Source { public abstract Tensor Next(); }
        public sealed class Images : Source { public override Tensor Next() => randn(8, 100); }
        public sealed class Flat : Source { public override Tensor Next() => randn(8, 784); }
        public static class Program
        {
            public static void Main() { Run(new Net(), {|GEN1008:new Images()|}); Run(new Net(), new Flat()); }
            private static void Run(Net net, Source source) { net.call(source.Next()); }
        }
        """)]
    [InlineData("""
        public static class Extensions { public static Tensor Flat(this Tensor x) => x.reshape(x.shape[0], -1); }
        public static class Program { public static void Main() { var y = {|GEN1008:new Net().call(randn(8, 3, 10, 10).Flat())|}; } }
        """)]
    [InlineData("""
        public static class Program
        {
            public static async System.Threading.Tasks.Task Main() { var x = await Load(); var y = {|GEN1008:new Net().call(x)|}; }
            private static async System.Threading.Tasks.Task<Tensor> Load()
            {
                await System.Threading.Tasks.Task.Yield();
                return randn(8, 100);
            }
        }
        """)]
    [InlineData("""
        public static class Program
        {
            public static void Main() { Apply(new Net().call, {|GEN1008:randn(8, 100)|}); }
            private static Tensor Apply(Func<Tensor, Tensor> f, Tensor x) => f(x);
        }
        """)]
    [InlineData("""
        public sealed class Options { public Tensor? Images { get; set; } public Net? Model { get; init; } }
        public static class Program
        {
            public static void Main()
            {
                var options = new Options { Images = randn(8, 100), Model = new Net() };
                var y = {|GEN1008:options.Model!.call(options.Images!)|};
                options.Images = randn(8, 784);
                y = options.Model!.call(options.Images!);
            }
        }
        """)]
    [InlineData("""
        public static class Program
        {
            public static void Main() { var (x, y) = Load(); var loss = {|GEN1009:functional.cross_entropy(new Net().call(x), y)|}; }
            private static (Tensor X, Tensor Y) Load() => (randn(8, 784), zeros([9], dtype: int64));
        }
        """)]
    [InlineData("""
        public class Store { private Tensor? kept; public Tensor Data { get { if (kept is null) { kept = rand(3, 5); } return kept; } } }
        public static class Program { public static void Main() { var s = new Store(); {|GEN1008:new Net().call(s.Data)|}; } }
        """)]
    [InlineData("""
        public static class Program
        {
            public static void Main()
            {
                var rows = Enumerable.Range(0, 8).Select(i => rand(5)).ToList();
                {|GEN1008:new Net().call(stack(rows))|};
            }
        }
        """)]
    [InlineData("""
        public sealed record Batch(Tensor Images, Tensor Labels);
        public static class Program
        {
            private static Batch Load() => new(randn(8, 784), zeros([9], dtype: int64));
            public static void Main()
            {
                var (x, y) = Load();
                var loss = {|GEN1009:functional.cross_entropy(new Net().call(x), y)|};
            }
        }
        """)]
    [InlineData("""
        public class Ensemble
        {
            private readonly List<Net> all = new();
            public Ensemble(int n) { for (int i = 0; i < n; i++) { all.Add(new Net()); } }
            public Tensor Sum(Tensor x) { Tensor s = zeros(1); foreach (var m in all) { s = s + m.call(x); } return s; }
        }
        public static class Program { public static void Main() { var e = new Ensemble(3); e.Sum({|GEN1008:rand(2, 5)|}); } }
        """)]
    [InlineData("""
        public class Agent
        {
            private readonly Net online = new(), target = new();
            public Tensor Loss(Tensor s, Tensor a, Tensor r)
            {
                var q = online.call(s).gather(1, a.unsqueeze(1));
                return functional.mse_loss(q, r + target.call(s).max(1).values);
            }
        }
        public static class Program
        {
            public static void Main() { new Agent().Loss(rand(8, 784), zeros([8], dtype: int64), {|GEN5006:rand(8)|}); }
        }
        """)]
    [InlineData("""
        public static class Program
        {
            private static Tensor With(Func<Module<Tensor, Tensor>> make, Tensor x) { using var m = make(); return m.call(x); }
            private static T1 Apply<T1, T>(T m, T1 x) where T : Module<T1, T1> => m.call(x);
            public static void Main()
            {
                With(() => Linear(784, 10), {|GEN1001:rand(2, 5)|});
                Apply(Linear(784, 10), {|GEN1001:rand(2, 5)|});
            }
        }
        """)]
    public void What_meets_somewhere_else_is_said_where_it_is_given(string program) => Markup.Verify(Model + program);

    [Theory]
    [InlineData("""
        public sealed class Counter
        {
            public int Steps;
            public Tensor X = randn(8, 100);
            public void Next() { Steps++; X = randn(8, 784); }
        }
        public static class Program { public static void Main() { var c = new Counter(); c.Next(); new Net().call(c.X); } }
        """)]
    [InlineData("""
        public sealed class Box { public Tensor X = randn(8, 100); }
        public static class Program
        {
            public static void Main() { var box = new Box(); System.Text.Json.JsonSerializer.Serialize(box); new Net().call(box.X); }
        }
        """)]
    [InlineData("""
        public sealed class Box { public Tensor X = randn(8, 100); }
        public static class Program
        {
            public static void Main() { var box = new Box(); Fix(box); new Net().call(box.X); }
            private static void Fix(Box given) { var other = given; other.X = randn(8, 784); }
        }
        """)]
    [InlineData("""
        public sealed class Box { public Tensor X = randn(8, 100); }
        public static class Program
        {
            public static void Main() { var box = new Box(); Action fix = () => box.X = randn(8, 784); fix(); new Net().call(box.X); }
        }
        """)]
    [InlineData("""
        public sealed class Box { public Tensor X = randn(8, 100); }
        public static class Program
        {
            public static void Main()
            {
                var box = new Box();
                for (var i = 0; i < DateTime.Now.Day; i++) { if (i > 0) { new Net().call(box.X); } box.X = randn(8, 784); }
            }
        }
        """)]
    [InlineData("""
        public static class Program
        {
            public static void Main() { var x = randn(8, 100); Check(x); new Net().call(x); }
            private static void Check(Tensor x) { if (x.shape[1] != 784) { throw new ArgumentException("wrong"); } }
        }
        """)]
    [InlineData("""
        public abstract class Source { public abstract Tensor Next(); }
        public sealed class Images : Source { public override Tensor Next() => randn(8, 100); }
        public static class Program { public static void Run(Net net, Source source) { net.call(source.Next()); } }
        """)]
    [InlineData("""
        public abstract class Source { public abstract Tensor Next(); }
        public sealed class Images : Source { public override Tensor Next() => randn(8, 100); }
        public sealed class Flat : Source { public override Tensor Next() => randn(8, 784); }
        public static class Program
        {
            public static void Main() { Run(new Net(), new Flat()); }
            private static void Run(Net net, Source source) { net.call(source.Next()); }
        }
        """)]
    [InlineData("""
        public static class Program
        {
            public static void Main() { Recurse(randn(8, 784), 3); }
            private static Tensor Recurse(Tensor x, int n) => n == 0 ? new Net().call(x) : Recurse(x, n - 1);
        }
        """)]
    [InlineData("""
        public sealed class Entry { public List<long> Sizes { get; } = new(); }
        public static class Program
        {
            public static long First()
            {
                var e = new Entry();
                for (var i = 0; i < DateTime.Now.Day; i++) { e.Sizes.Add(i); }
                return randn(3).NumberOfElements + e.Sizes[0];
            }
        }
        """)]
    [InlineData("""
        public sealed class Entry { public List<Tensor> Parts { get; } = new(); }
        public static class Program
        {
            public static void Main() { var e = new Entry(); Fill(e); var x = e.Parts[0]; new Net().call(x); }
            private static void Fill(Entry e) { e.Parts.Add(randn(8, 784)); }
        }
        """)]
    [InlineData("""
        public static class Program
        {
            public static void Main()
            {
                var inner = new List<Tensor>();
                var all = new List<List<Tensor>> { inner };
                inner.Add(randn(8, 784));
                new Net().call(all[0][0]);
            }
        }
        """)]
    [InlineData("""
        public static class Program
        {
            public static void Main()
            {
                var (x, list) = (randn(8, 100), new List<long>());
                for (var i = 0; i < DateTime.Now.Day; i++)
                {
                    if (DateTime.Now.Second > 30) { new Net().call(x); list[0] = list[0] + 1; }
                    x = randn(8, 784);
                    list.Add(1);
                }
            }
        }
        """)]
    public void What_runs_is_not_spoken_of(string program) => Markup.Verify(Model + program);

    [Fact]
    public void Every_method_of_a_module_is_looked_at() => Markup.Verify("""
        [Shape("B 784 -> B 10")] public partial class Coder
        {
            [Layer(784, 32)] private readonly Linear encoder;
            [Layer(32, 10)] private readonly Linear head;
            private Tensor Forward(Tensor x) => head.call(Encode(x));
            private Tensor Encode(Tensor x) => encoder.call(x);
            [Shape("B 784 -> B 10")] public Tensor Generate(Tensor x) { var h = encoder.call(x); return {|GEN1005:h|}; }
            public Tensor Twice(Tensor x) { var h = encoder.call(x); return {|GEN1001:encoder.call(h)|}; }
            [return: Shape("B 32")] public Tensor Good([Shape("B 784")] Tensor x) => encoder.call(x);
        }
        """, static d => d.Id is "GEN1001" or "GEN1005");

    [Fact]
    public void A_method_of_a_model_is_checked_where_it_is_called() => Markup.Verify("""
        [Shape("B 784 -> B 10")] public partial class Coder
        {
            [Layer(784, 32)] private readonly Linear encoder;
            [Layer(32, 10)] private readonly Linear head;
            private Tensor Forward(Tensor x) => head.call(encoder.call(x));
            public Tensor Encode(Tensor x) => encoder.call(x);
            [Shape("B 784 -> B 32")] public Tensor Infer(Tensor x) => encoder.call(x);
        }
        public static class Program
        {
            public static void Main()
            {
                var model = new Coder();
                var h = model.Encode(randn(8, 784));
                h = {|GEN1008:model.Infer(randn(8, 100))|};
                var loss = {|GEN1009:functional.mse_loss(model.Encode(randn(8, 784)), randn(8, 31))|};
                h = {|GEN1001:model.Encode(randn(8, 100))|};
            }
        }
        """, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));

    [Theory]
    [InlineData("Fit({|GEN1002:Make().Left|});")]
    [InlineData("FitPair({|GEN1002:Make()|});")]
    [InlineData("FitAll({|GEN1002:[Make()]|});")]
    [InlineData("FitHolder({|GEN1002:new Holder()|});")]
    public void A_method_that_only_hands_on_what_holds_tensors_is_followed(string statement) => Markup.Verify($$"""
        public sealed record Pair(Tensor Features, Tensor Left);
        public sealed class Holder { public Pair Pair { get; } = Program.Make(); }
        public static class Program
        {
            public static Pair Make() => new(rand(3, 8), rand(3));
            static void Fit(Tensor t) => rand(3, 1, 1).bmm(t);
            static void FitPair(Pair pair) => Fit(pair.Left);
            static void FitAll(Pair[] pairs) => Fit(pairs[0].Left);
            static void FitHolder(Holder holder) => Fit(holder.Pair.Left);
            public static void Main() { {{statement}} }
        }
        """, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
}

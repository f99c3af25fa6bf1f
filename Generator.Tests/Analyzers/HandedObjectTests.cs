using System.Reflection;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Records, objects, dictionaries and lists of tensors that a <c>Forward</c> makes, reads and returns.</summary>
[Collection("TorchSharp")]
public sealed class HandedObjectTests
{
    private const string Types = """
        public sealed record Output(Tensor Logits, Tensor Hidden) { public Tensor Both => cat([Logits, Hidden], 1); }
        public sealed record Result { public Tensor Logits { get; init; } = null!; public Tensor? Loss { get; set; } }
        public readonly record struct Pair(Tensor Left, Tensor Right);
        public sealed class Holder(Tensor value)
        {
            public Tensor Value = value;
            public Tensor Scaled(double factor) => Value * factor;
            public Tensor Wide(int times) => Value.repeat(1, times);
        }

        """;

    /// <summary>A net that maps [B, 16] to [B, 10], and what a program does with what it gives.</summary>
    private static string Program(string result, string body, string use) => Types + $$"""
        public sealed partial class Net() : Module<Tensor, {{result}}>("Net")
        {
            [Layer] private readonly Linear fc = Linear(16, 10);
            {{(body.Contains("Forward(", StringComparison.Ordinal) ? body
                : $"[Shape(\"B 16\")] private {result} Forward(Tensor x) {{ var h = fc.call(x); {body} }}")}}
        }

        public static class Program
        {
            public static void Run()
            {
                var net = new Net();
                var x = rand(4, 16);
                var o = net.call(x);
                {{use}}
            }
        }
        """;

    [Theory]
    [InlineData("Output", "return new Output(h, x);", "o.Logits + rand(4, {0})", 10, 16)]
    [InlineData("Output", "return new(Hidden: x, Logits: h);", "o.Hidden + rand(4, {0})", 16, 10)]
    [InlineData("Output", "return new(h, x);", "o.Both + rand(4, {0})", 26, 16)]
    [InlineData("Output", "var o = new Output(h, x); return o with { Logits = x };", "o.Logits + rand(4, {0})", 16, 10)]
    [InlineData("Result", "return new Result { Logits = h };", "o.Logits + rand(4, {0})", 10, 16)]
    [InlineData("Result", "var o = new Result { Logits = h }; o.Loss = x; return o;", "o.Loss! + rand(4, {0})", 16, 10)]
    [InlineData("Pair", "return new Pair(h, x);", "o.Left + rand(4, {0})", 10, 16)]
    [InlineData("Holder", "return new Holder(h);", "o.Value + rand(4, {0})", 10, 16)]
    [InlineData("Holder", "var o = new Holder(h); o.Value = x; return o;", "o.Value + rand(4, {0})", 16, 10)]
    [InlineData("Holder", "return new Holder(h);", "o.Wide(3) + rand(4, {0})", 30, 10)]
    [InlineData("Dictionary<string, Tensor>", "return new() { [\"logits\"] = h, [\"hidden\"] = x };",
        "o[\"logits\"] + rand(4, {0})", 10, 16)]
    [InlineData("Dictionary<string, Tensor>", "var d = new Dictionary<string, Tensor>(); d[\"a\"] = h; d.Add(\"b\", x); return d;",
        "o[\"b\"] + rand(4, {0})", 16, 10)]
    [InlineData("(Tensor Logits, Tensor Hidden)", "return (h, x);", "o.Hidden + rand(4, {0})", 16, 10)]
    [InlineData("List<Tensor>", "return new List<Tensor> { h, x };", "o[1] + rand(4, {0})", 16, 10)]
    [InlineData("List<Output>", "return [new Output(h, x), new Output(x, h)];", "o[1].Logits + rand(4, {0})", 16, 10)]
    [InlineData("Output", "[Shape(\"B 16\")] private Output Forward(Tensor x) => x.shape[0] > 2 ? new(x, fc.call(x)) : new(x, x);",
        "o.Logits + rand(4, {0})", 16, 10)]
    public void What_a_module_gives_in_an_object_is_followed(string result, string body, string use, int right, int wrong)
    {
        Runs(Program(result, body, $"_ = {string.Format(null, use, right)};"));
        Fails(Program(result, body, $"_ = {{|GEN1003:{string.Format(null, use, wrong)}|}};"));
    }

    [Theory]
    [InlineData("var o = new Output(h, x); return {0};", "o.Logits + rand(4, {0})", 10, 16)]
    [InlineData("var (a, b) = new Output(h, x); return {0};", "b + rand(4, {0})", 16, 10)]
    [InlineData("if (new Output(h, x) is {{ Logits: var a }}) {{ return {0}; }} return x;", "a + rand(4, {0})", 10, 16)]
    [InlineData("if (new Output(h, x) is (_, var b)) {{ return {0}; }} return x;", "b + rand(4, {0})", 16, 10)]
    [InlineData("var o = new {{ First = h, Second = x }}; return {0};", "o.Second + rand(4, {0})", 16, 10)]
    [InlineData("var d = new Dictionary<string, Tensor> {{ {{ \"a\", h }} }}; return {0};", "d[\"a\"] + rand(4, {0})", 10, 16)]
    [InlineData("var o = new Holder(x); o.Value = h; return {0};", "o.Scaled(2) + rand(4, {0})", 10, 16)]
    [InlineData("var o = new Holder(x); var p = o; p.Value = h; return {0};", "o.Value + rand(4, {0})", 10, 16)]
    public void What_Forward_puts_into_an_object_is_followed_in_it(string body, string use, int right, int wrong)
    {
        string Of(string result) => Program("Tensor", string.Format(null, body, result), "");
        Runs(Of(string.Format(null, use, right)));
        Fails(Of($"{{|GEN1003:{string.Format(null, use, wrong)}|}}"));
    }

    [Fact]
    public void A_module_that_holds_another_reads_what_that_gives()
    {
        const string Outer = """

            public sealed partial class Outer() : Module<Tensor, Tensor>("Outer")
            {
                [Layer] private readonly Net net = new();
                [Shape("B 16")] private Tensor Forward(Tensor x) => ADD;
            }
            """;
        var source = Program("Output", "return new Output(h, x);", "_ = new Outer().call(x);") + Outer;
        Runs(source.Replace("ADD", "net.call(x).Hidden + x", StringComparison.Ordinal));
        Fails(source.Replace("ADD", "{|GEN1003:net.call(x).Logits + x|}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("private Holder? last; [Shape(\"B 16\")] private Holder Forward(Tensor x) { last = new Holder(x); Change(); return last; } "
        + "private void Change() { last!.Value = last.Value[.., ..10]; }", "o.Value + rand(4, 10)")]
    [InlineData("private Tensor Change(Holder h) { h.Value = h.Value[.., ..10]; return h.Value; } "
        + "[Shape(\"B 16\")] private Holder Forward(Tensor x) { var h = new Holder(x); Change(h); return h; }", "o.Value + rand(4, 10)")]
    [InlineData("[Shape(\"B 16\")] private Holder Forward(Tensor x) { var h = new Holder(x); var list = new List<Holder> { h }; "
        + "list[0].Value = fc.call(x); return h; }", "o.Value + rand(4, 10)")]
    [InlineData("[Shape(\"B 16\")] private Holder Forward(Tensor x) { var h = new Holder(x); Action change = () => h.Value = fc.call(x); "
        + "change(); return h; }", "o.Value + rand(4, 10)")]
    [InlineData("[Shape(\"B 16\")] private Holder Forward(Tensor x) { var h = new Holder(x); "
        + "System.Threading.Tasks.Parallel.For(0, 1, _ => h.Value = fc.call(x)); return h; }", "o.Value + rand(4, 10)")]
    public void What_other_code_may_change_is_not_taken_for_what_it_was(string body, string use) =>
        Runs(Program("Holder", body, $"_ = {use};"));

    private static void Runs(string source)
    {
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(source)),
            d => d.Id is "GEN1003" or "GEN1001" or "GEN1005" or "GEN1008");
        using var scope = NewDisposeScope();
        Compilations.Load(source).GetType("Program")!.GetMethod("Run")!.Invoke(null, null);
    }

    private static void Fails(string marked)
    {
        Markup.Verify(marked, d => d.Id is "GEN1003");
        using var scope = NewDisposeScope();
        var source = Markup.Strip(marked);
        if (source.Contains("Program", StringComparison.Ordinal))
        {
            Assert.Throws<TargetInvocationException>(() =>
                Compilations.Load(source).GetType("Program")!.GetMethod("Run")!.Invoke(null, null));
        }
    }
}

using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>GEN4004 to GEN4007 and GEN5004: traps where modules are built, called and moved.</summary>
public sealed class CallTrapTests
{
    private const string Models = """
        [Shape("B 4 -> B 2")] public partial class Net { [Layer(4, 2)] private readonly Linear fc; }
        [Shape("B 4 -> B 2")] public partial class Dropping
        {
            [Layer(0.5)] private readonly Dropout dropout;
            [Layer(4, 2)] private readonly Linear fc;
        }

        """;

    private static bool IsTrap(Diagnostic diagnostic) =>
        diagnostic.Id.StartsWith("GEN4", StringComparison.Ordinal) || diagnostic.Id == "GEN5004";

    private static void Verify(string body, string members = "") =>
        Markup.Verify($"{Models}public static class Program {{ public static void Main() {{ {body} }} {members} }}", IsTrap);

    [Theory]
    [InlineData("var net = new Net(); var y = net.{|GEN4004:forward|}(randn(1, 4));")]
    [InlineData("var net = new Net(); var y = net!.{|GEN4004:forward|}(randn(1, 4));")]
    [InlineData("Net? net = new Net(); var y = net?.{|GEN4004:forward|}(randn(1, 4));")]
    [InlineData("Module<Tensor, Tensor> net = Linear(4, 2); var y = net.{|GEN4004:forward|}(randn(1, 4));")]
    [InlineData("var y = new[] { randn(1, 4) }.Select(Linear(4, 2).{|GEN4004:forward|}).ToArray();")]
    [InlineData("var net = Linear(4, 2); var y = net.call(randn(1, 4)); var s = nameof(net.forward);")]
    [InlineData("new Other().forward(1);", "private sealed class Other { public int forward(int x) => x; }")]
    public void GEN4004(string body, string members = "") => Verify(body, members);

    /// <summary>What an override calls its parameters, and what it takes for those that are left out, <c>call</c> does not know.</summary>
    [Theory]
    [InlineData("net.forward(x, randn(1, 4))", true)]
    [InlineData("net.forward(b: randn(1, 4), a: x)", false)]
    [InlineData("net.forward(x)", false)]
    public void GEN4004_call_takes_all_arguments_in_order(string call, bool isSame)
    {
        var source = $$"""
            public sealed class Two : Module<Tensor, Tensor, Tensor>
            {
                public Two() : base("Two") { }
                public override Tensor forward(Tensor a, Tensor? b = null) => b is null ? a : a + b;
            }
            public static class Program { public static void Main() { var net = new Two(); var x = randn(1, 4); var y = {{call}}; } }
            """;
        var told = Assert.Single(Compilations.Diagnose(Compilations.Of(source)), d => d.Id == "GEN4004");
        Assert.Equal(isSame, told.GetMessage(null).EndsWith("'net.call'.", StringComparison.Ordinal));
        var called = Compilations.Of(source.Replace("net.forward", "net.call", StringComparison.Ordinal)).GetDiagnostics();
        Assert.Equal(!isSame, called.Any(d => d.Severity == DiagnosticSeverity.Error));
        Assert.Equal(isSame, told.Properties.Count > 0);
    }

    [Fact]
    public void GEN4004_a_forward_may_hand_on_to_another() => Markup.Verify(Models + """
        public sealed class Outer : Module<Tensor, Tensor>
        {
            private readonly Linear inner = Linear(4, 4);
            public Outer() : base("Outer") => RegisterComponents();
            public override Tensor forward(Tensor x) => inner.forward(x);
            public Tensor Twice(Tensor x) => inner.{|GEN4004:forward|}(forward(x)) + this.forward(x);
        }
        public class Derived : Sequential
        {
            public Derived() : base(Linear(4, 2)) { }
            public override Tensor forward(Tensor x) => base.forward(x) + 1;
        }
        """, IsTrap);

    [Theory]
    [InlineData("var a = ConvTranspose1d(4, 4, 3, 1, 0, 0, {|GEN4005:2|});")]
    [InlineData("var a = ConvTranspose2d(4, 4, 3, 1, 0, 0, {|GEN4005:2|}, PaddingModes.Zeros);")]
    [InlineData("var a = ConvTranspose2d(4, 4, (3L, 3L), (1L, 1L), (0L, 0L), (0L, 0L), {|GEN4005:(2L, 2L)|});")]
    [InlineData("var a = torch.nn.ConvTranspose3d(4, 4, 3, 1, 0, 0, {|GEN4005:2|});")]
    [InlineData("var a = MaxPool1d(2, 2, 0, 1, {|GEN4005:true|}); var b = MaxPool2d((2L, 2L), null, null, null, {|GEN4005:true|}); var c "
        + "= MaxPool3d([2L, 2L, 2L], null, null, null, {|GEN4005:true|});")]
    [InlineData("var a = ConvTranspose2d(4, 4, 3, 1, 0, 0, dilation: 2); var b = ConvTranspose2d(4, 4, 3, 1, 0, 0); var c = MaxPool2d(2, "
        + "2, 0, 1, ceil_mode: true); var d = MaxPool2d(2, 2, 0, 1);")]
    [InlineData("var a = Conv2d(4, 4, 3, 1, 0L, 2); var b = AvgPool2d(2, 2, 0, true); var c = Conv2d(4, 4, 3, 1, 0L, 1, "
        + "PaddingModes.Zeros, 2, true);")]
    [InlineData("var a = functional.rrelu(zeros(2), 0.1, 0.1, {|GEN4005:true|}); var b = functional.rrelu(zeros(2), 0.1, 0.1, inplace: "
        + "true);")]
    [InlineData("var a = functional.conv_transpose1d(ones(2, 4, 4), ones(4, 3, 3), null, 1, 0, 0, {|GEN4005:2|}, {|GEN4005:1|});")]
    [InlineData("var x = ones(2, 3); var a = x.norm({|GEN4005:1|}) + torch.norm(x, {|GEN4005:1|}); var b = x.norm(dim: 1); var c = "
        + "x.norm(1f); var d = x.norm(-1); var dim = 1; var e = x.norm(dim);")]
    [InlineData("var dilation = 2; var a = ConvTranspose2d(4, 4, 3, 1, 0, 0, dilation);")]
    [InlineData("var a = MaxPool2d(1, 2, 3, 4, 5);", "private static int MaxPool2d(int a, int b, int c, int d, int e) => a;")]
    public void GEN4005(string body, string members = "") => Verify(body, members);

    [Theory]
    [InlineData("var a = {|GEN4006:KLDivLoss()|}; var b = {|GEN4006:torch.nn.KLDivLoss(reduction: Reduction.Sum)|};")]
    [InlineData("var a = KLDivLoss(true); var b = KLDivLoss(log_target: false); var c = KLDivLoss(reduction: Reduction.Sum, log_target: "
        + "true);")]
    [InlineData("var a = {|GEN4006:functional.kl_div(new Net().call(randn(1, 4)), randn(1, 2))|}; var b = functional.kl_div(new "
        + "Net().call(randn(1, 4)), randn(1, 2), true);")]
    public void GEN4006(string body) => Verify(body);

    [Fact]
    public void GEN4006_a_layer_by_its_attribute() => Markup.Verify("""
        public partial class Net
        {
            [Layer(4, 2)] private readonly Linear fc;
            [Layer] private readonly KLDivLoss {|GEN4006:loss|};
            [Layer(false)] private readonly KLDivLoss said;
            [Layer] private readonly KLDivLoss written = KLDivLoss(true);
            private Tensor Forward(Tensor x, Tensor y) => loss.call(fc.call(x), y) + said.call(fc.call(x), y) + written.call(fc.call(x), y);
        }
        """, IsTrap);

    [Theory]
    [InlineData("var m = new Net(); var o = optim.Adam(m.parameters()); {|GEN4007:m.to(CUDA)|}; o.step();")]
    [InlineData("var m = Linear(4, 2); var o = optim.SGD(m.parameters(), 0.1); {|GEN4007:m.cuda()|}; o.step();")]
    [InlineData("var m = Linear(4, 2); var o = optim.SGD(m.named_parameters().Select(p => p.parameter), 0.1); {|GEN4007:m.to(float64)|}; "
        + "o.step();")]
    [InlineData("var m = Linear(4, 2); var ps = m.parameters(); var o = optim.SGD(ps, 0.1); {|GEN4007:m.half()|}; o.step();")]
    [InlineData("var m = Linear(4, 2); var o = optim.SGD(m.parameters(), 0.1); if (cuda.is_available()) { {|GEN4007:m.cuda()|}; } "
        + "o.step();")]
    [InlineData("var m = Linear(4, 2); var o = optim.SGD(m.parameters(), 0.1); for (var i = 0; i < 3; i++) { o.step(); "
        + "{|GEN4007:m.cuda()|}; }")]
    [InlineData("Module<Tensor, Tensor> m = new Net(); optim.Optimizer o; o = optim.Adam(m.parameters()); m = {|GEN4007:m.to(CUDA)|}; "
        + "o.step();")]
    [InlineData("var m = Sequential(Linear(4, 2)); var o = optim.SGD(m.parameters(), 0.1); {|GEN4007:m.to(CUDA)|}; o.step();")]
    [InlineData("", "private static void Train(Net m) { var o = optim.Adam(m.parameters()); {|GEN4007:m.to(CUDA)|}; o.step(); }")]
    [InlineData("var m = new Net(); m.to(CUDA); var o = optim.Adam(m.parameters());")]
    [InlineData("var m = new Net().to(CUDA); var o = optim.Adam(m.parameters());")]
    [InlineData("var m = new Net(); var o = optim.Adam(m.parameters()); m.to(CUDA); o = optim.Adam(m.parameters());")]
    [InlineData("var m = new Net(); var o = optim.Adam(m.parameters()); m = new Net(); m.to(CUDA); o.step();")]
    [InlineData("var m = new Net(); var n = new Net(); var o = optim.Adam(m.parameters()); n.to(CUDA); o.step();")]
    [InlineData("var m = new Net(); var x = randn(1, 4); var o = optim.Adam(m.parameters()); x = x.to(CUDA); x.cpu();")]
    [InlineData("var m = new Net(); if (DateTime.Now.Year > 2000) { var o = optim.Adam(m.parameters()); } else { m.to(CUDA); }")]
    [InlineData("var m = new Net(); var count = m.parameters().Count(); m.to(CUDA);")]
    [InlineData("var m = new Net(); Action later = () => { var o = optim.Adam(m.parameters()); }; m.to(CUDA); later();")]
    public void GEN4007(string body, string members = "") => Verify(body, members);

    [Theory]
    [InlineData("private readonly Net m = new(); private readonly optim.Optimizer o; public Trainer() => o = optim.Adam(m.parameters()); "
        + "public void Move() => {|GEN4007:m.to(CUDA)|}; public void Step() => o.step();")]
    [InlineData("private readonly Net m = new(); private readonly optim.Optimizer o; public Trainer() => o = optim.Adam(m.parameters()); "
        + "public void Move() => m.to(CUDA);")]
    [InlineData("private readonly Net m = new(); private optim.Optimizer o; public Trainer() { o = optim.Adam(this.m.parameters()); "
        + "{|GEN4007:this.m.to(CUDA)|}; } public void Step() => o.step();")]
    [InlineData("private readonly Net m = new(); private optim.Optimizer o; public Trainer() { Move(); o = optim.Adam(m.parameters()); } "
        + "private void Move() => m.to(CUDA); public void Step() => o.step();")]
    [InlineData("private readonly Net m = new(); private optim.Optimizer? o; public void Move() => m.to(CUDA); public void Start() => o "
        + "= optim.Adam(m.parameters()); public void Step() => o?.step();")]
    [InlineData("private readonly Net m = new(); private optim.Optimizer o; public Trainer() => o = optim.Adam(m.parameters()); public "
        + "void Move() { m.to(CUDA); o = optim.Adam(m.parameters()); } public void Step() => o.step();")]
    public void GEN4007_in_fields(string members) => Markup.Verify($"{Models}public sealed class Trainer {{ {members} }}", IsTrap);

    [Theory]
    [InlineData("var m = new Dropping(); using (no_grad()) { var y = {|GEN5004:m.call(randn(1, 4))|}; }")]
    [InlineData("var m = new Dropping(); using var off = torch.inference_mode(); var y = {|GEN5004:m.call(randn(1, 4))|};")]
    [InlineData("var m = Sequential(Linear(4, 2), BatchNorm1d(2)); m.train(); m.call(randn(2, 4)); using (no_grad()) { "
        + "{|GEN5004:m.call(randn(2, 4))|}; }")]
    [InlineData("var m = new Dropping(); m.load(\"m.dat\"); foreach (var x in new Tensor[3]) { using (no_grad()) { "
        + "{|GEN5004:m.call(x)|}; } }")]
    [InlineData("var m = new Dropping(); m.eval(); using (no_grad()) { var y = m.call(randn(1, 4)); }")]
    [InlineData("var m = new Dropping(); m.train(false); using (no_grad()) { var y = m.call(randn(1, 4)); }")]
    [InlineData("var m = new Dropping(); for (var i = 0; i < 2; i++) { using (no_grad()) { m.call(randn(1, 4)); } m.eval(); }")]
    [InlineData("var m = new Dropping(); using (no_grad()) { m.train(); var samples = Enumerable.Range(0, 10).Select(_ => "
        + "m.call(randn(1, 4))).ToArray(); }")]
    [InlineData("var m = new Dropping(); using (no_grad()) { m.train(); var y = m.call(randn(1, 4)); }")]
    [InlineData("var m = new Net(); using (no_grad()) { var y = m.call(randn(1, 4)); }")]
    [InlineData("var m = Sequential(Linear(4, 2), Dropout(0)); using (no_grad()) { var y = m.call(randn(1, 4)); }")]
    [InlineData("var m = new Dropping(); var y = m.call(randn(1, 4));")]
    [InlineData("var m = new Dropping(); Prepare(m); using (no_grad()) { var y = m.call(randn(1, 4)); }",
        "private static void Prepare(Dropping m) => m.eval();")]
    [InlineData("var m = new Dropping(); var all = new[] { m }; foreach (var each in all) { each.eval(); } using (no_grad()) { var y = "
        + "m.call(randn(1, 4)); }")]
    [InlineData("var m = Load(); using (no_grad()) { var y = m.call(randn(1, 4)); }",
        "private static Dropping Load() { var m = new Dropping(); m.eval(); return m; }")]
    [InlineData("", "private static Tensor Predict(Dropping m) { using (no_grad()) { return m.call(randn(1, 4)); } }")]
    public void GEN5004(string body, string members = "") => Verify(body, members);

    [Theory]
    [InlineData("private readonly Dropping m = new(); public Tensor Predict(Tensor x) { using (no_grad()) { return "
        + "{|GEN5004:m.call(x)|}; } }")]
    [InlineData("private readonly Dropping m; public Predictor() { m = new Dropping(); } public Tensor Predict(Tensor x) { using var off "
        + "= no_grad(); return {|GEN5004:m.call(x)|}; }")]
    [InlineData("private readonly Dropping m = new(); public Predictor() { m.eval(); } public Tensor Predict(Tensor x) { using "
        + "(no_grad()) { return m.call(x); } }")]
    [InlineData("private readonly Dropping m = new(); public void Ready() => m.eval(); public Tensor Predict(Tensor x) { using "
        + "(no_grad()) { return m.call(x); } }")]
    [InlineData("private readonly Dropping m = new(); public Dropping Model => m; public Tensor Predict(Tensor x) { using (no_grad()) { "
        + "return m.call(x); } }")]
    [InlineData("public readonly Dropping m = new(); public Tensor Predict(Tensor x) { using (no_grad()) { return m.call(x); } }")]
    [InlineData("private readonly Dropping m; public Predictor(Dropping given) { m = given; } public Tensor Predict(Tensor x) { using "
        + "(no_grad()) { return m.call(x); } }")]
    [InlineData("private readonly Dropping m = new(); private readonly Net critic = new(); private readonly optim.Optimizer o; public "
        + "Predictor() { o = optim.SGD(m.parameters(), 0.1); } public void Step() { Tensor y; using (no_grad()) { y = m.call(ones(2, 4)); "
        + "} (critic.call(cat([y, y], 1)).mean()).backward(); }")]
    [InlineData("private readonly Dropping m = new(); private readonly Net net = new(); public Predictor() { foreach (var p in "
        + "m.parameters()) p.requires_grad = false; } public void Step() { Tensor y; using (no_grad()) { y = {|GEN5004:m.call("
        + "ones(2, 4))|}; } functional.mse_loss(net.call(ones(2, 4)), y).backward(); }")]
    public void GEN5004_in_fields(string members) => Markup.Verify($"{Models}public sealed class Predictor {{ {members} }}", IsTrap);
}

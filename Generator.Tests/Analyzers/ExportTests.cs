namespace Gen.Tests.Analyzers;

/// <summary>GEN6001: what has no equal form in ONNX, at its line; and what [Export] adds to a class.</summary>
public sealed class ExportTests
{
    [Theory]
    [InlineData("private Tensor Forward(Tensor x) => x + {|GEN6001:randn_like(x)|};")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:x.erfinv()|};")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:tensordot(x, x, 2)|};")]
    [InlineData("private Tensor Forward(Tensor x) => tensordot(x, x, new long[] { 0 }, new long[] { 0 });")]
    [InlineData("private Tensor Forward(Tensor x) { if (training) { x = x + randn_like(x); } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { if (!training) { return x; } return x + randn_like(x); }")]
    [InlineData("private Tensor Forward(Tensor x) { if (!training) { x = {|GEN6001:x.lgamma()|}; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { Console.WriteLine(x.shape.Length); return x.relu(); }")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:x.renorm(2, 0, 1)|};")]
    [InlineData("private Tensor Forward(Tensor x) { foreach (var i in {|GEN6001:new[] { 3, 1 }.Chunk(2)|}) { x = x * i[0]; } "
        + "return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { foreach (var i in new[] { 3, 1 }.OrderBy(i => i)) { x = x * i; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) => x * new[] { 3, 1 }.Sum(i => i * i);")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:DateTime.Now|}.Ticks % 2 == 0 ? x : x * 2;")]
    [InlineData("private Tensor Forward(Tensor x) { if ({|GEN6001:DateTime.UtcNow|}.Hour > 12) { x = x * 2; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:Environment.ProcessorCount|} > 2 ? x : x * 2;")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:Environment.GetEnvironmentVariable(\"A\")|} == null ? x : x * 2;")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:Random.Shared.Next(2)|} == 0 ? x : x * 2;")]
    [InlineData("private static readonly bool On = true; private Tensor Forward(Tensor x) => On ? x : x * 2;")]
    [InlineData("private static bool On => DateTime.Now.Hour > 12; private Tensor Forward(Tensor x) => {|GEN6001:On|} ? x : x * 2;")]
    [InlineData("private Tensor Forward(Tensor x) { if ({|GEN6001:x.shape[0] == 1|}) { x = x * 2; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { if ({|GEN6001:x.shape[0] % 2 == 0|}) { x = x * 2; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { if (x.shape[0] >= 0 && x.shape[1] == 8) { x = x * 2; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { if (x.shape[0] < 5) { throw new ArgumentException(nameof(x)); } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { foreach (var y in {|GEN6001:x.unbind(0)|}) { x = x + y; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { foreach (var y in x.unbind(1)) { x = x + y.sum(); } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:x.is_contiguous()|} ? x : x * 2;")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:functional.dropout(x, 0.5)|};")]
    [InlineData("private Tensor Forward(Tensor x) => functional.dropout(x, 0.5, training);")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:linalg.norm(x, 1.0)|} + linalg.norm(x);")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:functional.one_hot(x.to(int64))|}.sum(-1);")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:x.repeat_interleave(torch.tensor(new long[] { 1, 2 }), 0)|};")]
    [InlineData("private Tensor Forward(Tensor x) => x.repeat_interleave(2, 0);")]
    [InlineData("private readonly Tensor scale = ones(8); private Tensor Forward(Tensor x) => x * {|GEN6001:scale|};")]
    [InlineData("private Tensor Forward(Tensor x) { if ((bool)({|GEN6001:x.sum() > 0|})) { x = x * 2; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:x.device_index|} > 0 ? x : x * 2;")]
    [InlineData("private Tensor Forward(Tensor x) => x * {|GEN6001:Math.ScaleB(3, 2)|};")]
    [InlineData("private Tensor Forward(Tensor x) { using var scope = NewDisposeScope(); return x.relu().MoveToOuterDisposeScope(); }")]
    [InlineData("private Tensor Forward(Tensor x) { if (Environment.MachineName == \"\") { throw new Exception(); } return x.relu(); }")]
    [InlineData("private Tensor? last; private Tensor Forward(Tensor x) { {|GEN6001:last|} = x; return x; }")]
    [InlineData("private Tensor Forward(Tensor x) => functional.elu(x.erfinv());")]
    public void An_operation_without_a_form_is_reported(string members) =>
        Markup.Verify($"[Export] [Shape(\"B 8 -> B 8\")] public sealed partial class Net() : Module<Tensor, Tensor>(\"Net\") "
            + $"{{ {members} }}", static d => d.Id == "GEN6001");

    /// <summary>The message names the code, and says why in plain words.</summary>
    [Theory]
    [InlineData("private Tensor Forward(Tensor x) { foreach (var y in {|GEN6001:Steps(x)|}) { x = x + y; } return x; } "
        + "private IEnumerable<Tensor> Steps(Tensor x) { yield return x; }",
        "'Steps(x)' has no equal form in ONNX: Gen does not know what it gives.")]
    [InlineData("private Tensor Forward(Tensor x) { {|GEN6001:try { x = x * 2; } catch (Exception) { x = x * 3; }|} return x; }",
        "'try' has no equal form in ONNX: only a call knows whether its 'catch' runs.")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:Forward(x * 2)|};",
        "'Forward(x * 2)' has no equal form in ONNX: it calls itself.")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:x.renorm(2, 0, 1)|};",
        "'renorm' has no equal form in ONNX: Gen does not know what it computes.")]
    [InlineData("private Tensor Forward(Tensor x) { if ({|GEN6001:x.shape[0] > 1|}) { x = x * 2; } return x; }",
        "this code has no equal form in PyTorch: the module of PyTorch takes one way, and only a call knows which. If you need only ONNX, "
            + "write [Export(Targets = ExportTarget.Onnx)].")]
    [InlineData("[Layer] private readonly MSELoss loss = MSELoss(); private Tensor Forward(Tensor x) => x * {|GEN6001:loss.call(x, x)|};",
        "'loss (MSELoss)' has no equal form in PyTorch: Gen cannot write it in Python. If you need only ONNX, write "
            + "[Export(Targets = ExportTarget.Onnx)].")]
    public void The_message_names_the_code(string members, string message)
    {
        var found = Markup.Verify($"[Export] [Shape(\"B 8 -> B 8\")] public sealed partial class Net() : Module<Tensor, Tensor>(\"Net\") "
            + $"{{ {members} }}", static d => d.Id == "GEN6001");
        Assert.Equal(message, Assert.Single(found).GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>In ONNX, what only a call decides is an If or a Loop; a number of a tensor is no size.</summary>
    [Theory]
    [InlineData("private Tensor Forward(Tensor x) { if (x.shape[0] == 1) { x = x * 2; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { if ((bool)(x.sum() > 0)) { return x * 2; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) => x.sum().item<float>() > 0 ? x : x * 2;")]
    [InlineData("private Tensor Forward(Tensor x) { foreach (var y in x.unbind(0)) { x = x + y; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { for (var i = 0; i < x.shape[0]; i++) { x = x + x[i]; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { for (var i = 0; i < x.shape[0]; i++) { if (training) { return x; } x = x + x[i]; } "
        + "return x; }")]
    [InlineData("private Tensor Forward(Tensor x) { for (var i = 0; i < x.shape[0]; i++) { if (i > 3) { return {|GEN6001:x|}; } "
        + "x = x + x[i]; } return x; }")]
    [InlineData("private Tensor Forward(Tensor x) => {|GEN6001:x.narrow(0, 0, x.sum().item<long>())|};")]
    [InlineData("private Tensor Forward(Tensor x) { foreach (var y in {|GEN6001:x.split(2, 0)|}) { x = x + y.sum(); } return x; }")]
    public void What_only_a_call_decides_is_exported_to_ONNX(string members) =>
        Markup.Verify("[Export(Targets = ExportTarget.Onnx)] [Shape(\"B 8 -> B 8\")] public sealed partial class Net() : "
            + $"Module<Tensor, Tensor>(\"Net\") {{ {members} }}", static d => d.Id == "GEN6001");

    [Theory]
    [InlineData("[Layer] private readonly FractionalMaxPool2d {|GEN6001:pool|} = FractionalMaxPool2d(2, 3);")]
    [InlineData("[Layer] private readonly Sequential {|GEN6001:all|} = Sequential(ReLU(), FractionalMaxPool2d(2, 3));")]
    [InlineData("[Layer] private readonly MaxPool2d pool = MaxPool2d(2);")]
    public void A_layer_without_a_form_is_reported(string members) =>
        Markup.Verify($"[Export] [Shape(\"B 3 8 8\")] public sealed partial class Net {{ {members} }}", static d => d.Id == "GEN6001");

    [Fact]
    public void Without_the_attribute_nothing_is_said() => Markup.Verify(
        "[Shape(\"B 8 -> B 8\")] public sealed partial class Net { private Tensor Forward(Tensor x) => x + randn_like(x); }",
        static d => d.Id == "GEN6001");

    [Fact]
    public void For_another_target_nothing_is_said_of_ONNX() => Markup.Verify(
        "[Export(Targets = ExportTarget.PyTorch)] [Shape(\"B 8 -> B 8\")] public sealed partial class Net "
        + "{ private Tensor Forward(Tensor x) => x.lgamma() + {|GEN6001:x.erfinv()|}; }", static d => d.Id == "GEN6001");

    [Fact]
    public void A_class_of_ones_own_needs_the_attribute_too() => Markup.Verify("""
        [Export] [Shape("B 8 -> B 8")] public sealed partial class Net { [Layer] private readonly Inner {|GEN6001:inner|}; }
        [Shape("B 8 -> B 8")] public sealed partial class Inner { [Layer(8, 8)] private readonly Linear fc; }
        """, static d => d.Id == "GEN6001");

    [Fact]
    public void Only_with_the_attribute_a_class_gets_its_graph()
    {
        const string Class = "[Shape(\"B 8 -> B 4\")] public sealed partial class Net(long n) { [Layer] private readonly Linear fc = "
            + "Linear(8, n); private Tensor Forward(Tensor x) => fc.call(x)[.., ..4] * n; }";
        var (plain, exported) = (Compilations.GeneratedText(Class), Compilations.GeneratedText("[Export] " + Class));
        Assert.DoesNotContain("ToGraph", plain, StringComparison.Ordinal);
        Assert.Contains("global::Gen.CompilerServices.IExportable.ToGraph()", exported, StringComparison.Ordinal);
        Assert.Contains("__given_n = n;", exported, StringComparison.Ordinal);
        Assert.Contains("this.fc", exported, StringComparison.Ordinal);
    }
}

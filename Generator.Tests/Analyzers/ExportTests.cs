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
    [InlineData("private Tensor? last; private Tensor Forward(Tensor x) { {|GEN6001:last|} = x; return x; }")]
    public void An_operation_without_a_form_is_reported(string members) =>
        Markup.Verify($"[Export] [Shape(\"B 8 -> B 8\")] public sealed partial class Net() : Module<Tensor, Tensor>(\"Net\") "
            + $"{{ {members} }}", static d => d.Id == "GEN6001");

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
        + "{ private Tensor Forward(Tensor x) => x.erfinv(); }", static d => d.Id == "GEN6001");

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

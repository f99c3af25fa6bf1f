namespace Gen.Tests.Analyzers;

/// <summary>Calls and losses in ordinary code, with tensors whose shapes are known there.</summary>
public sealed class CallAnalyzerTests
{
    private const string Model = """
        [Shape("B 1 28 28 -> B 10")] public partial class Net
        {
            [Layer] private readonly Flatten flatten;
            [Layer(784, 10)] private readonly Linear fc;
        }

        """;

    [Theory]
    [InlineData("var model = new Net(); var y = {|GEN1008:model.call(randn(64, 3, 28, 28))|};")]
    [InlineData("var model = new Net(); var x = randn(64, 1, 28, 28); x = x.view(64, 784); var y = {|GEN1008:model.call(x)|};")]
    [InlineData("var model = new Net(); for (var i = 0; i < 3; i++) { {|GEN1008:model.{|GEN4004:forward|}(zeros(1, 28, 28))|}; }")]
    [InlineData("var model = new Net(); var x = randn(64, 1, 28, 28); var loss = {|GEN1009:functional.cross_entropy(model.call(x), "
        + "zeros([64, 1], dtype: int64))|};")]
    [InlineData("var model = new Net(); var x = randn(64, 1, 28, 28); var loss = {|GEN1009:functional.cross_entropy(model.call(x), "
        + "zeros([32], dtype: int64))|};")]
    [InlineData("var loss = CrossEntropyLoss(); var l = {|GEN1009:loss.call(randn(64, 10), zeros([10], dtype: int64))|};")]
    [InlineData("var l = {|GEN1009:functional.binary_cross_entropy(rand(64, 1), rand(64))|};")]
    [InlineData("var l = {|GEN1009:functional.mse_loss(randn(64, 3), randn(64, 4))|};")]
    [InlineData("var l = {|GEN5006:functional.mse_loss(randn(64, 1), randn(64))|};")]
    [InlineData("var l = {|GEN5006:MSELoss().call(randn(64, 1), randn(64))|};")]
    [InlineData("var d = {|GEN5006:randn(64, 1) - randn(64)|};")]
    [InlineData("var d = {|GEN1003:randn(64, 3) + randn(64, 4)|};")]
    [InlineData("var d = {|GEN1004:randn(2, 3, 4).view(5, -1)|};")]
    public void What_certainly_fails_is_said_where_it_stands(string body) =>
        Markup.Verify(Model + $"public static class Program {{ public static void Main() {{ {body} }} }}");

    [Theory]
    [InlineData("var model = new Net(); var y = model.call(randn(64, 1, 28, 28));")]
    [InlineData("var model = new Net(); var l = functional.cross_entropy(model.call(randn(64, 1, 28, 28)), zeros([64], dtype: int64));")]
    [InlineData("var model = new Net(); var x = Load(); var y = model.call(x); var l = functional.cross_entropy(y, Load());")]
    [InlineData("var x = randn(4, 3); if (DateTime.Now.Year > 2000) { x = x.view(12); } var y = x + randn(12).view(x.shape);")]
    [InlineData("var x = DateTime.Now.Year > 2000 ? randn(4, 3) : randn(4, 5); var y = x.sum(); foreach (var i in new[] { 1, 2 }) { y = "
        + "y + i; }")]
    [InlineData("Tensor? skip = null; var useSkip = DateTime.Now.Year > 2000; var x = randn(4, 3); if (useSkip) { skip = randn(4, 3); } "
        + "else { x = randn(4, 5); } if (useSkip) { x = x + skip!; }")]
    [InlineData("var x = randn(2, 3); while (DateTime.Now.Year > 2000) { x = cat([x, randn(2, 1)], 1); } var y = x.matmul(randn(7, 1));")]
    public void What_may_run_is_not_spoken_of(string body) =>
        Markup.Verify(
            Model + $"public static class Program {{ public static void Main() {{ {body} }} "
                + "private static Tensor Load() => Tensor.load(\"x\"); }");

    [Fact]
    public void Statements_without_a_class_are_followed()
    {
        var compilation =
            Compilations.Of(
                "var model = new Net(); var y = model.call(randn(64, 3, 28, 28)); using (no_grad()) { y = model.forward(randn(64, 1, 28, "
                + "28)); }\n" + Model);
        compilation = compilation.WithOptions(compilation.Options.WithOutputKind(Microsoft.CodeAnalysis.OutputKind.ConsoleApplication));
        Assert.Equal(["GEN1008", "GEN4004"], Compilations.Diagnose(compilation).Select(d => d.Id));
    }

    [Fact]
    public void A_model_in_a_field_is_followed() => Markup.Verify(Model + """
        public sealed class Trainer
        {
            private readonly Net model = new();
            public Tensor Step() => {|GEN1008:model.call(randn(8, 784))|};
        }
        """);
}

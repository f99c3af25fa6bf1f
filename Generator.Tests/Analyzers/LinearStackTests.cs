namespace Gen.Tests.Analyzers;

/// <summary>GEN5003: two linear layers with nothing between them.</summary>
public sealed class LinearStackTests
{
    [Theory]
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer(8, 2)] private readonly Linear {|GEN5003:fc2|};")]
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer] private readonly Identity same; [Layer(8, 2)] private readonly "
        + "Linear {|GEN5003:fc2|};")]
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer] private readonly Flatten flatten; [Layer(8, 2)] private readonly "
        + "Linear {|GEN5003:fc2|};")]
    [InlineData("[Layer] private readonly Sequential net = Sequential(Linear(4, 8), {|GEN5003:Linear(8, 2)|});")]
    [InlineData("[Layer] private readonly Sequential net = Sequential(ReLU(), Linear(4, 8)); [Layer(8, 2)] private readonly Linear "
        + "{|GEN5003:head|};")]
    [InlineData("[Layer(4, 8)] private readonly Linear stem; [Layer] private readonly Sequential net = Sequential({|GEN5003:Linear(8, "
        + "2)|}, ReLU());")]
    [InlineData("[Layer] private readonly Inner inner = new(); [Layer(8, 2)] private readonly Linear {|GEN5003:head|};")]
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer(8, 2)] private readonly Linear fc2; private Tensor Forward(Tensor x) "
        + "=> {|GEN5003:fc2.call(fc1.call(x))|};")]
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer(8, 2)] private readonly Linear fc2; private Tensor Forward(Tensor x) "
        + "{ x = fc1.call(x); x = {|GEN5003:fc2.call(x)|}; return x; }")]
    public void Are_one_linear_layer(string members) => Markup.Verify(
        $$"""
        [Shape("B 4 -> B 2")] public partial class Net { {{members}} }
        [Shape("B 4 -> B 8")] public partial class Inner { [Layer] private readonly ReLU relu; [Layer(4, 8)] private readonly Linear fc; }
        """);

    [Theory]
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer] private readonly ReLU relu; [Layer(8, 2)] private "
        + "readonly Linear fc2;")]
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer(0.5)] private readonly Dropout dropout; [Layer(8, 2)] private "
        + "readonly Linear fc2;")]
    [InlineData("[Layer] private readonly Sequential net = Sequential(Linear(4, 8), GELU(), Linear(8, 2));")]
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer(8, 2)] private readonly Linear fc2; private Tensor Forward(Tensor x) "
        + "=> fc2.call(functional.relu(fc1.call(x)));")]
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer(8, 2)] private readonly Linear fc2; private Tensor Forward(Tensor x) "
        + "=> fc2.call(fc1.call(x).relu());")]
    // Another reader of what lies between them: it is wanted for itself.
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer(8, 2)] private readonly Linear fc2; private Tensor Forward(Tensor x) "
        + "{ var h = fc1.call(x); return fc2.call(h) + h.mean([1], keepdim: true); }")]
    // A low rank on purpose.
    [InlineData("[Layer(4, 1, false)] private readonly Linear down; [Layer(1, 2)] private readonly Linear up;")]
    // An activation on one of two ways.
    [InlineData("[Layer(4, 8)] private readonly Linear fc1; [Layer] private readonly ReLU? relu = DateTime.Now.Year > 2000 ? ReLU() : "
        + "null; [Layer(8, 2)] private readonly Linear fc2; private Tensor Forward(Tensor x) { x = fc1.call(x); if (relu is not null) { "
        + "x = relu.call(x); } return fc2.call(x); }")]
    public void With_something_between_them_are_not(string members) =>
        Markup.Verify($$"""[Shape("B 4 -> B 2")] public partial class Net { {{members}} }""");

    [Theory]
    [InlineData("var model = Sequential(Linear(4, 8), {|GEN5003:Linear(8, 2)|});")]
    [InlineData("var model = Sequential((\"a\", Linear(4, 8)), (\"b\", {|GEN5003:Linear(8, 2)|}));")]
    [InlineData("var model = Sequential(Sequential(ReLU(), Linear(4, 8)), {|GEN5003:Linear(8, 2)|});")]
    [InlineData("var a = Linear(4, 8); var b = Linear(8, 2); var y = {|GEN5003:b.call(a.call(randn(3, 4)))|};")]
    [InlineData("var model = Sequential(Linear(4, 8), ReLU(), Linear(8, 2));")]
    [InlineData("var model = Sequential(Linear(4, 8), Linear(4, 2), ReLU());")]
    public void In_ordinary_code(string body) => Markup.Verify($"public static class Program {{ public static void Main() {{ {body} }} }}");

    [Fact]
    public void In_a_module_written_by_hand() => Markup.Verify("""
        public sealed class Net : Module<Tensor, Tensor>
        {
            private readonly Linear fc1 = Linear(4, 8);
            private readonly Linear fc2 = Linear(8, 2);
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor input)
            {
                var x = fc1.call(input);
                return {|GEN5003:fc2.call(x)|};
            }
        }
        """);
}

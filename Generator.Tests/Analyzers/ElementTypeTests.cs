namespace Gen.Tests.Analyzers;

/// <summary>GEN1012 where nothing is certain: the module's type, inputs of any type, branches.</summary>
public sealed class ElementTypeTests
{
    private const string Net = """
        [Shape("B 4 -> B 2")] public sealed partial class Net
        {
            [Layer(4, 2)] private readonly Linear fc;
            private Tensor Forward(Tensor x) => fc.call(x);
        }

        """;

    [Fact]
    public void A_program_that_converts_a_module_says_nothing_of_its_type() => Markup.Verify(
        Net + "public static class Program { public static void Main() { var net = new Net(); net.to(ScalarType.Float64); "
            + "net.call(zeros([1, 4], dtype: float64)); } }");

    [Fact]
    public void One_that_moves_it_does() => Markup.Verify(
        Net + "public static class Program { public static void Main() { var net = new Net(); net.to(CPU); "
            + "{|GEN1012:net.call(zeros([1, 4], dtype: float64))|}; } }", static d => d.Id == "GEN1012");

    [Fact]
    public void What_does_not_depend_on_the_modules_type_is_said_all_the_same() => Markup.Verify(
        Net + "public static class Program { public static void Main() { new Net().to(ScalarType.Float64); "
            + "var y = {|GEN1012:arange(3).mean()|}; } }");

    [Fact]
    public void A_layer_may_state_another_type() => Markup.Verify("""
        [Shape("B 4 -> B 2")] public sealed partial class Net
        {
            [Layer] private readonly Linear fc = Linear(4, 2, dtype: float64);
            private Tensor Forward(Tensor x) => fc.call(x.to(float64));
        }
        """);

    [Fact]
    public void A_layer_of_another_type_takes_that_type() => Markup.Verify("""
        [Shape("B 4 -> B 2")] public sealed partial class Net
        {
            [Layer] private readonly Linear fc = Linear(4, 2, dtype: float64);
            [Layer] private readonly Linear head = Linear(4, 2, dtype: ScalarType.Float64);
            private Tensor Forward(Tensor x) => {|GEN1012:fc.call(x.to(float32))|}
                + {|GEN1012:functional.linear(x.to(float32), head.weight!)|};
        }
        """);

    [Fact]
    public void What_a_module_holds_of_another_type_is_converted_with_it() => Markup.Verify("""
        [Shape("B 4 -> B 4")] public sealed partial class Net
        {
            [Layer] private readonly Linear fc = Linear(4, 4, dtype: float64);
            [Layer(4, 4)] private readonly Linear last;
            [Buffer] private readonly Tensor mean = tensor(new[] { 0.5, 0.25, 0.5, 0.25 });
            private Tensor Forward(Tensor x) => last.call(fc.call(x).relu() * mean);
        }

        public static class Program { public static void Main() => new Net().to(ScalarType.Float32); }
        """, static d => d.Id == "GEN1012");

    [Theory]
    [InlineData("-(x > 0)")]
    [InlineData("~x.to(float32)")]
    [InlineData("x[arange(2, dtype: int16)]")]
    [InlineData("x[ones([2])]")]
    public void An_operator_takes_some_types_alone(string refused) => Markup.Verify($$"""
        [Shape("B 4")] public sealed partial class Net
        {
            [Layer] private readonly Identity id;
            private Tensor Forward(Tensor x) => id.call({|GEN1012:{{refused}}|});
        }
        """, static d => d.Id == "GEN1012");

    [Theory]
    [InlineData("{|GEN1012:functional.l1_loss(x, x)|};")]
    [InlineData("{|GEN1012:L1Loss().call(x, x)|};")]
    [InlineData("{|GEN1012:functional.hinge_embedding_loss(x, x, 1)|};")]
    [InlineData("functional.l1_loss(x, x, Reduction.Sum);")]
    [InlineData("L1Loss(Reduction.None).call(x, x);")]
    [InlineData("functional.l1_loss(x, x.to(float32));")]
    public void The_mean_of_losses_is_no_integer(string statement) => Markup.Verify(
        $"public static class Program {{ public static void Main() {{ var x = arange(3); {statement} }} }}",
        static d => d.Id == "GEN1012");

    [Theory]
    [InlineData("var x = {|GEN1012:zeros([3], dtype: int64, requires_grad: true)|};")]
    [InlineData("var x = {|GEN1012:tensor(new[] { 1, 2 }, requires_grad: true)|};")]
    [InlineData("var x = tensor(new[] { 1f, 2 }, requires_grad: true);")]
    [InlineData("var x = zeros([3], dtype: int64, requires_grad: false);")]
    public void Integers_have_no_gradient(string statement) =>
        Markup.Verify($"public static class Program {{ public static void Main() {{ {statement} }} }}", static d => d.Id == "GEN1012");

    [Fact]
    public void A_parameter_holds_no_integers() => Markup.Verify("""
        [Shape("B 3 -> B 3")] public sealed partial class Net
        {
            [Parameter] private readonly Parameter {|GEN1012:shift|} = Parameter(zeros([3], dtype: int64));
            [Parameter] private readonly Parameter scale = Parameter(zeros([3], dtype: int64), requires_grad: false);
            private Tensor Forward(Tensor x) => (x + shift) * scale;
        }
        """, static d => d.Id == "GEN1012");

    /// <summary>It is said once, in the method, whoever calls it; and not again where it does not depend on the call.</summary>
    [Fact]
    public void A_method_of_an_ordinary_class_is_followed() => Markup.Verify("""
        public static class Program
        {
            private static Tensor Share(Tensor x) => x.mean();
            private static Tensor Wrong() => {|GEN1012:arange(3).mean()|};
            private static Tensor Noise(ScalarType type) => zeros([2, 4], dtype: type);
            private static async System.Threading.Tasks.Task<Tensor> Late() { await System.Threading.Tasks.Task.Yield(); return arange(3); }
            public static void Main() { Share({|GEN1012:arange(3)|}); Share(rand(3)); Wrong(); Linear(4, 2).call(Noise(float32)); }
            public static void Other() { Share({|GEN1012:arange(3)|}); Wrong(); {|GEN1012:Linear(4, 2).call(Noise(float64))|}; }
        }
        """, static d => d.Id == "GEN1012");

    [Fact]
    public void Classes_may_be_bytes() => Markup.Verify("public static class Program { public static void Main() { "
        + "var y = functional.cross_entropy(randn(2, 3), zeros([2], dtype: uint8)); } }");

    /// <summary>Its type may be any: it is what the layers take.</summary>
    [Fact]
    public void An_input_without_a_type_fits_everywhere() => Markup.Verify("""
        [Shape("B 4 -> B 2")] public sealed partial class Net
        {
            [Layer(4, 2)] private readonly Linear fc;
            private Tensor Forward(Tensor x) => fc.call(x * 2 + arange(4).to(x.dtype));
        }
        """);

    [Fact]
    public void What_is_wrong_on_one_path_alone_is_no_error() => Markup.Verify("""
        [Shape("B 4 -> B 2")] public sealed partial class Net(bool wide)
        {
            [Layer(4, 2)] private readonly Linear fc;
            private Tensor Forward(Tensor x) { x = fc.call(x).relu(); if (wide) { x = x.to(float64); } return x.abs() + 1; }
        }
        """);

    [Fact]
    public void A_parameter_and_a_buffer_have_the_type_of_what_they_are_set_to() => Markup.Verify("""
        [Shape("B 4 -> B 4")] public sealed partial class Net
        {
            [Parameter] private readonly Parameter scale = Parameter(ones(4));
            [Buffer] private readonly Tensor order = arange(4);
            private Tensor Forward(Tensor x) => x.index_select(1, order) * scale + {|GEN1012:order.mean()|};
        }
        """);
}

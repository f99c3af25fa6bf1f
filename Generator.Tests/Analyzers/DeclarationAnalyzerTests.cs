namespace Gen.Tests.Analyzers;

/// <summary>GEN0xxx: what is wrong with a declaration.</summary>
public sealed class DeclarationAnalyzerTests
{
    [Fact]
    public void GEN0001_a_class_that_is_not_partial() => Assert.Equal(
        "'Net' has layers, but is not partial: nothing can be generated for it. Write 'partial class Net'.",
        Markup.Message("public class {|GEN0001:Net|} { [Layer] private readonly Linear fc = Linear(4, 2); public object Get => fc; }"));

    [Fact]
    public void GEN0001_a_type_around_it_that_is_not_partial() => Assert.Equal(
        "'Outer', the type around 'Net', is not partial: nothing can be generated in it. Write 'partial' before it.",
        Markup.Message("public class {|GEN0001:Outer|} { public partial class Net { [Layer(4, 2)] private readonly Linear fc; } }"));

    [Fact]
    public void GEN0002_a_type_that_is_no_module() => Assert.Equal(
        "'fc' is marked [Layer], but its type Tensor is not a torch.nn module.",
        Markup.Message("public partial class Net { [Layer] private readonly Tensor {|GEN0002:fc|} = zeros(1); }"));

    /// <summary>The name of such a type is no name of a file, and a generator that throws generates nothing at all.</summary>
    [Fact]
    public void GEN0001_a_class_that_is_local_to_its_file()
    {
        const string Source = """
            [Shape("B 4 -> B 2")] file partial class {|GEN0001:Net|} { [Layer(4, 2)] private readonly Linear fc; }
            [Shape("B 4 -> B 2")] public partial class Other { [Layer(4, 2)] private readonly Linear fc; }
            """;
        Assert.Equal(
            "'Net' is local to its file, but what is generated for 'Net' is in another file. Remove 'file' before 'class'.",
            Markup.Message(Source));
        var driver = Compilations.Driver().RunGenerators(Compilations.Of(Markup.Strip(Source)));
        Assert.Contains("class Other", Assert.Single(driver.GetRunResult().GeneratedTrees).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[Parameter] private readonly ParameterList {|GEN0002:all|} = ParameterList(Parameter(ones(3)));",
        "'all' is marked [Parameter], but its type ParameterList is not a Parameter. It is a module: mark it [Layer].")]
    [InlineData("[Parameter] private readonly Tensor {|GEN0002:all|} = Parameter(ones(3));",
        "'all' is marked [Parameter], but its type Tensor is not a Parameter.")]
    [InlineData("[Buffer] private readonly int {|GEN0002:all|} = 3;", "'all' is marked [Buffer], but its type int is not a Tensor.")]
    public void GEN0002_a_parameter_or_a_buffer_that_is_none(string field, string message)
    {
        Assert.Equal(message, Markup.Message($"public partial class Net {{ {field} public object All => all; }}"));
        var marked = $"public partial class Net {{ {field} public object All => all; private Tensor Forward(Tensor x) => x; }}";
        Compilations.Generate(Markup.Strip(marked));
    }

    [Theory]
    [InlineData("[Layer(1, 2, true, null, null, 6)] private readonly Linear {|GEN0003:fc|};", "'fc' has 6 arguments, but Linear(")]
    [InlineData("[Layer(4)] private readonly Linear {|GEN0003:fc|};",
        "'fc': the argument 'outputSize' of Linear(long inputSize, long outputSize, bool hasBias?")]
    [InlineData("[Layer(4, {|GEN0003:\"2\"|})] private readonly Linear fc;",
        "'fc': \"2\" does not fit 'outputSize' of Linear(long inputSize")]
    [InlineData("[Layer(4, {|GEN0003:2.5|})] private readonly Linear fc;", "'fc': 2.5 does not fit 'outputSize'")]
    [InlineData("[Layer(4, 2)] private readonly Module<Tensor, Tensor> {|GEN0003:fc|};",
        "'fc': there is no factory and no constructor for Module; give the field an initializer.")]
    [InlineData("[Layer] private readonly Linear fc = Linear({|GEN0003:-1|}, 2);",
        "'fc': -1 cannot be used for 'inputSize' in an initializer")]
    public void GEN0003_arguments_that_do_not_fit(string field, string message) =>
        Assert.StartsWith(message, Markup.Message($"[Shape(\"B 4\")] public partial class Net {{ {field} }}"), StringComparison.Ordinal);

    /// <summary>The compiler's own error names no way out.</summary>
    [Theory]
    [InlineData("[Layer(3, 16, 3, padding: 1)] private readonly Conv2d conv;",
        "'conv': an argument of [Layer(...)] cannot be named. Write an initializer: = Conv2d(3, 16, 3, padding: 1).")]
    [InlineData("[Layer(-1, 16, 3, padding: 1)] private readonly Conv2d conv;",
        "'conv': an argument of [Layer(...)] cannot be named. Write all in the order of Conv2d(long in_channels, long out_channels, ")]
    [InlineData("[Layer(outputSize: 2)] private readonly Linear fc;",
        "'fc': an argument of [Layer(...)] cannot be named. Write all in the order of Linear(long inputSize, ")]
    public void GEN0003_named_arguments(string field, string message)
    {
        var compilation = Compilations.Of($"[Shape(\"B 3 8 8\")] public partial class Net {{ {field} }}");
        var found = Assert.Single(Compilations.Diagnose(compilation), d => d.Id == "GEN0003");
        Assert.StartsWith(message, found.GetMessage(null), StringComparison.Ordinal);
        Assert.Contains(compilation.GetDiagnostics(), d => d.Id == "CS1739");
    }

    [Theory]
    [InlineData("public Tensor {|GEN0005:forward|}(Tensor x) => fc.call(x);")]
    [InlineData("protected virtual Tensor {|GEN0005:forward|}(Tensor x) => fc.call(x);")]
    public void GEN0005_a_forward_that_overrides_nothing(string method) => Assert.Equal(
        "the forward of 'Net' does not override the one of torch.nn.Module. Write 'public override Tensor forward(Tensor x)'.",
        Markup.Message($"public partial class Net {{ [Layer(4, 4)] private readonly Linear fc; {method} }}"));

    /// <summary>That a base class has a forward, and what takes its place, is said.</summary>
    [Fact]
    public void GEN2003_the_forward_of_a_base_class() => Assert.Equal(
        "nothing in 'Net' could be checked: the forward of its base class Base is the one that runs; to chain its own layers write "
        + "[Chain(nameof(fc))].",
        Assert.Single(Compilations.Diagnose(Compilations.Of("""
            public abstract class Base() : Module<Tensor, Tensor>("base") { public override Tensor forward(Tensor x) => x.relu(); }
            public sealed partial class Net : Base { [Layer] private readonly Linear fc = Linear(4, 4); }
            """)), d => d.Id == "GEN2003").GetMessage(null));

    [Theory]
    [InlineData("B 4 -> B 2 -> B", "there are two '->'")]
    [InlineData("B (4 -> B 2", "a ')' is missing")]
    [InlineData("B 4/2", "'/' does not round; write '//'")]
    [InlineData("B 4//0", "division by 0")]
    [InlineData("B ... 4", "'...' stands alone")]
    [InlineData("B *C 4", "a '*' stands at the beginning of a shape")]
    [InlineData("*B *C 4", "a shape has at most one '*'")]
    [InlineData("B 99999999999999999999", "the number is too large")]
    [InlineData("B 4 -> B -2", "a size is not negative")]
    [InlineData("B 3x4", "a name does not begin with a digit")]
    public void GEN0004_a_shape_that_does_not_parse(string shape, string message) =>
        Assert.StartsWith($"shape \"{shape}\": {message}",
            Markup.Message($"[Shape({{|GEN0004:\"{shape}\"|}})] public partial class Net {{ [Layer(4, 2)] private readonly Linear fc; }}"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("H % 2", "a comparison is missing")]
    [InlineData("H % == 2", "'=' is not expected here")]
    public void GEN0004_a_fact_that_does_not_parse(string fact, string message) =>
        Assert.Contains(message,
            Markup.Message(
                $"[Shape(\"B 4\", Where = {{|GEN0004:\"{fact}\"|}})] public partial class Net {{ [Layer(4, 2)] private readonly Linear "
                + $"fc; }}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("a != a", "'a != a' never holds")]
    [InlineData("2 > 3", "'2 > 3' never holds")]
    [InlineData("2*a == 7", "'2*a == 7' never holds")]
    [InlineData("a % 2 == 3", "'a % 2 == 3' never holds")]
    [InlineData("a > a + 1", "'a > a+1' never holds")]
    [InlineData("a > 3, a < 2", "'a < 2' contradicts what is stated before it")]
    [InlineData("a == b, b != a", "'b != a' contradicts what is stated before it")]
    [InlineData("wide % heads == 0", "'wide % heads == 0' never holds: it is 2 == 0")]
    [InlineData("heads == 5", "'heads == 5' never holds: it is 4 == 5")]
    [InlineData("c == 1, c == 2", "'c == 2' never holds: it is 1 == 2")]
    [InlineData("depth == 4", "'depth' is not a size: no input, result, constructor parameter or field has that name")]
    [InlineData("a == 2, depth == 3*a", "'depth' is not a size: no input, result, constructor parameter or field has that name")]
    public void GEN0004_a_fact_that_never_holds_or_is_of_nothing(string fact, string message) =>
        Assert.Equal($"shape \"{fact}\": {message}", Markup.Message($$"""
        [Shape("a b -> a c", Where = {|GEN0004:"{{fact}}"|})] public partial class Net
        {
            private const int wide = 6, heads = 4;
            [Layer] private readonly AdaptiveAvgPool1d pool = AdaptiveAvgPool1d(wide / heads);
        }
        """));

    /// <summary>Where it says something of a dimension that a call may break, or that another comparison uses, it stays.</summary>
    [Theory]
    [InlineData("a == a, b >= b, 1 == 1, a + 0 == a, a // 1 == a, b - 1 < b, wide == 6", 0)]
    [InlineData("a >= 1, a == a", 1)]
    [InlineData("b % 2 == 0, 2*b == b + b, a <= 9", 2)]
    [InlineData("k == 2, b % k == 0", 1)]
    public void A_fact_that_always_holds_is_nothing_to_check(string facts, int checks)
    {
        var source = $$"""
            [Shape("a b -> a b", Where = "{{facts}}")] public sealed partial class Net
            {
                private const int wide = 6;
                [Layer] private readonly ReLU relu = ReLU();
                public static int Wide => wide;
            }
            """;
        Markup.Verify(source);
        Assert.Equal(checks + 1, Compilations.GeneratedText(source).Split("ShapeGuard.Fact(").Length);
    }

    [Fact]
    public void GEN0004_commas_where_spaces_belong() => Assert.Equal(
        "shape \"B, 1, 28, 28\" has 4 inputs; commas separate tensors. Separate dimensions with spaces: \"B 1 28 28\".",
        Markup.Message("[Shape({|GEN0004:\"B, 1, 28, 28\"|})] public partial class Net { [Layer] private readonly Flatten flatten; }"));

    [Fact]
    public void GEN0004_shapes_on_the_class_and_on_Forward() => Markup.Verify("""
        [Shape({|GEN0004:"B 4"|})] public partial class Net
        {
            [Layer(4, 4)] private readonly Linear fc;
            [Shape("B 4")] private Tensor Forward(Tensor x) => fc.call(x);
        }
        """);

    [Fact]
    public void GEN0004_a_name_that_is_no_integer() => Markup.Verify("""
        [Shape({|GEN0004:"B d"|})] public partial class Net(double d)
        {
            [Layer(4, 4)] private readonly Linear fc;
            public double D => d;
        }
        """);

    [Theory]
    [InlineData("[Layer] private readonly Bilinear {|GEN0005:fc|} = Bilinear(4, 4, 2);")]
    [InlineData("[Layer] private readonly MultiheadAttention {|GEN0005:attention|} = MultiheadAttention(8, 2);")]
    public void GEN0005_a_layer_with_several_inputs(string field) => Markup.Verify($"public partial class Net {{ {field} }}");

    [Fact]
    public void GEN0005_a_base_class_that_is_no_module() => Assert.Contains(
        "its base class Plain is not a torch.nn module",
        Markup.Message("public class Plain { } public partial class {|GEN0005:Net|} : Plain { [Layer(4, 4)] private readonly Linear fc; }"),
        StringComparison.Ordinal);

    [Fact]
    public void GEN0005_a_class_without_layers() =>
        Markup.Verify("public partial class {|GEN0005:Net|} { [Parameter] private readonly Parameter scale = Parameter(ones(3)); }");

    [Theory]
    [InlineData("private void {|GEN0005:Forward|}(Tensor x) => fc.call(x);", "it returns nothing")]
    [InlineData("private Tensor {|GEN0005:Forward|}() => ones(1);", "it takes no input")]
    [InlineData("private Tensor {|GEN0005:Forward|}<T>(Tensor x) => x;", "it is generic")]
    [InlineData("private Tensor {|GEN0005:Forward|}(in Tensor x) => x;", "ref, in and out inputs do not go through call")]
    [InlineData("private Tensor {|GEN0005:Forward|}(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, Tensor f, Tensor g) => a;",
        "a module takes at most 6 inputs")]
    public void GEN0005_a_Forward_that_cannot_be_wrapped(string method, string reason) =>
        Assert.Contains(reason, Markup.Message($"public partial class Net {{ [Layer(4, 2)] private readonly Linear fc; {method} }}"),
            StringComparison.Ordinal);

    [Fact]
    public void GEN0006_a_chain_that_names_no_layer() => Assert.Equal(
        "'ReLU' in [Chain] is not a layer of 'Net'; its layers are fc, relu.",
        Markup.Message(
            """
            [Shape("B 4"), Chain("fc", {|GEN0006:nameof(ReLU)|})] public partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                [Layer] private readonly ReLU relu;
            }
            """));

    [Theory]
    [InlineData("[Layer] private static readonly Linear {|GEN0007:other|} = Linear(4, 2);",
        "'other' is static; a layer must be an instance field, since each module has its own weights.")]
    [InlineData("[Layer] private Linear {|GEN0007:other|} { get; } = Linear(4, 2);",
        "'other' is a property; a layer must be an instance field.")]
    [InlineData("[Layer] private const Linear? {|GEN0007:other|} = null;",
        "'other' is const; a layer must be an instance field, since each module has its own weights.")]
    public void GEN0007_members_that_are_no_instance_fields(string member, string message) =>
        Assert.Equal(message,
            Markup.Message($"[Shape(\"B 4\")] public partial class Net {{ [Layer(4, 2)] private readonly Linear fc; {member} }}"));

    [Theory]
    [InlineData("training")]
    [InlineData("parameters")]
    [InlineData("name")]
    public void GEN0008_a_name_that_hides_a_member_of_Module(string name) =>
        Assert.StartsWith($"'{name}' hides a member of torch.nn.Module",
            Markup.Message($"[Shape(\"B 4\")] public partial class Net {{ [Layer(4, 2)] private readonly Linear {{|GEN0008:{name}|}}; }}"),
            StringComparison.Ordinal);

    [Fact]
    public void GEN0008_two_layers_with_one_key() => Assert.Equal(
        "'b' and 'a' have the same key \"fc\" in the state_dict.",
        Markup.Message(
            """
            [Shape("B 4")] public partial class Net
            {
                [Layer(4, 4), ComponentName(Name = "fc")] private readonly Linear a;
                [Layer(4, 4), ComponentName(Name = "fc")] private readonly Linear {|GEN0008:b|};
            }
            """));

    [Fact]
    public void After_a_mistake_in_the_declaration_nothing_more_is_said() => Markup.Verify("""
        [Shape("B 4 -> B 2"), Chain(nameof(fc1), {|GEN0006:"fc3"|}), Expect(Parameters = 1)]
        public partial class Net { [Layer(4, 3)] private readonly Linear fc1; [Layer(9, 2)] private readonly Linear fc2; }
        """);
}

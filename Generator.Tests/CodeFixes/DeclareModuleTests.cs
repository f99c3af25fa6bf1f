using System.Reflection;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.CodeFixes;

/// <summary>Modules written by hand become declarative ones: they compile, have the same keys, and give the same for the same
/// weights.</summary>
[Collection("TorchSharp")]
public sealed class DeclareModuleTests
{
    private const string Title = "Make it a declarative module";

    public static TheoryData<string> Names => [.. HandWrittenSource.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_module_written_by_hand_keeps_its_keys_and_its_results(string name)
    {
        var module = HandWrittenSource.All.Single(m => m.Name == name);
        var converted = FixHarness.Refactor(module.Source, Title);
        Assert.Contains("partial class Net", converted, StringComparison.Ordinal);
        Assert.Contains("[Layer]", converted, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"RegisterComponents|register_module|register_buffer|register_parameter", converted);
        AssertCommentsKept(module.Source, converted);
        AssertTwins(module.Source.Replace("$$", "", StringComparison.Ordinal), converted, module.Arguments, module.Inputs,
            module.TakesIndexes);
    }

    /// <summary>The twins of other tests, as they stand in their files.</summary>
    [Theory]
    [InlineData("Behaviour/TwinTests.cs", "Twin", new long[] { 2, 1, 28, 28 })]
    [InlineData("Runtime/Registration/RegistrationTests.cs", "PlainEveryKind", new long[] { 2, 8 })]
    [InlineData("Behaviour/RandomnessTests.cs", "PlainMixed", new long[] { 2, 10 })]
    [InlineData("Models/CompositionTests.cs", "Hand", new long[] { 2, 4 })]
    public void The_twins_of_the_tests_do_too(string file, string name, long[] input)
    {
        var text = File.ReadAllText(Path.Combine(SampleSources.Repository, "Generator.Tests", file)).ReplaceLineEndings("\n");
        var source = Class(text, name).Replace("private sealed class", "public sealed class", StringComparison.Ordinal);
        var converted = FixHarness.Refactor(source.Replace($"class {name}", $"class $${name}", StringComparison.Ordinal), Title);
        AssertTwins(source, converted, name == "Hand" ? [4L, 3L] : [], [input], takesIndexes: false);
    }

    [Fact]
    public void Where_the_constructor_only_builds_the_layers_it_is_not_needed() => Assert.Equal(
        """
        /// <summary>LeNet.</summary>
        public partial class Net
        {
            [Layer] private readonly Conv2d conv1 = Conv2d(1, 6, 5, padding: 2);
            [Layer] private readonly Conv2d conv2 = Conv2d(6, 16, 5);
            [Layer] private readonly Linear fc = Linear(16 * 5 * 5, 10);

            private Tensor Forward(Tensor x)
            {
                x = functional.max_pool2d(conv1.call(x).relu(), 2);
                x = functional.max_pool2d(conv2.call(x).relu(), 2);
                return fc.call(x.flatten(1));
            }
        }
        """,
        FixHarness.Refactor(HandWrittenSource.All[1].Source, Title));

    [Fact]
    public void The_parameters_of_a_constructor_become_the_classs() => Assert.Equal(
        """
        public partial class Net(int width, double drop = 0.1, bool bias = true)
        {
            [Layer] private readonly Linear up = Linear(width, 4 * width, hasBias: bias);
            [Layer] private readonly Linear down = Linear(4 * width, width, hasBias: bias);

            [Layer] private readonly Dropout dropout = Dropout(drop);

            private Tensor Forward(Tensor x) => x + dropout.call(down.call(functional.gelu(up.call(x))));
        }
        """,
        FixHarness.Refactor(HandWrittenSource.All[2].Source, Title));

    [Fact]
    public void A_constructor_with_locals_and_comments_stays()
    {
        var converted = FixHarness.Refactor(HandWrittenSource.All[3].Source, Title);
        Assert.Contains("""
                // Heads of equal size.
                public Net(int d, int heads) : base("attention")
            """, converted, StringComparison.Ordinal);
        Assert.Contains("""
                    proj = Linear(d, d);
                    // all of them
                }
            """, converted, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forward_that_keeps_a_tensor_stays_its_own() =>
        Assert.Contains("public override Tensor forward(Tensor x)",
            FixHarness.Refactor(HandWrittenSource.All.Single(m => m.Name.StartsWith("buffers", StringComparison.Ordinal)).Source, Title),
            StringComparison.Ordinal);

    [Theory]
    // A key that only the running program knows.
    [InlineData("public sealed class $$Net : Module<Tensor, Tensor> { private readonly Linear fc = Linear(2, 2); public Net(string key) "
        + ": base(\"n\") { register_module(key, fc); } public override Tensor forward(Tensor x) => fc.call(x); }")]
    // Registered by a property that anyone may set.
    [InlineData("public sealed class $$Net : Module<Tensor, Tensor> { public Linear Fc { get; set; } = Linear(2, 2); public Net() : "
        + "base(\"n\") { RegisterComponents(); } public override Tensor forward(Tensor x) => Fc.call(x); }")]
    // Nothing to declare.
    [InlineData("public sealed class $$Net() : Module<Tensor, Tensor>(\"n\") { public override Tensor forward(Tensor x) => x; }")]
    // No module.
    [InlineData("public sealed class $$Net { private readonly Linear fc = Linear(2, 2); public Tensor forward(Tensor x) => fc.call(x); }")]
    // Declarative already.
    [InlineData("public sealed partial class $$Net : Module<Tensor, Tensor> { [Layer] private readonly Linear fc = Linear(2, 2); public "
        + "Net() : base(\"n\") { } public override Tensor forward(Tensor x) => fc.call(x); }")]
    // A name that hides a member of the module.
    [InlineData("public sealed class $$Net : Module<Tensor, Tensor> { private readonly Linear parameters = Linear(2, 2); public Net() : "
        + "base(\"n\") { RegisterComponents(); } public override Tensor forward(Tensor x) => parameters.call(x); }")]
    public void What_cannot_be_declared_is_not_offered(string marked) => Assert.DoesNotContain(Title, FixHarness.RefactoringTitles(marked));

    [Fact]
    public void A_Sequential_becomes_a_class_of_its_own()
    {
        const string Before = """
            [Shape("B 784 -> B 10")]
            public sealed partial class Net
            {
                [Layer] private readonly Sequential $$network = Sequential(
                    Linear(784, 128),
                    ReLU(),
                    Linear(128, 10));   // the scores
            }
            """;
        var after = FixHarness.Refactor(Before, "Make it a class 'Network' of its own");
        Assert.Equal("""
            [Shape("B 784 -> B 10")]
            public sealed partial class Net
            {
                [Layer] private readonly Network network = new();   // the scores

                [Shape("B 784 -> B 10")]
                private sealed partial class Network
                {
                    [Layer] [ComponentName(Name = "0")] private readonly Linear linear1 = Linear(784, 128);
                    [Layer] [ComponentName(Name = "1")] private readonly ReLU reLU = ReLU();
                    [Layer] [ComponentName(Name = "2")] private readonly Linear linear2 = Linear(128, 10);
                }
            }
            """, after);
        AssertTwins(Before.Replace("$$", "", StringComparison.Ordinal), after, [], [[3, 784]], takesIndexes: false);
    }

    [Fact]
    public void A_Sequential_in_a_module_written_by_hand_does_too()
    {
        const string Before = """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Sequential $$_features =
                    Sequential(("conv", Conv2d(1, 4, 3)), ("parameters", ReLU()), ("flat", Flatten()));
                private readonly Linear head = Linear(4 * 6 * 6, 2);
                public Net() : base("net") => RegisterComponents();
                public override Tensor forward(Tensor x) => head.call(_features.call(x));
            }
            """;
        var after = FixHarness.Refactor(Before, "Make it a class 'Features' of its own");
        Assert.Contains("[Layer] [ComponentName(Name = \"parameters\")] private readonly ReLU reLU = ReLU();", after,
            StringComparison.Ordinal);
        AssertTwins(Before.Replace("$$", "", StringComparison.Ordinal), after, [], [[3, 1, 8, 8]], takesIndexes: false);
    }

    [Theory]
    [InlineData("private readonly Sequential $$net = Sequential(Linear(8, 8), ReLU()); public Tensor At(Tensor x) => net[0].call(x);")]
    [InlineData("private readonly Sequential $$net = Sequential(Enumerable.Range(0, 3).Select(i => Linear(8, 8)));")]
    [InlineData("private readonly long d = 8; private readonly Sequential $$net; public Other() { net = Sequential(Linear(8, d)); }")]
    [InlineData("public readonly Sequential $$net = Sequential(Linear(8, 8));")]
    public void What_cannot_be_a_class_is_not_offered(string members) =>
        Assert.DoesNotContain(FixHarness.RefactoringTitles($"public partial class Other {{ {members} }}"),
            t => t.StartsWith("Make it a class", StringComparison.Ordinal));

    private static void AssertTwins(string before, string after, object[] arguments, long[][] shapes, bool takesIndexes)
    {
        using var scope = NewDisposeScope();
        using var hand = Make(before, arguments);
        using var declared = Make(after, arguments);
        Assert.NotEmpty(hand.state_dict());
        Assert.Equal(Text(hand), Text(declared));
        Assert.Equal(hand.named_parameters().Select(p => p.name).Order(), declared.named_parameters().Select(p => p.name).Order());
        declared.load_state_dict(hand.state_dict());
        hand.eval();
        declared.eval();
        var inputs = shapes.Select(s => takesIndexes ? randint(0, 10, s, dtype: ScalarType.Int64) : rand(s)).ToArray();
        var (a, b) = (Call(hand, inputs), Call(declared, inputs));
        Assert.True(a.Equals(b), $"{a.str()}\n{b.str()}");

        static IEnumerable<string> Text(nn.Module module) =>
            module.state_dict().Select(s => $"{s.Key} [{string.Join(", ", s.Value.shape)}]").Order(StringComparer.Ordinal);
        static Tensor Call(nn.Module module, Tensor[] inputs) =>
            inputs.Length == 1 ? ((nn.Module<Tensor, Tensor>)module).call(inputs[0])
                : ((nn.Module<Tensor, Tensor, Tensor>)module).call(inputs[0], inputs[1]);
    }

    private static nn.Module Make(string source, object[] arguments)
    {
        var type = Compilations.Load(source).GetTypes()
            .First(t => typeof(nn.Module).IsAssignableFrom(t) && t.Name is "Net" or "Twin" or "Hand" or "PlainEveryKind" or "PlainMixed");
        return (nn.Module)Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.OptionalParamBinding,
            null, arguments, null)!;
    }

    private static void AssertCommentsKept(string before, string after)
    {
        static IEnumerable<string> Comments(string text) =>
            Regex.Matches(text, "//+[^\n]*").Select(m => m.Value.TrimEnd()).Order(StringComparer.Ordinal);
        Assert.Equal(Comments(before), Comments(after));
    }

    /// <summary>A class out of a file, its indentation included.</summary>
    private static string Class(string text, string name)
    {
        var declaration = Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes()
            .OfType<Microsoft.CodeAnalysis.CSharp.Syntax.ClassDeclarationSyntax>().FirstOrDefault(c => c.Identifier.ValueText == name);
        if (declaration is not null)
        {
            return declaration.ToString();
        }

        // It stands in a text of the test.
        var start = text.IndexOf($"public sealed class {name} ", StringComparison.Ordinal);
        return Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText(text[start..]).GetRoot().DescendantNodes()
            .OfType<Microsoft.CodeAnalysis.CSharp.Syntax.ClassDeclarationSyntax>().First().ToString();
    }
}

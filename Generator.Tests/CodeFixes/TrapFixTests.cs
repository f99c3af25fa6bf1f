namespace Gen.Tests.CodeFixes;

/// <summary>Fixes of TorchSharp's traps.</summary>
public sealed class TrapFixTests
{
    [Fact]
    public void A_field_that_is_not_registered_is_marked() => Assert.Equal(
        ("Mark it [Layer]", """
            [Shape("B 8 -> B 2")] public partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc1;

                /// <summary>The second.</summary>
                [NonSerialized] // never sent
                [Layer] private readonly Linear fc2 = Linear(8, 2);

                private Tensor Forward(Tensor x) => fc2.call(fc1.call(x).relu());
            }
            """.Replace("[NonSerialized] ", "[System.ComponentModel.Browsable(false)] ", StringComparison.Ordinal)),
        FixHarness.Fix("""
            [Shape("B 8 -> B 2")] public partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc1;

                /// <summary>The second.</summary>
                [System.ComponentModel.Browsable(false)] // never sent
                private readonly Linear fc2 = Linear(8, 2);

                private Tensor Forward(Tensor x) => fc2.call(fc1.call(x).relu());
            }
            """, "GEN4001"));

    [Theory]
    [InlineData("public Net() : base(\"net\") { fc = Linear(8, 2); /* built */ }",
        "public Net() : base(\"net\") { fc = Linear(8, 2); /* built */ RegisterComponents(); }")]
    [InlineData("public Net() : base(\"net\") => fc = Linear(8, 2);",
        "public Net() : base(\"net\") { fc = Linear(8, 2); RegisterComponents(); }")]
    [InlineData("public Net() : base(\"net\")\n    {\n        fc = Linear(8, 2); // built\n    }",
        "public Net() : base(\"net\")\n    {\n        fc = Linear(8, 2); // built\n        RegisterComponents();\n    }")]
    [InlineData("public Net() : this(8) { } public Net(int d) : base(\"net\") { fc = Linear(d, 2); }",
        "public Net() : this(8) { } public Net(int d) : base(\"net\") { fc = Linear(d, 2); RegisterComponents(); }")]
    public void A_module_written_by_hand_registers(string wrong, string right)
    {
        string Class(string constructor) => $$"""
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Linear fc;
                {{constructor}}
                public override Tensor forward(Tensor x) => fc.call(x);
            }
            """;
        Assert.Equal(("Call RegisterComponents() at the end of the constructor", Class(right)), FixHarness.Fix(Class(wrong), "GEN4001"));
    }

    [Theory]
    [InlineData("var y = model.forward(x);", "var y = model.call(x);")]
    [InlineData("var ys = new[] { x }.Select(model.forward /* all */).ToArray();",
        "var ys = new[] { x }.Select(model.call /* all */).ToArray();")]
    public void A_module_is_called(string wrong, string right) => Assert.Equal(
        ("Change it to call", Program($"var model = Linear(8, 2); var x = randn(1, 8); {right}")),
        FixHarness.Fix(Program($"var model = Linear(8, 2); var x = randn(1, 8); {wrong}"), "GEN4004"));

    [Fact]
    public void All_modules_are_called_at_once() => Assert.Equal(
        Program("var model = Linear(8, 8); var x = model.call(model.call(randn(1, 8)));"),
        FixHarness.FixAll(Program("var model = Linear(8, 8); var x = model.forward(model.forward(randn(1, 8)));"), "GEN4004"));

    [Theory]
    [InlineData("List<Linear> layers = new();", "[Layer] private readonly ModuleList<Linear> layers = ModuleList<Linear>();")]
    [InlineData("List<Linear> layers = [Linear(8, 8), Linear(8, 8)];",
        "[Layer] private readonly ModuleList<Linear> layers = ModuleList<Linear>(Linear(8, 8), Linear(8, 8));")]
    [InlineData("List<Linear> layers = new List<Linear> { Linear(8, 8), /* the last */ Linear(8, 8), };",
        "[Layer] private readonly ModuleList<Linear> layers = ModuleList<Linear>(Linear(8, 8), /* the last */ Linear(8, 8));")]
    [InlineData("List<Linear> layers = new() { Linear(8, 8) };",
        "[Layer] private readonly ModuleList<Linear> layers = ModuleList<Linear>(Linear(8, 8));")]
    [InlineData("Linear[] layers = { Linear(8, 8) };",
        "[Layer] private readonly ModuleList<Linear> layers = ModuleList<Linear>(Linear(8, 8));")]
    [InlineData("Linear[] layers = new[] { Linear(8, 8) };",
        "[Layer] private readonly ModuleList<Linear> layers = ModuleList<Linear>(Linear(8, 8));")]
    [InlineData("IReadOnlyList<Linear> layers = new Linear[] { Linear(8, 8) };",
        "[Layer] private readonly ModuleList<Linear> layers = ModuleList<Linear>(Linear(8, 8));")]
    [InlineData("List<Linear> layers = Enumerable.Range(0, 3).Select(i => Linear(8, 8)).ToList();",
        "[Layer] private readonly ModuleList<Linear> layers = ModuleList<Linear>(Enumerable.Range(0, 3).Select(i => Linear(8, "
        + "8)).ToArray());")]
    [InlineData("Linear[] layers = Enumerable.Range(0, 3).Select(i => Linear(8, 8)).ToArray();",
        "[Layer] private readonly ModuleList<Linear> layers = ModuleList<Linear>(Enumerable.Range(0, 3).Select(i => Linear(8, "
        + "8)).ToArray());")]
    public void A_list_of_modules_becomes_a_ModuleList(string wrong, string right)
    {
        string Class(string field) => $$"""
            [Shape("B 8 -> B 8")] public partial class Net
            {
                [Layer(8, 8)] private readonly Linear first;
                {{field}}

                private Tensor Forward(Tensor x)
                {
                    x = first.call(x).relu();
                    foreach (var layer in layers)
                    {
                        x = layer.call(x).relu();
                    }

                    return x;
                }
            }
            """;
        Assert.Equal(("Make it a ModuleList<Linear>", Class(right)), FixHarness.Fix(Class("private readonly " + wrong), "GEN4002"));
    }

    [Fact]
    public void An_array_that_a_constructor_fills_has_a_Count_then() => Assert.Equal(
        ("Make it a ModuleList<Linear>", """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly ModuleList<Linear> layers; // three of them

                public Net() : base("net")
                {
                    this.layers = ModuleList<Linear>(Linear(8, 8), Linear(8, 8), Linear(8, 8));
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x)
                {
                    for (var i = 0; i < layers.Count; i++)
                    {
                        x = layers[i].call(x).relu();
                    }

                    return x;
                }
            }
            """),
        FixHarness.Fix("""
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Linear[] layers; // three of them

                public Net() : base("net")
                {
                    this.layers = [Linear(8, 8), Linear(8, 8), Linear(8, 8)];
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x)
                {
                    for (var i = 0; i < layers.Length; i++)
                    {
                        x = layers[i].call(x).relu();
                    }

                    return x;
                }
            }
            """, "GEN4002"));

    [Fact]
    public void A_dictionary_of_modules_becomes_a_ModuleDict() => Assert.Equal(
        ("Make it a ModuleDict<Linear>",
            Heads("ModuleDict<Linear> heads = ModuleDict<Linear>((\"a\", Linear(8, 8)), (\"b\", Linear(8, 8)));")),
        FixHarness.Fix(Heads("Dictionary<string, Linear> heads = new() { [\"a\"] = Linear(8, 8), [\"b\"] = Linear(8, 8) };"), "GEN4002"));

    [Theory]
    [InlineData("ConvTranspose2d(8, 8, 3, 1, 0, 0, 2)", "ConvTranspose2d(8, 8, 3, 1, 0, 0, dilation: 2)", "Name it: dilation: 2")]
    [InlineData("MaxPool2d(2, 2, 0, 1, true)", "MaxPool2d(2, 2, 0, 1, ceil_mode: true)", "Name it: ceil_mode: true")]
    public void A_positional_argument_is_named(string wrong, string right, string title) =>
        Assert.Equal((title, Program($"var layer = {right};")), FixHarness.Fix(Program($"var layer = {wrong};"), "GEN4005"));

    [Theory]
    [InlineData("KLDivLoss()", "KLDivLoss(log_target: false)", "Write log_target: false (PyTorch's default)")]
    [InlineData("KLDivLoss()", "KLDivLoss(log_target: true)", "Write log_target: true (as it is now)")]
    [InlineData("KLDivLoss(reduction: Reduction.Sum)", "KLDivLoss(reduction: Reduction.Sum, log_target: false)",
        "Write log_target: false (PyTorch's default)")]
    public void The_target_of_KLDivLoss_is_said(string wrong, string right, string title) =>
        Assert.Equal((title, Program($"var loss = {right};")), FixHarness.Fix(Program($"var loss = {wrong};"), "GEN4006", title));

    [Fact]
    public void A_name_is_written_as_far_as_the_usings_ask_for_it() => Assert.Equal(
        ("Mark it [Layer]", Bare("[Gen.Layer] private readonly TorchSharp.Modules.Linear fc2")),
        FixHarness.Fix(Bare("private readonly TorchSharp.Modules.Linear fc2"), "GEN4001"));

    private static string Bare(string field) => $$"""
        namespace Elsewhere
        {
            public class LayerAttribute : System.Attribute;

            [Gen.Shape("B 8 -> B 8")] public partial class Net
            {
                [Gen.Layer(8, 8)] private readonly TorchSharp.Modules.Linear fc1;
                {{field}} = TorchSharp.torch.nn.Linear(8, 8);
                private TorchSharp.torch.Tensor Forward(TorchSharp.torch.Tensor x) => fc2.call(fc1.call(x).relu());
            }
        }
        """;

    private static string Heads(string field) => $$"""
        public sealed class Net : Module<Tensor, Tensor>
        {
            private readonly {{field}}
            public Net() : base("net") => RegisterComponents();
            public override Tensor forward(Tensor x) => heads["a"].call(x);
        }
        """;

    private static string Program(string body) => $"public static class Program {{ public static void Main() {{ {body} }} }}";

    [Theory]
    [InlineData("fc.call(x + ones(8))", "fc.call(x + ones(8, device: x.device))", "Make it on the device of 'x'")]
    [InlineData("fc.call(x + arange(8))", "fc.call(x + arange(8, device: x.device))", "Make it on the device of 'x'")]
    [InlineData("x * scale", "x * scale", "Mark it [Buffer]")]
    public void A_tensor_goes_with_its_module(string wrong, string right, string title)
    {
        string Class(string field, string result) => $$"""
            public sealed partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;
                {{field}}
                private Tensor Forward(Tensor x) => {{result}};
            }
            """;
        var isField = wrong == right;
        Assert.Equal((title, Class(isField ? "[Buffer] private readonly Tensor scale = ones(8);" : "", right)),
            FixHarness.Fix(Class(isField ? "private readonly Tensor scale = ones(8);" : "", wrong), "GEN4012"));
    }
}

using static TorchSharp.torch;

namespace Gen.Tests.CodeFixes;

/// <summary><em>Make it a declarative module</em> keeps what TorchSharp registers of a hand-written module, whatever it is called and
/// whenever it is set.</summary>
[Collection("TorchSharp")]
public sealed class KeptStateTests
{
    private const string Title = "Make it a declarative module";

    private const string Forward = "public override Tensor forward(Tensor x) => ";

    /// <summary>Members, and what the constructor does; each takes and gives (3, 4).</summary>
    public static TheoryData<string, string> Kept => new()
    {
        { "private Parameter Weight { get; } private Tensor Noise { get; } public Net() : base(nameof(Net)) { Weight = Parameter(ones(4, "
            + "4)); Noise = zeros(4); RegisterComponents(); }", "functional.linear(x, Weight) + Noise" },
        { "private Linear Fc { get; } = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents();", "Fc.call(x)" },
        { "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents(); protected override void "
            + "Dispose(bool disposing) { if (disposing) { fc.Dispose(); ClearModules(); } base.Dispose(disposing); }", "fc.call(x)" },
        { "public Linear Fc { get; } = Linear(4, 4); private readonly Linear a = Linear(4, 4); public Net() : base(nameof(Net)) => "
            + "RegisterComponents();", "a.call(Fc.call(x))" },
        { "public Linear Fc { get; private set; } public Linear B { get; } public int Width { get; } public Net(int w = 4) : "
            + "base(nameof(Net)) { Fc = Linear(w, w); B = Linear(w, w); Width = w; RegisterComponents(); }", "B.call(Fc.call(x)) * Width" },
        { "public Tensor Mean { get; } internal Linear Fc { get; } public Net() : base(\"other\") { Mean = rand(4); Fc = Linear(4, 4); "
            + "RegisterComponents(); }", "Fc.call(x - Mean)" },
        { "private static readonly Linear shared = Linear(2, 2); private readonly Linear fc = Linear(4, 4); public Net() : "
            + "base(nameof(Net)) => RegisterComponents();", "fc.call(x)" },
        { "private readonly Linear fc = Linear(4, 4); private Tensor? mask; public Net() : base(nameof(Net)) => RegisterComponents();",
            "fc.call(x) + (mask ??= ones(4).DetachFromDisposeScope())" },
        { "private readonly Linear fc = Linear(4, 4); private Tensor? none = null; public Net() : base(nameof(Net)) => "
            + "RegisterComponents();", "none is null ? fc.call(x) : x" },
        { "private readonly Linear fc; private readonly Tensor late; public Net() : base(nameof(Net)) { fc = Linear(4, 4); "
            + "RegisterComponents(); late = ones(4); }", "fc.call(x) * late" },
        { "private readonly Linear b; private readonly Linear a; public Net() : base(nameof(Net)) { a = Linear(4, 4); b = Linear(4, 4); "
            + "RegisterComponents(); }", "a.call(b.call(x))" },
        { "private readonly Linear fc; private readonly Tensor mean, scale; public Net() : base(nameof(Net)) { fc = Linear(4, 4); mean = "
            + "rand(4); scale = rand(4); register_buffer(\"mean\", mean); register_buffer(\"scale\", scale, persistent: true); "
            + "register_module(\"fc\", fc); }", "fc.call(x - mean) * scale" },
        { "private readonly Linear fc; private readonly Tensor mean; public Net() : base(nameof(Net)) { fc = Linear(4, 4); mean = "
            + "ones(4); register_buffer(\"mean\", mean, false); RegisterComponents(); }", "fc.call(x - mean)" },
        { "private readonly Linear fc; public Net() : base(nameof(Net)) { fc = Linear(4, 4); add_module(\"fc\", fc); }", "fc.call(x)" },
        { "[ComponentName(Name = \"w\")] private readonly Parameter weight; private readonly Tensor steps = torch.arange(4); public "
            + "Net() : base(nameof(Net)) { weight = Parameter(rand(4, 4)); RegisterComponents(); }",
            "functional.linear(x, weight) + steps" },
        { "private readonly Parameter? bias; private readonly Linear fc; public Net(bool b = false) : base(nameof(Net)) { fc = Linear(4, "
            + "4); if (b) { bias = Parameter(rand(4)); } RegisterComponents(); }", "bias is null ? fc.call(x) : fc.call(x) + bias" },
        { "private readonly Linear fc = Linear(4, 4); private readonly Dropout drop = Dropout(0.5); private readonly BatchNorm1d norm = "
            + "BatchNorm1d(4); public event EventHandler? Called; public Net() : base(nameof(Net)) => RegisterComponents(); public void "
            + "Raise() => Called?.Invoke(this, EventArgs.Empty);", "norm.forward(drop.forward(fc.forward(x)))" },
        { "private readonly ModuleList<Linear> all; public Net() : base(nameof(Net)) { all = ModuleList<Linear>(); for (var i = 0; i < "
            + "2; i++) { all.Add(Linear(4, 4)); } RegisterComponents(); }", "all[1].call(all[0].call(x))" },
        { "private readonly Linear fc = Linear(4, 4); private readonly object gate = new object(); private readonly IReadOnlyList<long> "
            + "sizes = new long[] { 4 }; public Net() : base(nameof(Net)) => RegisterComponents();",
            "gate is null ? x : fc.call(x) * sizes[0]" },
        { "private readonly Linear a; private readonly Linear b; public Net() : base(nameof(Net)) { a = Linear(4, 4); b = a; "
            + "RegisterComponents(); }", "b.call(a.call(x))" },
        { "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) { RegisterComponents(); foreach (var p in "
            + "parameters()) { init.constant_(p, 0.5); } }", "fc.call(x)" },
        // What has no state may stand in a chain twice, and what has some in a list, or in one of two branches.
        { "private readonly ReLU act = ReLU(); private readonly Sequential body; public Net() : base(nameof(Net)) { body = "
            + "Sequential(Linear(4, 4), act, Linear(4, 4), act); RegisterComponents(); }", "body.call(x)" },
        { "private readonly PReLU act = PReLU(1); private readonly ModuleList<Module<Tensor, Tensor>> all; public Net() : "
            + "base(nameof(Net)) { all = ModuleList<Module<Tensor, Tensor>>(act, Linear(4, 4), act); RegisterComponents(); }",
            "all[2].call(all[1].call(x))" },
        { "private readonly PReLU act = PReLU(1); private readonly Sequential body; public Net(bool early = true) : base(nameof(Net)) { "
            + "body = early ? Sequential(act, Linear(4, 4)) : Sequential(Linear(4, 4), act); RegisterComponents(); }", "body.call(x)" },
    };

    /// <summary>What generated code would register otherwise, or at another time.</summary>
    public static TheoryData<string> Refused =>
    [
        // Never registered, by itself.
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) { }",
        // Forgotten while it is used.
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents(); public void Empty() => "
        + "ClearModules();",
        // Set after registration, or again.
        "private readonly Linear a = Linear(4, 4); private readonly Linear fc; public Net() : base(nameof(Net)) { RegisterComponents(); "
        + "fc = Linear(4, 4); }",
        "private Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents(); public void Reset() => fc = "
        + "Linear(4, 4);",
        "internal Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents(); } public static class Other { "
        + "public static void Change(Net net) => net.fc = Linear(4, 4);",
        "private readonly Linear fc = Linear(4, 4); private Tensor state = zeros(4); public Net() : base(nameof(Net)) => "
        + "RegisterComponents(); public void Set(Tensor x) => state = x;",
        "public Linear fc { get; set; } = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents();",
        "public virtual Linear fc { get; } = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents();",
        // Registered in a branch, in a loop, in a method.
        "private readonly Linear fc = Linear(4, 4); public Net(bool b) : base(nameof(Net)) { if (b) { RegisterComponents(); } }",
        "private readonly Linear fc = Linear(4, 4); public Net(bool b) : base(nameof(Net)) { if (b) { return; } RegisterComponents(); }",
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => Build(); private void Build() => "
        + "RegisterComponents();",
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) { foreach (var m in new[] { fc }) { "
        + "register_module(\"fc\", m); } }",
        // Under two keys, when a module that holds it registers it again.
        "private readonly Linear fc; public Net() : base(nameof(Net)) { fc = Linear(4, 4); register_module(\"layer\", fc); }",
        "private readonly Linear fc; private readonly Linear rest; public Net() : base(nameof(Net)) { fc = Linear(4, 4); rest = "
        + "Linear(4, 4); register_module(\"fc\", fc); }",
        // In another order.
        "private readonly Linear fc; private readonly Linear a; public Net() : base(nameof(Net)) { fc = Linear(4, 4); a = Linear(4, 4); "
        + "register_module(\"a\", a); register_module(\"fc\", fc); }",
        // A parameter in a variable for tensors, or in one for anything.
        "private readonly Linear fc = Linear(4, 4); private readonly Tensor w = Parameter(rand(4)); public Net() : base(nameof(Net)) => "
        + "RegisterComponents();",
        "private readonly Linear fc = Linear(4, 4); private readonly Tensor w; public Net(Tensor w) : base(nameof(Net)) { this.w = w; "
        + "RegisterComponents(); }",
        "private readonly Linear fc = Linear(4, 4); private readonly object w = Linear(4, 4); public Net() : base(nameof(Net)) => "
        + "RegisterComponents();",
        "private readonly Linear fc = Linear(4, 4); private readonly IDisposable w; public Net(IDisposable w) : base(nameof(Net)) { "
        + "this.w = w; RegisterComponents(); }",
        "private readonly Linear fc; private readonly Parameter w; public Net() : base(nameof(Net)) { fc = Linear(4, 4); w = "
        + "Parameter(rand(4)); register_buffer(\"w\", w); RegisterComponents(); }",
        // A list that is filled afterwards.
        "private readonly ModuleList<Linear> fc = ModuleList<Linear>(Linear(4, 4)); public Net() : base(nameof(Net)) { "
        + "RegisterComponents(); fc.Add(Linear(4, 4)); }",
        "private readonly ModuleList<Linear> fc = ModuleList<Linear>(Linear(4, 4)); public Net() : base(nameof(Net)) { "
        + "RegisterComponents(); } public void Grow() => fc.Add(Linear(4, 4));",
        // State in a way of its own.
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents(); public override void "
        + "train(bool train = true) => base.train(false);",
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents(); protected override void "
        + "_toEpilog(ScalarType? dtype, Device? device, bool non_blocking) { }",
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) { RegisterComponents(); _internal_params.clear(); }",
        // What the constructor does with its state before that is registered.
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) { apply(m => { if (m is Linear l) { "
        + "init.constant_(l.weight, 1); } }); RegisterComponents(); }",
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) { Freeze(); RegisterComponents(); } private void "
        + "Freeze() { foreach (var p in parameters()) { p.requires_grad = false; } }",
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) { Console.Write(this); RegisterComponents(); }",
        // One module twice in a chain: its second key is not there in a module written by hand.
        "private readonly PReLU act = PReLU(1); private readonly Sequential body; public Net() : base(nameof(Net)) { body = "
        + "Sequential(Linear(4, 4), act, Linear(4, 4), act); RegisterComponents(); }",
        "private readonly Sequential body; public Net(Module<Tensor, Tensor> act) : base(nameof(Net)) { body = Sequential((\"a\", act), "
        + "(\"b\", Sequential(act))); RegisterComponents(); }",
        "private readonly Sequential body; public Net() : base(nameof(Net)) { var act = PReLU(1); body = "
        + "Sequential(Enumerable.Range(0, 2).Select(_ => act)); RegisterComponents(); }",
        "private readonly Sequential body = Sequential(); public Net() : base(nameof(Net)) { var act = PReLU(1); for (var i = 0; i < 2; "
        + "i++) { body.append(act); } RegisterComponents(); }",
        "private readonly Sequential body; public Net() : base(nameof(Net)) { var act = PReLU(1); var all = new List<Module<Tensor, "
        + "Tensor>>(); all.Add(act); all.Add(Linear(4, 4)); all.Add(act); body = Sequential(all); RegisterComponents(); }",
        // What derives from it registers by reflection.
        "private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents(); } public class Sub : Net { "
        + "private readonly Linear more = Linear(4, 4); public Sub() => RegisterComponents();",
    ];

    [Theory]
    [MemberData(nameof(Kept))]
    public void What_is_registered_stays_with_its_keys_its_numbers_and_its_results(string members, string result)
    {
        var source = Source(members, result);
        var converted = FixHarness.Refactor(source, Title);
        Assert.Contains("partial class Net", converted, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"RegisterComponents|register_|add_module", converted);
        ModulePairs.AssertSame(source.Replace("$$", "", StringComparison.Ordinal), converted, "Net", [], t => rand(3, 4, dtype: t));
    }

    /// <summary>No warning of Gen's comes with the module: what called <c>forward</c> calls <c>call</c> then.</summary>
    [Theory]
    [MemberData(nameof(Kept))]
    public void Nothing_is_warned_of_that_was_not_before(string members, string result)
    {
        var source = Source(members, result);
        var converted = FixHarness.Refactor(source, Title);
        Assert.Empty(Warnings(converted).Except(Warnings(source.Replace("$$", "", StringComparison.Ordinal))));

        static IEnumerable<string> Warnings(string text) =>
            FixHarness.Diagnose(FixHarness.Project(text)).Where(d => d.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)
                .Select(d => d.Id);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_would_not_stay_is_not_offered(string members) =>
        Assert.DoesNotContain(Title,
            FixHarness.RefactoringTitles(Source(members, "x").Replace(Forward + "x;", "", StringComparison.Ordinal)
                .Replace("{ " + members, "{ " + Forward + "x; " + members, StringComparison.Ordinal)));

    /// <summary>Each case above is refused for what it says: without that, it is offered.</summary>
    [Fact]
    public void A_plain_module_is_offered() =>
        Assert.Contains(Title,
            FixHarness.RefactoringTitles(
                Source("private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents();", "x")));

    /// <summary>A generated part cannot be added to a type that only its own file sees.</summary>
    [Fact]
    public void What_would_not_build_is_not_offered() => Assert.DoesNotContain(Title, FixHarness.RefactoringTitles(
        Source("private readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents();", "fc.call(x)")
            .Replace("public class", "file class", StringComparison.Ordinal)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_module_that_forgets_its_layers_when_it_is_disposed_still_does(bool isUsed)
    {
        var source = Source("public readonly Linear fc = Linear(4, 4); public Net() : base(nameof(Net)) => RegisterComponents(); "
            + "protected override void Dispose(bool disposing) { if (disposing) { fc.Dispose(); ClearModules(); } "
            + "base.Dispose(disposing); }", "fc.call(x)");
        foreach (var text in new[] { source.Replace("$$", "", StringComparison.Ordinal), FixHarness.Refactor(source, Title) })
        {
            var type = Compilations.Load(text).GetType("Net")!;
            var module = (TorchSharp.torch.nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
            var weight = ((TorchSharp.Modules.Linear)type.GetField("fc")!.GetValue(module)!).weight!;
            if (isUsed)
            {
                module.call(ones(2, 4)).Dispose();
            }

            module.Dispose();
            Assert.True(weight.IsInvalid);
            module.Dispose();
        }
    }

    /// <summary>A layer's <c>call</c> has other names for its parameters than its <c>forward</c>, and no defaults.</summary>
    [Theory]
    [InlineData("scale: fc.forward(x), x: x")]
    [InlineData("x")]
    public void A_forward_that_call_cannot_take_the_place_of_stays(string arguments)
    {
        var source = $$"""
            public sealed class Gate() : Module<Tensor, Tensor?, Tensor>("gate")
            {
                public override Tensor forward(Tensor x, Tensor? scale = null) => scale is null ? x : x * scale;
            }

            public sealed class $$Net : Module<Tensor, Tensor>
            {
                private readonly Linear fc = Linear(4, 4);
                private readonly Gate gate = new();

                public Net() : base("Net") => RegisterComponents();

                public override Tensor forward(Tensor x) => fc.forward(gate.forward({{arguments}}));
            }
            """;
        var after = FixHarness.Refactor(source, Title);
        Assert.Contains($"public override Tensor forward(Tensor x) => fc.forward(gate.forward({arguments}));", after,
            StringComparison.Ordinal);
        ModulePairs.AssertSame(source.Replace("$$", "", StringComparison.Ordinal), after, "Net", [], t => rand(3, 4, dtype: t));
    }

    /// <summary>Where nothing says what may be null, a parameter may be all the same.</summary>
    [Fact]
    public void A_module_of_a_file_without_nullable_types_is_offered()
    {
        const string Source = """
            #nullable disable
            public sealed class $$Net : Module<Tensor, Tensor>
            {
                private readonly Linear fc;

                public Net(int width, Device device = null, string title = null) : base(title ?? "net")
                {
                    fc = Linear(width, width, device: device);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x) => fc.call(x);
            }
            """;
        var after = FixHarness.Refactor(Source, Title);
        Assert.Contains("CountParameters(int width, ", Compilations.GeneratedText(after), StringComparison.Ordinal);
        ModulePairs.AssertSame(Source.Replace("$$", "", StringComparison.Ordinal), after, "Net", [4], t => rand(3, 4, dtype: t));
    }

    [Fact]
    public void A_generic_module_keeps_the_module_of_its_type_parameter()
    {
        const string Before = """
            public sealed class $$Net<TLayer> : Module<Tensor, Tensor>
                where TLayer : Module<Tensor, Tensor>
            {
                private readonly Linear first = Linear(4, 4);
                private readonly TLayer? second;

                public Net(TLayer? second = null) : base("net")
                {
                    this.second = second;
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x) => second is null ? first.forward(x) : second.forward(first.forward(x));
            }
            """;
        ModulePairs.AssertSame(Before.Replace("$$", "", StringComparison.Ordinal), FixHarness.Refactor(Before, Title), "Net`1", [null!],
            t => rand(3, 4, dtype: t));
    }

    [Fact]
    public void A_private_property_becomes_a_field_and_a_public_one_reads_it() => Assert.Equal(
        """
        public sealed partial class Net
        {
            [Parameter] [ComponentName(Name = "<Weight>k__BackingField")] private readonly Parameter Weight = Parameter(ones(4, 4));

            public Linear Head => head;

            [Layer] [ComponentName(Name = "<Head>k__BackingField")] private readonly Linear head = Linear(4, 4);

            private Tensor Forward(Tensor x) => Head.call(functional.linear(x, Weight));
        }
        """,
        FixHarness.Refactor(
            """
            public sealed class $$Net : Module<Tensor, Tensor>
            {
                private Parameter Weight { get; }

                public Linear Head { get; }

                public Net() : base(nameof(Net))
                {
                    Weight = Parameter(ones(4, 4));
                    Head = Linear(4, 4);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x) => Head.forward(functional.linear(x, Weight));
            }
            """,
            Title));

    /// <summary>A Sequential and the class that it becomes; a key or a type may have the name of something else.</summary>
    [Theory]
    [InlineData("Sequential(Linear(4, 4), ReLU(), Linear(4, 4))")]
    [InlineData("Sequential((\"linear\", ReLU()), (\"linear1\", Linear(4, 4)), (\"a-b\", Linear(4, 4)), (\"c-d\", BatchNorm1d(4)))")]
    [InlineData("Sequential((\"train\", Linear(4, 4)), (\"class\", Dropout(0.5)), (\"Summary\", Linear(4, 4)))")]
    public void The_class_that_a_Sequential_becomes_keeps_its_state(string sequential)
    {
        var before =
            $"public sealed class Net : Module<Tensor, Tensor>\n{{\n    private readonly Sequential $$layers = {sequential};\n    "
            + $"public Net() : base(nameof(Net)) => RegisterComponents();\n    {Forward}layers.call(x);\n}}";
        ModulePairs.AssertSame(before.Replace("$$", "", StringComparison.Ordinal),
            FixHarness.Refactor(before, "Make it a class 'Layers' of its own"), "Net", [], t => rand(3, 4, dtype: t));
    }

    [Theory]
    // RegisterComponents would add the keys of the field's name.
    [InlineData("private readonly Linear fc; private readonly Linear rest; public Net() : base(nameof(Net)) { fc = Linear(4, 4); rest = "
        + "Linear(4, 4); register_module(\"layer\", fc); }")]
    // The attribute would have the layer built in any case.
    [InlineData("[Layer] private readonly Linear fc = Linear(4, 4); private Linear? rest; public Net(bool b) : base(nameof(Net)) { if "
        + "(b) { rest = Linear(4, 4); } }")]
    public void A_fix_that_would_change_other_keys_is_not_offered(string members)
    {
        var project = FixHarness.Project(Source(members, "rest is null ? x : rest.call(x)")
            .Replace("class $$Net", "partial class Net", StringComparison.Ordinal));
        Assert.Empty(FixHarness.Offered(project, Assert.Single(FixHarness.Diagnose(project), d => d.Id == "GEN4001")));
    }

    private static string Source(string members, string result) =>
        $"public class $$Net : Module<Tensor, Tensor>\n{{ {members}\n{Forward}{result};\n}}";
}

using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>GEN4001, GEN4002 and GEN4003: what is registered, what is not, and what comes too late.</summary>
public sealed class RegistrationTrapTests
{
    private static bool IsTrap(Diagnostic diagnostic) => diagnostic.Id is "GEN4001" or "GEN4002" or "GEN4003";

    private static string HandWritten(string members, string constructor, string more = "") =>
        $"public class Net : Module<Tensor, Tensor> {{ {members} public Net() : base(\"Net\") {{ {constructor} }} public override "
        + $"Tensor forward(Tensor x) => x; }} {more}";

    [Theory]
    [InlineData("private readonly Linear {|GEN4001:fc2|} = Linear(8, 2);")]
    [InlineData("private readonly Linear {|GEN4001:fc2|}; private Tensor Twice(Tensor x) => fc2.call(x);")]
    [InlineData("internal Linear {|GEN4001:fc2|};")]
    [InlineData("private readonly Module<Tensor, Tensor> {|GEN4001:fc2|} = Linear(8, 2);")]
    [InlineData("private readonly Linear? {|GEN4001:fc2|} = DateTime.Now.Year > 2000 ? Linear(8, 2) : null;")]
    [InlineData("public Linear {|GEN4001:Head|} { get; } = Linear(8, 2);")]
    [InlineData("private readonly Inner {|GEN4001:inner|} = new();")]
    [InlineData("private readonly Parameter {|GEN4001:scale|} = Parameter(ones(1));")]
    [InlineData("private readonly ReLU {|GEN4001:relu|} = ReLU();")]
    [InlineData("private readonly Linear[] {|GEN4002:all|} = [Linear(1, 1)];")]
    [InlineData("private readonly IReadOnlyList<Inner> {|GEN4002:all|} = [new Inner()];")]
    [InlineData("private readonly IEnumerable<Module<Tensor, Tensor>> {|GEN4002:all|} = Enumerable.Range(0, 3).Select(i => "
        + "(Module<Tensor, Tensor>)Linear(i + 1, 1)).ToArray();")]
    [InlineData("private readonly Dictionary<int, Linear> {|GEN4002:all|} = [];")]
    [InlineData("private readonly Dictionary<string, List<Linear>> {|GEN4002:all|} = [];")]
    [InlineData("private readonly Linear[][] {|GEN4002:all|} = [];")]
    [InlineData("private readonly (Linear, string)[] {|GEN4002:all|} = [];")]
    [InlineData("public List<Linear> {|GEN4002:All|} { get; } = [];")]
    public void In_a_class_with_layers(string member) => Markup.Verify(
        $$"""
        public partial class Net { [Layer(4, 8)] private readonly Linear fc; {{member}} }
        public partial class Inner { [Layer(4, 8)] private readonly Linear fc; }
        """, IsTrap);

    [Theory]
    [InlineData("private readonly CrossEntropyLoss loss = CrossEntropyLoss();")]
    [InlineData("private static readonly Linear shared = Linear(1, 1);")]
    [InlineData("private readonly Module<Tensor, Tensor> last; public Net() => last = fc;")]
    [InlineData("private readonly Linear[] all; public Net() => all = [fc, this.fc];")]
    [InlineData("private readonly Func<Linear> make = () => Linear(1, 1);")]
    [InlineData("private Linear Last => fc;")]
    [InlineData("private readonly Lazy<Tensor> cache = new(() => zeros(1));")]
    [InlineData("private readonly List<Tensor> seen = [];")]
    [InlineData("[Layer] private readonly ModuleList<Linear> blocks = ModuleList(Linear(1, 1));")]
    [InlineData("private readonly Linear left; private Parameter? over; private List<Linear> none;")]
    [InlineData("private Module<Tensor, Tensor> Left { get; }")]
    public void What_is_no_module_of_its_own_is_left_alone(string member) =>
        Markup.Verify($"public partial class Net {{ [Layer(4, 8)] private readonly Linear fc; {member} }}", IsTrap);

    [Fact]
    public void Outside_of_a_chain_a_module_without_parameters_may_stand_in_a_field() => Markup.Verify(
        "public partial class Net { [Layer(4, 8)] private readonly Linear fc; private readonly ReLU relu = ReLU(); private Tensor "
        + "Forward(Tensor x) => relu.call(fc.call(x)); }", IsTrap);

    /// <summary>To register the module that holds the object would make it its own descendant.</summary>
    [Theory]
    [InlineData("private readonly Owner[] owner;", "owner = [given];", "Owner given")]
    [InlineData("private readonly Module<Tensor, Tensor>[] owner;", "owner = new[] { given };", "Module<Tensor, Tensor> given")]
    [InlineData("private readonly List<Module> owner;", "this.owner = new() { given };", "Module given")]
    [InlineData("private readonly Owner[] owner = new Owner[1];", "owner[0] = given;", "Owner given")]
    [InlineData("private readonly Module[] {|GEN4002:owner|};", "owner = [given, given];", "Module given")]
    [InlineData("private readonly Linear[] {|GEN4002:owner|};", "owner = [Linear(1, 1)];", "Owner given")]
    public void The_module_that_holds_the_object_is_not_its_child(string member, string constructor, string parameter) => Markup.Verify(
        $$"""
        public class Owner : Module<Tensor, Tensor>
        {
            private readonly ModuleList<Net> nets;
            public Owner() : base("Owner") { nets = ModuleList(new Net(this)); RegisterComponents(); }
            public override Tensor forward(Tensor x) => nets[0].call(x);
        }
        public class Net : Module<Tensor, Tensor>
        {
            {{member}}
            private readonly Linear fc = Linear(4, 4);
            public Net({{parameter}}) : base("Net") { {{constructor}} RegisterComponents(); }
            public override Tensor forward(Tensor x) => fc.call(x);
        }
        """, IsTrap);

    [Fact]
    public void A_class_with_layers_may_refer_to_the_module_that_holds_it() => Markup.Verify(
        """
        public partial class Owner
        {
            [Layer] private readonly Net net;
            public Owner() => net = new Net(this, Linear(4, 4));
            private Tensor Forward(Tensor x) => net.call(x);
        }
        public partial class Net(Owner owner, Linear other)
        {
            private readonly Owner owner = owner;
            private readonly Linear {|GEN4001:other|} = other;
            [Layer(4, 4)] private readonly Linear fc;
            private Tensor Forward(Tensor x) => other.call(fc.call(x));
        }
        """, IsTrap);

    /// <summary>What a function of tensors gives is a parameter only where it is the one that it was given.</summary>
    [Theory]
    [InlineData("w = (Parameter)w.MoveToOuterDisposeScope();")]
    [InlineData("w = (Parameter)w.to(x);")]
    [InlineData("w = (Parameter)(Tensor)w.detach();")]
    public void A_parameter_may_be_set_to_what_a_function_gives(string statement) => Assert.DoesNotContain(
        Compilations.Diagnose(Compilations.Of(HandWritten(
            "private Parameter w = Parameter(ones(4)); public Tensor Scaled(Tensor x) { " + statement + " return x * w; }",
            "RegisterComponents();"))), d => d.Id == "AD0001" || IsTrap(d));

    [Theory]
    [InlineData("private readonly Linear {|GEN4001:fc|} = Linear(1, 1);", "")]
    [InlineData("private readonly Parameter {|GEN4001:scale|};", "scale = Parameter(ones(1));")]
    [InlineData("private readonly Linear a = Linear(1, 1); private readonly Linear {|GEN4001:b|} = Linear(1, 1);",
        "register_module(\"a\", a);")]
    [InlineData("private readonly List<Linear> {|GEN4002:all|} = [];", "RegisterComponents();")]
    [InlineData("private readonly Linear fc;", "RegisterComponents(); {|GEN4003:fc|} = Linear(1, 1);")]
    [InlineData("private Linear fc = Linear(1, 1); public void Set() => {|GEN4003:fc|} = Linear(2, 2);", "RegisterComponents();")]
    [InlineData("private Linear? fc; public Tensor Lazy(Tensor x) { {|GEN4003:fc|} ??= Linear(x.shape[1], 2); return fc.call(x); }",
        "RegisterComponents();")]
    [InlineData("private Linear fc = Linear(1, 1); public Linear Fc { set => {|GEN4003:fc|} = value; }", "RegisterComponents();")]
    [InlineData("private Parameter w = Parameter(rand(3));",
        "RegisterComponents(); w = (Parameter)init.uniform_(w); this.w = (Parameter)init.ones_(init.zeros_(w)); {|GEN4003:w|} = "
        + "Parameter(rand(3));")]
    [InlineData("private Parameter w = Parameter(rand(3)); private Parameter v = Parameter(rand(3)); public void Reset() { w = "
        + "(Parameter)init.normal_(w); {|GEN4003:w|} = (Parameter)init.normal_(v); }", "RegisterComponents();")]
    [InlineData("public Parameter w = Parameter(rand(3));", "RegisterComponents();",
        "public static class P { public static void M(Net a, Net b) { a.w = (Parameter)init.uniform_(a.w); {|GEN4003:a.w|} = "
        + "(Parameter)init.uniform_(b.w); } }")]
    [InlineData("public Linear fc = Linear(1, 1);", "RegisterComponents();",
        "public static class P { public static void M(Net net) { {|GEN4003:net.fc|} = Linear(2, 2); } }")]
    [InlineData("public Linear fc = Linear(1, 1);", "RegisterComponents();",
        "public static class P { public static Net M() => new Net { {|GEN4003:fc|} = Linear(2, 2) }; }")]
    [InlineData("", "RegisterComponents();",
        "public class Derived : Net { private readonly Linear fc; public Derived() { {|GEN4003:fc|} = Linear(1, 1); } }")]
    public void In_a_module_written_by_hand(string members, string constructor, string more = "") =>
        Markup.Verify(HandWritten(members, constructor, more), IsTrap);

    [Theory]
    [InlineData("private readonly Linear fc = Linear(1, 1);", "RegisterComponents();")]
    [InlineData("private readonly ReLU relu = ReLU(); private readonly CrossEntropyLoss loss = CrossEntropyLoss();", "")]
    [InlineData("private readonly Linear fc;", "fc = Linear(1, 1); RegisterComponents();")]
    [InlineData("private readonly Linear fc; private void Build(long n) { fcs = n; } private long fcs;",
        "fc = Linear(1, 1); Build(3); RegisterComponents();")]
    [InlineData("private Linear? fc; private void Build() { fc = Linear(1, 1); }", "Build(); RegisterComponents();")]
    [InlineData("private readonly Linear fc = Linear(1, 1);", "register_module(\"fc\", fc);")]
    [InlineData("private readonly List<Linear> all = [];",
        "for (var i = 0; i < 3; i++) { all.Add(Linear(1, 1)); register_module($\"fc{i}\", all[i]); } RegisterComponents();")]
    [InlineData("private readonly List<Linear> all = []; private readonly ModuleList<Linear> list;",
        "list = ModuleList(all.ToArray()); RegisterComponents();")]
    [InlineData("private readonly Linear[] all = [Linear(1, 1)];",
        "foreach (var (fc, i) in all.Select((f, i) => (f, i))) { register_module($\"fc{i}\", fc); } RegisterComponents();")]
    [InlineData("private readonly Linear fc = Linear(1, 1);", "Registrar.Register(this);",
        "public static class Registrar { public static void Register(Net net) { } }")]
    [InlineData("private readonly Linear fc = Linear(1, 1); protected override void RegisterComponents() => register_module(\"x\", fc);",
        "RegisterComponents();")]
    [InlineData("private Linear? fc = Linear(1, 1); public void Drop() => fc = null;", "RegisterComponents();")]
    [InlineData("private readonly Linear fc = Linear(1, 1); private readonly CrossEntropyLoss loss; private readonly Module<Tensor, "
        + "Tensor> act;", "RegisterComponents(); loss = CrossEntropyLoss(); act = ReLU();")]
    [InlineData("", "RegisterComponents();", "public class Derived : Net { private readonly Linear fc = Linear(1, 1); }")]
    [InlineData("", "",
        "public abstract class Basis : Module<Tensor, Tensor> { protected readonly Linear fc = Linear(1, 1); protected Basis() : "
        + "base(\"b\") { } }")]
    public void What_registers_is_left_alone(string members, string constructor, string more = "") =>
        Markup.Verify(HandWritten(members, constructor, more), IsTrap);

    [Theory]
    [InlineData("[Layer] private Linear fc = Linear(4, 8); public void Set() => {|GEN4003:fc|} = Linear(4, 2);")]
    [InlineData("[Layer(4, 8)] private Linear fc; public Linear Fc { get => fc; set => {|GEN4003:fc|} = value; }")]
    [InlineData("[Layer] private Linear? fc; public Net() { } private Tensor Forward(Tensor x) { {|GEN4003:fc|} ??= Linear(x.shape[1], "
        + "2); return fc.call(x); }")]
    [InlineData("[Layer] private Linear fc; public Net() { fc = Linear(4, 8); }")]
    [InlineData("[Parameter] private Parameter w = Parameter(rand(4)); public void Reset() { w = (Parameter)init.uniform_(w, -1, 1); "
        + "{|GEN4003:w|} = Parameter(rand(4)); } private Tensor Forward(Tensor x) => x * w;")]
    [InlineData("[Layer] private Linear fc; public Net() => Build(); private void Build() => fc = Linear(4, 8);")]
    [InlineData("[Layer(4, 8)] private readonly Linear fc; [Buffer] private Tensor mean = zeros(8); private Tensor Forward(Tensor x) { "
        + "mean = x.mean([0]); return fc.call(x); }")]
    public void A_layer_is_set_in_the_constructor_or_too_late(string members) =>
        Markup.Verify($"public partial class Net {{ {members} }}", IsTrap);

    /// <summary>TorchSharp registers what a module holds when it registers the module; a <c>Sequential</c> does not.</summary>
    [Theory]
    [InlineData("public static class P { public static void M() { var net = new Net(); net.call(ones(1)); net.save(\"x\"); } }")]
    [InlineData("public static class P { public static void M() { using Net net = new(); Train(net); } private static void "
        + "Train(Module<Tensor, Tensor> model) => optim.SGD(model.parameters(), 0.1); }")]
    [InlineData("public static class P { public static void M() { using var net = new Net().to(float64); net.eval(); } }")]
    [InlineData("public static class P { public static void M() { var net = new Net(); net = net.to(float64); net.eval(); } }")]
    [InlineData("public static class P { public static void M() { var net = new Net(); var other = net; net = other; other = net; "
        + "other.eval(); } }")]
    [InlineData("public static class P { public static void M(Net net, int n) { if (n > 0) { M(net.cpu(), n - 1); } M(new Net(), n); } }")]
    [InlineData("public static class P { private static readonly Net net = new(); }")]
    [InlineData("public sealed class P { private Net net; public P() => net = new Net(); }")]
    [InlineData("public static class P { public static Tensor M(Tensor x) => new Net().call(x); }")]
    [InlineData("public static class P { public static Sequential M() => Sequential((\"net\", new Net()), (\"relu\", ReLU())); }")]
    public void What_is_used_alone_is_told(string more)
    {
        var diagnostic = Assert.Single(Markup.Verify(HandWritten("private readonly Linear {|GEN4001:fc|} = Linear(1, 1);", "", more),
            IsTrap));
        Assert.Equal(
            "'Net' never calls RegisterComponents(): 'fc' will not be trained, saved or moved. Call it at the end of the constructor.",
            diagnostic.GetMessage(null));
    }

    [Theory]
    [InlineData("private readonly Net net = new();", "RegisterComponents();")]
    [InlineData("private readonly Module<Tensor, Tensor> net = new Net();", "RegisterComponents();")]
    [InlineData("private readonly Module<Tensor, Tensor> net;", "net = new Net().to(float64); RegisterComponents();")]
    [InlineData("public Net? Inner { get; }", "Inner = null; RegisterComponents();")]
    [InlineData("", "register_module(\"net\", new Net());")]
    [InlineData("private readonly ModuleList<Net> nets = ModuleList(new Net(), new Net());", "RegisterComponents();")]
    [InlineData("private readonly ModuleDict<Module> nets = ModuleDict<Module>((\"net\", new Net()));", "RegisterComponents();")]
    [InlineData("private readonly ModuleList<Module<Tensor, Tensor>> nets = ModuleList<Module<Tensor, Tensor>>();",
        "var net = new Net(); nets.Add(net); RegisterComponents();")]
    [InlineData("private readonly ModuleList<Net> nets = new([.. Enumerable.Range(0, 3).Select(_ => new Net())]);",
        "RegisterComponents();")]
    [InlineData("private readonly Module<Tensor, Tensor> net = Make(); private static Module<Tensor, Tensor> Make() { var made = new "
        + "Net(); return made; }", "RegisterComponents();")]
    public void What_another_module_holds_is_left_alone(string members, string constructor) =>
        Markup.Verify(HandWritten("private readonly Linear fc = Linear(1, 1);", "") + $$"""

        public class Holder : Module<Tensor, Tensor>
        {
            {{members}}
            public Holder() : base("h") { {{constructor}} }
            public override Tensor forward(Tensor x) => x;
        }
        public static class P { public static void M() { using var alone = new Net(); alone.call(ones(1)); } }
        """, IsTrap);

    [Theory]
    [InlineData("public partial class Holder { [Layer] private readonly Net net = new(); }")]
    [InlineData("public class Derived : Net { public Derived() { RegisterComponents(); } }")]
    [InlineData("public static class P { public static IEnumerable<Module<Tensor, Tensor>> M() => [new Net()]; }")]
    public void What_may_be_held_elsewhere_is_left_alone(string more) =>
        Markup.Verify(HandWritten("private readonly Linear fc = Linear(1, 1);", "", more), IsTrap);

    [Fact]
    public void One_call_that_is_missing_is_one_diagnostic()
    {
        var diagnostic =
            Assert.Single(
                Markup.Verify(HandWritten("private readonly Linear {|GEN4001:a|} = Linear(1, 1); private readonly Linear b = Linear(1, 1);",
                    "")));
        Assert.Equal(
            "'Net' never calls RegisterComponents(): 'a', 'b' will not be trained, saved or moved, unless a module that holds it is "
            + "registered. Call it at the end of the constructor.", diagnostic.GetMessage(null));
        Assert.Equal("b", Assert.Single(diagnostic.AdditionalLocations.Select(l => l.SourceTree!.GetText().ToString(l.SourceSpan))));
    }
}

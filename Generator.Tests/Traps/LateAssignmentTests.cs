using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Traps;

/// <summary>GEN4003 against TorchSharp: told where the layer that the field holds at last has no key, and only there.</summary>
[Collection("TorchSharp")]
public sealed class LateAssignmentTests
{
    private static readonly ProgramTable LateTable = new(
    [
        Derived("replaced, and registered again", "head = Linear(4, 8); RegisterComponents();"),
        Derived("replaced", "head = Linear(4, 8);"),
        Derived("replaced by its base's name", "base.head = Linear(4, 8); RegisterComponents();"),
        Derived("an abstract base", "this.head = Linear(4, 8); RegisterComponents();", basis: "abstract"),
        Derived("a local that is not registered", "var made = Linear(4, 8); head = made; RegisterComponents();"),
        Own("a helper that comes after", "RegisterComponents(); Build();", "private void Build() => head = Linear(4, 8);"),
        Own("a helper of a helper", "RegisterComponents(); A();", "private void A() => B(); private void B() => head = Linear(4, 8);"),
        Own("from a dictionary",
            """RegisterComponents(); var all = new Dictionary<string, Linear>(); all["a"] = Linear(4, 8); head = all["a"];"""),
    ]);

    private static readonly ProgramTable InTimeTable = new(
    [
        Derived("the base does not register", "head = Linear(4, 8); RegisterComponents();", constructor: ""),
        Derived("the derived class says when", "head = Linear(4, 8); Init();", constructor: "",
            members: "protected void Init() => RegisterComponents();"),
        Derived("the base registers sometimes", "head = Linear(4, 8); RegisterComponents();",
            constructor: "if (DateTime.Now.Year < 2000) { RegisterComponents(); }"),
        Derived("by name", """var made = Linear(4, 8); register_module("new", made); head = made;"""),
        Own("a helper of a helper, before", "A(); RegisterComponents();",
            "private void A() => B(); private void B() => head = Linear(4, 8);"),
        Own("a helper that registers", "RegisterComponents(); Build();",
            """private void Build() { var made = Linear(4, 8); add_module("h", made); head = made; }"""),
        Own("in a loop by name",
            """
            RegisterComponents();
            foreach (var n in new[] { "a", "b" }) { var made = Linear(4, 8); register_module(n, made); head = made; }
            """),
        Own("from a dictionary",
            """
            RegisterComponents(); var all = new Dictionary<string, Linear> { ["a"] = Linear(4, 8) };
            foreach (var (name, layer) in all) { register_module(name, layer); } head = all["a"];
            """),
        Own("from tuples",
            """
            RegisterComponents(); var all = new[] { ("a", Linear(4, 8)), ("b", Linear(4, 8)) };
            foreach (var (name, layer) in all) { register_module(name, layer); } head = all[1].Item2;
            """),
    ]);

    public static TheoryData<string> Late => LateTable.Names;

    public static TheoryData<string> InTime => InTimeTable.Names;

    [Theory]
    [MemberData(nameof(Late))]
    public void What_a_field_gets_too_late_is_told(string program)
    {
        Assert.False(HasKey(LateTable.Type(program, "Net")));
        Assert.Equal("GEN4003", Assert.Single(LateTable.Diagnostics(program)).Id);
    }

    [Theory]
    [MemberData(nameof(InTime))]
    public void What_it_gets_in_time_is_left_alone(string program)
    {
        Assert.True(HasKey(InTimeTable.Type(program, "Net")));
        Assert.Empty(InTimeTable.Diagnostics(program));
    }

    [Fact]
    public void A_field_of_the_base_is_to_be_given_to_its_constructor() => Assert.Equal(
        "'head' is set after the base class's constructor has registered the components: the new value is not registered, and will "
        + "not be trained, saved or moved. "
        + "Give it to the constructor of the base class, which registers it.",
        Assert.Single(LateTable.Diagnostics("replaced, and registered again")).GetMessage(null));

    private static bool HasKey(Type type)
    {
        using var net = (Module)Activator.CreateInstance(type)!;
        var head = (Linear)type.GetProperty("Head")!.GetValue(net)!;
        return net.state_dict().Values.Any(t => t.Handle == head.weight!.Handle);
    }

    private static (string Name, string Source) Derived(string name, string body, string basis = "",
        string constructor = "RegisterComponents();", string members = "") => (name, $$"""
        public {{basis}} class Basis : Module<Tensor, Tensor>
        {
            protected Linear head = Linear(4, 2);
            public Linear Head => head;
            public Basis() : base("Basis") { {{constructor}} }
            public override Tensor forward(Tensor x) => head.call(x);
            {{members}}
        }
        public sealed class Net : Basis { public Net() { {{body}} } }
        """);

    private static (string Name, string Source) Own(string name, string constructor, string members = "") => (name, $$"""
        public sealed class Net : Module<Tensor, Tensor>
        {
            private Linear head = Linear(4, 2);
            public Linear Head => head;
            public Net() : base("Net") { {{constructor}} }
            public override Tensor forward(Tensor x) => head.call(x);
            {{members}}
        }
        """);
}

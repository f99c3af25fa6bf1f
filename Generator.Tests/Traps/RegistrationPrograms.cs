namespace Gen.Tests.Traps;

/// <summary>A class <c>Net</c> with a member <c>held</c>: what is in it has keys in the state of the module, or not.</summary>
internal sealed record RegistrationProgram(string Name, string Source);

/// <summary>Ways to register what a field or a collection holds, and ways that look like them.</summary>
internal static partial class RegistrationPrograms
{
    private const string List = "private readonly List<Linear> held = [];";

    public static IReadOnlyList<RegistrationProgram> Registered => [.. ByCalls, .. OfCollections];

    public static readonly IReadOnlyList<RegistrationProgram> NotRegistered =
    [
        Net("a list that is filled in a loop",
            List,
            """
            foreach (var name in new[] { "a", "b" }) { var layer = Linear(3, 3); held.Add(layer);
            } RegisterComponents();
            """),
        Net("one of two locals",
            List,
            """var a = Linear(3, 3); var b = Linear(3, 3); register_module("a", a); held.Add(a); held.Add(b);"""),
        Net("a helper that does not register",
            List,
            """held.Add(Make("a")); RegisterComponents();""",
            """
            private Linear Make(string name) { Console.Write(name.Length == 0 ? name : ""); var made = Linear(3, 3);
            return made; }
            """),
        Net("a helper of a layer that is registered and of one that is not",
            "private readonly List<Linear> held = []; private readonly Linear stem;",
            "stem = Make(); held.Add(Make()); RegisterComponents();",
            "private static Linear Make() => Linear(3, 3);"),
        Net("another list is registered",
            "private readonly List<Linear> held = []; private readonly List<Linear> others = [Linear(3, 3)];",
            """held.Add(Linear(3, 3)); others.ForEach(l => register_module("o", l));"""),
        Net("a lambda that only counts",
            "private readonly List<Linear> held = [Linear(3, 3)];",
            "var n = 0L; held.ForEach(l => n += l.weight!.numel()); RegisterComponents();"),
        Net("a dictionary",
            """private readonly Dictionary<string, Linear> held = new() { ["a"] = Linear(3, 3) };""",
            "foreach (var (name, layer) in held) { layer.train(name.Length > 0); } RegisterComponents();"),
        Net("a list of tuples",
            """private readonly List<(string Name, Linear Layer)> held = [("a", Linear(3, 3))];""",
            "RegisterComponents();"),
        Net("a ModuleList that nobody keeps",
            "private readonly List<Linear> held = [Linear(3, 3)];",
            """
            var list = ModuleList(held.ToArray()); Console.Write(list.Count > 5 ? "many" : ""); RegisterComponents();
            """),
        Net("a Sequential that is only called",
            "private readonly List<Linear> held = [Linear(3, 3)];",
            "RegisterComponents(); Sequential(held).call(ones(1, 3));"),
        Net("parameters in a list", "private readonly List<Parameter> held = [Parameter(ones(3))];", "RegisterComponents();"),
        Net("parameters in an array",
            "private readonly Parameter[] held = [Parameter(ones(3)), Parameter(ones(3))];",
            "RegisterComponents();"),
        Net("a dictionary of parameters",
            """private readonly Dictionary<string, Parameter> held = new() { ["a"] = Parameter(ones(3)) };""",
            "RegisterComponents();"),
        Net("parameters beside others that are registered",
            "private readonly List<Parameter> held = [];",
            """var a = Parameter(ones(3)); register_parameter("a", a); held.Add(a); held.Add(Parameter(ones(3)));"""),
        Net("initialized, not registered",
            "private readonly List<Linear> held = [Linear(3, 3)];",
            """
            foreach (var layer in held) { init.xavier_uniform_(layer.weight!); init.zeros_(layer.bias!);
            } RegisterComponents();
            """),
        Net("one field, beside another that is registered",
            "private readonly Linear held; private readonly Linear other;",
            """other = Linear(3, 3); register_module("other", other); held = Linear(3, 3);"""),
        Net("one field, another local is registered",
            "private readonly Linear held;",
            """var layer = Linear(3, 3); register_module("fc", layer); held = Linear(3, 3);"""),
        Net("one field, after RegisterComponents",
            "private readonly Linear held;",
            "RegisterComponents(); var layer = Linear(3, 3); held = layer;"),
        Net("a module that is given them and keeps them in a list",
            List,
            """held.Add(Linear(3, 3)); var stack = new Stack(held); Console.Write(stack.Count > 9 ? "many" : "");""",
            "",
            """
            public sealed class Stack { private readonly List<Linear> layers;
            public Stack(List<Linear> layers) => this.layers = layers; public int Count => layers.Count; }
            """),
        Net("a helper that registers something else",
            List,
            """held.Add(With("a", Linear(3, 3)));""",
            "private Linear With(string name, Linear layer) { register_module(name, ReLU()); return layer; }"),
        Net("Func factories, unregistered",
            List,
            """
            foreach (var make in new Func<Linear>[] { () => Linear(3, 3), () => Linear(3, 3, false) }) {
            var layer = make(); held.Add(layer); } RegisterComponents();
            """),
        Net("tuple, unregistered, one of two",
            "private readonly (Linear, Linear) held;",
            """var a = Linear(3, 3); var b = Linear(3, 3); register_module("a", a); held = (a, b);"""),
        Net("select without registration",
            "private readonly Linear[] held;",
            "held = Enumerable.Range(0, 2).Select(i => Linear(3, 3)).ToArray(); RegisterComponents();"),
        Net("a private method that fills",
            List,
            "Build(); RegisterComponents();",
            "private void Build() { for (var i = 0; i < 2; i++) { held.Add(Linear(3, 3)); } }"),
        Net("a lambda that fills", List, "Action<Linear> put = held.Add; put(Linear(3, 3)); RegisterComponents();"),
        Net("array filled by index",
            "private readonly Linear[] held = new Linear[2];",
            "for (var i = 0; i < 2; i++) { held[i] = Linear(3, 3); } RegisterComponents();"),
        Net("a layer of the list in a scheduler of names",
            "private readonly Dictionary<string, Linear> held = [];",
            """
            var names = new List<string>(); held["a"] = Linear(3, 3); foreach (var pair in held) {
            names.Add(pair.Key); } RegisterComponents();
            """),
        Net("a constructor argument list",
            List,
            "held.AddRange(new[] { Linear(3, 3) }.Where(l => l.bias is not null)); RegisterComponents();"),
    ];

    private static RegistrationProgram Net(string name, string members, string constructor, string methods = "", string more = "") => new(
        name,
        $$"""
        public sealed class Net : Module<Tensor, Tensor>
        {
            {{members}}
            public Net() : base("Net") { {{constructor}} }
            public override Tensor forward(Tensor x) => x;
            {{methods}}
        }
        {{more}}
        """);
}

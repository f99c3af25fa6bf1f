namespace Gen.Tests.Traps;

/// <content>Locals, helpers, delegates and lambdas.</content>
internal static partial class RegistrationPrograms
{
    private static readonly IReadOnlyList<RegistrationProgram> ByCalls =
    [
        Net("a helper that registers",
            List,
            """held.Add(Make("a")); held.Add(Make("b"));""",
            "private Linear Make(string name) { var made = Linear(3, 3); register_module(name, made); return made; }"),
        Net("a generic helper that gives back",
            "private readonly Linear[] held;",
            """held = [Keep("a", Linear(3, 3)), Keep("b", Linear(3, 3))];""",
            "private T Keep<T>(string name, T layer) where T : Module { register_module(name, layer); return layer; }"),
        Net("a helper that does both",
            List,
            """Put("a", Linear(3, 3)); Put("b", Linear(3, 3));""",
            "private void Put(string name, Linear layer) { held.Add(layer); register_module(name, layer); }"),
        Net("a method as a delegate",
            "private readonly List<Linear> held = [Linear(3, 3), Linear(3, 3)];",
            "held.ForEach(Put);",
            """private int count; private void Put(Linear layer) => register_module($"l{count++}", layer);"""),
        Net("a lambda in ForEach",
            "private readonly List<Linear> held = [Linear(3, 3), Linear(3, 3)];",
            """held.ForEach(m => register_module($"l{held.IndexOf(m)}", m));"""),
        Net("a lambda in Select",
            "private readonly Linear[] held;",
            """
            held = Enumerable.Range(0, 2).Select(i => { var layer = Linear(3, 3); register_module($"l{i}", layer);
            return layer; }).ToArray();
            """),
        Net("a tuple",
            "private readonly (Linear First, Linear Second) held = (Linear(3, 3), Linear(3, 3));",
            """register_module("first", held.First); register_module("second", held.Second);"""),
        Net("children",
            "private readonly List<Linear> held;",
            """
            register_module("a", Linear(3, 3)); register_module("b", Linear(3, 3));
            held = children().OfType<Linear>().ToList();
            """),
        Net("a property",
            "public IReadOnlyList<Linear> held { get; }",
            """
            var made = new List<Linear>(); for (var i = 0; i < 2; i++) { var layer = Linear(3, 3);
            register_module($"l{i}", layer); made.Add(layer); } held = made;
            """),
        Net("a property that gives the list",
            "private readonly List<Linear> held = [Linear(3, 3)]; private IEnumerable<Linear> All => held;",
            """var i = 0; foreach (var layer in All) { register_module($"l{i++}", layer); }"""),
        Net("one field, by a local",
            "private readonly Linear held;",
            """var layer = Linear(3, 3); register_module("fc", layer); held = layer;"""),
        Net("one field, by a helper",
            "private readonly Linear held;",
            "held = Keep(Linear(3, 3));",
            """private Linear Keep(Linear layer) { register_module("fc", layer); return layer; }"""),
        Net("one field, set with the call",
            "private readonly Linear held;",
            """register_module("fc", held = Linear(3, 3));"""),
        Net("one field, after RegisterComponents",
            "private readonly Linear held;",
            """RegisterComponents(); var layer = Linear(3, 3); register_module("fc", layer); held = layer;"""),
        new("a base class that registers what it is given", """
            public abstract class Basis : Module<Tensor, Tensor> {
            protected Basis(IEnumerable<Linear> layers) : base("b") { var i = 0; foreach (var layer in layers) {
            register_module($"l{i++}", layer); } } public override Tensor forward(Tensor x) => x;
            } public sealed class Net : Basis { private readonly List<Linear> held;
            public Net() : this([Linear(3, 3), Linear(3, 3)]) {
            } private Net(List<Linear> made) : base(made) => held = made; }
            """),
        new("a template method", """
            public abstract class Basis : Module<Tensor, Tensor> { protected Basis() : base("b") { var i = 0;
            foreach (var layer in Layers()) { register_module($"l{i++}", layer); } }
            protected abstract IEnumerable<Linear> Layers(); public override Tensor forward(Tensor x) => x;
            } public sealed class Net : Basis { private readonly List<Linear> held = [Linear(3, 3)];
            protected override IEnumerable<Linear> Layers() => held; }
            """),
        Net("a query",
            "private readonly List<Linear> held = [Linear(3, 3)];",
            """foreach (var layer in from l in held where l is not null select l) { register_module("a", layer); }"""),
        Net("a conditional access",
            "private readonly List<Linear>? held = [Linear(3, 3)];",
            """held?.ForEach(l => register_module("a", l));"""),
        Net("modules that are made elsewhere",
            "private readonly IReadOnlyList<Linear> held;",
            """held = Factory.Make(2); for (var i = 0; i < held.Count; i++) { register_module($"l{i}", held[i]); }""",
            "",
            """
            public static class Factory {
            public static List<Linear> Make(int n) => Enumerable.Range(0, n).Select(_ => Linear(3, 3)).ToList(); }
            """),
        Net("a chain of private helpers",
            List,
            "Build();",
            """
            private void Build() { for (var i = 0; i < 2; i++) { Put(Make(), i); } }
            private static Linear Make() => Linear(3, 3); private void Put(Linear layer, int i) {
            Register($"l{i}", layer); held.Add(layer);
            } private void Register(string name, Module layer) => register_module(name, layer);
            """),
        Net("a helper that calls itself",
            List,
            "Build(2);",
            """
            private void Build(int n) { if (n == 0) { return; } var layer = Linear(3, 3);
            register_module($"l{n}", layer); held.Add(layer); Build(n - 1); }
            """),
        new("a constructor that is given them", """
            public sealed class Net : Module<Tensor, Tensor> { private readonly List<Linear> held;
            public Net() : this([Linear(3, 3)]) { } public Net(List<Linear> layers) : base("n") { held = layers;
            for (var i = 0; i < layers.Count; i++) { register_module($"l{i}", layers[i]); } }
            public override Tensor forward(Tensor x) => x; }
            """),
        Net("a field that a private method sets and registers",
            "private Linear? held;",
            "Build();",
            """private void Build() { var made = Linear(3, 3); add_module("x", made); held = made; }"""),
        Net("a while loop and an enumerator",
            "private readonly List<Linear> held = [Linear(3, 3)];",
            """using var all = held.GetEnumerator(); while (all.MoveNext()) { register_module("a", all.Current); }"""),
        Net("coalesce", "private Linear? held;", """held ??= Linear(3, 3); register_module("a", held);"""),
        new("a static factory method of the class", """
            public sealed class Net : Module<Tensor, Tensor> { private readonly List<Linear> held;
            public Net() : this(Make()) { foreach (var l in held) { register_module("a", l); } }
            private Net(List<Linear> layers) : base("n") { held = layers;
            } private static List<Linear> Make() => [Linear(3, 3)]; public override Tensor forward(Tensor x) => x; }
            """),
        Net("params of a helper",
            "private readonly Linear[] held;",
            "held = All(Linear(3, 3), Linear(3, 3));",
            """
            private Linear[] All(params Linear[] layers) { for (var i = 0; i < layers.Length; i++) {
            register_module($"l{i}", layers[i]); } return layers; }
            """),
        Net("aggregate",
            "private readonly List<Linear> held = [Linear(3, 3)];",
            """held.Aggregate(0, (n, layer) => { register_module($"l{n}", layer); return n + 1; });"""),
        Net("a lazy value",
            "private readonly Linear held;",
            """
            var lazy = new Lazy<Linear>(() => Linear(3, 3)); held = lazy.Value; register_module("a", lazy.Value);
            """),
    ];
}

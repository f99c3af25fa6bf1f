namespace Gen.Tests.Traps;

/// <content>Collections, tuples and containers.</content>
internal static partial class RegistrationPrograms
{
    private static readonly IReadOnlyList<RegistrationProgram> OfCollections =
    [
        Net("a local that is registered and added",
            List,
            """
            foreach (var name in new[] { "a", "b" }) { var layer = Linear(3, 3); register_module(name, layer);
            held.Add(layer); }
            """),
        Net("add_module",
            List,
            """
            for (var i = 0; i < 2; i++) { var layer = Linear(3, 3); add_module($"l{i}", layer); held.Add(layer); }
            """),
        Net("a local that is added first",
            List,
            """var layer = Linear(3, 3); held.Add(layer); register_module("l", held[0]);"""),
        Net("a local function",
            List,
            """
            Put("a", Linear(3, 3)); void Put(string name, Linear layer) { register_module(name, layer);
            held.Add(layer); }
            """),
        Net("a delegate in a local",
            List,
            """
            Action<string, Linear> put = (name, layer) => { register_module(name, layer); held.Add(layer); };
            put("a", Linear(3, 3));
            """),
        Net("a dictionary by its pairs",
            """
            private readonly Dictionary<string, Linear> held = new() { ["a"] = Linear(3, 3), ["b"] = Linear(3, 3) };
            """,
            "foreach (var (name, layer) in held) { register_module(name, layer); }"),
        Net("a dictionary by its pair",
            """private readonly Dictionary<string, Linear> held = new() { { "a", Linear(3, 3) } };""",
            "foreach (var pair in held) { register_module(pair.Key, pair.Value); }"),
        Net("a dictionary by its values",
            "private readonly Dictionary<string, Linear> held = [];",
            """
            held["a"] = Linear(3, 3); var i = 0; foreach (var layer in held.Values) {
            register_module($"l{i++}", layer); }
            """),
        Net("a dictionary filled from locals",
            "private readonly Dictionary<string, Linear> held = [];",
            """var left = Linear(3, 3); register_module("left", left); held["left"] = left;"""),
        Net("an index initializer of a local",
            "private readonly Dictionary<string, Linear> held;",
            """var layer = Linear(3, 3); register_module("a", layer); held = new() { ["a"] = layer };"""),
        Net("a list of tuples",
            """
            private readonly List<(string Name, Linear Layer)> held = [("a", Linear(3, 3)), ("b", Linear(3, 3))];
            """,
            "foreach (var (name, layer) in held) { register_module(name, layer); }"),
        Net("a list of tuples by item",
            "private readonly List<(string Name, Linear Layer)> held = [];",
            """held.Add(("a", Linear(3, 3))); foreach (var item in held) { add_module(item.Name, item.Layer); }"""),
        Net("a tuple of locals",
            "private readonly (Linear, Linear) held;",
            """
            var (a, b) = (Linear(3, 3), Linear(3, 3)); register_module("a", a); register_module("b", b);
            held = (a, b);
            """),
        Net("a tuple that is taken apart",
            "private readonly (Linear, Linear) held = (Linear(3, 3), Linear(3, 3));",
            """var (a, b) = held; register_module("a", a); register_module("b", b);"""),
        Net("a loop over indices",
            "private readonly Linear[] held = new Linear[2];",
            """for (var i = 0; i < held.Length; i++) { held[i] = Linear(3, 3); register_module($"l{i}", held[i]); }"""),
        Net("a jagged array",
            "private readonly Linear[][] held = [[Linear(3, 3)], [Linear(3, 3)]];",
            """
            foreach (var (layer, i) in held.SelectMany(r => r).Select((l, i) => (l, i))) {
            register_module($"l{i}", layer); }
            """),
        Net("a list in a list",
            "private readonly List<List<Linear>> held = [];",
            """
            for (var i = 0; i < 2; i++) { held.Add([]); var layer = Linear(3, 3); held[i].Add(layer);
            register_module($"l{i}", layer); }
            """),
        Net("a ModuleList of the list",
            "private readonly List<Linear> held = []; private readonly ModuleList<Linear> list;",
            "held.Add(Linear(3, 3)); list = ModuleList(held.ToArray()); RegisterComponents();"),
        Net("a ModuleList that is registered by name",
            List,
            """
            held.Add(Linear(3, 3)); var list = new ModuleList<Linear>(held.ToArray()); register_module("list", list);
            """),
        Net("a ModuleList that is filled beside",
            "private readonly List<Linear> held = []; private readonly ModuleList<Linear> list = ModuleList<Linear>();",
            "var layer = Linear(3, 3); list.Add(layer); held.Add(layer); RegisterComponents();"),
        Net("a ModuleDict",
            "private readonly List<Linear> held = []; private readonly ModuleDict<Linear> dict = ModuleDict<Linear>();",
            """var layer = Linear(3, 3); dict.Add(("a", layer)); held.Add(layer); RegisterComponents();"""),
        Net("a Sequential of the array",
            "private readonly Linear[] held = [Linear(3, 3), Linear(3, 3)]; private readonly Sequential all;",
            "all = Sequential(held); RegisterComponents();"),
        Net("a Sequential of tuples",
            "private readonly List<Linear> held = []; private readonly Sequential all;",
            """
            var layers = new List<(string, Module<Tensor, Tensor>)>(); for (var i = 0; i < 2; i++) {
            var layer = Linear(3, 3); held.Add(layer); layers.Add(($"l{i}", layer)); layers.Add(($"r{i}", ReLU()));
            } all = Sequential(layers); RegisterComponents();
            """),
        Net("fields beside",
            """
            private readonly List<Linear> held = []; private readonly Linear first = Linear(3, 3);
            private readonly Linear second;
            """,
            "second = Linear(3, 3); held.Add(first); held.Add(second); RegisterComponents();"),
        Net("a field that is set from a local",
            "private readonly List<Linear> held = []; private readonly Linear first;",
            "var layer = Linear(3, 3); first = layer; held.Add(layer); RegisterComponents();"),
        Net("a field in a list in its initializer",
            "private readonly Linear first = Linear(3, 3); private readonly Linear[] held;",
            "held = new[] { first }; RegisterComponents();"),
        Net("an extension method of the class",
            List,
            """var layer = Linear(3, 3); this.Put("a", layer); held.Add(layer);""",
            "",
            """
            public static class Extensions {
            public static void Put(this Module parent, string name, Module child) => parent.register_module(name,
            child); }
            """),
        Net("a fluent extension method of the layer",
            List,
            """held.Add(Linear(3, 3).In(this, "a"));""",
            "",
            """
            public static class Extensions {
            public static T In<T>(this T layer, Module parent, string name) where T : Module {
            parent.register_module(name, layer); return layer; } }
            """),
        Net("parameters in a list",
            "private readonly List<Parameter> held = [];",
            """
            for (var i = 0; i < 2; i++) { var scale = Parameter(ones(3)); register_parameter($"s{i}", scale);
            held.Add(scale); }
            """),
        Net("parameters of a layer",
            "private readonly Parameter[] held; private readonly Linear fc = Linear(3, 3);",
            "held = [fc.weight!]; RegisterComponents();"),
        Net("parameters that are asked for",
            "private readonly List<Parameter> held; private readonly Linear fc = Linear(3, 3);",
            "RegisterComponents(); held = parameters().ToList();"),
        Net("one parameter, by a local",
            "private readonly Parameter held;",
            """var scale = Parameter(ones(3)); register_parameter("scale", scale); held = scale;"""),
        Net("moved and registered",
            List,
            """var layer = Linear(3, 3).to(float64); register_module("a", layer); held.Add(layer);"""),
        Net("a switch and a pattern",
            "private readonly List<Module<Tensor, Tensor>> held = [];",
            """
            foreach (var kind in new[] { 0, 1 }) { Module<Tensor, Tensor> layer = kind switch {
            0 => Linear(3, 3), _ => Conv1d(1, 1, 1) }; held.Add(layer); if (layer is Linear linear) {
            register_module("l", linear); } else { register_module("c", layer); } }
            """),
        Net("a sequence that yields",
            List,
            "held.AddRange(Build());",
            """
            private IEnumerable<Linear> Build() { for (var i = 0; i < 2; i++) { var layer = Linear(3, 3);
            register_module($"l{i}", layer); yield return layer; } }
            """),
        Net("TryGetValue",
            "private readonly Dictionary<string, Linear> held = [];",
            """held["a"] = Linear(3, 3); if (held.TryGetValue("a", out var found)) { register_module("a", found); }"""),
        Net("an object that keeps them",
            List,
            "var group = new Group(); group.Add(Linear(3, 3)); group.RegisterIn(this); held.AddRange(group.All);",
            "",
            """
            public sealed class Group { private readonly List<Linear> items = [];
            public IEnumerable<Linear> All => items; public void Add(Linear item) => items.Add(item);
            public void RegisterIn(Module parent) { foreach (var item in items) { parent.register_module("a", item);
            } } }
            """),
        Net("a record of name and layer",
            List,
            """
            foreach (var spec in new[] { new Spec("a", Linear(3, 3)) }) { register_module(spec.Name, spec.Layer);
            held.Add(spec.Layer); }
            """,
            "",
            "public sealed record Spec(string Name, Linear Layer);"),
        Net("an anonymous object",
            List,
            """
            foreach (var pair in Enumerable.Range(0, 2).Select(i => new { Name = $"l{i}", Layer = Linear(3, 3) })) {
            register_module(pair.Name, pair.Layer); held.Add(pair.Layer); }
            """),
        Net("an array that is filled",
            "private readonly Linear[] held = new Linear[2];",
            """var shared = Linear(3, 3); Array.Fill(held, shared); register_module("shared", shared);"""),
        Net("another module that is given them",
            "private readonly List<Linear> held = []; private readonly Stack stack;",
            "held.Add(Linear(3, 3)); stack = new Stack(held); RegisterComponents();",
            "",
            """
            public sealed class Stack : Module<Tensor, Tensor> {
            public Stack(IEnumerable<Linear> layers) : base("s") { var i = 0; foreach (var layer in layers) {
            register_module($"l{i++}", layer); } } public override Tensor forward(Tensor x) => x; }
            """),
        Net("a concurrent bag and a stack",
            "private readonly Stack<Linear> held = new();",
            """held.Push(Linear(3, 3)); foreach (var layer in held) { register_module("a", layer); }"""),
        Net("this in a local",
            List,
            """var self = this; var layer = Linear(3, 3); self.register_module("a", layer); held.Add(layer);"""),
        Net("an out parameter",
            List,
            """Make(out var layer); held.Add(layer); register_module("a", layer);""",
            "private static void Make(out Linear layer) => layer = Linear(3, 3);"),
        Net("Zip of names and layers",
            "private readonly Linear[] held = [Linear(3, 3), Linear(3, 3)];",
            """foreach (var (name, layer) in new[] { "a", "b" }.Zip(held)) { register_module(name, layer); }"""),
        Net("modules by reflection on names",
            List,
            """
            for (var i = 0; i < 2; i++) { held.Add(Linear(3, 3));
            } foreach (var (layer, i) in held.Select((layer, i) => (layer, i))) { add_module("l" + i, layer); }
            """),
        Net("AddRange of a select that registers",
            List,
            """held.AddRange(new[] { 3, 3 }.Select((n, i) => Named($"l{i}", Linear(n, n))));""",
            "private T Named<T>(string name, T module) where T : Module { add_module(name, module); return module; }"),
        Net("LinkedList nodes",
            "private readonly LinkedList<Linear> held = new();",
            """
            held.AddLast(Linear(3, 3)); for (var n = held.First; n is not null; n = n.Next) {
            register_module("a", n.Value); }
            """),
        Net("ternary",
            List,
            """
            var layer = held.Count == 0 ? Linear(3, 3) : Linear(3, 3, false); register_module("a", layer);
            held.Add(layer);
            """),
        Net("a ParameterList beside",
            "private readonly List<Parameter> held = []; private readonly ParameterList list = ParameterList();",
            "var p = Parameter(ones(3)); held.Add(p); list.Add(p); RegisterComponents();"),
        Net("a nested dictionary",
            "private readonly Dictionary<string, Dictionary<string, Linear>> held = [];",
            """
            held["a"] = []; held["a"]["b"] = Linear(3, 3); foreach (var (outer, inner) in held) {
            foreach (var (name, layer) in inner) { register_module($"{outer}_{name}", layer); } }
            """),
        Net("all pairs flattened by SelectMany",
            """private readonly Dictionary<string, List<Linear>> held = new() { ["a"] = [Linear(3, 3)] };""",
            """
            var i = 0; foreach (var layer in held.Values.SelectMany(v => v)) { register_module($"l{i++}", layer); }
            """),
        Net("Sequential of the values",
            """private readonly Dictionary<string, Linear> held = new() { ["a"] = Linear(3, 3) };""",
            """register_module("all", Sequential(held.Select(p => (p.Key, (Module<Tensor, Tensor>)p.Value))));"""),
        Net("append of a Sequential",
            List,
            """
            var all = Sequential(); var layer = Linear(3, 3); all.append("a", layer); held.Add(layer);
            register_module("all", all);
            """),
        Net("an interface of modules in a list",
            "private readonly List<IBlock> held = [];",
            """var block = new Block(); register_module("b", block); held.Add(block);""",
            "",
            """
            public interface IBlock { } public sealed class Block : Module<Tensor, Tensor>, IBlock {
            private readonly Linear fc = Linear(3, 3); public Block() : base("b") => RegisterComponents();
            public override Tensor forward(Tensor x) => fc.call(x); }
            """),
        Net("a tuple list from a select",
            "private readonly (string, Linear)[] held;",
            """
            held = Enumerable.Range(0, 2).Select(i => ($"l{i}", Linear(3, 3))).ToArray();
            Array.ForEach(held, p => register_module(p.Item1, p.Item2));
            """),
        Net("a stack of a local function that recurs",
            List,
            """
            Add(2); void Add(int n) { if (n > 0) { var layer = Linear(3, 3); held.Add(layer);
            register_module($"l{n}", layer); Add(n - 1); } }
            """),
        Net("Func factories",
            List,
            """
            foreach (var make in new Func<Linear>[] { () => Linear(3, 3), () => Linear(3, 3, false) }) {
            var layer = make(); register_module($"l{held.Count}", layer); held.Add(layer); }
            """),
    ];
}

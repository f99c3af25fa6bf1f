namespace Gen.Tests.Analyzers;

/// <summary>Random classes whose members of every kind are set from one another and from themselves, by their number alone.</summary>
internal sealed class SelfReferences
{
    private readonly Random random;

    private SelfReferences(int number) => random = new Random(number);

    public static string Of(int number) => new SelfReferences(number).Source(isHandWritten: number % 3 == 0);

    private string Source(bool isHandWritten) => $$"""
        public record Config(int Width, Config Inner)
        {
            public int Double => {{Number()}} + Inner.Double;
            public Config Self => Self.Inner;
            public static readonly Config Default = Default with { Width = {{Number()}} };
        }

        public {{One("sealed ", "")}}{{(isHandWritten ? "" : "partial ")}}class Net{{One("", "<T>")}}
            {{(isHandWritten ? ": Module<Tensor, Tensor>" : One("", ": Base", ": Net<Net<int>>"))}} {{One("", "where T : Net<T>")}}
        {
            private static readonly int a = {{Number()}}, b = {{Number()}};
            private static readonly Module<Tensor, Tensor>[] all = [{{Layer()}}, {{Layer()}}];
            private readonly int[] numbers = [{{Number()}}, {{Number()}}];
            private int Size => {{Number()}};
            private Tensor Kept => {{Tensor()}};
            {{Annotation("Parameter")}}private {{One("", "readonly ")}}Parameter w{{One("", $" = {Parameter()}")}};
            {{Annotation("Parameter")}}private Parameter v;
            {{Annotation("Buffer")}}private Tensor mask{{One("", $" = {Tensor()}")}};
            {{Annotation("Layer")}}private readonly Module<Tensor, Tensor> fc = {{Layer()}};
            {{Annotation("Layer")}}private readonly Sequential body = Sequential({{Layer()}}, {{Layer()}});
            {{Annotation("Layer")}}private readonly ModuleList<Module<Tensor, Tensor>> list =
                ModuleList({{One("all", Layer(), "Make(3).ToArray()")}});
            {{Annotation("Layer")}}private Net inner{{One("", " = new()", " = new Net(a)", " = null!")}};

            public Net(){{(isHandWritten ? " : base(nameof(Net))" : One("", " : this(b)"))}}
            {
                {{Assignment()}}
                {{Assignment()}}
                {{One("", $"if (a > 0) {{ {Assignment()} }}", $"for (var i = 0; i < numbers.Length; i++) {{ {Assignment()} }}")}}
                {{Assignment()}}
                {{(isHandWritten ? "RegisterComponents();" : "")}}
                {{One("", Assignment())}}
            }

            private Net(int n){{(isHandWritten ? " : this()" : "")}} => {{Assignment()}}

            private static int Count(int n) => {{Number()}} + Count(n - 1);
            private static Module<Tensor, Tensor> Helper(int n) => {{Layer()}};
            private static List<Module<Tensor, Tensor>> Make(int n)
            {
                var made = new List<Module<Tensor, Tensor>>();
                for (var i = 0; i < made.Count + {{Number()}}; i++) { n = n * 2 / {{Number()}}; made.Add({{Layer()}}); }
                return made;
            }

            private Parameter Weight() => {{Parameter()}};
            private Tensor Step(Tensor x) => {{Tensor()}};
            private Tensor Other(Tensor x)
            {
                {{Assignment()}}
                return {{Tensor()}};
            }

            {{(isHandWritten ? "public override Tensor forward" : "private Tensor Forward")}}(Tensor x)
            {
                Tensor Local(Tensor y) => {{Tensor("y")}} + Local(y) + Next(y);
                Tensor Next(Tensor y) => Local({{Tensor("y")}});
                Func<Tensor, Tensor> f = null!;
                f = y => f({{Tensor("y")}});
                var h = x;
                h = {{Tensor()}} + {{One("h", "Local(h)", "f(h)", "Step(h)")}};
                object[] nested = [];
                for (var i = 0; i < 300; i++) { nested = [nested, h]; h = {{One("h", "h + h", "h.unsqueeze(0)", "Step(h)")}}; }
                {{Assignment()}}
                return {{Tensor()}};
            }
        }
        """;

    private string Annotation(string name) => One($"[{name}] ", $"[{name}] ", "");

    private string Assignment() => One(
        $"w = {Parameter()};", $"v = {Parameter()};", "w = (Parameter)init.normal_(w);", "v = w; w = v;", $"mask = {Tensor()};",
        "mask = mask.unsqueeze(0);", "inner = this;", "inner = inner;", "inner = inner.inner;", "inner.w = w;");

    private string Number(int depth = 0) => depth > 3 ? One("a", "b", "3") : One(
        "a", "b", "2", "all.Length", "Config.Default.Width", "Config.Default.Self.Double", $"Count({Next(Number)})",
        $"{Next(Number)} * {Next(Number)}", $"(a > {Next(Number)} ? {Next(Number)} : b)", $"Math.Max({Next(Number)}, a)");

    private string Tensor(string x = "x") => Tensor(x, 0);

    private string Tensor(string x, int depth) => depth > 3 ? One("w", x == "x" ? "Kept" : x, "mask") : One(
        "w", "v", "mask", "Kept", $"fc.call({Next(Inner)})", $"body.call({Next(Inner)})", $"inner.call({Next(Inner)})",
        $"list[0].call({Next(Inner)})", $"Step({Next(Inner)})", $"Other({Next(Inner)})",
        $"({Next(Inner)} + {Next(Inner)})", $"{Next(Inner)}.view({Number(3)}, -1)", $"(a > b ? {Next(Inner)} : {Next(Inner)})",
        $"-{Next(Inner)}");

    private string Inner(int depth) => Tensor("x", depth);

    private string Parameter(int depth = 0) => depth > 2 ? One("w", "v") : One(
        "w", "v", $"(Parameter)init.uniform_({Next(Parameter)}, 0, 1)", $"Parameter({One("w.unsqueeze(0)", "empty(5)", "Kept", "v + w")})",
        "Weight()", $"{Next(Parameter)} ?? {Next(Parameter)}", $"(a > b ? {Next(Parameter)} : {Next(Parameter)})");

    private string Layer(int depth = 0) => depth > 3 ? One("Linear(a, b)", "new Net()") : One(
        $"Linear({Number(2)}, {Number(2)})", "new Net()", "new Net(a)", "all[0]", "all[all.Length - 1]", $"Helper({Number(2)})",
        $"Sequential({Next(Layer)}, {Next(Layer)})", $"(a > b ? {Next(Layer)} : {Next(Layer)})", "Sequential(Make(a).ToArray())", "ReLU()");

    private int level;

    /// <summary>An expression within another.</summary>
    private string Next(Func<int, string> write)
    {
        level++;
        var text = write(level);
        level--;
        return text;
    }

    private string One(params string[] choices) => choices[random.Next(choices.Length)];
}

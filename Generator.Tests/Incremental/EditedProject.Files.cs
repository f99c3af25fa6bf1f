namespace Gen.Tests.Incremental;

/// <content>The files, and what can stand in their holes.</content>
internal sealed partial class EditedProject
{
    private static readonly Hole[] All =
    [
        new("width", "4", "8", "Outside.Width", "Missing"),
        new("width type", "const int", "static readonly int", "const long", "static int"),
        new("net size", "n", "n + 1", "Sizes.Width", "m", "n, false"),
        new("net name", "Net", "Network", "NET"),
        new("net modifiers", "public sealed partial", "public partial", "public sealed", "public abstract partial"),
        new("net shape", "[Shape(\"B 4 -> B n\")]", "[Shape(\"B 4 -> B 7\")]", "[Shape(\"B 4 ->\")]", "[Expect(Parameters = 5)]", ""),
        new("net more", "", "[Layer(-1, 9)] private readonly Linear more;", "[Parameter] private readonly Parameter? scale = null;",
            "public int call;", "[Layer] private readonly", "#nullable disable"),
        new("net part", "", "namespace App; partial class Net { [Layer(-1, 3)] private readonly Linear part; }",
            "namespace App; partial class Net { private int Forward => 1; }", "namespace App; partial class Net : IDisposable;"),
        new("block size", "Sizes.Width", "4", "Wide.Width", "Helper.Four", "Sizes.Missing", "App.Sizes.Width"),
        new("block body", "fc.call(x).relu()", "fc.call(x)", "fc.call(x).Halved()", "act.call(fc.call(x))",
            "functional.dropout(x, 0.5, training)", "fc.call(x", "x.view(-1, 3)"),
        new("block act", "ReLU", "GELU", "Tanh", "Missing", "Tanh2"),
        new("block comment", "", "// (B, 4)", "/* a comment */", "// (B, 5)"),
        new("hand size", "4", "8", "Sizes.Width"),
        new("hand base", "Module<Tensor, Tensor>", "Module<Tensor, Tensor, Tensor>", "Middle"),
        new("hand register", "RegisterComponents();", "", "Register();"),
        new("middle", "", "namespace App; public abstract class Middle(string name) : Module<Tensor, Tensor>(name);"),
        new("shadow", "", "namespace App; public class Linear { }", "namespace App; public class LayerAttribute : Attribute;",
            "namespace App; public class Block2;", "namespace App; public static class Sequential;", "namespace App; public class net;",
            "namespace App.Sizes { }", "namespace App.Inner { public class Block { } }", "public class Block { }",
            "namespace App; public static class torch { }", "namespace App; public class Tensor { }"),
        new("global", "", "global using static App.Helper;", "global using Linear = TorchSharp.Modules.ReLU;", "global using App.Inner;",
            "global using L = Gen.LayerAttribute;", "[assembly: CLSCompliant(false)]"),
        new("alias", "App.Sizes", "App.Outside", "App.Missing"),
        new("using", "", "using Linear = TorchSharp.Modules.Conv1d;", "using static App.Outside;", "using App.Inner;",
            "#region a\n#endregion", "#nullable disable", "#define ODD"),
        new("config dim", "int Dim = 6", "long Dim = 8", "int Dim", "string Dim = \"\"", "int Width = 6"),
        new("config more", "", "public int Half => Dim / 2;", "public int Heads { get; init; } = 3;"),
        new("config use", "config.Dim", "config.Heads", "config.Half", "3"),
        new("preset", "new(8)", "new()", "new(8) { Heads = 2 }", "Make()"),
        new("preset use", "new Config(4)", "Presets.Small", "Presets.Small with { Dim = 12 }", "new(4)"),
        new("helper", "Sequential(Linear(n, n), ReLU())", "Sequential(Linear(n, 2 * n))",
            "Sequential(Linear(n, Sizes.Width), Dropout(0.5))", "null!", "Sequential(Linear(n, n), Linear(n, n))"),
        new("helper loop", "3", "4", "Sizes.Width", "count"),
        new("extension", "x / 2", "x.sum(1)", "x.reshape(-1, 2)"),
        new("extension name", "Halved", "Half", "relu", "Add"),
        new("outer", "static partial class", "partial struct", "class"),
        new("inner arguments", "4, 2", "-1, 3", "Width, 2", "4, Sizes.Width"),
        new("generic", "<T>", "", "<T, U>"),
        new("derived base", "Basis", "Basis2", "Basis, IDisposable", "Module<Tensor, Tensor>"),
        new("basis field", "[Layer] protected readonly Linear first = Linear(4, 4);", "[Layer(4, 4)] private readonly Linear first;",
            "[Layer] protected readonly Linear head = Linear(4, 4);", ""),
        new("switch", "false", "true", "Sizes.Width > 4"),
        new("train", "net.call(x)", "net.forward(x)", "block.call(zeros(3, 5))", "functional.cross_entropy(net.call(x).softmax(1), y)",
            "new Missing().call(x)"),
        new("train body", "", "for (var i = 0; i < 3; i++) { Console.WriteLine(i); }", "int n = 3", "net.eval();",
            "var both = Sequential((\"a\", new Block()), (\"b\", Linear(4, 4)), (\"c\", Linear(4, 4)));"),
        new("unrelated", "1", "2", "1 + 1", "Sizes.Width"),
        new("unrelated name", "Unrelated", "Other", "Helper2", "Middle"),
    ];

    private static readonly (string Path, string Text)[] Files =
    [
        ("Usings.cs", Compilations.Usings + "\nglobal using Wide = «alias»;\n«global»\n"),
        ("Net.cs", """
            «using»
            namespace App;

            «net shape»
            «net modifiers» class «net name»(int n)
            {
                [Layer] private readonly Block block = new();
                [Layer] private readonly Linear fc = Linear(Sizes.Width, «net size»);
                «net more»
            }
            """),
        ("Part.cs", "«net part»"),
        ("Block.cs", """
            namespace App;

            [Shape("B 4 -> B 4")]
            public sealed partial class Block
            {
                [Layer] private readonly Linear fc = Linear(«block size», 4); «block comment»
                [Layer] private readonly «block act» act;
                private Tensor Forward(Tensor x) => «block body»;
            }

            /// <summary>In the same file.</summary>
            public sealed partial class Beside { [Layer(4, 4)] private readonly Linear fc; [Layer] private readonly Block block = new(); }
            """),
        ("Sizes.cs", """
            namespace App;

            public static class Sizes
            {
                public «width type» Width = «width»;
            }

            public static class Outside { public const int Width = 5; public const int Height = 2; }
            """),
        ("Hand.cs", """
            namespace App;

            public sealed class Hand : «hand base»
            {
                private readonly Linear fc;
                public Hand(long n) : base("Hand") { fc = Linear(n, «hand size»); «hand register» }
                public override Tensor forward(Tensor x) => fc.call(x);
            }

            [Shape("B 4 -> B 4")]
            public sealed partial class Holder
            {
                [Layer] private readonly Hand hand = new(4);
                [Layer] private readonly ModuleList<Block> blocks = ModuleList<Block>([new Block(), new Block()]);
                private Tensor Forward(Tensor x) { foreach (var b in blocks) { x = b.call(x); } return hand.call(x); }
            }
            """),
        ("Middle.cs", "«middle»"),
        ("Shadow.cs", "«shadow»"),
        ("Config.cs", """
            namespace App;

            public sealed record Config(«config dim») { «config more» }

            public static class Presets { public static readonly Config Small = «preset»; private static Config Make() => new(10); }
            """),
        ("Gpt.cs", """
            namespace App;

            [Shape("B T config.Dim -> B T config.Dim")]
            public sealed partial class Gpt(Config config)
            {
                [Layer] private readonly LayerNorm norm = LayerNorm(config.Dim);
                [Layer] private readonly Sequential body = Helper.Mlp(«config use»);
                [Layer] private readonly Linear? extra = «switch» ? Linear(config.Dim, config.Dim) : null;
                private Tensor Forward(Tensor x) { var h = norm.call(x); return x + body.call(h); }
            }

            public sealed partial class Small { [Layer] private readonly Gpt gpt = new(«preset use»); }
            """),
        ("Helper.cs", """
            namespace App;

            public static class Helper
            {
                public const int Four = 4;
                public static Sequential Mlp(int n) => «helper»;
            }

            [Shape("B 4 -> B 4")]
            public sealed partial class Loop(int count)
            {
                [Layer] private readonly ModuleList<Linear> all =
                    ModuleList<Linear>([.. Enumerable.Range(0, «helper loop»).Select(i => Linear(4, 4))]);
                private Tensor Forward(Tensor x) { foreach (var l in all) { x = l.call(x); } return x; }
            }
            """),
        ("Extensions.cs", """
            namespace App;

            public static class Extensions
            {
                public static Tensor «extension name»(this Tensor x) => «extension»;
            }
            """),
        ("Outer.cs", """
            namespace App;

            public «outer» Outer
            {
                private const int Width = 4;

                [Shape("B 4 -> B 2")]
                public sealed partial class Inner«generic»
                {
                    [Layer(«inner arguments»)] private readonly Linear fc;
                }
            }
            """),
        ("Derived.cs", """
            namespace App;

            public partial class Basis { «basis field» [Layer] private readonly ReLU act; }

            public partial class Basis2 { [Layer(4, 5)] private readonly Linear only; }

            [Chain(nameof(head))]
            [Shape("B 4 -> B 3")]
            public sealed partial class Derived : «derived base» { [Layer] private readonly Linear head = Linear(4, 3); }
            """),
        ("Train.cs", """
            namespace App;

            public static class Train
            {
                public static void Run(Tensor x, Tensor y)
                {
                    var (net, block) = (new «net name»(3), new Block());
                    «train body»
                    var result = «train»;
                    Console.WriteLine(result);
                }
            }
            """),
        ("Unrelated.cs", "namespace App;\n\npublic static class «unrelated name» { public static int Number() => «unrelated»; }\n"),
    ];
}

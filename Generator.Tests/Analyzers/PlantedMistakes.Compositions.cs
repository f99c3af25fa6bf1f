namespace Gen.Tests.Analyzers;

/// <content>Every way in which modules are made of modules.</content>
internal static partial class PlantedMistakes
{
    /// <summary>A module that declares its shape.</summary>
    private const string Block = """
        [Shape("B d -> B d")] public sealed partial class Block(long d)
        {
            [Layer] private readonly Linear fc = Linear(d, d);
            private Tensor Forward(Tensor x) => x + fc.call(x);
        }

        """;

    private const string Hand = """
        public sealed class Hand : Module<Tensor, Tensor>
        {
            private readonly Linear fc;
            public Hand(long a, long b) : base("Hand") { fc = Linear(a, b); RegisterComponents(); }
            public override Tensor forward(Tensor x) => fc.call(x);
        }

        """;

    private static Mistake[] Compositions =>
    [
        Net("a chain of fields",
            "'b' (Linear 16 -> 4) needs 16 features but gets 12: input [B, 8] -> a [B, 12]. Change it to Linear(12, 4).",
            "[Layer(8, 12)] private readonly Linear a; [Layer([-16-]{+12+}, 4)] private readonly Linear {|GEN1001:b|};"),
        Net("a field in Forward",
            "'b' (Linear 16 -> 4) needs 16 features but gets 12: x [B, 8] -> a [B, 12] -> relu [B, 12]. Change it to Linear(12, 4).",
            "[Layer(8, 12)] private readonly Linear a; [Layer([-16-]{+12+}, 4)] private readonly Linear b;",
            "return {|GEN1001:b.call(a.call(x).relu())|};"),
        Net("a Sequential",
            "'all.2' (Linear 16 -> 4) needs 16 features but gets 12: input [B, 8] -> all.0 [B, 12] -> all.1 [B, 12]. Change it to "
            + "Linear(12, 4).",
            "[Layer] private readonly Sequential {|GEN1001:all|} = Sequential(Linear(8, 12), ReLU(), Linear([-16-]{+12+}, 4));"),
        Net("a Sequential of named layers",
            "'all.last' (Linear 16 -> 4) needs 16 features but gets 12: input [B, 8] -> all.first [B, 12]. Change it to Linear(12, 4).",
            "[Layer] private readonly Sequential {|GEN1001:all|} = Sequential((\"first\", Linear(8, 12)), (\"last\", "
            + "Linear([-16-]{+12+}, 4)));"),
        Net("a Sequential in Forward",
            "'all.2' (Linear 16 -> 4) needs 16 features but gets 12: x [B, 8] -> all.0 [B, 12] -> all.1 [B, 12]. Change it to Linear(12, "
            + "4).", "[Layer] private readonly Sequential all = Sequential(Linear(8, 12), ReLU(), Linear([-16-]{+12+}, 4));",
            "return {|GEN1001:all.call(x)|};"),
        Net("a ModuleList",
            "'parts.1' (Linear 16 -> 4) needs 16 features but gets 12: x [B, 8] -> parts.0 [B, 12]. Change it to Linear(12, 4).",
            "[Layer] private readonly ModuleList<Linear> parts = ModuleList(Linear(8, 12), Linear([-16-]{+12+}, 4));",
            "foreach (var part in parts) { x = {|GEN1001:part.call(x)|}; } return x;"),
        Net("a ModuleList by a range",
            "'parts.1' (Linear 9 -> 9) needs 9 features but gets 8: x [B, 8] -> parts.0 [B, 8]. Change it to Linear(8, 8 + i).",
            "[Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, 3).Select(i => Linear(8 + i, [-8-]{+9+} "
            + "+ i)).ToArray()); [Layer(11, 4)] private readonly Linear b;",
            "foreach (var part in parts) { x = {|GEN1001:part.call(x)|}; } return b.call(x);"),
        Net("a list filled by a loop",
            "'parts.1' (Linear 8 -> 6) needs 8 features but gets 6: x [B, 8] -> parts.0 [B, 6]. Change it to Linear(6, 6).",
            "[Layer] private readonly ModuleList<Linear> parts = new(); [Layer] private readonly Linear b; public Net() { for (var i = "
            + "0; i < 2; i++) { parts.Add(Linear(8, [-6-]{+8+})); } b = Linear(8, 4); }",
            "for (var i = 0; i < parts.Count; i++) { x = {|GEN1001:parts[i].call(x)|}; } return b.call(x);"),
        Net("a list with a size carried on",
            "'parts.1' (Linear 8 -> 32) needs 8 features but gets 16: x [B, 8] -> parts.0 [B, 16]. Change it to Linear(16, n).",
            "[Layer] private readonly ModuleList<Linear> parts = new(); public Net() { long last = 8; foreach (var n in new long[] { 16, "
            + "32, 4 }) { parts.Add(Linear(last, n)); [--]{+last = n;+} } }",
            "foreach (var part in parts) { x = {|GEN1001:part.call(x)|}; } return x;"),
        Net("a ModuleDict",
            "'parts.head' (Linear 16 -> 4) needs 16 features but gets 12: x [B, 8] -> parts.body [B, 12]. Change it to Linear(12, 4).",
            "[Layer] private readonly ModuleDict<Linear> parts = ModuleDict((\"body\", Linear(8, 12)), (\"head\", Linear([-16-]{+12+}, "
            + "4)));", "return {|GEN1001:parts[\"head\"].call(parts[\"body\"].call(x))|};"),
        Net("a module with a declared shape", "'a' (Block) is declared for [B, 6] but gets [B, 8]: input [B, 8].",
            "[Layer] private readonly Block {|GEN1008:a|} = new([-6-]{+8+}); [Layer(8, 4)] private readonly Linear b;", types: Block),
        Net("a module with a declared shape in Forward", "'a' (Block) is declared for [B, 6] but gets [B, 8]: x [B, 8].",
            "[Layer] private readonly Block a = new([-6-]{+8+}); [Layer(8, 4)] private readonly Linear b;",
            "return b.call({|GEN1008:a.call(x)|});", types: Block),
        Net("a hand-written module", "'a.fc' (Linear 6 -> 8) needs 6 features but gets 8: input [B, 8]. Change it to Hand(8, 8).",
            "[Layer] private readonly Hand a = new([-6-]{+8+}, 8); [Layer(8, 4)] private readonly Linear b;",
            types: Hand.Replace("fc.call(x)", "{|GEN1001:fc.call(x)|}", StringComparison.Ordinal)),
        Net("an operation in a hand-written module", "'a': '+' of [B, 8] and [6]: dimension 1 is 8 and 6.",
            "[Layer] private readonly Hand a = new(8, 8); [Layer(8, 4)] private readonly Linear b;",
            types: Hand.Replace("fc.call(x)", "{|GEN1003:fc.call(x) + ones([-6-]{+8+})|}", StringComparison.Ordinal)),
        Net("what a hand-written module gives",
            "'b' (Linear 8 -> 4) needs 8 features but gets 6: x [B, 8] -> a [B, 6]. Change it to Linear(6, 4).",
            "[Layer] private readonly Hand a = new(8, [-6-]{+8+}); [Layer(8, 4)] private readonly Linear b;",
            "return {|GEN1001:b.call(a.call(x))|};", types: Hand),
        Net("a module of another assembly", "'a' (Block) is declared for [B, 6] but gets [B, 8]: input [B, 8].",
            "[Layer] private readonly Lib.Block {|GEN1008:a|} = new([-6-]{+8+}); [Layer(8, 4)] private readonly Linear b;",
            library: $"namespace Lib;\n{Block}"),
        Net("what a module of another assembly gives",
            "'b' (Linear 12 -> 4) needs 12 features but gets 16: input [B, 8] -> a [B, 16]. Change it to Linear(16, 4).",
            "[Layer] private readonly Lib.Wide a = new(8); [Layer([-12-]{+16+}, 4)] private readonly Linear {|GEN1001:b|};",
            library: "namespace Lib;\n[Shape(\"B d -> B 2*d\")] public sealed partial class Wide(long d) { [Layer] private readonly "
                + "Linear fc = Linear(d, 2 * d); }"),
        Net("a generic module", "'a' (Tagged) is declared for [B, 6] but gets [B, 8]: input [B, 8].",
            "[Layer] private readonly Tagged<string> {|GEN1008:a|} = new([-6-]{+8+}); [Layer(8, 4)] private readonly Linear b;",
            types: Block.Replace("Block", "Tagged<TLabel>", StringComparison.Ordinal)),
        Net("what a generic module gives",
            "'b' (Linear 8 -> 4) needs 8 features but gets 16: x [B, 8] -> a [B, 16]. Change it to Linear(16, 4).",
            "[Layer] private readonly Pair<string> a = new(8); [Layer] private readonly Linear b = Linear([-8-]{+16+}, 4);",
            "return {|GEN1001:b.call(a.call(x))|};",
            types: "[Shape(\"B d -> B 2*d\")] public sealed partial class Pair<T>(long d) where T : class { [Layer] private readonly "
                + "Linear up = Linear(d, 2 * d); private Tensor Forward(Tensor x) => up.call(x); }\n"),
        Net("a derived class", "'b' (Linear 6 -> 4) needs 6 features but gets 8: x [B, 8] -> a [B, 8]. Change it to Linear(8, 4).",
            "[Layer([-6-]{+8+}, 4)] private readonly Linear b; protected override Tensor Forward(Tensor x) => "
            + "{|GEN1001:b.call(base.Forward(x))|};",
            basis: " : Basis",
            types: "[Shape(\"B 8 -> B 8\")] public partial class Basis { [Layer(8, 8)] protected readonly Linear a; protected virtual "
                + "Tensor Forward(Tensor x) => a.call(x); }\n"),
        Net("sizes for a base class", "'a' (Linear 6 -> 8) needs 6 features but gets 8: x [B, 8]. Change it to Linear(8, 8).",
            "[Layer] private readonly Linear b = Linear(8, 4); protected override Tensor Forward(Tensor x) => b.call(base.Forward(x));",
            basis: "() : Basis([-6-]{+8+})",
            types: "[Shape(\"B n -> B 8\")] public partial class Basis(long n) { [Layer] protected readonly Linear a = Linear(n, 8); "
                + "protected virtual Tensor Forward(Tensor x) => {|GEN1001:a.call(x)|}; }\n"),
        Net("an optional layer", "'b' (Linear 8 -> 4) needs 8 features but gets 6: x [B, 8] -> a [B, 6]. Change it to Linear(6, 4).",
            "[Layer] private readonly Linear? a = Wide ? Linear(8, [-6-]{+8+}) : null; [Layer(8, 4)] private readonly Linear b; private "
            + "const bool Wide = true;", "if (a is not null) { x = a.call(x); } return {|GEN1001:b.call(x)|};"),
        Net("a layer by a parameter", "'b' (Linear 9 -> 4) needs 9 features but gets 8: x [B, 8] -> a [B, 8]. Change it to Linear(8, 4).",
            "[Layer] private readonly Linear a = wide ? Linear(8, 8) : Linear(8, 8, hasBias: false); [Layer([-9-]{+8+}, 4)] private "
            + "readonly Linear b;", "return {|GEN1001:b.call(a.call(x))|};", basis: "(bool wide)", arguments: "true"),
        Net("tied weights",
            "'head' (Linear 8 -> 10) needs 8 features but gets 16: tokens [B, 8] -> cat [B, 16]. Change it to Linear(16, 10, hasBias: "
            + "false).",
            "[Layer] private readonly Embedding tokens; [Layer] private readonly Linear head; public Net() { tokens = Embedding(10, 8); "
            + "head = Linear(8, 10, hasBias: false); head.weight = tokens.weight!; }",
            "var h = tokens.call(x.argmax(1)); return {|GEN1001:head.call([-cat([h, h], 1)-]{+h+})|};", result: "B 10"),
        Net("a method of the class", "'*' of [B, 12] and [8]: dimension 1 is 12 and 8.",
            "[Layer(8, 12)] private readonly Linear a; [Layer(12, 4)] private readonly Linear b; private Tensor Mix(Tensor h) => "
            + "{|GEN1003:h * ones([-8-]{+12+})|};", "return b.call(Mix(a.call(x)));"),
        Net("a local function", "'*' of [B, 12] and [8]: dimension 1 is 12 and 8.",
            "[Layer(8, 12)] private readonly Linear a; [Layer(12, 4)] private readonly Linear b;",
            "Tensor Mix(Tensor h) => {|GEN1003:h * ones([-8-]{+12+})|}; return b.call(Mix(a.call(x)));"),
        Net("a lambda", "'*' of [B, 12] and [8]: dimension 1 is 12 and 8.",
            "[Layer(8, 12)] private readonly Linear a; [Layer(12, 4)] private readonly Linear b; private static Tensor Twice(Tensor x, "
            + "Func<Tensor, Tensor> f) => f(f(x));", "return b.call(Twice(a.call(x), h => {|GEN1003:h * ones([-8-]{+12+})|}));"),
        Net("a parameter of one's own", "'*' of [B, 8] and [6]: dimension 1 is 8 and 6.",
            "[Parameter] private readonly Parameter scale = Parameter(ones([-6-]{+8+})); [Layer(8, 4)] private readonly Linear b;",
            "return b.call({|GEN1003:x * scale|});"),
        Net("a buffer", "'+' of [B, 8] and [6]: dimension 1 is 8 and 6.",
            "[Buffer] private readonly Tensor shift = zeros([-6-]{+8+}); [Layer(8, 4)] private readonly Linear b;",
            "return b.call({|GEN1003:x + shift|});"),
        Net("hyperparameters",
            "'b' (Linear 2*d+1 -> 4) needs 2*d+1 features but gets 2*d: input [B, 8] -> a [B, 2*d]. Change it to Linear(2*d, 4).",
            "[Layer] private readonly Linear a = Linear(8, 2 * d); [Layer] private readonly Linear {|GEN1001:b|} = Linear(2 * d[- + "
            + "1-]{++}, 4);", basis: "(long d)", arguments: "3"),
        Net("an explicit constructor",
            "'b' (Linear d-1 -> 4) needs d-1 features but gets d: input [B, 8] -> a [B, d]. Change it to Linear(d, 4).",
            "private readonly long d; [Layer] private readonly Linear a; [Layer] private readonly Linear {|GEN1001:b|}; public Net(long "
            + "d) { ArgumentOutOfRangeException.ThrowIfLessThan(d, 2); this.d = d; a = Linear(8, this.d); b = Linear([-d - 1-]{+d+}, 4); }",
            arguments: "5"),
        Net("what a guard of the constructor says", "view of [B, heads, d//heads] as [B, (d//heads)*heads+1]: d+1, not d.",
            "private readonly long d; private readonly long heads; [Layer] private readonly Linear a; [Layer] private readonly Linear b; "
            + "public Net(long d, long heads) { if (d % heads != 0) { throw new ArgumentException(\"heads\"); } this.d = d; this.heads = "
            + "heads; a = Linear(8, d); b = Linear(d, 4); }",
            "var h = a.call(x).view(x.shape[0], heads, d / heads); return b.call({|GEN1004:h.view(x.shape[0], heads * (d / heads)[- + "
            + "1-]{++})|});", arguments: "6, 2"),
        Net("the declared result", "the result is declared [B, 4] but is [B, 5]: input [B, 8] -> a [B, 5]. Declare '-> B 5'.",
            "[Layer(8, [-5-]{+4+})] private readonly Linear a;", shape: "{|GEN1005:\"B 8 -> B 4\"|}"),
        Net("the declared result of a Forward",
            "the result is declared [B, 4] but is [B, 1, 4]: x [B, 8] -> a [B, 4] -> unsqueeze [B, 1, 4]. Declare '-> B 1 4'.",
            "[Layer(8, 4)] private readonly Linear a;", "return {|GEN1005:a.call(x)[-.unsqueeze(1)-]{++}|};"),
    ];

    /// <summary>A module of an input (B, 8) and a result (B, 4), built and called.</summary>
    private static Mistake Net(string what, string message, string members, string? body = null, string types = "", string basis = "",
        string arguments = "", string result = "B 4", string? shape = null, string? library = null) =>
        new(what, message, $$"""
            {{types}}[Shape({{shape ?? $"\"B 8 -> {result}\""}})] public sealed partial class Net{{basis}}
            {
                {{members}}
                {{(body is null ? "" : $"private Tensor Forward(Tensor x) {{ {body} }}")}}
            }

            public static class Program { public static void Main() => new Net({{arguments}}).call(rand(5, 8)); }
            """, library);
}

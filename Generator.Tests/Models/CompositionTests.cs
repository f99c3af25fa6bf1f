using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Every way in which modules are made of modules: nothing is left unproved, the count is TorchSharp's, and it runs.</summary>
[Collection("TorchSharp")]
public sealed class CompositionTests
{
    private const string Block = """
        [Shape("B d -> B d")] public sealed partial class Block(long d, double p = 0.1)
        {
            [Layer] private readonly Linear fc = Linear(d, d);
            [Layer] private readonly Dropout drop = Dropout(p);
            private Tensor Forward(Tensor x) => x + drop.call(fc.call(x)).relu();
        }

        """;

    private const string Hand = """
        public sealed class Hand : Module<Tensor, Tensor>
        {
            private readonly Module<Tensor, Tensor> fc;
            private readonly Linear head;
            public Hand(long n, long m) : base("Hand")
            {
                fc = Linear(n, 2 * n);
                head = Linear(2 * n, m, hasBias: false);
                RegisterComponents();
            }
            public override Tensor forward(Tensor x) => head.call(fc.call(x).relu());
        }

        """;

    /// <summary>Source with a class <c>Net</c>; every one takes (5, 8) and gives (5, 4).</summary>
    public static TheoryData<string, string> Nets => new()
    {
        { "a block in a field", Block + Net("[Layer] private readonly Block a = new(8); [Layer(8, 4)] private readonly Linear b;") },
        { "named arguments",
            Block + Net("[Layer] private readonly Block a = new(p: 0.5, d: 8); [Layer(8, 4)] private readonly Linear b;") },
        { "in a Sequential",
            Block + Net("[Layer] private readonly Sequential all = Sequential(new Block(8), new Block(8), Linear(8, 4));") },
        { "a collection expression",
            Block
                + Net(
                    "[Layer] private readonly Sequential all = Sequential([new Block(8), .. Enumerable.Range(0, 3).Select(i => new "
                    + "Block(8, i * 0.1)), Linear(8, 4)]);") },
        { "named tuples",
            Block + Net("[Layer] private readonly Sequential all = Sequential((\"first\", new Block(8)), (\"last\", Linear(8, 4)));") },
        { "a list of blocks",
            Block
                + Net(
                    "[Layer] private readonly ModuleList<Block> blocks = ModuleList(new Block(8), new Block(8)); [Layer(8, 4)] private "
                    + "readonly Linear b;", "foreach (var block in blocks) { x = block.call(x); } return b.call(x);") },
        { "a list by a range",
            Block
                + Net(
                    "[Layer] private readonly ModuleList<Block> blocks = ModuleList(Enumerable.Range(0, 3).Select(_ => new "
                    + "Block(8)).ToArray()); [Layer(8, 4)] private readonly Linear b;",
                    "foreach (var block in blocks) { x = block.call(x); } return b.call(x);") },
        { "a list whose sizes depend on the index", Net(
            "[Layer] private readonly ModuleList<Linear> steps = ModuleList(Enumerable.Range(0, 3).Select(i => Linear(8 + i, 9 + "
            + "i)).ToArray()); [Layer(11, 4)] private readonly Linear b;",
            "for (var i = 0; i < steps.Count; i++) { x = steps[i].call(x); } return b.call(x);") },
        { "Enumerable.Repeat",
            Net("[Layer] private readonly ModuleList<Module<Tensor, Tensor>> steps = ModuleList(Enumerable.Repeat(16L, 2).Select(n => "
                + "(Module<Tensor, Tensor>)Sequential(Linear(8, n), Linear(n, 8))).ToArray()); [Layer(8, 4)] private readonly Linear b;",
                "foreach (var step in steps) { x = step.call(x); } return b.call(x);") },
        { "a list filled by for",
            Block
                + Net(
                    "[Layer] private readonly ModuleList<Block> blocks = new(); [Layer] private readonly Linear b; public Net() { for "
                    + "(var i = 0; i < 4; i++) { blocks.Add(new Block(8)); } b = Linear(8, 4); }",
                    "foreach (var block in blocks) { x = block.call(x); } return b.call(x);") },
        { "a list filled by foreach",
            Net("[Layer] private readonly ModuleList<Linear> steps = new(); [Layer] private readonly Linear b; public Net() { foreach "
                + "(var n in new long[] { 8, 8, 8 }) { steps.Add(Linear(8, n)); } b = Linear(8, 4); }",
                "foreach (var step in steps) { x = step.call(x); } return b.call(x);") },
        { "sizes carried through a loop",
            Net("[Layer] private readonly ModuleList<Linear> steps = new(); public Net() { long last = 8; foreach (var n in new long[] { "
                + "16, 32, 4 }) { steps.Add(Linear(last, n)); last = n; } }",
                "foreach (var step in steps) { x = step.call(x); } return x;") },
        { "a dictionary of modules",
            Block
                + Net(
                    "[Layer] private readonly ModuleDict<Module<Tensor, Tensor>> parts = ModuleDict(((string, Module<Tensor, "
                    + "Tensor>))(\"body\", new Block(8)), (\"head\", Linear(8, 4)));",
                    "return parts[\"head\"].call(parts[\"body\"].call(x));") },
        { "a hand-written module", Hand + Net("[Layer] private readonly Hand hand = new(8, 4);") },
        { "a hand-written module in Forward",
            Hand + Net("[Layer] private readonly Hand hand = new(8, 8); [Layer(8, 4)] private readonly Linear b;",
                "return b.call(x + hand.call(x));") },
        { "a derived class that adds a layer",
            "[Shape(\"B 8 -> B 8\")] public partial class Basis { [Layer(8, 8)] protected readonly Linear a; protected virtual Tensor "
            + "Forward(Tensor x) => a.call(x); }\n[Shape(\"B 8 -> B 4\")] public sealed partial class Net : Basis { [Layer(8, 4)] "
            + "private readonly Linear b; protected override Tensor Forward(Tensor x) => b.call(base.Forward(x)); }" },
        { "an optional layer that is there",
            Net("[Layer] private readonly Linear? a = Wide ? Linear(8, 8) : null; [Layer(8, 4)] private readonly Linear b; private const "
                + "bool Wide = true;", "if (a is not null) { x = a.call(x); } return b.call(x);") },
        { "an optional layer that is not",
            Net("[Layer] private readonly Linear? a = Wide ? Linear(8, 8) : null; [Layer(8, 4)] private readonly Linear b; private const "
                + "bool Wide = false;", "x = a?.call(x) ?? x; return b.call(x);") },
        { "tied weights",
            Net("[Layer] private readonly Linear a; [Layer] private readonly Linear b; [Layer] private readonly Linear c; public Net() { "
                + "a = Linear(8, 8); b = Linear(8, 8, hasBias: false); c = Linear(8, 4); b.weight = a.weight; }",
                "return c.call(b.call(a.call(x)));") },
        { "a parameter and a buffer",
            Net("[Parameter] private readonly Parameter scale = Parameter(ones(8)); [Buffer] private readonly Tensor shift = zeros(8); "
                + "[Layer(8, 4)] private readonly Linear b;", "return b.call(x * scale + shift);") },
        { "a helper of the class",
            Block
                + Net(
                    "[Layer] private readonly Sequential all = Make(8, 2); private static Sequential Make(long d, int n) { var parts = "
                    + "Enumerable.Range(0, n).Select(_ => new Block(d)); return Sequential([.. parts, Linear(d, 4)]); }") },
        { "a derived class that gives sizes to its base",
            "[Shape(\"B n -> B n\")] public partial class Basis(long n) { [Layer] protected readonly Linear a = Linear(n, n); protected "
            + "virtual Tensor Forward(Tensor x) => a.call(x); }\n[Shape(\"B 8 -> B 4\")] public sealed partial class Net() : Basis(8) { "
            + "[Layer] private readonly Linear b = Linear(8, 4); protected override Tensor Forward(Tensor x) => "
            + "b.call(base.Forward(x)); }" },
        { "a helper that fills a list",
            Net("[Layer] private readonly Sequential all = Make(3); private static Sequential Make(int n) { var parts = new "
                + "List<Module<Tensor, Tensor>>(); long last = 8; for (var i = 0; i < n; i++) { parts.Add(Linear(last, 2 * last)); "
                + "parts.Add(ReLU()); last *= 2; } parts.Add(Linear(last, 4)); return Sequential(parts); }") },
        { "a local list in the constructor",
            Net("[Layer] private readonly Sequential all; public Net() { var parts = new List<Module<Tensor, Tensor>>(); for (var i = 1; "
                + "i <= 2; i++) { parts.Add(Linear(8, 8)); } parts.Add(Linear(8, 4)); all = Sequential(parts); }") },
        { "sizes of consts and enums", "public enum Size { Small = 8, Big = 16 }\n"
            + Net(
                "[Layer] private readonly Linear a = Linear((long)Size.Small, Wide); [Layer] private readonly Linear b = Linear(Wide, "
                + "4); private static readonly long Wide = checked((long)Size.Big * 2 + 1);") },
        { "an explicit constructor with locals", Net(
            "private readonly long wide; [Layer] private readonly Linear a; [Layer] private readonly Linear b; public Net() { var n = "
            + "8L; this.wide = Math.Min(n * 2, 12); a = Linear(n, this.wide); b = Linear(wide, 4); }") },
        { "a nested module with a hyperparameter",
            "[Shape(\"B a -> B b\")] public sealed partial class Pair(long a, long b, long wide = 0) { [Layer] private readonly Linear "
            + "up = Linear(a, wide > 0 ? wide : 4 * a); [Layer] private readonly Linear down = Linear(wide > 0 ? wide : 4 * a, b); }\n"
            + Net("[Layer] private readonly Pair first = new(8, 8); [Layer] private readonly Pair second = new(8, 4, wide: 5);") },
    };

    private static string Net(string members, string? body = null) =>
        $"[Shape(\"B 8 -> B 4\")] public sealed partial class Net {{ {members} "
        + $"{(body is null ? "" : $"private Tensor Forward(Tensor x) {{ {body} }}")} }}";

    [Theory]
    [MemberData(nameof(Nets))]
    public void It_is_proved_counted_and_run(string form, string source)
    {
        var compilation = Compilations.Of(source);

        // The forms are linear for the sake of short sources, which GEN5003 rightly says.
        var found = Compilations.Diagnose(compilation).Where(d => d.Id != "GEN5003").Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, $"{form}: {string.Join("\n", found)}");
        Run(form, Compilations.Load(source).GetType("Net")!);
    }

    [Fact]
    public void A_module_of_another_assembly_is_counted_and_checked_by_its_contract()
    {
        var (_, library) = Compilations.Generate("namespace Lib;\n" + Block
            + "[Shape(\"B d -> B 2*d\", Where = \"d % 2 == 0\")] public sealed partial class Wide(long d) { [Layer] private readonly "
            + "Linear fc = Linear(d, 2 * d); }");
        using var image = new MemoryStream();
        Assert.True(library.Emit(image).Success);
        var reference = MetadataReference.CreateFromImage(image.ToArray());
        const string Usage =
            "using Lib;\n[Shape(\"B 8 -> B 4\")] public sealed partial class Net { [Layer] private readonly Block a = new(8); [Layer] "
            + "private readonly Wide b = new(8); [Layer(-1, 4)] private readonly Linear c; }";
        var user = Compilations.Of(Usage).AddReferences(reference).WithAssemblyName("User");
        Assert.Empty(Compilations.Diagnose(user).Select(d => d.ToString()));
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(user, out var output, out _);
        Compilations.AssertClean(output);
        using var second = new MemoryStream();
        Assert.True(output.Emit(second).Success);
        var context = new AssemblyLoadContext("contract", isCollectible: true);
        image.Position = second.Position = 0;
        var loaded = context.LoadFromStream(image);
        context.Resolving += (_, name) => name.Name == loaded.GetName().Name ? loaded : null;
        Run("another assembly", context.LoadFromStream(second).GetType("Net")!);

        var wrong =
            Compilations.Of(Usage.Replace("new(8); [Layer] private readonly Wide b = new(8)",
                "new(8); [Layer] private readonly Wide b = new(6)", StringComparison.Ordinal)).AddReferences(reference);
        Assert.Equal(["GEN1008"], Compilations.Diagnose(wrong).Select(d => d.Id));
    }

    [Fact]
    public void A_module_that_the_constructor_is_given_is_known_where_it_is_given()
    {
        const string Source = """
            [Shape("B n -> B n")] public sealed partial class Residual<T>(T inner, long n) where T : Module<Tensor, Tensor>
            {
                [Layer] private readonly T inner = inner;
                [Layer] private readonly Linear fc = Linear(n, n);
                private Tensor Forward(Tensor x) => x + fc.call(inner.call(x));
            }

            [Shape("B 8 -> B 4")] public sealed partial class Net
            {
                [Layer] private readonly Residual<Linear> residual = new(Linear(8, 8), 8);
                [Layer(8, 4)] private readonly Linear b;
            }
            """;
        var found = Compilations.Diagnose(Compilations.Of(Source));
        Assert.All(found, d => Assert.Contains("what 'inner' is only the caller of the constructor knows (inner)", d.GetMessage(null),
            StringComparison.Ordinal));
        Assert.Equal(["GEN2004", "GEN2004", "GEN2002"], found.Select(d => d.Id));
        Run("a generic module", Compilations.Load(Source).GetType("Net")!);
    }

    [Fact]
    public void A_parameter_that_is_set_anew_is_no_size()
    {
        var found =
            Compilations.Diagnose(
                Compilations.Of(
                    "[Shape(\"B 8 -> B 4\")] public sealed partial class Net { [Layer] private readonly Linear a; public Net(long n) { n "
                    + "= 2 * n; a = Linear(n, 4); } }"));
        Assert.Equal(["GEN2003", "GEN2004", "GEN2004"], found.Select(d => d.Id));
        Assert.Contains("a size of the layer is not known at compile time", found[0].GetMessage(null), StringComparison.Ordinal);
    }

    private static void Run(string form, Type type)
    {
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        var distinct = net.parameters().DistinctBy(p => p.Handle).Sum(p => p.numel());
        var count = type.GetField("ParameterCount")?.GetRawConstantValue();
        Assert.True(count is not null, $"{form}: no ParameterCount");
        Assert.Equal(distinct, (long)count);
        net.eval();
        Assert.Equal([5, 4], net.call(randn(5, 8)).shape);
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Tests.Analyzers;

/// <summary>What is set from itself, in whatever way: a walk that follows it for ever would end the compiler, and the editor with
/// it.</summary>
public sealed class SelfReferenceTests(ITestOutputHelper output)
{
    /// <summary>What a compiler has on Windows.</summary>
    private const int Stack = 1 << 20;

    public static TheoryData<string> Ways =>
    [
        "(Parameter)init.uniform_(w, 0.5, 1.5)",
        "Parameter(w.unsqueeze(0))",
        "w",
        "v",
        "w ?? v",
        "w.shape[0] > 3 ? w : v",
        "Parameter(Kept)",
        "Made()",
        "Through(w)",
        "((Func<Parameter>)(() => w))()",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_parameter_that_is_set_from_itself_is_read(string value)
    {
        var members = $$"""
                private Tensor Kept => w.unsqueeze(0) + Again;
                private Tensor Again => Kept;
                private Parameter Made() => MadeAgain();
                private Parameter MadeAgain() { w = {{value}}; return Made(); }
                private static Parameter Through(Parameter p) => Through(p);
            """;
        var body = $$"""w = Parameter(empty(5)); v = w; w = {{value}}; v = {{value.Replace('w', 'v')}}; w = v; v = w;""";
        var forward =
            $$"""
            (Tensor x)
            {
                w = {{value}};
                Tensor One(Tensor y) => Two(y);
                Tensor Two(Tensor y) => One(Kept);
                var h = x;
                h = One(h);
                return h * w * Kept;
            }
            """;
        Check(
            $"public sealed partial class Net {{ [Parameter] private Parameter w; [Parameter] private Parameter v; {members} public "
            + $"Net() {{ {body} }} private Tensor Forward{forward} }}");
        Check(
            $"public sealed class Net : Module<Tensor, Tensor> {{ private Parameter w; private Parameter v; {members} public Net() : "
            + $"base(nameof(Net)) {{ {body} RegisterComponents(); }} public override Tensor forward{forward} }}");
    }

    [Theory]
    [InlineData("private static readonly Module<Tensor, Tensor>[] all = [Linear(all.Length, 3)]; [Layer] private readonly Linear fc = "
        + "Linear(all.Length, 3);")]
    [InlineData("private static readonly int a = b + 1, b = Other.X; private static class Other { public static readonly int X = a; } "
        + "[Layer] private readonly Linear fc = Linear(a, 3);")]
    [InlineData("private static int Size => Size + Count(Size); private static int Count(int n) => Count(n + Size); [Layer] private "
        + "readonly Linear fc = Linear(Size, 3);")]
    [InlineData("private static Sequential One() => Sequential(One(), Two(3)); private static Sequential Two(int n) => Sequential(One(), "
        + "Two(n + 1)); [Layer] private readonly Sequential body = One();")]
    [InlineData("[Layer] private readonly Sequential body = Sequential(new Net(), new Net()); [Layer] private readonly Net inner = new();")]
    [InlineData("[Layer] private readonly ModuleList<Net> inner = ModuleList<Net>(new Net(), new Net()); private Tensor Forward(Tensor "
        + "x) => inner[0].call(x);")]
    public void A_layer_that_is_built_from_itself_is_read(string members) => Check($"public sealed partial class Net {{ {members} }}");

    [Theory]
    [InlineData("public partial class Net : Net { [Layer(3, 3)] private readonly Linear fc; }")]
    [InlineData("public partial class Net : Other { [Layer(3, 3)] private readonly Linear fc; } public partial class Other : Net { "
        + "[Layer] private readonly Net inner = new(); }")]
    [InlineData("public sealed partial class Net<T> where T : Net<Net<T>> { [Layer] private readonly Net<Net<T>> inner = new(); [Layer] "
        + "private readonly T other; }")]
    [InlineData("[Shape(\"B a -> B b\", Where = \"a == b + 1, b == a + 1, a % b == 0, b % a == 0, a == a * a\")] public sealed partial "
        + "class Net { [Layer(-1, 3)] private readonly Linear fc; }")]
    [InlineData("public record C(int D, C Inner) { public int E => E + Inner.E; public C Self => Self.Inner; } public sealed partial "
        + "class Net(C c) { [Layer] private readonly Linear fc = Linear(c.E, c.Self.Inner.D); [Layer] private readonly Net net = "
        + "new(c.Self); }")]
    public void A_class_that_is_declared_by_itself_is_read(string source) =>
        Check(source, mayBeNone: source.Contains(": Net", StringComparison.Ordinal));

    /// <summary>Nothing in them refers to itself, but each is deep: definitions, methods, modules, and expressions in them.</summary>
    public static TheoryData<string, string> Deep => new()
    {
        { "definitions",
            $"public sealed partial class Net {{ [Layer] private readonly Linear fc = Linear(n0, 3); "
            + $"{Lines(19, i => $"private static readonly int n{i} = {Lines(130, _ => "- ")}n{i + 1}; ")} private static readonly int "
            + $"n19 = 7; }}" },
        { "doubled",
            $"public sealed partial class Net {{ [Layer] private readonly Linear fc = Linear(n0, 3); "
            + $"{Lines(19, i => $"private static readonly int n{i} = n{i + 1} + n{i + 1} * n{i + 1}; ")} private static readonly int "
            + $"n19 = 7; }}" },
        { "methods",
            $"public sealed partial class Net {{ [Layer] private readonly Linear fc = Linear(3, 3); private Tensor Forward(Tensor x) => "
            + $"M0(x); {Lines(300, i => $"private Tensor M{i}(Tensor x) => M{i + 1}(x.relu()); ")} private Tensor M300(Tensor x) => "
            + $"fc.call(x); }}" },
        { "calls",
            $"public sealed partial class Net {{ [Layer] private readonly Linear fc = Linear(3, 3); private Tensor Forward(Tensor x) => "
            + $"M0(x); {Lines(24, i => $"private Tensor M{i}(Tensor x) => {Lines(140, _ => "- ")}M{i + 1}(x); ")} private Tensor "
            + $"M24(Tensor x) => fc.call(x); }}" },
        { "signs",
            $"public sealed partial class Net {{ [Layer] private readonly Linear fc = Linear(3, 3); private Tensor Forward(Tensor x) => "
            + $"{Lines(290, _ => "- ")}fc.call(x); }}" },
        { "containers",
            $"public sealed partial class Net {{ [Layer] private readonly Sequential body = {Lines(95, _ => "Sequential(")}Linear(3, "
            + $"3){Lines(95, _ => ")")}; }}" },
        { "helpers",
            $"public sealed partial class Net(int d) {{ [Layer] private readonly Module<Tensor, Tensor> fc = H0(d); "
            + Lines(9, i => $"private static Module<Tensor, Tensor> H{i}(int d) => "
                + $"{Lines(140, k => $"d > {k} ? Linear(d, {k + 1}) : ")}H{i + 1}(d); ")
            + " private static Module<Tensor, Tensor> H9(int d) => Linear(3, d); }" },
        { "modules",
            $"{Lines(150, i => $"public sealed partial class Net{i} {{ [Layer] private readonly Net{i + 1} inner = new(); }} ")} public "
            + $"sealed partial class Net150 {{ [Layer(3, 3)] private readonly Linear fc; }}" },
        { "lists",
            "public sealed partial class Net { [Layer(3, 3)] private readonly Linear fc; private Tensor Forward(Tensor x) { object[] "
            + "list = []; for (var i = 0; i < 2000; i++) { list = [list]; } return fc.call(x); } }" },
        { "truths",
            "public sealed partial class Net { [Layer(3, 3)] private readonly Linear fc; private Tensor Forward(Tensor x) { var all = "
            + "true; for (var i = 0; i < 2000; i++) { all = !(all && x.shape[0] != i); } return all ? fc.call(x) : x; } }" },
        { "steps",
            "public sealed partial class Net { [Layer(3, 3)] private readonly Linear fc; private Tensor Forward(Tensor x) { if "
            + "(x.shape[0] > 2) { for (var i = 0; i < 200; i++) { for (var j = 0; j < 200; j++) { x = x.contiguous(); } } } return "
            + "fc.call(x); } }" },
        { "swaps",
            "[Expect(MaxActivationBytes = 9, At = \"B=1\")] [Shape(\"B 3\")] public sealed partial class Net { [Layer(3, 3)] private "
            + "readonly Linear fc; private Tensor Forward(Tensor x) { var (a, b) = (x, x + 1); for (var i = 0; i < 9000; i++) { (a, b) = "
            + "(b, a); x = fc.call(x); } return x + a; } }" },
        { "stored",
            $"public sealed partial class Net {{ [Layer(8, 8)] private readonly Linear fc; private Tensor kept; private Tensor "
            + $"Forward(Tensor x) {{ var y0 = fc.call(x); {Lines(900, i => $"var y{i + 1} = y{i}; ")} kept = y900; "
            + $"{Lines(40, i => $"var z{i + 1} = x.shape[0] > {i} ? {(i == 0 ? "x" : $"z{i}")} : {(i == 0 ? "x" : $"z{i}")}; ")} kept = "
            + $"z40; return y0; }} }}" },
    };

    [Theory]
    [MemberData(nameof(Deep))]
    public void What_is_deep_is_read(string name, string source)
    {
        Assert.NotEmpty(name);
        Check(source);
    }

    [Fact]
    public void Members_of_all_kinds_that_refer_to_one_another_and_themselves_are_read() => Fuzz(24);

    [Fact]
    [Trait("Category", "Long")]
    public void Members_of_all_kinds_that_refer_to_one_another_and_themselves_are_read_in_5_000_variants() => Fuzz(5_000);

    private void Fuzz(int variants)
    {
        var modules = 0;
        for (var number = 0; number < variants; number++)
        {
            modules += Check(SelfReferences.Of(number), mayBeNone: true);
        }

        output.WriteLine($"{variants} variants, for {modules} classes something was generated");
        Assert.InRange(modules, variants / 4, int.MaxValue);
    }

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(line));

    /// <summary>Generates and analyses on a small stack; the number of classes for which something was generated.</summary>
    private static int Check(string source, bool mayBeNone = false)
    {
        var compilation = Compilations.Of(source);
        var generated = 0;
        Exception? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    var result = Compilations.Driver().RunGenerators(compilation).GetRunResult();
                    Assert.Empty(result.Diagnostics);
                    generated = result.GeneratedTrees.Length;
                    var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false,
                        logAnalyzerExecutionTime: false);
                    var found = compilation.WithAnalyzers([.. Compilations.Analyzers()], options).GetAnalyzerDiagnosticsAsync().GetAwaiter()
                        .GetResult();
                    Assert.DoesNotContain(found, d => d.Id == "AD0001");
                }
                catch (Exception e)
                {
                    thrown = e;
                }
            },
            Stack);
        thread.Start();
        thread.Join();
        Assert.True(thrown is null, $"{thrown}\n{source}");
        Assert.True(mayBeNone || generated > 0 || !source.Contains(" partial ", StringComparison.Ordinal), source);
        return generated;
    }
}

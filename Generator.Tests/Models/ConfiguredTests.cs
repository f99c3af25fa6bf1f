using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Objects that hold the sizes: their members are sizes wherever a constructor's parameter is one.</summary>
[Collection("TorchSharp")]
public sealed class ConfiguredTests
{
    /// <summary>The configuration of these tests.</summary>
    internal const string Cfg =
        "public sealed record Cfg(long Dim, int Depth, bool Bias = true) { public static readonly Cfg Small = new(6, 2); public long "
        + "Twice => 2 * Dim; }";

    [Fact]
    public void Gpt2_of_a_configuration_counts_as_published()
    {
        Assert.Equal(124_439_808, ConfiguredGptSmall.ParameterCount);
        Assert.Equal(354_823_168, ConfiguredGptMedium.ParameterCount);
        Assert.Equal(124_439_808, ConfiguredGpt.CountParameters(GptConfig.Small));
        Assert.Equal(354_823_168, ConfiguredGpt.CountParameters(GptConfig.Medium));
        Assert.Equal(124_439_808 - (12 * 9 * 768), ConfiguredGpt.CountParameters(GptConfig.Small with { Bias = false }));
    }

    [Fact]
    public void A_gpt_of_a_configuration_runs_and_counts_as_TorchSharp_does()
    {
        var random = new Random(5);
        for (var i = 0; i < 8; i++)
        {
            using var scope = NewDisposeScope();
            var heads = random.Next(1, 4);
            var config = new GptConfig(random.Next(5, 60), random.Next(4, 20), heads * random.Next(1, 9), heads, random.Next(0, 4),
                random.Next(2) == 0);
            using var gpt = new ConfiguredGpt(config);
            Assert.Equal(gpt.parameters().DistinctBy(p => p.Handle).Sum(p => p.numel()), ConfiguredGpt.CountParameters(config));
            Assert.Equal([2, 4, config.Vocab], gpt.call(randint(config.Vocab, [2, 4])).shape);
            Assert.Throws<ShapeMismatchException>(() => gpt.call(zeros([1, config.Context + 1], dtype: int64)));
            var summary = gpt.Summary("B=2, T=4");
            Assert.Equal((ConfiguredGpt.CountParameters(config), ConfiguredGpt.MultiplyAdds(2, 4, config)),
                (summary.Parameters, summary.MultiplyAdds));
        }
    }

    [Fact]
    public void A_guard_names_the_member()
    {
        using var scope = NewDisposeScope();
        using var attention = new ConfiguredAttention(new GptConfig(10, 8, 10, 3, 1));
        var error = Assert.Throws<ShapeMismatchException>(() => attention.call(randn(1, 2, 10)));
        Assert.Contains("config.Dim % config.Heads == 0 does not hold", error.Message);
        using var mlp = new ConfiguredMlp(new GptConfig(10, 8, 10, 3, 1));
        Assert.Contains("[*B, config.Dim]", Assert.Throws<ShapeMismatchException>(() => mlp.call(randn(1, 2, 9))).Message);
    }

    /// <summary>
    /// What stands behind <c>class Net</c>, with the classes beside it; the modules that are built, and what they are given. All go from
    /// (B, 8) to (B, 4) or from the number that stands behind.
    /// </summary>
    public static TheoryData<string, string, string> Nets => new()
    {
        { "a record",
            "(Cfg config) { [Layer] private readonly Linear a = Linear(8, config.Dim, hasBias: config.Bias); [Layer] private readonly "
            + "Linear b = Linear(config.Dim, 4); }", "new(6, 1); new(5, 1, false)" },
        { "a computed member",
            "(Cfg config) { [Layer] private readonly Linear a = Linear(8, config.Twice); [Layer] private readonly Linear b = Linear(2 * "
            + "config.Dim, 4); }", "new(6, 1); new(5, 1, false)" },
        { "an explicit constructor that keeps it",
            " { private readonly Cfg config; [Layer] private readonly Linear a; [Layer] private readonly Linear b; public Net(Cfg "
            + "config) { this.config = config; a = Linear(8, config.Twice); b = Linear(this.config.Dim, 4); } private Tensor "
            + "Forward(Tensor x) => b.call(a.call(x).view(x.shape[0], 2, config.Dim).select(1, 0)); }", "new(6, 1); new(5, 1, false)" },
        { "an explicit constructor that does not",
            " { [Layer] private readonly Linear a; [Layer] private readonly Linear b; public Net(Cfg config) { var d = config.Twice; a = "
            + "Linear(8, d); b = Linear(d, 4); } }", "new(6, 1)" },
        { "a field of another name",
            " { private readonly Cfg sizes; [Layer] private readonly Linear a; [Layer] private readonly Linear b; public Net(Cfg config) "
            + "{ sizes = config; a = Linear(8, sizes.Dim); b = Linear(config.Dim, 4); } private Tensor Forward(Tensor x) { var s = "
            + "sizes; return b.call(a.call(x).view(x.shape[0], s.Dim)); } }", "new(6, 1)" },
        { "a size in a field",
            "(Cfg config) { private readonly long d = config.Dim; [Layer] private readonly Linear a = Linear(8, config.Dim * 3); [Layer] "
            + "private readonly Linear b = Linear(config.Dim, 4); private Tensor Forward(Tensor x) => b.call(a.call(x).view(x.shape[0], "
            + "3, d).sum(1)); }", "new(6, 1)" },
        { "as many layers as a member says",
            "(Cfg config) { [Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, config.Depth).Select(_ => "
            + "Linear(8, 8)).ToArray()); [Layer] private readonly Linear b = Linear(8, 4); private Tensor Forward(Tensor x) { foreach "
            + "(var part in parts) { x = part.call(x); } return b.call(x); } }", "new(6, 1); new(5, 0); new(5, 3)" },
        { "a layer by a truth",
            "(Cfg config) { [Layer] private readonly Linear? a = config.Bias && config.Depth > 1 ? Linear(8, 8) : null; [Layer] private "
            + "readonly Linear b = Linear(8, config.Bias ? config.Dim : config.Twice); [Layer] private readonly Linear c = "
            + "Linear(config.Bias ? config.Dim : config.Twice, 4); private Tensor Forward(Tensor x) { if (a is not null) { x = "
            + "a.call(x); } if (config.Bias) { x = -x; } return c.call(b.call(x)); } }", "new(6, 2); new(5, 1); new(5, 3, false)" },
        { "Math",
            "(Cfg config) { [Layer] private readonly Linear a = Linear(8, Math.Max(config.Dim, config.Depth) / 2); [Layer] private "
            + "readonly Linear b = Linear(Math.Max(config.Dim, config.Depth) / 2, 4); }", "new(6, 1); new(3, 9)" },
        { "guards of the constructor",
            " { private readonly Cfg config; [Layer] private readonly Linear a; [Layer] private readonly Linear b; public Net(Cfg "
            + "config) { if (config.Dim % 2 != 0) { throw new ArgumentException(\"config\"); } this.config = config; a = Linear(8, "
            + "config.Dim); b = Linear(config.Dim, 4); } private Tensor Forward(Tensor x) => b.call(a.call(x).view(x.shape[0], 2, "
            + "config.Dim / 2).flatten(1)); }", "new(6, 1)" },
        { "init-only properties",
            "(Own config) { [Layer] private readonly Linear a = Linear(8, config.Dim); [Layer] private readonly Linear b = "
            + "Linear(config.Dim, 4); } public class Own { public long Dim { get; init; } = 6; }", "new(); new() { Dim = 3 }" },
        { "get-only properties",
            "(Own config) { [Layer] private readonly Linear a = Linear(8, config.Double); [Layer] private readonly Linear b = Linear(2 * "
            + "config.Dim, 4); } public class Own(long dim) { public long Dim { get; } = 2 * dim; public long Double { get { return 2 * "
            + "Dim; } } }", "new(3)" },
        { "a struct",
            "(Own config) { [Layer] private readonly Linear a = Linear(8, config.Dim); [Layer] private readonly Linear b = "
            + "Linear(config.Same, 4); } public readonly struct Own(long dim) { public readonly long Dim = dim; public long Same { get "
            + "=> Dim; } }", "new(3)" },
        { "a struct of a record",
            "(Own config) { [Layer] private readonly Linear a = Linear(8, config.Dim); [Layer] private readonly Linear b = "
            + "Linear(config.Dim, 4); } public readonly record struct Own(short Dim);", "new(3)" },
        { "a class with a constructor",
            "(Own config) { [Layer] private readonly Linear a = Linear(8, config.Dim); [Layer] private readonly Linear b = "
            + "Linear(config.Dim, 4); } public class Own { public Own(long d) { Dim = d + 1; } public long Dim { get; } }", "new(3)" },
        { "a member of a member",
            "(Own config) { [Layer] private readonly Linear a = Linear(8, config.Encoder.Dim); [Layer] private readonly Linear b = "
            + "Linear(config.Encoder.Twice / 2, config.Wide); [Layer] private readonly Inner c = new(config.Encoder); } public sealed "
            + "record Own(Cfg Encoder) { public long Wide => 8 + 0 * Encoder.Dim; } [Shape(\"B 8 -> B 4\")] public sealed partial class "
            + "Inner(Cfg it) { [Layer] private readonly Linear a = Linear(8, it.Twice); [Layer] private readonly Linear b = "
            + "Linear(it.Twice, 4); }", "new(new(6, 1)); new(new(5, 1))" },
        { "a base record",
            "(Own config) { [Layer] private readonly Linear a = Linear(8, config.Dim, hasBias: config.More > 2); [Layer] private "
            + "readonly Linear b = Linear(config.Three / 3, 4); } public record Basis(long Dim) { public long Three => 3 * Dim; } public "
            + "sealed record Own(long Dim, int More) : Basis(Dim);", "new(6, 1); new(5, 3)" },
        { "a field of its name",
            "(Cfg config) { private readonly Cfg config = config; [Layer] private readonly Linear a = Linear(8, config.Dim); [Layer] "
            + "private readonly Linear b = Linear(config.Dim, 4); private Tensor Forward(Tensor x) => b.call(a.call(x).view(x.shape[0], "
            + "config.Dim)); }", "new(6, 1)" },
        { "a helper",
            "(Cfg config) { [Layer] private readonly Linear a = Make(config); [Layer] private readonly Linear b = Linear(Wide(config), "
            + "4); private static Linear Make(Cfg c) => Linear(8, c.Twice); private static long Wide(Cfg c) => 2 * c.Dim; }", "new(6, 1)" },
        { "keywords",
            "(Own @class) { [Layer] private readonly Linear a = Linear(8, @class.@long); [Layer] private readonly Linear b = "
            + "Linear(@class.@long, 4); private Tensor Forward(Tensor x) => b.call(a.call(x).view(x.shape[0], @class.@long)); } public "
            + "sealed record Own(int @long);", "new(6)" },
        { "handed on",
            "(Cfg config) { [Layer] private readonly Inner a = new(config); [Layer] private readonly Inner b = new(config with { Dim = "
            + "3, Bias = false }); [Layer] private readonly Inner c = new(new Cfg(config.Twice, 1)); [Layer] private readonly Inner d = "
            + "new(Cfg.Small); [Layer] private readonly Linear e = Linear(8, 4); } [Shape(\"B 8 -> B 8\")] public sealed partial class "
            + "Inner(Cfg it) { [Layer] private readonly Linear a = Linear(8, it.Dim, hasBias: it.Bias); [Layer] private readonly Linear "
            + "b = Linear(it.Twice / 2, 8); }", "new(6, 1); new(5, 1, false)" },
        { "to a base class",
            "(Cfg config) : Inner(config) { [Layer] private readonly Linear c = Linear(config.Dim, 4); private Tensor Forward(Tensor x) "
            + "=> c.call(First(x)); } public abstract partial class Inner(Cfg it) { [Layer] private readonly Linear a = Linear(8, "
            + "it.Dim); protected Tensor First(Tensor x) => a.call(x); }", "new(6, 1)" },
        { "in the shape",
            "(Cfg config) { [Layer] private readonly Linear a = Linear(config.Dim, config.Twice); [Layer] private readonly Linear b = "
            + "Linear(config.Twice, 4); }", "B config.Dim -> B 4: new(6, 1); new(5, 1)" },
        { "a computed member in the shape", "(Cfg config) { [Layer] private readonly Linear a = Linear(2 * config.Dim, 4); }",
            "B config.Twice -> B 4: new(6, 1)" },
        { "a member of a member in the shape",
            "(Own config) { [Layer] private readonly Linear a = Linear(2 * config.Encoder.Dim, 4); } "
            + "public sealed record Own(Cfg Encoder);",
            "B config.Encoder.Twice -> B 4: new(new(6, 1))" },
        { "a shape that only the class says",
            "(Cfg config) { [Layer(8, 4)] private readonly Linear a; [Layer] private readonly Linear b = Linear(4, 4, hasBias: "
            + "config.Bias); }", "B 8 -> B 4 | config.Depth >= 1: new(6, 1)" },
    };

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_module_of_a_configuration_is_proved_counted_and_run(string construct, string net, string values)
    {
        var (shape, where, built) = values.Split(": ") is [var before, var rest]
            ? (before.Split(" | ")[0], before.Contains('|') ? $", Where = \"{before.Split(" | ")[1]}\"" : "", rest)
            : ("B 8 -> B 4", "", values);
        var type = net.Contains("(Own", StringComparison.Ordinal) ? "Own" : "Cfg";
        var tuples =
            string.Concat(built.Split("; ").Select(v => $"{{ {type} c = {v}; yield return (new Net(c), Net.CountParameters(c)); }} "));
        var (_, output) =
            Compilations.Generate(
                $"[Shape(\"{shape}\"{where})] public sealed partial class Net{net} {Cfg} public static class All {{ public static "
                + $"IEnumerable<ITuple> Of() {{ {tuples} }} }}", "global using System.Runtime.CompilerServices;");
        var found =
            Compilations.Diagnose(output)
                .Where(
                    d => d.Id != "GEN5003" && !(construct == "to a base class"
                        && d.GetMessage().Contains("'Inner'", StringComparison.Ordinal))).Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, $"{construct}: {string.Join("\n", found)}");
        var assembly = Compilations.Load(output);
        using var scope = NewDisposeScope();
        foreach (var pair in (IEnumerable<ITuple>)assembly.GetType("All")!.GetMethod("Of")!.Invoke(null, [])!)
        {
            var module = (nn.Module<Tensor, Tensor>)pair[0]!;
            Assert.Equal(module.parameters().Sum(p => p.numel()), pair[1]);
            Assert.Equal([3, 4], module.call(randn(3, module.parameters().First().shape[1])).shape);
        }
    }

    [Fact]
    public void A_module_of_another_assembly_takes_the_configuration_by_its_contract()
    {
        var (_, library) = Compilations.Generate($$"""
            {{Cfg}}
            [Shape("B config.Dim -> B config.Twice", Where = "config.Depth >= 1")] public sealed partial class Inner(Cfg config)
            {
                [Layer] private readonly Linear a = Linear(config.Dim, config.Twice, hasBias: config.Bias);
            }
            """);
        using var image = new MemoryStream();
        Assert.True(library.WithAssemblyName("Library").Emit(image).Success);
        var reference = MetadataReference.CreateFromImage(image.ToArray());
        var user = Compilations.Of("""
            [Shape("B 8 -> B 4", Where = "config.Depth >= 1")] public sealed partial class Net(Cfg config)
            {
                [Layer] private readonly Linear first = Linear(8, config.Dim);
                [Layer] private readonly Inner inner = new(config);
                [Layer] private readonly Linear last = Linear(2 * config.Dim, 4);
            }
            """).AddReferences(reference).WithAssemblyName("User");
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(user, out var output, out _);
        Assert.Equal([], Compilations.Diagnose(output).Select(d => d.ToString()));
        using var second = new MemoryStream();
        Assert.True(output.Emit(second).Success);
        var context = new System.Runtime.Loader.AssemblyLoadContext("configured", isCollectible: true);
        var cfg = context.LoadFromStream(new MemoryStream(image.ToArray())).GetType("Cfg")!;
        second.Position = 0;
        var type = context.LoadFromStream(second).GetType("Net")!;
        var config = Activator.CreateInstance(cfg, 5L, 2, false)!;
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, config)!;
        Assert.Equal(net.parameters().Sum(p => p.numel()), type.GetMethod("CountParameters")!.Invoke(null, [config]));
        Assert.Equal([3, 4], net.call(randn(3, 8)).shape);

        var wrong = Compilations.Diagnose(Compilations.Of("""
            [Shape("B 8 -> B 4")] public sealed partial class Net(Cfg config)
            {
                [Layer] private readonly Linear first = Linear(8, config.Dim + 1);
                [Layer] private readonly Inner inner = new(config);
            }
            """).AddReferences(reference));
        Assert.Contains(wrong, d => d.Id == "GEN1008");
    }

    /// <summary>A member that the other assembly keeps to itself leaves open what depends on it.</summary>
    [Theory]
    [InlineData("internal long Dim { get; init; } = 8;", "Dim")]
    [InlineData("internal long Dim { get; init; } = 8; public long Twice => 2 * Dim;", "Twice")]
    public void A_member_that_cannot_be_named_here_is_not(string members, string used)
    {
        var (_, library) = Compilations.Generate($$"""
            public sealed class Cfg { {{members}} }
            [Shape("B config.{{used}} -> B 4")] public sealed partial class Inner(Cfg config)
            {
                [Layer] private readonly Linear a = Linear(config.{{used}}, 4);
            }
            """);
        using var image = new MemoryStream();
        Assert.True(library.WithAssemblyName("Library").Emit(image).Success);
        var user = Compilations.Of("""
            [Shape("B 8 -> B 4")] public sealed partial class Net(Cfg config) { [Layer] private readonly Inner inner = new(config); }
            """).AddReferences(MetadataReference.CreateFromImage(image.ToArray())).WithAssemblyName("User");
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(user, out var output, out _);
        Compilations.AssertClean(output);
        Assert.Equal(["GEN2003", "GEN2004", "GEN2004"], Compilations.Diagnose(output).Select(d => d.Id));
    }

    /// <summary>A public method cannot take what only this project sees.</summary>
    [Theory]
    [InlineData("public", "internal", "internal")]
    [InlineData("internal", "public", "public")]
    [InlineData("public", "private protected", "private protected")]
    public void What_takes_the_configuration_is_as_accessible_as_the_constructor(string type, string constructor, string count)
    {
        var text = Compilations.GeneratedText($$"""
            [Shape("B 8 -> B 4")] {{type}} partial class Net
            {
                [Layer] private readonly Linear a;
                [Layer] private readonly Linear b;
                {{constructor}} Net(Cfg config) { a = Linear(8, config.Dim); b = Linear(config.Dim, 4); }
            }
            internal sealed record Cfg(long Dim);
            """);
        Assert.Contains($" {count} static long CountParameters(global::Cfg config) =>", text, StringComparison.Ordinal);
        Assert.Contains($" {count} static long MultiplyAdds(long B, global::Cfg config) =>", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_only_the_shape_names_is_read()
    {
        var (_, output) =
            Compilations.Generate(
                $"[Shape(\"B config.Dim -> B 4\", Where = \"config.Dim == 8\")] public sealed partial class Net(Cfg config) {{ "
                + $"[Layer(8, 4)] private readonly Linear a; }} {Cfg}");
        Assert.Equal([], Compilations.Diagnose(output).Select(d => d.ToString()));
    }

    [Fact]
    public void An_edit_of_the_configuration_in_another_file_is_seen()
    {
        var driver = Compilations.Driver().RunGenerators(With("public long Wide => Dim;"));
        Assert.Contains("checked(13L * config.Dim + 4L)", Text(driver), StringComparison.Ordinal);
        driver = driver.RunGenerators(With("public long Wide => 2 * Dim;"));
        Assert.Contains("checked(26L * config.Dim + 4L)", Text(driver), StringComparison.Ordinal);
        driver = driver.RunGenerators(With("public long Wide { get; set; } = Dim;"));
        Assert.DoesNotContain("CountParameters", Text(driver), StringComparison.Ordinal);

        static Compilation With(string member) => Compilations.Of(
            "[Shape(\"B 8 -> B 4\")] public sealed partial class Net(Cfg config) { [Layer] private readonly Linear a = Linear(8, "
            + "config.Wide); [Layer] private readonly Linear b = Linear(config.Wide, 4); }",
            $"public sealed record Cfg(long Dim) {{ {member} }}");

        static string Text(GeneratorDriver driver) => Assert.Single(driver.GetRunResult().GeneratedTrees).ToString();
    }

    /// <summary>Code as it is typed: nothing throws, what is generated compiles apart from what the user has not finished.</summary>
    [Fact]
    public void Half_typed_code_throws_nothing()
    {
        var source =
            $"[Shape(\"B config.Dim -> B config.Twice\", Where = \"config.Depth > 1\")] public sealed partial class Net(Cfg config) {{ "
            + $"[Layer] private readonly Linear a = Linear(config.Dim, config.Twice); [Layer] private readonly Inner b = new(config "
            + $"with {{ Dim = 3 }}); }} [Shape(\"B 3 -> B 3\")] public sealed partial class Inner(Cfg c) {{ [Layer] private readonly "
            + $"Linear a = Linear(c.Dim, new Cfg(3, 1) {{ Bias = false }}.Dim); }} {Cfg} ";
        for (var end = 0; end < source.Length; end += 7)
        {
            Check(source[..end]);
            Check(source.Remove(end, Math.Min(9, source.Length - end)));
        }

        static void Check(string text)
        {
            var compilation = Compilations.Of(text);
            var run = Compilations.Driver().RunGenerators(compilation).GetRunResult();
            Assert.All(run.Results, r => Assert.Null(r.Exception));
            Assert.DoesNotContain(Compilations.Diagnose(compilation), d => d.Id == "AD0001");
        }
    }

    [Theory]
    [InlineData("public sealed record Cfg(Cfg? Inner, long Dim);")]
    [InlineData("public sealed record Cfg(long Dim) { public Cfg Inner { get; } = new Cfg(Dim); public long Loop => Loop + Dim; }")]
    [InlineData("public sealed class Cfg { public Cfg Inner => this; public long Dim => Inner.Dim; }")]
    public void A_configuration_in_itself_comes_to_an_end(string config)
    {
        var compilation =
            Compilations.Of(
                $"[Shape(\"B 8\")] public sealed partial class Net(Cfg config) {{ [Layer] private readonly Linear a = Linear(8, "
                + $"config.Inner.Inner.Inner.Dim); [Layer] private readonly Linear b = Linear(8, Made.One.Inner.Dim); }} public static "
                + $"class Made {{ public static readonly Cfg One = default(Cfg) with {{ }}; }} {config}");
        Assert.All(Compilations.Driver().RunGenerators(compilation).GetRunResult().Results, r => Assert.Null(r.Exception));
        Assert.DoesNotContain(Compilations.Diagnose(compilation), d => d.Id == "AD0001");
    }
}

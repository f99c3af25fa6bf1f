using Gen.Checks;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Tests.Incremental;

/// <summary>What is kept of a class does not depend on who read it first, in which of its project's compilations, and on which
/// stack.</summary>
public sealed class ReadingOrderTests
{
    private const string Source = """
        namespace Space;

        [Shape("B 4 -> B 4")]
        public sealed partial class Inner
        {
            [Layer] private readonly Linear fc = Linear(4, 4);
            private Tensor Forward(Tensor x) => functional.dropout(fc.call(x), 0.5, training);
        }

        [Shape("B 4 -> B 4")]
        public sealed partial class Outer
        {
            [Layer] private readonly Sequential both = Sequential(("a", new Inner()), ("b", Linear(4, 4)));
        }

        public static class Use
        {
            public static void Of(Tensor x)
            {
                var made = Sequential(("a", new Inner()), ("b", new Outer()));
                made.call(x);
            }
        }
        """;

    private const string Inner = "Space.Inner";

    [Fact]
    public void What_code_without_the_generated_parts_builds_is_read_with_its_base_class()
    {
        var compilation = Of(nameof(What_code_without_the_generated_parts_builds_is_read_with_its_base_class), Source);
        Assert.Equal("Sequential", Built(compilation)?.Factory);
        Same(compilation, Source);
    }

    [Fact]
    public void What_the_code_of_a_method_builds_is_read_with_its_base_class()
    {
        var compilation = Of(nameof(What_the_code_of_a_method_builds_is_read_with_its_base_class), Source);
        var tree = compilation.SyntaxTrees.Last();
        var method = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Last();
        var semantics = compilation.GetSemanticModel(tree);
        Assert.NotNull(ModuleReader.ReadOrdinary(semantics.GetDeclaredSymbol(method)!, method, [semantics.GetOperation(method.Body!)!],
            compilation, default));
        Same(compilation, Source);
    }

    /// <summary>An editor may show what an earlier run of the generator has written.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("namespace Space; partial class Inner { public bool training; }")]
    [InlineData("namespace Space; partial class Inner : Module<Tensor, Tensor> { public Inner() : base(\"\") { } public int fc2; "
        + "public override Tensor forward(Tensor x) => x; public string training; }")]
    public void What_an_earlier_run_has_generated_is_not_read(string generated)
    {
        var bare = Of($"Earlier{generated.Length}", Source);
        var beside = bare.AddSyntaxTrees(Parsed(generated, $"obj/Gen/{UserDeclarations.Generator}/Space.Inner.g.cs"));
        _ = Built(beside);
        _ = ModuleReader.ReadForMessages(beside.GetTypeByMetadataName("Space.Outer")!, beside, default);
        Same(beside, Source);
        Same(bare, Source);
    }

    [Fact]
    public void Two_states_of_a_project_that_are_read_in_turn_are_told_apart()
    {
        var other = Source.Replace("Linear(4, 4);", "Linear(4, 4, false);", StringComparison.Ordinal)
            .Replace("0.5, training", "0.25, true", StringComparison.Ordinal);
        Assert.NotEqual(Source, other);
        var (before, after) = (Of("Turns", Source), Of("Turns", other));
        _ = (ProjectReadings.Of(before), ProjectReadings.Of(after), Built(after), Built(before));
        for (var turn = 0; turn < 3; turn++)
        {
            Same(after, other);
            Same(before, Source);
            (before, after) = (Of("Turns", Source), Of("Turns", other));
        }
    }

    [Fact]
    public async Task Many_states_of_a_project_that_are_read_at_once_are_told_apart()
    {
        var sizes = Enumerable.Range(1, 12).ToArray();
        await Task.WhenAll(sizes.Concat(sizes).Select(n => Task.Run(() =>
        {
            var source = Source.Replace("Linear(4, 4);", $"Linear(4, 4); [Layer] private readonly Linear more = Linear(4, {n});",
                StringComparison.Ordinal);
            var compilation = Of("AtOnce", source);
            _ = Compilations.Diagnose(compilation);
            Same(compilation, source);
        })));
    }

    [Fact]
    public void A_symbol_of_the_preprocessor_makes_another_project()
    {
        const string Odd = "#if ODD\npublic static class Sizes { public const int Width = 8; }\n#else\n"
            + "public static class Sizes { public const int Width = 4; }\n#endif";
        var source = Source.Replace("Linear(4, 4);", "Linear(4, global::Sizes.Width);", StringComparison.Ordinal);
        var without = Of("Odd", source, Odd);
        var with = without.RemoveAllSyntaxTrees().AddSyntaxTrees(without.SyntaxTrees.Select(
            t => CSharpSyntaxTree.ParseText(t.ToString(), Compilations.Parsing.WithPreprocessorSymbols("ODD"), t.FilePath)));
        var outputs = new[] { without, with }.Select(c => Model(c).Layers[0].Arguments.Single(a => a.Parameter == "outputSize").Value);
        Assert.Equal([new Value.Integer(Shapes.Dim.Of(4)), new Value.Integer(Shapes.Dim.Of(8))], outputs);
    }

    /// <summary>As a class is read from itself, so it is from the outermost of those that hold one another.</summary>
    [Fact]
    public void A_module_deep_in_others_is_read_as_from_itself()
    {
        const int Depth = 36;
        var source = string.Join("\n", Enumerable.Range(0, Depth).Select(i =>
            $"[Shape(\"B 4 -> B 4\")] public sealed partial class M{i} {{ [Layer] private readonly Sequential all = "
            + $"Sequential({(i + 1 == Depth ? "Linear(4, 4)" : $"new M{i + 1}()")}, ReLU()); }}"));
        var (downwards, upwards) = (Of("Downwards", source), Of("Upwards", source));
        var ups = Enumerable.Range(0, Depth).Reverse().Select(i => Model(upwards, $"M{i}")).Reverse();
        Assert.Equal(ups, Enumerable.Range(0, Depth).Select(i => Model(downwards, $"M{i}")));
    }

    [Fact]
    public void What_a_small_stack_was_not_enough_for_is_not_kept()
    {
        var sum = string.Concat(Enumerable.Repeat("(x + ", 120)) + "x" + new string(')', 120);
        var source = Source.Replace("functional.dropout(fc.call(x), 0.5, training)", sum, StringComparison.Ordinal);
        var whole = ForMessages(Of("Enough", source), Inner);
        var cut = 0;
        for (var kilobytes = 96; kilobytes <= 512; kilobytes += 16)
        {
            // The compiler's own part of the work is done before: it gives up where its stack is too small.
            var compilation = Of($"Small{kilobytes}", source);
            var bound = MissingParts.ForReading(compilation, TorchSymbols.In(compilation)!, default);
            var tree = compilation.SyntaxTrees.Last();
            var body = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().First();
            Assert.NotNull(bound.ModelOf(tree).GetOperation(body));
            ModuleModel? small = null;
            var thread = new Thread(() => Record.Exception(() => small = ForMessages(compilation, Inner)), kilobytes * 1024);
            thread.Start();
            thread.Join();
            cut += small is not null && !small.Equals(whole) ? 1 : 0;
            Assert.Equal(whole, ForMessages(compilation, Inner));
        }

        Assert.NotEqual(0, cut);
    }

    private static void Same(Compilation compilation, string source)
    {
        var fresh = Of($"Fresh{Guid.NewGuid():N}", source);
        foreach (var name in new[] { Inner, "Space.Outer" })
        {
            // First as the analyzers read, which use what the generator has read.
            var (expected, read) = (ForMessages(fresh, name), ForMessages(compilation, name));
            Assert.Equal(expected.Body, read.Body);
            Assert.Equal(ModuleChecker.Check(expected).Findings, ModuleChecker.Check(read).Findings);
            Assert.Equal(Model(fresh, name), Model(compilation, name));
        }
    }

    /// <summary>What the last Sequential in the source is, as an analyzer asks.</summary>
    private static LayerModel? Built(Compilation compilation)
    {
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == "Source.cs");
        return ModuleReader.ReadModule(tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Last(i => i.Expression.ToString() == "Sequential"), compilation, default);
    }

    private static ModuleModel Model(Compilation compilation, string name = Inner) =>
        ModuleReader.Read(compilation.GetTypeByMetadataName(name)!, compilation, default)!;

    private static ModuleModel ForMessages(Compilation compilation, string name) =>
        ModuleReader.ReadForMessages(compilation.GetTypeByMetadataName(name)!, compilation, default)!;

    private static SyntaxTree Parsed(string text, string path) => CSharpSyntaxTree.ParseText(text, Compilations.Parsing, path);

    private static CSharpCompilation Of(string name, params string[] sources) => Compilations.Of(sources).WithAssemblyName(name);
}

using Gen.Checks;
using Gen.Emit;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Gen.Tests.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Tests.Incremental;

/// <summary>The generator sees classes that are no modules yet, an analyzer sees what was generated: both read the same.</summary>
public sealed class MissingPartsTests
{
    public static TheoryData<int> Sources => [.. Enumerable.Range(0, ModuleSources.All.Length)];

    [Theory]
    [MemberData(nameof(Sources))]
    public void The_same_is_read_and_generated_with_the_generated_part(int index)
    {
        var bare = Compilations.Of(ModuleSources.All[index]);
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(bare, out var whole, out _);
        var generated = whole.SyntaxTrees.Where(UserDeclarations.IsGenerated).Select(t => t.ToString()).Order(StringComparer.Ordinal);

        // Another project: of the same the analyzers would use what the generator has read.
        var parsed = whole.WithAssemblyName("Parsed").RemoveAllSyntaxTrees().AddSyntaxTrees(
            whole.SyntaxTrees.Select(t => t.WithRootAndOptions(t.GetRoot(), t.Options)));
        Assert.Equal(generated, Parts(parsed).Select(p => p.Text).Order(StringComparer.Ordinal));
        Assert.Equal(Models(bare), Models(parsed));
    }

    [Theory]
    [InlineData("var h = block.call(x); return fc.call(h.relu() + x);")]
    [InlineData("var h = block.call(x).relu().sqrt(); var g = h * 2; return fc.call(g);")]
    [InlineData("return fc.call(functional.relu(block.call(x)).view(-1, 4));")]
    [InlineData("var (h, n) = (block.call(x), 3); return fc.call(h / n);")]
    [InlineData("var parts = new[] { block.call(x), block.forward(x) }; return fc.call(torch.cat(parts, 0)[..(int)x.shape[0]]);")]
    [InlineData("var h = nested.call(x); return fc.call(h.unsqueeze(1).squeeze(1));")]
    [InlineData("var h = derived.call(x); return fc.call(h.T.T);")]
    [InlineData("var h = generic.call(x); return fc.call(h.sigmoid());")]
    [InlineData("foreach (var b in blocks) { var h = b.call(x); x = h.tanh(); } return fc.call(x);")]
    [InlineData("var (h, gate) = pair.call(x, x); return fc.call(h * gate.sigmoid());")]
    [InlineData("var h = optional.call(x); return fc.call(h * optional.call(x, n: 2));")]
    public void What_a_module_gives_is_followed_where_its_type_is_not_written(string body)
    {
        var text = Assert.Single(Parts(Compilations.Of(Modules.Replace("BODY", body, StringComparison.Ordinal))),
            p => p.HintName == "Space.M.g.cs").Text;
        Assert.Contains("public static long MultiplyAdds(long B", text, StringComparison.Ordinal);
        Assert.Contains("fc: Linear(4, 4)</term><description>(B, 4)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"?\"", text, StringComparison.Ordinal);
    }

    private const string Modules = """
        namespace Space
        {
            [Shape("B 4 -> B 4")]
            public sealed partial class M
            {
                [Layer] private readonly Block block = new();
                [Layer] private readonly Outer<int>.Nested nested = new();
                [Layer] private readonly Derived derived = new();
                [Layer] private readonly Generic<float> generic = new();
                [Layer] private readonly Pair pair = new();
                [Layer] private readonly Optional optional = new();
                [Layer] private readonly ModuleList<Block> blocks = ModuleList<Block>([new Block(), new Block()]);
                [Layer] private readonly Linear fc = Linear(4, 4);
                private Tensor Forward(Tensor x) { BODY }
            }

            [Shape("B 4 -> B 4")]
            public partial class Block { [Layer] private readonly Linear fc = Linear(4, 4); [Layer] private readonly ReLU act; }
            [Shape("B 4, B 4 -> B 4")]
            public sealed partial class Optional
            {
                [Layer] private readonly Linear fc = Linear(4, 4);
                private Tensor Forward(Tensor x, Tensor? y = null, int n = 1) => y is null ? fc.call(x) * n : fc.call(y);
            }
            public static partial class Outer<T>
            {
                [Shape("B 4 -> B 4")] public sealed partial class Nested
                {
                    [Layer] private readonly Linear fc = Linear(4, 4);
                    [Layer] private readonly ReLU act;
                }
            }
            [Chain(nameof(only))]
            [Shape("B 4 -> B 4")]
            public sealed partial class Derived : Block { [Layer] private readonly Linear only = Linear(4, 4); }
            [Shape("B 4 -> B 4")]
            public sealed partial class Generic<T> { [Layer] private readonly Linear fc = Linear(4, 4); [Layer] private readonly ReLU act; }
            [Shape("B 4, B 4 -> B 4, B 4")]
            public sealed partial class Pair
            {
                [Layer] private readonly Linear fc = Linear(4, 4);
                private (Tensor, Tensor) Forward(Tensor x, Tensor y) => (fc.call(x), y);
            }
        }
        """;

    private static IEnumerable<GeneratedSource> Parts(Compilation compilation) =>
        Models(compilation).Select(m => ModuleEmitter.Emit(ModuleChecker.Check(m))).OfType<GeneratedSource>();

    private static IEnumerable<ModuleModel> Models(Compilation compilation) =>
        compilation.SyntaxTrees.Where(t => !UserDeclarations.IsGenerated(t))
        .SelectMany(t => t.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
            .Select(d => compilation.GetSemanticModel(t).GetDeclaredSymbol(d)).OfType<INamedTypeSymbol>())
        .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)
        .Select(t => ModuleReader.Read(t, compilation, default)).OfType<ModuleModel>();
}

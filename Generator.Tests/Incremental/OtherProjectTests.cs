using Microsoft.CodeAnalysis;

namespace Gen.Tests.Incremental;

/// <summary>In an editor another project is a compilation whose code can be seen; in a build it is a file. Both are read alike.</summary>
public sealed class OtherProjectTests
{
    private const string Library = """
        public static class Widths { public const int Hidden = 8; public static Tensor Half(Tensor x) => x / 2;
            public static readonly int Twice = 16; public static int Double(int n) => 2 * n; }
        public sealed record Config { public int Width { get; init; } = 8; public int Heads => Width / 4; }
        public abstract class Base : Module<Tensor, Tensor>
        {
            [Layer] protected readonly Linear first = Linear(8, 8);
            protected Base() : base("base") { }
            protected Tensor Twice(Tensor x) => x + x;
        }
        [Shape("B d -> B d")] public sealed partial class Block(int d)
        {
            [Layer] private readonly Linear fc = Linear(d, d);
            private Tensor Forward(Tensor x) => x + fc.call(x).relu();
        }
        public sealed class Plain : Module<Tensor, Tensor>
        {
            private readonly Linear fc = Linear(8, 8);
            public Plain() : base("plain") { RegisterComponents(); }
            public override Tensor forward(Tensor x) => fc.call(x);
        }
        """;

    private const string App = """
        [Shape("B 8 -> B 2")] public sealed partial class Net
        {
            [Layer] private readonly Block block = new(Widths.Hidden);
            [Layer] private readonly Plain plain = new();
            [Layer(8, 2)] private readonly Linear head;
            private Tensor Forward(Tensor x) => head.call(plain.call(Widths.Half(block.call(x))));
        }
        [Shape("B 8 -> B 16")] public sealed partial class Sized(Config config)
        {
            [Layer] private readonly Linear fc = Linear(config.Width, Widths.Double(8));
            [Layer] private readonly Linear next = Linear(Widths.Twice, new Config().Width * config.Heads);
            private Tensor Forward(Tensor x) => next.call(fc.call(x));
        }
        public static class Sizes { public static void Run() { var y = new Sized(new Config()).call(randn(2, 8)); y.view(3, 5); } }
        [Shape("B 8 -> B 8")] public sealed partial class Derived : Base
        {
            [Layer] private readonly Linear fc = Linear(8, 8);
            private Tensor Forward(Tensor x) => Twice(fc.call(first.call(x)));
        }
        [Shape("B 6 -> B 8")] public sealed partial class Wrong
        {
            [Layer] private readonly Block block = new(8);
            private Tensor Forward(Tensor x) => block.call(x);
        }
        public static class Program { public static void Main() { var y = new Net().call(randn(2, 7)); } }
        """;

    [Fact]
    public void A_project_and_its_file_are_read_alike()
    {
        var (_, output) = Compilations.Generate(Library);
        output = output.WithAssemblyName("Library");
        using var image = new MemoryStream();
        Assert.True(output.Emit(image).Success);
        var build = Look(MetadataReference.CreateFromImage(image.ToArray()));
        var editor = Look(output.ToMetadataReference());
        Assert.Contains(build.Found, d => d.Contains("GEN1008", StringComparison.Ordinal));
        Assert.DoesNotContain(editor.Found, d => d.Contains("AD0001", StringComparison.Ordinal));
        Assert.Equal(build.Text, editor.Text);
        Assert.Equal(build.Found, editor.Found);
    }

    private static (string Text, string[] Found) Look(MetadataReference library)
    {
        var compilation = Compilations.Of(App).AddReferences(library);
        var result = Compilations.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out _).GetRunResult();
        return (string.Join("\n", result.GeneratedTrees.Select(t => t.ToString())),
            [.. Compilations.Diagnose(output).Select(d => d.ToString())]);
    }
}

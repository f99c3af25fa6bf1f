using System.Runtime.CompilerServices;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Incremental;

/// <summary>What the generator has read of a class, the analyzers do not read again, as long as it is the same project.</summary>
public sealed class SharedModelsTests
{
    private const string Source = """
        namespace Space;

        [Shape("B 4 -> B n")]
        public sealed partial class M(int n)
        {
            [Layer] private readonly Block block = new();
            [Layer] private readonly Linear fc = Linear(4, n);
        }

        [Shape("B 4 -> B 4")]
        public sealed partial class Block
        {
            [Layer] private readonly Linear fc = Linear(Other.Width, 4);
        }

        public static partial class Other
        {
            public const int Width = 4;
        }
        """;

    [Theory]
    [InlineData("Space.M")]
    [InlineData("Space.Block")]
    public void With_the_generated_parts_beside_it_a_class_is_not_read_again(string name)
    {
        var (bare, whole) = Generated();
        Assert.Same(Read(bare, name), Read(whole, name));
    }

    [Fact]
    public void With_a_tree_that_is_not_generated_by_Gen_it_is_read_again()
    {
        var (bare, whole) = Generated();
        var more = whole.AddSyntaxTrees(Parsed("namespace Space; public static partial class Other { public const int Height = 3; }",
            "Other/Other.g.cs"));
        var read = Read(more, "Space.M");
        Assert.NotSame(Read(bare, "Space.M"), read);
        Assert.Equal(Read(bare, "Space.M"), read);
    }

    [Fact]
    public void After_an_edit_in_another_file_it_is_read_again()
    {
        var edited = Parsed("public static class Edited;", "B.cs");
        var (bare, whole) = Generated(Parsed("", "B.cs"));
        Assert.NotSame(Read(bare, "Space.M"), Read(whole.ReplaceSyntaxTree(whole.SyntaxTrees.Single(t => t.FilePath == "B.cs"), edited),
            "Space.M"));
    }

    [Fact]
    public void With_other_references_it_is_read_again()
    {
        var (bare, whole) = Generated();
        var other = CSharpCompilation.Create("Other",
            references: whole.References.Where(r => r.Display!.Contains("System.Runtime", StringComparison.Ordinal)));
        Assert.NotSame(Read(bare, "Space.M"), Read(whole.AddReferences(other.ToMetadataReference()), "Space.M"));
    }

    [Fact]
    public void Where_the_project_turns_nullable_off_it_is_read_again()
    {
        var (bare, whole) = Generated(Parsed("public sealed partial class Maybe { [Layer] private readonly Linear? fc = Linear(4, 4); }",
            "Maybe.cs"));
        var off = whole.WithOptions(((CSharpCompilationOptions)whole.Options).WithNullableContextOptions(NullableContextOptions.Disable));
        Assert.NotSame(Read(bare, "Space.M"), Read(off, "Space.M"));
        Assert.True(Assert.Single(Read(bare, "Maybe").Layers).IsOptional);
    }

    [Fact]
    public void Two_classes_of_one_name_in_files_of_their_own_are_two()
    {
        static string Local(int size) => $$"""
            [Shape("B 4 -> B {{size}}")]
            file sealed partial class M { [Layer] private readonly Linear fc = Linear(4, {{size}}); }
            """;

        var (_, whole) = Generated(Parsed(Local(5), "A5.cs"), Parsed(Local(6), "A6.cs"));
        var read = whole.GlobalNamespace.GetTypeMembers("M").Select(t => ModuleReader.ReadForMessages(t, whole, default)!.Signature!.Text)
            .Order(StringComparer.Ordinal);
        Assert.Equal(["B 4 -> B 5", "B 4 -> B 6"], read);
    }

    [Fact]
    public void No_compilation_is_kept_alive()
    {
        var trees = new[] { Parsed(Compilations.Usings, "Usings.cs"), Parsed(Source, "M.cs") };
        var compilation = ReadAndForget(trees);
        for (var i = 0; i < 10 && compilation.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(compilation.IsAlive);
        var same = Of(trees);
        Assert.NotNull(SharedModels.Find(same.GetTypeByMetadataName("Space.M")!, same));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ReadAndForget(SyntaxTree[] trees)
    {
        var compilation = Of(trees);
        Assert.NotNull(Read(compilation, "Space.M"));
        return new(compilation);
    }

    private static Model.ModuleModel Read(Compilation compilation, string name) =>
        ModuleReader.Read(compilation.GetTypeByMetadataName(name)!, compilation, default)!;

    private static SyntaxTree Parsed(string text, string path) => CSharpSyntaxTree.ParseText(text, Compilations.Parsing, path);

    /// <summary>Trees of its own alone: by the first of them the project is known.</summary>
    private static CSharpCompilation Of(SyntaxTree[] trees) => Compilations.Of().RemoveAllSyntaxTrees().AddSyntaxTrees(trees);

    private static (Compilation Bare, Compilation Whole) Generated(params SyntaxTree[] others)
    {
        var bare = Of([Parsed(Compilations.Usings, "Usings.cs"), Parsed(Source, "M.cs"), .. others]);
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(bare, out var whole, out _);
        return (bare, whole);
    }
}

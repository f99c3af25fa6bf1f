using System.Runtime.CompilerServices;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Incremental;

/// <summary>What was read of a class is used again, by the generator and by the analyzers, until an edit may have changed it.</summary>
public sealed class KeptReadingTests
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

        [Shape("B 4 -> B 4")]
        public sealed partial class Alone
        {
            [Layer] private readonly Linear fc = Linear(4, 4);
            [Layer] private readonly ReLU act;
            private Tensor Forward(Tensor x) => act.call(fc.call(x)).Halved();
        }
        """;

    private const string Others = """
        namespace Space;

        public static partial class Other
        {
            public const int Width = 4;
        }

        public static class Unrelated
        {
            public static int Twice(int number) => number * 2;
        }
        """;

    private const string Extensions = """
        namespace Space;

        public static class Extensions
        {
            public static Tensor Halved(this Tensor x) => x * 0.5;
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

    [Theory]
    [InlineData("a comment", "number * 2;", "number * 2; // twice")]
    [InlineData("a body", "number * 2;", "number + number;")]
    [InlineData("a member", "Twice(int number)", "Double(long number)")]
    [InlineData("a new type", "public static class Unrelated", "public class Fresh; public static class Unrelated")]
    public void An_edit_elsewhere_leaves_all_readings(string edit, string old, string now) =>
        Assert.Equal(["Alone", "Block", "M"], Kept(edit, Others, Others.Replace(old, now, StringComparison.Ordinal)));

    [Theory]
    [InlineData("the class itself", "Linear(4, n)", "Linear(4, n, false)", "Alone Block")]
    [InlineData("a module that it holds", "Linear(Other.Width, 4)", "Linear(Other.Width, 4, false)", "Alone")]
    [InlineData("one that nothing holds", "ReLU act", "GELU act", "Block M")]
    [InlineData("a comment in a class", "ReLU act;", "ReLU act; // active", "Block M")]
    public void An_edit_of_a_class_reads_it_and_its_holders_again(string edit, string old, string now, string kept) =>
        Assert.Equal(kept.Split(' '), Kept(edit, Source, Source.Replace(old, now, StringComparison.Ordinal)));

    [Theory]
    [InlineData("a constant", "Width = 4", "Width = 8", "Alone")]
    [InlineData("a type that hides another", "public static class Unrelated", "public class ReLU; public static class Unrelated",
        "Block M")]
    [InlineData("an attribute that hides another", "public static class Unrelated",
        "public class LayerAttribute : Attribute; public static class Unrelated", "")]
    [InlineData("a name that differs in case alone", "public static class Unrelated", "public class ALONE; public static class Unrelated",
        "Block M")]
    [InlineData("an extension of that name", "static int Twice(int number)", "static Tensor Halved(this Tensor x, int number = 1)",
        "Block M")]
    [InlineData("an extension that C# calls by itself", "static int Twice(int number)", "static int Add(this List<int> x, int number)", "")]
    [InlineData("an attribute of the assembly", "namespace Space;", "[assembly: CLSCompliant(false)]\nnamespace Space;", "")]
    [InlineData("a global using", "namespace Space;", "global using static System.Math;\nnamespace Space;", "")]
    [InlineData("another namespace", "namespace Space;", "namespace Room;", "")]
    public void An_edit_reads_again_what_comes_to_it(string edit, string old, string now, string kept) =>
        Assert.Equal(kept.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Kept(edit, Others, Others.Replace(old, now, StringComparison.Ordinal)));

    [Fact]
    public void An_edit_of_a_type_that_the_compiler_looks_for_reads_all_again()
    {
        static SyntaxTree System(string type) => Parsed($"namespace System; public class {type};", "System.cs");

        _ = Read(Of([.. Trees(), System("Alike")]), "Space.M");
        Assert.Equal([], Kept(Of([.. Trees(), System("Index")])));
    }

    [Fact]
    public void An_edit_of_an_extension_reads_again_what_calls_it() =>
        Assert.Equal(["Block", "M"], Kept("body", Extensions, Extensions.Replace("0.5", "0.25", StringComparison.Ordinal)));

    [Fact]
    public void Of_an_equal_model_there_is_one()
    {
        var trees = Trees();
        var before = Of(trees);
        var after = Of([.. trees.Select(t => t.FilePath == "M.cs"
            ? Parsed(Source.Replace("ReLU act;", "ReLU act; // active", StringComparison.Ordinal), "M.cs") : t)]);
        Assert.Same(Read(before, "Space.Alone"), Read(after, "Space.Alone"));
    }

    [Fact]
    public void With_other_references_nothing_is_kept()
    {
        var before = Of(Trees());
        _ = Read(before, "Space.M");
        var other = CSharpCompilation.Create("Other",
            references: before.References.Where(r => r.Display!.Contains("System.Runtime", StringComparison.Ordinal)));
        Assert.Empty(Kept(before.AddReferences(other.ToMetadataReference())));
    }

    [Fact]
    public void Where_the_project_turns_nullable_off_it_is_read_again()
    {
        var (_, whole) = Generated(Parsed("public sealed partial class Maybe { [Layer] private readonly Linear? fc = Linear(4, 4); }",
            "Maybe.cs"));
        Assert.True(Assert.Single(Read(whole, "Maybe").Layers).IsOptional);
        var off = whole.WithOptions(((CSharpCompilationOptions)whole.Options).WithNullableContextOptions(NullableContextOptions.Disable));
        Assert.Empty(Kept(off));
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
        var trees = Trees();
        var compilation = ReadAndForget(trees);
        for (var i = 0; i < 10 && compilation.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(compilation.IsAlive);
        Assert.Equal(["Alone", "Block", "M"], Kept(Of(trees)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ReadAndForget(SyntaxTree[] trees)
    {
        var compilation = Of(trees);
        Assert.All(["Space.M", "Space.Alone"], name => Assert.NotNull(Read(compilation, name)));
        return new(compilation);
    }

    /// <summary>The classes whose readings are still there after one file has been edited.</summary>
    private static string[] Kept(string edit, string old, string now)
    {
        Assert.NotEqual(old, now);
        var trees = Trees();
        var before = Of(trees);
        foreach (var name in new[] { "Space.M", "Space.Block", "Space.Alone" })
        {
            Assert.NotNull(Read(before, name));
        }

        var at = Array.FindIndex(trees, t => t.ToString() == old);
        trees[at] = Parsed(now, trees[at].FilePath);
        var after = Of(trees);
        Assert.True(after.SyntaxTrees.Length == trees.Length, edit);
        return Kept(after);
    }

    private static string[] Kept(Compilation compilation)
    {
        var snapshot = ProjectReadings.Of(compilation).Snapshot;
        return [.. new[] { "Alone", "Block", "M" }.Where(
            n => new[] { ReadingKind.WholeAtRoot, ReadingKind.Whole }.Any(k => snapshot.Find($"Space.{n}`0", k) is not null))];
    }

    private static Model.ModuleModel Read(Compilation compilation, string name) =>
        ModuleReader.Read(compilation.GetTypeByMetadataName(name)!, compilation, default)!;

    private static SyntaxTree Parsed(string text, string path) => CSharpSyntaxTree.ParseText(text, Compilations.Parsing, path);

    private static SyntaxTree[] Trees() => [Parsed(Compilations.Usings, "Usings.cs"), Parsed(Source, "M.cs"), Parsed(Others, "Others.cs"),
        Parsed(Extensions, "Extensions.cs")];

    /// <summary>A project of its own: of the other tests' nothing is kept here.</summary>
    private static CSharpCompilation Of(SyntaxTree[] trees) =>
        Compilations.Of().WithAssemblyName("Kept").RemoveAllSyntaxTrees().AddSyntaxTrees(trees);

    private static (Compilation Bare, Compilation Whole) Generated(params SyntaxTree[] others)
    {
        var bare = Of([.. Trees(), .. others]);
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(bare, out var whole, out _);
        return (bare, whole);
    }
}

using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Package;

/// <summary>What is in the package, and what is not.</summary>
[Collection("Package")]
public sealed class PackageTests(Feed feed)
{
    /// <summary>What every compiler has beside it.</summary>
    private static readonly string[] Brought = ["netstandard", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp",
        "System.Collections.Immutable", "System.Memory"];

    [Fact]
    public void It_holds_these_files_and_no_others()
    {
        using var package = feed.Open();
        Assert.Equal(
            [
                "Gen.nuspec",
                "README.md",
                .. CompilerParts(),
                "buildTransitive/Gen.Checkpoints.targets",
                "buildTransitive/Gen.Judged.props",
                "buildTransitive/Gen.LibTorchSharp.targets",
                "buildTransitive/Gen.props",
                "buildTransitive/Gen.targets",
                "icon.png",
                "lib/net8.0/Gen.Runtime.dll",
                "lib/net8.0/Gen.Runtime.xml",
            ],
            Files(package));
        using var symbols = feed.Open("snupkg");
        Assert.Equal(["Gen.nuspec", "lib/net8.0/Gen.Runtime.pdb"], Files(symbols));
    }

    /// <summary>Everything that is written for the compiler or the editor to load.</summary>
    private static IEnumerable<string> CompilerParts() =>
        Directory.EnumerateFiles(SampleSources.Repository, "*.csproj",
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
        .Select(XDocument.Load).Where(p => p.Descendants("IsRoslynComponent").Any(e => e.Value == "true"))
        .Select(p => $"analyzers/dotnet/cs/{p.Descendants("AssemblyName").Single().Value}.dll").Order(StringComparer.Ordinal);

    [Fact]
    public void It_depends_on_TorchSharp_alone()
    {
        using var package = feed.Open();
        var nuspec = Nuspec(package);
        var dependency = Assert.Single(nuspec.Descendants(nuspec.GetDefaultNamespace() + "dependency"));
        Assert.Equal(("TorchSharp", Feed.VersionOf("TorchSharp")),
            (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value));
    }

    [Fact]
    public void It_says_its_licence_its_authors_and_what_is_new()
    {
        using var package = feed.Open();
        var nuspec = Nuspec(package);
        Assert.Equal("MIT", Value(nuspec, "license"));
        Assert.Equal("The Gen authors", Value(nuspec, "authors"));
        var licence = File.ReadAllLines(Path.Combine(SampleSources.Repository, "LICENSE"));
        Assert.Equal(("MIT License", true), (licence[0], licence.Contains(Value(nuspec, "copyright"))));
        var newest = File.ReadAllLines(Path.Combine(SampleSources.Repository, "CHANGELOG.md"))
            .SkipWhile(l => !l.StartsWith("## ", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal));
        Assert.Equal(string.Join("\n", newest).Trim(), Value(nuspec, "releaseNotes")!.ReplaceLineEndings("\n"));
        // What nuget.org takes.
        Assert.InRange(Value(nuspec, "releaseNotes")!.Length, 100, 35_000);
    }

    [Fact]
    public void The_package_of_the_blocks_holds_its_library_and_depends_on_Gen_and_TorchSharp()
    {
        using var package = Feed.PackBeside("Blocks", Path.Combine(feed.Folder, "blocks"));
        Assert.Equal(["Gen.Blocks.nuspec", "README.md", "icon.png", "lib/net8.0/Gen.Blocks.dll", "lib/net8.0/Gen.Blocks.xml"],
            Files(package));
        var nuspec = Nuspec(package);
        Assert.Equal(["Gen", "TorchSharp"], nuspec.Descendants(nuspec.GetDefaultNamespace() + "dependency")
            .Select(d => d.Attribute("id")!.Value).Order(StringComparer.Ordinal));
        using var stream = package.GetEntry("lib/net8.0/Gen.Blocks.xml")!.Open();
        var ids = XDocument.Load(stream).Descendants("member").Select(m => m.Attribute("name")!.Value).ToArray();
        Assert.Contains("T:Gen.Blocks.DecoderBlock", ids);
        Assert.DoesNotContain(ids, id => id.Contains(".Forward(", StringComparison.Ordinal));
    }

    [Fact]
    public void The_package_for_several_processes_holds_its_library_alone()
    {
        using var package = Feed.PackBeside("Distributed", Path.Combine(feed.Folder, "distributed"));
        Assert.Equal(["Gen.Distributed.nuspec", "README.md", "icon.png", "lib/net8.0/Gen.Distributed.dll",
            "lib/net8.0/Gen.Distributed.xml"], Files(package));
        var nuspec = Nuspec(package);
        Assert.Equal(["Gen", "TorchSharp"], nuspec.Descendants(nuspec.GetDefaultNamespace() + "dependency")
            .Select(d => d.Attribute("id")!.Value).Order(StringComparer.Ordinal));
        using var stream = package.GetEntry("lib/net8.0/Gen.Distributed.xml")!.Open();
        var ids = XDocument.Load(stream).Descendants("member").Select(m => m.Attribute("name")!.Value).ToArray();
        Assert.Contains("T:Gen.Distributed.DistributedDataParallel", ids);
        Assert.DoesNotContain(ids, id => id.Contains("MpiEngine", StringComparison.Ordinal));
    }

    /// <summary>The address is the publisher's to give; no other is made up.</summary>
    [Fact]
    public void It_names_the_address_that_it_is_packed_with_and_none_without()
    {
        const string Address = "https://example.org/gen";
        using var package = feed.Open();
        Assert.Null(Value(Nuspec(package), "projectUrl"));
        Assert.Null(Nuspec(package).Descendants(Nuspec(package).GetDefaultNamespace() + "repository").SingleOrDefault()?.Attribute("url"));

        var folder = Path.Combine(feed.Folder, "published");
        Feed.Pack(folder, $"-p:RepositoryUrl={Address}");
        using var published = ZipFile.OpenRead(Path.Combine(folder, $"Gen.{Feed.Version}.nupkg"));
        var nuspec = Nuspec(published);
        Assert.Equal(Address, Value(nuspec, "projectUrl"));
        var repository = nuspec.Descendants(nuspec.GetDefaultNamespace() + "repository").Single();
        Assert.Equal(("git", Address), (repository.Attribute("type")!.Value, repository.Attribute("url")!.Value));
    }

    /// <summary>The compiler writes the comments of internal members too; what a user cannot call is not in the package.</summary>
    [Fact]
    public void Its_documentation_is_of_all_that_a_user_can_call_and_of_nothing_else()
    {
        using var package = feed.Open();
        var runtime = MetadataReference.CreateFromImage(Bytes(package.GetEntry("lib/net8.0/Gen.Runtime.dll")!));
        var compilation = CSharpCompilation.Create("user", references: Compilations.Of("").References
            .Where(r => Path.GetFileName(r.Display) != "Gen.Runtime.dll").Append(runtime));
        using var stream = package.GetEntry("lib/net8.0/Gen.Runtime.xml")!.Open();
        var ids = XDocument.Load(stream).Descendants("member").Select(m => m.Attribute("name")!.Value).ToHashSet();
        Assert.All(ids, id => Assert.True(
            DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation) is { } symbol && IsVisible(symbol), id));

        var visible = Types(((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(runtime)!).GlobalNamespace).Where(IsVisible)
            .SelectMany(t => t.GetMembers().Where(IsWritten).Append(t)).Select(s => s.GetDocumentationCommentId()!);
        Assert.Equal([], visible.Where(id => !ids.Contains(id)));
        Assert.InRange(ids.Count, 200, 1000);
    }

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        && (symbol.ContainingType is null || IsVisible(symbol.ContainingType));

    /// <summary>A member with a comment of its own: no accessor, no override, nothing that the compiler adds.</summary>
    private static bool IsWritten(ISymbol symbol) =>
        IsVisible(symbol) && !symbol.IsOverride && !symbol.IsImplicitlyDeclared && symbol is not INamedTypeSymbol
        && symbol is not IMethodSymbol { MethodKind: not MethodKind.Ordinary }
        && !symbol.GetAttributes().Any(a => a.AttributeClass!.Name == "CompilerGeneratedAttribute");

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol parent) =>
        parent.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(m => Types(m).Concat(m is INamedTypeSymbol type ? [type] : []));

    /// <summary>The compiler loads what lies there; it brings Roslyn itself, and has no workspaces on the command line.</summary>
    [Fact]
    public void The_generator_needs_nothing_that_the_compiler_does_not_bring()
    {
        using var package = feed.Open();
        Assert.All(References(package, "analyzers/dotnet/cs/Gen.Generator.dll"), name => Assert.Contains(name, Brought));
    }

    /// <summary>The fixes are loaded by editors alone, which bring workspaces.</summary>
    [Fact]
    public void The_code_fixes_need_nothing_that_an_editor_does_not_bring()
    {
        using var package = feed.Open();
        string[] brought = [.. Brought, "Microsoft.CodeAnalysis.Workspaces", "Microsoft.CodeAnalysis.CSharp.Workspaces",
            "System.Composition.AttributedModel", "Gen.Generator"];
        Assert.All(References(package, "analyzers/dotnet/cs/Gen.CodeFixes.dll"), name => Assert.Contains(name, brought));
    }

    [Fact]
    public void No_assembly_says_where_it_was_built()
    {
        using var package = feed.Open();
        foreach (var assembly in package.Entries.Where(e => e.Name.EndsWith(".dll", StringComparison.Ordinal)))
        {
            var text = Encoding.Latin1.GetString(Bytes(assembly));
            Assert.DoesNotContain(SampleSources.Repository, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Packed_twice_it_is_the_same()
    {
        var again = Path.Combine(feed.Folder, "again");
        Feed.Pack(again);
        using var first = feed.Open();
        using var second = ZipFile.OpenRead(Path.Combine(again, $"Gen.{Feed.Version}.nupkg"));
        Assert.Equal(first.Entries.Select(e => e.FullName), second.Entries.Select(e => e.FullName));
        Assert.All(first.Entries, e => Assert.Equal(Bytes(e), Bytes(second.GetEntry(e.FullName)!)));
    }

    [Fact]
    public void Its_icon_is_the_drawn_one()
    {
        using var package = feed.Open();
        Assert.Equal(Icon.Draw(), Bytes(package.GetEntry("icon.png")!));
    }

    private static XElement Nuspec(ZipArchive package)
    {
        using var stream = package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!;
    }

    private static string? Value(XElement nuspec, string name) =>
        nuspec.Descendants(nuspec.GetDefaultNamespace() + name).SingleOrDefault()?.Value;

    private static IEnumerable<string> Files(ZipArchive package) =>
        package.Entries.Select(e => e.FullName)
            .Where(n => !n.StartsWith("_rels/", StringComparison.Ordinal) && !n.StartsWith("package/", StringComparison.Ordinal)
                && n != "[Content_Types].xml").Order(StringComparer.Ordinal);

    private static List<string> References(ZipArchive package, string file)
    {
        using var assembly = new PEReader(new MemoryStream(Bytes(package.GetEntry(file)!)));
        var metadata = assembly.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

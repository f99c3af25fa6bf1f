using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;

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
        using var stream = package.GetEntry("Gen.nuspec")!.Open();
        var nuspec = XDocument.Load(stream).Root!;
        XNamespace schema = nuspec.GetDefaultNamespace();
        var dependency = Assert.Single(nuspec.Descendants(schema + "dependency"));
        Assert.Equal(("TorchSharp", Feed.VersionOf("TorchSharp")),
            (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value));
        Assert.Equal("MIT", nuspec.Descendants(schema + "license").Single().Value);
    }

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

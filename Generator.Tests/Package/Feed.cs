using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;

namespace Gen.Tests.Package;

/// <summary>
/// The package, packed once for all tests from what was built for them, in a folder that is a package source. Consumers take Gen from there
/// into a packages folder that is thrown away, and everything else from the machine's own.
/// </summary>
public sealed class Feed : IDisposable
{
    private const string TemplatePackage = $"Gen.Templates.{Version}.nupkg";

    /// <summary>The version that the consumers ask for.</summary>
    public const string Version = "0.0.1-test";

    private readonly Lazy<string> templates;

    public Feed()
    {
        Folder = Directory.CreateTempSubdirectory("gen-package-").FullName;
        templates = new(InstallTemplates);
        Pack(Path.Combine(Folder, "feed"));
        File.WriteAllText(Path.Combine(Folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="built" value="feed" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="machine" value="{MachinePackages()}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        // A project above the temporary folder, if there is one, is not these projects' business.
        File.WriteAllText(Path.Combine(Folder, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(Folder, "Directory.Build.targets"), "<Project />");
        File.WriteAllText(Path.Combine(Folder, "Directory.Packages.props"), "<Project />");
    }

    /// <summary>The temporary folder that holds the feed, the configuration and the consumers.</summary>
    public string Folder { get; }

    /// <summary>What a consumer's commands see beside the machine's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["NUGET_PACKAGES"] = Path.Combine(Folder, "packages"),
        ["NuGetAudit"] = "false",
        // The native libraries, 600 MB, are linked into each consumer's output where the file system can.
        ["CreateHardLinksForCopyFilesToOutputDirectoryIfPossible"] = "true",
    };

    /// <summary>The folder of <c>dotnet new</c> in which the templates are installed; the user's own stays as it is.</summary>
    public string Templates => templates.Value;

    /// <summary>Packs Gen into a folder, without building.</summary>
    public static void Pack(string folder, params string[] options) => Pack("Runtime", folder, ["--no-build", .. options]);

    /// <summary>Packs the package beside, <c>Blocks</c> or <c>Distributed</c>, into a folder, without building.</summary>
    public static ZipArchive PackBeside(string project, string folder)
    {
        Pack(project, folder, ["--no-build"]);
        return ZipFile.OpenRead(Path.Combine(folder, $"Gen.{project}.{Version}.nupkg"));
    }

    public ZipArchive Open(string extension = "nupkg") => ZipFile.OpenRead(Path.Combine(Folder, "feed", $"Gen.{Version}.{extension}"));

    /// <summary>The package of the templates.</summary>
    public ZipArchive OpenTemplates() => ZipFile.OpenRead(Path.Combine(Path.GetDirectoryName(Templates)!, TemplatePackage));

    /// <summary>The version of a package that the repository itself builds with.</summary>
    public static string VersionOf(string package)
    {
        var versions = XDocument.Load(Path.Combine(SampleSources.Repository, "Directory.Packages.props"));
        var version = versions.Descendants("PackageVersion").Single(e => (string?)e.Attribute("Include") == package)
            .Attribute("Version")!.Value;
        return version == "$(LibTorchVersion)" ? versions.Descendants("LibTorchVersion").Single().Value : version;
    }

    /// <summary>The package of libtorch for this machine.</summary>
    public static string Natives => OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64" : OperatingSystem.IsMacOS()
        ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Pack(string project, string folder, string[] options)
    {
        var configuration = typeof(Feed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var (code, output) = DotNet.Run(SampleSources.Repository, new Dictionary<string, string>(), ["pack", project, "-c", configuration,
            $"-p:PackageVersion={Version}", "-o", folder, .. options]);
        Assert.True(code == 0, output);
    }

    private string InstallTemplates()
    {
        var folder = Path.Combine(Folder, "templates");
        Pack("Templates", folder, []);
        var hive = Path.Combine(folder, "hive");
        var (code, output) = DotNet.Run(folder, Environment, "new", "install", TemplatePackage, "--debug:custom-hive", hive);
        Assert.True(code == 0, output);
        return hive;
    }

    /// <summary>The machine's own packages folder, which restoring this repository has filled.</summary>
    public static string MachinePackages()
    {
        var (code, output) = DotNet.Run(SampleSources.Repository, new Dictionary<string, string>(), "nuget", "locals", "global-packages",
            "--list");
        Assert.True(code == 0, output);
        return output.Trim()["global-packages: ".Length..];
    }
}

/// <summary>Tests that start <c>dotnet</c> share one package, and take turns.</summary>
[CollectionDefinition("Package")]
public sealed class PackageCollection : ICollectionFixture<Feed>;

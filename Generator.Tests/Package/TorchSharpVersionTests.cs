using System.IO.Compression;
using static Gen.Tests.Package.Sources;

namespace Gen.Tests.Package;

/// <summary>What a build says of a TorchSharp that Gen's rules were not compared with.</summary>
[Collection("Package")]
public sealed class TorchSharpVersionTests(Feed feed)
{
    private static readonly Version Judged = new(Feed.VersionOf("TorchSharp"));

    [Fact]
    public void Another_minor_version_is_a_warning_that_can_be_silenced_and_another_patch_is_none()
    {
        var newer = $"{Judged.Major}.{Judged.Minor + 1}.0";
        var warning = $"warning GENTS1: this project uses TorchSharp {newer}, but the rules of Gen {Feed.Version} were compared with "
            + $"TorchSharp {Judged}. Shapes and counts may differ where TorchSharp changed. Use TorchSharp {Judged.ToString(2)}, or a Gen "
            + $"for TorchSharp {Judged.Major}.{Judged.Minor + 1}; or add GENTS1 to NoWarn.";
        var consumer = new Consumer(feed, "newer-torchsharp");
        Provide(consumer, newer);
        Assert.Contains(warning, Build(consumer, newer, ""), StringComparison.Ordinal);
        Assert.DoesNotContain("GENTS1", Build(consumer, newer, "<NoWarn>$(NoWarn);GENTS1</NoWarn>"), StringComparison.Ordinal);

        var patch = $"{Judged.Major}.{Judged.Minor}.{Judged.Build + 1}-preview.1";
        Provide(consumer, patch);
        Assert.DoesNotContain("GENTS1", Build(consumer, patch, ""), StringComparison.Ordinal);
    }

    /// <summary>NuGet itself refuses an older version than the package asks for; who overrules it is told the rest.</summary>
    [Fact]
    public void An_older_version_is_a_warning_too()
    {
        var older = $"{Judged.Major}.{Judged.Minor - 1}.0";
        var consumer = new Consumer(feed, "older-torchsharp");
        Provide(consumer, older);
        Assert.Contains($"warning GENTS1: this project uses TorchSharp {older},",
            Build(consumer, older, "<NoWarn>$(NoWarn);NU1605</NoWarn>"), StringComparison.Ordinal);
    }

    private static string Build(Consumer consumer, string version, string properties)
    {
        var (code, output) = consumer.Project("Models", properties, executable: false, items: Consumer.Package("TorchSharp", version))
            .Write("Models/Net.cs", Net).Build("Models");
        Assert.True(code == 0, output);
        return output;
    }

    /// <summary>Packs the TorchSharp of this machine, without its natives, under another version.</summary>
    private static void Provide(Consumer consumer, string version)
    {
        var original = Path.Combine(Feed.MachinePackages(), "torchsharp", Judged.ToString());
        var nuspec = File.ReadAllText(Path.Combine(original, "torchsharp.nuspec"));
        Assert.Contains($"<version>{Judged}</version>", nuspec, StringComparison.Ordinal);
        consumer.Write("nuget.config",
            """<configuration><packageSources><add key="other" value="other" /></packageSources></configuration>""");
        Directory.CreateDirectory(consumer.PathOf("other"));
        using var package = ZipFile.Open(consumer.PathOf($"other/TorchSharp.{version}.nupkg"), ZipArchiveMode.Create);
        using (var writer = new StreamWriter(package.CreateEntry("TorchSharp.nuspec").Open()))
        {
            writer.Write(nuspec.Replace($"<version>{Judged}</version>", $"<version>{version}</version>", StringComparison.Ordinal));
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(original, "lib", "net8.0")))
        {
            package.CreateEntryFromFile(file, $"lib/net8.0/{Path.GetFileName(file)}", CompressionLevel.Fastest);
        }
    }
}

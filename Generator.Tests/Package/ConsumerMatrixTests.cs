using static Gen.Tests.Package.Sources;

namespace Gen.Tests.Package;

/// <summary>The package in every kind of project that a user may have; minutes, since each is restored, built and run.</summary>
[Collection("Package")]
[Trait("Category", "Long")]
public sealed class ConsumerMatrixTests(Feed feed)
{
    private const string ExplicitUsings = "using System;\nusing System.Linq;\n";

    [Theory]
    [InlineData("csharp-12", "<LangVersion>12</LangVersion>")]
    [InlineData("nullable-off", "<Nullable>disable</Nullable>")]
    [InlineData("warnings-as-errors",
        "<TreatWarningsAsErrors>true</TreatWarningsAsErrors><AnalysisLevel>latest-recommended</AnalysisLevel>"
        + "<EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild><GenerateDocumentationFile>true</GenerateDocumentationFile>"
        + "<NoWarn>$(NoWarn);CA1050;CA1515;CA1852</NoWarn>")]
    [InlineData("explicit-usings", "<ImplicitUsings>disable</ImplicitUsings>")]
    [InlineData("checked-arithmetic", "<CheckForOverflowUnderflow>true</CheckForOverflowUnderflow>")]
    [InlineData("unsafe-and-preview", "<AllowUnsafeBlocks>true</AllowUnsafeBlocks><LangVersion>preview</LangVersion>")]
    public void A_program_builds_without_warnings_and_runs_with(string name, string properties) =>
        Assert.Equal(Printed, new Consumer(feed, name).Project("App", properties).Write("App/Net.cs", Net)
            .Write("App/Program.cs", ExplicitUsings + Main).Run("App"));

    /// <summary>Relative to the project, absolute, and in one folder for all projects.</summary>
    [Theory]
    [InlineData("relative", "<IntermediateOutputPath>obj/middle/$(Configuration)/</IntermediateOutputPath>", "")]
    [InlineData("absolute",
        "<IntermediateOutputPath>$([System.IO.Path]::GetFullPath('$(MSBuildThisFileDirectory)../middle'))/</IntermediateOutputPath>", "")]
    [InlineData("artifacts", "", "<UseArtifactsOutput>true</UseArtifactsOutput>")]
    public void A_program_whose_intermediate_folder_is(string name, string properties, string ofAll)
    {
        var consumer =
            new Consumer(feed, $"folder-{name}").Write("Directory.Build.props",
                $"<Project><PropertyGroup>{ofAll}</PropertyGroup></Project>")
            .Project("App", properties).Write("App/Net.cs", Net).Write("App/Program.cs", Main);
        Assert.Equal(Printed, consumer.Run("App"));
        Assert.Equal(Printed, consumer.Publish("App"));
    }

    /// <summary>The oldest framework that the runtime serves; a newer one runs it where the old is not installed.</summary>
    [Fact]
    public void A_program_for_NET_8() =>
        Assert.Equal(Printed, new Consumer(feed, "net8").Project("App", "<RollForward>Major</RollForward>", framework: "net8.0")
            .Write("App/Net.cs", Net).Write("App/Program.cs", Main).Run("App"));

    /// <summary>With implicit usings, <c>using Gen;</c> can be left out; without them, or where it is turned off, it cannot.</summary>
    [Fact]
    public void Gen_is_an_implicit_using_that_can_be_turned_off()
    {
        var consumer = new Consumer(feed, "implicit").Project("App", gen: false, items: Consumer.Package("gen", Feed.Version))
            .Write("App/Net.cs", Net.Replace("using Gen;\n", "", StringComparison.Ordinal)).Write("App/Program.cs", Main);
        Assert.Equal(Printed, consumer.Run("App"));
        var (code, output) = consumer.Build("App", "-p:GenImplicitUsings=false");
        Assert.True(code != 0 && output.Contains("error CS0246", StringComparison.Ordinal), output);
    }

    /// <summary>A declarative module and its hand-written twin in one project: the keys are the same, and each loads the other's.</summary>
    [Fact]
    public void A_project_that_has_hand_written_modules()
    {
        const string Twins = """
            using static TorchSharp.torch;

            using var old = new Old();
            using var net = new Net();
            net.load_state_dict(old.state_dict());
            using var x = randn(2, 1, 28, 28);
            using var difference = (old.call(x) - net.call(x)).abs().max();
            Console.WriteLine($"{string.Join(' ', net.state_dict().Keys)} {difference.item<float>() < 1e-5f}");
            """;
        var consumer = new Consumer(feed, "hand-written").Project("App").Write("App/Net.cs", Net).Write("App/Old.cs", HandWritten)
            .Write("App/Program.cs", Twins);
        Assert.Equal("fc1.weight fc1.bias fc2.weight fc2.bias True\n", consumer.Run("App"));
    }

    [Fact]
    public void A_published_program() =>
        Assert.Equal(Printed, new Consumer(feed, "published").Project("App").Write("App/Net.cs", Net).Write("App/Program.cs", Main)
            .Publish("App"));

    /// <summary>The bundle of TorchSharp with the natives of every platform.</summary>
    [Fact]
    public void A_program_with_the_natives_of_every_platform() =>
        Assert.Equal(Printed,
            new Consumer(feed, "bundle").Project("App", natives: Consumer.Package("TorchSharp-cpu", Feed.VersionOf("TorchSharp")))
                .Write("App/Net.cs", Net).Write("App/Program.cs", Main).Run("App"));

    [Fact]
    public void A_severity_of_the_project_is_obeyed()
    {
        var consumer = new Consumer(feed, "severity").Project("App")
            .Write("App/Net.cs", Net.Replace("B 1 28 28", "B H W", StringComparison.Ordinal))
            .Write("App/Program.cs", Main.Replace("2, 1, 28, 28", "2, 28, 28", StringComparison.Ordinal));
        Assert.Equal(0, consumer.Build("App").Code);
        var (code, output) = consumer.Write(".editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.GEN2001.severity = error\n")
            .Build("App");
        Assert.True(code != 0 && output.Contains("error GEN2001: not proved at 'fc1': H*W == 784;", StringComparison.Ordinal), output);
    }
}

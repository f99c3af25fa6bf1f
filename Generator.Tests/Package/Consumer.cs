namespace Gen.Tests.Package;

/// <summary>A user's projects in a folder of their own.</summary>
internal sealed class Consumer
{
    private readonly Feed feed;
    private readonly string folder;

    public Consumer(Feed feed, string name)
    {
        this.feed = feed;
        folder = Directory.CreateDirectory(Path.Combine(feed.Folder, name)).FullName;
    }

    /// <summary>Writes a project file as <c>dotnet new</c> does, with the packages and further properties.</summary>
    public Consumer Project(string name, string properties = "", bool executable = true, string items = "", string? natives = null, bool gen = true, string framework = "net10.0")
    {
        natives = executable ? natives ?? Package(Feed.Natives, Feed.VersionOf(Feed.Natives)) : "";
        return Write($"{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>{framework}</TargetFramework>
                <OutputType>{(executable ? "Exe" : "Library")}</OutputType>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {(gen ? Package("Gen", Feed.Version) : "")}
                {natives}
                {items}
              </ItemGroup>
            </Project>
            """);
    }

    public static string Package(string name, string version) => $"""<PackageReference Include="{name}" Version="{version}" />""";

    public Consumer Write(string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    /// <summary>Builds a project that must build without a warning, runs it, and gives what it printed.</summary>
    public string Run(string project, params string[] options)
    {
        var build = Build(project, options);
        Assert.True(build.Code == 0 && build.Output.Contains("0 Warning(s)", StringComparison.Ordinal), build.Output);
        var run = DotNet.Run(folder, feed.Environment, "run", "--no-build", "--project", project);
        Assert.True(run.Code == 0, run.Output);
        return run.Output;
    }

    /// <summary>Publishes a project, runs what was published, and gives what it printed.</summary>
    public string Publish(string project, params string[] options)
    {
        var publish = DotNet.Run(folder, feed.Environment, ["publish", project, "-o", "published", .. options]);
        Assert.True(publish.Code == 0 && !publish.Output.Contains("warning", StringComparison.Ordinal), publish.Output);
        var run = DotNet.Run(folder, feed.Environment, Path.Combine("published", $"{project}.dll"));
        Assert.True(run.Code == 0, run.Output);
        return run.Output;
    }

    public (int Code, string Output) Build(string project, params string[] options) =>
        DotNet.Run(folder, feed.Environment, ["build", project, .. options]);
}

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
    public Consumer Project(string name, string properties = "", bool executable = true, string items = "", string? natives = null,
        bool gen = true, string framework = "net10.0")
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
        var path = PathOf(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    /// <summary>Starts a project, or adds to one, by a template: <c>dotnet new</c> in a folder of the consumer's.</summary>
    public Consumer New(string inside, params string[] arguments)
    {
        var (code, output) = DotNet.Run(Directory.CreateDirectory(PathOf(inside)).FullName, feed.Environment,
            ["new", .. arguments, "--debug:custom-hive", feed.Templates]);
        Assert.True(code == 0 && !output.Contains("Warning", StringComparison.Ordinal), output);
        return this;
    }

    /// <summary>Has <c>dotnet format</c> make the fixes of analyzers.</summary>
    public void Format(string project, params string[] options)
    {
        var (code, output) = DotNet.Run(folder, feed.Environment, ["format", "analyzers", project, .. options]);
        Assert.True(code == 0, output);
    }

    public Consumer Restore(string project)
    {
        var (code, output) = DotNet.Run(folder, feed.Environment, "restore", project);
        Assert.True(code == 0, output);
        return this;
    }

    /// <summary>Where a file of the consumer's lies.</summary>
    public string PathOf(string file) => Path.Combine(folder, file);

    /// <summary>Builds a project that must build without a warning, runs it, and gives what it printed.</summary>
    public string Run(string project, params string[] options)
    {
        var build = Build(project, options);
        Assert.True(build.Code == 0 && build.Output.Contains("0 Warning(s)", StringComparison.Ordinal), build.Output);
        return RunBuilt(project);
    }

    /// <summary>Runs a project that was built, with arguments, and gives what it printed.</summary>
    public string RunBuilt(string project, params string[] arguments) =>
        Output(["run", "--no-build", "--project", project, "--", .. arguments]);

    /// <summary>Publishes a project, runs what was published, and gives what it printed.</summary>
    public string Publish(string project, params string[] options)
    {
        var publish = DotNet.Run(folder, feed.Environment, ["publish", project, "-o", "published", .. options]);
        Assert.True(publish.Code == 0 && !publish.Output.Contains("warning", StringComparison.Ordinal), publish.Output);
        return Start(Path.Combine("published", $"{project}.dll"));
    }

    /// <summary>Builds and runs a program in one file, and gives what it printed.</summary>
    public string RunFile(string file) => Output("run", file);

    /// <summary>Runs what was built, and gives what it printed.</summary>
    public string Start(string assembly) => Output(assembly);

    /// <summary>What lies in a folder of the consumer's.</summary>
    public IEnumerable<string> Files(string inside) =>
        Directory.EnumerateFiles(Path.Combine(folder, inside), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal);

    public (int Code, string Output) Build(string project, params string[] options) =>
        DotNet.Run(folder, feed.Environment, ["build", project, .. options]);

    private string Output(params string[] arguments)
    {
        var run = DotNet.Run(folder, feed.Environment, arguments);
        Assert.True(run.Code == 0, run.Output);
        return run.Output;
    }
}

using Gen.Tests.Package;

namespace Gen.Tests.Live;

/// <summary>What an editor shows that uses csharp-ls, a language server for C#. It takes Gen from the package.</summary>
[Collection("Package")]
public sealed class LanguageServerTests(OpenProject project) : IClassFixture<OpenProject>
{
    [Fact]
    public void A_mistake_is_shown_without_saving_and_gone_with_its_repair()
    {
        project.Server.Type("Net.cs", OpenProject.Net.Replace("(128, 10)", "(100, 10)", StringComparison.Ordinal));
        var squiggle = Assert.Single(project.Server.Await("Net.cs", s => s.Any(IsOfGen)), IsOfGen);
        Assert.Equal(("GEN1001", "'fc2' (Linear 100 -> 10) needs 100 features but gets 128: input [B, 784] -> fc1 [B, 128] -> "
            + "relu [B, 128]. Change it to Linear(128, 10)."), (squiggle.Id, squiggle.Text));
        project.Repair();
        Assert.Equal(OpenProject.Net, File.ReadAllText(project.PathOf("Net.cs")));
    }

    [Fact]
    public void A_mistake_is_shown_in_another_file_that_is_open()
    {
        project.Server.Type("Net.cs", OpenProject.Net.Replace("784", "700", StringComparison.Ordinal));
        Assert.Equal(["GEN1008", "GEN1008"],
            project.Server.Await("Use.cs", s => s.Any(IsOfGen)).Where(IsOfGen).Select(s => s.Id));
        project.Repair();
    }

    [Theory]
    [InlineData("Net.cs", "Net\n{", "Digits.", "``(B, 784) -> (B, 10)``, 101,770 parameters",
        "| fc2: Linear(128, 10) | (B, 10), 1,290 parameters |")]
    [InlineData("Use.cs", "new Net()", "Net.Net()", "``(B, 784) -> (B, 10)``, 101,770 parameters")]
    [InlineData("Use.cs", "ParameterCount", "101,770")]
    [InlineData("Use.cs", "call", "Tensor Net.call(Tensor input)", "(B, 784) -> (B, 10)")]
    [InlineData("Net.cs", "fc2", "Linear Net.fc2")]
    public void A_hover_shows_what_is_generated(string file, string at, params string[] expected)
    {
        var hover = project.Server.Hover(file, OpenProject.Text(file), at);
        Assert.All(expected, e => Assert.Contains(e, hover, StringComparison.Ordinal));
    }

    /// <summary>csharp-ls loads no fixes from packages: docs/editor.md says so.</summary>
    [Fact]
    public void The_light_bulb_has_the_actions_of_Roslyn_and_none_of_a_package()
    {
        var wrong = OpenProject.Net.Replace("(128, 10)", "(100, 10)", StringComparison.Ordinal);
        project.Server.Type("Net.cs", wrong);
        project.Server.Await("Net.cs", s => s.Any(IsOfGen));
        var actions = project.Server.Actions("Net.cs", wrong, "fc2");
        Assert.Contains(actions, a => a.StartsWith("Encapsulate field", StringComparison.Ordinal));
        Assert.DoesNotContain("Change it to Linear(128, 10)", actions);
        project.Repair();
    }

    private static bool IsOfGen(Squiggle squiggle) => OpenProject.IsOfGen(squiggle);
}

/// <summary>A project with two files, open in an editor.</summary>
public sealed class OpenProject : IDisposable
{
    /// <summary>What the tests were written against.</summary>
    private const string Version = "0.28.0";

    internal const string Net = """
        /// <summary>Digits.</summary>
        [Shape("B 784 -> B 10")]
        public sealed partial class Net
        {
            [Layer(784, 128)] private readonly Linear fc1;
            [Layer] private readonly ReLU relu;
            [Layer(128, 10)] private readonly Linear fc2;
        }
        """;

    internal const string Use = """
        [Shape("B 784 -> B 10")]
        public sealed partial class Outer
        {
            [Layer] private readonly Net net = new();
        }

        public static class Use
        {
            public static Tensor Run()
            {
                var model = new Net();
                Console.WriteLine(Net.ParameterCount);
                return model.call(randn(2, 784));
            }
        }
        """;

    private readonly Consumer consumer;

    public OpenProject(Feed feed)
    {
        var tools = Path.Combine(feed.Folder, "tools");
        var install = DotNet.Run(feed.Folder, feed.Environment, "tool", "install", "csharp-ls", "--version", Version, "--tool-path", tools);
        Assert.True(install.Code == 0, install.Output);

        consumer = new Consumer(feed, "language-server").Project("Models", executable: false, items: Sources.ImplicitUsings)
            .Write("Models/Net.cs", Net).Write("Models/Use.cs", Use).Restore("Models");
        Server = new(Path.Combine(tools, OperatingSystem.IsWindows() ? "csharp-ls.exe" : "csharp-ls"), consumer.PathOf("Models"),
            feed.Environment, new { analyzersEnabled = true });
        Server.Open("Net.cs", Net);
        Server.Open("Use.cs", Use);

        AwaitNothing();
    }

    internal LanguageServer Server { get; }

    internal static string Text(string file) => file == "Net.cs" ? Net : Use;

    internal string PathOf(string file) => consumer.PathOf($"Models/{file}");

    internal static bool IsOfGen(Squiggle squiggle) => squiggle.Id.StartsWith("GEN", StringComparison.Ordinal);

    /// <summary>Undoes what was typed, and waits until both files are content again.</summary>
    internal void Repair()
    {
        Server.Type("Net.cs", Net);
        AwaitNothing();
    }

    public void Dispose() => Server.Dispose();

    private void AwaitNothing()
    {
        Server.Await("Net.cs", s => !s.Any(IsOfGen));
        Server.Await("Use.cs", s => !s.Any(IsOfGen));
    }
}

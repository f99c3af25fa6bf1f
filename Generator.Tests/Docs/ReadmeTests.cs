using System.Text.RegularExpressions;

namespace Gen.Tests.Docs;

/// <summary>What the READMEs show is what happens.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("Runtime/README.md")]
    public void Its_module_is_proved_and_counted(string page)
    {
        var example = Example(page);
        Assert.Empty(Compilations.Diagnose(Compilations.Of(example)));
        Assert.Contains("ParameterCount = 109386L", Compilations.GeneratedText(example), StringComparison.Ordinal);
    }

    [Fact]
    public void The_module_of_the_blocks_compiles_and_has_no_error()
    {
        var (_, output) = Compilations.Generate(Example("Blocks/README.md"));
        Assert.DoesNotContain(Compilations.Diagnose(output), d => d.Severity > Microsoft.CodeAnalysis.DiagnosticSeverity.Info);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("Runtime/README.md")]
    public void Its_message_is_what_the_editor_says(string page)
    {
        var example = Example(page);
        var message = Regex.Match(Page.Text(page), "```\nGEN1001  (.*?)\n```").Groups[1].Value;
        var diagnostic =
            Assert.Single(
                Compilations.Diagnose(Compilations.Of(example.Replace("Linear(64, 10)", "Linear(100, 10)", StringComparison.Ordinal))));
        Assert.Equal(("GEN1001", message), (diagnostic.Id, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("Samples/Mnist/README.md")]
    public void The_table_of_the_sample_is_what_it_prints(string page)
    {
        using var model = new Mnist.MnistClassifier();
        Assert.Contains(model.Summary().ToString(), Page.Text(page), StringComparison.Ordinal);
    }

    /// <summary><c>UPDATE_SNAPSHOTS=1</c> draws it again.</summary>
    [Fact]
    public void Its_picture_is_the_graph_of_a_block()
    {
        var (path, drawn) = (Path.Combine(SampleSources.Repository, GraphPicture.Name), GraphPicture.Print());
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, drawn);
        }

        Assert.Equal(drawn, File.ReadAllText(path));
        Assert.Contains("attention", drawn, StringComparison.Ordinal);
        Assert.Contains($"({GraphPicture.Name})", Page.Text("README.md"), StringComparison.Ordinal);
    }

    private static string Example(string page) =>
        Regex.Match(Page.Text(page), "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
}

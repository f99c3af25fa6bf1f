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

    [Fact]
    public void Its_table_is_the_samples()
    {
        using var model = new Mnist.MnistClassifier();
        Assert.Contains(model.Summary().ToString(), Page.Text("README.md"), StringComparison.Ordinal);
    }

    private static string Example(string page) =>
        Regex.Match(Page.Text(page), "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
}

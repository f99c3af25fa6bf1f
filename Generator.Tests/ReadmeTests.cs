using System.Text.RegularExpressions;

namespace Gen.Tests;

/// <summary>What the README shows is what happens.</summary>
public sealed class ReadmeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(SampleSources.Repository, "README.md")).ReplaceLineEndings("\n");

    private static readonly string Example = Regex.Match(Text, "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    [Fact]
    public void Its_module_is_proved_and_counted()
    {
        Assert.Empty(Compilations.Diagnose(Compilations.Of(Example)));
        Assert.Contains("ParameterCount = 109386L", Compilations.GeneratedText(Example), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_message_is_what_the_editor_says()
    {
        var message = Regex.Match(Text, "```\nGEN1001  (.*?)\n```").Groups[1].Value;
        var diagnostic = Assert.Single(Compilations.Diagnose(Compilations.Of(Example.Replace("Linear(64, 10)", "Linear(100, 10)", StringComparison.Ordinal))));
        Assert.Equal(("GEN1001", message), (diagnostic.Id, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Its_table_is_the_samples()
    {
        using var model = new Mnist.MnistClassifier();
        Assert.Contains(model.Summary().ToString(), Text, StringComparison.Ordinal);
    }
}

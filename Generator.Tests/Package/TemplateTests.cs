using System.Globalization;
using System.Text.RegularExpressions;

namespace Gen.Tests.Package;

/// <summary>The templates, from their package: what <c>dotnet new</c> makes builds without a warning and does what it says.</summary>
[Collection("Package")]
public sealed partial class TemplateTests(Feed feed)
{
    /// <summary>The native library of this machine, which the tests of the repository have restored already.</summary>
    private static readonly string[] ForThisMachine = ["--libtorch", Feed.Natives["libtorch-cpu-".Length..]];

    [Fact]
    public void The_package_holds_three_templates_with_the_versions_filled_in()
    {
        _ = feed.Templates;
        using var package = feed.OpenTemplates();
        Assert.Equal(["gen-classifier", "gen-gpt", "gen-module"], package.Entries.Select(e => e.FullName.Split('/'))
            .Where(p => p is ["content", _, ".template.config", "template.json"]).Select(p => p[1]).Order(StringComparer.Ordinal));
        var versions = package.Entries.Where(e => e.Name.EndsWith(".csproj", StringComparison.Ordinal)).Select(e =>
        {
            using var reader = new StreamReader(e.Open());
            return Reference().Matches(reader.ReadToEnd()).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}");
        });
        string[] expected = [$"Gen {Feed.Version}", $"TorchSharp-cpu {Feed.VersionOf("TorchSharp")}",
            $"libtorch-cpu-PLATFORM {Feed.VersionOf(Feed.Natives)}"];
        Assert.Equal([expected, expected], versions);
        Assert.DoesNotContain(package.Entries, e => e.FullName.StartsWith("lib/", StringComparison.Ordinal));
    }

    /// <summary>A name that is no identifier, and modules added to the project: in its namespace, and in one that is given.</summary>
    [Fact]
    public void The_classifier_learns_and_saves_and_takes_modules_beside_it()
    {
        var consumer = new Consumer(feed, "template-classifier").New("", ["gen-classifier", "-n", "my-digits", .. ForThisMachine])
            .Restore("my-digits").New("my-digits", "gen-module", "-n", "Encoder", "--namespace", "Models")
            // The namespace of a project is known once it is restored.
            .New("my-digits", "gen-module", "-n", "Decoder");
        Assert.Equal(["namespace Models;", "namespace my_digits;"],
            new[] { "Encoder", "Decoder" }.Select(n => Assert.Single(File.ReadAllLines(consumer.PathOf($"my-digits/{n}.cs")),
                l => l.StartsWith("namespace", StringComparison.Ordinal))));
        AssertLearns(consumer.Run("my-digits", "--no-restore"));
        Assert.Contains("classifier.weights", consumer.Files("."));
    }

    /// <summary>A project may be called as one of its classes.</summary>
    [Fact]
    public void The_GPT_learns_a_text_that_it_is_given()
    {
        var consumer = new Consumer(feed, "template-gpt").New("", ["gen-gpt", "-o", "Text", .. ForThisMachine])
            .Write("text.txt", string.Concat(Enumerable.Repeat("one two three four five six seven eight nine ten\n", 40)));
        var build = consumer.Build("Text");
        Assert.True(build.Code == 0 && build.Output.Contains("0 Warning(s)", StringComparison.Ordinal), build.Output);
        var printed = consumer.RunBuilt("Text", "text.txt", "25");
        Assert.InRange(Loss(printed), 0.01, 2.0);
        Assert.Contains("\n\none two ", printed, StringComparison.Ordinal);
        Assert.Contains("gpt.weights", consumer.Files("."));
    }

    /// <summary>As a user has them who gives no option: the native libraries of every platform, the embedded text.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public void Without_options_each_learns_too()
    {
        var consumer = new Consumer(feed, "template-defaults").New("", "gen-classifier", "-o", "Digits").New("", "gen-gpt", "-o", "Poet");
        AssertLearns(consumer.Run("Digits"));
        Assert.InRange(Loss(consumer.Run("Poet")), 1.5, 2.2);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("net8.0")]
    [InlineData("net9.0")]
    public void The_classifier_builds_for_an_older_framework(string framework)
    {
        var consumer = new Consumer(feed, $"template-{framework}")
            .New("", ["gen-classifier", "-o", "Digits", "--framework", framework, .. ForThisMachine]);
        var build = consumer.Build("Digits");
        Assert.True(build.Code == 0 && build.Output.Contains("0 Warning(s)", StringComparison.Ordinal), build.Output);
        Assert.Contains(consumer.Files("Digits/bin"), f => f.EndsWith($"{framework}/Digits.dll", StringComparison.Ordinal));
    }

    private static void AssertLearns(string printed)
    {
        var rights = Right().Matches(printed).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(4, rights.Length);
        Assert.InRange(rights[2], 95, 100);
        // What is loaded again does as well as what was saved.
        Assert.Equal(rights[2], rights[3]);
    }

    private static double Loss(string printed) =>
        double.Parse(Tested().Matches(printed)[^1].Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("Include=\"([^\"]+)\" Version=\"([^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"([\d.]+) % (?:of the test images )?are right")]
    private static partial Regex Right();

    [GeneratedRegex(@"test loss ([\d.]+)")]
    private static partial Regex Tested();
}

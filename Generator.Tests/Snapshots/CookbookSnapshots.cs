#if USE_VERIFY
using VerifyTests;
using VerifyXunit;
#else
using Gen.Tests.Verification;
#endif

namespace Gen.Tests.Snapshots;

/// <summary>What is generated for every module of the cookbook.</summary>
public sealed class CookbookSnapshots
{
    [Theory]
    [InlineData("Crnn")]
    [InlineData("Dqn")]
    [InlineData("Gpt")]
    [InlineData("GraphConvolution")]
    [InlineData("Sentiment")]
    [InlineData("TwoTowers")]
    [InlineData("UNet")]
    [InlineData("Vae")]
    public Task The_modules_of_a_recipe_are_generated_as_verified(string file)
    {
        var settings = new VerifySettings();
        settings.UseTextForParameters($"file={file}");
        return Verifier.Verify(
            Compilations.Generate(SampleSources.Read($"Cookbook/{file}.cs"), SampleSources.Read("Cookbook/Training.cs")).Driver, settings);
    }

    [Fact]
    public void Every_recipe_has_a_snapshot()
    {
        var recipes = Directory.EnumerateFiles(Path.Combine(SampleSources.Folder, "Cookbook"), "*.cs")
            .Select(Path.GetFileNameWithoutExtension).Except(["Usings", "Training", "Program"]).Order(StringComparer.Ordinal);
        var tested = typeof(CookbookSnapshots).GetMethod(nameof(The_modules_of_a_recipe_are_generated_as_verified))!
            .GetCustomAttributesData().Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => ((IReadOnlyCollection<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)
                .First().Value);
        Assert.Equal(recipes, tested);
    }
}

#if USE_VERIFY
using VerifyTests;
using VerifyXunit;
#else
using Gen.Tests.Verification;
#endif

namespace Gen.Tests.Snapshots;

/// <summary>What is generated for every module of the seed.</summary>
public sealed class SeedSnapshots
{
    [Theory]
    [InlineData("MyNetwork")]
    [InlineData("Anatomy")]
    [InlineData("MnistClassifier")]
    [InlineData("SequentialClassifier")]
    [InlineData("QuickModel")]
    [InlineData("CoreLayers")]
    [InlineData("BlockWithSkip")]
    [InlineData("Activations")]
    public Task The_seeds_modules_are_generated_as_verified(string file)
    {
        var settings = new VerifySettings();
        settings.UseTextForParameters($"file={file}");
        return Verifier.Verify(Compilations.Generate(SampleSources.Read($"Seed/{file}.cs")).Driver, settings);
    }

    [Fact]
    public void Every_file_of_the_seed_has_a_snapshot()
    {
        var files = Directory.EnumerateFiles(Path.Combine(SampleSources.Folder, "Seed"), "*.cs").Select(Path.GetFileNameWithoutExtension)
            .Where(f => f != "Usings").Order();
        var tested = typeof(SeedSnapshots).GetMethod(nameof(The_seeds_modules_are_generated_as_verified))!
            .GetCustomAttributesData().Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(
                a => (string)((IReadOnlyCollection<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!).First(
                    ).Value!).Order();
        Assert.Equal(files, tested);
    }
}

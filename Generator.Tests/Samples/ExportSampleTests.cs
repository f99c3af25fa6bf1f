using System.Globalization;
using System.Text.RegularExpressions;
using Gen.Tests.Package;

namespace Gen.Tests.Samples;

/// <summary>The sample Export, run shortly: it learns, writes both models in both forms, and they compute the same.</summary>
[Collection("TorchSharp")]
public sealed partial class ExportSampleTests
{
    [Fact]
    public void It_writes_its_models_and_they_compute_the_same()
    {
        var folder = Directory.CreateTempSubdirectory("gen-export");
        try
        {
            // Built as these tests are.
            var program = Path.Combine(SampleSources.Folder, "Export",
                AppContext.BaseDirectory[AppContext.BaseDirectory.IndexOf("bin", SampleSources.Repository.Length,
                    StringComparison.Ordinal)..], "Export.dll");
            var (code, output) = DotNet.Run(folder.FullName, new Dictionary<string, string>(), program, "out", "150", "3");
            Assert.True(code == 0, output);
            Assert.InRange(int.Parse(Right().Match(output).Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture),
                900, 1000);
            Assert.Equal(["character_gpt.py", "character_gpt.safetensors", "classifier.onnx", "gpt.onnx", "mnist_classifier.py",
                "mnist_classifier.safetensors"],
                Directory.EnumerateFiles(Path.Combine(folder.FullName, "out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            var rows = Row().Matches(output);
            Assert.Equal(["classifier 1", "classifier 8", "classifier 64", "gpt 1", "gpt 4"],
                rows.Select(r => $"{r.Groups[1].Value} {r.Groups[2].Value}"));
            Assert.All(rows, r => Assert.InRange(double.Parse(r.Groups[3].Value, CultureInfo.InvariantCulture), 0, 1e-5));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"([\d,]+) of 1,000 new images are right")]
    private static partial Regex Right();

    [GeneratedRegex(@"^(classifier|gpt) +(\d+) .* (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Row();
}

using System.Diagnostics;
using System.Globalization;
using Gen.Rules.Layers;

namespace Gen.Tests.Runtime.Export;

/// <summary>Every layer that has a form in ONNX, in ONNX Runtime: random constructions give what TorchSharp gives.</summary>
public sealed class OnnxLayerTests(ITestOutputHelper output)
{
    [Fact]
    public void Layers_compute_the_same_in_ONNX_Runtime() => Check(4, 11);

    [Fact]
    [Trait("Category", "Long")]
    public void Two_hundred_constructions_of_each_layer_compute_the_same_in_ONNX_Runtime() => Check(200, 12);

    /// <summary>In float64 each construction is the same too, or is refused when it is exported: ONNX Runtime takes every file.</summary>
    [Fact]
    public void Layers_of_float64_compute_the_same_or_are_refused()
    {
        var names = LayerRules.All.Where(static r => r.NotInOnnx is null).Select(static r => r.Factory).ToList();
        var lines = Lines(3, 13, "Float64", names);
        Assert.Equal(names, lines.Select(static l => l[0]));
        Assert.Equal([], lines.Where(static l => l[4].Length > 0).Select(static l => $"{l[0]}: {l[4]}"));
        Assert.True(lines.Count(static l => l[1] == "3") > names.Count / 2);
        Assert.Contains(lines, static l => l[0] == "Linear" && l[2] == "0");
        Assert.Contains(lines, static l => l[0] == "Conv2d" && l[1] == "0"
            && l[5].Contains("ONNX Runtime has no Conv of float64", StringComparison.Ordinal));
    }

    private void Check(int constructions, int seed)
    {
        var names = LayerRules.All.Where(static r => r.NotInOnnx is null).Select(static r => r.Factory).ToList();
        var lines = Lines(constructions, seed, "Float32", names);
        foreach (var line in lines)
        {
            output.WriteLine(string.Join(" | ", line));
        }

        Assert.Equal(names, lines.Select(static l => l[0]));
        Assert.Equal([], lines.Where(static l => l[4].Length > 0).Select(static l => $"{l[0]}: {l[4]}"));

        // Of some layers few drawings can be called.
        Assert.DoesNotContain(lines, static l => l[1] == "0");
        Assert.True(lines.Sum(static l => int.Parse(l[1], CultureInfo.InvariantCulture)) > constructions * names.Count * 9 / 10);
        Assert.True(lines.Sum(static l => int.Parse(l[2], CultureInfo.InvariantCulture)) <= constructions * names.Count / 20,
            string.Join("\n", lines.Where(static l => l[5].Length > 0).Select(static l => $"{l[0]}: {l[5]}")));
    }

    /// <summary>The lines of the judge: a case that ends its process is passed over, and the next process goes on behind it.</summary>
    private static List<string[]> Lines(int constructions, int seed, string type, IReadOnlyList<string> names)
    {
        var (lines, left) = (new List<string[]>(), names.ToList());
        for (var tries = 0; left.Count > 0 && tries < 20; tries++)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(OnnxLayerTests).Assembly.Location, "onnx",
                constructions.ToString(CultureInfo.InvariantCulture), seed.ToString(CultureInfo.InvariantCulture), type])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            process.StandardInput.WriteLine(string.Join(' ', left));
            process.StandardInput.Close();
            var done = process.StandardOutput.ReadToEnd().Split('\n').Select(static l => l.Split('\t')).Where(static l => l.Length == 6)
                .ToArray();
            process.WaitForExit();
            lines.AddRange(done);
            left.RemoveRange(0, done.Length);
            if (left.Count > 0)
            {
                var last = errors.GetAwaiter().GetResult().Split('\n').Select(static l => l.Split(' '))
                    .Last(static l => l.Length == 2 && int.TryParse(l[1], out _));
                left[0] = $"{last[0]}:{(int.Parse(last[1], CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture)}";
            }
        }

        return lines;
    }
}

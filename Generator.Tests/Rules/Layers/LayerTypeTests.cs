using System.Globalization;
using Gen.Rules.Layers;

namespace Gen.Tests.Rules.Layers;

/// <summary>The element types of every layer: each input of every type, in random constructions. In processes of their own.</summary>
public sealed class LayerTypeTests
{
    /// <summary>Layers without a rule for types: what TorchSharp makes of them differs from call to call.</summary>
    private static readonly string[] Open =
        ["GaussianNLLLoss", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d", "PoissonNLLLoss"];

    private static readonly string[] Judged = [.. LayerRules.All.Select(r => r.Factory).Where(f => Factories.All.Contains(f))
        .Except(Open).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_rules_agree_with_TorchSharp() => Check(constructions: 4, seed: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void The_rules_agree_with_TorchSharp_in_hundreds_of_constructions() => Check(constructions: 200, seed: 2);

    [Fact]
    public void Every_layer_has_a_rule_for_types() => Assert.Equal(Open.Where(f => !f.StartsWith("Max", StringComparison.Ordinal)),
        LayerRules.All.Where(r => r.Types is null && r.Inputs > 0 && Factories.All.Contains(r.Factory)
            && !r.Factory.StartsWith("Max", StringComparison.Ordinal)).Select(r => r.Factory).Order(StringComparer.Ordinal));

    private static void Check(int constructions, int seed)
    {
        var (problems, ran, refused, foreseen) = (new List<string>(), 0, 0, 0);
        for (var from = 0; from < Judged.Length;)
        {
            var lines = OwnProcess.Lines("types", constructions, seed, Judged[from..]);
            foreach (var line in lines)
            {
                var parts = line.Split('\t');
                (ran, refused, foreseen) = (ran + Number(parts[1]), refused + Number(parts[2]), foreseen + Number(parts[3]));
                problems.AddRange(parts[4].Length > 0 ? [parts[4]] : Array.Empty<string>());
            }

            from += lines.Length;
            if (from < Judged.Length)
            {
                problems.Add($"{Judged[from]} does not come to its end");
                from++;
            }
        }

        Assert.Equal([], problems);
        Assert.True(ran > 10 * Judged.Length && foreseen > refused * 8 / 10, $"{ran} ran; of {refused} refused, {foreseen} foreseen");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>What the process does: a line for each factory that it was told to try.</summary>
    public static int Run(int constructions, int seed)
    {
        foreach (var factory in Console.In.ReadLine()!.Split(' '))
        {
            var tally = TypeJudge.Try(factory, constructions, seed);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{factory}\t{tally.Ran}\t{tally.Refused}\t{tally.Foreseen}\t{string.Join(" | ", tally.Contradictions.Take(3))}"));
            Console.Out.Flush();
        }

        return 0;
    }
}

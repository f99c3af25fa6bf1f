using System.Globalization;
using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;
using TorchSharp;

namespace Gen.Tests.Rules.Layers;

/// <summary>The element types of every layer: each input of every type, in random constructions. In processes of their own.</summary>
public sealed class LayerTypeTests
{
    /// <summary>Layers that take indexes of a size of their own: the judge has none for them.</summary>
    private static readonly string[] Apart = ["MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"];

    private static readonly string[] Judged = [.. LayerRules.All.Select(r => r.Factory).Where(f => Factories.All.Contains(f))
        .Except(Apart).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_rules_agree_with_TorchSharp() => Check(constructions: 4, seed: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void The_rules_agree_with_TorchSharp_in_hundreds_of_constructions() => Check(constructions: 200, seed: 2);

    [Fact]
    public void Every_layer_has_a_rule_for_types() => Assert.Empty(
        LayerRules.All.Where(r => r.Types is null && r.Inputs > 0 && Factories.All.Contains(r.Factory)).Select(r => r.Factory));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Unpooling_takes_floating_point_and_indexes_of_int64(int spatial)
    {
        using var scope = torch.NewDisposeScope();
        long[] sizes = [1, 1, .. Enumerable.Repeat(2L, spatial)];
        var rule = LayerRules.Find(Apart[spatial - 1])!;
        var taken = 0;
        foreach (var type in Enum.GetValues<torch.ScalarType>().Where(t => ElementTypes.OfMember($"{t}") != ElementType.Unknown))
        {
            foreach (var indexes in new[] { torch.ScalarType.Int64, torch.ScalarType.Int32, torch.ScalarType.Float32 })
            {
                var (x, at) = (torch.ones(sizes).to(type), torch.zeros(sizes, dtype: indexes));
                var runs = Record.Exception(() => spatial switch
                {
                    1 => torch.nn.MaxUnpool1d(2).call(x, at),
                    2 => torch.nn.MaxUnpool2d(2).call(x, at),
                    _ => torch.nn.MaxUnpool3d(2).call(x, at),
                }) is null;
                var (given, problem) = rule.TypesOf(new([]), [Of(type), Of(indexes)]);
                Assert.True(runs == problem is null, $"{type}, {indexes}");
                Assert.True(!runs || given == ElementTypes.OfMember($"{type}"));
                taken += runs ? 1 : 0;
            }
        }

        Assert.Equal(4, taken);

        static Value.Tensor Of(torch.ScalarType type) => new(Shape.UnknownRank, ElementTypes.OfMember($"{type}"));
    }

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

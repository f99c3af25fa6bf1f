using Gen.Rules.Layers;


namespace Gen.Tests.Rules.Layers;

/// <summary>The rules against TorchSharp's own list of factories.</summary>
public sealed class CatalogueTests
{
    /// <summary>Parameters that change neither shapes nor counts, nor whether a call runs.</summary>
    private static readonly string[] WithoutEffect = ["device", "dtype", "inplace", "eps", "momentum", "max_norm", "norm_type",
        "scale_grad_by_freq", "sparse", "alpha", "beta", "k"];

    [Fact]
    public void TorchSharp_has_133_factories_with_194_overloads()
    {
        Assert.Equal(133, Factories.All.Count);
        Assert.Equal(194, Factories.All.Sum(f => f.Count()));
    }

    [Fact]
    public void Every_factory_has_a_rule_or_a_reason() =>
        Assert.Equal([], Factories.All.Select(f => f.Key).Where(f => LayerRules.Find(f) is null == !LayerRules.WithoutRule.ContainsKey(f)));

    [Fact]
    public void Every_rule_is_that_of_a_factory() =>
        Assert.Equal([], LayerRules.All.Select(r => r.Factory).Concat(LayerRules.WithoutRule.Keys).Where(f => !Factories.All.Contains(f)));

    [Fact]
    public void Every_parameter_of_every_overload_is_read_or_without_effect()
    {
        var parameters = Factories.All.Where(f => LayerRules.Find(f.Key) is not null)
            .SelectMany(f => f.SelectMany(m => m.GetParameters()).Select(p => (f.Key, Name: p.Name!))).Distinct();
        Assert.Equal([], parameters.Where(p => !LayerRules.Find(p.Key)!.Reads.Contains(p.Name) && !WithoutEffect.Contains(p.Name)));
    }

    [Fact]
    public void What_a_rule_reads_is_a_parameter()
    {
        var reads = LayerRules.All.SelectMany(r => r.Reads.Where(n => n != "inplace").Select(n => (r.Factory, Name: n)));
        Assert.Equal([], reads.Where(r => !Factories.All[r.Factory].Any(m => m.GetParameters().Any(p => p.Name == r.Name))));
    }

    [Fact]
    public void The_page_of_layers_is_printed_from_the_rules() =>
        Assert.Equal(LayerTable.Print(), File.ReadAllText(Path.Combine(SampleSources.Repository, "docs", "layers.md"))
            .ReplaceLineEndings("\n"));
}

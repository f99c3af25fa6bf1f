using Microsoft.CodeAnalysis;

namespace Gen.Tests.Incremental;

/// <summary>What an edit makes the pipeline do again.</summary>
public sealed class EditPairTests
{
    private const string Net = """
        [Shape("B 8 -> B 2")]
        public partial class Net
        {
            [Layer(8, 4)] private readonly Linear fc1;
            [Layer] private readonly ReLU relu;
            [Layer(4, 2)] private readonly Linear fc2;
        }
        """;

    private const string Other = """
        [Shape("B 3 -> B 3")]
        public partial class Other { [Layer(3, 3)] private readonly Linear fc; }
        """;

    [Fact]
    public void An_added_comment_changes_nothing() =>
        AssertReasons(Net.Replace("[Layer] private", "// an activation\n    [Layer] private", StringComparison.Ordinal), changed: false);

    [Fact]
    public void An_added_unrelated_type_changes_nothing() =>
        AssertReasons(Net + "\npublic class Unrelated { public int Number; }", changed: false);

    [Fact]
    public void An_added_method_that_is_no_forward_changes_nothing() =>
        AssertReasons(Net.Replace("[Layer] private", "public int Number() => 1;\n    [Layer] private", StringComparison.Ordinal),
            changed: false);

    [Fact]
    public void A_changed_size_makes_the_class_anew() =>
        AssertReasons(Net.Replace("8, 4", "8, 5", StringComparison.Ordinal).Replace("4, 2", "5, 2", StringComparison.Ordinal),
            changed: true);

    [Fact]
    public void A_renamed_field_makes_the_class_anew() =>
        AssertReasons(Net.Replace("relu;", "activation;", StringComparison.Ordinal), changed: true);

    [Fact]
    public void A_new_layer_makes_the_class_anew() =>
        AssertReasons(Net.Replace("[Layer] private", "[Layer] private readonly Dropout dropout;\n    [Layer] private",
            StringComparison.Ordinal), changed: true);

    [Fact]
    public void A_class_that_is_no_longer_partial_takes_its_source_with_it()
    {
        var driver = Compilations.Driver().RunGenerators(Compilations.Of(Net, Other));
        Assert.Equal(2, driver.GetRunResult().GeneratedTrees.Length);
        driver = driver.RunGenerators(Compilations.Of(Net.Replace("partial ", "", StringComparison.Ordinal), Other));
        Assert.Single(driver.GetRunResult().GeneratedTrees);
    }

    [Fact]
    public void An_edit_of_a_nested_modules_class_checks_the_modules_that_hold_it()
    {
        const string Holder = """
            [Shape("B 3 -> B 3")]
            public partial class Holder { [Layer] private readonly Other other = new(); }
            """;
        var driver = Compilations.Driver().RunGenerators(Compilations.Of(Holder, Other));
        Assert.Contains("ParameterCount = 12L", Text(driver, "Holder"), StringComparison.Ordinal);
        driver = driver.RunGenerators(Compilations.Of(Holder,
            Other.Replace("[Layer(3, 3)] private readonly Linear fc;",
                "[Layer(3, 3)] private readonly Linear fc; [Layer(3, 3)] private readonly Linear fc2;", StringComparison.Ordinal)));
        Assert.Contains("ParameterCount = 24L", Text(driver, "Holder"), StringComparison.Ordinal);
    }

    private static string Text(GeneratorDriver driver, string type) =>
        driver.GetRunResult().Results.Single().GeneratedSources.Single(s => s.HintName == $"{type}.g.cs").SourceText.ToString();

    /// <summary>Edits the class while another one stands in the next file: that one stays cached in every stage, whatever the
    /// edit.</summary>
    private static void AssertReasons(string edited, bool changed)
    {
        Compilations.Generate(edited, Other);
        var driver = Compilations.Driver().RunGenerators(Compilations.Of(Net, Other));
        var result = driver.RunGenerators(Compilations.Of(edited, Other)).GetRunResult();
        Assert.True(
            Assert.Single(Assert.Single(Compilations.Steps(result, TrackingNames.Guards)).Outputs).Reason is IncrementalStepRunReason.Cached
                or IncrementalStepRunReason.Unchanged);
        foreach (var name in Compilations.TrackedNames().Where(n => n != TrackingNames.Guards))
        {
            var reasons = Compilations.Steps(result, name).SelectMany(s => s.Outputs).Select(o => o.Reason).ToArray();
            Assert.Equal(2, reasons.Length);
            Assert.Equal(changed ? 1 : 0, reasons.Count(r => r is IncrementalStepRunReason.Modified or IncrementalStepRunReason.New));
            Assert.Equal(changed ? 1 : 2, reasons.Count(r => r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
        }
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Tests.Incremental;

/// <summary>
/// An editor that edits at random: after each edit, what the generator writes and what the analyzers report is what a fresh project gives,
/// byte for byte and place for place.
/// </summary>
public sealed class RandomEditTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void After_some_edits_all_is_as_in_a_fresh_project(int seed) => Run(seed, edits: 40);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void After_very_many_edits_all_is_as_in_a_fresh_project(int seed) => Run(seed, edits: 250);

    [Fact]
    public void Every_single_edit_gives_what_a_fresh_project_gives()
    {
        var project = new EditedProject();
        var (compilation, driver) = (project.Compile("Each"), Driver());
        _ = Outputs(ref driver, compilation);
        var outputs = new HashSet<string>(StringComparer.Ordinal);
        for (var hole = 0; hole < project.Holes; hole++)
        {
            for (var choice = 1; choice < project.ChoicesOf(hole); choice++)
            {
                project.Choose(hole, choice);
                compilation = project.Apply(compilation);
                var kept = Outputs(ref driver, compilation);
                Same(project, kept, $"choice {choice} of {project.NameOf(hole)}");
                outputs.Add(string.Join("\n", kept));
            }

            project.Choose(hole, 0);
            compilation = project.Apply(compilation);
        }

        // The edits do something: most give an output of their own.
        Assert.InRange(outputs.Count, project.Holes, int.MaxValue);
    }

    private static void Run(int seed, int edits)
    {
        var random = new Random(seed);
        var project = new EditedProject();
        var (compilation, driver) = (project.Compile($"Random{seed}"), Driver());
        _ = Outputs(ref driver, compilation);
        for (var edit = 0; edit < edits; edit++)
        {
            var what = project.Edit(random);
            compilation = project.Apply(compilation);
            Same(project, Outputs(ref driver, compilation, isFirst: random.Next(2) == 0), $"edit {edit} of seed {seed}: {what}");
        }
    }

    private static void Same(EditedProject project, string[] kept, string what)
    {
        var driver = Driver();
        var fresh = Outputs(ref driver, project.Compile($"Fresh{Guid.NewGuid():N}"), isFresh: true);
        Assert.True(kept.SequenceEqual(fresh), $"{what}\n--- kept\n{string.Join("\n", kept.Except(fresh))}\n"
            + $"--- fresh\n{string.Join("\n", fresh.Except(kept))}\n{project}");
    }

    /// <summary>As the compiler has it. With its steps tracked, a driver loses outputs when files change their order, of any
    /// generator.</summary>
    private static GeneratorDriver Driver() =>
        CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: Compilations.Parsing);

    /// <summary>The generated files, and what the analyzers report with its places: beside these files, and without them. In a fresh
    /// project the analyzers know nothing of what the generator has read.</summary>
    /// <param name="driver">Of the generator.</param>
    /// <param name="compilation">The project.</param>
    /// <param name="isFresh">It is a fresh project.</param>
    /// <param name="isFirst">An analyzer is there before the generator.</param>
    private static string[] Outputs(ref GeneratorDriver driver, CSharpCompilation compilation, bool isFresh = false, bool isFirst = false)
    {
        var early = isFirst ? Reported(compilation).ToArray() : null;
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out var whole, out var failures);
        var written = driver.GetRunResult().Results.Single().GeneratedSources.Select(s => $"{s.HintName}\n{s.SourceText}")
            .Order(StringComparer.Ordinal);
        return [.. written, .. failures.Select(f => f.ToString()),
            .. Reported(isFresh ? whole.WithAssemblyName("Whole" + compilation.AssemblyName) : whole),
            .. early ?? Reported(isFresh ? compilation.WithAssemblyName("Bare" + compilation.AssemblyName) : compilation)];
    }

    private static IEnumerable<string> Reported(Compilation compilation) =>
        compilation.WithAnalyzers([.. Compilations.Analyzers()]).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult()
            .Select(d => $"{d} {d.Severity} {string.Join(", ", d.AdditionalLocations)} "
                + string.Join(", ", d.Properties.OrderBy(p => p.Key, StringComparer.Ordinal)))
            .Order(StringComparer.Ordinal);
}

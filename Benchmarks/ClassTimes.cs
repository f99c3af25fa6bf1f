using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Gen.Checks;
using Gen.Emit;
using Gen.Evaluation;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Benchmarks;

/// <summary>
/// What a project of 60 files of models costs: the build with Gen's generator and analyzers beside the build of the same code without them,
/// where the generated parts are ordinary files; and what each class takes to be read, checked and written.
/// </summary>
internal static class ClassTimes
{
    private const int Files = 60;
    private const string Usings = """
        global using System; global using System.Linq; global using System.Collections.Generic; global using Gen;
        global using TorchSharp; global using TorchSharp.Modules;
        global using static TorchSharp.torch; global using static TorchSharp.torch.nn;
        """;

    private const int Rounds = 5;
    private static int projects;
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))];

    public static void Print(TextWriter output)
    {
        var compilation = Project();
        CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: Parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _);
        if (whole.GetDiagnostics().FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error) is { } error)
        {
            throw new InvalidOperationException(error.ToString());
        }

        var generated = whole.SyntaxTrees.Except(compilation.SyntaxTrees).Select(t => (t.FilePath, Text: t.ToString())).ToArray();
        var types = All(compilation.GlobalNamespace).Where(t => UserDeclarations.FirstAnnotated(t) is not null)
            .Select(t => t.ToDisplayString()).ToArray();

        // By turns, so that neither has the quieter machine; each is a project of its own, so that nothing is known of it.
        var (without, with, generator, times) = (new List<double>(), new List<double>(), new List<double>(),
            types.ToDictionary(t => t, _ => (Times: new List<double>(), Steps: 0)));
        for (var round = 0; round < Rounds; round++)
        {
            without.Add(
                Time(() => Emit(Project().AddSyntaxTrees(generated.Select(g => CSharpSyntaxTree.ParseText(g.Text, Parsing, g.FilePath))))));
            with.Add(Time(() => Build(Project())));
            var project = Project();
            generator.Add(Time(() => Generate(project)));
            Check(Project(), times);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Files} files, {types.Length} classes with layers; the median of {Rounds} rounds"));
        output.WriteLine("| build | ms | ratio |");
        output.WriteLine("|---|---:|---:|");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| without Gen | {Median(without):F0} | 1.00 |"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| with generator and analyzers | {Median(with):F0} | {Median(with) / Median(without):F2} |"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| of these the generator | {Median(generator):F0} | {Median(generator) / Median(without):F2} |"));
        output.WriteLine();
        output.WriteLine("| analyzer | ms |");
        output.WriteLine("|---|---:|");
        foreach (var (name, time) in Analyze(Generate(Project()), concurrent: false).OrderByDescending(a => a.Time).Take(6))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {time:F0} |"));
        }

        output.WriteLine();
        var sorted = times.Select(t => (Name: t.Key, Time: Median(t.Value.Times), t.Value.Steps)).OrderByDescending(t => t.Time).ToArray();
        var median = Median(sorted.Select(s => s.Time));
        output.WriteLine("| class | ms | of the median class | steps |");
        output.WriteLine("|---|---:|---:|---:|");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| the median class | {median:F2} | 1.0 | {Median(sorted.Select(s => (double)s.Steps)):F0} |"));
        foreach (var (name, time, steps) in sorted.Take(8))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {time:F2} | {time / median:F1} | {steps} |"));
        }
    }

    /// <summary>The models of the tests and of the samples; what is missing to the number once more, in other namespaces.</summary>
    internal static CSharpCompilation Project()
    {
        var models = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Models"), "*.cs").Order(StringComparer.Ordinal)
            .Select(f => (Path.GetFileName(f), File.ReadAllText(f))).ToArray();
        var texts = Enumerable.Range(0, Files).Select(
            i => (Name: $"{i / models.Length}/{models[i % models.Length].Item1}",
                Text: InNamespace(models[i % models.Length].Item2, i / models.Length)));
        return CSharpCompilation.Create(
            $"Models{projects++}",
            [CSharpSyntaxTree.ParseText(Usings, Parsing, "Usings.cs"),
                .. texts.Select(t => CSharpSyntaxTree.ParseText(t.Text, Parsing, t.Name))],
            References,
            new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static string InNamespace(string text, int copy) =>
        copy == 0 ? text : new[] { "Gen.Tests.Models", "Seed", "Mnist", "Aot" }.Aggregate(text,
            (t, name) => t.Replace($"namespace {name};", $"namespace {name}.Copy{copy};", StringComparison.Ordinal));

    private static void Build(Compilation compilation)
    {
        var whole = Generate(compilation);
        Analyze(whole, concurrent: true);
        Emit(whole);
    }

    private static Compilation Generate(Compilation compilation)
    {
        CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: Parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _);
        return whole;
    }

    private static (string Name, double Time)[] Analyze(Compilation compilation, bool concurrent)
    {
        ImmutableArray<DiagnosticAnalyzer> analyzers = [.. typeof(ModuleGenerator).Assembly.GetTypes()
            .Where(t => t.GetCustomAttribute<DiagnosticAnalyzerAttribute>() is not null && !t.IsAbstract)
            .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)];
        var analysed = compilation.WithAnalyzers(analyzers,
            new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrent, logAnalyzerExecutionTime: !concurrent));
        _ = analysed.GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
        return concurrent ? []
            : [.. analyzers.Select(a => (a.GetType().Name,
                analysed.GetAnalyzerTelemetryInfoAsync(a, default).GetAwaiter().GetResult().ExecutionTime.TotalMilliseconds))];
    }

    private static void Emit(Compilation compilation)
    {
        using var image = new MemoryStream();
        if (!compilation.Emit(image).Success)
        {
            throw new InvalidOperationException("does not compile");
        }
    }

    private static void Check(CSharpCompilation compilation, Dictionary<string, (List<double> Times, int Steps)> times)
    {
        foreach (var type in All(compilation.GlobalNamespace).Where(t => UserDeclarations.FirstAnnotated(t) is not null))
        {
            var budget = new Budget();
            var time =
                Time(() => ModuleEmitter.Emit(ModuleChecker.Check(ModuleReader.Read(type, compilation, default)!, record: null, budget)));
            var name = type.ToDisplayString();
            times[name].Times.Add(time);
            times[name] = (times[name].Times, budget.Steps);
        }
    }

    private static IEnumerable<INamedTypeSymbol> All(INamespaceOrTypeSymbol symbol) => symbol.GetMembers().SelectMany(m => m switch
    {
        INamespaceSymbol { Name: "Gen" or "Tests" or "Models" or "Seed" or "Mnist" or "Aot" } inner => All(inner),
        INamespaceSymbol inner when inner.Name.StartsWith("Copy", StringComparison.Ordinal) => All(inner),
        INamedTypeSymbol type when type.Locations.Any(l => l.IsInSource) => All(type).Prepend(type),
        _ => [],
    });

    private static double Time(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(IEnumerable<double> times)
    {
        var sorted = times.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

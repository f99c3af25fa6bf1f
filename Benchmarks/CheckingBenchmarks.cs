using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Gen.Checks;
using Gen.Diagnostics;
using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Benchmarks;

/// <summary>What an edit of a module of 100 layers costs, beside what the compiler itself needs to bind the same class.</summary>
[MemoryDiagnoser]
public class CheckingBenchmarks
{
    private const int Layers = 100;
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private CSharpCompilation compilation = null!;
    private SyntaxTree tree = null!;
    private Compilation whole = null!;
    private GeneratorDriver driver = null!;
    private ModuleModel module = null!;

    [GlobalSetup]
    public void Setup()
    {
        tree = CSharpSyntaxTree.ParseText(Source(64), Parsing, "Deep.cs");
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path));
        compilation = CSharpCompilation.Create("Deep", [tree], references, new(OutputKind.DynamicallyLinkedLibrary));
        driver = CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: Parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out whole, out _);
        if (whole.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error))
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, whole.GetDiagnostics().Take(5)));
        }

        module = ModuleReader.Read(compilation.GetTypeByMetadataName("Deep")!, compilation, default)!;
    }

    /// <summary>The check alone: shapes, counts and findings of all layers.</summary>
    [Benchmark]
    public object Check() => ModuleChecker.Check(module, record: null, new Budget());

    /// <summary>The compiler alone: binding the edited class and what was generated for it.</summary>
    [Benchmark(Baseline = true)]
    public int Compiler() => whole.ReplaceSyntaxTree(tree, Edited()).GetDiagnostics().Length;

    /// <summary>The generator after an edit of a size: reading, checking and writing the module again.</summary>
    [Benchmark]
    public GeneratorDriver Generator() => driver.RunGenerators(compilation.ReplaceSyntaxTree(tree, Edited()));

    /// <summary>The analyzer in the editor after the same edit.</summary>
    [Benchmark]
    public ImmutableArray<Diagnostic> Analyzer() =>
        compilation.ReplaceSyntaxTree(tree, Edited()).WithAnalyzers([new ModuleAnalyzer()]).GetAnalyzerDiagnosticsAsync().GetAwaiter()
            .GetResult();

    /// <summary>A new tree each time: of one that was there before, the analyzers know what the generator has read.</summary>
    private static SyntaxTree Edited() => CSharpSyntaxTree.ParseText(Source(96), Parsing, "Deep.cs");

    private static string Source(int width) => $$"""
        using Gen;
        using TorchSharp.Modules;
        #pragma warning disable CS0649, CS8618 // Here only one analyzer runs, without the suppressors of these.

        [Shape("B 3 32 32 -> B 10")]
        public sealed partial class Deep
        {
            [Layer(3, {{width}}, 1)] private readonly Conv2d first;
        {{string.Concat(Enumerable.Range(0, (Layers - 4) / 3).Select(i => $"""
            [Layer(-1, {width}, 1)] private readonly Conv2d conv{i};
            [Layer(-1)] private readonly BatchNorm2d norm{i};
            [Layer] private readonly ReLU relu{i};

        """))}}
            [Layer(1)] private readonly AdaptiveAvgPool2d mean;
            [Layer] private readonly Flatten flatten;
            [Layer(-1, 10)] private readonly Linear head;
        }
        """;
}

using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Gen.Checks;
using Gen.Diagnostics;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Benchmarks;

/// <summary>What an edit inside one <c>Forward</c> of GPT-2 costs: five classes in one another, beside the compiler's binding of the same
/// source.</summary>
[MemoryDiagnoser]
public class Gpt2Benchmarks
{
    private static readonly string[] Classes = ["CausalSelfAttention", "Mlp", "GptBlock", "GptBody", "Gpt2"];
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private CSharpCompilation compilation = null!;
    private SyntaxTree tree = null!;
    private string edit = null!;
    private GeneratorDriver driver = null!;

    [GlobalSetup]
    public void Setup()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Gpt2.cs"));
        tree = CSharpSyntaxTree.ParseText(text, Parsing, "Gpt2.cs");
        edit = text.Replace("return x + mlp", "return x * 1 + mlp", StringComparison.Ordinal);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path));
        var usings =
            CSharpSyntaxTree.ParseText(
                "global using System; global using System.Linq; global using System.Collections.Generic; global using Gen;", Parsing,
                "Usings.cs");
        compilation = CSharpCompilation.Create("Gpt2", [usings, tree], references, new(OutputKind.DynamicallyLinkedLibrary));
        driver = CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: Parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _);
        if (whole.GetDiagnostics().FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error) is { } error)
        {
            throw new InvalidOperationException(error.ToString());
        }
    }

    /// <summary>The compiler alone: binding the edited source, without what is generated.</summary>
    [Benchmark(Baseline = true)]
    public int Compiler() => compilation.ReplaceSyntaxTree(tree, Edited()).GetDiagnostics().Length;

    /// <summary>Reading and checking all five classes after the edit.</summary>
    [Benchmark]
    public int Analysis()
    {
        var after = compilation.ReplaceSyntaxTree(tree, Edited());
        return Classes.Sum(
            c => ModuleChecker.Check(ModuleReader.ReadForMessages(after.GetTypeByMetadataName($"Gen.Tests.Models.{c}")!, after,
                default)!).Findings.Count);
    }

    /// <summary>The analyzer in the editor, of the one document.</summary>
    [Benchmark]
    public ImmutableArray<Diagnostic> Analyzer()
    {
        var edited = Edited();
        var after = compilation.ReplaceSyntaxTree(tree, edited);
        return after.WithAnalyzers([new ModuleAnalyzer()])
            .GetAnalyzerSemanticDiagnosticsAsync(after.GetSemanticModel(edited), null, default).GetAwaiter().GetResult();
    }

    /// <summary>The generator's whole run.</summary>
    [Benchmark]
    public GeneratorDriver Generator() => driver.RunGenerators(compilation.ReplaceSyntaxTree(tree, Edited()));

    /// <summary>A new tree each time: of one that was there before, the analyzers know what the generator has read.</summary>
    private SyntaxTree Edited() => CSharpSyntaxTree.ParseText(edit, Parsing, "Gpt2.cs");
}

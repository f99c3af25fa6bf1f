using System.Diagnostics;
using System.Globalization;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Benchmarks;

/// <summary>
/// 500 keystrokes in the project of 60 files of models: a member is typed letter by letter into one class after the other. After each, the
/// generator runs, and the analyzer of modules looks at the edited file, as an editor lets them.
/// </summary>
internal static class TypingTimes
{
    private const int Keystrokes = 500;
    private const string Typed = "private int more = 12; ";

    public static void Print(TextWriter output)
    {
        var compilation = ClassTimes.Project();
        var parsing = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        var driver = CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: parsing)
            .RunGenerators(compilation);
        var (generator, analyzer) = (new List<double>(), new List<double>());
        var files = compilation.SyntaxTrees.Skip(1).Select(t => t.FilePath).ToArray();
        for (var i = 0; i < Keystrokes; i++)
        {
            var path = files[i / Typed.Length % files.Length];
            var tree = compilation.SyntaxTrees.Single(t => t.FilePath == path);
            var text = tree.ToString();
            var typed = i % Typed.Length;
            var at = text.IndexOf('{', text.IndexOf("partial class", StringComparison.Ordinal)) + 1 + typed;
            var edited = CSharpSyntaxTree.ParseText(text.Insert(at, Typed[typed].ToString()), parsing, path);
            compilation = compilation.ReplaceSyntaxTree(tree, edited);
            var watch = Stopwatch.StartNew();
            driver = driver.RunGenerators(compilation);
            generator.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            var analysed = compilation.WithAnalyzers([new ModuleAnalyzer()],
                new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false,
                    logAnalyzerExecutionTime: false));
            _ = analysed.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(edited), null, default).GetAwaiter().GetResult();
            analyzer.Add(watch.Elapsed.TotalMilliseconds);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Keystrokes} keystrokes in {files.Length} files of models"));
        output.WriteLine("| after a keystroke | median, ms | 95 % are below, ms |");
        output.WriteLine("|---|---:|---:|");
        Row("the generator", generator);
        Row("the analyzer of modules in the edited file", analyzer);

        void Row(string name, List<double> times) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {EditingTimes.Median(times):F1} | {times.Order().ElementAt(times.Count * 95 / 100):F1} |"));
    }
}

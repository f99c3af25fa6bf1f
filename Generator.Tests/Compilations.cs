using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TorchSharp;

namespace Gen.Tests;

/// <summary>Source text as a user's project compiles it: with TorchSharp, Gen's runtime and the usings of the samples.</summary>
internal static class Compilations
{
    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using Gen;
        global using TorchSharp;
        global using TorchSharp.Modules;
        global using TorchSharp.Utils;
        global using static TorchSharp.torch;
        global using static TorchSharp.torch.nn;
        """;

    public static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(torch).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(LayerAttribute).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(global::Gen.Blocks.RMSNorm).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(global::Gen.Distributed.ProcessGroup).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(TorchSharp.PyBridge.PyBridgeModuleExtensions).Assembly.Location),
    ];

    /// <summary>What the SDK leaves out of every project.</summary>
    private static readonly Dictionary<string, ReportDiagnostic> NotWarned =
        new() { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress };

    /// <summary>What all have in common: once bound, the symbols of the references are shared.</summary>
    private static readonly CSharpCompilation Base = Bound(CSharpCompilation.Create(
        "Test",
        [CSharpSyntaxTree.ParseText(Usings, Parsing, path: "Usings.cs")],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable,
            checkOverflow: true, specificDiagnosticOptions: NotWarned)));

    public static CSharpCompilation Of(params string[] sources) =>
        Base.AddSyntaxTrees(
            sources.Select((text, i) => CSharpSyntaxTree.ParseText(text, Parsing, path: i == 0 ? "Source.cs" : $"Source{i}.cs")));

    private static CSharpCompilation Bound(CSharpCompilation compilation)
    {
        _ = compilation.GlobalNamespace;
        return compilation;
    }

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new ModuleGenerator().AsSourceGenerator()],
        parseOptions: Parsing,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs the generator, and asserts that what comes out compiles without any diagnostic and that a second run has nothing to
    /// do.</summary>
    public static (GeneratorDriver Driver, Compilation Output) Generate(params string[] sources)
    {
        var compilation = Of(sources);
        var driver = Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        Assert.Empty(diagnostics);
        AssertClean(output);
        AssertCached(driver.RunGenerators(compilation.Clone()).GetRunResult());
        return (driver, output);
    }

    /// <summary>The text that is generated for the one class in the source.</summary>
    public static string GeneratedText(params string[] sources) =>
        Assert.Single(Generate(sources).Driver.GetRunResult().GeneratedTrees).ToString();

    /// <summary>No diagnostic of any severity, from the compiler or from a suppressor's point of view.</summary>
    public static void AssertClean(Compilation compilation)
    {
        var analysed = compilation.WithAnalyzers([.. Analyzers()],
            new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: false,
                reportSuppressedDiagnostics: false));
        var found = analysed.GetAllDiagnosticsAsync().GetAwaiter().GetResult()
            .Where(d => !d.Id.StartsWith("GEN", StringComparison.Ordinal) && !d.IsSuppressed && d.Id != "CS8019" && d.Id != "CS1591")
            .ToArray();
        Assert.True(found.Length == 0, string.Join("\n", found.Select(d => $"{d}\n    {Line(d)}")));
    }

    /// <summary>The diagnostics of Gen's analyzers, in the order of the source.</summary>
    public static IReadOnlyList<Diagnostic> Diagnose(Compilation compilation, params AdditionalText[] files) =>
        [.. compilation.WithAnalyzers([.. Analyzers()], new AnalyzerOptions([.. files])).GetAnalyzerDiagnosticsAsync()
            .GetAwaiter().GetResult().OrderBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Id, StringComparer.Ordinal)];

    /// <summary>Every analyzer and suppressor of the generator's assembly.</summary>
    public static IEnumerable<DiagnosticAnalyzer> Analyzers() => typeof(ModuleGenerator).Assembly.GetTypes()
        .Where(t => t.GetCustomAttribute<DiagnosticAnalyzerAttribute>() is not null && !t.IsAbstract)
        .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!);

    public static void AssertCached(GeneratorDriverRunResult result)
    {
        foreach (var name in TrackedNames())
        {
            foreach (var step in Steps(result, name))
            {
                Assert.All(step.Outputs,
                    output => Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged,
                        $"{name}: {output.Reason}"));
            }
        }
    }

    public static IEnumerable<IncrementalGeneratorRunStep> Steps(GeneratorDriverRunResult result, string name) =>
        result.Results.SelectMany(r => r.TrackedSteps.TryGetValue(name, out var steps) ? steps : []);

    public static IEnumerable<string> TrackedNames() =>
        typeof(TrackingNames).GetFields(BindingFlags.Static | BindingFlags.Public).Select(f => (string)f.GetRawConstantValue()!);

    /// <summary>Compiles, loads and gives the assembly, so that a test can run what was generated.</summary>
    public static Assembly Load(params string[] sources) => Load(Generate(sources).Output);

    /// <summary>Loads what was generated and compiles.</summary>
    public static Assembly Load(Compilation output)
    {
        using var stream = new MemoryStream();
        var result = output.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        stream.Position = 0;
        return new AssemblyLoadContext("generated", isCollectible: true).LoadFromStream(stream);
    }

    private static string Line(Diagnostic diagnostic) =>
        diagnostic.Location.SourceTree?.GetText().Lines[diagnostic.Location.GetLineSpan().StartLinePosition.Line].ToString().Trim() ?? "";
}

#if !USE_VERIFY
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Verification;

/// <summary>What <c>-p:UseVerify=true</c> compiles, against a stub of the members of Verify that it uses.</summary>
public sealed class VerifySwitchTests
{
    private const string Stub = """
        namespace VerifyTests
        {
            public static class VerifySourceGenerators
            {
                public static bool IsInitialized { get; private set; }
                public static void Initialize() => IsInitialized = true;
            }

            public class VerifySettings
            {
                public void UseTextForParameters(string parametersText) { }
            }
        }

        namespace VerifyXunit
        {
            public static class Verifier
            {
                public static System.Threading.Tasks.Task Verify(
                    object? target,
                    VerifyTests.VerifySettings? settings = null,
                    [System.Runtime.CompilerServices.CallerFilePath] string sourceFile = "") =>
                    System.Threading.Tasks.Task.CompletedTask;
            }
        }
        """;

    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Xunit;
        """;

    [Fact]
    public void The_snapshot_tests_compile_against_Verify_and_its_converter_is_registered()
    {
        var parsing = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Parse, preprocessorSymbols: ["USE_VERIFY"]);
        var folder = Folder();
        var sources = new[] { "Snapshots", "Verification" }
            .SelectMany(name => Directory.EnumerateFiles(Path.Combine(folder, name), "*.cs"))
            .Where(path => !path.EndsWith(".verified.cs", StringComparison.Ordinal)
                && !path.EndsWith(".received.cs", StringComparison.Ordinal))
            .Append(Path.Combine(folder, "Compilations.cs"))
            .Append(Path.Combine(folder, "SampleSources.cs"))
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), parsing, path))
            .Append(CSharpSyntaxTree.ParseText(Stub, parsing, "Stub.cs"))
            .Append(CSharpSyntaxTree.ParseText(Usings, parsing, "Usings.cs"));

        // The name of this assembly, to which the generator shows its internals.
        var compilation = CSharpCompilation.Create(
            typeof(VerifySwitchTests).Assembly.GetName().Name,
            sources,
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => path != typeof(VerifySwitchTests).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics().Where(
            d => d.Severity >= DiagnosticSeverity.Warning && d.Id is not ("CS1701" or "CS1702")));

        using var stream = new MemoryStream();
        Assert.True(compilation.Emit(stream).Success);
        stream.Position = 0;
        var context = new AssemblyLoadContext("switch", isCollectible: true);
        var assembly = context.LoadFromStream(stream);
        RuntimeHelpers.RunModuleConstructor(assembly.ManifestModule.ModuleHandle);
        var registered = assembly.GetType("VerifyTests.VerifySourceGenerators")!.GetProperty("IsInitialized",
            BindingFlags.Public | BindingFlags.Static)!;
        Assert.Equal(true, registered.GetValue(null));
        context.Unload();
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(Path.GetDirectoryName(path))!;
}
#endif

using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Benchmarks;

/// <summary>A project of classes for one generator.</summary>
/// <param name="Name">Of the generator.</param>
/// <param name="Texts">One file for each class.</param>
/// <param name="Edited">The file of a class with another number in one of its members.</param>
/// <param name="References">What the classes need.</param>
/// <param name="Generators">The generators, made anew.</param>
internal sealed record EditedProject(string Name, IReadOnlyList<string> Texts, Func<int, int, string> Edited,
    IReadOnlyList<MetadataReference> References,
    Func<ISourceGenerator[]> Generators);

/// <summary>Classes of six members for Gen, for generators that others wrote, and for the least that a generator can do.</summary>
internal static class EditedProjects
{
    private static readonly MetadataReference[] Platform =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))];

    public static IReadOnlyList<EditedProject> All(int count) =>
    [
        Of("Gen", count, Module, [], static () => [new ModuleGenerator().AsSourceGenerator()]),
        Of("least possible", count, Module, [], static () => [new LeastGenerator().AsSourceGenerator()]),
        Of("MVVM Toolkit", count, ViewModel, ["MvvmLibrary"], static () => Package("MvvmGenerator")),
        Of("Mapperly", count, Mapper, ["MapperlyLibrary"], static () => Package("MapperlyGenerator")),
        Of("System.Text.Json", count, Json, [], static () => Package("JsonGenerator")),
    ];

    private static EditedProject Of(string name, int count, Func<int, int, string> text, string[] libraries,
        Func<ISourceGenerator[]> generators) =>
        new(name, [.. Enumerable.Range(0, count).Select(i => text(i, 16))], text,
            [.. Platform, .. libraries.Select(l => MetadataReference.CreateFromFile(FileOf(l)))],
            generators);

    private static string Module(int index, int number) => $$"""
        using Gen;
        using TorchSharp.Modules;

        namespace Edited.Modules;

        [Shape("B 8 -> B 10")]
        public sealed partial class Net{{index}}
        {
            [Layer(8, {{number}})] private readonly Linear fc1;
            [Layer] private readonly ReLU relu1;
            [Layer(-1, 32)] private readonly Linear fc2;
            [Layer] private readonly ReLU relu2;
            [Layer(0.1)] private readonly Dropout dropout;
            [Layer(-1, 10)] private readonly Linear fc3;
        }
        """;

    private static string ViewModel(int index, int number) => $$"""
        using CommunityToolkit.Mvvm.ComponentModel;

        namespace Edited.ViewModels;

        public sealed partial class View{{index}} : ObservableObject
        {
            [ObservableProperty] private int first = {{number}};
            [ObservableProperty] private string field{{number}} = "";
            [ObservableProperty] private double third;
            [ObservableProperty] private long fourth;
            [ObservableProperty] private bool fifth;
            [ObservableProperty] private string sixth = "";
        }
        """;

    private static string Mapper(int index, int number) => $$"""
        using Riok.Mapperly.Abstractions;

        namespace Edited.Mappers;

        public sealed class Source{{index}}
        {
            public int First { get; set; }
            public string Member{{number}} { get; set; } = "";
            public double Third { get; set; }
            public long Fourth { get; set; }
            public bool Fifth { get; set; }
            public string Sixth { get; set; } = "";
        }

        public sealed class Target{{index}}
        {
            public int First { get; set; }
            public string Member{{number}} { get; set; } = "";
            public double Third { get; set; }
            public long Fourth { get; set; }
            public bool Fifth { get; set; }
            public string Sixth { get; set; } = "";
        }

        [Mapper]
        public partial class Mapper{{index}}
        {
            public partial Target{{index}} Map(Source{{index}} source);
        }
        """;

    private static string Json(int index, int number) => $$"""
        using System.Text.Json.Serialization;

        namespace Edited.Json;

        public sealed class Data{{index}}
        {
            public int First { get; set; }
            public string Member{{number}} { get; set; } = "";
            public double Third { get; set; }
            public long Fourth { get; set; }
            public bool Fifth { get; set; }
            public string Sixth { get; set; } = "";
        }

        [JsonSerializable(typeof(Data{{index}}))]
        public sealed partial class Context{{index}} : JsonSerializerContext;
        """;

    /// <summary>The generators of an analyzer package.</summary>
    private static ISourceGenerator[] Package(string name)
    {
        var reference = new AnalyzerFileReference(FileOf(name), new Loader());
        var generators = reference.GetGenerators(LanguageNames.CSharp).ToArray();
        return generators.Length > 0 ? generators : throw new InvalidOperationException($"no generator in {reference.FullPath}");
    }

    /// <summary>Where the build found a file of a package.</summary>
    private static string FileOf(string name) => typeof(EditedProjects).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == name).Value!;

    /// <summary>Each assembly is loaded once, with those that lie beside it.</summary>
    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        private static readonly Dictionary<string, Assembly> Loaded = new(StringComparer.Ordinal);

        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) =>
            Loaded.TryGetValue(fullPath, out var known) ? known : Loaded[fullPath] = Assembly.LoadFrom(fullPath);
    }

    /// <summary>Finds the classes and writes an empty part of each.</summary>
    private sealed class LeastGenerator : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(
            context.SyntaxProvider.ForAttributeWithMetadataName("Gen.ShapeAttribute", static (_, _) => true,
                static (found, _) => (Namespace: found.TargetSymbol.ContainingNamespace.ToDisplayString(), found.TargetSymbol.Name)),
            static (context, type) => context.AddSource($"{type.Namespace}.{type.Name}.g.cs",
                $"namespace {type.Namespace};\n\npartial class {type.Name};\n"));
    }
}

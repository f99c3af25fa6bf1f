using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Incremental;

/// <summary>What a pipeline that lives as long as the editor may hold.</summary>
public sealed class ModelHygieneTests
{
    private static readonly string[] Sources = [.. Directory.EnumerateFiles(Path.Combine(SampleSources.Folder, "Seed"), "*.cs")
        .Where(f => !f.EndsWith("Usings.cs", StringComparison.Ordinal)).Order().Select(File.ReadAllText)];

    [Fact]
    public void Equal_sources_give_equal_models()
    {
        var (first, second) = (Models(Compilations.Of(Sources)), Models(Compilations.Of(Sources).WithAssemblyName("Second")));
        Assert.NotEmpty(first);
        Assert.Equal(first, second);
        Assert.All(first.Zip(second), pair => Assert.NotSame(pair.First, pair.Second));
        Assert.Equal(first.Select(m => m.GetHashCode()), second.Select(m => m.GetHashCode()));
    }

    [Fact]
    public void Different_sources_give_different_models()
    {
        var changed = Sources.Select(s => s.Replace("128", "129", StringComparison.Ordinal)).ToArray();
        Assert.NotEqual(Models(Compilations.Of(Sources)), Models(Compilations.Of(changed)));
    }

    [Fact]
    public void Nothing_of_Roslyn_is_reachable_from_what_a_stage_gives()
    {
        var result = Compilations.Driver().RunGenerators(Compilations.Of(Sources)).GetRunResult();
        var outputs = Compilations.TrackedNames().SelectMany(name => Compilations.Steps(result, name)).SelectMany(s => s.Outputs)
            .Select(o => o.Value).ToArray();
        Assert.NotEmpty(outputs);
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Assert.All(outputs, output => Walk(output, seen, "output"));
        Assert.Contains(seen, o => o is ModuleModel);
        Assert.Contains(seen, o => o is Gen.Shapes.Dim);
    }

    [Fact]
    public void The_walk_would_find_a_symbol()
    {
        var symbol = Compilations.Of(Sources).GetTypeByMetadataName("Seed.MyNetwork")!;
        Assert.ThrowsAny<Exception>(() => Walk(new object?[] { Tuple.Create<object>(symbol) },
            new HashSet<object>(ReferenceEqualityComparer.Instance), "output"));
    }

    [Fact]
    public void An_old_compilation_can_be_collected()
    {
        var (driver, old) = RunTwice();
        for (var i = 0; i < 5 && old.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(old.IsAlive);
        Assert.NotEmpty(driver.GetRunResult().GeneratedTrees);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (GeneratorDriver Driver, WeakReference Old) RunTwice()
    {
        var old = Compilations.Of(Sources);
        var driver = Compilations.Driver().RunGenerators(old);
        driver = driver.RunGenerators(Compilations.Of([.. Sources, "public class More;"]));
        return (driver, new WeakReference(old));
    }

    private static ModuleModel[] Models(Compilation compilation) =>
        [.. Compilations.Steps(Compilations.Driver().RunGenerators(compilation).GetRunResult(), TrackingNames.Model)
            .SelectMany(s => s.Outputs).Select(o => (ModuleModel)o.Value)];

    private static void Walk(object? value, HashSet<object> seen, string path)
    {
        if (value is null or string or Pointer || value.GetType().IsPrimitive || value.GetType().IsEnum
            || (!value.GetType().IsValueType && !seen.Add(value)))
        {
            return;
        }

        Assert.False(value is ISymbol or SyntaxNode or Location or Compilation or SemanticModel or SyntaxTree or AttributeData or IOperation
            or Delegate, $"{path}: {value.GetType()}");
        if (value is Array array)
        {
            foreach (var item in (IEnumerable)array)
            {
                Walk(item, seen, $"{path}[]");
            }

            return;
        }

        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                Walk(field.GetValue(value), seen, $"{path}.{field.Name}");
            }
        }
    }
}

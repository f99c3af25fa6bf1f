using System.Reflection;
using Gen.Evaluation;
using Gen.Graph;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Graph;

/// <summary>The graphs of the samples and of the package of blocks. Sizes are chosen by their names.</summary>
[Collection("TorchSharp")]
public sealed class GraphSampleTests
{
    private static readonly Dictionary<string, long> Sizes = new(StringComparer.Ordinal)
    {
        ["B"] = 3, ["T"] = 5, ["P"] = 4, ["N"] = 6, ["M"] = 6, ["C"] = 3, ["H"] = 16, ["W"] = 16, ["heads"] = 4, ["keyValueHeads"] = 2,
        ["width"] = 16, ["context"] = 12, ["vocabulary"] = 50, ["depth"] = 2, ["queryWords"] = 50, ["itemWords"] = 50,
    };

    /// <summary>What is not understood: objects that are no tensors.</summary>
    private static readonly Dictionary<string, string> Opaque = new(StringComparer.Ordinal)
    {
        ["CausalSelfAttention"] = "'cache.Append(",
        ["PackedLstm"] = "'nn.utils.rnn.pack_padded_sequence(",
    };

    private static readonly Type[] Samples = [typeof(Seed.MyNetwork), typeof(Mnist.MnistClassifier), typeof(global::Gpt.CharacterGpt),
        typeof(Cookbook.Vae), typeof(Gen.Blocks.RMSNorm)];

    public static TheoryData<Type> Modules => [.. Samples.SelectMany(t => t.Assembly.GetTypes())
        .Where(t => t.IsSubclassOf(typeof(nn.Module)) && !t.IsAbstract && t.GetMethod("Summary") is not null)
        .OrderBy(t => t.FullName, StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Modules))]
    public void The_graph_of_a_sample_computes_what_the_sample_computes(Type type)
    {
        var model = Read(type);
        var graph = GraphTests.Typed(model);
        Assert.NotNull(graph);
        var opaque = GraphTests.Opaque(graph.Body).ToArray();
        if (Opaque.TryGetValue(type.Name, out var reason))
        {
            Assert.StartsWith(reason, opaque[0], StringComparison.Ordinal);
            return;
        }

        Assert.Equal([], opaque);

        var parameters = type.GetConstructors().Single().GetParameters();
        var arguments = parameters.Select(p => p.ParameterType == typeof(bool) ? false
            : p.HasDefaultValue ? p.DefaultValue
            : Convert.ChangeType(Sizes.GetValueOrDefault(p.Name!, 8), p.ParameterType, System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
        using var module = (nn.Module)Activator.CreateInstance(type, arguments)!;
        var constructor = parameters.Zip(arguments, (p, a) => KeyValuePair.Create(p.Name!, a)).ToDictionary(StringComparer.Ordinal);
        var declared = Declaration.Read(model, []);
        var shapes = declared.Signature!.Inputs.Select(i => (i.HasVariadic ? [3L] : Array.Empty<long>())
            .Concat(i.Dims.Select(d => d.Substitute(n => Dim.Of(Sizes.GetValueOrDefault(n, 8))).Constant!.Value)).ToArray()).ToArray();

        var judge = new TypeJudge(n => GraphInterpreter.SizeOf(module, constructor, n) ?? Sizes.GetValueOrDefault(n, 8));

        // Which inputs hold numbers, indexes, or offsets the module itself tells.
        var ran = false;
        for (var kinds = 0; kinds < Math.Pow(3, shapes.Length); kinds++)
        {
            foreach (var isTraining in new[] { false, true })
            {
                var (runs, difference) = GraphJudge.Compare(graph, module, constructor, () => Inputs(type, shapes, kinds), isTraining,
                    judge);
                Assert.Null(difference);
                ran |= runs;
            }
        }

        Assert.True(ran, "it never runs");
        Assert.True(judge.Compared.Ranks > 0, judge.Compared.ToString());
    }

    private static object?[] Inputs(Type type, long[][] shapes, int kinds)
    {
        var given = shapes.Select((s, i) => (object?)((kinds / (int)Math.Pow(3, i) % 3) switch
        {
            0 => randn(s),
            1 => randint(1, 6, s),
            _ => arange(s.Aggregate(1L, (a, b) => a * b), dtype: int64).view(s),
        })).ToList();
        var call = type.GetMethods().Where(m => m.Name == "call" && m.DeclaringType == type).MaxBy(m => m.GetParameters().Length);
        given.AddRange((call?.GetParameters() ?? []).Skip(given.Count).Select(p => p.HasDefaultValue ? p.DefaultValue : null));
        return [.. given];
    }

    private static ModuleModel Read(Type type)
    {
        var folder = type.Assembly == typeof(Gen.Blocks.RMSNorm).Assembly ? Path.Combine(SampleSources.Repository, "Blocks")
            : Path.Combine(SampleSources.Folder, type.Namespace!.Split('.')[0]);
        var compilation = Compilations.Of([.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(File.ReadAllText)]);
        return ModuleReader.Read(compilation.GetTypeByMetadataName(type.FullName!)!, compilation, default)!;
    }
}

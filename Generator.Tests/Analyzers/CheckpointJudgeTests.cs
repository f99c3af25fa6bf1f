using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Gen.Evaluation;
using Gen.Reading;
using Gen.Shapes;
using Gen.Tests.Runtime.Export;
using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>The real <c>state_dict</c> and the real <c>LoadSafetensors</c> judge what is said at compile time.</summary>
[Collection("TorchSharp")]
public sealed class CheckpointJudgeTests
{
    private const string Attribute = "[Expect(Checkpoint = \"w.safetensors\")] ";

    /// <summary>Classes without parameters, of every kind of key.</summary>
    private static readonly string[] Nets =
    [
        """
        [Shape("B 3 16 16 -> B 5")] public sealed partial class Net
        {
            [Layer] private readonly Conv2d conv1 = Conv2d(3, 4, 3, padding: 1, bias: false);
            [Layer] private readonly BatchNorm2d bn1 = BatchNorm2d(4);
            [Layer] private readonly Sequential layer1 = Sequential(new Block(4, 4, 1), new Block(4, 8, 2));
            [Layer(1)] private readonly AdaptiveAvgPool2d pool;
            [Layer] private readonly Flatten flatten;
            [Layer(-1, 5)] private readonly Linear fc;
        }

        [Shape("B inC H W -> B outC (H-1)//stride+1 (W-1)//stride+1")] public sealed partial class Block(long inC, long outC, long stride)
        {
            [Layer] private readonly Conv2d conv1 = Conv2d(inC, outC, 3, stride: stride, padding: 1, bias: false);
            [Layer] private readonly BatchNorm2d bn1 = BatchNorm2d(outC);
            [Layer] private readonly Sequential? downsample = stride != 1 || inC != outC
                ? Sequential(Conv2d(inC, outC, 1, stride: stride, bias: false), BatchNorm2d(outC)) : null;
            private Tensor Forward(Tensor x) => bn1.call(conv1.call(x)).relu() + (downsample is null ? x : downsample.call(x));
        }
        """,
        """
        [Shape("int64: B T -> B T 11")] public sealed partial class Net
        {
            [Layer] private readonly Embedding words = Embedding(11, 6);
            [Layer] private readonly LSTM lstm = LSTM(6, 3, numLayers: 2, bidirectional: true, batchFirst: true);
            [Layer, ComponentName(Name = "decoder")] private readonly Linear head = Linear(6, 11);
            [Buffer] private readonly Tensor offsets = arange(3);
            [Buffer(Persistent = false)] private readonly Tensor cache = zeros(3);
            [Parameter] private readonly Parameter scale = Parameter(ones(6));
            public Net() { head.weight = words.weight!; }
            private Tensor Forward(Tensor x) => head.call(lstm.call(words.call(x)).Item1 * scale) + offsets.sum() + cache.sum();
        }
        """,
        """
        [Shape("T B 8 -> T B 8")] public sealed partial class Net
        {
            [Layer] private readonly MultiheadAttention attention = MultiheadAttention(8, 2);
            [Layer] private readonly ModuleList<Linear> all = ModuleList(Enumerable.Range(0, 3).Select(i => Linear(8, 8)).ToArray());
            [Layer] private readonly ModuleDict<Linear> named = ModuleDict(("a", Linear(8, 8)), ("b", Linear(8, 8)));
            [Layer(8)] private readonly LayerNorm norm;
            [Layer] private readonly TransformerEncoderLayer encoder = TransformerEncoderLayer(8, 2, 16);
            private Tensor Forward(Tensor x)
            {
                x = attention.call(x, x, x, null, false, null).Item1;
                foreach (var one in all)
                {
                    x = one.call(x);
                }

                return encoder.call(norm.call(named["a"].call(named["b"].call(x))), null, null);
            }
        }
        """,
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Nets.Length)];

    /// <summary>What fits is passed over in silence; of what does not load something is said, and nothing of what does.</summary>
    [Theory]
    [MemberData(nameof(Numbers))]
    public void It_is_said_where_and_only_where_a_strict_load_fails(int number)
    {
        using var scope = NewDisposeScope();
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var compilation = Compilations.Of(Attribute + Nets[number]);
            var type = Compilations.Load(Attribute + Nets[number]).GetType("Net")!;
            using var net = (nn.Module)Activator.CreateInstance(type)!;
            var path = Path.Combine(folder.FullName, "w.safetensors");
            net.SaveSafetensors(path);
            var all = net.state_dict().Select(s => new Entry(s.Key, Names[s.Value.dtype], s.Value.shape)).ToArray();
            var random = new Random(number);
            var (failed, loaded) = (0, 0);
            for (var i = 0; i < 150; i++)
            {
                var header = i == 0 ? Header(File.ReadAllBytes(path)) : Write(path, Mutated(all, random, i % 5));
                var isLoaded = Loads(net, path);
                var said = Compilations.Diagnose(compilation, new TextFile(path + ".json", header)).Where(d => d.Id == "GEN3003").ToArray();
                Assert.True(isLoaded == (said.Length == 0), $"{isLoaded}: {string.Join<Diagnostic>("\n", said)}\n{header}");
                _ = isLoaded ? loaded++ : failed++;
            }

            Assert.True(failed > 80 && loaded > 10, $"{failed} failed, {loaded} loaded");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Of the models of the tests, whatever their constructors are given: a key that is certain is there, one that is there is
    /// not unexpected, and shapes and types that are known are those of the tensors.</summary>
    [Theory]
    [MemberData(nameof(OnnxModelTests.Models), MemberType = typeof(OnnxModelTests))]
    public void The_keys_of_a_model_are_those_of_its_state(string name, object[] arguments, string inputs)
    {
        Assert.NotEmpty(inputs);
        using var scope = NewDisposeScope();
        using var module = (nn.Module)Activator.CreateInstance(OnnxModelTests.Exported.Value.GetType(name)!, arguments)!;
        var compilation = Sources.Value;
        var read = StateDictionary.Of(ModuleReader.ReadForMessages(compilation.GetTypeByMetadataName(name)!, compilation, default)!);
        var keys = read.Keys.ToDictionary(k => k.Key);
        var state = module.state_dict();
        Assert.Equal([], read.Keys.Where(k => k.IsCertain && !state.ContainsKey(k.Key)).Select(k => k.Key));
        Assert.Equal([], state.Keys.Where(k => !keys.ContainsKey(k) && !read.Open.Any(o => k.StartsWith(o, StringComparison.Ordinal))));
        foreach (var (key, tensor) in state.Where(s => keys.ContainsKey(s.Key)))
        {
            var (shape, type) = (keys[key].Shape, keys[key].Type);
            Assert.True(shape.IsUnknownRank || (shape.Rank == tensor.shape.Length
                && shape.Dims.Zip(tensor.shape).All(d => d.First.Constant is null || d.First.Constant == d.Second)),
                $"{key}: {shape}, [{string.Join(", ", tensor.shape)}]");
            Assert.True(!type.IsOne() || (type == ElementType.Module ? ElementType.Float32 : type).Member() == $"{tensor.dtype}",
                $"{key}: {type}, {tensor.dtype}");
        }
    }

    private sealed record Entry(string Key, string Type, long[] Shape);

    private static readonly Dictionary<ScalarType, string> Names = new()
    {
        [ScalarType.Float32] = "F32", [ScalarType.Int64] = "I64",
    };

    private static readonly Lazy<Compilation> Sources = new(static () => Compilations.Of([.. ModuleFiles().Select(File.ReadAllText)]));

    private static IEnumerable<string> ModuleFiles() =>
        Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, "Generator.Tests", "Models"), "*.cs")
            .Where(f => !f.EndsWith("Tests.cs", StringComparison.Ordinal) && Path.GetFileName(f) != "Zoo.cs")
            .Concat(Directory.EnumerateFiles(Path.Combine(SampleSources.Folder, "Seed"), "*.cs"))
            .Append(Path.Combine(SampleSources.Folder, "Mnist", "MnistClassifier.cs"))
            .Append(Path.Combine(SampleSources.Folder, "Gpt", "CharacterGpt.cs"))
            .Where(f => !f.EndsWith("Usings.cs", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static IReadOnlyList<Entry> Mutated(IReadOnlyList<Entry> all, Random random, int way)
    {
        var at = random.Next(all.Count);
        var one = all[at];
        IEnumerable<Entry> others = all.Where(e => e != one);
        return [.. way switch
        {
            0 => others,
            1 => others.Append(one with { Key = one.Key + "_" }),
            2 => others.Append(one with { Shape = [.. one.Shape.Select((s, i) => i == 0 ? s + random.Next(2) : s)] }),
            3 => others.Append(one with { Type = random.Next(3) switch { 0 => "F16", 1 => "I32", _ => one.Type } }),
            _ => others.Append(one with { Shape = [.. one.Shape.Reverse()] }),
        }];
    }

    /// <summary>A file of zeros; its header.</summary>
    private static string Write(string path, IReadOnlyList<Entry> entries)
    {
        var (text, end) = (new StringBuilder("{"), 0L);
        foreach (var entry in entries)
        {
            var bytes = entry.Shape.Aggregate(entry.Type switch { "F16" => 2L, "I64" => 8L, _ => 4L }, static (p, s) => p * s);
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 1 ? "," : "")}\"{entry.Key}\":{{\"dtype\":\"{entry.Type}\",")
                .Append(CultureInfo.InvariantCulture,
                    $"\"shape\":[{string.Join(",", entry.Shape)}],\"data_offsets\":[{end},{end + bytes}]}}");
            end += bytes;
        }

        var header = Encoding.UTF8.GetBytes(text.Append('}').ToString());
        var file = new byte[8 + header.Length + end];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        File.WriteAllBytes(path, file);
        return text.ToString();
    }

    private static string Header(byte[] file) => Encoding.UTF8.GetString(file, 8, (int)BinaryPrimitives.ReadInt64LittleEndian(file));

    private static bool Loads(nn.Module module, string path)
    {
        try
        {
            module.LoadSafetensors(path);
            return true;
        }
        catch (StateMismatchException)
        {
            return false;
        }
    }
}

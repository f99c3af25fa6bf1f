using System.Reflection;
using System.Text.RegularExpressions;
using Gen.CompilerServices;
using Gen.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>The models of the tests and the samples with [Export]: ONNX Runtime computes what they compute, for several batches.</summary>
[Collection("TorchSharp")]
public sealed partial class OnnxModelTests
{
    /// <summary>For what takes any number of dimensions.</summary>
    private const string AnyShape = "3 4";

    internal static readonly Lazy<Assembly> Exported = new(Compile);

    /// <summary>Those whose inputs have sizes in common that are no number of samples, or that are too large to run often.</summary>
    internal static readonly Type[] OneBatch = [typeof(AttnDecoder), typeof(Gcn), typeof(DenseNet121)];

    public static TheoryData<string, object[], string> Models => [
        .. ModelRunTests.Models.Select(static r => (r.Data.Item1, r.Data.Item2, r.Data.Item3))
            .Where(static r => r.Item1 != typeof(Vae)).Select(static r => (r.Item1.FullName!, r.Item2, r.Item3)),
        .. new (Type Type, object[] Arguments, string Inputs)[]
        {
            (typeof(LeNet5), [], "3 1 28 28"), (typeof(ResNet18), [], "1 3 224 224"), (typeof(ResNet50), [], "1 3 224 224"),
            (typeof(MobileNetV2), [], "1 3 224 224"), (typeof(GptBody), [50L, 12L, 16L, 4L, 2], "indices 2 7"),
            (typeof(LstmClassifier), [50L, 3L], "indices 2 7"), (typeof(GruClassifier), [50L, 3L], "indices 2 7"),
            (typeof(Seq2Seq), [50L], "indices 5 2, indices 7 2"), (typeof(VitBlock), [16L, 4L], "2 9 16"),
        }.Select(static r => (r.Type.FullName!, r.Arguments, r.Inputs)),

        // The samples.
        .. new (string Type, object[] Arguments, string Inputs)[]
        {
            ("Seed.Rectified", [], AnyShape), ("Seed.Squashed", [], AnyShape), ("Seed.Centred", [], AnyShape), ("Seed.Leaky", [], AnyShape),
            ("Seed.Regularized", [], AnyShape), ("Seed.Anatomy", [], "3 784"), ("Seed.BlockWithSkip", [], "3 64"),
            ("Seed.FullyConnected", [], "3 784"), ("Seed.ImageFilter", [], "3 1 9 8"), ("Seed.SequenceModel", [], "5 2 10"),
            ("Seed.WordVectors", [], "indices 3 4"), ("Seed.MnistClassifier", [], "3 1 28 28"), ("Seed.MyNetwork", [], "3 10"),
            ("Seed.QuickModel", [], "3 784"), ("Seed.SequentialClassifier", [], "3 1 28 28"), ("Mnist.MnistClassifier", [], "3 1 28 28"),
            ("Gpt.CharacterGpt", [50L, 12L, 16L, 4L, 2], "indices 3 7"),
        },
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_computes_the_same_in_ONNX_Runtime(string name, object[] arguments, string inputs)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        random.manual_seed(1);
        var type = Exported.Value.GetType(name)!;
        using var module = (nn.Module)Activator.CreateInstance(type, arguments)!;
        module.eval();

        // TorchSharp leaves the weights of a new GroupNorm as the memory was.
        foreach (var norm in module.modules().OfType<TorchSharp.Modules.GroupNorm>())
        {
            norm.weight!.fill_(1);
            norm.bias!.fill_(0.1);
        }

        var call = type.GetMethods().Where(m => m.Name == "call" && m.DeclaringType == type).MaxBy(static m => m.GetParameters().Length)!;
        var runs = new[] { 0, 1, 3 }.Take(OneBatch.Any(t => t.FullName == name) ? 1 : 3).Select(more =>
        {
            var given = Inputs(inputs, more);
            var all = call.GetParameters().Select((p, i) => i < given.Length ? given[i].clone() : p.DefaultValue).ToArray();
            return ((Tensor?[])given, OnnxJudge.Tensors(call.Invoke(module, all)).ToArray());
        }).ToArray();
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.onnx");
        try
        {
            ((IExportable)module).ExportOnnx(path, new() { LeadingDimensions = inputs == AnyShape ? 2 : 1 });
            Assert.Null(OnnxJudge.Compare(path, runs, 2e-5).Wrong);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The sources of the models, each class with the attribute.</summary>
    private static Assembly Compile()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, "Generator.Tests", "Models"), "*.cs")
            .Concat(Directory.EnumerateFiles(Path.Combine(SampleSources.Folder, "Seed"), "*.cs"))
            .Append(Path.Combine(SampleSources.Folder, "Mnist", "MnistClassifier.cs"))
            .Append(Path.Combine(SampleSources.Folder, "Gpt", "CharacterGpt.cs"))
            .Order(StringComparer.Ordinal).Select(File.ReadAllText)
            .Where(static t => Class().IsMatch(t) && !t.Contains("[Fact]", StringComparison.Ordinal))
            .Select(static t => Class().Replace(t, static m => m.Value.EndsWith("Vae", StringComparison.Ordinal) ? m.Value
                : $"[Gen.Export]\n{m.Value}"));
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(Compilations.Of([.. sources]), out var output, out var diagnostics,
            TestContext.Current.CancellationToken);
        Assert.Empty(diagnostics);
        return Compilations.Load(output);
    }

    /// <summary>Tensors of the sizes, with more samples where the first dimension is that of the first input.</summary>
    internal static Tensor[] Inputs(string text, int more)
    {
        var all = text.Split(", ").Select(static t => (Kind: t[0], Sizes: t.Split(' ').Where(static p => long.TryParse(p, out _))
            .Select(long.Parse).ToArray())).ToArray();
        var batch = all[0].Sizes[0];
        return [.. all.Select(input =>
        {
            var sizes = input.Sizes.Select((s, i) => i == 0 && s == batch ? s + more : s).ToArray();
            return input.Kind switch
            {
                'i' => randint(50, sizes),
                'z' => zeros(sizes, dtype: int64),
                _ => randn(sizes),
            };
        })];
    }

    [GeneratedRegex(@"^(internal|public) sealed partial class \w+", RegexOptions.Multiline)]
    private static partial Regex Class();
}

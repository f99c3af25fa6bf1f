using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>What a file of Python looks like: the text is beside this file; and what is refused.</summary>
[Collection("TorchSharp")]
public sealed class PyTorchFileTests : IDisposable
{
    private const string Chain = """
        [Export] [Shape("B 8 -> B 4")]
        public sealed partial class DigitClassifier
        {
            [Layer(8, 16)] private readonly Linear fc1;
            [Layer] private readonly ReLU relu;
            [Layer] private readonly Linear fc2 = Linear(16, 4, hasBias: false);
        }
        """;

    private const string Attention = """
        [Export] [Shape("B T 16 -> B T 16")]
        public sealed partial class Attention
        {
            [Layer] private readonly LayerNorm norm = LayerNorm(16);
            [Layer] private readonly Linear qkv = Linear(16, 48);
            [Layer] private readonly Linear project = Linear(16, 16);

            private Tensor Forward(Tensor x)
            {
                var (batch, length) = (x.shape[0], x.shape[1]);
                var parts = qkv.call(norm.call(x)).view(batch, length, 3, 4, 4).permute(2, 0, 3, 1, 4).unbind(0);
                var heard = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
                return x + project.call(heard.transpose(1, 2).reshape(batch, length, 16));
            }
        }
        """;

    private const string Blocks = """
        [Export] [Shape("B 8 -> B 8")]
        public sealed partial class DeepNet
        {
            [Layer] private readonly ModuleList<Residual> blocks = ModuleList(new Residual(8, 16), new Residual(8, 16));
            [Layer] private readonly Residual last = new(8, 32);

            private Tensor Forward(Tensor features)
            {
                var x = features;
                foreach (var block in blocks)
                {
                    x = block.call(x);
                }

                return last.call(x);
            }
        }

        [Export] [Shape("B d -> B d")]
        public sealed partial class Residual(long d, long hidden)
        {
            [Layer] private readonly Sequential body = Sequential(Linear(d, hidden), GELU(), Linear(hidden, d));

            private Tensor Forward(Tensor x)
            {
                var changed = body.call(x);
                return x + changed;
            }
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("gen-pytorch").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(Chain, "DigitClassifier", "digit_classifier")]
    [InlineData(Attention, "Attention", "attention")]
    [InlineData(Blocks, "DeepNet", "deep_net")]
    public void A_module_is_written_as_by_hand(string source, string type, string file)
    {
        using var net = New(source, type);
        ((IExportable)net).ExportPyTorch(folder);
        Assert.Equal([$"{file}.py", $"{file}.safetensors"], Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(File.ReadAllText(Path.Combine(SampleSources.Repository, "Generator.Tests", "Runtime", "Export", "PyTorch",
            $"{file}.py")).ReplaceLineEndings("\n"), File.ReadAllText(Path.Combine(folder, $"{file}.py")));
    }

    [Fact]
    public void What_has_no_form_is_named_and_nothing_is_written()
    {
        using var net = New("""
            [Export(Targets = ExportTarget.PyTorch)] [Shape("B 8 -> B 8")]
            public sealed partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(x).erfinv();
            }
            """, "Net");
        var thrown = Assert.Throws<NotExportableException>(() => ((IExportable)net).ExportPyTorch(folder));
        Assert.Contains("erfinv", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    private static nn.Module New(string source, string type) =>
        (nn.Module)Activator.CreateInstance(Compilations.Load(source).GetType(type)!)!;
}

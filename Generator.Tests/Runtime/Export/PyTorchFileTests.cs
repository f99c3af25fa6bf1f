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

    [Fact]
    public void Tied_weights_are_tied_there()
    {
        using var net = New("""
            [Export] [Shape("B T -> B T 20")]
            public sealed partial class Net
            {
                [Layer] private readonly Embedding tokens = Embedding(20, 8);
                [Layer] private readonly Linear head = Linear(8, 20, hasBias: false);

                public Net() => head.weight = tokens.weight!;
            }
            """, "Net");
        ((IExportable)net).ExportPyTorch(folder);
        Assert.Contains("        self.head.weight = self.tokens.weight\n", File.ReadAllText(Path.Combine(folder, "net.py")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_trains_is_written_on_request()
    {
        using var net = New(Chain, "DigitClassifier");
        using var optimizer = optim.SGD(net.parameters(), 0.1, momentum: 0.9);
        ((IExportable)net).ExportPyTorch(folder, new() { TrainingProgram = true, Optimizer = optimizer });
        Assert.Equal(["digit_classifier.optimizer.safetensors", "digit_classifier.py", "digit_classifier.safetensors", "train_ddp.py"],
            Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order());
        var path = Path.Combine(folder, "train_ddp.py");
        Assert.Equal(File.ReadAllText(Path.Combine(SampleSources.Repository, "Generator.Tests", "Runtime", "Export", "PyTorch",
            "train_ddp.py")).ReplaceLineEndings("\n"), File.ReadAllText(path));

        // It has the data of the user in it from then on.
        File.WriteAllText(path, "# mine");
        ((IExportable)net).ExportPyTorch(folder, new() { TrainingProgram = true });
        Assert.Equal("# mine", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("int64: B T, bool: B T -> B T 8, B T 1", "    tokens = torch.randint(50, (256, 32), generator=random)  # (B, T)\n"
        + "    mask = torch.rand((256, 32), generator=random) < 0.5  # (B, T)\n    return TensorDataset(tokens, mask)\n")]
    [InlineData("B T, B T -> B T 8, B T 1", "    tokens = torch.randint(50, (256, 32), generator=random)  # (B, T)\n"
        + "    mask = torch.randn((256, 32), generator=random)  # (B, T)\n    return TensorDataset(tokens, mask)\n")]
    [InlineData("T B, T B -> T B 8, T B 1", "    for _ in range(64):\n"
        + "        tokens = torch.randint(50, (32, 8), generator=random)  # (T, B)\n"
        + "        mask = torch.randn((32, 8), generator=random)  # (T, B)\n        batches.append((tokens, mask))\n    return batches\n")]
    public void The_data_of_the_program_have_the_declared_shape(string shape, string data)
    {
        using var net = New($$"""
            [Export] [Shape("{{shape}}")]
            public sealed partial class Net
            {
                [Layer] private readonly Embedding embedding = Embedding(50, 8);

                private (Tensor, Tensor) Forward(Tensor tokens, Tensor mask) => (embedding.call(tokens), mask.unsqueeze(-1).to(float32));
            }
            """, "Net");
        ((IExportable)net).ExportPyTorch(folder, new() { TrainingProgram = true });
        var text = File.ReadAllText(Path.Combine(folder, "train_ddp.py"));
        Assert.Contains(data, text, StringComparison.Ordinal);
        Assert.Contains("    tokens, mask = batch\n    y1, y2 = model(tokens, mask)\n"
            + "    return y1.square().mean() + y2.square().mean()\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_of_an_optimizer_and_what_is_frozen_are_written()
    {
        using var net = New(Blocks, "DeepNet");
        var all = net.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (var (name, parameter) in all)
        {
            parameter.requires_grad = name.StartsWith("last.", StringComparison.Ordinal) && name != "last.body.2.bias";
        }

        using var optimizer = optim.AdamW([
            new TorchSharp.Modules.AdamW.ParamGroup([all["last.body.0.weight"], all["last.body.2.weight"]], 0.01, weight_decay: 0.1),
            new TorchSharp.Modules.AdamW.ParamGroup([all["last.body.0.bias"]], 0.02)]);
        ((IExportable)net).ExportPyTorch(folder, new() { TrainingProgram = true, Optimizer = optimizer });
        var text = File.ReadAllText(Path.Combine(folder, "train_ddp.py"));
        Assert.Contains("""
                return torch.optim.AdamW([
                    dict(
                        params=[
                            model.get_parameter("last.body.0.weight"),
                            model.get_parameter("last.body.2.weight"),
                        ], lr=0.01, weight_decay=0.1,
                    ),
                    dict(
                        params=[
                            model.get_parameter("last.body.0.bias"),
                        ], lr=0.02, weight_decay=0.0,
                    ),
                ], lr=0.01, weight_decay=0.1)
            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
        Assert.Contains("    model.blocks.requires_grad_(False)\n    model.last.body[2].bias.requires_grad_(False)\n"
            + "    model.to(device)\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_without_parameters_has_no_program()
    {
        using var net = New("""
            [Export] [Shape("B 8 -> B 8")]
            public sealed partial class Net
            {
                [Layer] private readonly ReLU relu;
            }
            """, "Net");
        var thrown = Assert.Throws<NotExportableException>(
            () => ((IExportable)net).ExportPyTorch(folder, new() { TrainingProgram = true }));
        Assert.Contains("no parameters that are trained", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    private static nn.Module New(string source, string type) =>
        (nn.Module)Activator.CreateInstance(Compilations.Load(source).GetType(type)!)!;
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gen.CompilerServices;
using TorchSharp;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>train_ddp.py in PyTorch (Debian's python3-torch): there and back.</summary>
[Collection("TorchSharp")]
public sealed class PyTorchTrainingTests(ITestOutputHelper output) : IDisposable
{
    private const int Batch = 16;

    private const string Classifier = """
        [Export] [Shape("B 8 -> B 4")]
        public sealed partial class Classifier
        {
            [Layer(8, 16)] private readonly Linear fc1;
            [Layer] private readonly Tanh tanh;
            [Layer(16, 4)] private readonly Linear fc2;
        }
        """;

    private const string Tied = """
        [Export] [Shape("B T -> B T 20")]
        public sealed partial class Tied
        {
            [Layer] private readonly Embedding tokens = Embedding(20, 8);
            [Layer] private readonly BatchNorm1d norm = BatchNorm1d(8);
            [Layer] private readonly Dropout dropout = Dropout(0.1);
            [Layer] private readonly Linear head = Linear(8, 20, hasBias: false);

            public Tied() => head.weight = tokens.weight!;

            private Tensor Forward(Tensor x) => head.call(dropout.call(norm.call(tokens.call(x).transpose(1, 2)).transpose(1, 2)));
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("gen-train").FullName;

    public static TheoryData<string, string> Optimizers => new()
    {
        { "Adam", ", lr=0.002, weight_decay=0.01, amsgrad=True" },
        { "AdamW", ", lr=0.002, betas=(0.8, 0.99), weight_decay=0.1" },
        { "SGD", ", lr=0.05, momentum=0.9, nesterov=True" },
        { "RMSprop", ", lr=0.001, alpha=0.9, momentum=0.5, centered=True" },
        { "Adagrad", ", lr=0.02, lr_decay=0.1" },
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Weights_come_back_from_two_ranks_bit_for_bit(int steps)
    {
        using var scope = NewDisposeScope();
        var type = Compilations.Load(Tied).GetType("Tied")!;
        using var trained = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var optimizer = optim.AdamW(trained.parameters());
        for (var i = 0; i < 2; i++)
        {
            optimizer.zero_grad();
            trained.call(randint(20, [8, 7])).square().mean().backward();
            optimizer.step();
        }

        var before = Numbers(trained);
        ((IExportable)trained).ExportPyTorch(folder, new() { TrainingProgram = true, Optimizer = optimizer });
        Edit(("    if rank == 0:\n        save_weights", "    torch.save(model.state_dict(), os.path.join(FOLDER, f\"{rank}.pt\"))\n"
            + "    if rank == 0:\n        save_weights"));
        await Run(2, "--steps", steps.ToString(CultureInfo.InvariantCulture));

        using var back = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var adam = optim.AdamW(back.parameters());
        back.LoadSafetensors(Path.Combine(folder, "tied.safetensors"));
        adam.LoadSafetensors(Path.Combine(folder, "tied.optimizer.safetensors"), back);
        if (steps == 0)
        {
            Assert.Equal(before, Numbers(back));
        }
        else
        {
            Assert.NotEqual(before, Numbers(back));
        }

        for (var rank = 0; rank < 2; rank++)
        {
            using var seen = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
            seen.load_py(Path.Combine(folder, $"{rank}.pt"));

            // Running statistics are those of the rank's own part of the last batch.
            Assert.Equal(Numbers(back).Where(n => rank == 0 || !n.Contains("running_", StringComparison.Ordinal)),
                Numbers(seen).Where(n => rank == 0 || !n.Contains("running_", StringComparison.Ordinal)));
        }

        var state = (TorchSharp.Modules.AdamW.State)adam.state_dict().State[0];
        Assert.Equal(2 + steps, state.step);
        if (steps == 0)
        {
            Assert.True(state.exp_avg.Equals(((TorchSharp.Modules.AdamW.State)optimizer.state_dict().State[0]).exp_avg));
        }
    }

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Optimizers))]
    public async Task A_training_goes_on_in_PyTorch_and_back(string kind, string settings)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var type = Compilations.Load(Classifier).GetType("Classifier")!;
        using var alone = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var there = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        there.load_state_dict(alone.state_dict());
        var (x, target) = (randn(9 * Batch, 8), randn(9 * Batch, 4));
        using var one = Optimizer(kind, alone);
        Train(alone, one, 0, 9);

        using var first = Optimizer(kind, there);
        Train(there, first, 0, 3);
        ((IExportable)there).ExportPyTorch(folder, new() { TrainingProgram = true, Optimizer = first });
        Assert.Contains($"    return torch.optim.{kind}(model.parameters(){settings})\n",
            File.ReadAllText(Path.Combine(folder, "train_ddp.py")), StringComparison.Ordinal);
        using (var given = new Data(x[(3 * Batch)..(6 * Batch)], target[(3 * Batch)..(6 * Batch)]))
        {
            given.SaveSafetensors(Path.Combine(folder, "given.safetensors"));
        }

        Edit(("DistributedSampler(data)", "DistributedSampler(data, shuffle=False)"),
            ("    random = torch.Generator().manual_seed(0)\n", "    given, _ = read(os.path.join(FOLDER, \"given.safetensors\"))\n"
                + "    return TensorDataset(given[\"x\"], given[\"target\"])\n\n\ndef unused():\n    random = torch.Generator()\n"),
            ("(x,) = batch\n    y = model(x)\n    return y.square().mean()",
                "x, target = batch\n    return torch.nn.functional.mse_loss(model(x), target)"));
        output.WriteLine(await Run(2, "--steps", "3", "--batch-size", $"{Batch / 2}"));

        using var back = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var second = Optimizer(kind, back);
        back.LoadSafetensors(Path.Combine(folder, "classifier.safetensors"));
        second.LoadSafetensors(Path.Combine(folder, "classifier.optimizer.safetensors"), back);
        Train(back, second, 6, 9);
        var most = alone.state_dict().Zip(back.state_dict(), static (a, b) => (a.Value - b.Value).abs().max().item<float>()).Max();
        output.WriteLine($"{kind}: {most:g3}");
        Assert.InRange(most, 0, 1e-5);

        void Train(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                optimizer.zero_grad();
                var part = (i * Batch)..((i + 1) * Batch);
                nn.functional.mse_loss(model.call(x[part]), target[part]).backward();
                optimizer.step();
            }
        }
    }

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(OnnxModelTests.Models), MemberType = typeof(OnnxModelTests))]
    public async Task The_program_runs_as_it_is_written(string name, object[] arguments, string inputs)
    {
        using var scope = NewDisposeScope();
        using var module = (nn.Module)Activator.CreateInstance(OnnxModelTests.Exported.Value.GetType(name)!, arguments)!;
        try
        {
            ((IExportable)module).ExportPyTorch(folder, new() { TrainingProgram = true });
        }
        catch (NotExportableException e)
        {
            output.WriteLine($"{name}: {e.Message}");
            Assert.True(!module.parameters().Any() || e.Message.Contains("[Shape]", StringComparison.Ordinal)
                || name.EndsWith("TransformerLm", StringComparison.Ordinal), e.Message);
            return;
        }

        var said = await Run(1, "--steps", "2", "--batch-size", "2");
        output.WriteLine($"{name} ({inputs}): {said}");
        Assert.Contains("step 2: loss ", said, StringComparison.Ordinal);
    }

    private static optim.Optimizer Optimizer(string kind, nn.Module model) => kind switch
    {
        "Adam" => optim.Adam(model.parameters(), 0.002, weight_decay: 0.01, amsgrad: true),
        "AdamW" => optim.AdamW(model.parameters(), 0.002, beta1: 0.8, beta2: 0.99, weight_decay: 0.1),
        "SGD" => optim.SGD(model.parameters(), 0.05, momentum: 0.9, nesterov: true),
        "RMSprop" => optim.RMSProp(model.parameters(), 0.001, alpha: 0.9, momentum: 0.5, centered: true),
        _ => optim.Adagrad(model.parameters(), 0.02, lr_decay: 0.1),
    };

    private static string[] Numbers(nn.Module module) =>
        [.. module.state_dict().Select(s => $"{s.Key} {Convert.ToHexString(s.Value.contiguous().bytes.ToArray())}")];

    /// <summary>Puts the user's own into the program.</summary>
    private void Edit(params (string Old, string New)[] edits)
    {
        var path = Path.Combine(folder, "train_ddp.py");
        var text = File.ReadAllText(path);
        foreach (var (old, other) in edits)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, other, StringComparison.Ordinal);
        }

        File.WriteAllText(path, text);
    }

    /// <summary>Runs the program in this many processes; what the first printed.</summary>
    private async Task<string> Run(int ranks, params string[] arguments)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var processes = Enumerable.Range(0, ranks).Select(rank =>
        {
            var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(folder, "train_ddp.py"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var (name, value) in new[] { ("RANK", $"{rank}"), ("WORLD_SIZE", $"{ranks}"), ("MASTER_ADDR", "127.0.0.1"),
                ("MASTER_PORT", $"{port}"), ("GLOO_SOCKET_IFNAME", "lo"), ("OMP_NUM_THREADS", "1"), ("PYTHONDONTWRITEBYTECODE", "1") })
            {
                start.Environment[name] = value;
            }

            return Process.Start(start)!;
        }).ToArray();
        var said = await Task.WhenAll(processes.Select(async p =>
        {
            var (text, errors) = (p.StandardOutput.ReadToEndAsync(), p.StandardError.ReadToEndAsync());
            await p.WaitForExitAsync();
            return (Code: p.ExitCode, Text: await text, Errors: await errors);
        }));
        Array.ForEach(processes, static p => p.Dispose());
        Assert.All(said, s => Assert.True(s.Code == 0, s.Errors));
        return said[0].Text.Trim();
    }

    /// <summary>Data as a file that Python reads.</summary>
    private sealed class Data : nn.Module
    {
        public Data(Tensor x, Tensor target)
            : base(nameof(Data))
        {
            register_buffer("x", x.clone());
            register_buffer("target", target.clone());
        }
    }
}

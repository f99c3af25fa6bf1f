using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Export;

/// <summary>The state of optimizers as safetensors: they go on as if they had never been away, and what does not fit changes
/// nothing.</summary>
[Collection("TorchSharp")]
public sealed class OptimizerSafetensorsTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Kinds =>
        ["Adam", "Adam amsgrad", "AdamW", "SGD", "SGD momentum", "RMSProp", "RMSProp centered", "Adagrad"];

    public void Dispose()
    {
        scope.Dispose();
        File.Delete(path);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_optimizer_goes_on_bit_for_bit(string kind)
    {
        var (model, other) = (Model(), Model());
        var (optimizer, loaded) = (Optimizer(kind, model), Optimizer(kind, other));
        Step(model, optimizer, 1, 2, 3);

        // What it has of its own is given up.
        Step(other, loaded, 7);
        other.load_state_dict(model.state_dict());
        optimizer.SaveSafetensors(path, model);
        loaded.LoadSafetensors(path, other);
        Step(model, optimizer, 4, 5);
        Step(other, loaded, 4, 5);
        Assert.All(model.state_dict().Zip(other.state_dict()), p => Assert.True(p.First.Value.Equals(p.Second.Value), p.First.Key));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Before_the_first_step_there_is_nothing_to_write(string kind)
    {
        var (model, other) = (Model(), Model());
        var (fresh, used) = (Optimizer(kind, model), Optimizer(kind, other));
        fresh.SaveSafetensors(path, model);
        Step(other, used, 1, 2);
        other.load_state_dict(model.state_dict());
        used.LoadSafetensors(path, other);
        Step(model, fresh, 3);
        Step(other, used, 3);
        Assert.All(model.state_dict().Zip(other.state_dict()), p => Assert.True(p.First.Value.Equals(p.Second.Value), p.First.Key));
    }

    [Fact]
    public void Equal_states_give_equal_bytes_under_names_of_PyTorch()
    {
        var model = Model();
        var optimizer = Optimizer("Adam", model);
        Step(model, optimizer, 1);
        optimizer.SaveSafetensors(path, model);
        var bytes = File.ReadAllBytes(path);
        optimizer.SaveSafetensors(path, model);
        Assert.Equal(bytes, File.ReadAllBytes(path));
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        Assert.All(new[] { "\"optimizer\":\"Adam\"", "\"0.weight.exp_avg\"", "\"0.weight.exp_avg_sq\"", "\"2.bias.step\"" },
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain("max_exp_avg_sq", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tied_parameter_has_one_state()
    {
        var (tokens, head) = (Embedding(5, 3), Linear(3, 5, hasBias: false));
        head.weight = tokens.weight!;
        var model = Sequential(("tokens", tokens), ("head", head));
        var optimizer = optim.Adam([tokens.weight!]);
        model.call(tensor(new long[] { 1, 2 })).sum().backward();
        optimizer.step();
        optimizer.SaveSafetensors(path, model);
        var again = optim.Adam([head.weight!]);
        again.LoadSafetensors(path, model);
        Assert.Equal(1, ((Adam.State)again.state_dict().State[0]).step);
    }

    [Fact]
    public void What_does_not_fit_changes_nothing()
    {
        var model = Model();
        var optimizer = Optimizer("Adam", model);
        Step(model, optimizer, 1);
        optimizer.SaveSafetensors(path, model);
        Refuse<InvalidDataException>("it has the state of Adam, and the optimizer is AdamW", Optimizer("AdamW", model), model);
        Refuse<StateMismatchException>("missing: 0.weight.max_exp_avg_sq", Optimizer("Adam amsgrad", model), model);
        Refuse<StateMismatchException>("unexpected: 0.weight.exp_avg", optim.Adam(model.parameters().Skip(1)), model);
        var wider = Sequential(Linear(4, 6), Tanh(), Linear(6, 2));
        Refuse<StateMismatchException>("0.weight.exp_avg: needs (6, 4), got (5, 4)", Optimizer("Adam", wider), wider);
        Refuse<ArgumentException>("does not belong to the model", Optimizer("Adam", Model()), model);
        Refuse<NotSupportedException>("The state of Rprop cannot be written", optim.Rprop(model.parameters()), model);
        model.SaveSafetensors(path);
        Refuse<InvalidDataException>("it does not name an optimizer", optimizer, model);

        void Refuse<T>(string said, optim.Optimizer other, nn.Module of)
            where T : Exception
        {
            using var bytes = new MemoryStream();
            using var writer = new BinaryWriter(bytes);
            ((OptimizerHelper)other).save_state_dict(writer);
            var before = bytes.ToArray();
            Assert.Contains(said, Assert.Throws<T>(() => other.LoadSafetensors(path, of)).Message, StringComparison.Ordinal);
            bytes.SetLength(0);
            ((OptimizerHelper)other).save_state_dict(writer);
            Assert.Equal(before, bytes.ToArray());
        }
    }

    [Fact]
    public void A_refused_optimizer_writes_nothing()
    {
        var model = Model();
        Assert.Throws<NotSupportedException>(() => optim.Rprop(model.parameters()).SaveSafetensors(path, model));
        Assert.Throws<ArgumentException>(() => Optimizer("Adam", Model()).SaveSafetensors(path, model));
        Assert.False(File.Exists(path));
    }

    private static Sequential Model()
    {
        random.manual_seed(1);
        return Sequential(Linear(4, 5), Tanh(), Linear(5, 2));
    }

    private static optim.Optimizer Optimizer(string kind, nn.Module model) => kind switch
    {
        "Adam" => optim.Adam(model.parameters()),
        "Adam amsgrad" => optim.Adam(model.parameters(), amsgrad: true),
        "AdamW" => optim.AdamW(model.parameters()),
        "SGD" => optim.SGD(model.parameters(), 0.1),
        "SGD momentum" => optim.SGD(model.parameters(), 0.1, momentum: 0.9),
        "RMSProp" => optim.RMSProp(model.parameters()),
        "RMSProp centered" => optim.RMSProp(model.parameters(), momentum: 0.9, centered: true),
        _ => optim.Adagrad(model.parameters(), initial_accumulator_value: 0.1),
    };

    private static void Step(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, params int[] seeds)
    {
        foreach (var seed in seeds)
        {
            using var inner = NewDisposeScope();
            random.manual_seed(seed);
            optimizer.zero_grad();
            model.call(randn(6, 4)).square().mean().backward();
            optimizer.step();
        }
    }
}

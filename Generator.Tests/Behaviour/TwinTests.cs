using Seed;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>Generated modules against the same module written by hand.</summary>
[Collection("TorchSharp")]
public sealed class TwinTests
{
    [Fact]
    public void The_same_keys_in_the_same_order_and_the_same_sizes()
    {
        using var generated = new Seed.MnistClassifier();
        using var twin = new Twin();
        Assert.Equal(twin.state_dict().Select(s => (s.Key, string.Join(",", s.Value.shape))),
            generated.state_dict().Select(s => (s.Key, string.Join(",", s.Value.shape))));
        Assert.Equal(twin.named_children().Select(c => c.name), generated.named_children().Select(c => c.name));
    }

    [Fact]
    public void Equal_outputs_from_equal_weights_both_ways()
    {
        using var scope = NewDisposeScope();
        using var generated = new Seed.MnistClassifier();
        using var twin = new Twin();
        var x = randn(5, 1, 28, 28);
        generated.load_state_dict(twin.state_dict());
        Assert.True(generated.call(x).Equals(twin.call(x)));

        using var other = new Seed.MnistClassifier();
        Assert.False(other.call(x).Equals(twin.call(x)));
        twin.load_state_dict(other.state_dict());
        Assert.True(other.call(x).Equals(twin.call(x)));
    }

    [Fact]
    public void Checkpoints_go_both_ways()
    {
        using var scope = NewDisposeScope();
        using var generated = new Seed.MnistClassifier();
        using var twin = new Twin();
        using var checkpoint = new MemoryStream();
        using (var writer = new BinaryWriter(checkpoint, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            twin.save(writer);
        }

        checkpoint.Position = 0;
        generated.load(checkpoint);
        var x = randn(5, 1, 28, 28);
        Assert.True(generated.call(x).Equals(twin.call(x)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(7);
        using var generated = new AttributeBuilt();
        random.manual_seed(7);
        using var layer1 = Linear(10, 5);
        using var layer2 = Linear(5, 2);
        Assert.True(generated.get_parameter("layer1.weight")!.Equals(layer1.weight));
        Assert.True(generated.get_parameter("layer2.weight")!.Equals(layer2.weight));
    }

    [Fact]
    public void A_training_step_changes_the_weights_as_the_twins()
    {
        using var scope = NewDisposeScope();
        using var generated = new Seed.MnistClassifier();
        using var twin = new Twin();
        twin.load_state_dict(generated.state_dict());
        var (x, y) = (randn(8, 1, 28, 28), randint(0, 10, [8], dtype: ScalarType.Int64));
        foreach (var module in new Module<Tensor, Tensor>[] { generated, twin })
        {
            using var optimizer = optim.SGD(module.parameters(), 0.1);
            functional.cross_entropy(module.call(x), y).backward();
            optimizer.step();
        }

        Assert.All(twin.state_dict(), s => Assert.True(s.Value.allclose(generated.state_dict()[s.Key]), s.Key));
    }

    [Fact]
    public void Moving_to_float64_moves_every_parameter_and_the_module_still_runs()
    {
        using var scope = NewDisposeScope();
        using var generated = new SequentialClassifier();
        generated.to(ScalarType.Float64);
        Assert.All(generated.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.Equal(ScalarType.Float64, generated.call(randn(2, 1, 28, 28, dtype: ScalarType.Float64)).dtype);
    }

    [Fact]
    public void A_generated_module_stands_in_a_sequential_and_in_a_hand_written_parent()
    {
        using var scope = NewDisposeScope();
        using var parent = Sequential(("body", new Seed.MnistClassifier()), ("head", Linear(10, 2)));
        Assert.Equal(109_386 + 22, parent.parameters().Sum(p => p.numel()));
        Assert.Equal("body.fc1.weight", parent.state_dict().Keys.First());
        Assert.Equal([3, 2], parent.call(randn(3, 1, 28, 28)).shape);
    }

    [Fact]
    public void Hooks_run_when_the_module_is_called()
    {
        using var scope = NewDisposeScope();
        using var generated = new MyNetwork();
        var calls = 0;
        generated.register_forward_hook((_, _, output) =>
        {
            calls++;
            return output;
        });
        generated.call(randn(2, 10));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Embeddings_and_recurrent_layers_survive_a_dispose_scope_around_the_constructor()
    {
        WordVectors vectors;
        SequenceModel sequences;
        using (NewDisposeScope())
        {
            (vectors, sequences) = (new WordVectors(), new SequenceModel());
        }

        using var scope = NewDisposeScope();
        Assert.Equal([1, 2, 300], vectors.call(zeros(1, 2, dtype: ScalarType.Int64)).shape);
        Assert.All(vectors.parameters().Concat(sequences.parameters()), p => Assert.False(p.IsInvalid));
        Assert.Equal(2, vectors.parameters().Single().Dimensions);
        vectors.Dispose();
        sequences.Dispose();
    }

    private sealed class Twin : Module<Tensor, Tensor>
    {
        private readonly Flatten flatten = Flatten();
        private readonly Linear fc1 = Linear(784, 128);
        private readonly ReLU relu1 = ReLU();
        private readonly Linear fc2 = Linear(128, 64);
        private readonly ReLU relu2 = ReLU();
        private readonly Linear fc3 = Linear(64, 10);

        public Twin()
            : base(nameof(Twin)) => RegisterComponents();

        public override Tensor forward(Tensor input) => fc3.call(relu2.call(fc2.call(relu1.call(fc1.call(flatten.call(input))))));
    }
}

[Shape("B 10 -> B 2")]
internal sealed partial class AttributeBuilt
{
    [Layer(10, 5)] private readonly Linear layer1;
    [Layer] private readonly ReLU relu;
    [Layer(-1, 2)] private readonly Linear layer2;
}

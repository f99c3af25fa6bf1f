using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.PyBridge;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.State;

/// <summary>The files of PyTorch and of Hugging Face, which TorchSharp.PyBridge reads and writes: by the keys of the module.</summary>
[Collection("TorchSharp")]
public sealed class InterchangeTests
{
    [Theory]
    [InlineData("safetensors")]
    [InlineData("pt")]
    public void Files_of_PyTorch_go_both_ways(string format)
    {
        using var scope = NewDisposeScope();
        using var generated = new Exchanged();
        using var byHand = new PlainExchanged();
        var x = randn(3, 8);
        generated.call(x);
        generated.eval();
        byHand.eval();

        Load(byHand, Save(generated, format), format);
        Assert.True(byHand.call(x).Equals(generated.call(x)));

        using var other = new PlainExchanged();
        other.call(x);
        other.eval();
        Assert.False(other.call(x).Equals(generated.call(x)));
        Load(generated, Save(other, format), format);
        Assert.True(other.call(x).Equals(generated.call(x)));
    }

    [Theory]
    [InlineData("safetensors")]
    [InlineData("pt")]
    public void What_is_loaded_trains_as_before(string format)
    {
        using var scope = NewDisposeScope();
        using var frozen = new Exchanged();
        using var target = new Exchanged();
        using var spoken = new Speaker();
        foreach (var parameter in frozen.parameters())
        {
            parameter.requires_grad = false;
        }

        target.get_parameter("scale")!.requires_grad = false;
        var trained = target.named_parameters().Where(p => p.parameter.requires_grad).Select(p => p.name).ToHashSet();
        Load(target, Save(frozen, format), format);

        // A .pt file says of each tensor whether it is trained, as the state_dict of PyTorch says of none: PyBridge takes that over, in any
        // module.
        Assert.Equal(format == "pt" ? 0 : trained.Count, target.parameters().Count(p => p.requires_grad));
        foreach (var (name, parameter) in target.named_parameters())
        {
            parameter.requires_grad = trained.Contains(name);
        }

        target.call(randn(3, 8)).sum().backward();
        Assert.All(target.named_parameters(), p => Assert.Equal(p.name == "scale", p.parameter.grad is null));
        Load(spoken, Save(spoken, format), format);
        Assert.All(spoken.parameters(), p => Assert.True(p.requires_grad));
    }

    [Theory]
    [InlineData("safetensors")]
    [InlineData("pt")]
    public void What_is_not_contiguous_is_refused_by_PyBridge(string format)
    {
        using var scope = NewDisposeScope();
        using var module = new Turned();
        Assert.Throws<InvalidOperationException>(() => Save(module, format));
    }

    [Theory]
    [InlineData("safetensors")]
    [InlineData("pt")]
    public void Tied_weights_stay_tied(string format)
    {
        using var scope = NewDisposeScope();
        using var first = new Speaker();
        using var second = new Speaker();
        var tokens = randint(10, [2, 3], dtype: ScalarType.Int64);
        Load(second, Save(first, format), format);
        Assert.True(second.call(tokens).Equals(first.call(tokens)));
        Assert.Single(second.parameters());
    }

    private static byte[] Save(Module module, string format)
    {
        using var stream = new MemoryStream();
        _ = format == "pt" ? module.save_py(stream, leaveOpen: true) : module.save_safetensors(stream, leaveOpen: true);
        return stream.ToArray();
    }

    private static void Load(Module module, byte[] file, string format)
    {
        using var stream = new MemoryStream(file);
        var loaded = new Dictionary<string, bool>();
        _ = format == "pt" ? module.load_py(stream, strict: true, loadedParameters: loaded)
            : module.load_safetensors(stream, strict: true, loadedParameters: loaded);
        Assert.All(loaded, l => Assert.True(l.Value, l.Key));
        Assert.NotEmpty(loaded);
    }

    private sealed class PlainExchanged : Module<Tensor, Tensor>
    {
        private readonly Linear fc = Linear(8, 4);
        private readonly BatchNorm1d norm = BatchNorm1d(4);
        private readonly Sequential head = Sequential(Linear(4, 4), ReLU(), Linear(4, 2));
        private readonly Parameter scale = Parameter(rand(2));

        public PlainExchanged()
            : base(nameof(PlainExchanged)) => RegisterComponents();

        public override Tensor forward(Tensor input) => head.call(norm.call(fc.call(input))) * scale;
    }
}

[Shape("B 8 -> B 2")]
internal sealed partial class Exchanged
{
    [Layer(8, 4)] private readonly Linear fc;
    [Layer] private readonly BatchNorm1d norm;
    [Layer] private readonly Sequential head = Sequential(Linear(4, 4), ReLU(), Linear(4, 2));
    [Parameter] private readonly Parameter scale = Parameter(rand(2));

    private Tensor Forward(Tensor x) => head.call(norm.call(fc.call(x))) * scale;
}

[Shape("B T -> B T 10")]
internal sealed partial class Speaker
{
    [Layer] private readonly Embedding tokens = Embedding(10, 6);
    [Layer] private readonly Linear head = Linear(6, 10, hasBias: false);

    public Speaker() => head.weight = tokens.weight!;
}

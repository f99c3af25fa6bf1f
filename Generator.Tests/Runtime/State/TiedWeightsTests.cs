using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.State;

/// <summary>Tied weights are one tensor: in the count, in a move, in an optimizer and in a checkpoint.</summary>
[Collection("TorchSharp")]
public sealed class TiedWeightsTests
{
    [Fact]
    public void Two_layers_with_one_weight_stay_tied_after_a_move_and_are_counted_once()
    {
        using var scope = NewDisposeScope();
        using var module = new TiedLinears();
        Assert.Equal(TiedLinears.ParameterCount, module.parameters().Sum(p => p.numel()));
        Assert.Equal(["first.weight", "first.bias", "second.bias", "second.weight"], module.state_dict().Keys);
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            module.to(type);
            Assert.Same(module.First.weight, module.Second.weight);
            Assert.Same(module.First.weight, module.get_parameter("first.weight"));
            Assert.Same(module.First.weight, module.get_parameter("second.weight"));
            Assert.Equal(type, module.First.weight.dtype);
            Assert.Equal(TiedLinears.ParameterCount, module.parameters().Sum(p => p.numel()));
            Assert.Equal(type, module.call(randn(2, 4, dtype: type)).dtype);
        }

        // By hand the move disposes the weight under the second layer.
        using var plain = new PlainTiedLinears();
        Assert.Throws<InvalidOperationException>(() => plain.to(ScalarType.Float64));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_embedding_and_a_head_stay_tied_after_a_move_and_are_counted_once(bool headFirst)
    {
        using var scope = NewDisposeScope();
        using Module<Tensor, Tensor> module = headFirst ? new TiedHeadFirst() : new TiedWords();
        var keys = headFirst ? new[] { "head.weight", "words.weight" } : ["words.weight", "head.weight"];
        Assert.Equal(keys, module.state_dict().Keys);
        Assert.Equal(40, module.parameters().Sum(p => p.numel()));
        Assert.Equal((40L, 40L), (TiedWords.ParameterCount, TiedHeadFirst.ParameterCount));
        module.to(ScalarType.Float64);
        AssertTied(module);

        // By hand: counted twice, and with the head first untied by the move.
        using var plain = new PlainTiedWords(headFirst);
        Assert.Equal(80, plain.parameters().Sum(p => p.numel()));
        plain.to(ScalarType.Float64);
        using (no_grad())
        {
            plain.Words.weight!.fill_(7);
        }

        Assert.Equal(headFirst ? 0 : 7, plain.Head.weight[0, 0].item<double>());
    }

    [Fact]
    public void A_training_step_moves_a_tied_weight_once()
    {
        using var scope = NewDisposeScope();
        using var module = new TiedWords();
        using var plain = new PlainTiedWords(headFirst: false);
        foreach (var model in new Module<Tensor, Tensor>[] { module, plain })
        {
            using (no_grad())
            {
                model.get_parameter("words.weight")!.fill_(0.5);
            }

            using var optimizer = optim.SGD(model.parameters(), 1);
            model.call(zeros(1, 1, dtype: ScalarType.Int64)).sum().backward();
            optimizer.step();
        }

        // The word that came in: as a word it has the gradient 10 * 0.5, in the head 0.5.
        Assert.Equal(0.5 - 5.5, module.get_parameter("words.weight")![0, 0].item<float>(), 4);
        Assert.Equal(0.5 - (2 * 5.5), plain.get_parameter("words.weight")![0, 0].item<float>(), 4);
    }

    [Fact]
    public void Tied_weights_are_saved_under_both_keys_and_are_tied_after_loading()
    {
        using var scope = NewDisposeScope();
        using var module = new TiedWords();
        using var other = new TiedWords();
        using var plain = new PlainTiedWords(headFirst: false);
        using var stream = new MemoryStream();
        Save(module, stream);
        other.load(stream);
        AssertTied(other);
        Assert.True(other.get_parameter("words.weight")!.Equals(module.get_parameter("head.weight")!));

        // One of the keys is enough, as other programs write it; by hand both are asked for.
        var one = new Dictionary<string, Tensor> { ["words.weight"] = ones(10, 4) };
        var (missing, _) = other.load_state_dict(one);
        Assert.Empty(missing);
        AssertTied(other);
        Assert.Equal(1, other.get_parameter("head.weight")![3, 3].item<float>());
        Assert.Throws<InvalidOperationException>(() => plain.load_state_dict(one));
    }

    [Fact]
    public void Weights_stay_tied_deep_in_the_tree_and_in_modules_written_by_hand()
    {
        using var scope = NewDisposeScope();
        using var module = new TiedDeep();
        module.to(ScalarType.Float64);
        Assert.Same(module.Inner.First.weight, module.Outer.weight);
        Assert.Same(module.Inner.First.weight, module.Hand.Weight);
        Assert.False(module.Hand.Weight.IsInvalid);
        Assert.Equal(["outer.weight", "outer.bias", "inner.first.bias", "inner.second.weight", "inner.second.bias", "inner.first.weight",
            "hand.weight"], module.state_dict().Keys);
        Assert.Equal(ScalarType.Float64, module.call(randn(2, 4, dtype: ScalarType.Float64)).dtype);
    }

    [Fact]
    public void A_layer_that_stands_in_a_Sequential_twice_has_both_keys()
    {
        using var scope = NewDisposeScope();
        using var module = new Repeats();
        Assert.Equal(["body.0.weight", "body.0.bias", "body.2.weight", "body.2.bias"], module.state_dict().Keys);
        Assert.Equal(20, module.parameters().Sum(p => p.numel()));
        var shared = Linear(4, 4);
        using var plain = Sequential(shared, ReLU(), shared);
        Assert.Equal(["0.weight", "0.bias"], plain.state_dict().Keys);

        // What was written by hand, without the second key, is loaded all the same.
        module.load_state_dict(plain.state_dict().ToDictionary(s => $"body.{s.Key}", s => s.Value));
        Assert.True(module.get_parameter("body.2.weight")!.Equals(shared.weight));
    }

    [Theory]
    [InlineData("a.weight = w;")]
    [InlineData("if (tie) { a.weight = b.weight; }")]
    [InlineData("a.weight = b.weight; b.weight = a.weight;")]
    [InlineData("a.weight = other.weight;")]
    [InlineData("inner.Fc.weight = a.weight;")]
    [InlineData("Tie();")]
    public void What_is_tied_in_a_way_that_cannot_be_followed_is_not_counted(string statement)
    {
        var found = Compilations.Diagnose(Compilations.Of($$"""
            public partial class Inner
            {
                [Layer] private readonly Linear fc = Linear(4, 4);
                public Linear Fc => fc;
                private Tensor Forward(Tensor x) => fc.call(x);
            }
            public partial class Net
            {
                [Parameter] private readonly Parameter w = Parameter(ones(4, 4));
                [Layer] private readonly Linear a = Linear(4, 4);
                [Layer] private readonly Linear b = Linear(4, 4);
                [Layer] private readonly Inner inner = new();
                public Net(Linear other, bool tie) { {{statement}} }
                private void Tie() => {{(statement == "Tie();" ? "a.weight = b.weight" : "_ = a")}};
                private Tensor Forward(Tensor x) => inner.call(b.call(a.call(x * w.sum())));
            }
            """));
        Assert.Contains(found, d => d.Id == "GEN2004"
            && d.GetMessage(System.Globalization.CultureInfo.InvariantCulture)
                .Contains("leaves of the layer's own", StringComparison.Ordinal));
    }

    internal static void Save(Module module, MemoryStream stream)
    {
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            module.save(writer);
        }

        stream.Position = 0;
    }

    private static void AssertTied(Module module)
    {
        using (no_grad())
        {
            var words = module.get_parameter("words.weight")!;
            var before = words.clone();
            words.fill_(7);
            Assert.Equal(7, module.get_parameter("head.weight")![0, 0].to(ScalarType.Float32).item<float>());
            words.copy_(before);
        }

        Assert.Single(module.parameters());
    }

    private sealed class PlainTiedLinears : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(4, 4);
        private readonly Linear second = Linear(4, 4);

        public PlainTiedLinears()
            : base(nameof(PlainTiedLinears))
        {
            second.weight = first.weight;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => second.call(first.call(input));
    }

    private sealed class PlainTiedWords : Module<Tensor, Tensor>
    {
        public PlainTiedWords(bool headFirst)
            : base(nameof(PlainTiedWords))
        {
            Head.weight = Words.weight!;
            if (headFirst)
            {
                register_module("head", Head);
                register_module("words", Words);
            }
            else
            {
                register_module("words", Words);
                register_module("head", Head);
            }

            using (no_grad())
            {
                Head.weight.fill_(0);
            }
        }

        public Embedding Words { get; } = Embedding(10, 4);

        public Linear Head { get; } = Linear(4, 10, hasBias: false);

        public override Tensor forward(Tensor input) => Head.call(Words.call(input));
    }
}

[Shape("B 4 -> B 4")]
internal sealed partial class TiedLinears
{
    [Layer(4, 4)] private readonly Linear first;
    [Layer(4, 4)] private readonly Linear second;

    public TiedLinears() => second.weight = first.weight;

    public Linear First => first;

    public Linear Second => second;
}

[Shape("B T -> B T 10")]
internal sealed partial class TiedWords
{
    [Layer] private readonly Embedding words = Embedding(10, 4);
    [Layer] private readonly Linear head = Linear(4, 10, hasBias: false);

    public TiedWords() => head.weight = words.weight!;
}

internal sealed partial class TiedHeadFirst
{
    [Layer] private readonly Linear head = Linear(4, 10, hasBias: false);
    [Layer] private readonly Embedding words = Embedding(10, 4);

    public TiedHeadFirst()
    {
        head.weight = words.weight!;
    }

    private Tensor Forward(Tensor x) => head.call(words.call(x));
}

/// <summary>Has a weight in a field of its own, by hand.</summary>
internal sealed class PlainShares : Module<Tensor, Tensor>
{
    private readonly Parameter weight;

    public PlainShares(Parameter weight)
        : base(nameof(PlainShares))
    {
        this.weight = weight;
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public override Tensor forward(Tensor input) => functional.linear(input, weight);
}

internal sealed partial class TiedInner
{
    [Layer] private readonly Linear first = Linear(4, 4);
    [Layer] private readonly Linear second = Linear(4, 4);

    public Linear First => first;

    private Tensor Forward(Tensor x) => second.call(first.call(x));
}

internal sealed partial class TiedDeep
{
    [Layer] private readonly Linear outer = Linear(4, 4);
    [Layer] private readonly TiedInner inner = new();
    [Layer] private readonly PlainShares hand;

    public TiedDeep()
    {
        inner.First.weight = outer.weight;
        hand = new PlainShares(outer.weight);
    }

    public Linear Outer => outer;

    public TiedInner Inner => inner;

    public PlainShares Hand => hand;

    private Tensor Forward(Tensor x) => hand.call(inner.call(outer.call(x)));
}

internal sealed partial class Repeats
{
    private static readonly Linear Shared = Linear(4, 4);

    [Layer] private readonly Sequential body = Sequential(Shared, ReLU(), Shared);

    private Tensor Forward(Tensor x) => body.call(x);
}

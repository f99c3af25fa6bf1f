using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Registration;

/// <summary>A module outlives a DisposeScope around its constructor.</summary>
[Collection("TorchSharp")]
public sealed class DisposeScopeTests
{
    public static TheoryData<string> All => [.. Kinds.Ways.Except(AssignInTheConstructor)];

    /// <summary>
    /// Their constructors assign parameters or buffers, and C# leaves no place behind it where they could be taken out of the scope; or
    /// a class written by hand has them.
    /// </summary>
    public static readonly string[] AssignInTheConstructor =
        ["a chain with a constructor that assigns all", "a base Module and a constructor",
            "derived from a Gen module, with a constructor", "derived from a hand-written module"];

    [Theory]
    [MemberData(nameof(All))]
    public void Parameters_and_buffers_survive_a_scope_around_the_constructor(string kind)
    {
        Module<Tensor, Tensor> module;
        using (NewDisposeScope())
        {
            module = Kinds.Make(kind);
        }

        using (module)
        using (NewDisposeScope())
        {
            Assert.Equal(Kinds.Keys, module.state_dict().Keys);
            Assert.All(module.parameters().Concat(module.buffers()), t => Assert.False(t.IsInvalid));
            Assert.Equal([2, 4], module.call(randn(2, 4)).shape);
        }

        PlainKind plain;
        using (NewDisposeScope())
        {
            plain = new PlainKind();
        }

        Assert.True(plain.Mask.IsInvalid);
        Assert.DoesNotContain("scale", plain.state_dict().Keys);
        plain.Dispose();
    }

    [Fact]
    public void Layers_with_a_native_half_survive_also_where_the_constructor_assigns_them()
    {
        NativeLayers module;
        PlainNativeLayers plain;
        using (NewDisposeScope())
        {
            module = new NativeLayers();
            plain = new PlainNativeLayers();
        }

        using (module)
        using (NewDisposeScope())
        {
            Assert.Equal(7, module.state_dict().Count);
            Assert.Equal((10 * 4) + (4 * 4 * 2 * 4) + (4 * 4 * 2) + (2 * 4), module.parameters().Sum(p => p.numel()));
            module.to(ScalarType.Float64);
            Assert.All(module.parameters().Concat(module.buffers().Where(b => b.is_floating_point())),
                t => Assert.Equal(ScalarType.Float64, t.dtype));
            Assert.Equal([1, 3, 4], module.call(zeros(1, 3, dtype: ScalarType.Int64)).shape);
        }

        Assert.DoesNotContain("words.weight", plain.state_dict().Keys);
        plain.Dispose();
    }

    [Fact]
    public void A_parameter_that_a_constructor_assigned_and_a_scope_has_freed_is_reported_by_its_key()
    {
        KindChainExplicit module;
        using (NewDisposeScope())
        {
            module = new KindChainExplicit(4);
        }

        Assert.Contains("\"scale\" was freed before the module was used",
            Assert.Throws<InvalidOperationException>(() => module.state_dict()).Message, StringComparison.Ordinal);

        // By hand it is lost without a word.
        PlainKind plain;
        using (NewDisposeScope())
        {
            plain = new PlainKind();
        }

        Assert.DoesNotContain("scale", plain.state_dict().Keys);
        plain.Dispose();
    }

    [Fact]
    public void A_constructor_that_registers_at_its_end_keeps_what_it_has_assigned()
    {
        RegistersAtTheEnd module;
        using (NewDisposeScope())
        {
            module = new RegistersAtTheEnd();
        }

        using (module)
        {
            Assert.Equal(["scale"], module.state_dict().Keys);
            Assert.Equal(4, module.parameters().Single().numel());
        }
    }

    private sealed class PlainNativeLayers : Module<Tensor, Tensor>
    {
        private readonly Embedding words;

        public PlainNativeLayers()
            : base(nameof(PlainNativeLayers))
        {
            words = Embedding(10, 4);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => words.call(input);
    }
}

internal sealed partial class NativeLayers
{
    [Layer] private readonly Embedding words;
    [Layer] private readonly LSTM lstm;
    [Layer] private readonly LayerNorm norm;

    public NativeLayers()
    {
        words = Embedding(10, 4);
        lstm = LSTM(4, 4, batchFirst: true);
        norm = LayerNorm(4);
    }

    private Tensor Forward(Tensor x) => norm.call(lstm.call(words.call(x)).Item1);
}

internal sealed partial class RegistersAtTheEnd
{
    [Parameter] private readonly Parameter scale;

    public RegistersAtTheEnd()
    {
        scale = Kinds.NewScale();
        RegisterComponents();
    }

    private Tensor Forward(Tensor x) => x * scale;
}

using Gen.Tests.Runtime.Registration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.State;

/// <summary>After a move to another type or device, what a module has is what it had.</summary>
[Collection("TorchSharp")]
public sealed class MovementTests
{
    public static TheoryData<string> All => Kinds.Names;

    [Theory]
    [MemberData(nameof(All))]
    public void After_a_move_fields_and_registry_hold_the_same_objects(string kind)
    {
        using var scope = NewDisposeScope();
        using var module = Kinds.Make(kind);
        var fields = (IKind)((object)module is IKind k ? k : throw new InvalidOperationException(kind));
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            module.to(type);
            Assert.Same(module.get_parameter("scale"), fields.Scale);
            Assert.Same(module.get_parameter("fc.weight"), fields.Fc.weight);
            Assert.Same(module.get_buffer("mean"), fields.Mean);
            Assert.Same(module.get_buffer("mask"), fields.Mask);
            Assert.Same(module.named_children().Single().module, fields.Fc);
            Assert.All([fields.Scale, fields.Fc.weight, fields.Fc.bias!, fields.Mean, fields.Mask], t => Assert.Equal(type, t.dtype));
            Assert.Equal(Kinds.Keys, module.state_dict().Keys);
            Assert.Equal(type, module.call(randn(2, 4, dtype: type)).dtype);
        }

        // By hand: a parameter registered under another name than its field's is disposed, and the field still holds it.
        using var plain = new PlainStale();
        plain.to(ScalarType.Float64);
        Assert.True(plain.Scale.IsInvalid);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_move_to_another_device_moves_all_of_it(string kind)
    {
        using var scope = NewDisposeScope();
        using var module = Kinds.Make(kind);
        module.to(META);
        var fields = (IKind)(object)module;
        Assert.All([fields.Scale, fields.Fc.weight, fields.Fc.bias!, fields.Mean, fields.Mask],
            t => Assert.Equal(DeviceType.META, t.device_type));
        Assert.Same(module.get_buffer("mask"), fields.Mask);
        Assert.Equal(DeviceType.META, module.call(zeros(2, 4, device: META)).device_type);

        // By hand, the buffer that is not saved stays where it was.
        using var plain = new PlainKind();
        plain.to(META);
        Assert.Equal(DeviceType.CPU, plain.Mask.device_type);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Buffers_that_are_not_saved_move_and_are_disposed_with_the_module(string kind)
    {
        var module = Kinds.Make(kind);
        var fields = (IKind)(object)module;
        module.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, fields.Mask.dtype);
        Assert.DoesNotContain("mask", module.state_dict().Keys);
        Assert.Contains(module.named_buffers(), b => b.name == "mask");
        Assert.DoesNotContain(module.named_buffers(include_nonpersistent: false), b => b.name == "mask");
        module.Dispose();
        Assert.True(fields.Mask.IsInvalid);
        Assert.True(fields.Mean.IsInvalid);
        Assert.True(fields.Scale.IsInvalid);

        var plain = new PlainKind();
        plain.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float32, plain.Mask.dtype);
        plain.Dispose();
        Assert.False(plain.Mask.IsInvalid);
        plain.Mask.Dispose();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_move_reaches_it_wherever_it_stands(string kind)
    {
        using var scope = NewDisposeScope();
        foreach (var parent in new Module[]
        {
            Sequential(Kinds.Make(kind), ReLU()), new PlainParent(new ModuleList<Module<Tensor, Tensor>>(Kinds.Make(kind))),
            new PlainParent(Kinds.Make(kind)), new Holds(Kinds.Make(kind)),
        })
        {
            using (parent)
            {
                parent.to(ScalarType.Float64);
                Assert.All(parent.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
                Assert.All(parent.buffers(), b => Assert.Equal(ScalarType.Float64, b.dtype));
            }
        }
    }

    [Fact]
    public void A_ModuleDict_can_be_moved()
    {
        using var scope = NewDisposeScope();
        using var module = new Holds(new KindForward());
        module.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, module.Named["a"].weight.dtype);
        Assert.Equal(ScalarType.Float64, module.call(randn(2, 4, dtype: ScalarType.Float64)).dtype);
        module.to(ScalarType.Float32);
        module.to(META);
        Assert.Equal(DeviceType.META, module.Named["a"].weight.device_type);

        using var plain = new PlainParent(ModuleDict(("a", Linear(4, 4))));
        Assert.Throws<ArgumentException>(() => plain.to(ScalarType.Float64));
    }

    [Fact]
    public void Gradients_move_too()
    {
        using var scope = NewDisposeScope();
        using var module = new KindForward();
        module.call(randn(2, 4)).sum().backward();
        var gradient = module.Fc.weight.grad!.clone();
        module.to(ScalarType.Float64);
        Assert.True(module.Fc.weight.grad!.to(ScalarType.Float32).Equals(gradient));
        Assert.Equal(ScalarType.Float64, module.Scale.grad!.dtype);
    }

    [Fact]
    public void Numbers_that_are_whole_stay_whole()
    {
        using var module = new Steps();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            module.to(type);
            Assert.Equal((ScalarType.Int64, 3L), (module.Count.dtype, module.Count.item<long>()));
            Assert.Same(module.Count, module.get_buffer("count"));
            Assert.Equal(ScalarType.Int64, module.state_dict()["norm.num_batches_tracked"].dtype);
            Assert.Equal(type, module.state_dict()["norm.running_mean"].dtype);
        }
    }

    private sealed class PlainStale : Module<Tensor, Tensor>
    {
        private readonly Parameter scale = Kinds.NewScale();

        public PlainStale()
            : base(nameof(PlainStale)) => register_parameter("gain", scale);

        public Parameter Scale => scale;

        public override Tensor forward(Tensor input) => input * scale;
    }
}

internal sealed partial class Steps
{
    [Buffer] private readonly Tensor count = tensor(3L);
    [Layer] private readonly BatchNorm1d norm = BatchNorm1d(4);

    public Tensor Count => count;

    private Tensor Forward(Tensor x) => norm.call(x) * count;
}

using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>Registration needs no call, whatever the constructor looks like.</summary>
[Collection("TorchSharp")]
public sealed class RegistrationTests
{
    [Fact]
    public void A_layer_that_the_users_constructor_assigns_is_registered_on_first_use()
    {
        using var module = new AssignedLate(12);
        Assert.Equal(["fc.weight", "fc.bias"], module.state_dict().Keys);
        Assert.Equal(["fc", "dropout"], module.named_children().Select(c => c.name));
        using var other = new AssignedLate(12);
        Assert.Equal(4 * 12 + 12, other.parameters().Sum(p => p.numel()));
        Assert.True(new AssignedLate(3).has_parameter("fc.weight"));
        Assert.NotNull(new AssignedLate(3).get_parameter("fc.bias"));
    }

    [Fact]
    public void A_hand_written_parent_registers_it_too()
    {
        using var parent = new HandWrittenParent();
        Assert.Equal(["late.fc.weight", "late.fc.bias"], parent.state_dict().Keys);
    }

    [Fact]
    public void A_base_class_that_the_user_chose_is_registered()
    {
        using var scope = NewDisposeScope();
        using var module = new ChosenBase();
        Assert.Equal(["fc.weight", "fc.bias"], module.state_dict().Keys);
        Assert.Equal([2, 2], module.call(randn(2, 4)).shape);
        Assert.Equal(nameof(ChosenBase), module.GetName());
    }

    [Fact]
    public void Keys_come_in_the_order_of_TorchSharp_and_are_named_by_ComponentName()
    {
        using var module = new EveryKind(drop: true);
        Assert.Equal(["scale", "proj.weight", "proj.bias", "mean"], module.state_dict().Keys.OrderBy(k => k is "scale" ? 0 : k is "mean" ? 2 : 1));
        Assert.Equal(["proj", "dropout"], module.named_children().Select(c => c.name));
        using var without = new EveryKind(drop: false);
        Assert.Equal(["proj"], without.named_children().Select(c => c.name));
    }

    [Fact]
    public void After_a_move_fields_and_registry_hold_the_same_objects()
    {
        using var scope = NewDisposeScope();
        using var module = new EveryKind(drop: false);
        module.to(ScalarType.Float64);
        Assert.Same(module.get_parameter("scale"), module.Scale);
        Assert.Same(module.get_buffer("mean"), module.Mean);
        Assert.Equal(ScalarType.Float64, module.Scale.dtype);
        Assert.Equal(ScalarType.Float64, module.Mean.dtype);
        Assert.Equal(ScalarType.Float64, module.Mask.dtype);
        Assert.Equal(ScalarType.Float64, module.call(randn(2, 8, dtype: ScalarType.Float64)).dtype);
    }

    [Fact]
    public void A_buffer_that_is_not_persistent_is_not_saved()
    {
        using var module = new EveryKind(drop: false);
        Assert.DoesNotContain("mask", module.state_dict().Keys);
        Assert.NotNull(module.get_buffer("mask"));
    }

    [Fact]
    public void Train_and_eval_reach_every_layer()
    {
        using var module = new AssignedLate(3);
        module.eval();
        Assert.All(module.named_children(), c => Assert.False(c.module.training));
        module.train();
        Assert.All(module.named_children(), c => Assert.True(c.module.training));
    }

    [Fact]
    public void A_module_in_a_module_is_registered_under_its_path()
    {
        using var scope = NewDisposeScope();
        using var module = new Holder();
        Assert.Equal(["first.fc.weight", "first.fc.bias", "second.fc.weight", "second.fc.bias"], module.state_dict().Keys);
        Assert.Equal(Holder.ParameterCount, module.parameters().Sum(p => p.numel()));
        Assert.Equal([2, 16], module.call(randn(2, 4)).shape);
    }

    [Fact]
    public void A_derived_class_adds_its_layers_after_those_of_the_base()
    {
        using var scope = NewDisposeScope();
        using var module = new Derived();
        Assert.Equal(["fc.weight", "fc.bias", "more.weight", "more.bias"], module.state_dict().Keys);
        module.to(ScalarType.Float64);
        Assert.All(module.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
    }

    private sealed class HandWrittenParent : Module<Tensor, Tensor>
    {
        private readonly AssignedLate late = new(3);

        public HandWrittenParent()
            : base(nameof(HandWrittenParent)) => RegisterComponents();

        public override Tensor forward(Tensor input) => late.call(input);
    }
}

[Shape("B 4")]
internal sealed partial class AssignedLate
{
    [Layer] private readonly Linear fc;
    [Layer(0.1)] private readonly Dropout dropout;

    public AssignedLate(int size)
    {
        if (size < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(size));
        }

        fc = Linear(4, size);
    }
}

[Shape("B 4 -> B 2")]
internal sealed partial class ChosenBase : Module<Tensor, Tensor>
{
    [Layer(4, 2)] private readonly Linear fc;
}

internal sealed partial class EveryKind(bool drop)
{
    [Parameter] private readonly Parameter scale = Parameter(ones(8));
    [Buffer] private Tensor mean = zeros(8);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(8);
    [Layer, ComponentName(Name = "proj")] private readonly Linear projection = Linear(8, 8);
    [Layer] private readonly Dropout? dropout = drop ? Dropout(0.1) : null;

    public Parameter Scale => scale;

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    private Tensor Forward(Tensor x) => ((projection.call(x) * scale) - mean) * mask;
}

[Shape("B n -> B 2*n")]
internal sealed partial class Widen(int n)
{
    [Layer] private readonly Linear fc = Linear(n, 2 * n);
}

[Shape("B 4 -> B 16")]
internal sealed partial class Holder
{
    [Layer] private readonly Widen first = new(4);
    [Layer] private readonly Widen second = new(8);
}

[Shape("B 4 -> B 4")]
internal partial class Basis
{
    [Layer(4, 4)] private readonly Linear fc;

    protected Linear Inherited => fc;
}

internal sealed partial class Derived : Basis
{
    [Layer(4, 2)] private readonly Linear more;

    private Tensor Forward(Tensor x) => more.call(Inherited.call(x));
}

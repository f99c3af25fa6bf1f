using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Registration;

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
    [Layer] internal readonly Dropout? dropout = drop ? Dropout(0.1) : null;

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

internal sealed partial class SameNameBelow : Basis
{
    [Layer(4, 2), ComponentName(Name = "last")] private readonly Linear fc;

    private Tensor Forward(Tensor x) => fc.call(Inherited.call(x));
}

internal sealed partial class AsksEarly
{
    [Layer] private readonly Linear first;
    [Layer] private readonly Linear second;

    public AsksEarly()
    {
        first = Linear(4, 4);
        EarlyChildren = named_children().Count();
        second = Linear(4, 4);
    }

    public int EarlyChildren { get; }

    private Tensor Forward(Tensor x) => second.call(first.call(x));
}

internal sealed partial class Replaced
{
    [Parameter] private Parameter scale = Parameter(ones(4));
    [Layer] private Linear? fc = Linear(4, 4);
    [Layer] private readonly Linear last = Linear(4, 2);

    public Linear? Fc
    {
        get => fc;
        set => fc = value;
    }

    public Parameter Scale
    {
        get => scale;
        set => scale = value;
    }

    private Tensor Forward(Tensor x) => last.call(fc is null ? x : fc.call(x));
}

internal sealed partial class RegistersMore
{
    [Layer] private readonly Linear fc = Linear(4, 4);

    public RegistersMore() => register_module("extra", Linear(4, 4));

    private Tensor Forward(Tensor x) => fc.call(x);
}

/// <summary>Shows nothing to an optimizer, stays in evaluation, and saves something more.</summary>
internal sealed partial class Frozen
{
    [Layer(4, 4)] private readonly Linear fc;

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => [];

    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        var state = base.state_dict(destination, prefix);
        state[$"{prefix}.note"] = zeros(1);
        return state;
    }

    public override void train(bool train = true) => base.train(false);

    private Tensor Forward(Tensor x) => fc.call(x);
}

/// <summary>Holds modules of every origin.</summary>
internal sealed partial class Holds
{
    [Layer] private readonly Module<Tensor, Tensor> one;
    [Layer] private readonly ModuleList<Linear> several = new(Linear(4, 4), Linear(4, 4));
    [Layer] private readonly ModuleDict<Linear> named = ModuleDict(("a", Linear(4, 4)));
    [Layer] private readonly PlainKind byHand = new();

    public Holds(Module<Tensor, Tensor> one) => this.one = one;

    public ModuleDict<Linear> Named => named;

    private Tensor Forward(Tensor x) => byHand.call(named["a"].call(several[1].call(several[0].call(one.call(x)))));
}

[Shape("B 4 -> B 4")]
internal sealed partial class Weighed
{
    [Layer] private readonly ParameterList scales = new(Parameter(ones(4)), Parameter(ones(4)));
    [Layer] private readonly ParameterDict shifts = ParameterDict(("first", Parameter(ones(4))), ("second", Parameter(zeros(4))));

    private Tensor Forward(Tensor x) => (x * scales[0] * scales[1]) + shifts["first"] - shifts["second"];
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime;

/// <summary>One module, declared in every way: a parameter, a layer, a buffer, and one that is not saved.</summary>
internal interface IKind
{
    Parameter Scale { get; }

    Linear Fc { get; }

    Tensor Mean { get; }

    Tensor Mask { get; }
}

/// <summary>The ways, and the same by hand.</summary>
internal static class Kinds
{
    public static readonly string[] Keys = ["scale", "fc.weight", "fc.bias", "mean"];

    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Makers = new()
    {
        ["a chain without a constructor"] = () => new KindChain(),
        ["a chain with a primary constructor"] = () => new KindChainPrimary(4),
        ["a chain with a constructor that assigns all"] = () => new KindChainExplicit(4),
        ["a Forward without a constructor"] = () => new KindForward(),
        ["a Forward with a primary constructor"] = () => new KindForwardPrimary(4),
        ["a Forward with a constructor"] = () => new KindForwardExplicit(4),
        ["a forward of one's own"] = () => new KindOwn(),
        ["a base Module of one's own choice"] = () => new KindModule(),
        ["a base Module and a constructor"] = () => new KindModuleExplicit(4),
        ["a base Module and a primary constructor"] = () => new KindModulePrimary(4),
        ["derived from a Gen module"] = () => new KindDerived(),
        ["derived from a Gen module, with a constructor"] = () => new KindDerivedExplicit(4),
        ["derived from a Gen module, with a primary constructor"] = () => new KindDerivedPrimary(4),
        ["derived from a hand-written module"] = () => new KindHandWrittenBase(4),
        ["a hand-written class derived from it"] = () => new KindExtended(),
        ["generic"] = () => new KindGeneric<int>(),
        ["nested in a generic class"] = () => new KindOuter<int>.Inner(),
    };

    public static IEnumerable<string> Ways => Makers.Keys;

    public static TheoryData<string> Names => [.. Ways];

    public static Module<Tensor, Tensor> Make(string kind) => Makers[kind]();

    public static Parameter NewScale() => new(ones(4));
}

/// <summary>By hand, as TorchSharp wants it.</summary>
internal sealed class PlainKind : Module<Tensor, Tensor>
{
    private readonly Parameter scale = Kinds.NewScale();
    private readonly Linear fc = Linear(4, 4);
    private readonly Tensor mean = zeros(4);
    private readonly Tensor mask = ones(4);

    public PlainKind()
        : base(nameof(PlainKind))
    {
        register_buffer("mask", mask, persistent: false);
        RegisterComponents();
    }

    public Tensor Mask => mask;

    public override Tensor forward(Tensor input) => ((fc.call(input) * scale) - mean) * mask;
}

[Shape("B 4 -> B 4")]
internal sealed partial class KindChain : IKind
{
    [Parameter] private readonly Parameter scale = Kinds.NewScale();
    [Layer(4, 4)] private readonly Linear fc;
    [Buffer] private readonly Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private Tensor mask = ones(4);

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;
}

[Shape("B 4 -> B n")]
internal sealed partial class KindChainPrimary(int n) : IKind
{
    [Parameter] private Parameter scale = Kinds.NewScale();
    [Layer] private readonly Linear fc = Linear(4, n);
    [Buffer] private readonly Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;
}

[Shape("B 4 -> B n")]
internal sealed partial class KindChainExplicit : IKind
{
    [Parameter] private readonly Parameter scale;
    [Layer] private readonly Linear fc;
    [Buffer] private readonly Tensor mean;
    [Buffer(Persistent = false)] private readonly Tensor mask;

    public KindChainExplicit(int n)
    {
        // Assigned in another order than declared: the keys keep the order of the fields.
        mask = ones(4);
        mean = zeros(4);
        fc = Linear(4, n);
        scale = Kinds.NewScale();
    }

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;
}

internal sealed partial class KindForward : IKind
{
    [Parameter] private readonly Parameter scale = Kinds.NewScale();
    [Layer(4, 4)] private readonly Linear fc;
    [Buffer] private readonly Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    private Tensor Forward(Tensor x) => ((fc.call(x) * scale) - mean) * mask;
}

internal sealed partial class KindForwardPrimary(int n) : IKind
{
    [Parameter] private readonly Parameter scale = Kinds.NewScale();
    [Layer] private Linear fc = Linear(4, n);
    [Buffer] private Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    private Tensor Forward(Tensor x) => ((fc.call(x) * scale) - mean) * mask;
}

internal sealed partial class KindForwardExplicit : IKind
{
    [Parameter] private readonly Parameter scale = Kinds.NewScale();
    [Layer] private readonly Linear fc;
    [Buffer] private readonly Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public KindForwardExplicit(int n) => fc = Linear(4, n);

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    private Tensor Forward(Tensor x) => ((fc.call(x) * scale) - mean) * mask;
}

internal sealed partial class KindOwn : Module<Tensor, Tensor>, IKind
{
    [Parameter] private readonly Parameter scale = Kinds.NewScale();
    [Layer(4, 4)] private readonly Linear fc;
    [Buffer] private readonly Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    public override Tensor forward(Tensor input) => ((fc.call(input) * scale) - mean) * mask;
}

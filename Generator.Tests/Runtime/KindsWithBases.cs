using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime;

[Shape("B 4 -> B 4")]
internal sealed partial class KindModule : Module<Tensor, Tensor>, IKind
{
    [Parameter] private readonly Parameter scale = Kinds.NewScale();
    [Layer(4, 4)] private readonly Linear fc;
    [Buffer] private readonly Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;
}

[Shape("B 4 -> B 4")]
internal sealed partial class KindModuleExplicit : Module<Tensor, Tensor>, IKind
{
    [Parameter] private readonly Parameter scale = Kinds.NewScale();
    [Layer(4, 4)] private readonly Linear fc;
    [Buffer] private readonly Tensor mean;
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public KindModuleExplicit(int n)
        : base(nameof(KindModuleExplicit))
    {
        // The attribute's layer is there already.
        init.zeros_(fc.bias!);
        mean = zeros(n);
    }

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;
}

internal sealed partial class KindModulePrimary(int n) : Module<Tensor, Tensor>(nameof(KindModulePrimary)), IKind
{
    [Parameter] private readonly Parameter scale = Kinds.NewScale();
    [Layer] private readonly Linear fc = Linear(4, n);
    [Buffer] private readonly Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public Parameter Scale => scale;

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    private Tensor Forward(Tensor x) => ((fc.call(x) * scale) - mean) * mask;
}

/// <summary>Has a part of it; a derived class the rest.</summary>
internal abstract partial class KindBasis
{
    [Parameter] private readonly Parameter scale = Kinds.NewScale();
    [Layer(4, 4)] private readonly Linear fc;

    public Parameter Scale => scale;

    public Linear Fc => fc;

    protected virtual Tensor Forward(Tensor x) => fc.call(x) * scale;
}

internal sealed partial class KindDerived : KindBasis, IKind
{
    [Buffer] private readonly Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    protected override Tensor Forward(Tensor x) => (base.Forward(x) - mean) * mask;
}

internal sealed partial class KindDerivedExplicit : KindBasis, IKind
{
    [Buffer] private readonly Tensor mean;
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public KindDerivedExplicit(int n) => mean = zeros(n);

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    protected override Tensor Forward(Tensor x) => (base.Forward(x) - mean) * mask;
}

internal sealed partial class KindDerivedPrimary(int n) : KindBasis, IKind
{
    [Buffer] private readonly Tensor mean = zeros(n);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(n);

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    protected override Tensor Forward(Tensor x) => (base.Forward(x) - mean) * mask;
}

/// <summary>By hand, without a call of RegisterComponents: the derived class brings it.</summary>
internal abstract class HandWrittenBasis() : Module<Tensor, Tensor>(nameof(HandWrittenBasis))
{
    private readonly Parameter scale = Kinds.NewScale();

    public Parameter Scale => scale;
}

internal sealed partial class KindHandWrittenBase(int n) : HandWrittenBasis, IKind
{
    [Layer] private readonly Linear fc = Linear(4, n);
    [Buffer] private readonly Tensor mean = zeros(4);
    [Buffer(Persistent = false)] private readonly Tensor mask = ones(4);

    public Linear Fc => fc;

    public Tensor Mean => mean;

    public Tensor Mask => mask;

    private Tensor Forward(Tensor x) => ((fc.call(x) * Scale) - mean) * mask;
}

internal partial class KindOpen : IKind
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

/// <summary>By hand, above a Gen module.</summary>
internal sealed class KindExtended : KindOpen
{
    public int Calls { get; private set; }

    public override Tensor forward(Tensor x)
    {
        Calls++;
        return base.forward(x);
    }
}

internal sealed partial class KindGeneric<T> : IKind
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

internal static partial class KindOuter<T>
{
    internal sealed partial class Inner : IKind
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
}

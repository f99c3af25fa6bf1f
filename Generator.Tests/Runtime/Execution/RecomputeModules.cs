using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>Each module twice: as it is, and computed again in backward.</summary>
[Shape("B 8 -> B 8")]
public sealed partial class KeptBlock
{
    [Layer] private readonly Linear up = Linear(8, 32);
    [Layer] private readonly BatchNorm1d norm = BatchNorm1d(32);
    [Layer] private readonly Tanh tanh;
    [Layer] private readonly Dropout drop = Dropout(0.4);
    [Layer] private readonly Linear down = Linear(32, 8);
}

[Recompute]
[Shape("B 8 -> B 8")]
public sealed partial class RecomputedBlock
{
    [Layer] private readonly Linear up = Linear(8, 32);
    [Layer] private readonly BatchNorm1d norm = BatchNorm1d(32);
    [Layer] private readonly Tanh tanh;
    [Layer] private readonly Dropout drop = Dropout(0.4);
    [Layer] private readonly Linear down = Linear(32, 8);
}

[Shape("B 8 -> B 8")]
public sealed partial class KeptStack
{
    [Layer] private readonly KeptBlock first = new();
    [Layer] private readonly KeptBlock second = new();

    private Tensor Forward(Tensor x)
    {
        x = x + first.call(x);
        return x + second.call(first.call(x));
    }
}

/// <summary>Blocks that are computed again, in one that is, too; the first of them twice.</summary>
[Recompute]
[Shape("B 8 -> B 8")]
public sealed partial class RecomputedStack
{
    [Layer] private readonly RecomputedBlock first = new();
    [Layer] private readonly RecomputedBlock second = new();

    private Tensor Forward(Tensor x)
    {
        x = x + first.call(x);
        return x + second.call(first.call(x));
    }
}

public sealed partial class KeptPair
{
    [Layer] private readonly Linear left = Linear(4, 4);
    [Layer] private readonly Linear right = Linear(4, 4);
    [Layer] private readonly Dropout drop = Dropout(0.5);

    private (Tensor Sum, Tensor Best, Tensor Same) Forward(Tensor x, Tensor y, Tensor? mask = null, double scale = 1)
    {
        var sum = drop.call(left.call(x)) + (right.call(y).tanh() * scale);
        if (mask is not null)
        {
            sum = sum * mask;
        }

        return (sum, sum.argmax(1), y);
    }
}

[Recompute]
public sealed partial class RecomputedPair
{
    [Layer] private readonly Linear left = Linear(4, 4);
    [Layer] private readonly Linear right = Linear(4, 4);
    [Layer] private readonly Dropout drop = Dropout(0.5);

    private (Tensor Sum, Tensor Best, Tensor Same) Forward(Tensor x, Tensor y, Tensor? mask = null, double scale = 1)
    {
        var sum = drop.call(left.call(x)) + (right.call(y).tanh() * scale);
        if (mask is not null)
        {
            sum = sum * mask;
        }

        return (sum, sum.argmax(1), y);
    }
}

/// <summary>Fails on request.</summary>
[Recompute]
[Shape("B 4 -> B 4")]
public sealed partial class FailingBlock
{
    [Layer] private readonly Linear fc = Linear(4, 4);

    public bool Fails { get; set; }

    private Tensor Forward(Tensor x)
    {
        var y = fc.call(x);
        return Fails ? throw new InvalidOperationException("on request") : y;
    }
}

/// <summary>Wide inside.</summary>
[Recompute]
[Shape("B 64 -> B 64")]
public sealed partial class RecomputedWide
{
    [Layer] private readonly Linear up = Linear(64, 4096);
    [Layer] private readonly Tanh tanh;
    [Layer] private readonly Linear down = Linear(4096, 64);
}

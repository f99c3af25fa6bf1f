using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>Each module twice: as it is, and with layers that are computed again in backward.</summary>
[Shape("B 8 -> B 8")]
public sealed partial class KeptChain
{
    [Layer] private readonly KeptBlock block = new();
    [Layer] private readonly Dropout drop = Dropout(0.3);
    [Layer] private readonly Sequential items =
        Sequential(Linear(8, 8), BatchNorm1d(8), Dropout(0.5), Sequential(Linear(8, 8), Tanh()), Linear(8, 8));
}

[Shape("B 8 -> B 8")]
public sealed partial class RecomputedChain
{
    [Layer, Recompute] private readonly KeptBlock block = new();
    [Layer, Recompute] private readonly Dropout drop = Dropout(0.3);
    [Layer, Recompute] private readonly Sequential items =
        Sequential(Linear(8, 8), BatchNorm1d(8), Dropout(0.5), Sequential(Linear(8, 8), Tanh()), Linear(8, 8));
}

[Shape("B 8 -> B 8")]
public sealed partial class RecomputedChainByTwo
{
    [Layer, Recompute] private readonly KeptBlock block = new();
    [Layer] private readonly Dropout drop = Dropout(0.3);
    [Layer, Recompute(Every = 2)] private readonly Sequential items =
        Sequential(Linear(8, 8), BatchNorm1d(8), Dropout(0.5), Sequential(Linear(8, 8), Tanh()), Linear(8, 8));
}

[Shape("B 8 -> B 8")]
public sealed partial class KeptForward
{
    [Layer] private readonly KeptBlock block = new();
    [Layer] private readonly ModuleList<KeptBlock> list = ModuleList(new KeptBlock(), new KeptBlock(), new KeptBlock());
    [Layer] private readonly Sequential items = Sequential(Linear(8, 8), Dropout(0.5), BatchNorm1d(8), Tanh(), Linear(8, 8));
    [Layer] private readonly KeptStack stack = new();

    private Tensor Forward(Tensor x)
    {
        var y = block.call(x) + x;
        foreach (var item in list)
        {
            y = item.call(y) + y;
        }

        foreach (var item in list)
        {
            y = item.call(y);
        }

        y = list[0].call(y) + Twice(y);
        return stack.call(block.call(items.call(y)) * y);
    }

    private Tensor Twice(Tensor y) => block.call(y) * 2;
}

[Shape("B 8 -> B 8")]
public sealed partial class RecomputedForward
{
    [Layer, Recompute] private readonly KeptBlock block = new();
    [Layer, Recompute] private readonly ModuleList<KeptBlock> list = ModuleList(new KeptBlock(), new KeptBlock(), new KeptBlock());
    [Layer, Recompute(Every = 3)] private readonly Sequential items =
        Sequential(Linear(8, 8), Dropout(0.5), BatchNorm1d(8), Tanh(), Linear(8, 8));

    /// <summary>Computed again by its class, and its layers by theirs.</summary>
    [Layer, Recompute] private readonly RecomputedStack stack = new();

    private Tensor Forward(Tensor x)
    {
        var y = block.call(x) + x;
        foreach (var item in list)
        {
            y = item.call(y) + y;
        }

        foreach (var item in list)
        {
            y = item.call(y);
        }

        y = list[0].call(y) + Twice(y);
        return stack.call(block.call(items.call(y)) * y);
    }

    private Tensor Twice(Tensor y) => block.call(y) * 2;
}

/// <summary>A body that is not read into steps: it runs as it stands.</summary>
[Shape("B 8 -> B 8")]
public sealed partial class KeptAsItStands
{
    [Layer] private readonly KeptBlock block = new();
    [Layer] private readonly ModuleList<KeptBlock> list = ModuleList(new KeptBlock(), new KeptBlock(), new KeptBlock());

    private Tensor Forward(Tensor x)
    {
        var turns = 0;
        Tensor Turn(Tensor y) => block.call(y) + turns;
        while (turns < 2)
        {
            x = Turn(x);
            turns++;
        }

        foreach (var item in list)
        {
            x = item.call(x);
        }

        Func<Tensor, Tensor> last = y => list[^1].call(y);
        return last(x);
    }
}

[Shape("B 8 -> B 8")]
public sealed partial class RecomputedAsItStands
{
    [Layer, Recompute] private readonly KeptBlock block = new();
    [Layer, Recompute] private readonly ModuleList<KeptBlock> list = ModuleList(new KeptBlock(), new KeptBlock(), new KeptBlock());

    private Tensor Forward(Tensor x)
    {
        var turns = 0;
        Tensor Turn(Tensor y) => block.call(y) + turns;
        while (turns < 2)
        {
            x = Turn(x);
            turns++;
        }

        foreach (var item in list)
        {
            x = item.call(x);
        }

        Func<Tensor, Tensor> last = y => list[^1].call(y);
        return last(x);
    }
}

/// <summary>A list whose items are taken together, with a further input.</summary>
[Shape("B 8 -> B 8")]
public sealed partial class KeptList
{
    [Layer] private readonly ModuleList<ScaledBlock> list = ModuleList(new ScaledBlock(), new ScaledBlock(), new ScaledBlock());

    private Tensor Forward(Tensor x)
    {
        var scale = x.abs().mean() + 1;
        foreach (var item in list)
        {
            x = item.call(x, scale);
        }

        return x * 2;
    }
}

[Shape("B 8 -> B 8")]
public sealed partial class RecomputedList
{
    [Layer, Recompute(Every = 2)] private readonly ModuleList<ScaledBlock> list =
        ModuleList(new ScaledBlock(), new ScaledBlock(), new ScaledBlock());

    private Tensor Forward(Tensor x)
    {
        var scale = x.abs().mean() + 1;
        foreach (var item in list)
        {
            x = item.call(x, scale);
        }

        return x * 2;
    }
}

public sealed partial class ScaledBlock
{
    [Layer] private readonly KeptBlock block = new();

    private Tensor Forward(Tensor x, Tensor scale) => x + (block.call(x) * scale);
}

/// <summary>Layers of several inputs and results.</summary>
public sealed partial class KeptSeveral
{
    [Layer] private readonly GRU gru = GRU(8, 8, batchFirst: true);
    [Layer] private readonly LSTM lstm = LSTM(8, 8, batchFirst: true);
    [Layer] private readonly MultiheadAttention attention = MultiheadAttention(8, 2, dropout: 0.2);
    [Layer] private readonly KeptPair pair = new();
    [Layer] private readonly Linear down = Linear(8, 4);

    private Tensor Forward(Tensor x)
    {
        var (all, last) = gru.call(x);
        var (more, hidden, cell) = lstm.call(all, (last, last * 2));
        var heard = attention.call(more, all, all, null, true, null);
        var (sum, _, same) = pair.call(down.call(heard.Item1[.., 0]), down.call(hidden[0] + cell[0]), null, 2);
        return (sum * same) + heard.Item2.sum();
    }
}

public sealed partial class RecomputedSeveral
{
    [Layer, Recompute] private readonly GRU gru = GRU(8, 8, batchFirst: true);
    [Layer, Recompute] private readonly LSTM lstm = LSTM(8, 8, batchFirst: true);
    [Layer, Recompute] private readonly MultiheadAttention attention = MultiheadAttention(8, 2, dropout: 0.2);
    [Layer, Recompute] private readonly KeptPair pair = new();
    [Layer, Recompute] private readonly Linear down = Linear(8, 4);

    private Tensor Forward(Tensor x)
    {
        var (all, last) = gru.call(x);
        var (more, hidden, cell) = lstm.call(all, (last, last * 2));
        var heard = attention.call(more, all, all, null, true, null);
        var (sum, _, same) = pair.call(down.call(heard.Item1[.., 0]), down.call(hidden[0] + cell[0]), null, 2);
        return (sum * same) + heard.Item2.sum();
    }
}

/// <summary>Recurrent layers in a chain.</summary>
[Shape("B T 8 -> B T 8")]
public sealed partial class KeptRecurrent
{
    [Layer] private readonly LSTM lstm = LSTM(8, 8, batchFirst: true);
    [Layer] private readonly GRU gru = GRU(8, 8, batchFirst: true);
    [Layer] private readonly RNN rnn = RNN(8, 8, batchFirst: true);
}

[Shape("B T 8 -> B T 8")]
public sealed partial class RecomputedRecurrent
{
    [Layer, Recompute] private readonly LSTM lstm = LSTM(8, 8, batchFirst: true);
    [Layer, Recompute] private readonly GRU gru = GRU(8, 8, batchFirst: true);
    [Layer, Recompute] private readonly RNN rnn = RNN(8, 8, batchFirst: true);
}

/// <summary>A layer that throws, and a Forward that may go on all the same.</summary>
public sealed partial class Throwing
{
    [Layer, Recompute] private readonly ThrowingLayer inner = new();

    public bool Catches { get; set; }

    public ThrowingLayer Inner => inner;

    private Tensor Forward(Tensor x)
    {
        try
        {
            return inner.call(x);
        }
        catch (InvalidOperationException) when (Catches)
        {
            return x * 2;
        }
    }
}

public sealed partial class ThrowingLayer
{
    [Layer] private readonly Linear fc = Linear(4, 4);

    public bool Fails { get; set; }

    private Tensor Forward(Tensor x) => Fails ? throw new InvalidOperationException("on request") : fc.call(x);
}

/// <summary>A hand-written layer that remembers what it gave.</summary>
public sealed class Remembering : Module<Tensor, Tensor>
{
    private readonly Linear fc = Linear(4, 4);

    public Remembering()
        : base(nameof(Remembering)) => RegisterComponents();

    public Tensor? Last { get; private set; }

    public override Tensor forward(Tensor x) => Last = fc.call(x).tanh();
}

[Shape("B 4 -> B 4")]
public sealed partial class KeptRemembering
{
    [Layer] private readonly Remembering first = new();
    [Layer] private readonly Remembering second = new();

    public Remembering Second => second;
}

[Shape("B 4 -> B 4")]
public sealed partial class RecomputedRemembering
{
    [Layer, Recompute] private readonly Remembering first = new();
    [Layer, Recompute] private readonly Remembering second = new();

    public Remembering Second => second;
}

/// <summary>Wide layers, of which one is in memory at a time.</summary>
[Shape("B 64 -> B 64")]
public sealed partial class WideLayers
{
    [Layer, Recompute(Every = 2)] private readonly Sequential wide = Sequential(Linear(64, 4096), Linear(4096, 64), Linear(64, 64));
    [Layer, Recompute] private readonly Linear last = Linear(64, 64);
}

[Shape("B 64 -> B 64")]
public sealed partial class KeptWide
{
    [Layer] private readonly ModuleList<WideBlock> blocks = ModuleList([.. Enumerable.Range(0, 6).Select(_ => new WideBlock())]);

    private Tensor Forward(Tensor x)
    {
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return x;
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class RecomputedWideList
{
    [Layer, Recompute(Every = 2)] private readonly ModuleList<WideBlock> blocks =
        ModuleList([.. Enumerable.Range(0, 6).Select(_ => new WideBlock())]);

    private Tensor Forward(Tensor x)
    {
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return x;
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class WideBlock
{
    [Layer] private readonly Linear up = Linear(64, 4096);
    [Layer] private readonly Tanh tanh;
    [Layer] private readonly Linear down = Linear(4096, 64);
}

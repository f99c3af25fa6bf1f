using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Parity.Expressions;

/// <summary>What the expressions are written with, the same as in given.py: inputs by a formula, and runs of a module, an optimizer or a
/// scheduler. The names are short, as the tables are long.</summary>
public static class Given
{
    /// <summary>Float32 of both signs.</summary>
    public static Tensor X(params long[] shape) => Numbers(shape, i => (((i * 37) + 11) % 101 / 25.0) - 2);

    public static Tensor Y(params long[] shape) => Numbers(shape, i => (((i * 53) + 29) % 97 / 24.0) - 2);

    public static Tensor Z(params long[] shape) => Numbers(shape, i => (((i * 71) + 5) % 89 / 22.0) - 2);

    /// <summary>Positive.</summary>
    public static Tensor P(params long[] shape) => Numbers(shape, i => (((i * 37) + 11) % 101 / 50.0) + 0.1);

    /// <summary>Between 0 and 1.</summary>
    public static Tensor U(params long[] shape) => Numbers(shape, i => ((((i * 37) + 11) % 101) + 0.5) / 102);

    /// <summary>Float64.</summary>
    public static Tensor D(params long[] shape) => Numbers(shape, i => (((i * 37) + 11) % 101 / 25.0) - 2, float64);

    /// <summary>NaN, without the sign that it has in C#, and the infinities come first.</summary>
    public static Tensor N(params long[] shape) => Numbers(shape,
        i => i switch { 0 => Math.Abs(double.NaN), 1 => double.PositiveInfinity, 2 => double.NegativeInfinity, 3 => 0, _ => (i % 7) - 3 });

    /// <summary>Int64 of both signs.</summary>
    public static Tensor J(params long[] shape) => Numbers(shape, i => (((i * 37) + 11) % 15) - 7, int64);

    /// <summary>Int64 from 0 to a number.</summary>
    public static Tensor I(long most, params long[] shape) => Numbers(shape, i => ((i * 37) + 11) % 101 % most, int64);

    /// <summary>Bool.</summary>
    public static Tensor B(params long[] shape) => Numbers(shape, i => ((i * 37) + 11) % 3 == 0 ? 1 : 0, @bool);

    /// <summary>Complex64.</summary>
    public static Tensor C(params long[] shape) => torch.complex(X(shape), Y(shape));

    /// <summary>Symmetric and positive definite.</summary>
    public static Tensor S(long size) => Numbers([size, size],
        i => (i / size == i % size ? size : 0) + (Math.Min(i / size, i % size) * 0.5) + (0.1 * ((i / size) + (i % size))));

    public static Tensor F(params double[] values) => tensor(values, dtype: float32);

    public static Tensor L(params long[] values) => tensor(values, dtype: int64);

    public static Tensor T(params bool[] values) => tensor(values);

    /// <summary>The state, in its order.</summary>
    public static object Weights(Module module) => module.state_dict().SelectMany(e => new object[] { e.Key, e.Value }).ToArray();

    /// <summary>A module with weights by a formula, in eval: its output, and the gradients of the inputs and the weights.</summary>
    public static object Run(Module module, params Tensor[] inputs) => Run(module, false, inputs);

    /// <summary>The same in train; the buffers after it, too.</summary>
    public static object Train(Module module, params Tensor[] inputs) => Run(module, true, inputs);

    public static object Run<T>(T module, Func<T, object> call)
        where T : Module => Run(module, false, call);

    public static object Train<T>(T module, Func<T, object> call)
        where T : Module => Run(module, true, call);

    /// <summary>A function's result, and the gradients.</summary>
    public static object Grad(Func<Tensor, object> function, Tensor x)
    {
        var leaf = Leaf(x);
        return Backward(function(leaf), [leaf]);
    }

    public static object Grad(Func<Tensor, Tensor, object> function, Tensor x, Tensor y)
    {
        var leaves = new[] { Leaf(x), Leaf(y) };
        return Backward(function(leaves[0], leaves[1]), leaves);
    }

    public static object Grad(Func<Tensor, Tensor, Tensor, object> function, Tensor x, Tensor y, Tensor z)
    {
        var leaves = new[] { Leaf(x), Leaf(y), Leaf(z) };
        return Backward(function(leaves[0], leaves[1], leaves[2]), leaves);
    }

    /// <summary>What a function in place gives, and what it leaves in its input.</summary>
    public static object Written(Func<Tensor, object> function, Tensor x) => new[] { function(x), x };

    /// <summary>A parameter after each step of an optimizer.</summary>
    public static object Steps(Func<Parameter, optim.Optimizer> make, int steps = 8)
    {
        var parameter = Parameter(X(4));
        return Descend(make(parameter), [parameter], steps);
    }

    /// <summary>The same of two parameters.</summary>
    public static object Groups(Func<Parameter, Parameter, optim.Optimizer> make, int steps = 8)
    {
        var (first, second) = (Parameter(X(4)), Parameter(Y(3)));
        return Descend(make(first, second), [first, second], steps);
    }

    /// <summary>The rates and momenta of an optimizer as a scheduler changes them.</summary>
    public static object Rates(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make, int steps = 14) =>
        Schedule(optim.SGD([Parameter(X(2))], 0.5, momentum: 0.9), make, Enumerable.Repeat((double?)null, steps));

    /// <summary>The same with two groups.</summary>
    public static object GroupRates(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make, int steps = 14) =>
        Schedule(TwoGroups(), make, Enumerable.Repeat((double?)null, steps));

    /// <summary>The same of a scheduler that is told a loss.</summary>
    public static object Plateau(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make, params double[] losses) =>
        Schedule(TwoGroups(), make, losses.Select(l => (double?)l));

    /// <summary>After a seed.</summary>
    public static object Seeded(long seed, Func<object> draw)
    {
        manual_seed(seed);
        return draw();
    }

    private static SGD TwoGroups() => optim.SGD(
        [new SGD.ParamGroup([Parameter(X(2))], new SGD.Options { LearningRate = 0.5, momentum = 0.9 }),
            new SGD.ParamGroup([Parameter(X(3))], new SGD.Options { LearningRate = 0.25, momentum = 0.9 })],
        0.5, momentum: 0.9);

    private static List<object> Schedule(optim.Optimizer optimizer, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make,
        IEnumerable<double?> losses)
    {
        var scheduler = make(optimizer);
        var seen = new List<object>();
        foreach (var loss in losses)
        {
            seen.AddRange(optimizer.ParamGroups.Select(g => (object)g.LearningRate));
            seen.AddRange(optimizer.ParamGroups.OfType<SGD.ParamGroup>().Select(g => (object)g.Options.momentum!));
            optimizer.step();
            if (loss is { } known)
            {
                scheduler.step(known, null);
            }
            else
            {
                scheduler.step();
            }
        }

        return seen;
    }

    private static List<object> Descend(optim.Optimizer optimizer, Parameter[] parameters, int steps)
    {
        var seen = new List<object>();
        for (var i = 0; i < steps; i++)
        {
            optimizer.step(() =>
            {
                optimizer.zero_grad();
                var loss = parameters.Select((p, k) => (((p - 0.3f) * (p - 0.3f)) * (k + 1)).sum() + (p.square().square() * 0.1f).sum())
                    .Aggregate((a, b) => a + b);
                loss.backward();
                return loss;
            });
            seen.AddRange(parameters.Select(p => p.detach().clone()));
        }

        return seen;
    }

    private static object Run(Module module, bool train, Tensor[] inputs)
    {
        var leaves = inputs.Select(Leaf).ToArray();
        Fill(module, train);
        object result = module switch
        {
            Module<Tensor, Tensor> one => one.call(leaves[0]),
            Module<Tensor, Tensor, Tensor> two when inputs.Length == 2 => two.call(leaves[0], leaves[1]),
            Module<Tensor, Tensor, Tensor, Tensor> three when inputs.Length == 3 => three.call(leaves[0], leaves[1], leaves[2]),
            LSTM lstm => inputs.Length == 1 ? lstm.call(leaves[0]) : lstm.call(leaves[0], (leaves[1], leaves[2])),
            GRU gru => inputs.Length == 1 ? gru.call(leaves[0]) : gru.call(leaves[0], leaves[1]),
            RNN rnn => inputs.Length == 1 ? rnn.call(leaves[0]) : rnn.call(leaves[0], leaves[1]),
            _ => throw new NotSupportedException(module.GetName()),
        };
        return Results(module, train, result, leaves);
    }

    private static object Run<T>(T module, bool train, Func<T, object> call)
        where T : Module
    {
        Fill(module, train);
        return Results(module, train, call(module), []);
    }

    private static object[] Results(Module module, bool train, object result, Tensor[] leaves) =>
    [
        Backward(result, [.. leaves, .. module.parameters()]),
        .. train ? module.named_buffers().Select(b => (object)b.buffer) : [],
    ];

    private static void Fill(Module module, bool train)
    {
        module.train(train);
        manual_seed(17);
        using var none = no_grad();
        foreach (var (parameter, k) in module.parameters().Select((p, k) => (p, k)))
        {
            parameter.copy_(Numbers(parameter.shape, i => ((((i * 37) + (13 * k) + 11) % 101) / 101.0) - 0.5));
        }
    }

    private static Tensor Leaf(Tensor x) =>
        x.is_floating_point() || x.is_complex() ? x.detach().clone().requires_grad_() : x;

    private static object[] Backward(object result, Tensor[] leaves)
    {
        var outputs = Flat(result).OfType<Tensor>().Where(t => t.requires_grad && t.is_floating_point()).ToArray();
        if (outputs.Length > 0)
        {
            outputs.Select(t => (t * Y(t.shape).to(t.dtype)).sum()).Aggregate((a, b) => a + b).backward();
        }

        return [result, .. leaves.Where(l => l.requires_grad && l.grad is not null).Select(l => l.grad!)];
    }

    internal static IEnumerable<object> Flat(object? value) => value switch
    {
        null => [],
        Tensor tensor => tensor.IsInvalid ? [] : [tensor],
        string text => [text],
        Scalar number => [number.ToDouble()],
        System.Runtime.CompilerServices.ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Flat(tuple[i])),
        System.Collections.IEnumerable many => many.Cast<object?>().SelectMany(Flat),
        _ => [value],
    };

    private static Tensor Numbers(long[] shape, Func<long, double> number, ScalarType? type = null)
    {
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = number(i);
        }

        return values.Length == 0 ? zeros(shape, type ?? float32) : tensor(values, dtype: float64).to(type ?? float32).reshape(shape);
    }

    /// <summary>As a line that both languages write alike: for each value its type and shape, and the numbers.</summary>
    internal static string Write(object? value) => string.Join(" ; ", Flat(value).Select(v => v switch
    {
        Tensor tensor => WriteTensor(tensor),
        string text => $"text {text}",
        ScalarType type => $"text {type}",
        bool flag => $"number {(flag ? 1 : 0)}",
        IConvertible number => $"number {Text(number.ToDouble(CultureInfo.InvariantCulture))}",
        System.Numerics.Complex number => $"number {Text(number.Real)} {Text(number.Imaginary)}",
        _ => $"text {v.GetType().Name}",
    }));

    private static string WriteTensor(Tensor tensor)
    {
        var dense = (tensor.is_sparse ? tensor.to_dense() : tensor).detach();
        var real = dense.is_complex() ? dense.resolve_conj().view_as_real() : dense;
        var head = $"{(tensor.is_sparse ? "sparse " : "")}{tensor.dtype}[{string.Join(",", tensor.shape)}]";
        // A gradient of zeros may have no memory.
        var flat = (real.to(float64) + 0).contiguous().reshape(-1);
        return flat.numel() == 0 ? head : $"{head} {string.Join(" ", flat.data<double>().ToArray().Select(Text))}";
    }

    private static string Text(double number) => double.IsNaN(number) ? "nan" : double.IsPositiveInfinity(number) ? "inf"
        : double.IsNegativeInfinity(number) ? "-inf" : number.ToString("R", CultureInfo.InvariantCulture);
}

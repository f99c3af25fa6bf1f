using System.Reflection;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Guards;

/// <summary>What only some code needs is demanded where that code runs, and nowhere else.</summary>
[Collection("TorchSharp")]
public sealed class BranchGuardTests
{
    private const string Modules = """
        [Shape("B d -> B 4")] public sealed partial class Either(bool wide)
        {
            [Layer(30, 4)] private readonly Linear big;
            [Layer(20, 4)] private readonly Linear small;
            private Tensor Forward(Tensor x) => wide ? big.call(x) : small.call(x);
        }
        [Shape("B d -> B 4")] public sealed partial class Kept
        {
            private readonly bool wide;
            [Layer(30, 4)] private readonly Linear big;
            [Layer(20, 4)] private readonly Linear small;
            public Kept(bool wide) { this.wide = wide; big = Linear(30, 4); small = Linear(20, 4); }
            private Tensor Forward(Tensor x) { if (!wide) { return small.call(x); } return big.call(x); }
        }
        [Shape("B d -> B 4")] public sealed partial class Numbered
        {
            [Layer(30, 4)] private readonly Linear big;
            [Layer(20, 4)] private readonly Linear small;
            private Tensor Forward(Tensor x, int kind)
            {
                switch (kind)
                {
                    case 0: return big.call(x);
                    case 1: return small.call(x);
                    default: return x.narrow(1, 0, 4);
                }
            }
        }
        [Shape("B d -> B 4")] public sealed partial class Arms
        {
            [Layer(30, 4)] private readonly Linear big;
            [Layer(20, 4)] private readonly Linear small;
            private Tensor Forward(Tensor x, int kind) => kind switch { 0 => big.call(x), 1 => small.call(x), _ => x.narrow(1, 0, 4) };
        }
        [Shape("B d, B 20 -> B 4")] public sealed partial class Optional
        {
            [Layer(30, 4)] private readonly Linear big;
            [Layer(20, 4)] private readonly Linear small;
            private Tensor Forward(Tensor x, Tensor? other) => other is not null ? small.call(other) : big.call(x);
        }
        [Shape("B d -> B 4")] public sealed partial class Mode
        {
            [Layer(30, 4)] private readonly Linear big;
            private Tensor Forward(Tensor x) => training ? big.call(x) : x.narrow(1, 0, 4);
        }
        [Shape("B d -> B 4")] public sealed partial class ByValue
        {
            [Layer(30, 4)] private readonly Linear big;
            [Layer(20, 4)] private readonly Linear small;
            private Tensor Forward(Tensor x)
            {
                var isPositive = x.sum().item<float>() > 0;
                return isPositive ? big.call(x) : small.call(x);
            }
        }
        [Shape("B d -> B d")] public sealed partial class Changed
        {
            [Layer(30, 30)] private readonly Linear big;
            private Tensor Forward(Tensor x, bool again) { again = !again; return again ? big.call(x) : x; }
        }
        [Shape("B d -> B d")] public sealed partial class Refined
        {
            [Layer(7, 7)] private readonly Linear step;
            private Tensor Forward(Tensor x, int steps) { for (var i = 0; i < steps; i++) { x = x + step.call(x); } return x; }
        }
        [Shape("B d -> B d")] public sealed partial class While
        {
            [Layer(7, 7)] private readonly Linear step;
            private Tensor Forward(Tensor x, int steps) { while (steps-- > 0) { x = step.call(x); } return x; }
        }
        [Shape("B d -> B d")] public sealed partial class Each
        {
            [Layer(7, 7)] private readonly Linear step;
            private Tensor Forward(Tensor x, IReadOnlyList<int> steps) { foreach (var _ in steps) { x = step.call(x); } return x; }
        }
        [Shape("B 8 -> B 8")] public sealed partial class Deep(int depth)
        {
            [Layer] private readonly ModuleList<Linear> layers = ModuleList([.. Enumerable.Range(0, depth).Select(_ => Linear(8, 8))]);
            private Tensor Forward(Tensor x)
            {
                x = layers[0].call(x);
                for (var i = 1; i < layers.Count; i++) { x = layers[i].call(functional.relu(x)); }
                return x;
            }
        }
        [Shape("B d -> B d")] public sealed partial class Positions(long d, long n = 0)
        {
            [Parameter] private readonly Parameter? table = n > 0 ? Parameter(zeros((2 * n) - 1, d)) : null;
            [Layer] private readonly Linear fc = Linear(d, d);
            private Tensor Forward(Tensor x) { var y = fc.call(x); return table is null ? y : y + table[0]; }
        }
        [Shape("B d -> B 4")] public sealed partial class Caught
        {
            [Layer(30, 4)] private readonly Linear big;
            [Layer(20, 4)] private readonly Linear small;
            private Tensor Forward(Tensor x)
            {
                try { return big.call(x); } catch (System.Runtime.InteropServices.ExternalException) { return small.call(x); }
            }
        }
        [Shape("B d -> B 4")] public sealed partial class ShortCircuit
        {
            [Layer(30, 4)] private readonly Linear big;
            private Tensor Forward(Tensor x, bool asks)
            {
                var isLow = asks && big.call(x).sum().item<float>() < -1e9f;
                return isLow ? x.narrow(1, 1, 4) : x.narrow(1, 0, 4);
            }
        }
        [Shape("B d")] public sealed partial class Unbound
        {
            [Layer] private readonly ReLU relu;
            public int[] Numbers = [0];
            private Tensor Forward(Tensor x)
            {
                if (x.sum().item<float>() < 0) { return relu.call(x); }
                return x.unbind(0)[2].unsqueeze(Numbers[(int)x.shape[0] - 3]);
            }
        }
        """;

    private static readonly (string Call, string? Message)[] Calls =
    [
        ("new Either(true).call(ones(2, 30))", null),
        ("new Either(false).call(ones(2, 20))", null),
        ("new Either(true).call(ones(2, 20))", "Either: 'big' needs d == 30, which does not hold (d=20)."),
        ("new Either(false).call(ones(2, 30))", "Either: 'small' needs d == 20, which does not hold (d=30)."),
        ("new Kept(true).call(ones(2, 30))", null),
        ("new Kept(false).call(ones(2, 20))", null),
        ("new Kept(false).call(ones(2, 30))", "Kept: 'small' needs d == 20, which does not hold (d=30)."),
        ("new Numbered().call(ones(2, 30), 0)", null),
        ("new Numbered().call(ones(2, 20), 1)", null),
        ("new Numbered().call(ones(2, 9), 2)", null),
        ("new Numbered().call(ones(2, 20), 0)", "Numbered: 'big' needs d == 30, which does not hold (d=20)."),
        ("new Arms().call(ones(2, 20), 1)", null),
        ("new Arms().call(ones(2, 9), 7)", null),
        ("new Arms().call(ones(2, 30), 1)", "Arms: 'small' needs d == 20, which does not hold (d=30)."),
        ("new Optional().call(ones(2, 5), ones(2, 20))", null),
        ("new Optional().call(ones(2, 30), null)", null),
        ("new Optional().call(ones(2, 5), null)", "Optional: 'big' needs d == 30, which does not hold (B=2, d=5)."),
        ("Evaluated(new Mode()).call(ones(2, 9))", null),
        ("new Mode().call(ones(2, 30))", null),
        ("new Mode().call(ones(2, 9))", "Mode: 'big' needs d == 30, which does not hold (d=9)."),
        ("new ByValue().call(ones(2, 30))", null),
        ("new ByValue().call(-ones(2, 20))", null),
        ("new ByValue().call(ones(2, 20))", "ByValue: 'big' needs d == 30, which does not hold (B=2, d=20)."),
        ("new ByValue().call(ones(2, 9))", "ByValue: 'big' needs d == 30, 'small' needs d == 20, none of which holds (B=2, d=9)."),
        ("new Changed().call(ones(2, 9), true)", null),
        ("new Changed().call(ones(2, 30), false)", null),
        ("new Changed().call(ones(2, 9), false)", "Changed: 'big' needs d == 30, which does not hold (B=2, d=9)."),
        ("new Refined().call(ones(2, 9), 0)", null),
        ("new Refined().call(ones(2, 7), 3)", null),
        ("new Refined().call(ones(2, 9), 1)", "Refined: 'step' needs d == 7, which does not hold (B=2, d=9)."),
        ("new While().call(ones(2, 9), 0)", null),
        ("new While().call(ones(2, 7), 2)", null),
        ("new While().call(ones(2, 9), 2)", "While: 'step' needs d == 7, which does not hold (B=2, d=9)."),
        ("new Each().call(ones(2, 9), [])", null),
        ("new Each().call(ones(2, 7), [1, 2])", null),
        ("new Each().call(ones(2, 9), [1])", "Each: 'step' needs d == 7, which does not hold (B=2, d=9)."),
        ("new Deep(1).call(ones(2, 8))", null),
        ("new Deep(3).call(ones(2, 8))", null),
        ("new Deep(0).call(ones(2, 8))", "Deep: depth > 0 does not hold (depth=0)."),
        ("new Positions(7).call(ones(3, 7))", null),
        ("new Positions(7, 2).call(ones(3, 7))", null),
        ("new Caught().call(ones(2, 30))", null),
        ("new Caught().call(ones(2, 20))", null),
        ("new Caught().call(ones(2, 9))", "Caught: 'big' needs d == 30, 'small' needs d == 20, none of which holds (B=2, d=9)."),
        ("new ShortCircuit().call(ones(2, 9), false)", null),
        ("new ShortCircuit().call(ones(2, 30), true)", null),
        ("new ShortCircuit().call(ones(2, 9), true)", "ShortCircuit: 'big' needs d == 30, which does not hold (B=2, d=9)."),
        ("new Unbound().call(-ones(1, 9))", null),
        ("new Unbound().call(ones(3, 9))", null),
        ("new Unbound().call(ones(1, 9))", "Unbound: 'indexing' needs B > 2, which does not hold (B=1)."),
    ];

    private static readonly Lazy<Type> Program = new(() => Compilations.Load(
        Modules + $$"""
        public static class Program
        {
            private static T Evaluated<T>(T model) where T : Module { model.eval(); return model; }
            {{string.Concat(Calls.Select((c, i) => $"public static Tensor Call{i}() => {c.Call};\n"))}}
            public static Tensor Beyond() => new Unbound().call(ones(4, 9));
            public static long Elements(long depth) { using var deep = new Deep((int)depth); return deep.parameters().Sum(p => p.numel()); }
            public static long Counted(long depth) => Deep.CountParameters((int)depth);
            public static long Weights(long n) { using var table = new Positions(7, n); return table.parameters().Sum(p => p.numel()); }
            public static long Told(long n) => Positions.CountParameters(7, n);
        }
        """).GetType("Program")!);

    public static TheoryData<int, string> Numbered()
    {
        var rows = new TheoryData<int, string>();
        for (var i = 0; i < Calls.Length; i++)
        {
            rows.Add(i, Calls[i].Call);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Numbered))]
    public void A_guard_throws_where_code_runs_that_needs_it_and_only_there(int number, string call)
    {
        using var scope = NewDisposeScope();
        var run = Program.Value.GetMethod($"Call{number}")!;
        if (Calls[number].Message is not { } message)
        {
            Assert.Equal(2, Assert.IsType<Tensor>(Run(run)).Dimensions);
            return;
        }

        var error = Assert.Throws<ShapeMismatchException>(() => Run(run));
        Assert.True(error.Message == message, $"{call}: {error.Message}");
    }

    /// <summary>Where all that was not proved holds, an index that C# refuses is thrown on as it is.</summary>
    [Fact]
    public void An_index_of_the_user_s_own_is_not_explained()
    {
        using var scope = NewDisposeScope();
        Assert.IsType<IndexOutOfRangeException>(Record.Exception(() => Run(Program.Value.GetMethod("Beyond")!)));
    }

    [Theory]
    [InlineData("Elements", "Counted", 1, 72)]
    [InlineData("Elements", "Counted", 4, 288)]
    [InlineData("Weights", "Told", 0, 56)]
    [InlineData("Weights", "Told", 3, 91)]
    public void What_is_not_built_is_not_counted(string real, string told, long size, long parameters)
    {
        Assert.Equal(parameters, Run(Program.Value.GetMethod(real)!, size));
        Assert.Equal(parameters, Run(Program.Value.GetMethod(told)!, size));
    }

    private static object? Run(MethodInfo method, params object?[] arguments)
    {
        try
        {
            return method.Invoke(null, arguments);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}

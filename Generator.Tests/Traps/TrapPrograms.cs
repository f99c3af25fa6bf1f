namespace Gen.Tests.Traps;

/// <summary>
/// A program with a trap and the same program repaired. <c>Bites</c> asks TorchSharp whether the trap is there; the trap is marked in the
/// source of the first.
/// </summary>
internal sealed record TrapProgram(string Name, string Wrong, string Right)
{
    public override string ToString() => Name;
}

/// <summary>The traps GEN4001 to GEN4008, and GEN4013.</summary>
internal static partial class TrapPrograms
{
    /// <summary>Of ten calls that fit the declared shape, only the one with as many nodes as features runs.</summary>
    private static string Graph(string operation) => $$"""
        [Shape("N i, N N -> N o")] public sealed partial class Graph(int i, int o)
        {
            [Layer] private readonly Linear project = Linear(i, o);
            private Tensor Forward(Tensor x, Tensor adjacency) => {{operation}};
        }
        public static class Program
        {
            public static bool Bites() { var graph = new Graph(3, 7); return Enumerable.Range(1, 10).Count(n => Fails(graph, n)) == 9; }
            private static bool Fails(Graph graph, int n)
            {
                try { graph.call(randn(n, 3), randn(n, n)); return false; } catch (ShapeMismatchException) { return true; }
            }
        }
        """;

    public static readonly IReadOnlyList<TrapProgram> All =
    [
        .. Registration,
        new("GEN4013 operands in the wrong order", Graph("{|GEN4013:project.call(x).mm(adjacency)|}"),
            Graph("adjacency.mm(project.call(x))")),
        new("GEN4008 a state without Keep",
            """
            public sealed partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc;
                public Tensor? State;
                private Tensor Forward(Tensor x) { var h = fc.call(x).tanh(); {|GEN4008:State|} = h; return h + 1; }
            }
            public static class Program
            {
                public static bool Bites() { var net = new Net(); net.call(randn(2, 4)); return net.State!.IsInvalid; }
            }
            """,
            """
            public sealed partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc;
                public Tensor? State;
                private Tensor Forward(Tensor x) { var h = fc.call(x).tanh(); State = h.Keep(replacing: State); return h + 1; }
            }
            public static class Program
            {
                public static bool Bites() { var net = new Net(); net.call(randn(2, 4)); return net.State!.IsInvalid; }
            }
            """),
        new("GEN4008 a list of what the layers gave",
            """
            public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                public readonly List<Tensor> Seen = [];
                private Tensor Forward(Tensor x) { var y = fc.call(x); {|GEN4008:Seen.Add(y)|}; return fc.call(y); }
            }
            public static class Program
            {
                public static bool Bites() { var net = new Net(); net.call(randn(2, 4)); return net.Seen[0].IsInvalid; }
            }
            """,
            """
            public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                public readonly List<Tensor> Seen = [];
                private Tensor Forward(Tensor x) { var y = fc.call(x); Seen.Add(y.Keep()); return fc.call(y); }
            }
            public static class Program
            {
                public static bool Bites() { var net = new Net(); net.call(randn(2, 4)); return net.Seen[0].IsInvalid; }
            }
            """),
        new("GEN4004 forward called from outside",
            """
            [Shape("B 4 -> B 2")] public partial class Net { [Layer(4, 2)] private readonly Linear fc; }
            public static class Program
            {
                public static bool Bites()
                {
                    var ran = false;
                    var net = new Net();
                    net.register_forward_hook((m, x, y) => { ran = true; return y; });
                    net.{|GEN4004:forward|}(randn(1, 4));
                    return !ran;
                }
            }
            """,
            """
            [Shape("B 4 -> B 2")] public partial class Net { [Layer(4, 2)] private readonly Linear fc; }
            public static class Program
            {
                public static bool Bites()
                {
                    var ran = false;
                    var net = new Net();
                    net.register_forward_hook((m, x, y) => { ran = true; return y; });
                    net.call(randn(1, 4));
                    return !ran;
                }
            }
            """),
        new("GEN4004 a layer of TorchSharp",
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var ran = false;
                    var fc = Linear(4, 2);
                    fc.register_forward_pre_hook((m, x) => { ran = true; return x; });
                    fc.{|GEN4004:forward|}(randn(1, 4));
                    return !ran;
                }
            }
            """,
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var ran = false;
                    var fc = Linear(4, 2);
                    fc.register_forward_pre_hook((m, x) => { ran = true; return x; });
                    fc.call(randn(1, 4));
                    return !ran;
                }
            }
            """),
        new("GEN4004 a virtual forward of the user's own, to which no call leads",
            """
            public class Block : Module
            {
                private readonly Linear fc = Linear(4, 2);
                public Block() : base("block") => RegisterComponents();
                public virtual Tensor forward(Tensor x) => fc.{|GEN4004:forward|}(x);
            }
            public sealed class Sub : Block { public override Tensor forward(Tensor x) => base.forward(x).relu(); }
            public static class Program
            {
                public static bool Bites()
                {
                    var ran = false;
                    var block = new Sub();
                    block.modules().OfType<Linear>().Single().register_forward_hook((m, x, y) => { ran = true; return y; });
                    block.forward(randn(1, 4));
                    return !ran;
                }
            }
            """,
            """
            public class Block : Module
            {
                private readonly Linear fc = Linear(4, 2);
                public Block() : base("block") => RegisterComponents();
                public virtual Tensor forward(Tensor x) => fc.call(x);
            }
            public sealed class Sub : Block { public override Tensor forward(Tensor x) => base.forward(x).relu(); }
            public static class Program
            {
                public static bool Bites()
                {
                    var ran = false;
                    var block = new Sub();
                    block.modules().OfType<Linear>().Single().register_forward_hook((m, x, y) => { ran = true; return y; });
                    block.forward(randn(1, 4));
                    return !ran;
                }
            }
            """),
        new("GEN4005 the 7th of ConvTranspose2d, groups in PyTorch",
            """
            public static class Program
            {
                public static bool Bites() => ConvTranspose2d(4, 4, 3, 1, 0, 0, {|GEN4005:2|}).weight!.shape[1] != 4 / 2;
            }
            """,
            """
            public static class Program
            {
                public static bool Bites() => ConvTranspose2d(4, 4, 3, 1, 0, 0, groups: 2).weight!.shape[1] != 4 / 2;
            }
            """),
        new("GEN4005 the 7th of a ConvTranspose2d by [Layer]",
            """
            [Shape("B 4 8 8")] public partial class Net { [Layer(4, 4, 3, 1, 0, 0, {|GEN4005:2|})] private readonly ConvTranspose2d up; }
            public static class Program { public static bool Bites() => new Net().parameters().First().shape[1] != 4 / 2; }
            """,
            """
            [Shape("B 4 8 8")] public partial class Net
            {
                [Layer] private readonly ConvTranspose2d up = ConvTranspose2d(4, 4, 3, 1, 0, 0, groups: 2);
            }
            public static class Program { public static bool Bites() => new Net().parameters().First().shape[1] != 4 / 2; }
            """),
        new("GEN4005 the 5th of MaxPool2d, return_indices in PyTorch",
            """
            public static class Program
            {
                public static bool Bites() => MaxPool2d(2, 2, 0, 1, {|GEN4005:true|}).call(randn(1, 1, 5, 5)).shape[3] != 2;
            }
            """,
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var (values, indices) = MaxPool2d(2, 2, 0, 1).forward_with_indices(randn(1, 1, 5, 5));
                    return values.shape[3] != 2;
                }
            }
            """),
        new("GEN4006 KLDivLoss of probabilities",
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var (p, q) = (randn(3, 4).softmax(1), randn(3, 4).softmax(1));
                    return !{|GEN4006:KLDivLoss(reduction: Reduction.Sum)|}.call(q.log(), p).allclose((p * (p.log() - q.log())).sum());
                }
            }
            """,
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var (p, q) = (randn(3, 4).softmax(1), randn(3, 4).softmax(1));
                    return !KLDivLoss(log_target: false, reduction: Reduction.Sum).call(q.log(), p)
                        .allclose((p * (p.log() - q.log())).sum());
                }
            }
            """),
        new("GEN4006 functional.kl_div of probabilities",
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var (p, q) = (randn(3, 4).softmax(1), randn(3, 4).softmax(1));
                    return !{|GEN4006:functional.kl_div(q.log(), p, reduction: Reduction.Sum)|}.allclose((p * (p.log() - q.log())).sum());
                }
            }
            """,
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var (p, q) = (randn(3, 4).softmax(1), randn(3, 4).softmax(1));
                    return !functional.kl_div(q.log(), p, false, Reduction.Sum).allclose((p * (p.log() - q.log())).sum());
                }
            }
            """),
        Moved("GEN4007 a model of Gen", "new Net()", "model"),
        Moved("GEN4007 a layer of TorchSharp", "Linear(4, 2)", "model"),
        new("GEN4007 a model and its optimizer in fields",
            """
            [Shape("B 4 -> B 2")] public partial class Net { [Layer(4, 2)] private readonly Linear fc; }
            public sealed class Trainer
            {
                private readonly Net model = new();
                private readonly optim.Optimizer optimizer;
                public Trainer() => optimizer = optim.SGD(model.parameters(), 0.5);
                public void Precise() => {|GEN4007:model.to(float64)|};
                public bool Learns()
                {
                    var before = model.parameters().First().clone();
                    model.call(ones(1, 4, dtype: float64)).sum().backward();
                    try { optimizer.step(); } catch (KeyNotFoundException) { return false; }
                    return !before.allclose(model.parameters().First());
                }
            }
            public static class Program
            {
                public static bool Bites() { var trainer = new Trainer(); trainer.Precise(); return !trainer.Learns(); }
            }
            """,
            """
            [Shape("B 4 -> B 2")] public partial class Net { [Layer(4, 2)] private readonly Linear fc; }
            public sealed class Trainer
            {
                private readonly Net model = new();
                private optim.Optimizer optimizer;
                public Trainer() => optimizer = optim.SGD(model.parameters(), 0.5);
                public void Precise() { model.to(float64); optimizer = optim.SGD(model.parameters(), 0.5); }
                public bool Learns()
                {
                    var before = model.parameters().First().clone();
                    model.call(ones(1, 4, dtype: float64)).sum().backward();
                    try { optimizer.step(); } catch (KeyNotFoundException) { return false; }
                    return !before.allclose(model.parameters().First());
                }
            }
            public static class Program
            {
                public static bool Bites() { var trainer = new Trainer(); trainer.Precise(); return !trainer.Learns(); }
            }
            """),
    ];

    private static TrapProgram Moved(string name, string build, string model)
    {
        const string Net = "[Shape(\"B 4 -> B 2\")] public partial class Net { [Layer(4, 2)] private readonly Linear fc; }\n";
        return new(name, Net + Program($"var optimizer = optim.SGD({model}.parameters(), 0.5); {{|GEN4007:{model}.to(float64)|}};"),
            Net + Program($"{model}.to(float64); var optimizer = optim.SGD({model}.parameters(), 0.5);"));

        string Program(string body) => $$"""
            public static class Program
            {
                public static bool Bites()
                {
                    var {{model}} = {{build}};
                    {{body}}
                    var before = {{model}}.parameters().First().clone();
                    {{model}}.call(ones(1, 4, dtype: float64)).sum().backward();
                    try { optimizer.step(); } catch (KeyNotFoundException) { return true; }
                    return before.allclose({{model}}.parameters().First());
                }
            }
            """;
    }
}

namespace Gen.Tests.Traps;

/// <content>The traps GEN4001 to GEN4003.</content>
internal static partial class TrapPrograms
{
    private static IReadOnlyList<TrapProgram> Registration =>
    [
        new("GEN4001 a field without [Layer]",
            """
            public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc1;
                private readonly Linear {|GEN4001:fc2|} = Linear(8, 2);
                private Tensor Forward(Tensor x) => fc2.call(fc1.call(x).relu());
            }
            public static class Program { public static bool Bites() => new Net().parameters().Sum(p => p.numel()) == 4 * 8 + 8; }
            """,
            """
            public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc1;
                [Layer] private readonly Linear fc2 = Linear(8, 2);
                private Tensor Forward(Tensor x) => fc2.call(fc1.call(x).relu());
            }
            public static class Program { public static bool Bites() => new Net().parameters().Sum(p => p.numel()) == 4 * 8 + 8; }
            """),
        new("GEN4001 a field of Dropout without [Layer]: eval does not reach it",
            """
            public partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private readonly Dropout {|GEN4001:dropout|} = Dropout(0.9);
                private Tensor Forward(Tensor x) => dropout.call(fc.call(x));
            }
            public static class Program
            {
                public static bool Bites()
                {
                    var net = new Net();
                    net.eval();
                    var x = ones(50, 4);
                    return !net.call(x).allclose(net.call(x));
                }
            }
            """,
            """
            public partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                [Layer] private readonly Dropout dropout = Dropout(0.9);
                private Tensor Forward(Tensor x) => dropout.call(fc.call(x));
            }
            public static class Program
            {
                public static bool Bites()
                {
                    var net = new Net();
                    net.eval();
                    var x = ones(50, 4);
                    return !net.call(x).allclose(net.call(x));
                }
            }
            """),
        new("GEN4001 a hand-written module that forgets RegisterComponents",
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Linear {|GEN4001:fc1|} = Linear(4, 8);
                private readonly Linear fc2;
                public Net() : base("Net") { fc2 = Linear(8, 2); }
                public override Tensor forward(Tensor x) => fc2.call(fc1.call(x).relu());
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """,
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Linear fc1 = Linear(4, 8);
                private readonly Linear fc2;
                public Net() : base("Net") { fc2 = Linear(8, 2); RegisterComponents(); }
                public override Tensor forward(Tensor x) => fc2.call(fc1.call(x).relu());
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """),
        new("GEN4001 a module without RegisterComponents in a Sequential",
            """
            public sealed class Block : Module<Tensor, Tensor>
            {
                private readonly Linear {|GEN4001:fc|} = Linear(4, 4);
                public Block() : base("Block") { }
                public override Tensor forward(Tensor x) => fc.call(x).relu();
            }
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Sequential blocks = Sequential(("first", new Block()), ("second", new Block()));
                public Net() : base("Net") { RegisterComponents(); }
                public override Tensor forward(Tensor x) => blocks.call(x);
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """,
            """
            public sealed class Block : Module<Tensor, Tensor>
            {
                private readonly Linear fc = Linear(4, 4);
                public Block() : base("Block") { }
                public override Tensor forward(Tensor x) => fc.call(x).relu();
            }
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly ModuleList<Block> blocks = ModuleList(new Block(), new Block());
                public Net() : base("Net") { RegisterComponents(); }
                public override Tensor forward(Tensor x) => blocks[1].call(blocks[0].call(x));
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """),
        new("GEN4002 a list of modules",
            """
            public partial class Net
            {
                [Layer(4, 4)] private readonly Linear stem;
                private readonly List<Linear> {|GEN4002:blocks|} = [Linear(4, 4), Linear(4, 4)];
                private Tensor Forward(Tensor x)
                {
                    x = stem.call(x);
                    foreach (var block in blocks) { x = block.call(x.relu()); }
                    return x;
                }
            }
            public static class Program { public static bool Bites() => new Net().parameters().Count() == 2; }
            """,
            """
            public partial class Net
            {
                [Layer(4, 4)] private readonly Linear stem;
                [Layer] private readonly ModuleList<Linear> blocks = ModuleList(Linear(4, 4), Linear(4, 4));
                private Tensor Forward(Tensor x)
                {
                    x = stem.call(x);
                    foreach (var block in blocks) { x = block.call(x.relu()); }
                    return x;
                }
            }
            public static class Program { public static bool Bites() => new Net().parameters().Count() == 2; }
            """),
        new("GEN4002 an array in a hand-written module",
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Linear[] {|GEN4002:blocks|} = [Linear(4, 4), Linear(4, 4)];
                public Net() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) => blocks.Aggregate(x, (y, block) => block.call(y).relu());
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """,
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly ModuleList<Linear> blocks = ModuleList(Linear(4, 4), Linear(4, 4));
                public Net() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) => blocks.Aggregate(x, (y, block) => block.call(y).relu());
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """),
        new("GEN4002 a tuple and a dictionary",
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly (Linear First, Linear Second) {|GEN4002:pair|} = (Linear(4, 4), Linear(4, 4));
                private readonly Dictionary<string, Module<Tensor, Tensor>> {|GEN4002:heads|} = new() { ["a"] = Linear(4, 4) };
                public Net() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) => heads["a"].call(pair.Second.call(pair.First.call(x).relu()).relu());
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """,
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Linear first = Linear(4, 4);
                private readonly Linear second = Linear(4, 4);
                private readonly ModuleDict<Module<Tensor, Tensor>> heads = ModuleDict<Module<Tensor, Tensor>>(("a", Linear(4, 4)));
                public Net() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) => heads["a"].call(second.call(first.call(x).relu()).relu());
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """),
        new("GEN4003 a layer that is replaced",
            """
            public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc;
                [Layer] private readonly ReLU relu;
                [Layer] private Linear head = Linear(8, 2);
                public void Classes(long classes) => {|GEN4003:head|} = Linear(8, classes);
            }
            public static class Program
            {
                public static bool Bites()
                {
                    var net = new Net();
                    var optimizer = optim.SGD(net.parameters(), 0.5);
                    net.Classes(5);
                    var before = net.parameters().Last().clone();
                    net.call(ones(2, 4)).sum().backward();
                    optimizer.step();
                    return net.parameters().Last().allclose(before);
                }
            }
            """,
            """
            public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc;
                [Layer] private readonly ReLU relu;
                [Layer] private Linear head;
                public Net(long classes) => head = Linear(8, classes);
            }
            public static class Program
            {
                public static bool Bites()
                {
                    var net = new Net(5);
                    var optimizer = optim.SGD(net.parameters(), 0.5);
                    var before = net.parameters().Last().clone();
                    net.call(ones(2, 4)).sum().backward();
                    optimizer.step();
                    return net.parameters().Last().allclose(before);
                }
            }
            """),
        new("GEN4003 a head that is replaced from outside",
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                public Linear head = Linear(8, 2);
                public Net() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) => head.call(x);
            }
            public static class Program
            {
                public static bool Bites()
                {
                    var net = new Net();
                    {|GEN4003:net.head|} = Linear(8, 5);
                    return net.parameters().All(p => p.shape[0] != 5);
                }
            }
            """,
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                public Linear head;
                public Net(long classes = 2) : base("Net") { head = Linear(8, classes); RegisterComponents(); }
                public override Tensor forward(Tensor x) => head.call(x);
            }
            public static class Program
            {
                public static bool Bites() { var net = new Net(5); return net.parameters().All(p => p.shape[0] != 5); }
            }
            """),
        new("GEN4003 a field set after RegisterComponents",
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Linear fc;
                public Net() : base("Net") { RegisterComponents(); {|GEN4003:fc|} = Linear(4, 2); }
                public override Tensor forward(Tensor x) => fc.call(x);
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """,
            """
            public sealed class Net : Module<Tensor, Tensor>
            {
                private readonly Linear fc;
                public Net() : base("Net") { fc = Linear(4, 2); RegisterComponents(); }
                public override Tensor forward(Tensor x) => fc.call(x);
            }
            public static class Program { public static bool Bites() => !new Net().parameters().Any(); }
            """),
        new("GEN4003 a derived class whose base class registers",
            """
            public class Basis : Module<Tensor, Tensor>
            {
                private readonly Linear fc = Linear(4, 4);
                public Basis() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) => fc.call(x);
            }
            public sealed class Net : Basis
            {
                private readonly Linear more;
                public Net() { {|GEN4003:more|} = Linear(4, 7); }
                public override Tensor forward(Tensor x) => more.call(base.forward(x).relu());
            }
            public static class Program { public static bool Bites() => new Net().parameters().All(p => p.shape[0] != 7); }
            """,
            """
            public class Basis : Module<Tensor, Tensor>
            {
                private readonly Linear fc = Linear(4, 4);
                public Basis() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) => fc.call(x);
            }
            public sealed class Net : Basis
            {
                private readonly Linear more = Linear(4, 7);
                public override Tensor forward(Tensor x) => more.call(base.forward(x).relu());
            }
            public static class Program { public static bool Bites() => new Net().parameters().All(p => p.shape[0] != 7); }
            """),
    ];
}

namespace Gen.Tests.Analyzers;

/// <summary>A mistake, what the message says to write, and the program with exactly that written.</summary>
/// <param name="Id">The diagnostic.</param>
/// <param name="Advice">How its message ends.</param>
/// <param name="Wrong">The class with the mistake.</param>
/// <param name="Right">The same class, mended.</param>
/// <param name="Call">Statements that run the mended one; <c>net</c> is an instance of it.</param>
internal sealed record Remedy(string Id, string Advice, string Wrong, string Right, string Call = "net.call(ones(2, 4));")
{
    /// <summary>Every message of the checker that says what to write.</summary>
    public static readonly Remedy[] All =
    [
        new("GEN0001", "Write 'partial class Net'.",
            "public sealed class Net { [Layer(4, 2)] private readonly Linear fc; }",
            "public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"),
        new("GEN0001", "Write 'partial' before it.",
            "public static class Outer { public sealed partial class Inner { [Layer(4, 2)] private readonly Linear fc; } } public sealed "
            + "partial class Net { [Layer(4, 2)] private readonly Linear fc; }",
            "public static partial class Outer { public sealed partial class Inner { [Layer(4, 2)] private readonly Linear fc; } } "
            + "public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }",
            "new Outer.Inner().call(ones(2, 4));"),
        new("GEN0001", "Remove 'file' before 'class'.",
            "file sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }",
            "sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"),
        new("GEN4012", "Write device: with the device of an input.",
            """
            [Shape("B 4 -> B 4")] public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(x) + ones(4);
            }
            """,
            """
            [Shape("B 4 -> B 4")] public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(x) + ones(4, device: x.device);
            }
            """),
        new("GEN1004", "Write reshape.",
            """
            [Shape("B 6 4")] public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(x).transpose(1, 2).view(-1, 24);
            }
            """,
            """
            [Shape("B 6 4")] public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(x).transpose(1, 2).reshape(-1, 24);
            }
            """,
            "net.call(ones(2, 6, 4));"),
        new("GEN4013", "Write contiguous() before it.",
            """
            [Shape("B T 4")] public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) { var y = fc.call(x); return y.mT.view_as(y); }
            }
            """,
            """
            [Shape("B T 4")] public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) { var y = fc.call(x); return y.mT.contiguous().view_as(y); }
            }
            """,
            "net.call(ones(2, 3, 4));"),
        new("GEN0003", "give the field an initializer.",
            "public sealed partial class Net { [Layer(4, 2)] private readonly Module<Tensor, Tensor> fc; }",
            "public sealed partial class Net { [Layer] private readonly Module<Tensor, Tensor> fc = Linear(4, 2); }"),
        new("GEN0003", "Write the number, or write [Layer(-1, ...)] and remove the initializer.",
            """[Shape("B 4")] public sealed partial class Net { [Layer] private readonly Linear fc = Linear(-1, 2); }""",
            """[Shape("B 4")] public sealed partial class Net { [Layer(-1, 2)] private readonly Linear fc; }"""),
        new("GEN0003", "Write the number, or",
            """[Shape("B 4")] public sealed partial class Net { [Layer] private readonly Linear fc = Linear(-1, 2); }""",
            """[Shape("B 4")] public sealed partial class Net { [Layer] private readonly Linear fc = Linear(4, 2); }"""),
        new("GEN0003", "Write an initializer: = Conv2d(3, 8, 3, padding: 1).",
            """
            [Shape("B 3 8 8 -> B 8 8 8")] public sealed partial class Net { [Layer(3, 8, 3, padding: 1)] private readonly Conv2d conv; }
            """,
            """
            [Shape("B 3 8 8 -> B 8 8 8")] public sealed partial class Net
            {
                [Layer] private readonly Conv2d conv = Conv2d(3, 8, 3, padding: 1);
            }
            """,
            "net.call(ones(2, 3, 8, 8));"),
        new("GEN0003", "Write all in the order of Conv2d(",
            """
            [Shape("B 3 8 8 -> B 8 8 8")] public sealed partial class Net { [Layer(-1, 8, 3, padding: 1)] private readonly Conv2d conv; }
            """,
            """[Shape("B 3 8 8 -> B 8 8 8")] public sealed partial class Net { [Layer(-1, 8, 3, 1, 1)] private readonly Conv2d conv; }""",
            "net.call(ones(2, 3, 8, 8));"),
        new("GEN0004", "commas tensors, without parentheses: \"B 4 -> B 2\".",
            """[Shape("(B, 4) -> (B, 2)")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }""",
            """[Shape("B 4 -> B 2")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"""),
        new("GEN0004", "a size that varies has a name: \"B 4 -> B 2\".",
            """[Shape("-1 4 -> ? 2")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }""",
            """[Shape("B 4 -> B 2")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"""),
        new("GEN0004", "commas separate tensors. Separate dimensions with spaces: \"B 4\".",
            """[Shape("B, 4")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }""",
            """[Shape("B 4")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"""),
        new("GEN0004", "commas separate tensors. Separate dimensions with spaces: \"B 2\".",
            """[Shape("B 4 -> B, 2")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }""",
            """[Shape("B 4 -> B 2")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"""),
        new("GEN0004", "keep one.",
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                [Shape("B 4 -> B 2")] private Tensor Forward(Tensor x) => fc.call(x);
            }
            """,
            """
            public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                [Shape("B 4 -> B 2")] private Tensor Forward(Tensor x) => fc.call(x);
            }
            """),
        new("GEN0004", "give the dimension another name.",
            """
            [Shape("B rate -> B 2")] public sealed partial class Net(double rate = 0.5)
            {
                [Layer] private readonly Dropout drop = Dropout(rate);
                [Layer] private readonly Linear fc = Linear(4, 2);
                private Tensor Forward(Tensor x) => fc.call(drop.call(x));
            }
            """,
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net(double rate = 0.5)
            {
                [Layer] private readonly Dropout drop = Dropout(rate);
                [Layer] private readonly Linear fc = Linear(4, 2);
                private Tensor Forward(Tensor x) => fc.call(drop.call(x));
            }
            """),
        new("GEN0005", "write a Forward method.",
            """[Shape("4 -> 4")] public sealed partial class Net { [Parameter] private readonly Parameter scale = Parameter(ones(4)); }""",
            """
            [Shape("B 4 -> B 4")] public sealed partial class Net
            {
                [Parameter] private readonly Parameter scale = Parameter(ones(4));
                private Tensor Forward(Tensor x) => x * scale;
            }
            """),
        new("GEN0005", "but a chain passes on only one; write a Forward method.",
            """[Shape("B 4 -> B 2")] public sealed partial class Net { [Layer(4, 4, 2)] private readonly Bilinear fc; }""",
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 4, 2)] private readonly Bilinear fc;
                private Tensor Forward(Tensor x) => fc.call(x, x);
            }
            """),
        new("GEN0005", "must take one tensor and return tensors to be in a chain; write a Forward method.",
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                [Layer] private readonly ModuleList<Linear> others = ModuleList<Linear>([Linear(4, 2)]);
            }
            """,
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                [Layer] private readonly ModuleList<Linear> others = ModuleList<Linear>([Linear(4, 2)]);
                private Tensor Forward(Tensor x) => fc.call(x) + others[0].call(x);
            }
            """),
        new("GEN0005", "put some into a tuple.",
            "public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; private Tensor Forward(Tensor a, Tensor b, "
            + "Tensor c, Tensor d, Tensor e, Tensor f, Tensor g) => fc.call(a) + fc.call(g); }",
            "public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; private Tensor Forward(Tensor a, (Tensor, "
            + "Tensor) others) => fc.call(a) + fc.call(others.Item2); }",
            "net.call(ones(2, 4), (ones(2, 4), ones(2, 4)));"),
        new("GEN0005", "Write 'public override Tensor forward(Tensor x)'.",
            "public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; public Tensor forward(Tensor x) => fc.call(x); }",
            "public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; public override Tensor forward(Tensor x) => "
            + "fc.call(x); }"),
        new("GEN0005", "write a Forward method.",
            """
            public abstract class Pairs : Module<Tensor, Tensor, Tensor> { protected Pairs() : base("pairs") { } }
            public sealed partial class Net : Pairs { [Layer(4, 2)] private readonly Linear fc; }
            """,
            """
            public abstract class Pairs : Module<Tensor, Tensor, Tensor> { protected Pairs() : base("pairs") { } }
            public sealed partial class Net : Pairs
            {
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => fc.call(x) + fc.call(y);
            }
            """,
            "net.call(ones(2, 4), ones(2, 4));"),
        new("GEN0006", "its layers are fc.",
            """[Chain("fcc")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }""",
            """[Chain(nameof(fc))] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"""),
        new("GEN0007", "a layer must be an instance field.",
            "public sealed partial class Net { [Layer] private Linear fc { get; } = Linear(4, 2); [Layer] private readonly ReLU act; }",
            "public sealed partial class Net { [Layer] private readonly Linear fc = Linear(4, 2); [Layer] private readonly ReLU act; }"),
        new("GEN0007", "a layer must be an instance field, since each module has its own weights.",
            "public sealed partial class Net { [Layer] private static readonly Linear fc = Linear(4, 2); [Layer] private readonly ReLU "
            + "act; }",
            "public sealed partial class Net { [Layer] private readonly Linear fc = Linear(4, 2); [Layer] private readonly ReLU act; }"),
        new("GEN0008", "Rename the field; to keep its key, add [ComponentName(Name = \"training\")].",
            "public sealed partial class Net { [Layer(4, 2)] private readonly Linear training; }",
            "public sealed partial class Net { [Layer(4, 2), ComponentName(Name = \"training\")] private readonly Linear head; }",
            "if (!net.state_dict().ContainsKey(\"training.weight\")) throw new InvalidOperationException();"),
        new("GEN0009", "Rename it to Forward, or remove [Recompute].",
            """
            public sealed partial class Net : Module<Tensor, Tensor>
            {
                [Layer(4, 2), Recompute] private readonly Linear fc;
                public override Tensor forward(Tensor x) => fc.call(x);
            }
            """,
            """
            public sealed partial class Net
            {
                [Layer(4, 2), Recompute] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(x);
            }
            """),
        new("GEN1001", "Change it to Linear(8, 2).",
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 8)] private readonly Linear a;
                [Layer] private readonly ReLU act;
                [Layer(4, 2)] private readonly Linear b;
            }
            """,
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 8)] private readonly Linear a;
                [Layer] private readonly ReLU act;
                [Layer(8, 2)] private readonly Linear b;
            }
            """),
        new("GEN1001", "Change it to Conv2d(8, 4, 3).",
            """
            [Shape("B 3 9 9")] public sealed partial class Net
            {
                [Layer(3, 8, 3)] private readonly Conv2d a;
                [Layer(6, 4, 3)] private readonly Conv2d b;
            }
            """,
            """
            [Shape("B 3 9 9")] public sealed partial class Net
            {
                [Layer(3, 8, 3)] private readonly Conv2d a;
                [Layer(8, 4, 3)] private readonly Conv2d b;
            }
            """,
            "net.call(ones(2, 3, 9, 9));"),
        new("GEN1001", "Change it to BatchNorm2d(8).",
            """
            [Shape("B 3 9 9")] public sealed partial class Net
            {
                [Layer(3, 8, 3)] private readonly Conv2d a;
                [Layer(6)] private readonly BatchNorm2d b;
            }
            """,
            """
            [Shape("B 3 9 9")] public sealed partial class Net
            {
                [Layer(3, 8, 3)] private readonly Conv2d a;
                [Layer(8)] private readonly BatchNorm2d b;
            }
            """,
            "net.call(ones(2, 3, 9, 9));"),
        new("GEN1005", "Declare '-> B 2'.",
            """[Shape("B 4 -> B 5")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }""",
            """[Shape("B 4 -> B 2")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"""),
        new("GEN1010", "Write the number.",
            "public sealed partial class Net { [Layer(-1, 2)] private readonly Linear fc; }",
            "public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"),
        new("GEN1011", "Change it to [B, 2].",
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x)
                {
                    var y = fc.call(x); // [B, 4]
                    return y;
                }
            }
            """,
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x)
                {
                    var y = fc.call(x); // [B, 2]
                    return y;
                }
            }
            """),
        new("GEN2003", "add [Shape(\"in -> out\")].",
            "public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }",
            """[Shape("B 4 -> B 2")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"""),
        new("GEN2003", "write [Chain(nameof(fc))].",
            """
            public abstract class Base() : Module<Tensor, Tensor>("base") { public override Tensor forward(Tensor x) => x; }
            [Shape("B 4 -> B 2")] public sealed partial class Net : Base { [Layer] private readonly Linear fc = Linear(4, 2); }
            """,
            """
            public abstract class Base() : Module<Tensor, Tensor>("base") { public override Tensor forward(Tensor x) => x; }
            [Chain(nameof(fc))] [Shape("B 4 -> B 2")] public sealed partial class Net : Base
            {
                [Layer] private readonly Linear fc = Linear(4, 2);
            }
            """,
            "if (net.call(ones(2, 4)).shape[1] != 2) throw new InvalidOperationException();"),
        new("GEN5001", "the model gives logits.",
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.cross_entropy(fc.call(x).softmax(1), y);
            }
            """,
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.cross_entropy(fc.call(x), y);
            }
            """,
            "net.call(ones(2, 4), zeros(2, dtype: ScalarType.Int64));"),
        new("GEN5002", "the model gives logits.",
            """
            [Shape("B 4, B 2 -> ")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.binary_cross_entropy_with_logits(fc.call(x).sigmoid(), y);
            }
            """,
            """
            [Shape("B 4, B 2 -> ")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.binary_cross_entropy_with_logits(fc.call(x), y);
            }
            """,
            "net.call(ones(2, 4), zeros(2, 2));"),
        new("GEN5003", "Insert an activation, such as ReLU().",
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 8)] private readonly Linear a;
                [Layer(8, 2)] private readonly Linear b;
            }
            """,
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 8)] private readonly Linear a;
                [Layer] private readonly ReLU act;
                [Layer(8, 2)] private readonly Linear b;
            }
            """),
        new("GEN5005", "or move it before the last linear layer.",
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                [Layer(0.5)] private readonly Dropout drop;
                private Tensor Forward(Tensor x, Tensor y) => functional.cross_entropy(drop.call(fc.call(x)), y);
            }
            """,
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                [Layer(0.5)] private readonly Dropout drop;
                private Tensor Forward(Tensor x, Tensor y) => functional.cross_entropy(fc.call(drop.call(x)), y);
            }
            """,
            "net.call(ones(2, 4), zeros(2, dtype: ScalarType.Int64));"),
        new("GEN5005", "which may be any number. Remove",
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.cross_entropy(fc.call(x).relu(), y);
            }
            """,
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.cross_entropy(fc.call(x), y);
            }
            """,
            "net.call(ones(2, 4), zeros(2, dtype: ScalarType.Int64));"),
        new("GEN5006", "Change it to squeeze(1) on the first",
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 1)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.mse_loss(fc.call(x), y);
            }
            """,
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 1)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.mse_loss(fc.call(x).squeeze(1), y);
            }
            """,
            "net.call(ones(2, 4), zeros(2));"),
        new("GEN5006", "or unsqueeze(1) on the other.",
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 1)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.mse_loss(fc.call(x), y);
            }
            """,
            """
            [Shape("B 4, B -> ")] public sealed partial class Net
            {
                [Layer(4, 1)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor y) => functional.mse_loss(fc.call(x), y.unsqueeze(1));
            }
            """,
            "net.call(ones(2, 4), zeros(2));"),
        new("GEN2001", "To state it: Where = \"d == 4\".",
            """[Shape("B d -> B 2")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }""",
            """[Shape("B d -> B 2", Where = "d == 4")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }"""),
        new("GEN2002", "add [Shape(\"in -> out\")].",
            """
            public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                [Parameter] private readonly Parameter w = Parameter(ones(2, 3));
                private Tensor Forward(Tensor x) => fc.call(x) + w.sum(1).unsqueeze(0);
            }
            """,
            """
            [Shape("B 4 -> B 2")] public sealed partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;
                [Parameter] private readonly Parameter w = Parameter(ones(2, 3));
                private Tensor Forward(Tensor x) => fc.call(x) + w.sum(1).unsqueeze(0);
            }
            """),
    ];
}

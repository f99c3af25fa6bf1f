namespace Gen.Tests.Analyzers;

/// <content>Element types that go through methods, modules and lists to a layer.</content>
internal static partial class PlantedMistakes
{
    private static Mistake[] TypesThrough =>
    [
        new("a step function with int classes",
            "cross_entropy: prediction [2, 3], target [2]: the target holds classes, which are int64, but is "
            + "int32. Change it to target.to(ScalarType.Int64).", """
            [Shape("B 4 -> B 3")] public sealed partial class Net { [Layer(4, 3)] private readonly Linear fc; }
            public static class Program
            {
                private static Tensor Step(Net net, Tensor x, Tensor y) { var p = net.call(x);
                    return functional.cross_entropy(p, y); }
                public static void Main() { var y = tensor(new[] { [-0, 2-]{+0L, 2L+} }); Step(new Net(), randn(2, 4), {|GEN1009:y|}); }
            }
            """),
        new("accuracy by the mean of a comparison",
            "mean needs float or complex but gets bool. Convert it with .to(float32).", """
            [Shape("B 4 -> B 3")] public sealed partial class Net { [Layer(4, 3)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main() { var net = new Net(); var x = randn(2, 4); var y = zeros([2], dtype: int64);
                    var right = net.call(x).argmax(1).eq(y); Console.WriteLine({|GEN1012:right[--]{+.to(float32)+}.mean()|}.ToSingle());
                    }
            }
            """),
        new("one less a padding mask in a module",
            "'-' needs int or float or complex but gets int64 and bool. Convert it with .to(float32).", """
            [Shape("int64: B T -> B T 8")] public sealed partial class Encoder
            {
                [Layer(20, 8)] private readonly Embedding table;
                private Tensor Forward(Tensor ids) { var pad = ids == 0;
                    return table.call(ids) * ({|GEN1012:1 - pad|}[--]{+.to(float32)+}).unsqueeze(-1); }
            }
            public static class Program
            {
                public static void Main()
                {
                    new Encoder().call(zeros([2, 3], dtype: int64));
                }
            }
            """),
        new("float tokens from a text pipeline",
            "'Encoder.table' (Embedding(20, 8)) needs int32 or int64 for 'input' but gets float32. Convert it "
            + "with .to(int64).", """
            [Shape("B T -> B T 8")] public sealed partial class Encoder { [Layer(20, 8)] private readonly Embedding table; }
            public static class Program
            {
                public static void Main()
                {
                    var ids = tensor(new[,] { { [-1f, 2f, 3f-]{+1L, 2L, 3L+} } }); {|GEN1012:new Encoder().call(ids)|};
                }
            }
            """),
        new("pixels of an image as bytes",
            "'Filter.conv' (Conv2d(3, 8, 3)) needs float32, as its weights are, but gets uint8. Convert it with "
            + ".to(float32).", """
            [Shape("B 3 8 8 -> B 8 6 6")] public sealed partial class Filter {
                [Layer(3, 8, 3)] private readonly Conv2d conv; }
            public static class Program
            {
                public static void Main()
                {
                    var image = tensor(new byte[3 * 8 * 8]).view(1, 3, 8, 8);
                    {|GEN1012:new Filter().call(image[--]{+.to(float32) / 255+})|};
                }
            }
            """),
        new("labels as floats for cross entropy",
            "cross_entropy: prediction [2, 3], target [2]: the target holds classes, which are integers, but is "
            + "floating point. Change it to target.to(ScalarType.Int64).", """
            [Shape("B 4 -> B 3")] public sealed partial class Net { [Layer(4, 3)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var y = tensor(new[] { [-0f, 2f-]{+0L, 2L+} });
                    {|GEN1009:functional.cross_entropy(new Net().call(randn(2, 4)), y)|};
                }
            }
            """),
        new("nll of int32 by a module of losses",
            "NLLLoss: prediction [2, 3], target [2]: the target holds classes, which are int64, but is int32. "
            + "Change it to target.to(ScalarType.Int64).", """
            public static class Program
            {
                public static void Main() { var loss = NLLLoss(); var p = functional.log_softmax(randn(2, 3), 1);
                    {|GEN1009:loss.call(p, zeros([2], dtype: [-int32-]{+int64+}))|}; }
            }
            """),
        new("positions in double",
            "'fc' (Linear(8, 8)) needs float32, as its weights are, but gets float64 or complex128. Convert it "
            + "with .to(float32).", """
            [Shape("B T 8 -> B T 8")] public sealed partial class Positions
            {
                [Layer(8, 8)] private readonly Linear fc;
                private Tensor Forward(Tensor x) {
                    var p = arange(0, x.shape[1], dtype: [-float64-]{+float32+}).unsqueeze(-1) / 10; return {|GEN1012:fc.call(x + p)|};
                    }
            }
            public static class Program
            {
                public static void Main()
                {
                    new Positions().call(randn(2, 3, 8));
                }
            }
            """),
        new("a scale of double in a buffer",
            "'fc' (Linear(4, 2)) needs float32, as its weights are, but gets float64. Convert it with .to(float32).", """
            [Shape("B 4 -> B 2")] public sealed partial class Scaled
            {
                [Buffer] private readonly Tensor mean = tensor(new[] { [-0.1, 0.2, 0.3, 0.4-]{+0.1f, 0.2f, 0.3f, 0.4f+} });
                [Layer(4, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => {|GEN1012:fc.call(x.to(float32) - mean)|};
            }
            public static class Program
            {
                public static void Main()
                {
                    new Scaled().call(randn(2, 4));
                }
            }
            """),
        new("an int mask for masked_fill",
            "masked_fill needs bool for 'mask' but gets int64. Compare it with 0.", """
            [Shape("B T T -> B T T")] public sealed partial class Scores
            {
                [Layer(-1)] private readonly Softmax soft;
                private Tensor Forward(Tensor x) { var mask = ones([x.shape[1], x.shape[2]], dtype: int64).triu(1);
                    return soft.call({|GEN1012:x.masked_fill(mask[--]{+ == 1+}, float.NegativeInfinity)|}); }
            }
            public static class Program
            {
                public static void Main()
                {
                    new Scores().call(randn(2, 3, 3));
                }
            }
            """),
        new("a float condition of where",
            "where needs bool for 'condition' but gets float32. Compare it with 0.", """
            [Shape("B 4 -> B 4")] public sealed partial class Clip { [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) { var y = fc.call(x); return {|GEN1012:where(y.sign()[--]{+ > 0+}, y, zeros_like(y))|};
                    } }
            public static class Program
            {
                public static void Main()
                {
                    new Clip().call(randn(2, 4));
                }
            }
            """),
        new("counts accumulated in place",
            "add_ needs a result that int64 can hold but gets float32. Use the form that gives a new tensor.", """
            public static class Program { public static void Main() { var hits = zeros([3], dtype: [-int64-]{+float32+});
                foreach (var t in new[] { rand(3), rand(3) }) { {|GEN1012:hits.add_(t)|}; } } }
            """),
        new("a one-hot target for a binary loss",
            "BCEWithLogitsLoss: prediction [2, 3], target [2, 3]: the target must be floating point, but holds "
            + "integers. Change it to target.to(ScalarType.Float32).", """
            [Shape("B 4 -> B 3")] public sealed partial class Net { [Layer(4, 3)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var y = functional.one_hot(tensor(new[] { 0L, 2L }), 3)[--]{+.to(float32)+};
                    var loss = BCEWithLogitsLoss(); {|GEN1009:loss.call(new Net().call(randn(2, 4)), y)|};
                }
            }
            """),
        new("a half image through float weights",
            "'Filter.conv' (Conv2d(1, 4, 3)) needs float32, as its weights are, but gets float16. Convert it "
            + "with .to(float32).", """
            [Shape("B 1 8 8 -> B 4 6 6")] public sealed partial class Filter {
                [Layer(1, 4, 3)] private readonly Conv2d conv; }
            public static class Program { private static Tensor Load() => randn(1, 1, 8, 8)[-.half()-]{++};
                public static void Main() { var x = Load(); {|GEN1012:new Filter().call(x)|}; } }
            """),
        new("linspace in double",
            "'Curve.fc' (Linear(1, 1)) needs float32, as its weights are, but gets float64. Convert it with "
            + ".to(float32).", """
            [Shape("B 1 -> B 1")] public sealed partial class Curve { [Layer(1, 1)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var x = linspace(0, 1, 10, dtype: [-float64-]{+float32+}).unsqueeze(1); {|GEN1012:new Curve().call(x)|};
                }
            }
            """),
        new("an array of doubles through a helper",
            "'Line.fc' (Linear(2, 1)) needs float32, as its weights are, but gets float64. Convert it with "
            + ".to(float32).", """
            [Shape("B 2 -> B 1")] public sealed partial class Line { [Layer(2, 1)] private readonly Linear fc; }
            public static class Program { private static Tensor Rows(double[,] rows) => tensor(rows)[--]{+.to(float32)+};
                public static void Main() => {|GEN1012:new Line().call(Rows(new[,] { { 1.0, 2.0 } }))|}; }
            """),
        new("from_array of doubles",
            "'Line.fc' (Linear(2, 1)) needs float32, as its weights are, but gets float64. Convert it with "
            + ".to(float32).", """
            [Shape("B 2 -> B 1")] public sealed partial class Line { [Layer(2, 1)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var rows = new[-[,] { { 1.0, 2.0 } }-]{+[,] { { 1f, 2f } }+}; var x = from_array(rows);
                    {|GEN1012:new Line().call(x)|};
                }
            }
            """),
        new("a double hidden state",
            "'gru' (GRU(4, 6, batchFirst: true)) needs float32, as its weights are, but gets any type and "
            + "float64. Convert it with .to(float32).", """
            [Shape("B T 4 -> B T 6")] public sealed partial class Rnn
            {
                [Layer] private readonly GRU gru = GRU(4, 6, batchFirst: true);
                private Tensor Forward(Tensor x) { var h = zeros([1, x.shape[0], 6][-, dtype: float64-]{++});
                    var (y, _) = {|GEN1012:gru.call(x, h)|}; return y; }
            }
            public static class Program
            {
                public static void Main()
                {
                    new Rnn().call(randn(2, 3, 4));
                }
            }
            """),
        new("numbers of classes by argmax into a layer",
            "'second' (Linear(1, 2)) needs float32, as its weights are, but gets int64. Convert it with .to(float32).", """
            [Shape("B 4 -> B 2")] public sealed partial class Two
            {
                [Layer(4, 3)] private readonly Linear first;
                [Layer(1, 2)] private readonly Linear second;
                private Tensor Forward(Tensor x) => {|GEN1012:second.call(first.call(x).argmax(1, keepdim: true)[--]{+.to(float32)+})|};
            }
            public static class Program
            {
                public static void Main()
                {
                    new Two().call(randn(2, 4));
                }
            }
            """),
        new("topk places as features",
            "'fc' (Linear(2, 2)) needs float32, as its weights are, but gets int64. Convert it with .to(float32).", """
            [Shape("B 4 -> B 2")] public sealed partial class Top
            {
                [Layer(2, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x) { var (values, places) = x.topk(2); return {|GEN1012:fc.call([-places-]{+values+})|}; }
            }
            public static class Program
            {
                public static void Main()
                {
                    new Top().call(randn(2, 4));
                }
            }
            """),
    ];
}

namespace Gen.Tests.Analyzers;

/// <content>Element types of data, targets, masks and states.</content>
internal static partial class PlantedMistakes
{
    private static Mistake[] TypesOfData =>
    [
        new("lengths that are floats in a selection",
            "index_select needs int32 or int64 for 'index' but gets float32. Convert it with .to(int64).", """
            [Shape("B T 4 -> B 4")] public sealed partial class Last
            {
                [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) =>
                    fc.call({|GEN1012:x.index_select(1, full([1], x.shape[1] - 1[-, dtype: float32-]{++}))|}.squeeze(1));
            }
            public static class Program
            {
                public static void Main()
                {
                    new Last().call(randn(2, 3, 4));
                }
            }
            """),
        new("gradient of integers",
            "tensor needs float or complex for a gradient but gets int32. Convert it with .to(float32).", """
            public static class Program
            {
                public static void Main()
                {
                    var w = {|GEN1012:tensor(new[] { [-1, 2, 3-]{+1f, 2, 3+} }[--]{++}, requires_grad: true)|}; w.sum().backward();
                }
            }
            """),
        new("softmax of scores that are counts",
            "softmax needs float but gets int64. Convert it with .to(float32).", """
            [Shape("B T -> B T")] public sealed partial class Weights { [Layer] private readonly Identity id;
                private Tensor Forward(Tensor x) => {|GEN1012:functional.softmax((id.call(x) > 0)[-.to(int64)-]{+.to(float32)+}, -1)|};
                    }
            public static class Program
            {
                public static void Main()
                {
                    new Weights().call(randn(2, 3));
                }
            }
            """),
        new("dropout's keep mask as a difference",
            "'-' needs int or float or complex but gets bool. Convert it with .to(float32).", """
            [Shape("B 4 -> B 4")] public sealed partial class Drop { [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) { var keep = rand_like(x) > 0.5; var other = ones_like(x) > 0;
                    return fc.call(x) * ({|GEN1012:other [---]{+^+} keep|}); } }
            public static class Program
            {
                public static void Main()
                {
                    new Drop().call(randn(2, 4));
                }
            }
            """),
        new("std of bytes",
            "mean needs float or complex but gets uint8. Convert it with .to(float32).", """
            public static class Program
            {
                public static void Main()
                {
                    var image = randint(0, 255, [3, 8, 8], dtype: uint8);
                    var (m, s) = ({|GEN1012:image[--]{+.to(float32)+}.mean()|}, 0);
                }
            }
            """),
        new("normalise bytes by std",
            "std needs float or complex but gets uint8. Convert it with .to(float32).", """
            public static class Program
            {
                public static void Main()
                {
                    var image = zeros([3, 8, 8], dtype: uint8); var s = {|GEN1012:image[--]{+.to(float32)+}.std()|};
                }
            }
            """),
        new("an optimizer's closure with mixed losses",
            "cross_entropy: prediction [2, 3], target [2]: the target holds classes, which are int64, but is "
            + "int16. Change it to target.to(ScalarType.Int64).", """
            [Shape("B 4 -> B 3")] public sealed partial class Net { [Layer(4, 3)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var net = new Net(); var y = zeros([2], dtype: [-int16-]{+int64+}); Func<Tensor> closure = () => {
                    var l = {|GEN1009:functional.cross_entropy(net.call(randn(2, 4)), y)|}; l.backward(); return l; }; closure();
                }
            }
            """),
        new("a generator's noise in double",
            "'Generator.fc' (Linear(8, 4)) needs float32, as its weights are, but gets float64. Convert it with "
            + ".to(float32).", """
            [Shape("B 8 -> B 4")] public sealed partial class Generator { [Layer(8, 4)] private readonly Linear fc; }
            [Shape("B 4 -> B 1")] public sealed partial class Critic { [Layer(4, 1)] private readonly Linear fc; }
            public static class Program { private static Tensor Noise(long n) => randn(n, 8[-, dtype: float64-]{++});
                public static void Main() { var (g, d) = (new Generator(), new Critic()); for (var i = 0; i < 2; i++) {
                    d.call({|GEN1012:g.call(Noise(4))|}); } } }
            """),
        new("interpolating between real and fake of two types",
            "lerp needs operands of one type but gets float32 and float64. Convert one of them with .to(...).", """
            public static class Program
            {
                public static void Main()
                {
                    var (real, fake) = (rand(2, 3), rand(2, 3[-, dtype: float64-]{++}));
                    var m = {|GEN1012:lerp(real, fake, rand(2, 1))|};
                }
            }
            """),
        new("actions that are int32 in gather of int16",
            "gather needs int32 or int64 for 'index' but gets int16. Convert it with .to(int64).", """
            [Shape("B 4 -> B 2")] public sealed partial class Q { [Layer(4, 2)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var q = new Q(); var actions = zeros([3, 1], dtype: [-int16-]{+int64+});
                    var v = {|GEN1012:q.call(randn(3, 4)).gather(1, actions)|};
                }
            }
            """),
        new("distances of labels",
            "cdist needs float32 or float64 but gets int32. Convert it with .to(float32).", """
            public static class Program
            {
                public static void Main()
                {
                    var (a, b) = (tensor(new[,] { { [-1, 2-]{+1f, 2f+} } }), tensor(new[,] { { [-3, 4-]{+3f, 4f+} } }));
                    var d = {|GEN1012:cdist(a, b)|};
                }
            }
            """),
        new("a batch joined of floats and doubles for a layer",
            "'Net.fc' (Linear(4, 2)) needs float32, as its weights are, but gets float64. Convert it with "
            + ".to(float32).", """
            [Shape("B 4 -> B 2")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var rows = new List<Tensor>(); rows.Add(rand(4));
                    rows.Add(tensor(new[] { [-1.0, 2.0, 3.0, 4.0-]{+1f, 2f, 3f, 4f+} })); {|GEN1012:new Net().call(stack(rows))|};
                }
            }
            """),
        new("batches in a list of pairs",
            "cross_entropy: prediction [2, 3], target [2]: the target holds classes, which are int64, but is "
            + "int32. Change it to target.to(ScalarType.Int64).", """
            [Shape("B 4 -> B 3")] public sealed partial class Net { [Layer(4, 3)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var net = new Net(); var y0 = zeros([2], dtype: [-int32-]{+int64+}); var data = new[] {
                    (randn(2, 4), y0), (randn(2, 4), y0.clone()) }; foreach (var (x, y) in data) {
                    {|GEN1009:functional.cross_entropy(net.call(x), y)|}.backward(); }
                }
            }
            """),
        new("a nested module with doubles between",
            "'fc' (Linear(4, 2)) needs float32, as its weights are, but gets float64. Convert it with .to(float32).", """
            [Shape("B 4 -> B 4")] public sealed partial class Inner { [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(x)[-.to(float64)-]{++}; }
            [Shape("B 4 -> B 2")] public sealed partial class Outer { [Layer] private readonly Inner inner = new();
                [Layer(4, 2)] private readonly Linear fc; private Tensor Forward(Tensor x) => {|GEN1012:fc.call(inner.call(x))|}; }
            public static class Program
            {
                public static void Main()
                {
                    new Outer().call(randn(2, 4));
                }
            }
            """),
        new("batch norm of integers",
            "'Norm.norm' (BatchNorm1d(4)) needs float32, as its weights are, but gets int64. Convert it with "
            + ".to(float32).", """
            [Shape("B 4 -> B 4")] public sealed partial class Norm { [Layer(4)] private readonly BatchNorm1d norm; }
            public static class Program
            {
                public static void Main()
                {
                    {|GEN1012:new Norm().call(ones([3, 4], dtype: [-int64-]{+float32+}))|};
                }
            }
            """),
        new("a sequential with int input",
            "'s.fc' (Linear(3, 4)) needs float32, as its weights are, but gets int64. Convert it with .to(float32).", """
            public static class Program
            {
                public static void Main()
                {
                    var s = Sequential(("fc", Linear(3, 4)), ("act", ReLU()), ("out", Linear(4, 1)));
                    var x = arange(6).view(2, 3)[--]{+.to(float32)+}; {|GEN1012:s.call(x)|};
                }
            }
            """),
        new("or of a mask and a float mask",
            "'Mask': '|' needs int or bool but gets bool and float32. Convert it with .to(int64).", """
            [Shape("B T -> B T")] public sealed partial class Mask { [Layer] private readonly Identity id;
                private Tensor Forward(Tensor x) { var y = id.call(x); var pad = y == 0;
                    var cut = ones_like(y)[--]{+.to(ScalarType.Bool)+}; return y.masked_fill(pad | cut, 0); } }
            public static class Program
            {
                public static void Main()
                {
                    {|GEN1012:new Mask().call(randn(3, 3))|};
                }
            }
            """),
        new("a helper that is given double targets",
            "binary_cross_entropy needs operands of one type but gets float32 and float64. Convert one of them "
            + "with .to(...).", """
            [Shape("B 4 -> B 1")] public sealed partial class Net { [Layer(4, 1)] private readonly Linear fc; }
            public static class Program
            {
                private static Tensor Loss(Tensor p, Tensor t) => functional.binary_cross_entropy(p.sigmoid(), t);
                public static void Main() { var net = new Net();
                    var t = tensor(new[] { [-0.0, 1.0-]{+0f, 1f+} }).unsqueeze(1);
                    Loss(net.call(randn(2, 4)), {|GEN1012:t|}).backward(); }
            }
            """),
        new("a trainer with a method for each step",
            "cross_entropy: prediction [2, 3], target [2]: the target holds classes, which are int64, but is "
            + "int32. Change it to target.to(ScalarType.Int64).", """
            [Shape("B 4 -> B 3")] public sealed partial class Net { [Layer(4, 3)] private readonly Linear fc; }
            public sealed class Trainer
            {
                private readonly Net net = new();
                private Tensor Step(Tensor x, Tensor y) => functional.cross_entropy(net.call(x), y);
                public void Run() { var y = zeros([2], dtype: [-int32-]{+int64+}); Step(randn(2, 4), {|GEN1009:y|}).backward(); }
            }
            public static class Program { public static void Main() => new Trainer().Run(); }
            """),
        new("bytes summed into a mean",
            "mean needs float or complex but gets int64. Convert it with .to(float32).", """
            public static class Program
            {
                public static void Main()
                {
                    var image = zeros([3, 8, 8], dtype: uint8); var m = {|GEN1012:image.sum(1L)[--]{+.to(float32)+}.mean([1L])|};
                }
            }
            """),
    ];
}

namespace Gen.Tests.Analyzers;

/// <content>Element types: of another width, of another kind, written in place.</content>
internal static partial class PlantedMistakes
{
    private static Mistake[] Types =>
    [
        // Another width.
        Called("double data for a layer",
            "'fc' (Linear(4, 2)) needs float32, as its weights are, but gets float64. Convert it with .to(float32).",
            "var fc = Linear(4, 2); var y = {|GEN1012:fc.call(tensor([-new[,] { { 1.0, 2, 3, 4 } }-]{+new[,] { { 1f, 2, 3, 4 } }+}))|};"),
        Called("double data for a model",
            "'model.fc' (Linear(784, 10)) needs float32, as its weights are, but gets float64. Convert it with .to(float32).",
            "var model = new Digits(); var x = zeros([2, 1, 28, 28][-, dtype: float64-]{++}); var y = {|GEN1012:model.call(x)|};", Model),
        Called("half data for a convolution",
            "'conv' (Conv2d(3, 4, 3)) needs float32, as its weights are, but gets float16. Convert it with .to(float32).",
            "var conv = Conv2d(3, 4, 3); var y = {|GEN1012:conv.call(randn(2, 3, 8, 8)[-.half()-]{++})|};"),
        Body("doubles beside the features", "'fc' (Linear(6, 6)) needs float32, as its weights are, but gets float64. "
            + "Convert it with .to(float32).",
            "x = x * tensor(new[] { [-1.0-]{+1f+}, 2, 3, 4, 5, 6 }); return {|GEN1012:fc.call(x)|};"),
        Body("a double state for a recurrent layer's features",
            "'fc' (Linear(6, 6)) needs float32, as its weights are, but gets float64. Convert it with .to(float32).",
            "var mean = x.mean([1])[-.to(float64)-]{++}; return {|GEN1012:fc.call(mean)|};"),
        Called("classes of int32",
            "cross_entropy: prediction [2, 3], target [2]: the target holds classes, which are int64, but is int32. "
            + "Change it to target.to(ScalarType.Int64).",
            "var loss = {|GEN1009:functional.cross_entropy(randn(2, 3), tensor(new[-[] { 0, 1 }-]{+[] { 0L, 1 }+}))|};"),
        Called("double targets of a binary loss",
            "binary_cross_entropy needs operands of one type but gets float32 and float64. Convert one of them with .to(...).",
            "var loss = {|GEN1012:functional.binary_cross_entropy(rand(4), rand(4)[-.to(float64)-]{++})|};"),
        Called("queries and keys of two types",
            "scaled_dot_product_attention needs operands of one type but gets float32 and float64. Convert one of them with .to(...).",
            "var q = randn(2, 4, 8); var k = randn(2, 4, 8)[-.to(float64)-]{++}; "
            + "var y = {|GEN1012:functional.scaled_dot_product_attention(q, k, q)|};"),
        Called("a grid of doubles",
            "grid_sample needs operands of one type but gets float32 and float64. Convert one of them with .to(...).",
            "var y = {|GEN1012:functional.grid_sample(rand(1, 2, 4, 4), zeros([1, 3, 3, 2][-, dtype: float64-]{++}))|};"),
        Called("interpolation between two types",
            "lerp needs operands of one type but gets float32 and float64. Convert one of them with .to(...).",
            "var y = {|GEN1012:rand(3).lerp(ones([3][-, dtype: float64-]{++}), 0.5)|};"),

        // Another kind.
        Called("the mean of integers", "mean needs float or complex but gets int64. Convert it with .to(float32).",
            "var y = {|GEN1012:arange(6)[--]{+.to(float32)+}.mean()|};"),
        Called("the mean of truths", "mean needs float or complex but gets bool. Convert it with .to(float32).",
            "var y = {|GEN1012:(randn(6) > 0)[--]{+.to(float32)+}.mean()|};"),
        Called("a share of truths along a dimension", "mean needs float or complex but gets bool. Convert it with .to(float32).",
            "var right = randn(6, 2).argmax(1).eq(zeros([6], dtype: int64)); var y = {|GEN1012:right[--]{+.to(float32)+}.mean([0L])|};"),
        Called("one less a mask", "'-' needs int or float or complex but gets int64 and bool. Convert it with .to(float32).",
            "var mask = randn(4) > 0; var y = {|GEN1012:1 - mask[--]{+.to(float32)+}|};"),
        Called("the difference of masks", "'-' needs int or float or complex but gets bool. Convert it with .to(float32).",
            "var (a, b) = (randn(4) > 0, randn(4) > 0); var y = {|GEN1012:a[--]{+.to(int64)+} - b[--]{+.to(int64)+}|};"),
        Called("the negative of a mask", "neg needs int or float or complex but gets bool. Convert it with .to(float32).",
            "var y = {|GEN1012:(randn(4) > 0)[--]{+.to(float32)+}.neg()|};"),
        Called("tokens that are floats", "'table' (Embedding(10, 4)) needs int32 or int64 for 'input' but gets float32. "
            + "Convert it with .to(int64).",
            "var table = Embedding(10, 4); var y = {|GEN1012:table.call(zeros([2, 3][--]{+, dtype: int64+}))|};"),
        Body("computed tokens", "'table' (Embedding(10, 4)) needs int32 or int64 for 'input' but gets float32. Convert it with .to(int64).",
            "var table = Embedding(10, 4); return {|GEN1012:table.call((x.sigmoid() * 9)[-.floor()-]{+.to(int64)+})|};"),
        Called("bytes for a convolution",
            "'conv' (Conv2d(3, 4, 3)) needs float32, as its weights are, but gets uint8. Convert it with .to(float32).",
            "var conv = Conv2d(3, 4, 3); var pixels = zeros([1, 3, 8, 8], dtype: uint8); var y = "
            + "{|GEN1012:conv.call(pixels[--]{+.to(float32) / 255+})|};"),
        Called("integers for a layer",
            "'fc' (Linear(4, 2)) needs float32, as its weights are, but gets int64. Convert it with .to(float32).",
            "var fc = Linear(4, 2); var y = {|GEN1012:fc.call(arange(4)[--]{+.to(float32)+})|};"),
        Called("softmax of integers", "softmax needs float but gets int64. Convert it with .to(float32).",
            "var y = {|GEN1012:arange(4)[--]{+.to(float32)+}.softmax(0)|};"),
        Called("a Softmax of integers", "'soft' (Softmax(0)) needs float but gets int64. Convert it with .to(float32).",
            "var soft = Softmax(0); var y = {|GEN1012:soft.call(arange(4)[--]{+.to(float32)+})|};"),
        Called("a normalisation of integers",
            "'norm' (LayerNorm(4)) needs float32, as its weights are, but gets int64. Convert it with .to(float32).",
            "var norm = LayerNorm(4); var y = {|GEN1012:norm.call(arange(4)[--]{+.to(float32)+})|};"),
        Called("one_hot of floats", "one_hot needs int64 but gets float32. Convert it with .to(int64).",
            "var y = {|GEN1012:functional.one_hot(zeros([4][--]{+, dtype: int64+}), 3)|};"),
        Called("gather by floats", "gather needs int32 or int64 for 'index' but gets float32. Convert it with .to(int64).",
            "var y = {|GEN1012:randn(3, 4).gather(1, zeros([3, 1][--]{+, dtype: int64+}))|};"),
        Called("index_select by floats", "index_select needs int32 or int64 for 'index' but gets float32. Convert it with .to(int64).",
            "var y = {|GEN1012:randn(3, 4).index_select(0, ones([2][--]{+, dtype: int64+}))|};"),
        Called("scatter by floats", "scatter_ needs int32 or int64 for 'index' but gets float32. Convert it with .to(int64).",
            "var y = {|GEN1012:zeros(3, 4).scatter_(1, zeros([3, 1][--]{+, dtype: int64+}), ones(3, 1))|};"),
        Called("a mask of floats", "masked_fill needs bool for 'mask' but gets float32. Compare it with 0.",
            "var y = {|GEN1012:randn(3, 3).masked_fill(ones(3, 3).tril()[--]{+ == 0+}, -1e9)|};"),
        Called("a selection by integers", "masked_select needs bool for 'mask' but gets int64. Compare it with 0.",
            "var y = {|GEN1012:randn(4).masked_select(arange(4)[--]{+ > 1+})|};"),
        Called("a condition of floats", "where needs bool for 'condition' but gets float32. Compare it with 0.",
            "var y = {|GEN1012:where(zeros([3])[--]{+ == 0+}, ones(3), zeros(3))|};"),
        Called("the or of floats", "'|' needs int or bool but gets float32 and bool. Convert it with .to(int64).",
            "var y = {|GEN1012:(randn(3)[--]{+ > 0+}) | (randn(3) > 0)|};"),
        Called("a product of integers and floats",
            "mm needs operands of one type but gets int64 and float32. Convert one of them with .to(...).",
            "var y = {|GEN1012:ones([2, 2], dtype: int64)[--]{+.to(float32)+}.mm(randn(2, 2))|};"),
        Called("a batch of products of integers and floats",
            "bmm needs operands of one type but gets float32 and int64. Convert one of them with .to(...).",
            "var y = {|GEN1012:randn(1, 2, 2).bmm(ones([1, 2, 2], dtype: int64)[--]{+.to(float32)+})|};"),
        Called("distances of integers", "cdist needs float32 or float64 but gets int64. Convert it with .to(float32).",
            "var x = ones([2, 3], dtype: int64)[--]{+.to(float32)+}; var y = {|GEN1012:cdist(x, x)|};"),
        Called("a loss of integers", "mse_loss needs float but gets int64. Convert it with .to(float32).",
            "var x = arange(3)[--]{+.to(float32)+}; var y = {|GEN1012:functional.mse_loss(x, x)|};"),
        Called("a number of float tokens for a lookup in a model",
            "'words' (Words) needs int64 but gets float32. Convert it with .to(int64).",
            "var words = new Words(); var y = {|GEN1012:words.call(zeros([2, 3][--]{+, dtype: int64+}))|};",
            """
            [Shape("int64: B T -> B T 4")] public sealed partial class Words
            {
                [Layer(10, 4)] private readonly Embedding table;
            }

            """),

        // Written in place.
        Called("floats into integers", "add_ needs a result that int64 can hold but gets float32. Use the form that gives a new tensor.",
            "var total = zeros([3], dtype: int64); var y = {|GEN1012:total.add[-_-]{++}(randn(3))|};"),
        Called("a mean of integers in place",
            "div_ needs a result that int64 can hold but gets float32. Use the form that gives a new tensor.",
            "var total = arange(3); var y = {|GEN1012:total.div[-_-]{++}(2)|};"),
        Called("integers into truths", "add_ needs a result that bool can hold but gets int64. Use the form that gives a new tensor.",
            "var seen = randn(3) > 0; var y = {|GEN1012:seen.add[-_-]{++}(arange(3))|};"),
        Called("roots of integers in place",
            "sqrt_ needs a result that int64 can hold but gets float32. Use the form that gives a new tensor.",
            "var y = {|GEN1012:arange(3).sqrt[-_-]{++}()|};"),
        Called("sources of another type",
            "index_add needs operands of one type but gets float32 and float64. Convert one of them with .to(...).",
            "var y = {|GEN1012:zeros(3, 2).index_add(0, zeros([1], dtype: int64), ones([1, 2][-, dtype: float64-]{++}), 1)|};"),

        // A declared result.
        new("a result of another type", "the result is declared int64 but is float32. Convert it with .to(int64).", """
            [Shape("B 4 -> int64: B")] public sealed partial class Best
            {
                [Layer(4, 3)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => {|GEN1012:fc.call(x).[-amax([1L])-]{+argmax(1)+}|};
            }

            public static class Program { public static void Main() => new Best().call(rand(2, 4)); }
            """),
    ];
}

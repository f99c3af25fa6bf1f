namespace Gen.Tests.Analyzers;

/// <content>Calls of a model in ordinary code.</content>
internal static partial class PlantedMistakes
{
    private const string Model = """
        [Shape("B 1 28 28 -> B 10")] public sealed partial class Digits
        {
            [Layer] private readonly Flatten flatten;
            [Layer(784, 10)] private readonly Linear fc;
        }

        """;

    private static Mistake[] Calls =>
    [
        Called("model.call", "'model' (Digits) is declared for [32, 1, 28, 28] but gets [32, 3, 28, 28]: randn [32, 3, 28, 28].",
            "var model = new Digits(); var y = {|GEN1008:model.call(randn(32, [-3-]{+1+}, 28, 28))|};", Model),
        Called("model.forward", "'model' (Digits) is declared for [B, 1, 28, 28] but gets [1, 28, 28]: randn [1, 28, 28].",
            "var model = new Digits(); var y = {|GEN1008:model.forward(randn([--]{+32, +}1, 28, 28))|};", Model),
        Called("a tensor in a local",
            "'model' (Digits) is declared for [B, 1, 28, 28] but gets [32, 784]: randn [32, 1, 28, 28] -> view [32, 784].",
            "var model = new Digits(); var x = randn(32, 1, 28, 28); x = x.view(32, [-784-]{+1, 28, 28+}); var y = "
            + "{|GEN1008:model.call(x)|};", Model),
        Called("a call in a for loop", "'model' (Digits) is declared for [8, 1, 28, 28] but gets [8, 1, 28, 32]: zeros [8, 1, 28, 32].",
            "var model = new Digits(); for (var i = 0; i < 3; i++) { var y = {|GEN1008:model.call(zeros(8, 1, 28, [-32-]{+28+}))|}; }",
            Model),
        Called("a call in a foreach loop", "'model' (Digits) is declared for [8, 1, 28, 28] but gets [8, 1, 32, 32]: zeros [8, 1, 32, 32].",
            "var model = new Digits(); foreach (var size in new long[] { 28, [-32-]{+28+} }) { var y = {|GEN1008:model.call(zeros(8, 1, "
            + "size, size))|}; }", Model),
        Called("a call in a while loop", "'model' (Digits) is declared for [8, 1, 28, 28] but gets [8, 28, 1, 28]: zeros [8, 28, 1, 28].",
            "var model = new Digits(); var step = 0; while (step < 2) { var y = {|GEN1008:model.call(zeros(8, [-28, -]{++}1[--]{+, 28+}, "
            + "28))|}; step++; }", Model),
        Called("what a model gives", "'+' of [32, 10] and [11]: dimension 1 is 10 and 11.",
            "var model = new Digits(); var y = model.call(randn(32, 1, 28, 28)); var z = {|GEN1003:y + ones([-11-]{+10+})|};", Model),
        Called("what a model gives to a loss", "cross_entropy: prediction [32, 10], target [16]: class indices are [32].",
            "var model = new Digits(); var loss = {|GEN1009:functional.cross_entropy(model.call(randn(32, 1, 28, 28)), "
            + "zeros([[-16-]{+32+}], dtype: int64))|};", Model),
        Called("two models in a row", "'head' (Head) is declared for [32, 12] but gets [32, 10]: randn [32, 1, 28, 28] -> model [32, 10].",
            "var model = new Digits(); var head = new Head(); var y = {|GEN1008:head.call(model.call(randn(32, 1, 28, 28)))|};",
            Model + "[Shape(\"B [-12-]{+10+} -> B 2\")] public sealed partial class Head { [Layer(-1, 2)] private readonly Linear fc; }\n"),
        Called("a model with hyperparameters", "'model' (Sized) is declared for [4, 16] but gets [4, 8]: randn [4, 8].",
            "var model = new Sized([-16-]{+8+}); var y = {|GEN1008:model.call(randn(4, 8))|};",
            "[Shape(\"B d -> B 2\")] public sealed partial class Sized(long d) { [Layer] private readonly Linear fc = Linear(d, 2); }\n"),
        Called("a model with facts", "'model' (Even) is declared for [B, 2, L] where L % 2 == 0 but gets [4, 2, 7]: randn [4, 2, 7].",
            "var model = new Even(); var y = {|GEN1008:model.call(randn(4, 2, [-7-]{+6+}))|};",
            "[Shape(\"B 2 L\", Where = \"L % 2 == 0\")] public sealed partial class Even { [Layer] private readonly Conv1d conv = "
            + "Conv1d(2, 3, 1); }\n"),
        Called("a model of two inputs", "'model' (Both) is declared for [4, 8], [4, 8] but gets [4, 8], [3, 8]: randn [4, 8].",
            "var model = new Both(); var y = {|GEN1008:model.call(randn(4, 8), randn([-3-]{+4+}, 8))|};",
            "[Shape(\"B d, B d -> B d\")] public sealed partial class Both { [Layer] private readonly Tanh tanh; private Tensor "
            + "Forward(Tensor a, Tensor b) => tanh.call(a + b); }\n"),
        Called("a layer in ordinary code", "'fc' (Linear 8 -> 4) needs 8 features but gets 6: randn [3, 6]. Change it to Linear(6, 4).",
            "var fc = Linear(8, 4); var y = {|GEN1001:fc.call(randn(3, [-6-]{+8+}))|};"),
        Called("a Sequential in ordinary code",
            "'net.2' (Linear 5 -> 2) needs 5 features but gets 4: randn [3, 8] -> net.0 [3, 4] -> net.1 [3, 4]. Change it to Linear(4, 2).",
            "var net = Sequential(Linear(8, 4), ReLU(), Linear([-5-]{+4+}, 2)); var y = {|GEN1001:net.call(randn(3, 8))|};"),
        Called("a hand-written model", "'model.fc' (Linear 6 -> 2) needs 6 features but gets 8: randn [3, 8]. Change it to Hand(8, 2).",
            "var model = new Hand([-6-]{+8+}, 2); var y = model.call(randn(3, 8));",
            Hand.Replace("fc.call(x)", "{|GEN1001:fc.call(x)|}", StringComparison.Ordinal)),
        new("a model in a field", "'model' (Digits) is declared for [B, 1, 28, 28] but gets [8, 784]: randn [8, 784].", Model + """
            public sealed class Trainer
            {
                private readonly Digits model = new();
                public Tensor Step() => {|GEN1008:model.call(randn(8, [-784-]{+1, 28, 28+}))|};
            }

            public static class Program { public static void Main() => new Trainer().Step(); }
            """),
        new("a model and a loss in fields",
            "CrossEntropyLoss: prediction [8, 10], target [8, 10]: of the prediction's shape are probabilities, which must be floating "
            + "point; class indices are [8].", Model + """
            public sealed class Trainer
            {
                private readonly Digits model = new();
                private readonly CrossEntropyLoss loss = CrossEntropyLoss();
                public Tensor Step()
                {
                    using var x = randn(8, 1, 28, 28);
                    using var target = zeros(8, [-10, -]{++}dtype: ScalarType.Int64);
                    using var output = model.call(x);
                    return {|GEN1009:loss.call(output, target)|};
                }
            }

            public static class Program { public static void Main() => new Trainer().Step(); }
            """),
    ];
}

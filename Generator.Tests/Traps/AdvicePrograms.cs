namespace Gen.Tests.Traps;

/// <summary>GEN5001 to GEN5005 and GEN5007 to GEN5011: programs that do less than their author thinks.</summary>
internal static class AdvicePrograms
{
    public static readonly IReadOnlyList<TrapProgram> All =
    [
        new("GEN5001 softmax before cross entropy: the loss of a perfect prediction is not 0",
            """
            [Shape("B 3 -> B 3")] public partial class Net
            {
                [Layer(3, 3)] private readonly Linear fc;
                [Layer(1)] private readonly Softmax {|GEN5001:softmax|};
            }
            """ + Loss("functional.cross_entropy(model.call(eye(3)), arange(3, dtype: int64))"),
            """
            [Shape("B 3 -> B 3")] public partial class Net { [Layer(3, 3)] private readonly Linear fc; }
            """ + Loss("functional.cross_entropy(model.call(eye(3)), arange(3, dtype: int64))")),
        new("GEN5002 sigmoid before binary cross entropy with logits: the loss of a perfect prediction is not 0",
            """
            [Shape("B 3 -> B 3")] public partial class Net
            {
                [Layer(3, 3)] private readonly Linear fc;
                [Layer] private readonly Sigmoid {|GEN5002:sigmoid|};
            }
            """ + Loss("BCEWithLogitsLoss().call(model.call(eye(3)), eye(3))"),
            """
            [Shape("B 3 -> B 3")] public partial class Net { [Layer(3, 3)] private readonly Linear fc; }
            """ + Loss("BCEWithLogitsLoss().call(model.call(eye(3)), eye(3))")),
        new("GEN5003 two linear layers are one",
            """
            [Shape("B 4 -> B 2")] public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc1;
                [Layer(8, 2)] private readonly Linear {|GEN5003:fc2|};
            }
            """ + Collapses("new Net()"),
            """
            [Shape("B 4 -> B 2")] public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu;
                [Layer(8, 2)] private readonly Linear fc2;
            }
            """ + Collapses("new Net()")),
        new("GEN5003 in a Sequential",
            Collapses("Sequential(Linear(4, 8), Identity(), {|GEN5003:Linear(8, 2)|})"),
            Collapses("Sequential(Linear(4, 8), Tanh(), Linear(8, 2))")),
        new("GEN5004 dropout without eval: two calls differ",
            """
            [Shape("B 4 -> B 4")] public partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                [Layer(0.5)] private readonly Dropout dropout;
            }
            public static class Program
            {
                public static bool Bites()
                {
                    var model = new Net();
                    var x = ones(50, 4);
                    using (no_grad())
                    {
                        var (first, second) = ({|GEN5004:model.call(x)|}, {|GEN5004:model.call(x)|});
                        return !first.allclose(second);
                    }
                }
            }
            """,
            """
            [Shape("B 4 -> B 4")] public partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                [Layer(0.5)] private readonly Dropout dropout;
            }
            public static class Program
            {
                public static bool Bites()
                {
                    var model = new Net();
                    model.eval();
                    var x = ones(50, 4);
                    using (no_grad())
                    {
                        var (first, second) = (model.call(x), model.call(x));
                        return !first.allclose(second);
                    }
                }
            }
            """),
        new("GEN5004 batch norm without eval: a sample's result depends on the others",
            """
            public sealed class Predictor
            {
                private readonly Sequential model = Sequential(Linear(4, 4), BatchNorm1d(4));
                public Tensor Predict(Tensor x)
                {
                    using var off = torch.no_grad();
                    return {|GEN5004:model.call(x)|};
                }
            }
            """ + Depends,
            """
            public sealed class Predictor
            {
                private readonly Sequential model = Sequential(Linear(4, 4), BatchNorm1d(4));
                public Predictor() => model.eval();
                public Tensor Predict(Tensor x)
                {
                    using var off = torch.no_grad();
                    return model.call(x);
                }
            }
            """ + Depends),
        new("GEN5005 dropout on logits: the loss is another each time",
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var model = Sequential(Linear(4, 3), {|GEN5005:Dropout(0.5)|});
                    var (x, y) = (randn(50, 4), zeros([50], dtype: int64));
                    return !functional.cross_entropy(model.call(x), y).allclose(functional.cross_entropy(model.call(x), y));
                }
            }
            """,
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var model = Sequential(Linear(4, 3));
                    var (x, y) = (randn(50, 4), zeros([50], dtype: int64));
                    return !functional.cross_entropy(model.call(x), y).allclose(functional.cross_entropy(model.call(x), y));
                }
            }
            """),
        new("GEN5005 ReLU on logits: a negative one has no gradient",
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var logits = full([2, 3], -1.0f).requires_grad_();
                    functional.cross_entropy({|GEN5005:functional.relu(logits)|}, zeros([2], dtype: int64)).backward();
                    return logits.grad!.abs().sum().item<float>() == 0;
                }
            }
            """,
            """
            public static class Program
            {
                public static bool Bites()
                {
                    var logits = full([2, 3], -1.0f).requires_grad_();
                    functional.cross_entropy(logits, zeros([2], dtype: int64)).backward();
                    return logits.grad!.abs().sum().item<float>() == 0;
                }
            }
            """),
        new("GEN5007 a recurrent layer runs along the batch: a sample depends on those before it",
            Recurrent("40, 8").Replace("lstm.call", "{|GEN5007:lstm.call", StringComparison.Ordinal)
                .Replace("(x).Item1", "(x)|}.Item1", StringComparison.Ordinal),
            Recurrent("40, 8, batchFirst: true")),
        new("GEN5008 a layer that nothing calls gets no gradient", Unused("{|GEN5008:second|}", "first.call(x)"),
            Unused("second", "second.call(first.call(x).relu())")),
        new("GEN5009 gradients of earlier steps are added", Steps("", "{|GEN5009:optimizer.step()|}"),
            Steps("optimizer.zero_grad();", "optimizer.step()")),
        new("GEN5010 a sum of losses keeps their graphs", Sum("{|GEN5010:loss|}"), Sum("loss.detach()")),
        new("GEN5011 an optimizer of another model trains nothing", Other("{|GEN5011:draft|}"), Other("model")),
    ];

    private static string Recurrent(string sizes) => $$"""
        [Shape("B T 40 -> B T 8")] public partial class Net
        {
            [Layer] private readonly LSTM lstm = LSTM({{sizes}});
            private Tensor Forward(Tensor x) => lstm.call(x).Item1;
        }
        public static class Program
        {
            public static bool Bites()
            {
                var (model, x) = (new Net(), randn(3, 5, 40));
                return !model.call(x)[2].allclose(model.call(x[2..])[0], atol: 1e-5);
            }
        }
        """;

    private static string Unused(string name, string body) => $$"""
        [Shape("B 4 -> B 4")] public partial class Net
        {
            [Layer(4, 4)] private readonly Linear first;
            [Layer(4, 4)] private readonly Linear {{name}};
            private Tensor Forward(Tensor x) => {{body}}.relu();
        }
        public static class Program
        {
            public static bool Bites()
            {
                var model = new Net();
                model.call(randn(8, 4)).sum().backward();
                return model.parameters().Any(p => p.grad is null);
            }
        }
        """;

    /// <summary>The gradient is 1 each time.</summary>
    private static string Steps(string before, string step) => $$"""
        public static class Program
        {
            public static bool Bites()
            {
                var model = Linear(1, 1, hasBias: false);
                var optimizer = torch.optim.SGD(model.parameters(), 1);
                var start = model.weight.detach().item<float>();
                for (var i = 0; i < 2; i++)
                {
                    {{before}}
                    model.call(ones(1, 1)).sum().backward();
                    {{step}};
                }

                return Math.Abs(start - model.weight.detach().item<float>() - 2) > 0.5;
            }
        }
        """;

    private static string Sum(string loss) => $$"""
        public static class Program
        {
            public static bool Bites()
            {
                var model = Linear(4, 1);
                var total = zeros(1);
                for (var i = 0; i < 3; i++)
                {
                    var loss = model.call(randn(2, 4)).square().mean();
                    loss.backward();
                    total += {{loss}};
                }

                return total.requires_grad;
            }
        }
        """;

    private static string Other(string owner) => $$"""
        public static class Program
        {
            public static bool Bites()
            {
                var draft = Linear(4, 1);
                var model = Linear(4, 1);
                var before = draft.parameters().Count() + model.weight.detach().sum().item<float>();
                var optimizer = torch.optim.SGD({{owner}}.parameters(), 0.1);
                for (var i = 0; i < 3; i++)
                {
                    optimizer.zero_grad();
                    model.call(randn(2, 4)).square().mean().backward();
                    optimizer.step();
                }

                return before == draft.parameters().Count() + model.weight.detach().sum().item<float>();
            }
        }
        """;

    private const string Depends = """

        public static class Program
        {
            public static bool Bites()
            {
                var (predictor, x) = (new Predictor(), randn(8, 4));
                return !predictor.Predict(x)[0].allclose(predictor.Predict(x[..4])[0], atol: 1e-4);
            }
        }
        """;

    /// <summary>The linear layer is set to give what is right beyond doubt.</summary>
    private static string Loss(string loss) => $$"""

        public static class Program
        {
            public static bool Bites()
            {
                var model = Perfect();
                return {{loss}}.item<float>() > 0.1;
            }

            private static Net Perfect()
            {
                var model = new Net();
                using (no_grad())
                {
                    model.parameters().First().copy_(eye(3) * 200 - 100);
                    model.parameters().Last().zero_();
                }

                return model;
            }
        }
        """;

    /// <summary>W2 (W1 x + b1) + b2 is (W2 W1) x + (W2 b1 + b2).</summary>
    private static string Collapses(string build) => $$"""

        public static class Program
        {
            public static bool Bites()
            {
                var model = {{build}};
                var p = model.parameters().ToArray();
                var x = randn(16, 4);
                return model.call(x).allclose(functional.linear(x, p[2].matmul(p[0]), p[2].matmul(p[1]) + p[3]), atol: 1e-5);
            }
        }
        """;
}

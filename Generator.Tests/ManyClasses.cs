namespace Gen.Tests;

/// <summary>A project of many modules: chains, blocks in blocks, <c>Forward</c> bodies, code that trains them.</summary>
internal static class ManyClasses
{
    public static IEnumerable<string> Sources(int count) => Enumerable.Range(0, count).Select(i => (i % 6) switch
    {
        0 => $$"""
            /// <summary>A classifier.</summary>
            [Shape("B 1 28 28 -> B 10")]
            public sealed partial class Classifier{{i}}
            {
                [Layer] private readonly Flatten flatten;              // (B, 784)
                [Layer(784, {{100 + i}})] private readonly Linear fc1;
                [Layer] private readonly ReLU relu1;
                [Layer(-1, 64)] private readonly Linear fc2;
                [Layer] private readonly ReLU relu2;
                [Layer] private readonly Linear fc3 = Linear(64, 10);  // (B, 10)
            }
            """,
        1 => $$"""
            /// <summary>Convolutions.</summary>
            [Shape("B 3 32 32 -> B {{8 + i}}")]
            public sealed partial class Convolutions{{i}}
            {
                [Layer] private readonly Conv2d conv1 = Conv2d(3, {{8 + i}}, 3, padding: 1);
                [Layer] private readonly BatchNorm2d bn1 = BatchNorm2d({{8 + i}});
                [Layer] private readonly Conv2d conv2 = Conv2d({{8 + i}}, {{8 + i}}, 3, stride: 2, padding: 1);

                private Tensor Forward(Tensor x)
                {
                    var y = functional.relu(bn1.call(conv1.call(x)));  // (B, {{8 + i}}, 32, 32)
                    y = conv2.call(y).relu();                          // (B, {{8 + i}}, 16, 16)
                    return y.mean([2, 3]);
                }
            }
            """,
        2 => $$"""
            /// <summary>A block with a skip.</summary>
            [Shape("B T d -> B T d", Where = "d % heads == 0")]
            public sealed partial class Block{{i}}(int d, int heads)
            {
                [Layer] private readonly LayerNorm norm = LayerNorm(d);
                [Layer] private readonly Linear qkv = Linear(d, 3 * d);
                [Layer] private readonly Linear proj = Linear(d, d);

                private Tensor Forward(Tensor x)
                {
                    var (b, t) = (x.shape[0], x.shape[1]);
                    var parts = qkv.call(norm.call(x)).view(b, t, 3, heads, d / heads).permute(2, 0, 3, 1, 4);
                    var weights = parts[0].matmul(parts[1].transpose(-2, -1)).softmax(-1);
                    return x + proj.call(weights.matmul(parts[2]).transpose(1, 2).contiguous().view(b, t, d));
                }
            }
            """,
        3 => $$"""
            /// <summary>Blocks in a list.</summary>
            [Shape("B T {{8 * (1 + i % 4)}} -> B T {{8 * (1 + i % 4)}}")]
            public sealed partial class Stack{{i}}
            {
                [Layer] private readonly ModuleList<Block{{i - 1}}> blocks =
                    ModuleList(Enumerable.Range(0, 3).Select(_ => new Block{{i - 1}}({{8 * (1 + i % 4)}}, 4)).ToArray());

                private Tensor Forward(Tensor x)
                {
                    foreach (var block in blocks)
                    {
                        x = block.call(x);
                    }

                    return x;
                }
            }
            """,
        4 => $$"""
            /// <summary>Words to a class.</summary>
            [Shape("B T -> B 2")]
            public sealed partial class Words{{i}}
            {
                [Layer(1000, {{16 + i}})] private readonly Embedding embedding;
                [Layer] private readonly LSTM lstm = LSTM({{16 + i}}, 32, batchFirst: true);
                [Layer(32, 2)] private readonly Linear head;

                private Tensor Forward(Tensor x)
                {
                    var (output, _, _) = lstm.call(embedding.call(x));
                    return head.call(output.select(1, -1));
                }
            }
            """,
        _ => $$"""
            /// <summary>Training.</summary>
            public static class Training{{i}}
            {
                public static double Step(Classifier{{i - 5}} model, optim.Optimizer optimizer)
                {
                    var x = randn(64, 1, 28, 28);
                    var loss = functional.cross_entropy(model.call(x), zeros([64], dtype: int64));
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                    return loss.item<float>();
                }
            }
            """,
    });
}

namespace Gen.Tests.Analyzers;

/// <content>Attention, masks, graphs, and tensors put together.</content>
internal static partial class ProjectBugs
{
    private static readonly ProjectBug[] Attention =
    [
        new("shortcut of other size",
            """
            public sealed partial class Block(int input, int output, int stride)
            {
                [Layer] private readonly Conv2d conv1 = Conv2d(input, output, 3, stride: stride, padding: 1, bias: false);
                [Layer] private readonly BatchNorm2d bn1 = BatchNorm2d(output);
                [Layer] private readonly Conv2d conv2 = Conv2d(output, output, 3, padding: 1, bias: false);
                [Layer] private readonly BatchNorm2d bn2 = BatchNorm2d(output);
                [Layer] private readonly Conv2d {|GEN5008:shortcut|} = Conv2d(input, output, 1, stride: stride);

                private Tensor Forward(Tensor x)
                {
                    var y = bn2.call(conv2.call(bn1.call(conv1.call(x)).relu()));
                    return ({|GEN1003:y + «x¦shortcut.call(x)»|}).relu();
                }
            }

            [Shape("B 3 32 32 -> B 10")]
            public sealed partial class SmallResNet
            {
                [Layer] private readonly Conv2d stem = Conv2d(3, 16, 3, padding: 1);
                [Layer] private readonly Block layer1 = new(16, 16, 1);
                [Layer] private readonly Block layer2 = new(16, 32, 2);
                [Layer(32, 10)] private readonly Linear fc;

                private Tensor Forward(Tensor x)
                {
                    x = layer1.call(stem.call(x));
                    x = layer2.call(x);
                    return fc.call(functional.adaptive_avg_pool2d(x, [1, 1]).flatten(1));
                }
            }

            public static class Program
            {
                public static void Main() => Console.WriteLine(new SmallResNet().call(rand(2, 3, 32, 32)).shape[1]);
            }
            """),
        new("features joined along the batch",
            """
            public sealed partial class Mixed
            {
                [Layer(20, 16)] private readonly Linear image;
                [Layer(4, 16)] private readonly Linear table;
                [Layer(32, 1)] private readonly Linear head;

                private Tensor Forward(Tensor pixels, Tensor columns) =>
                    {|GEN1001:head.call(Fuse(image.call(pixels), table.call(columns)))|};

                private static Tensor Fuse(Tensor a, Tensor b) => cat([a, b], «0¦1»).relu();
            }

            public sealed record Sample(Tensor Pixels, Tensor Columns, Tensor Price);

            public static class Houses
            {
                public static IEnumerable<Sample> Batches(int count, int size)
                {
                    for (var i = 0; i < count; i++)
                    {
                        yield return new Sample(rand(size, 20), rand(size, 4), rand(size, 1));
                    }
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var model = new Mixed();
                    foreach (var batch in Houses.Batches(3, 6))
                    {
                        var loss = functional.mse_loss(model.call(batch.Pixels, batch.Columns), batch.Price);
                        loss.backward();
                    }
                }
            }
            """),
        new("padding mask without heads",
            """
            public sealed partial class Attention
            {
                [Layer(32, 96)] private readonly Linear qkv;

                private Tensor Forward(Tensor x, Tensor mask)
                {
                    var (b, t) = (x.shape[0], x.shape[1]);
                    var heads = qkv.call(x).view(b, t, 3, 4, 8).permute(2, 0, 3, 1, 4);
                    var scores = heads[0].matmul(heads[1].transpose(-2, -1)) / 8;
                    scores = {|GEN1003:scores.masked_fill(mask«¦.unsqueeze(1).unsqueeze(2)», float.NegativeInfinity)|};
                    return scores.softmax(-1).matmul(heads[2]).transpose(1, 2).reshape(b, t, 32);
                }
            }

            public sealed class Padded(long[] lengths)
            {
                public (Tensor X, Tensor Mask) Batch(int longest)
                {
                    var mask = arange(longest).unsqueeze(0).ge(tensor(lengths).unsqueeze(1));
                    return (rand(lengths.Length, longest, 32), mask);
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var (x, mask) = new Padded([5, 9, 7]).Batch(9);
                    Console.WriteLine(new Attention().call(x, mask).shape[2]);
                }
            }
            """),
        new("discriminator of flat images",
            """
            [Shape("B z -> B 1 28 28")]
            public sealed partial class Generator(int z)
            {
                [Layer] private readonly Linear fc1 = Linear(z, 128);
                [Layer(128, 784)] private readonly Linear fc2;
                private Tensor Forward(Tensor noise) => fc2.call(fc1.call(noise).relu()).tanh().view(-1, 1, 28, 28);
            }

            [Shape("B 784 -> B 1")]
            public sealed partial class Discriminator
            {
                [Layer(784, 128)] private readonly Linear fc1;
                [Layer] private readonly LeakyReLU relu = LeakyReLU(0.2);
                [Layer(128, 1)] private readonly Linear fc2;
            }

            public sealed class Gan(int z)
            {
                private readonly Generator generator = new(z);
                private readonly Discriminator discriminator = new();
                private readonly BCEWithLogitsLoss loss = BCEWithLogitsLoss();

                public Tensor DiscriminatorLoss(Tensor real)
                {
                    var fake = generator.call(randn(real.shape[0], z)).detach();
                    return Judge(real.flatten(1), 1) + Judge({|GEN1008:fake«¦.flatten(1)»|}, 0);
                }

                private Tensor Judge(Tensor images, float truth)
                {
                    var scores = discriminator.call(images);
                    return loss.call(scores, full_like(scores, truth));
                }
            }

            public static class Program
            {
                public static void Main() => new Gan(64).DiscriminatorLoss(rand(8, 1, 28, 28)).backward();
            }
            """),
        new("equation of keys",
            """
            [Shape("B T d, B S d -> B T d", Where = "d % heads == 0")]
            public sealed partial class CrossAttention(int d, int heads)
            {
                [Layer] private readonly Linear query = Linear(d, d);
                [Layer] private readonly Linear key = Linear(d, d);
                [Layer] private readonly Linear value = Linear(d, d);

                private Tensor Forward(Tensor x, Tensor context)
                {
                    var (q, k, v) = (Heads(query.call(x)), Heads(key.call(context)), Heads(value.call(context)));
                    var weights = {|GEN4013:einsum("«bhtd,bhds->bhts¦bhtd,bhsd->bhts»", q, k)|}.softmax(-1);
                    return einsum("bhts,bhsd->bthd", weights, v).flatten(2);
                }

                private Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], heads, d / heads).permute(0, 2, 1, 3);
            }

            public sealed class Captioner
            {
                private readonly CrossAttention attention = new(64, 4);
                private readonly Linear words = Linear(64, 1000);

                public Tensor Logits(Tensor text, Tensor patches) => words.call(attention.call(text, patches));
            }

            public static class Program
            {
                public static void Main()
                {
                    var captioner = new Captioner();
                    Console.WriteLine(captioner.Logits(rand(2, 12, 64), {|GEN1008:rand(2, 49, 64)|}).shape[2]);
                }
            }
            """),
        new("weights without a row",
            """
            [Shape("B T 40 -> B T")]
            public sealed partial class Scorer
            {
                [Layer(40, 20)] private readonly Linear hidden;
                [Layer(20, 1)] private readonly Linear score;
                private Tensor Forward(Tensor states) => score.call(hidden.call(states).tanh()).squeeze(-1);
            }

            public static class Pooling
            {
                public static Tensor WeightedBy(this Tensor values, Tensor scores)
                {
                    var weights = functional.softmax(scores, 1);
                    return bmm(weights«¦.unsqueeze(1)», values)«¦.squeeze(1)»;
                }
            }

            public sealed class Summarizer(Scorer scorer)
            {
                private readonly GRU gru = GRU(16, 20, batchFirst: true, bidirectional: true);

                public Tensor Encode(Tensor text)
                {
                    var (states, _) = gru.call(text);
                    return states.WeightedBy({|GEN1002:scorer.call(states)|});
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var summarizer = new Summarizer(new Scorer());
                    Console.WriteLine(summarizer.Encode(rand(3, 11, 16)).shape[0]);
                }
            }
            """),
        new("padding of a sequence first layer",
            """
            [Shape("B T 32, bool: B T -> B T 32")]
            public sealed partial class Block
            {
                [Layer] private readonly MultiheadAttention attention = MultiheadAttention(32, 4);
                [Layer(32)] private readonly LayerNorm norm;

                private Tensor Forward(Tensor x, Tensor padding)
                {
                    var y = «x¦x.transpose(0, 1)»;
                    var (attended, _) = {|GEN4013:{|GEN4013:{|GEN5007:attention.call(y, y, y, padding, false, null)|}|}|};
                    return norm.call(x + attended«¦.transpose(0, 1)»);
                }
            }

            public sealed class Sentences
            {
                public static Tensor Padding(int longest, params long[] lengths) =>
                    arange(longest).unsqueeze(0) >= tensor(lengths).unsqueeze(1);
            }

            public static class Program
            {
                public static void Main()
                {
                    var padding = Sentences.Padding(7, 3, 7, 5);
                    Console.WriteLine({|GEN1008:new Block().call(rand(3, 7, 32), padding)|}.shape[1]);
                }
            }
            """),
        new("edges before nodes",
            """
            public sealed partial class GraphLayer(int input, int output)
            {
                [Layer] private readonly Linear project = Linear(input, output);

                [Shape("N input, N N -> N output")]
                private Tensor Forward(Tensor nodes, Tensor adjacency) =>
                    {|GEN4013:«project.call(nodes).mm(adjacency)¦adjacency.mm(project.call(nodes))»|};
            }

            public sealed class Graph(int nodes, params (int From, int To)[] edges)
            {
                public Tensor Features { get; } = rand(nodes, 8);

                public Tensor Adjacency()
                {
                    var a = zeros(nodes, nodes);
                    foreach (var (from, to) in edges) { a[from, to] = 1; }
                    return a / a.sum(1, keepdim: true).clamp(min: 1);
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var graph = new Graph(5, (0, 1), (1, 2), (3, 4));
                    var layer = new GraphLayer(8, 16);
                    Console.WriteLine({|GEN1008:layer.call(graph.Features, graph.Adjacency())|}.shape[0]);
                }
            }
            """),
        new("masks with a channel",
            """
            [Shape("B 3 H W -> B classes H W")]
            public sealed partial class Segmenter(int classes)
            {
                [Layer] private readonly Conv2d conv1 = Conv2d(3, 16, 3, padding: 1);
                [Layer] private readonly ReLU relu;
                [Layer] private readonly Conv2d conv2 = Conv2d(16, classes, 1);
            }

            public sealed class Streets : torch.utils.data.Dataset
            {
                public override long Count => 8;
                public override Dictionary<string, Tensor> GetTensor(long index) => new()
                {
                    ["image"] = rand(3, 32, 48),
                    ["mask"] = Mask(index),
                };

                private static Tensor Mask(long index) => full([«1, ¦»32, 48], index % 5, dtype: int64);
            }

            public sealed class Trainer(Segmenter model)
            {
                private readonly CrossEntropyLoss loss = CrossEntropyLoss();
                public void Epoch(DataLoader loader)
                {
                    foreach (var batch in loader)
                    {
                        loss.call(model.call(batch["image"]), batch["mask"]).backward();
                    }
                }
            }

            public static class Program
            {
                public static void Main() => new Trainer(new Segmenter(5)).Epoch({|GEN1009:new DataLoader(new Streets(), 2)|});
            }
            """),
    ];
}

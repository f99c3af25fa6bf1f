namespace Gen.Tests.Analyzers;

/// <content>Images, which a model takes in another size, order or number of channels.</content>
internal static partial class ProjectBugs
{
    private static readonly ProjectBug[] Images =
    [
        new("lenet of other images",
            """
            public sealed partial class LeNet
            {
                [Layer] private readonly Conv2d conv1 = Conv2d(1, 6, 5);
                [Layer] private readonly Conv2d conv2 = Conv2d(6, 16, 5);
                [Layer(16 * «5 * 5¦4 * 4», 120)] private readonly Linear fc1;
                [Layer(120, 10)] private readonly Linear fc2;

                private Tensor Forward(Tensor x)
                {
                    x = functional.max_pool2d(conv1.call(x).relu(), 2);
                    x = functional.max_pool2d(conv2.call(x).relu(), 2);
                    return fc2.call(fc1.call(x.flatten(1)).relu());
                }
            }

            public sealed class Digits(int count) : torch.utils.data.Dataset
            {
                private readonly Tensor images = rand(count, 1, 28, 28), labels = zeros([count], dtype: int64);
                public override long Count => count;
                public override Dictionary<string, Tensor> GetTensor(long index) =>
                    new() { ["image"] = images[index], ["label"] = labels[index] };
            }

            public sealed class Trainer(LeNet model)
            {
                private readonly CrossEntropyLoss criterion = CrossEntropyLoss();
                public void Epoch(Digits data)
                {
                    using var loader = new DataLoader(data, 4, shuffle: true);
                    foreach (var batch in loader)
                    {
                        criterion.call(model.call(batch["image"]), batch["label"]).backward();
                    }
                }
            }

            public static class Program
            {
                public static void Main() => new Trainer(new LeNet()).Epoch({|GEN1001:new Digits(8)|});
            }
            """),
        new("images without channel",
            """
            [Shape("B 1 28 28 -> B 10")]
            public sealed partial class Classifier
            {
                [Layer] private readonly Conv2d conv = Conv2d(1, 8, 3, stride: 2);
                [Layer] private readonly ReLU relu;
                [Layer] private readonly Flatten flatten;
                [Layer(-1, 10)] private readonly Linear fc;
            }

            public sealed class IdxFile
            {
                private readonly byte[] pixels;
                private readonly int count;
                public IdxFile(int count) { this.count = count; pixels = new byte[count * 28 * 28]; }
                public Tensor Images() => tensor(pixels).reshape(count, 28, 28).to(float32) / 255;
            }

            public static class Evaluation
            {
                public static long Correct(Classifier model, Tensor images, Tensor labels)
                {
                    model.eval();
                    using var none = no_grad();
                    return model.call(images).argmax(1).eq(labels).sum().item<long>();
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var file = new IdxFile(16);
                    Evaluation.Correct(new Classifier(), {|GEN1008:file.Images()«¦.unsqueeze(1)»|}, zeros([16], dtype: int64));
                }
            }
            """),
        new("one image without batch",
            """
            public sealed class Features : Module<Tensor, Tensor>
            {
                private readonly Module<Tensor, Tensor> conv, fc;
                public Features() : base("Features")
                {
                    conv = Sequential(Conv2d(3, 8, 3, padding: 1), ReLU(), MaxPool2d(2));
                    fc = Linear(8 * 16 * 16, 5);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor input) => fc.call(conv.call(input).flatten(1));
            }

            public sealed class Predictor(Features model)
            {
                private static readonly string[] Names = ["cat", "dog", "bird", "fish", "horse"];
                public string Predict(Tensor image)
                {
                    using var none = no_grad();
                    model.eval();
                    return Names[model.call(image).argmax(1).item<long>()];
                }
            }

            public static class Program
            {
                private static Tensor Load(string path) => rand(3, 32, 32) - path.Length;

                public static void Main()
                {
                    var predictor = new Predictor(new Features());
                    Console.WriteLine(predictor.Predict({|GEN1001:Load("cat.png")«¦.unsqueeze(0)»|}));
                }
            }
            """),
        new("unet of odd size",
            """
            public sealed partial class Double(int input, int output)
            {
                [Layer] private readonly Conv2d a = Conv2d(input, output, 3, padding: 1);
                [Layer] private readonly Conv2d b = Conv2d(output, output, 3, padding: 1);
                private Tensor Forward(Tensor x) => b.call(a.call(x).relu()).relu();
            }

            public sealed partial class UNet
            {
                [Layer] private readonly Double down1 = new(1, 8), down2 = new(8, 16), middle = new(16, 32);
                [Layer] private readonly Double up2 = new(32, 16), up1 = new(16, 8);
                [Layer] private readonly ConvTranspose2d grow2 = ConvTranspose2d(32, 16, 2, stride: 2);
                [Layer] private readonly ConvTranspose2d grow1 = ConvTranspose2d(16, 8, 2, stride: 2);
                [Layer] private readonly Conv2d head = Conv2d(8, 1, 1);

                private Tensor Forward(Tensor x)
                {
                    var one = down1.call(x);
                    var two = down2.call(functional.max_pool2d(one, 2));
                    var y = grow2.call(middle.call(functional.max_pool2d(two, 2)));
                    y = up2.call({|GEN1003:cat([two, y], 1)|});
                    y = up1.call(cat([one, grow1.call(y)], 1));
                    return head.call(y);
                }
            }

            public sealed class Scans(int size)
            {
                public Tensor Image => rand(1, 1, size, size);
                public Tensor Mask => rand(1, 1, size, size).gt(0.5).to(float32);
            }

            public static class Program
            {
                public static void Main()
                {
                    var scans = new Scans(«50¦48»);
                    var net = new UNet();
                    functional.binary_cross_entropy_with_logits(net.call(scans.Image), scans.Mask).backward();
                }
            }
            """),
        new("autoencoder that gives fewer pixels",
            """
            public sealed partial class AutoEncoder
            {
                [Layer] private readonly Sequential encoder = Sequential(
                    Conv2d(1, 16, 3, stride: 2, padding: 1), ReLU(),
                    Conv2d(16, 32, 3, stride: 2, padding: 1), ReLU());
                [Layer] private readonly Sequential decoder = Sequential(
                    ConvTranspose2d(32, 16, 3, stride: 2, padding: 1«¦, output_padding: 1»), ReLU(),
                    ConvTranspose2d(16, 1, 3, stride: 2, padding: 1«¦, output_padding: 1»), Sigmoid());

                private Tensor Forward(Tensor x) => decoder.call(encoder.call(x));
            }

            public sealed class Reconstruction(AutoEncoder model)
            {
                public Tensor Loss(Tensor images) => functional.mse_loss(model.call(images), images);

                public void Train(IEnumerable<Tensor> batches)
                {
                    using var optimizer = optim.Adam(model.parameters(), 0.001);
                    foreach (var batch in batches)
                    {
                        optimizer.zero_grad();
                        Loss(batch).backward();
                        optimizer.step();
                    }
                }
            }

            public static class Program
            {
                private static IEnumerable<Tensor> Batches() { for (var i = 0; i < 2; i++) { yield return rand(4, 1, 28, 28); } }
                public static void Main() => new Reconstruction(new AutoEncoder()).Train({|GEN1009:Batches()|});
            }
            """),
        new("two faces one head",
            """
            public sealed partial class Embedder
            {
                [Layer] private readonly Conv2d conv = Conv2d(1, 16, 5, stride: 2);
                [Layer(16, 64)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(conv.call(x).relu().amax([2, 3]));
            }

            public sealed partial class Siamese
            {
                [Layer] private readonly Embedder embedder = new();
                [Layer(64, 1)] private readonly Linear head;

                private Tensor Forward(Tensor a, Tensor b) =>
                    {|GEN1001:head.call(Compare(embedder.call(a), embedder.call(b)))|}.squeeze(1);

                private static Tensor Compare(Tensor a, Tensor b) => «cat([a, b], 1)¦(a - b).abs()»;
            }

            public sealed record Pair(Tensor First, Tensor Second, Tensor Same);

            public static class Program
            {
                private static Pair Draw(int n) => new(rand(n, 1, 32, 32), rand(n, 1, 32, 32), randint(0, 2, n).to(float32));

                public static void Main()
                {
                    var (model, pair) = (new Siamese(), Draw(6));
                    functional.binary_cross_entropy_with_logits(model.call(pair.First, pair.Second), pair.Same).backward();
                }
            }
            """),
        new("frames with channels last",
            """
            [Shape("B 4 84 84 -> B actions")]
            public sealed partial class AtariNet(int actions)
            {
                [Layer] private readonly Conv2d conv1 = Conv2d(4, 16, 8, stride: 4);
                [Layer] private readonly Conv2d conv2 = Conv2d(16, 32, 4, stride: 2);
                [Layer(32 * 9 * 9, 256)] private readonly Linear fc;
                [Layer] private readonly Linear head = Linear(256, actions);
                private Tensor Forward(Tensor x) => head.call(fc.call(conv2.call(conv1.call(x).relu()).relu().flatten(1)).relu());
            }

            public sealed class Frames
            {
                private readonly Queue<byte[]> last = new(Enumerable.Range(0, 4).Select(_ => new byte[84 * 84]));

                public Tensor State()
                {
                    var frames = last.Select(f => tensor(f).view(84, 84).to(float32) / 255).ToArray();
                    return stack(frames, dim: «2¦0»);
                }
            }

            public sealed class Player(AtariNet net)
            {
                private readonly Frames frames = new();
                public long Choose()
                {
                    using var none = no_grad();
                    return {|GEN1008:net.call(frames.State().unsqueeze(0))|}.argmax(1).item<long>();
                }
            }

            public static class Program
            {
                public static void Main() => Console.WriteLine(new Player(new AtariNet(6)).Choose());
            }
            """),
        new("channels for another scale",
            """
            public sealed partial class Upscale(int channels, int scale)
            {
                [Layer] private readonly Conv2d conv = Conv2d(channels, channels * «2¦scale» * «2¦scale», 3, padding: 1);
                [Layer] private readonly PixelShuffle shuffle = PixelShuffle(scale);
                private Tensor Forward(Tensor x) => {|GEN1006:shuffle.call(conv.call(x))|}.relu();
            }

            public sealed partial class SuperResolution(int scale)
            {
                [Layer] private readonly Conv2d head = Conv2d(3, 16, 3, padding: 1);
                [Layer] private readonly Upscale upscale = new(16, scale);
                [Layer] private readonly Conv2d tail = Conv2d(16, 3, 3, padding: 1);
                private Tensor Forward(Tensor x) => tail.call(upscale.call(head.call(x).relu()));
            }

            public sealed class Pairs(int scale)
            {
                public (Tensor Small, Tensor Large) Next() => (rand(2, 3, 24, 24), rand(2, 3, 24 * scale, 24 * scale));
            }

            public static class Program
            {
                private const int Scale = 3;

                public static void Main()
                {
                    var (small, large) = new Pairs(Scale).Next();
                    functional.l1_loss(new SuperResolution(Scale).call(small), large).backward();
                }
            }
            """),
        new("layer norm of images",
            """
            public sealed record Stage(int Channels, int Hidden);

            [Shape("B stage.Channels H W -> B stage.Channels H W")]
            public sealed partial class ConvNextBlock(Stage stage)
            {
                [Layer] private readonly Conv2d depthwise = Conv2d(stage.Channels, stage.Channels, 7, padding: 3,
                    groups: stage.Channels);
                [Layer] private readonly LayerNorm norm = LayerNorm(stage.Channels);
                [Layer] private readonly Linear wide = Linear(stage.Channels, stage.Hidden);
                [Layer] private readonly Linear narrow = Linear(stage.Hidden, stage.Channels);

                private Tensor Forward(Tensor x)
                {
                    x = depthwise.call(x);
                    var y = «{|GEN4013:norm.call(x)|}.permute(0, 2, 3, 1)¦norm.call(x.permute(0, 2, 3, 1))»;
                    y = narrow.call(functional.gelu(wide.call(y)));
                    return x + y.permute(0, 3, 1, 2);
                }
            }

            [Shape("B 3 64 64 -> B 48 16 16")]
            public sealed partial class Backbone
            {
                [Layer] private readonly Conv2d stem = Conv2d(3, 48, 4, stride: 4);
                [Layer] private readonly ModuleList<Module<Tensor, Tensor>> blocks = ModuleList<Module<Tensor, Tensor>>(
                    new ConvNextBlock(new Stage(48, 192)), new ConvNextBlock(new Stage(48, 192)));

                private Tensor Forward(Tensor x)
                {
                    x = stem.call(x);
                    foreach (var block in blocks) { x = {|GEN1008:block.call(x)|}; }
                    return x;
                }
            }

            public static class Program
            {
                public static void Main() => Console.WriteLine(new Backbone().call(rand(1, 3, 64, 64)).shape[1]);
            }
            """),
    ];
}

namespace Gen.Tests.CodeFixes;

/// <summary>Modules as users of TorchSharp write them, with what they are built from and called with.</summary>
internal sealed record HandWrittenSource(string Name, string Source, object[] Arguments, long[][] Inputs)
{
    public bool TakesIndexes { get; init; }

    public override string ToString() => Name;

    public static readonly IReadOnlyList<HandWrittenSource> All =
    [
        new("fields with initializers", """
            public sealed class $$Net : Module<Tensor, Tensor>
            {
                private readonly Flatten flatten = Flatten();
                private readonly Linear fc1 = Linear(784, 128), fc2 = Linear(128, 10);

                public Net() : base(nameof(Net)) => RegisterComponents();

                public override Tensor forward(Tensor input) => fc2.call(fc1.call(flatten.call(input)).relu());
            }
            """, [], [[2, 1, 28, 28]]),
        new("assignments in a constructor without parameters", """
            /// <summary>LeNet.</summary>
            public class $$Net : Module<Tensor, Tensor>
            {
                private readonly Conv2d conv1;
                private readonly Conv2d conv2;
                private readonly Linear fc;

                public Net() : base("Net")
                {
                    conv1 = Conv2d(1, 6, 5, padding: 2);
                    this.conv2 = Conv2d(6, 16, 5);
                    fc = Linear(16 * 5 * 5, 10);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x)
                {
                    x = functional.max_pool2d(conv1.call(x).relu(), 2);
                    x = functional.max_pool2d(conv2.call(x).relu(), 2);
                    return fc.call(x.flatten(1));
                }
            }
            """, [], [[2, 1, 28, 28]]),
        new("assignments from a constructor's parameters", """
            public class $$Net : Module<Tensor, Tensor>
            {
                private readonly Linear up;
                private readonly Linear down;

                public Net(int width, double drop = 0.1, bool bias = true) : base(nameof(Net))
                {
                    up = Linear(width, 4 * width, hasBias: bias);
                    down = Linear(4 * width, width, hasBias: bias);
                    dropout = Dropout(drop);
                    RegisterComponents();
                }

                private readonly Dropout dropout;

                public override Tensor forward(Tensor x) => x + dropout.call(down.call(functional.gelu(up.call(x))));
            }
            """, [8, 0.2, false], [[3, 8]]),
        new("a constructor with locals, comments and a name of its own", """
            public sealed class $$Net : Module<Tensor, Tensor>
            {
                private readonly int heads;
                private readonly Linear qkv;
                private readonly Linear proj;   // mixes the heads

                // Heads of equal size.
                public Net(int d, int heads) : base("attention")
                {
                    if (d % heads != 0)
                    {
                        throw new ArgumentException("d % heads != 0");
                    }

                    // three in one
                    var wide = 3 * d;
                    this.heads = heads;
                    qkv = Linear(d, wide);
                    proj = Linear(d, d);
                    RegisterComponents(); // all of them
                }

                public override Tensor forward(Tensor x)
                {
                    var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]);
                    var parts = qkv.call(x).view(b, t, 3, heads, d / heads).permute(2, 0, 3, 1, 4);
                    var y = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
                    return proj.call(y.transpose(1, 2).contiguous().view(b, t, d));
                }
            }
            """, [12, 3], [[2, 5, 12]]),
        new("members registered one by one", """
            public sealed class $$Net : Module<Tensor, Tensor>
            {
                [ComponentName(Name = "layer_0")] private readonly Linear first;
                [ComponentName(Name = "gamma")] private readonly Parameter scale;
                private readonly Tensor mean;

                public Net() : base(nameof(Net))
                {
                    var built = Linear(8, 4);
                    first = built;
                    scale = Parameter(torch.full(4, 2.0f));
                    mean = torch.arange(4, dtype: ScalarType.Float32);
                    register_module("layer_0", built);
                    register_parameter("gamma", scale);
                    register_buffer("mean", mean, false);
                }

                public override Tensor forward(Tensor x) => first.call(x) * scale - mean;
            }
            """, [], [[3, 8]]),
        new("buffers, parameters and component names", """
            public sealed class $$Net : Module<Tensor, Tensor>
            {
                [ComponentName(Name = "weight_0")] private readonly Parameter weight = Parameter(torch.rand(4, 8));
                private readonly Tensor mean = torch.ones(4);
                [ComponentName(Name = "out.proj")] private readonly Linear projection = Linear(4, 2);
                private Tensor? last;

                public Net() : base(nameof(Net)) { RegisterComponents(); }

                public Tensor? Last => last;

                public override Tensor forward(Tensor x)
                {
                    last = functional.linear(x, weight) - mean;
                    return projection.call(last);
                }
            }
            """.Replace("out.proj", "out_proj", StringComparison.Ordinal), [], [[3, 8]]),
        new("a Sequential", """
            public sealed class $$Net : Module<Tensor, Tensor>
            {
                private readonly Module<Tensor, Tensor> features = Sequential(
                    ("conv", Conv2d(3, 8, 3, padding: 1)),
                    ("norm", BatchNorm2d(8)),
                    ("act", ReLU()));
                private readonly Sequential head = Sequential(AdaptiveAvgPool2d(1), Flatten(), Linear(8, 10));

                public Net(Device? device = null) : base(nameof(Net))
                {
                    RegisterComponents();
                    if (device is not null && device.type != DeviceType.CPU)
                    {
                        this.to(device);
                    }
                }

                public override Tensor forward(Tensor input)
                {
                    using var scope = NewDisposeScope();
                    var x = features.call(input);
                    return head.call(x).MoveToOuterDisposeScope();
                }
            }
            """, [null!], [[2, 3, 8, 8]]),
        new("a list that a loop fills", """
            public sealed class $$Net : Module<Tensor, Tensor>
            {
                private readonly ModuleList<Linear> layers = ModuleList<Linear>();

                public Net(int depth, int width) : base(nameof(Net))
                {
                    for (var i = 0; i < depth; i++)
                    {
                        layers.Add(Linear(width, width));
                    }

                    RegisterComponents();
                }

                public override Tensor forward(Tensor x)
                {
                    foreach (var layer in layers)
                    {
                        x = layer.call(x).relu();
                    }

                    return x;
                }
            }
            """, [3, 6], [[2, 6]]),
        new("an optional layer", """
            public class $$Net : Module<Tensor, Tensor>
            {
                private readonly Conv2d conv1, conv2;
                private readonly BatchNorm2d bn1, bn2;
                private readonly Module<Tensor, Tensor>? downsample;

                public Net(int inputs, int outputs, int stride = 1) : base(nameof(Net))
                {
                    conv1 = Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false);
                    bn1 = BatchNorm2d(outputs);
                    conv2 = Conv2d(outputs, outputs, 3, padding: 1, bias: false);
                    bn2 = BatchNorm2d(outputs);
                    downsample = stride == 1 && inputs == outputs ? null
                        : Sequential(Conv2d(inputs, outputs, 1, stride: stride, bias: false), BatchNorm2d(outputs));
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x)
                {
                    var y = functional.relu(bn1.call(conv1.call(x)));
                    y = bn2.call(conv2.call(y));
                    return functional.relu(y + (downsample is null ? x : downsample.call(x)));
                }
            }
            """, [4, 8, 2], [[2, 4, 8, 8]]),
        new("a recurrent classifier", """
            public sealed class $$Net : Module<Tensor, Tensor>
            {
                private readonly Embedding embedding;
                private readonly LSTM lstm;
                private readonly Linear head;

                public Net(long words, long size) : base(nameof(Net))
                {
                    embedding = Embedding(words, size);
                    lstm = LSTM(size, 2 * size, batchFirst: true);
                    head = Linear(2 * size, 2);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x)
                {
                    var (output, _, _) = lstm.call(embedding.call(x));
                    return head.call(output.select(1, -1));
                }
            }
            """, [20L, 4L], [[2, 7]]) { TakesIndexes = true },
        new("two inputs, tied weights and a helper", """
            public sealed class $$Net : Module<Tensor, Tensor, Tensor>
            {
                private readonly Linear a;
                private readonly Linear b;

                public Net() : base(nameof(Net))
                {
                    a = Linear(6, 6);
                    b = Linear(6, 6);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x, Tensor y) => Mix(a.call(x), b.call(y));

                private static Tensor Mix(Tensor x, Tensor y) => (x + y).tanh();
            }
            """, [], [[2, 6], [2, 6]]),
        new("inside other types, with an interface", """
            public interface IModel { string Title { get; } }

            public static class Zoo
            {
                public sealed class $$Net : Module<Tensor, Tensor>, IModel
                {
                    private readonly Linear fc;

                    public Net() : base(nameof(Net))
                    {
                        fc = Linear(3, 3);
                        RegisterComponents();
                    }

                    public string Title => "net";

                    public override Tensor forward(Tensor x) => fc.call(x);
                }
            }
            """, [], [[2, 3]]),
    ];
}

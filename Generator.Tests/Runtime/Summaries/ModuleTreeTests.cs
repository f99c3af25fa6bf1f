using Gen.Tests.Rules.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary><c>ToString</c> of a module is the tree that PyTorch prints; the texts of layers are PyTorch 1.13's.</summary>
[Collection("TorchSharp")]
public sealed class ModuleTreeTests
{
    [Fact]
    public void Each_layer_is_written_as_PyTorch_writes_it()
    {
        using var scope = NewDisposeScope();
        (Module Layer, string Text)[] layers =
        [
            (Linear(784, 128), "Linear(in_features=784, out_features=128, bias=True)"),
            (Linear(3, 4, hasBias: false), "Linear(in_features=3, out_features=4, bias=False)"),
            (Bilinear(2, 3, 4), "Bilinear(in1_features=2, in2_features=3, out_features=4, bias=True)"),
            (Conv1d(3, 6, 5, stride: 2, padding: 2, dilation: 3, groups: 3, bias: false),
                "Conv1d(3, 6, kernel_size=(5,), stride=(2,), padding=(2,), dilation=(3,), groups=3, bias=False)"),
            (Conv2d(1, 32, 3), "Conv2d(1, 32, kernel_size=(3, 3), stride=(1, 1))"),
            (Conv2d(1, 32, (3, 5), padding: (1, 2), padding_mode: PaddingModes.Reflect),
                "Conv2d(1, 32, kernel_size=(3, 5), stride=(1, 1), padding=(1, 2), padding_mode=reflect)"),
            (Conv2d(1, 32, 3, padding: Padding.Same), "Conv2d(1, 32, kernel_size=(3, 3), stride=(1, 1), padding=same)"),
            (Conv3d(1, 2, 3), "Conv3d(1, 2, kernel_size=(3, 3, 3), stride=(1, 1, 1))"),
            (ConvTranspose2d(4, 2, 3, stride: 2, output_padding: 1),
                "ConvTranspose2d(4, 2, kernel_size=(3, 3), stride=(2, 2), output_padding=(1, 1))"),
            (Embedding(10, 4), "Embedding(10, 4)"),
            (BatchNorm1d(8, eps: 1e-3, momentum: 0.05),
                "BatchNorm1d(8, eps=0.001, momentum=0.05, affine=True, track_running_stats=True)"),
            (BatchNorm2d(8), "BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)"),
            (BatchNorm3d(8, affine: false, track_running_stats: false),
                "BatchNorm3d(8, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)"),
            (InstanceNorm2d(8), "InstanceNorm2d(8, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)"),
            (LayerNorm(64), "LayerNorm((64,), eps=1e-05, elementwise_affine=True)"),
            (LayerNorm([4, 5], eps: 1e-12), "LayerNorm((4, 5), eps=1e-12, elementwise_affine=True)"),
            (GroupNorm(2, 8), "GroupNorm(2, 8, eps=1e-05, affine=True)"),
            (LocalResponseNorm(5), "LocalResponseNorm(5, alpha=0.0001, beta=0.75, k=1.0)"),
            (Dropout(0.25), "Dropout(p=0.25, inplace=False)"),
            (Dropout2d(inplace: true), "Dropout2d(p=0.5, inplace=True)"),
            (AlphaDropout(0.1), "AlphaDropout(p=0.1, inplace=False)"),
            (LSTM(8, 16, numLayers: 2, batchFirst: true, bidirectional: true),
                "LSTM(8, 16, num_layers=2, batch_first=True, bidirectional=True)"),
            (GRU(8, 16), "GRU(8, 16)"),
            (RNN(8, 16, bias: false), "RNN(8, 16, bias=False)"),
            (LSTMCell(4, 5), "LSTMCell(4, 5)"),
            (GRUCell(4, 5, bias: false), "GRUCell(4, 5, bias=False)"),
            (RNNCell(4, 5), "RNNCell(4, 5)"),
            (CELU(0.5), "CELU(alpha=0.5)"),
            (ELU(), "ELU(alpha=1.0)"),
            (GELU(), "GELU(approximate='none')"),
            (GLU(), "GLU(dim=-1)"),
            (Hardshrink(0.3), "Hardshrink(0.3)"),
            (Hardtanh(-2, 2), "Hardtanh(min_val=-2.0, max_val=2.0)"),
            (LeakyReLU(0.2), "LeakyReLU(negative_slope=0.2)"),
            (LogSoftmax(1), "LogSoftmax(dim=1)"),
            (PReLU(3), "PReLU(num_parameters=3)"),
            (ReLU(), "ReLU()"),
            (ReLU(inplace: true), "ReLU(inplace=True)"),
            (ReLU6(), "ReLU6()"),
            (RReLU(0.1, 0.3), "RReLU(lower=0.1, upper=0.3)"),
            (SELU(), "SELU()"),
            (SiLU(), "SiLU()"),
            (Sigmoid(), "Sigmoid()"),
            (Softmax(-1), "Softmax(dim=-1)"),
            (Softplus(2, 10), "Softplus(beta=2.0, threshold=10.0)"),
            (Softshrink(0.7), "Softshrink(0.7)"),
            (Tanh(), "Tanh()"),
            (Threshold(0.5, 1.5), "Threshold(threshold=0.5, value=1.5)"),
            (AdaptiveAvgPool1d(4), "AdaptiveAvgPool1d(output_size=4)"),
            (AdaptiveAvgPool2d(1), "AdaptiveAvgPool2d(output_size=1)"),
            (AdaptiveAvgPool2d([2, 3]), "AdaptiveAvgPool2d(output_size=(2, 3))"),
            (AdaptiveMaxPool2d([2, 2]), "AdaptiveMaxPool2d(output_size=2)"),
            (AvgPool1d(3, stride: 2), "AvgPool1d(kernel_size=(3,), stride=(2,), padding=(0,))"),
            (AvgPool2d(3, stride: 2, padding: 1), "AvgPool2d(kernel_size=3, stride=2, padding=1)"),
            (AvgPool3d(2), "AvgPool3d(kernel_size=2, stride=2, padding=0)"),
            (LPPool1d(2, 3), "LPPool1d(norm_type=2.0, kernel_size=3, stride=3, ceil_mode=False)"),
            (LPPool2d(2, 3, stride: 2), "LPPool2d(norm_type=2.0, kernel_size=3, stride=2, ceil_mode=False)"),
            (MaxPool1d(2), "MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)"),
            (MaxPool2d(2), "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)"),
            (MaxPool2d([2, 3], padding: [1, 0]),
                "MaxPool2d(kernel_size=(2, 3), stride=(2, 3), padding=(1, 0), dilation=1, ceil_mode=False)"),
            (MaxPool3d(3, stride: 1, dilation: 2), "MaxPool3d(kernel_size=3, stride=1, padding=0, dilation=2, ceil_mode=False)"),
            (MaxUnpool2d(2), "MaxUnpool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0))"),
            (ChannelShuffle(2), "ChannelShuffle(groups=2)"),
            (ConstantPad2d((1, 2, 3, 4), 3.5), "ConstantPad2d(padding=(1, 2, 3, 4), value=3.5)"),
            (ZeroPad2d(2), "ZeroPad2d((2, 2, 2, 2))"),
            (ReflectionPad1d(3), "ReflectionPad1d((3, 3))"),
            (ReplicationPad2d((1, 2, 3, 4)), "ReplicationPad2d((1, 2, 3, 4))"),
            (Flatten(), "Flatten(start_dim=1, end_dim=-1)"),
            (Unflatten(1, [2, 5]), "Unflatten(dim=1, unflattened_size=(2, 5))"),
            (Fold((4, 5), (2, 2)), "Fold(output_size=(4, 5), kernel_size=(2, 2), dilation=(1, 1), padding=(0, 0), stride=(1, 1))"),
            (Unfold((2, 3)), "Unfold(kernel_size=(2, 3), dilation=(1, 1), padding=(0, 0), stride=(1, 1))"),
            (PixelShuffle(3), "PixelShuffle(upscale_factor=3)"),
            (PixelUnshuffle(3), "PixelUnshuffle(downscale_factor=3)"),
            (Upsample(scale_factor: [2, 2]), "Upsample(scale_factor=2.0, mode=nearest)"),
            (Upsample(size: [4, 5], mode: UpsampleMode.Bilinear), "Upsample(size=(4, 5), mode=bilinear)"),
            (CrossEntropyLoss(), "CrossEntropyLoss()"),
            (Identity(), "Identity()"),
            (CosineSimilarity(), "CosineSimilarity()"),
        ];
        Assert.Equal(layers.Select(l => l.Text), layers.Select(l => CompilerServices.ModuleTree.Print(l.Layer)));
    }

    [Theory]
    [MemberData(nameof(DifferentialTests.Ruled), MemberType = typeof(DifferentialTests))]
    public void A_layer_of_any_arguments_has_its_name_and_no_line_of_its_own(string factory)
    {
        var random = new Random(1);
        for (var i = 0; i < 10; i++)
        {
            using var scope = NewDisposeScope();
            var overloads = Factories.All[factory].ToArray();
            using var layer = Case.Random(overloads[random.Next(overloads.Length)], random).Build();
            if (layer is not null)
            {
                var text = CompilerServices.ModuleTree.Print(layer);
                Assert.StartsWith($"{layer.GetType().Name}(", text, StringComparison.Ordinal);
                Assert.EndsWith(")", text, StringComparison.Ordinal);
                Assert.DoesNotContain("\n", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_tree_is_indented_and_items_that_are_alike_share_a_line()
    {
        using var model = new Tower(depth: 3);
        Assert.Equal(
            """
            Tower(
              (head): Linear(in_features=4, out_features=2, bias=True)
              (blocks): ModuleList(
                (0-2): 3 x Storey(
                  (fc): Linear(in_features=4, out_features=4, bias=True)
                  (relu): ReLU()
                )
                (3): Storey(
                  (fc): Linear(in_features=4, out_features=4, bias=False)
                  (relu): ReLU()
                )
              )
              (byName): ModuleDict(
                (a): Identity()
              )
              (inner): Sequential(
                (0): Dropout(p=0.5, inplace=False)
                (tail): ByHand(
                  (fc): Linear(in_features=4, out_features=4, bias=True)
                  (weights): ParameterList(
                    (0): Parameter containing: [torch.float32 of size 2x3]
                  )
                )
              )
            )
            """,
            model.ToString());
    }

    [Fact]
    public void A_class_with_a_base_of_its_own_prints_its_tree_too_unless_it_says_otherwise()
    {
        using var storey = new OnTorchSharp();
        using var silent = new Silent();
        Assert.Equal("OnTorchSharp(\n  (fc): Linear(in_features=2, out_features=2, bias=True)\n)", storey.ToString());
        Assert.Equal("nothing to see", silent.ToString());
    }

    [Fact]
    public void A_disposed_layer_and_a_very_deep_tree_are_cut_short()
    {
        using var model = Sequential(Embedding(3, 4));
        model.children().Single().Dispose();
        Assert.Equal("Sequential(\n  (0): Embedding(disposed)\n)", CompilerServices.ModuleTree.Print(model));
        using var deep = Enumerable.Range(0, 150).Aggregate(Sequential(), (inner, _) => Sequential(inner));
        var text = CompilerServices.ModuleTree.Print(deep);
        Assert.Equal(101, text.Split("Sequential(").Length - 1);
        Assert.Contains("(0): Sequential(...)", text, StringComparison.Ordinal);
    }
}

[Shape("*B 4 -> *B 4")]
public sealed partial class Storey(bool hasBias)
{
    [Layer] private readonly Linear fc = Linear(4, 4, hasBias: hasBias);
    [Layer] private readonly ReLU relu;
}

[Shape("B 4 -> B 2")]
public sealed partial class Tower(int depth)
{
    [Layer] private readonly Linear head = Linear(4, 2);
    [Layer] private readonly ModuleList<Storey> blocks = ModuleList(
        [.. Enumerable.Range(0, depth).Select(_ => new Storey(true)), new Storey(false)]);
    [Layer] private readonly ModuleDict<Module<Tensor, Tensor>> byName = ModuleDict<Module<Tensor, Tensor>>(("a", Identity()));
    [Layer] private readonly Sequential inner = Sequential(("0", Dropout()), ("tail", new ByHand()));

    private Tensor Forward(Tensor x)
    {
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return head.call(inner.call(byName["a"].call(x)));
    }
}

public sealed class ByHand : Module<Tensor, Tensor>
{
    private readonly Linear fc = Linear(4, 4);
    private readonly ParameterList weights = ParameterList(Parameter(zeros(2, 3)));

    public ByHand()
        : base(nameof(ByHand)) => RegisterComponents();

    public override Tensor forward(Tensor input) => fc.call(input) * weights.Count;
}

[Shape("B 2 -> B 2")]
public sealed partial class OnTorchSharp : Module<Tensor, Tensor>
{
    [Layer(2, 2)] private readonly Linear fc;

    public OnTorchSharp()
        : base(nameof(OnTorchSharp))
    {
    }
}

[Shape("B 2 -> B 2")]
public sealed partial class Silent
{
    [Layer(2, 2)] private readonly Linear fc;

    public override string ToString() => "nothing to see";
}

using System.Diagnostics;
using System.Globalization;
using Gen.CompilerServices;
using Gen.Rules;
using TorchSharp;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>The peak of a step of training that a summary predicts, against what a process holds in one.</summary>
[Collection("TorchSharp")]
public sealed class TrainingMemoryTests
{
    private const double Tolerance = 0.05;

    public static TheoryData<string> Names => TrainingPeaks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_predicted_peak_of_training_is_the_measured_one(string name)
    {
        var (measured, predicted, where) = Measure("training", name);
        Assert.True(predicted is not null, where);
        Assert.True(Math.Abs(predicted.Value - measured) < Tolerance * measured, $"{predicted} predicted at {where}, {measured} measured");
    }

    public static TheoryData<string> Kinds => [.. TrainingConstructions.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_predicted_peak_of_random_constructions_is_the_measured_one(string kind) => Compare(kind, 1);

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Kinds))]
    public void The_predicted_peak_of_many_random_constructions_is_the_measured_one(string kind) => Compare(kind, 20);

    /// <summary>Each in a process of its own: what one leaves behind would be room for the next.</summary>
    private static void Compare(string kind, int constructions)
    {
        for (var i = 0; i < constructions; i++)
        {
            var (measured, predicted, where) = Measure("training", kind, $"{i}");
            Assert.True(predicted is not null, where);
            Assert.True(Math.Abs(predicted.Value - measured) < Tolerance * measured,
                $"{i}: {predicted} predicted at {where}, {measured} measured");
        }
    }

    /// <summary>What the measure is worth: that of a model that keeps nothing is far from what is predicted of one that does.</summary>
    [Fact]
    public void Computing_again_takes_less_than_keeping()
    {
        var (kept, again) = (new KeptGpt().Summary("B=32, T=128"), new PairsOfBlocks().Summary("B=32, T=128"));
        Assert.True(again.PeakTrainingBytes < 0.8 * kept.PeakTrainingBytes, $"{again.PeakTrainingBytes}, {kept.PeakTrainingBytes}");
    }

    /// <summary>By hand: gradients of 8320 and 1290 parameters, the input of 64, 128 that relu keeps, 10 that come out and 10 of their
    /// gradient; and where most is held, 128 for the gradient of relu's result and 128 for that of its operand.</summary>
    [Fact]
    public void The_peak_of_a_small_model_is_that_counted_by_hand()
    {
        var summary = new CountedByHand().Summary("B=1000");
        const long Parameters = 8320 + 1290;
        Assert.Equal(4 * (Parameters + (1000L * (64 + 128 + 10 + 10 + 128 + 128))), summary.PeakTrainingBytes);
        Assert.Equal("backward of relu", summary.PeakTrainingLayer);
        Assert.Contains("Peak bytes in training: 1,910,440 at backward of relu", summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_autograd_keeps_is_not_guessed()
    {
        var summary = new Remembering().Summary("B=2, T=3");
        Assert.Null(summary.PeakTrainingBytes);
        Assert.Null(summary.PeakTrainingLayer);
        Assert.Contains("Peak bytes in training: ? (what autograd keeps of 'lstm' is not known)", summary.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void How_the_gradients_of_runs_that_are_computed_again_add_up_is_not_guessed() => Assert.Contains(
        "? (what is held while the gradients of a layer that is computed again and runs more than once are added up is not known)",
        new SharedAgain().Summary("B=2").ToString(), StringComparison.Ordinal);

    /// <summary>A mask that is a parameter is added to the scores of each head and sample.</summary>
    [Fact]
    public void A_mask_that_is_trained_is_not_guessed() => Assert.Contains(
        "Peak bytes in training: ? (what autograd keeps of 'attention' is not known)",
        new TrainedMask().Summary("N=2").ToString(), StringComparison.Ordinal);

    /// <summary>Beside a matrix, a batch is made one matrix, which what is transposed is copied for.</summary>
    [Fact]
    public void A_product_of_a_transposed_batch_and_a_matrix_is_not_guessed() => Assert.Contains(
        "Peak bytes in training: ? (what autograd keeps of 'matmul' is not known)", new MixedOverTime().Summary("B=2").ToString(),
        StringComparison.Ordinal);

    [Fact]
    public void A_loss_that_has_weights_is_not_guessed() => Assert.Contains(
        "Peak bytes in training: ? (what autograd keeps of 'cross_entropy' is not known)", new WeightedLoss().Summary("B=2").ToString(),
        StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_said_where_some_parameters_of_a_layer_are_not_trained()
    {
        using var module = new CountedByHand();
        module.parameters().First().requires_grad = false;
        var summary = module.Summary("B=1000");
        Assert.Null(summary.PeakTrainingBytes);
        Assert.Contains("Peak bytes in training: ? (some parameters of 'fc1' are not trained)", summary.ToString(),
            StringComparison.Ordinal);
    }

    /// <summary>By hand: gradients of 1290 parameters, the input of 64, and 128 that relu takes and 128 that it gives.</summary>
    [Fact]
    public void What_comes_before_the_trained_layers_keeps_nothing()
    {
        using var module = new CountedByHand();
        foreach (var parameter in module.parameters().Take(2))
        {
            parameter.requires_grad = false;
        }

        var summary = module.Summary("B=1000");
        Assert.Equal(4 * (1290 + (1000L * (64 + 128 + 128))), summary.PeakTrainingBytes);
        Assert.Equal("relu", summary.PeakTrainingLayer);
    }

    /// <summary>By hand: gradients of 8320 parameters, the input of 64, 128 that relu keeps, 10 that come out and 10 of their gradient,
    /// and 128 for the gradient of relu's result and 128 for that of its operand. The linear layer behind keeps nothing.</summary>
    [Fact]
    public void A_layer_behind_the_trained_ones_that_is_not_trained_passes_gradients_on()
    {
        using var module = new CountedByHand();
        foreach (var parameter in module.parameters().Skip(2))
        {
            parameter.requires_grad = false;
        }

        var summary = module.Summary("B=1000");
        Assert.Equal(4 * (8320 + (1000L * (64 + 128 + 10 + 10 + 128 + 128))), summary.PeakTrainingBytes);
        Assert.Equal("backward of relu", summary.PeakTrainingLayer);
    }

    [Fact]
    public void Nothing_is_said_where_a_convolution_behind_the_trained_layers_is_not_trained()
    {
        using var module = new TwoConvolutions();
        foreach (var parameter in module.parameters().Skip(2))
        {
            parameter.requires_grad = false;
        }

        Assert.Contains("? (what autograd keeps of 'second', whose parameters are not trained, is not known)",
            module.Summary("B=32").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_generated_code_says_of_autograd_is_what_the_rules_say() => Assert.Equal(
        Enum.GetValues<Saved>().Select(v => ($"{v}", (int)v)), Enum.GetValues<SummarySaved>().Select(v => ($"{v}", (int)v)));

    private static (long Measured, long? Predicted, string Where) Measure(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TrainingPeaks).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = start.Environment["MALLOC_TRIM_THRESHOLD_"] = "65536";
        using var process = Process.Start(start)!;
        var row = process.StandardOutput.ReadToEnd().Split('|');
        process.WaitForExit();
        return (long.Parse(row[0], CultureInfo.InvariantCulture),
            row[1].Length == 0 ? null : long.Parse(row[1], CultureInfo.InvariantCulture), row[2].Trim());
    }
}

[Shape("B 64 -> B 10")]
internal sealed partial class CountedByHand
{
    [Layer(64, 128)] private readonly TorchSharp.Modules.Linear fc1;
    [Layer] private readonly TorchSharp.Modules.ReLU relu;
    [Layer(128, 10)] private readonly TorchSharp.Modules.Linear fc2;
}

[Shape("B 8 16 -> B 16 4")]
internal sealed partial class MixedOverTime
{
    [Layer(16, 16)] private readonly TorchSharp.Modules.Linear fc;
    [Parameter] private readonly TorchSharp.Modules.Parameter weight = new(torch.rand(8, 4));

    private torch.Tensor Forward(torch.Tensor x) => fc.call(x).transpose(1, 2).matmul(weight);
}

[Shape("B 8 ->")]
internal sealed partial class WeightedLoss
{
    [Layer(8, 4)] private readonly TorchSharp.Modules.Linear fc;
    [Buffer] private readonly torch.Tensor weights = torch.ones(4);

    private torch.Tensor Forward(torch.Tensor x) =>
        torch.nn.functional.cross_entropy(fc.call(x), fc.call(x).argmax(1), weights);
}

[Shape("T B 8 -> T B 8")]
internal sealed partial class Remembering
{
    [Layer] private readonly TorchSharp.Modules.LSTM lstm = torch.nn.LSTM(8, 8);
}

[Recompute]
[Shape("B 8 -> B 8")]
internal sealed partial class SharedAgain
{
    [Layer(8, 8)] private readonly TorchSharp.Modules.Linear fc;

    private torch.Tensor Forward(torch.Tensor x) => fc.call(fc.call(x).tanh());
}

[Shape("8 N 8 -> 8 N 8")]
internal sealed partial class TrainedMask
{
    [Layer] private readonly TorchSharp.Modules.MultiheadAttention attention = torch.nn.MultiheadAttention(8, 2);
    [Parameter] private readonly TorchSharp.Modules.Parameter mask = new(torch.rand(8, 8));

    private torch.Tensor Forward(torch.Tensor x) => attention.call(x, x, x, attn_mask: mask).Item1;
}

[Shape("B 8 16 16 -> B 8 16 16")]
internal sealed partial class TwoConvolutions
{
    [Layer] private readonly TorchSharp.Modules.Conv2d first = torch.nn.Conv2d(8, 8, 3, padding: 1);
    [Layer] private readonly TorchSharp.Modules.Conv2d second = torch.nn.Conv2d(8, 8, 3, padding: 1);
}

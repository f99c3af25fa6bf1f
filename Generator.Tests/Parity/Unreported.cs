namespace Gen.Tests.Parity;

/// <summary>A difference that is on the page and is not reported, because no place in the code shows for certain that it does harm, or
/// because it fails at once and says why. Its programs are those of a row.</summary>
/// <param name="Name">What is called.</param>
/// <param name="Does">What happens, as the end of a sentence.</param>
/// <param name="Instead">What to write.</param>
/// <param name="Wrong">Returns true where TorchSharp does that.</param>
/// <param name="Right">Returns false.</param>
internal sealed record Unreported(string Name, string Does, string Instead, string Wrong, string Right)
{
    public static readonly IReadOnlyList<Unreported> All =
    [
        new("optimizer.zero_grad()",
            "fills gradients with 0 and keeps them, so that momentum and decay go on moving what is not used; newer PyTorch sets "
            + "them to None",
            "Set `parameter.grad = null`.",
            Programs.Steps + "var o = optim.SGD([p], 0.1, momentum: 0.9); Steps(p, o, 1); o.zero_grad(); o.step(); return p.ToDouble() < "
                + "0.85;",
            Programs.Steps + "var o = optim.SGD([p], 0.1, momentum: 0.9); Steps(p, o, 1); p.grad = null; o.step(); return p.ToDouble() < "
                + "0.85;"),
        new("OneCycleLR after its last step", "gives a rate of 0, where PyTorch raises", "Take no more than `total_steps - 1` steps.",
            Programs.Rates + "var o = optim.SGD([p], 0.1); return Rates(o, optim.lr_scheduler.OneCycleLR(o, 0.5, total_steps: 10, "
                + "cycle_momentum: false), 10)[9] == 0;",
            Programs.Rates + "var o = optim.SGD([p], 0.1); return Rates(o, optim.lr_scheduler.OneCycleLR(o, 0.5, total_steps: 10, "
                + "cycle_momentum: false), 9)[8] == 0;"),
        new("EmbeddingBag(padding_index)", "draws the row of the padding, which PyTorch fills with 0; the output is the same",
            "Fill the row with 0 under `no_grad()`.",
            "return EmbeddingBag(5, 3, padding_index: 1).weight![1].abs().sum().ToSingle() > 0;",
            "var bag = EmbeddingBag(5, 3, padding_index: 1); using (no_grad()) { bag.weight![1] = 0; } return "
                + "bag.weight![1].abs().sum().ToSingle() > 0;"),
        new("EmbeddingBag of int32", "throws without offsets", "Give it int64.",
            Failing("EmbeddingBag(5, 3).call(tensor(new[] { 0, 1 }).view(1, 2))"),
            Failing("EmbeddingBag(5, 3).call(tensor(new[] { 0L, 1L }).view(1, 2))")),
        new("BatchNorm(dtype: float64)", "counts its batches in float64", "Convert the module: `.to(float64)`.",
            "return BatchNorm1d(2, dtype: float64).state_dict()[\"num_batches_tracked\"].dtype == float64;",
            "return BatchNorm1d(2).to(float64).state_dict()[\"num_batches_tracked\"].dtype == float64;"),
        new("y = x; x += 1", "makes another tensor, and `y` keeps the old one", "Write `x.add_(1)`.",
            "var x = zeros(1); var y = x; x += 1; return y.ToSingle() == 0;",
            "var x = zeros(1); var y = x; x.add_(1); return y.ToSingle() == 0;"),
        new("Transformer after manual_seed", "has other weights than PyTorch's of the same seed; its layers have the same",
            "Load a `state_dict` where the very numbers count.",
            "manual_seed(0); return Math.Abs(Transformer(8, 2, 1, 1, 16).parameters().First()[0, 0].ToSingle() - 0.38422978) > 1e-6;",
            "manual_seed(0); return Math.Abs(TransformerEncoderLayer(8, 2, 16).parameters().First()[0, 0].ToSingle() - 0.17017828) > "
                + "1e-6;"),
        new("ModuleDict.state_dict()", "is empty as long as the dictionary belongs to no module", "Ask the module that holds it.",
            "return ModuleDict<Linear>((\"a\", Linear(1, 1))).state_dict().Count == 0;",
            "return Sequential((\"a\", Linear(1, 1))).state_dict().Count == 0;"),
        new("ModuleList[-1]", "throws", "Write `[^1]`.",
            "try { _ = ModuleList<Linear>(Linear(1, 1))[-1]; return false; } catch (ArgumentOutOfRangeException) { return true; }",
            "try { _ = ModuleList<Linear>(Linear(1, 1))[^1]; return false; } catch (ArgumentOutOfRangeException) { return true; }"),
        new("item<float>() of float64", "throws, as for every other type than the tensor's", "Write `ToSingle()`.",
            "try { return ones(1, dtype: float64).item<float>() < 0; } catch (ArgumentException) { return true; }",
            "try { return ones(1, dtype: float64).ToSingle() < 0; } catch (ArgumentException) { return true; }"),
        new("load_state_dict of another shape", "stretches a tensor of one element to the parameter's shape in a hand-written module; a "
            + "generated module refuses it", "Compare the shapes, or have the module generated.",
            "var state = new Dictionary<string, Tensor> { [\"weight\"] = ones(1), [\"bias\"] = ones(3) }; var fc = Linear(4, 3); "
                + "fc.load_state_dict(state); return fc.weight!.eq(1).all().ToBoolean();",
            """
            var state = new Dictionary<string, Tensor> { ["fc.weight"] = ones(1), ["fc.bias"] = ones(3) }; var net = new Net();
            try { net.load_state_dict(state); } catch (StateMismatchException) { }
            return net.state_dict()["fc.weight"].eq(1).all().ToBoolean(); } }
            public sealed partial class Net { [Layer(4, 3)] private readonly Linear fc;
            private Tensor Forward(Tensor x) { return fc.call(x);
            """),
        new("load of a file with another element type", "throws, where `load_state_dict` converts", "Load it, and convert the module then.",
            Files + "try { Linear(2, 1).to(float64).load(path); return false; } catch (ArgumentException) { return true; }",
            Files + "try { Linear(2, 1).load(path); return false; } catch (ArgumentException) { return true; }"),
        new("GroupNorm of (N, C)", "throws; [GEN1002](diagnostics/GEN1002.md) where the shape is known",
            "Add a dimension: `x.unsqueeze(2)`.",
            Failing("GroupNorm(1, 4, affine: false).call(rand(2, 4))"), Failing("GroupNorm(1, 4, affine: false).call(rand(2, 4, 1))")),
        new("LSTM, GRU and RNN of (T, features)", "throw; [GEN1002](diagnostics/GEN1002.md) where the shape is known",
            "Add the batch: `x.unsqueeze(1)`.", Failing("LSTM(3, 4).call(rand(5, 3))"), Failing("LSTM(3, 4).call(rand(5, 1, 3))")),
        new("LSTMCell without a state", "throws; [GEN1006](diagnostics/GEN1006.md) where it is a layer of a module",
            "Give it zeros.", Failing("LSTMCell(3, 4).call(rand(5, 3), null)"),
            Failing("LSTMCell(3, 4).call(rand(5, 3), (zeros(5, 4), zeros(5, 4)))")),
        new("torch.where(c) of numbers", "throws", "Write `torch.where(c != 0)`.", Failing("torch.where(ones(2))"),
            Failing("torch.where(ones(2) != 0)")),
        new("interpolate with one scale_factor", "throws for more dimensions than one", "Write one number for each dimension.",
            Failing("functional.interpolate(ones(1, 1, 2, 2), scale_factor: [2])"),
            Failing("functional.interpolate(ones(1, 1, 2, 2), scale_factor: [2, 2])")),
        new("tensor(5), tensor(int[])", "are int32, in PyTorch int64; reported where classes or indexes are needed", "Write `5L`.",
            "return tensor(5).dtype == int32;", "return tensor(5L).dtype == int32;"),
        new("(Tensor)1.0", "is float64, in PyTorch float32; beside a tensor of float32 with dimensions that changes nothing",
            "Write `1f`.", "return ((Tensor)1.0).dtype == float64;", "return ((Tensor)1f).dtype == float64;"),
        new("mean, variance and stddev of Cauchy", "have no dimensions, in PyTorch those of the parameters; the value is the same",
            "Expand it where the shape counts: `.expand(2)`.",
            "return distributions.Cauchy(ones(2), ones(2)).mean.dim() == 0;",
            "return distributions.Cauchy(ones(2), ones(2)).mean.expand(2).dim() == 0;"),
        new("log_prob of Chi2 and Kumaraswamy", "is float64", "Convert it: `.to(float32)`.",
            "return distributions.Chi2(ones(1)).log_prob(ones(1)).dtype == float64 "
                + "&& distributions.Kumaraswamy(ones(1), ones(1)).log_prob(full(1, 0.5f)).dtype == float64;",
            "return distributions.Chi2(ones(1)).log_prob(ones(1)).to(float32).dtype == float64;"),
        new("calculate_gain of LeakyReLU", "is that of a slope of 0, in PyTorch of 0.01", "Give the slope.",
            "return init.calculate_gain(init.NonlinearityType.LeakyReLU) == Math.Sqrt(2);",
            "return init.calculate_gain(init.NonlinearityType.LeakyReLU, 0.01) == Math.Sqrt(2);"),
    ];

    /// <summary>What PyTorch has and C# does not compile, with the error and what to write.</summary>
    public static readonly IReadOnlyList<(string Call, string Error, string Instead)> Uncompiled =
    [
        ("x.mean(0)", "CS1503", "x.mean([0L])"),
        ("x.nansum(0)", "CS1501", "x.nan_to_num().sum(0L)"),
        ("torch.arange(-5, 0)", "CS0121", "torch.arange(-5, stop: 0.0)"),
        ("x.new_zeros(2, 0)", "CS0121", "x.new_zeros(2, 0L)"),
        ("optim.lr_scheduler.CosineAnnealingWarmRestarts(null!, 10)", "CS0117", "optim.lr_scheduler.LambdaLR(null!, e => Math.Cos(e))"),
        ("x.unique().numel()", "CS1061", "x.unique().Item1.numel()"),
    ];

    private const string Files = "var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $\"{Guid.NewGuid():n}.dat\"); "
        + "Linear(2, 1).save(path);\n";

    public override string ToString() => Name;

    private static string Failing(string call) => $"try {{ _ = {call}; return false; }} catch (Exception) {{ return true; }}";
}

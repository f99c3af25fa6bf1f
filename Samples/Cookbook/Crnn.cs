namespace Cookbook;

/// <summary>
/// Reads a line of digits (Shi et al. 2015): convolutions look at the picture, an LSTM goes over its columns in both directions, and CTC
/// (Graves et al. 2006) needs no one to say where each digit is.
/// </summary>
/// <param name="classes">The digits, and the blank, which is class 0.</param>
[Shape("B 1 16 W -> W//4 B classes", Where = "W % 4 == 0")]
public sealed partial class Crnn(long classes)
{
    [Layer] private readonly Conv2d conv1 = Conv2d(1, 16, 3, padding: 1);
    [Layer] private readonly Conv2d conv2 = Conv2d(16, 32, 3, padding: 1);
    [Layer] private readonly BatchNorm2d norm = BatchNorm2d(32);
    [Layer] private readonly MaxPool2d halve = MaxPool2d(2);
    [Layer] private readonly ReLU relu;
    [Layer] private readonly LSTM lstm = LSTM(32 * 4, 48, bidirectional: true);
    [Layer] private readonly Linear scores = Linear(2 * 48, classes);

    private Tensor Forward(Tensor picture)
    {
        var x = halve.call(relu.call(conv1.call(picture))); // (B, 16, 8, W//2)
        x = halve.call(relu.call(norm.call(conv2.call(x)))); // (B, 32, 4, W//4)
        var columns = x.flatten(1, 2).permute(2, 0, 1); // (W//4, B, 128)
        var (read, _, _) = lstm.call(columns); // (W//4, B, 96)
        return functional.log_softmax(scores.call(read), 2);
    }
}

/// <summary>The loss over all ways to spread the digits over the columns, and the reading of the best one.</summary>
public static class CrnnTraining
{
    /// <param name="model">Gives [T, B, classes].</param>
    /// <param name="pictures">[B, 1, 16, W].</param>
    /// <param name="digits">Classes from 1 on, padded with 0: int64 [B, S].</param>
    /// <param name="lengths">Digits of each line: int64 [B].</param>
    /// <returns>One number.</returns>
    public static Tensor Loss(Crnn model, Tensor pictures, Tensor digits, Tensor lengths)
    {
        var columns = model.call(pictures); // (T, B, classes)
        var read = full_like(lengths, columns.shape[0]);
        return functional.ctc_loss(columns, digits, read, lengths, zero_infinity: true);
    }

    /// <summary>The likeliest class of each column; repetitions count once, blanks separate.</summary>
    public static string[] Read(Crnn model, Tensor pictures)
    {
        var best = model.call(pictures).argmax(2).t(); // (B, T)
        return [.. Enumerable.Range(0, (int)best.shape[0]).Select(i => best[i].data<long>().ToArray())
            .Select(line => string.Concat(line.Where((c, t) => c != 0 && (t == 0 || c != line[t - 1])).Select(c => c - 1)))];
    }
}

/// <summary>Learns to read lines of two to four digits.</summary>
public static class CrnnRecipe
{
    /// <summary>Five rows of three dots for each digit.</summary>
    private static readonly string[] Font =
    [
        "###|# #|# #|# #|###", " # |## | # | # |###", "###|  #|###|#  |###", "###|  #|###|  #|###", "# #|# #|###|  #|  #",
        "###|#  |###|  #|###", "###|#  |###|# #|###", "###|  #|  #| # | # ", "###|# #|###|# #|###", "###|# #|###|  #|###",
    ];

    /// <summary>For ten digits and the blank.</summary>
    public static Crnn Model() => new(classes: 11);

    /// <summary>Trains on lines that are drawn anew for each step.</summary>
    public static Figures Train(Crnn model, int steps = 250)
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var (pictures, digits, lengths, lines) = Draw(random, 100);
        (double Loss, double Right) Measured() => Training.Measure(model, () =>
            (CrnnTraining.Loss(model, pictures, digits, lengths).ToDouble(),
                CrnnTraining.Read(model, pictures).Zip(lines).Count(p => p.First == p.Second) / (double)lines.Length));

        var before = Measured();
        Training.Run(model, steps, learningRate: 5e-3, () =>
        {
            var (some, theirs, counts, _) = Draw(random, 32);
            return CrnnTraining.Loss(model, some, theirs, counts);
        });

        return Figures.Of(before, Measured(), "share of lines that are read without a mistake");
    }

    /// <summary>Lines in noise, each digit a little off: pictures [B, 1, 16, 40], classes [B, 4], lengths [B].</summary>
    public static (Tensor Pictures, Tensor Digits, Tensor Lengths, string[] Lines) Draw(Random random, int count)
    {
        var lines = Enumerable.Range(0, count)
            .Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => random.Next(10)))).ToArray();
        var dots = new float[count, 1, 16, 40];
        for (var i = 0; i < count; i++)
        {
            for (var k = 0; k < lines[i].Length; k++)
            {
                var (left, top) = ((k * 10) + random.Next(5), random.Next(7));
                for (var dot = 0; dot < 60; dot++)
                {
                    dots[i, 0, top + (dot / 6), left + (dot % 6)] = Font[lines[i][k] - '0'][(dot / 12 * 4) + (dot % 6 / 2)] == '#' ? 1 : 0;
                }
            }
        }

        var digits = lines.Select(l => l.PadRight(4, '/').Select(c => (long)(c - '/'))).SelectMany(c => c).ToArray();
        return (tensor(dots) + (0.2 * randn(count, 1, 16, 40)), tensor(digits).view(count, 4),
            tensor(lines.Select(l => (long)l.Length).ToArray()), lines);
    }
}

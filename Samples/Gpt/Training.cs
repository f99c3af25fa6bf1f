using System.Diagnostics;

namespace Gpt;

/// <param name="Steps">How many batches are shown.</param>
/// <param name="BatchSize">Pieces of text in a batch.</param>
/// <param name="LearningRate">AdamW's highest; it rises in the first twentieth and falls along a cosine after that.</param>
internal sealed record TrainingOptions(int Steps, int BatchSize, double LearningRate);

/// <summary>How far the training is; the loss of the test text where it was just computed.</summary>
internal sealed record Progress(int Step, double Loss, double? TestLoss, TimeSpan Time);

/// <summary>The training loop: the next character is the class to predict, at every place at once.</summary>
internal static class Training
{
    /// <summary>The test loss is computed so often.</summary>
    public const int Interval = 100;

    public static IEnumerable<Progress> Run(CharacterGpt model, Text text, TrainingOptions options, CancellationToken cancellation)
    {
        using var optimizer = optim.AdamW(model.parameters(), options.LearningRate, beta2: 0.99, weight_decay: 0.1);
        var watch = Stopwatch.StartNew();
        for (var step = 1; step <= options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            model.train();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = options.LearningRate * Share(step, options.Steps);
            }

            double loss;
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                var computed = Loss(model, Text.Batch(text.Train, options.BatchSize, model.Context));
                computed.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                optimizer.step();
                loss = computed.ToDouble();
            }

            double? test = step % Interval == 0 || step == options.Steps ? Evaluate(model, text.Test) : null;
            yield return new(step, loss, test, watch.Elapsed);
        }
    }

    /// <summary>The mean of eight batches of a text.</summary>
    public static double Evaluate(CharacterGpt model, Tensor text)
    {
        model.eval();
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return Enumerable.Range(0, 8).Average(_ => Loss(model, Text.Batch(text, 32, model.Context)).ToDouble());
    }

    private static Tensor Loss(CharacterGpt model, (Tensor Text, Tensor Next) batch)
    {
        var scores = model.call(batch.Text); // (B, T, vocabulary)
        return functional.cross_entropy(scores.flatten(0, 1), batch.Next.flatten());
    }

    /// <summary>The part of the learning rate in a step.</summary>
    private static double Share(int step, int steps)
    {
        var warm = Math.Max(1, steps / 20);
        return step < warm ? step / (double)warm : 0.5 * (1 + Math.Cos(Math.PI * (step - warm) / Math.Max(1, steps - warm)));
    }
}

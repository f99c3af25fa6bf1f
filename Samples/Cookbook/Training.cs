namespace Cookbook;

/// <summary>What a recipe measured, before the training and after it.</summary>
/// <param name="Loss">The loss that was trained.</param>
/// <param name="Metric">What a reader wants to know, on data that was not trained on.</param>
/// <param name="MetricName">What the metric is.</param>
public sealed record Figures((double Before, double After) Loss, (double Before, double After) Metric, string MetricName)
{
    /// <summary>Of a loss and a metric, measured twice.</summary>
    public static Figures Of((double Loss, double Metric) before, (double Loss, double Metric) after, string name) =>
        new((before.Loss, after.Loss), (before.Metric, after.Metric), name);
}

/// <summary>The training loop that the recipes share.</summary>
public static class Training
{
    /// <summary>Takes steps of Adam.</summary>
    /// <param name="model">It is in training mode afterwards.</param>
    /// <param name="steps">How many.</param>
    /// <param name="learningRate">Adam's; it falls to 0 along a line.</param>
    /// <param name="loss">Draws a batch and gives its loss, a tensor of one number.</param>
    public static void Run(Module model, int steps, double learningRate, Func<Tensor> loss)
    {
        using var optimizer = optim.Adam(model.parameters(), learningRate);
        var schedule = optim.lr_scheduler.LambdaLR(optimizer, step => 1 - (step / (double)steps));
        model.train();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            loss().backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1.0);
            optimizer.step();
            schedule.step();
        }
    }

    /// <summary>What a model does in evaluation mode, without gradients. It is in training mode again afterwards.</summary>
    /// <param name="model">Any.</param>
    /// <param name="measure">Gives numbers, of data that was not trained on.</param>
    public static T Measure<T>(Module model, Func<T> measure)
    {
        model.eval();
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var measured = measure();
        model.train();
        return measured;
    }
}

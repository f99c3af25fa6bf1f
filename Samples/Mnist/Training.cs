using Gen.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace Mnist;

/// <param name="Epochs">How often every image is shown.</param>
/// <param name="BatchSize">Images a step.</param>
/// <param name="LearningRate">Adam's at the beginning; it falls in a straight line to 0 at the end.</param>
/// <param name="Seed">Of the weights, of the order of the images, and of the embedded digits.</param>
internal sealed record TrainingOptions(int Epochs, int BatchSize, double LearningRate, int Seed);

/// <summary>How an epoch went.</summary>
internal sealed record EpochResult(int Epoch, double TrainLoss, double TrainAccuracy, double TestLoss, double TestAccuracy,
    TimeSpan TrainTime);

/// <summary>The training loop: Adam and cross entropy, batches by index of a tensor in memory.</summary>
internal static class Training
{
    /// <summary>Trains epoch by epoch. In a group, each process has its part of every batch, and all have the same weights.</summary>
    public static IEnumerable<EpochResult> Run(MnistClassifier model, Tensors train, Tensors test, TrainingOptions options,
        IProgress<BatchProgress> progress, CancellationToken cancellation, ProcessGroup? group = null)
    {
        using var parallel = group is null ? null : DistributedDataParallel.Attach(model, group);
        using var optimizer = optim.Adam(model.parameters(), options.LearningRate);
        using var criterion = nn.CrossEntropyLoss();
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var (loss, accuracy) = Epoch(model, optimizer, criterion, train, options, epoch, progress, cancellation, group, parallel);
            watch.Stop();
            var evaluation = Evaluation.Of(model, test);
            if (group is not null)
            {
                (loss, accuracy) = (group.AllReduce(loss, ReduceOp.Average), group.AllReduce(accuracy, ReduceOp.Average));
            }

            yield return new(epoch, loss, accuracy, evaluation.Loss, evaluation.Accuracy, watch.Elapsed);
        }
    }

    private static (double Loss, double Accuracy) Epoch(
        MnistClassifier model, optim.Optimizer optimizer, TorchSharp.Modules.CrossEntropyLoss criterion, Tensors train,
        TrainingOptions options, int epoch, IProgress<BatchProgress> progress, CancellationToken cancellation, ProcessGroup? group,
        DistributedDataParallel? parallel)
    {
        model.train();
        using var order = Order(train.Count, options.Seed, epoch, group);
        var (images, batchSize) = (order.numel(), Math.Max(1, options.BatchSize / (group?.Size ?? 1)));
        var (seen, correct, lossSum) = (0L, 0L, 0.0);
        while (seen < images)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(batchSize, images - seen);
            var batch = order.narrow(0, seen, count);
            var labels = train.Labels.index_select(0, batch);

            // The steps become smaller towards the end: the last ones decide, and should not jump.
            var done = (epoch - 1 + (seen / (double)images)) / options.Epochs;
            foreach (var parameters in optimizer.ParamGroups)
            {
                parameters.LearningRate = options.LearningRate * (1 - done);
            }

            optimizer.zero_grad();
            var scores = model.call(train.Images.index_select(0, batch));
            var loss = criterion.call(scores, labels);
            loss.backward();
            parallel?.Synchronize();
            optimizer.step();

            seen += count;
            lossSum += loss.item<float>() * count;
            correct += scores.argmax(1).eq(labels).sum().item<long>();
            progress.Report(new(epoch, seen, (int)images, lossSum / seen, correct / (double)seen));
        }

        return (lossSum / seen, correct / (double)seen);
    }

    /// <summary>The images of this process, in the order of the epoch.</summary>
    private static Tensor Order(int count, int seed, int epoch, ProcessGroup? group)
    {
        if (group is null)
        {
            return randperm(count, ScalarType.Int64);
        }

        var sampler = new DistributedSampler(count, group, seed: seed);
        sampler.SetEpoch(epoch);
        return tensor(sampler.ToArray());
    }
}

/// <summary>How far an epoch is, and its means so far.</summary>
internal readonly record struct BatchProgress(int Epoch, long Seen, int Count, double Loss, double Accuracy);

using Gen.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Distributed;

/// <summary>The gradients of an attached model, in one process.</summary>
[Collection("TorchSharp")]
public sealed class DataParallelTests
{
    private readonly ProcessGroup group = new(new Mirror(1));

    [Fact]
    public void A_Gen_module_trains_as_without()
    {
        using var plain = Trained(attach: false);
        using var attached = Trained(attach: true);
        Assert.Equal(attached.data<float>().ToArray(), plain.data<float>().ToArray());

        Tensor Trained(bool attach)
        {
            manual_seed(3);
            using var model = new Mnist.MnistClassifier();
            using var parallel = attach ? DistributedDataParallel.Attach(model, group) : null;
            using var optimizer = optim.Adam(model.parameters());
            for (var step = 0; step < 3; step++)
            {
                optimizer.zero_grad();
                model.call(ones(2, 1, 28, 28)).square().sum().backward();
                parallel?.Synchronize();
                optimizer.step();
            }

            return cat([.. model.parameters().Select(p => p.reshape(-1))]).detach();
        }
    }

    /// <summary>The last parameters come first, since backward comes to them first.</summary>
    [Fact]
    public void Buckets_hold_parameters_from_the_last_to_the_first()
    {
        using var model = new Mnist.MnistClassifier();
        using var one = DistributedDataParallel.Attach(model, group);
        Assert.Equal([Mnist.MnistClassifier.ParameterCount], one.BucketElements);
        using var several = DistributedDataParallel.Attach(model, group, bucketBytes: 4 * 10_000);
        Assert.Equal([650 + 8256 + 128, 100_352], several.BucketElements);
    }

    [Fact]
    public void Types_and_tied_parameters_are_minded()
    {
        using var first = nn.Linear(3, 3);
        using var second = nn.Linear(3, 3, hasBias: false);
        second.weight = first.weight;
        using var third = nn.Linear(3, 3, dtype: ScalarType.Float64);
        using var model = nn.Sequential(("a", first), ("b", second), ("c", third));
        using var parallel = DistributedDataParallel.Attach(model, group);
        Assert.Equal([12, 12], parallel.BucketElements);
    }

    [Fact]
    public void Gradients_that_were_set_to_null_become_views_again()
    {
        using var model = nn.Linear(2, 1);
        using var parallel = DistributedDataParallel.Attach(model, group);
        model.zero_grad();
        Assert.Null(model.weight!.grad);
        model.call(ones(1, 2)).sum().backward();
        parallel.Synchronize();
        Assert.Equal([1f, 1f], model.weight.grad!.data<float>().ToArray());
        parallel.ZeroGrad();
        Assert.Equal([0f, 0f], model.weight.grad!.data<float>().ToArray());
        model.call(ones(1, 2)).sum().backward();
        model.call(ones(1, 2)).sum().backward();
        parallel.Synchronize();
        Assert.Equal([2f, 2f], model.weight.grad!.data<float>().ToArray());
    }

    /// <summary>In a group of mirrors, an average is what one rank has, and is asked for once.</summary>
    [Fact]
    public void Without_synchronization_gradients_add_up()
    {
        var engine = new Mirror(2);
        using var pair = new ProcessGroup(engine);
        using var model = nn.Linear(2, 1, hasBias: false);
        using var parallel = DistributedDataParallel.Attach(model, pair, broadcastBuffers: false);
        engine.Asked.Clear();
        using (parallel.NoSync())
        {
            model.call(ones(1, 2)).sum().backward();
            parallel.Synchronize();
        }

        Assert.Equal((0, 0L), (engine.Asked.Count, pair.Step));
        model.call(ones(1, 2)).sum().backward();
        parallel.Synchronize();
        Assert.Equal(["Sum 2 Float32"], engine.Asked);
        Assert.Equal(1, pair.Step);
        Assert.Equal([2f, 2f], model.weight!.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_model_that_was_moved_afterwards_is_refused()
    {
        using var model = nn.Linear(2, 1);
        using var parallel = DistributedDataParallel.Attach(model, group);
        model.to(ScalarType.Float64);
        Assert.StartsWith("'bias' is not the parameter that it was",
            Assert.Throws<InvalidOperationException>(parallel.Synchronize).Message);
    }

    /// <summary>The gradients of the layer's first call would have been reduced without those of the second.</summary>
    [Fact]
    public void A_second_backward_pass_after_an_overlapped_one_is_refused()
    {
        using var pair = new ProcessGroup(new Mirror(2));
        using var model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2));
        using var parallel = DistributedDataParallel.Attach(model, pair, bucketBytes: 1, overlap: true);
        model.call(ones(1, 2)).sum().backward();
        var e = Assert.Throws<InvalidOperationException>(() => model.call(ones(1, 2)));
        Assert.Contains("NoSync", e.Message, StringComparison.Ordinal);
        parallel.Synchronize();
        model.call(ones(1, 2)).sum().backward();
        parallel.Synchronize();
        Assert.Equal(2, pair.Step);
    }
}

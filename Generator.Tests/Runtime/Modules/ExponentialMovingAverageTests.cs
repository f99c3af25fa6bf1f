using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Modules;

/// <summary>The average follows the parameters, is put in place and taken out again, and never mixes with them.</summary>
[Collection("TorchSharp")]
public sealed class ExponentialMovingAverageTests
{
    [Fact]
    public void It_is_the_average_that_its_formula_says()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(3, 2);
        using var average = new ExponentialMovingAverage(model, decay: 0.9);
        var expected = model.weight!.detach().clone();
        for (var i = 0; i < 20; i++)
        {
            Set(model.weight, randn(2, 3));
            expected = (expected * 0.9) + (model.weight.detach() * 0.1);
            average.Update();
        }

        Assert.Equal(20, average.Updates);
        Assert.True(average.Averages["weight"].allclose(expected, rtol: 1e-5, atol: 1e-6));
        Assert.True(average.Averages["bias"].allclose(model.bias!));
    }

    [Fact]
    public void The_averages_are_in_the_module_until_they_are_taken_out()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(3, 2);
        using var average = new ExponentialMovingAverage(model, decay: 0.5);
        var first = model.weight!.detach().clone();
        Set(model.weight, first + 2);
        average.Update();
        var applied = average.Apply();
        Assert.True(model.weight.allclose(first + 1));
        Assert.Throws<InvalidOperationException>(average.Update);
        Assert.Throws<InvalidOperationException>(average.Apply);
        applied.Dispose();
        applied.Dispose();
        Assert.True(model.weight.allclose(first + 2, rtol: 0, atol: 0));
        Assert.True(model.weight.requires_grad);
        using (average.Apply())
        {
            applied.Dispose();
            Assert.True(model.weight.allclose(first + 1));
        }

        Assert.True(model.weight.allclose(first + 2, rtol: 0, atol: 0));
    }

    [Fact]
    public void It_leaves_no_tensor_behind()
    {
        using var model = Linear(3, 2);
        var before = Tensor.TotalCount;
        using (var average = new ExponentialMovingAverage(model))
        {
            Assert.Equal(before + 2, Tensor.TotalCount);
            for (var i = 0; i < 3; i++)
            {
                average.Update();
                average.Apply().Dispose();
            }

            Assert.Equal(before + 2, Tensor.TotalCount);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void The_average_of_16_bit_parameters_moves_by_small_steps_and_follows_a_move()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(3, 2).to(ScalarType.BFloat16);
        using var average = new ExponentialMovingAverage(model, decay: 0.999);
        Set(model.weight!, ones(2, 3));
        average.Averages["weight"].fill_(0.5);
        average.Update();
        Assert.Equal(ScalarType.Float32, average.Averages["weight"].dtype);
        Assert.Equal(0.5005, average.Averages["weight"][0, 0].ToDouble(), 5);
        model.to(ScalarType.Float64);
        average.Update();
        Assert.Equal(ScalarType.Float64, average.Averages["weight"].dtype);
    }

    [Fact]
    public void It_works_with_tied_weights_a_second_module_and_a_saved_average()
    {
        using var scope = NewDisposeScope();
        using var model = new Tied();
        using var other = new Tied();
        using var average = new ExponentialMovingAverage(model, decay: 0);
        Assert.Equal(["words.weight"], average.Averages.Keys);
        average.CopyTo(other);
        Assert.True(other.state_dict()["scores.weight"].allclose(model.state_dict()["words.weight"], rtol: 0, atol: 0));
        using var next = new ExponentialMovingAverage(other);
        Set(other.parameters().First(), zeros(10, 8));
        next.Load(average.Averages);
        next.CopyTo(other);
        Assert.True(other.state_dict()["words.weight"].allclose(model.state_dict()["words.weight"], rtol: 0, atol: 0));
    }

    [Fact]
    public void What_does_not_fit_is_refused_whole()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(3, 2);
        using var wider = Linear(3, 4);
        using var average = new ExponentialMovingAverage(model);
        var before = wider.weight!.detach().clone();
        var mismatch = Assert.Throws<StateMismatchException>(() => average.CopyTo(wider));
        Assert.Equal(new StateDifference("weight", "(2, 3)", "(4, 3)"), mismatch.Differences[0]);
        Assert.StartsWith("the parameters of Linear: ", mismatch.Message, StringComparison.Ordinal);
        Assert.True(wider.weight.allclose(before, rtol: 0, atol: 0));
        Assert.Equal(["bias"], Assert.Throws<StateMismatchException>(
            () => average.Load(new Dictionary<string, Tensor> { ["weight"] = zeros(2, 3) })).MissingKeys);
        Assert.All([-0.1, 1.1, double.NaN], d => Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialMovingAverage(model, d)));
    }

    private static void Set(Tensor parameter, Tensor value)
    {
        using var ungraded = no_grad();
        parameter.copy_(value);
    }
}

using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Layers;

/// <summary>The weights that losses are built with fit just where TorchSharp takes them.</summary>
[Collection("TorchSharp")]
public sealed class LossWeightTests
{
    private static readonly long[][] Weights =
        [[10], [7], [1], [], [1, 10], [10, 1], [2, 5], [4, 10], [4, 1], [4], [1, 1], [3, 4, 10], [1, 4, 10], [2, 10, 5]];

    private static readonly ScalarType[] Types = [ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.Float16];

    private static readonly (string Name, Func<Tensor, nn.Module<Tensor, Tensor, Tensor>> Build)[] Losses =
    [
        ("CrossEntropyLoss", static w => nn.CrossEntropyLoss(weight: w)), ("NLLLoss", static w => nn.NLLLoss(weight: w)),
        ("MultiMarginLoss", static w => nn.MultiMarginLoss(1, 1.0, weight: w)), ("BCELoss", static w => nn.BCELoss(w)),
        ("BCEWithLogitsLoss", static w => nn.BCEWithLogitsLoss(w)),
        ("BCEWithLogitsLoss", static w => nn.BCEWithLogitsLoss(pos_weights: w)),
    ];

    [Fact]
    public void A_weight_that_does_not_fit_is_refused_as_TorchSharp_refuses_it()
    {
        using var scope = NewDisposeScope();
        var (wrong, right) = (0, 0);
        foreach (var (loss, at) in Losses.Select((l, i) => (l, i)))
        {
            foreach (var (prediction, target) in Calls(loss.Name))
            {
                foreach (var (shape, type) in Weights.SelectMany(w => Types.Select(t => (w, t))))
                {
                    var throws = Throws(() => loss.Build(ones(shape, dtype: type)).call(prediction, target));
                    var call = new LayerCall(
                        new LayerArguments(
                        [
                            new(at == 5 ? "pos_weights" : "weight", new Value.Tensor(ShapeOf(shape), TypeOf(type)), "w"),
                            new("reduction", new Value.Enumeration("Reduction", "Mean"), null),
                        ]),
                        [ShapeOf(prediction.shape), ShapeOf(target.shape)], Facts.None, [TypeOf(prediction.dtype), TypeOf(target.dtype)]);
                    LayerRules.Find(loss.Name)!.Output(call);
                    Assert.True(throws == call.Failed, $"{loss.Name} {ShapeOf(prediction.shape)} {ShapeOf(target.shape)}, "
                        + $"weight {ShapeOf(shape)} of {type}: {string.Join("; ", call.Issues.SelectMany(static i => i.Particulars))}");
                    _ = throws ? wrong++ : right++;
                }
            }
        }

        Assert.True(wrong > 100 && right > 50, $"{wrong} wrong, {right} right");
    }

    private static IEnumerable<(Tensor Prediction, Tensor Target)> Calls(string loss)
    {
        if (loss.StartsWith("BCE", StringComparison.Ordinal))
        {
            return [(rand(4, 10), rand(4, 10)), (rand(10), rand(10)), (rand(2, 10, 5), rand(2, 10, 5))];
        }

        (Tensor, Tensor) rows = (rand(4, 10), zeros(4, dtype: ScalarType.Int64));
        (Tensor, Tensor) pictures = (rand(2, 10, 5), zeros(2, 5, dtype: ScalarType.Int64));
        return loss switch
        {
            "MultiMarginLoss" => [rows],
            "NLLLoss" => [rows, pictures],
            _ => [rows, pictures, (rand(4, 10), rand(4, 10)), (rand(10), tensor(3L))],
        };
    }

    private static bool Throws(Func<Tensor> call)
    {
        try
        {
            call().Dispose();
            return false;
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return true;
        }
    }

    private static Shape ShapeOf(long[] shape) => Shape.Of([.. shape.Select(Dim.Of)]);

    private static ElementType TypeOf(ScalarType type) => ElementTypes.OfMember(type.ToString());
}

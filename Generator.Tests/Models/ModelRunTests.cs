using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Models of papers and tutorials as their authors write them: counted to the unit, and run as they are proved.</summary>
[Collection("TorchSharp")]
public sealed class ModelRunTests
{
    /// <summary>A class, its constructor's arguments, its inputs (of indexes below 50 where the name says so) and its results.</summary>
    public static TheoryData<Type, object[], string, long[][]> Models => new()
    {
        { typeof(DenseLayer), [16L, 8L, 4L, 0.2], "2 16 5 6", [[2, 8, 5, 6]] },
        { typeof(DenseBlock), [1, 16L, 8L], "2 16 5 6", [[2, 24, 5, 6]] },
        { typeof(DenseBlock), [5, 16L, 8L], "2 16 5 6", [[2, 56, 5, 6]] },
        { typeof(DenseNet121), [], "1 3 224 224", [[1, 1000]] },
        { typeof(LlamaAttention), [64L, 8L, 2L, 32L], "2 7 64", [[2, 7, 64]] },
        { typeof(Llama), [], "indices 2 7", [[2, 7, 1000]] },
        { typeof(AttnDecoder), [12L, 50L, 1], "3 5 12, 1 3 12", [[3, 1, 50]] },
        { typeof(AttnDecoder), [12L, 50L, 6], "3 5 12, 1 3 12", [[3, 6, 50]] },
        { typeof(TextCnn), [50L, 8L, 6L, 3L], "indices 2 9", [[2, 3]] },
        { typeof(BertEmbeddings), [50L, 16L], "indices 2 9, zeros 2 9", [[2, 9, 16]] },
        { typeof(TransformerLm), [50L, 16L, 4L, 32L, 3, 0.1], "indices 7 2", [[7, 2, 50]] },
        { typeof(DcganGenerator), [20L, 8L, 3L], "2 20 1 1", [[2, 3, 64, 64]] },
        { typeof(DcganDiscriminator), [8L, 3L], "2 3 64 64", [[2]] },
        { typeof(Vae), [], "2 1 28 28", [[2, 784], [2, 20], [2, 20]] },
        { typeof(TimeEmbedding), [16L], "5", [[5, 16]] },
        { typeof(DiffusionBlock), [16L, 24L, 10L, 8L], "2 16 5 6, 2 10", [[2, 24, 5, 6]] },
        { typeof(DiffusionBlock), [16L, 16L, 10L, 8L], "2 16 5 6, 2 10", [[2, 16, 5, 6]] },
        { typeof(SqueezeExcite), [32L, 16L], "2 32 5 6", [[2, 32, 5, 6]] },
        { typeof(Inception), [16L, 4L, 3L, 5L, 2L, 6L, 7L], "2 16 5 6", [[2, 22, 5, 6]] },
        { typeof(ConvNeXtBlock), [12L, 1e-6], "2 12 5 6", [[2, 12, 5, 6]] },
        { typeof(Fpn), [], "2 64 8 12, 2 128 4 6, 2 256 2 3", [[2, 96, 8, 12], [2, 96, 4, 6], [2, 96, 2, 3]] },
        { typeof(YoloHead), [], "2 256 4 4", [[2, 48, 85]] },
        { typeof(SpatialTransformer), [], "2 1 28 28", [[2, 10]] },
        { typeof(TemporalBlock), [4L, 6L, 3L, 2L], "2 4 9", [[2, 6, 9]] },
        { typeof(TemporalBlock), [4L, 4L, 2L, 1L], "2 4 9", [[2, 4, 9]] },
        { typeof(Tcn), [10L], "2 1 9", [[2, 10]] },
        { typeof(Crnn), [11L, 16], "2 1 32 40", [[9, 2, 11]] },
        { typeof(Dqn), [6L], "2 4 84 84", [[2, 6]] },
        { typeof(ActorCritic), [8L, 3L], "5 8", [[5, 3], [5]] },
        { typeof(Gcn), [8L, 6L, 3L, 0.5], "7 8, 7 7", [[7, 3]] },
        { typeof(MixtureOfExperts), [8L, 4, 2], "5 8", [[5, 8]] },
        { typeof(Siamese), [], "2 1 105 105, 2 1 105 105", [[2, 1]] },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_is_counted_and_runs_as_it_is_proved(Type type, object[] arguments, string inputs, long[][] results)
    {
        using var scope = NewDisposeScope();
        using var module = (nn.Module)Activator.CreateInstance(type, arguments)!;
        var counted = type.GetField("ParameterCount") is { } constant ? constant.GetRawConstantValue()
            : type.GetMethod("CountParameters")!.Invoke(null, arguments);
        Assert.Equal(module.parameters().Sum(p => p.numel()), counted);
        module.eval();
        using var mode = inference_mode();
        var tensors = inputs.Split(", ").Select(Input).ToArray();
        var result = type.GetMethod("call", BindingFlags.Public | BindingFlags.Instance, [.. tensors.Select(_ => typeof(Tensor))])!.Invoke(
            module, tensors);
        Assert.Equal(results, result is Tensor tensor ? [tensor.shape]
            : ((System.Runtime.CompilerServices.ITuple)result!).Items().Select(t => t.shape));
    }

    private static Tensor Input(string text)
    {
        var sizes = text.Split(' ').Where(p => long.TryParse(p, out _)).Select(long.Parse).ToArray();
        return text[0] switch
        {
            'i' => randint(50, sizes),
            'z' => zeros(sizes, dtype: int64),
            _ => randn(sizes),
        };
    }
}

internal static class TupleItems
{
    public static IEnumerable<Tensor> Items(this System.Runtime.CompilerServices.ITuple tuple) =>
        Enumerable.Range(0, tuple.Length).Select(i => (Tensor)tuple[i]!);
}

using System.Runtime.CompilerServices;
using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>Writes a module as ONNX, and holds what ONNX Runtime gives against what TorchSharp gives.</summary>
internal static class OnnxJudge
{
    /// <summary>The largest difference, relative to the larger of 1 and what is expected; or what is wrong.</summary>
    public static (double Difference, string? Wrong) Compare(string path, IReadOnlyList<(Tensor?[] Inputs, Tensor[] Expected)> runs,
        double tolerance)
    {
        using var session = new OnnxSession(path);
        if (OnnxSession.Warnings is [var warning, ..])
        {
            return (0, $"ONNX Runtime warns: {warning}");
        }

        var most = 0.0;
        foreach (var (inputs, expected) in runs)
        {
            var results = session.Run([.. inputs.OfType<Tensor>()]);
            if (results.Length != expected.Length)
            {
                return (0, $"{expected.Length} results, ONNX Runtime gives {results.Length}");
            }

            for (var i = 0; i < results.Length; i++)
            {
                var (real, own) = (expected[i].detach(), results[i]);
                if (!real.shape.SequenceEqual(own.shape))
                {
                    return (0, $"result {i}: [{string.Join(", ", real.shape)}], ONNX Runtime gives [{string.Join(", ", own.shape)}]");
                }

                if (real.dtype != own.dtype)
                {
                    return (0, $"result {i}: {real.dtype}, ONNX Runtime gives {own.dtype}");
                }

                var difference = Difference(real, own);
                most = Math.Max(most, difference);
                if (!(difference <= tolerance))
                {
                    return (difference, $"result {i}: differs by {difference:g3}");
                }
            }
        }

        return OnnxSession.Warnings is [var late, ..] ? (most, $"ONNX Runtime warns: {late}") : (most, null);
    }

    private static double Difference(Tensor real, Tensor own)
    {
        if (real.numel() == 0)
        {
            return 0;
        }

        var (a, b) = (real.to(float64), own.to(float64));
        var isSame = a.eq(b).logical_or(a.isnan().logical_and(b.isnan()));

        // Of a window that is wholly in the padding, ONNX Runtime gives the lowest number.
        isSame = isSame.logical_or(a.isneginf().logical_and(b.lt(-3e38)));
        var distance = (a - b).abs() / a.abs().clamp_min(1);
        return where(isSame, zeros_like(distance), distance).nan_to_num(double.PositiveInfinity, double.PositiveInfinity).max()
            .item<double>();
    }

    /// <summary>The tensors of a result.</summary>
    public static IEnumerable<Tensor> Tensors(object? value) => value switch
    {
        Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Tensors(tuple[i])),
        System.Collections.IEnumerable items and not string => items.Cast<object?>().SelectMany(Tensors),
        _ => [],
    };
}

using Gen.Rules;
using Gen.Rules.Operations;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>What a rule says of an operation beside its shape, against one call of it.</summary>
internal sealed class OperationFacts
{
    private readonly OperationRule rule;
    private readonly Tensor[] operands;
    private readonly Tensor[] before;

    /// <param name="rule">The rule.</param>
    /// <param name="operands">The tensors that the call is given.</param>
    public OperationFacts(OperationRule rule, IEnumerable<Tensor> operands)
    {
        this.rule = rule;
        this.operands = [.. operands];
        before = [.. this.operands.Select(o => o.clone())];
    }

    /// <summary>Where memory is not as the rule says, and why.</summary>
    private bool IsLeftOut(string name, IReadOnlyList<Tensor> results) => name switch
    {
        // A list of one tensor gives a view of that; each of several is a view of its own operand.
        "cat" or "concat" or "multi_dot" or "chain_matmul" or "cartesian_prod" => operands.Length == 1,
        "broadcast_tensors" => results.Count > 0,

        // As methods of a tensor they fill that tensor, and change its size.
        "zeros" or "ones" or "full" or "eye" => true,
        _ => false,
    };

    /// <summary>What is not as the rule says; null where all is. Changes what came out.</summary>
    public string? Contradiction(string name, IReadOnlyList<Tensor> results)
    {
        var isInPlace = OperationRules.IsInPlace(name);
        if (results.Any(r => operands.Any(o => ReferenceEquals(r, o))) && !isInPlace && !rule.MayReturnInput)
        {
            return "TorchSharp gives back the very tensor that it is given";
        }

        if (results.Count == 0 || operands.Length == 0)
        {
            return null;
        }

        var (first, result) = (before[0], results[0]);
        if (rule.KeepsNumbers && results.Count == 1 && !Numbers(result).SequenceEqual(Numbers(first)))
        {
            return "TorchSharp gives other numbers";
        }

        return !isInPlace && !IsLeftOut(name, results) && first.numel() > 0 && result.numel() > 0 ? rule.Memory switch
        {
            Memory.Ordered or Memory.Like or Memory.Unordered when Changes(result).Any(c => c) =>
                "TorchSharp gives a view, the rule says that it is new",
            Memory.View or Memory.ViewInOrder or Memory.Reordered when first.dtype != ScalarType.Bool && !Changes(result).First() =>
                "TorchSharp gives new memory, the rule says that it is a view",
            _ => null,
        } : null;
    }

    /// <summary>In order of size.</summary>
    private static double[] Numbers(Tensor tensor) =>
        tensor.numel() == 0 ? [] : [.. tensor.to(ScalarType.Float64).contiguous().reshape(-1).data<double>().ToArray().Order()];

    /// <summary>Which operands change with a tensor.</summary>
    private bool[] Changes(Tensor result)
    {
        var then = operands.Select(Numbers).ToArray();
        try
        {
            _ = result.fill_(77);
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            // Several of its elements are one.
            return [.. operands.Select(_ => true)];
        }

        return [.. operands.Select((o, i) => !Numbers(o).SequenceEqual(then[i]))];
    }
}

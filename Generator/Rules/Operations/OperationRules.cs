using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>The rules of tensor operations by name: methods of <c>Tensor</c>, functions of <c>torch</c> and <c>nn.functional</c>.</summary>
internal static class OperationRules
{
    /// <summary>A rule for an operation; what it gives is a tensor, or a list of tensors.</summary>
    internal delegate Value Rule(OperationCall call);

    private static readonly Dictionary<string, Rule> Everywhere = Gather(
        Elementwise.All, Views.All, Joins.All, Indexing.All, Reductions.All, LinearAlgebra.All, Creation.All);

    private static readonly Dictionary<string, Rule> OfFunctional = Gather(Functional.All);

    public static IEnumerable<string> Names => Everywhere.Keys.Concat(OfFunctional.Keys);

    /// <summary>The rule of an operation; an in-place form has the rule of the other, and the shape of what it changes.</summary>
    public static Rule? Find(bool isFunctional, string name)
    {
        if (isFunctional && OfFunctional.TryGetValue(name, out var functional))
        {
            return functional;
        }

        if (Everywhere.TryGetValue(name, out var rule))
        {
            return rule;
        }

        return name.Length > 1 && name.EndsWith("_", StringComparison.Ordinal) && Everywhere.TryGetValue(name[..^1], out var outOfPlace)
            ? call => InPlace(call, outOfPlace) : null;
    }

    /// <summary>An operation with multiply-adds: how many is not known until its rule finds out.</summary>
    public static Rule Multiplies(Rule rule) => call =>
    {
        call.MultiplyAdds = Dim.Unknown;
        return rule(call);
    };

    private static Value InPlace(OperationCall call, Rule rule)
    {
        var result = rule(call);
        if (call.Failed || result is not Value.Tensor tensor
            || call.Name is "squeeze_" or "unsqueeze_" or "transpose_" or "t_" or "swapaxes_" or "swapdims_")
        {
            return result;
        }

        var self = call.Self;
        if (tensor.Shape.Rank is { } rank && self.Rank is { } own && rank != own)
        {
            return call.Wrong(FindingKind.OperationOperands, self.ToString(), tensor.Shape.ToString(), "0", self.ToString(),
                tensor.Shape.ToString());
        }

        for (var i = 0; i < Math.Min(self.Dims.Count, tensor.Shape.Dims.Count) && tensor.Shape.Rank is not null
            && self.Rank is not null; i++)
        {
            call.Same(self, tensor.Shape, i, self.Dims[i], tensor.Shape.Dims[i]);
        }

        // The functions of torch by these names are not in place in TorchSharp 0.107.
        return new Value.Tensor(self, call.Name is "clamp_max_" or "clamp_min_" or "lgamma_" ? call.Floating : call.Type);
    }

    private static Dictionary<string, Rule> Gather(params IEnumerable<KeyValuePair<string, Rule>>[] families) =>
        families.SelectMany(f => f).GroupBy(p => p.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().Value, StringComparer.Ordinal);
}

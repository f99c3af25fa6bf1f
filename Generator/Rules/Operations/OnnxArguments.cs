using Gen.Model;

namespace Gen.Rules.Operations;

/// <summary>An argument of an operation that is exported.</summary>
/// <param name="Parameter">The parameter that it is given for.</param>
/// <param name="Known">What it is; null where that is not known at compile time.</param>
/// <param name="IsTensor">It is a tensor.</param>
internal readonly record struct ExportedArgument(string Parameter, Value? Known, bool IsTensor);

/// <summary>The operations that have no equal form in ONNX with some arguments.</summary>
internal static class OnnxArguments
{
    /// <summary>Why an operation has no equal form with these arguments; null where it has one.</summary>
    public static string? WhyNot(string name, IReadOnlyList<ExportedArgument> given)
    {
        ExportedArgument? Of(string parameter) => given.Where(g => g.Parameter == parameter).Select(g => (ExportedArgument?)g)
            .FirstOrDefault();
        bool IsGiven(string parameter) => Of(parameter) is { Known: not Value.Null };
        switch (name)
        {
            case "dropout" or "dropout1d" or "dropout2d" or "dropout3d" or "alpha_dropout" or "feature_alpha_dropout"
                when Of("training") is { Known: Value.Boolean { Truth: true } }:
                return "it drops in eval mode too, by other numbers in each call. Write training: training";
            case "scaled_dot_product_attention" when Of("p") is { Known: Value.Real { Number: > 0 } }:
                return "it drops in eval mode too, by other numbers in each call. Write p: training ? p : 0";
            case "repeat_interleave" when Of("repeats") is { IsTensor: true }:
                return "how long it is depends on numbers of a tensor";
            case "norm" when IsGiven("ord"):
                return "with an order it is another function for matrices. Write x.norm(dim: 1, p: 1)";
            case "one_hot" when Of("num_classes") is { Known: Value.Integer { Dim.Constant: <= 0 } }:
                return "how many classes there are depends on numbers of a tensor. Write num_classes";
            case "elu" when IsGiven("scale"):
                return "with a scale it is another function";
            case "where" when given.Count == 1:
                return "how many places there are depends on numbers of a tensor";
            case "grid_sample" when Of("mode") is { Known: Value.Enumeration { Member: "Bicubic" } }:
                return "ONNX has no operator for it";
            case "take_along_dim" when !IsGiven("dim"):
                return "without a dimension it is another function. Write x.flatten() and a dimension";
            default:
                return null;
        }
    }
}

using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics.Parity;

internal static partial class Differences
{
    private static readonly string[] Spreads = ["std", "var", "std_mean", "var_mean"];

    private static Difference[] Tensors =>
    [
        new("Tensor.var(unbiased)", In(Tensor, "var"), "ignores the flag and divides by n - 1")
        {
            When = Condition.Without("dim", "dimensions").And(Condition.Given("unbiased")).And(Condition.IsNot("unbiased", true)),
            Write = "{this}.std({unbiased}).square()",
        },
        new("torch.var(unbiased)", In(Torch, "var"), "ignores the flag and divides by n - 1")
        {
            When = Condition.Without("dim", "dimensions").And(Condition.Given("unbiased")).And(Condition.IsNot("unbiased", true)),
            Write = "{input}.std({unbiased}).square()",
        },
        new("torch.var_mean", In(Torch, "var_mean"), "gives the standard deviation, not the variance")
        {
            When = Condition.Without("dim", "dimensions"),
            Write = "{input}.var_mean({unbiased})",
        },
        new("std and var with a type", [.. In(Tensor, Spreads), .. In(Torch, Spreads)], "ignores its type")
        {
            When = Condition.Given("type"),
            Instead = "Convert the tensor before: '.to({type})'.",
        },
        new("quantile(q, -1)", Of((Tensor, "quantile"), (Tensor, "nanquantile"), (Torch, "quantile"), (Torch, "nanquantile")),
            "treats the dimension -1 as none, and flattens")
        {
            When = Condition.Given("dim").And(Condition.Is("dim", -1)),
            Instead = "Count the dimension from the front.",
        },
        new("aminmax(-1)", Of((Torch, "aminmax"), (Tensor, "aminmax")), "treats the dimension -1 as none, and looks at all elements")
        {
            When = Condition.Given("dim").And(Condition.Is("dim", -1)),
            Instead = "Count the dimension from the front.",
        },
        new("torch.baddbmm", In(Torch, "baddbmm"), "computes batch2 + input @ batch1")
        {
            When = Condition.Missing("beta").And(Condition.Missing("alpha")).Saying(""),
            Write = "({input} + {batch1}.bmm({batch2}))",
        },
        new("Tensor.baddbmm", In(Tensor, "baddbmm"), "computes batch2 + this @ batch1")
        {
            When = Condition.Missing("beta").And(Condition.Missing("alpha")).Saying(""),
            Write = "({this} + {batch1}.bmm({batch2}))",
        },
        new("baddbmm with beta or alpha", Of((Torch, "baddbmm"), (Tensor, "baddbmm")), "computes beta * batch2 + alpha * input @ batch1")
        {
            When = new("with `beta` or `alpha`", use => use.IsGiven("beta") || use.IsGiven("alpha")),
            Instead = "Write the sum out: 'beta * input + alpha * batch1.bmm(batch2)'.",
        },
        new("special.erfcx", In("TorchSharp.torch+special", "erfcx"), "is erfc")
        {
            Instead = "Write 'x.square().exp() * special.erfc(x)'.",
        },
        new("torch.erfinv", In(Torch, "erfinv"), "is erf") { Write = "{input}.erfinv()" },
        new("linalg.inv_ex", In("TorchSharp.torch+linalg", "inv_ex"), "gives the Cholesky factor, not the inverse")
        {
            Instead = "Write 'linalg.inv(A)'.",
        },
        new("torch.div with a rounding mode", In(Torch, "div", "divide"), "ignores the rounding mode")
        {
            When = Condition.Given("rounding_mode").And(Condition.IsNot("rounding_mode", 0)).Saying("with a `rounding_mode`"),
            Write = "{left}.div({right}, {rounding_mode})",
        },
        new("torch.div_ with a rounding mode", In(Torch, "div_", "divide_"), "ignores the rounding mode")
        {
            When = Condition.Given("rounding_mode").And(Condition.IsNot("rounding_mode", 0)).Saying("with a `rounding_mode`, by a tensor")
                .And(new("", use => use.Parameter("right")?.Type.Name == "Tensor")),
            Write = "{left}.div_({right}, {rounding_mode})",
        },
        new("roll without dims", Of((Tensor, "roll"), (Torch, "roll")), "rolls the first dimension, and does not flatten")
        {
            When = new("an array of shifts without `dims`", use => !use.IsGiven("dims") && use.Parameter("shifts")?.Type.Name != "Int64"),
            Instead = "Write the number itself, 'roll(1)', or 'dims'.",
        },
        new("torch.clamp_min_", In(Torch, "clamp_min_"), "does not write into its input") { Write = "{input}.clamp_min_({min})" },
        new("torch.clamp_max_", In(Torch, "clamp_max_"), "does not write into its input") { Write = "{input}.clamp_max_({max})" },
        new("torch.lgamma_", In(Torch, "lgamma_"), "does not write into its input") { Write = "{input}.lgamma_()" },
        new("functional.pad with one number", In(Functional, "pad"), "pads every dimension, the batch too")
        {
            When = new("one number", use => use.Parameter("pad")?.Type.SpecialType == SpecialType.System_Int64
                && !use.Is("pad", 0)),
            Instead = "Write what is padded: '({pad}, {pad})' for the last dimension, '({pad}, {pad}, {pad}, {pad})' for the last two.",
        },
        new("torch.full with a bool", In(Torch, "full"), "gives int64, which indexes where a mask is meant")
        {
            When = new("a bool without `dtype`", use => !use.IsGiven("dtype")
                && use.TypeOf("value")?.SpecialType == SpecialType.System_Boolean),
            Adds = "dtype: torch.@bool",
        },
        new("a tensor of doubles beside float32", In(Torch, "tensor"), "is float64 and converts what it meets to float64")
        {
            When = new("an array of doubles beside float32, without `dtype`", use => !use.IsGiven("dtype")
                && FollowedTypes.WidensFloat32(use)),
            Adds = "dtype: torch.float32",
        },
        new("where of two doubles", In(Torch, "where"), "gives float64, and PyTorch float32")
        {
            When = new("two doubles", use => IsDouble(use, "x") && IsDouble(use, "y")),
            Write = "{in}where({condition}, {x:float}, {y:float})",
            Instead = "Write floats: 'where(condition, 1f, 0f)'.",
        },
        new("classes of int32", Of((Functional, "cross_entropy"), (Functional, "nll_loss"), (Functional, "multi_margin_loss"),
            (Modules + "CrossEntropyLoss", "forward"), (Modules + "NLLLoss", "forward"), (Modules + "MultiMarginLoss", "forward")),
            "takes classes of int64 and throws for int32, which tensor(int[]) makes")
        {
            When = new("classes of int32", use => use.Written("target") is { } target
                && FollowedTypes.Of(target, use) == ElementType.Int32),
            Argument = ("target", "{target}.to(torch.int64)"),
        },
        new("one_hot of int32", In(Functional, "one_hot"), "takes classes of int64 and throws for int32, which tensor(int[]) makes")
        {
            When = new("classes of int32", use => use.Written("x") is { } target && FollowedTypes.Of(target, use) == ElementType.Int32),
            Argument = ("x", "{x}.to(torch.int64)"),
        },
    ];

    /// <summary>A number that becomes a tensor of float64.</summary>
    private static bool IsDouble(Use use, string parameter)
    {
        var written = use.Written(parameter);
        while (written is CastExpressionSyntax or ParenthesizedExpressionSyntax)
        {
            written = written is CastExpressionSyntax cast ? cast.Expression : ((ParenthesizedExpressionSyntax)written).Expression;
        }

        return written is not null && use.Semantics.GetTypeInfo(written, use.Cancellation).Type?.SpecialType == SpecialType.System_Double
            && use.TypeOf(parameter)?.SpecialType is not SpecialType.System_Single;
    }

    private static Difference[] Distributions =>
    [
        new("distributions.Weibull", In(Torch + "+distributions", "Weibull"), "draws negative values only")
        {
            Instead = "Draw 'scale * (-rand(n).log()).pow(1 / concentration)'.",
        },
        new("distributions.Exponential.variance", In(Modules + "Exponential", "variance"),
            "is rate squared") { Write = "{this}.mean.square()" },
        new("distributions.Geometric.mean", In(Modules + "Geometric", "mean"), "is 1 / (p - 1)") { Write = "(1 / {this}.probs - 1)" },
        new("distributions.Geometric.entropy", In(Modules + "Geometric", "entropy"), "is not the entropy")
        {
            Instead = "Write it out: '-(p * p.log() + (1 - p) * (1 - p).log()) / p'.",
        },
        new("distributions.Binomial.entropy", In(Modules + "Binomial", "entropy"), "is that of one trial")
        {
            Instead = "Sum over the outcomes: 'var p = x.log_prob(arange(n + 1)); -(p.exp() * p).sum()'.",
        },
        new("distributions.Geometric.logits", In(Modules + "Geometric", "logits"), "is log(probs)")
        {
            When = new("made with `probs`", Surroundings.IsMadeWithProbabilities),
            Write = "({this}.probs / (1 - {this}.probs)).log()",
        },
        new("distributions.RelaxedBernoulli of probs", In(Torch + "+distributions", "RelaxedBernoulli", "LogitRelaxedBernoulli"),
            "takes log(probs) for its logits, and gives the density of those")
        {
            When = Condition.Given("probs"),
            Instead = "Write 'logits: (p / (1 - p)).log()' for the probabilities p.",
        },
        new("distributions.OneHotCategorical.variance", In(Modules + "OneHotCategorical", "variance"),
            "is computed from weights that are not normalised")
        {
            Instead = "Give the distribution weights that add up to 1.",
        },
    ];
}

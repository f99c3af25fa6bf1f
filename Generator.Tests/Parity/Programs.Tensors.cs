namespace Gen.Tests.Parity;

internal static partial class Programs
{
    private const string X = "var x = arange(6, float32).view(2, 3); ";

    private static ParityProgram[] Tensors =>
    [
        new("Tensor.var(unbiased)", X + "return {|GEN4010:x.var(false)|}.ToSingle() == 3.5f;",
            X + "return x.std(false).square().ToSingle() == 3.5f && x.var(true) is null;"),
        new("torch.var(unbiased)", X + "return {|GEN4010:torch.var(x, unbiased: false)|}.ToSingle() == 3.5f;",
            X + "return torch.std(x, false).square().ToSingle() == 3.5f;"),
        new("torch.var_mean", X + "return {|GEN4010:torch.var_mean(x)|}.Item1.ToSingle() < 3;",
            X + "return x.var_mean().Item1.ToSingle() < 3;"),
        new("std and var with a type",
            X + "return {|GEN4010:x.std(1, type: float64)|}.dtype == float32 && {|GEN4010:torch.var(x, 1, type: float64)|}.dtype == "
                + "float32;",
            X + "return x.to(float64).std(1).dtype == float32;"),
        new("quantile(q, -1)", X + "return {|GEN4010:x.quantile(tensor(0.5f), -1)|}.dim() == 0;",
            X + "return x.quantile(tensor(0.5f), 1).dim() == 0;"),
        new("aminmax(-1)",
            X + "return {|GEN4010:torch.aminmax(x, -1)|}.min.dim() == 0 && {|GEN4010:x.aminmax(-1, keepdim: true)|}.max.shape[0] == 1;",
            X + "return x.aminmax(1).min.dim() == 0 || x.aminmax(-2).min.dim() == 0 || x.aminmax().min.dim() != 0;"),
        new("torch.baddbmm",
            "var (a, b, c) = (full([1, 1, 1], 1f), full([1, 1, 1], 2f), full([1, 1, 1], 3f)); return {|GEN4010:torch.baddbmm(a, b, "
            + "c)|}.ToSingle() == 5;",
            "var (a, b, c) = (full([1, 1, 1], 1f), full([1, 1, 1], 2f), full([1, 1, 1], 3f)); return (a + b.bmm(c)).ToSingle() == 5;"),
        new("Tensor.baddbmm",
            "var (a, b, c) = (full([1, 1, 1], 1f), full([1, 1, 1], 2f), full([1, 1, 1], 3f)); return {|GEN4010:a.baddbmm(b, "
            + "c)|}.ToSingle() == 5;",
            "var (a, b, c) = (full([1, 1, 1], 1f), full([1, 1, 1], 2f), full([1, 1, 1], 3f)); return (a + b.bmm(c)).ToSingle() == 5;"),
        new("baddbmm with beta or alpha",
            "var (a, b, c) = (full([1, 1, 1], 1f), full([1, 1, 1], 2f), full([1, 1, 1], 3f)); return {|GEN4010:a.baddbmm(b, c, beta: "
            + "2)|}.ToSingle() == 8;",
            "var (a, b, c) = (full([1, 1, 1], 1f), full([1, 1, 1], 2f), full([1, 1, 1], 3f)); return (2 * a + b.bmm(c)).ToSingle() != 8;"),
        new("special.erfcx", "return {|GEN4010:special.erfcx(-ones(1))|}.ToSingle() < 2;",
            "return (ones(1).exp() * special.erfc(-ones(1))).ToSingle() < 2;"),
        new("torch.erfinv", "return {|GEN4010:torch.erfinv(full(1, 0.5f))|}.allclose(full(1, 0.5f).erf());",
            "return full(1, 0.5f).erfinv().allclose(full(1, 0.5f).erf()) || special.erfinv(zeros(1)) is null;"),
        new("linalg.inv_ex", "return {|GEN4010:linalg.inv_ex(4 * eye(2))|}.Item1[0, 0].ToSingle() == 2;",
            "return linalg.inv(4 * eye(2))[0, 0].ToSingle() == 2;"),
        new("torch.div with a rounding mode",
            "return {|GEN4010:torch.div(full(1, 7f), full(1, 2f), RoundingMode.floor)|}.ToSingle() == 3.5f && "
            + "{|GEN4010:torch.div(full(1, 7f), 2, RoundingMode.trunc)|}.ToSingle() == 3.5f;",
            "return full(1, 7f).div(full(1, 2f), RoundingMode.floor).ToSingle() == 3.5f || torch.div(full(1, 7f), full(1, 2f)) is null;"),
        new("torch.div_ with a rounding mode",
            "return {|GEN4010:torch.div_(full(1, 7f), full(1, 2f), RoundingMode.floor)|}.ToSingle() == 3.5f;",
            "return full(1, 7f).div_(full(1, 2f), RoundingMode.floor).ToSingle() == 3.5f || torch.div_(full(1, 7f), 2, "
            + "RoundingMode.floor).ToSingle() == 3.5f;"),
        new("roll without dims", X + "return {|GEN4010:x.roll(new long[] { 1 })|}[0, 0].ToSingle() == 3;",
            X + "return x.roll(1)[0, 0].ToSingle() == 3;"),
        new("torch.clamp_min_", "var x = -ones(1); {|GEN4010:torch.clamp_min_(x, 0)|}; return x.ToSingle() < 0;",
            "var x = -ones(1); x.clamp_min_(0); return x.ToSingle() < 0;"),
        new("torch.clamp_max_", "var x = ones(1); {|GEN4010:torch.clamp_max_(x, 0)|}; return x.ToSingle() > 0;",
            "var x = ones(1); x.clamp_max_(0); return x.ToSingle() > 0;"),
        new("torch.lgamma_", "var x = full(1, 4f); {|GEN4010:torch.lgamma_(x)|}; return x.ToSingle() == 4;",
            "var x = full(1, 4f); x.lgamma_(); return x.ToSingle() == 4;"),
        new("functional.pad with one number",
            "return {|GEN4010:functional.pad(ones(2, 3, 4, 4), 1)|}.shape[0] == 4;",
            "return functional.pad(ones(2, 3, 4, 4), (1, 1, 1, 1)).shape[0] == 4;"),
        new("torch.full with a bool", "return {|GEN4010:full(3, true)|}.dtype == int64;",
            "return full(3, true, dtype: @bool).dtype == int64 || full(3, 1) is null;"),
        new("a tensor of doubles beside float32",
            "return (rand(2) * {|GEN4010:tensor(new[] { 2.0, 3.0 })|}).dtype == float64 && rand(2).mul({|GEN4010:tensor(new[] { 2.0, 3.0 "
            + "})|}).dtype == float64;",
            "return (rand(2) * tensor(new[] { 2.0, 3.0 }, dtype: float32)).dtype == float64 || (rand(2) * tensor(2.0)).dtype == float64;"),
        new("where of two doubles",
            "return {|GEN4010:where(ones(2) > 0, 1.0, 0.0)|}.dtype == float64 && {|GEN4010:torch.where(ones(2) > 0, (Tensor)1e-3, "
            + "-2d)|}.dtype == float64;",
            "return where(ones(2) > 0, 1f, 0f).dtype == float64 || where(ones(2) > 0, ones(2), 0.0).dtype == float64;"),
        new("classes of int32", Refused("var y = tensor(new[] { 0, 2 });", "{|GEN4010:y|}"),
            Refused("var y = tensor(new[] { 0, 2 }, dtype: int64);", "y")),
        new("one_hot of int32",
            "try { functional.one_hot({|GEN4010:tensor(new[] { 0, 2 })|}); return false; } catch (ArgumentException) { return true; }",
            "try { functional.one_hot(tensor(new[] { 0L, 2L })); return false; } catch (ArgumentException) { return true; }"),
    ];

    /// <summary>Every loss that takes classes throws for these.</summary>
    private static string Refused(string declared, string y) => $$"""
        {{declared}} var x = rand(2, 3);
        bool Throws(Func<Tensor> loss)
        {
            try { loss(); return false; } catch (System.Runtime.InteropServices.ExternalException) { return true; }
        }

        return Throws(() => functional.cross_entropy(x, {{y}})) && Throws(() => functional.nll_loss(x, {{y}}))
            && Throws(() => functional.multi_margin_loss(x, {{y}})) && Throws(() => CrossEntropyLoss().call(x, {{y}}))
            && Throws(() => NLLLoss().call(x, {{y}})) && Throws(() => MultiMarginLoss().call(x, {{y}}));
        """;

    private static ParityProgram[] Distributions =>
    [
        new("distributions.Weibull",
            "return {|GEN4010:distributions.Weibull(ones(1), ones(1))|}.sample(100).max().ToSingle() < 0;",
            "return (-rand(100).log()).max().ToSingle() < 0;"),
        new("distributions.Exponential.variance",
            "return {|GEN4010:distributions.Exponential(full(1, 2f)).variance|}.ToSingle() == 4;",
            "return distributions.Exponential(full(1, 2f)).mean.square().ToSingle() == 4;"),
        new("distributions.Geometric.mean",
            "return {|GEN4010:distributions.Geometric(full(1, 0.5f)).mean|}.ToSingle() < 0;",
            "return (1 / distributions.Geometric(full(1, 0.5f)).probs - 1).ToSingle() < 0;"),
        new("distributions.Geometric.entropy",
            "return {|GEN4010:distributions.Geometric(full(1, 0.3f)).entropy()|}.ToSingle() < 1;",
            "var p = full(1, 0.3f); return (-(p * p.log() + (1 - p) * (1 - p).log()) / p).ToSingle() < 1;"),
        new("distributions.Binomial.entropy",
            "return {|GEN4010:distributions.Binomial(full(1, 10f), full(1, 0.3f)).entropy()|}.ToSingle() < 1;",
            "var p = distributions.Binomial(full(1, 10f), full(1, 0.3f)).log_prob(arange(11)); "
            + "return (-(p.exp() * p).sum()).ToSingle() < 1;"),
        new("distributions.Geometric.logits",
            "var d = distributions.Geometric(full(1, 0.5f)); return {|GEN4010:d.logits|}.ToSingle() < -0.1;",
            "var d = distributions.Geometric(full(1, 0.5f)); return (d.probs / (1 - d.probs)).log().ToSingle() < -0.1;"),
        new("distributions.RelaxedBernoulli of probs",
            "return {|GEN4010:distributions.RelaxedBernoulli(ones(1), full(1, 0.5f))|}.log_prob(full(1, 0.2f)).abs().ToSingle() > 0.1 "
            + "&& {|GEN4010:distributions.LogitRelaxedBernoulli(ones(1), full(1, 0.5f))|}.log_prob(zeros(1)).exp().ToSingle() != 0.25f;",
            "var p = full(1, 0.5f); return distributions.RelaxedBernoulli(ones(1), logits: (p / (1 - p)).log())"
            + ".log_prob(full(1, 0.2f)).abs().ToSingle() > 0.1;"),
        new("distributions.OneHotCategorical.variance",
            "return {|GEN4010:distributions.OneHotCategorical(tensor(new[] { 1f, 2f, 3f })).variance|}.max().ToSingle() > 1;",
            "var p = tensor(new[] { 1f, 2f, 3f }) / 6; return (p * (1 - p)).max().ToSingle() > 1;"),
    ];
}

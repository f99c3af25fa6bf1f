namespace Gen.Diagnostics.Parity;

internal static partial class Differences
{
    /// <summary>Defaults that are not PyTorch's.</summary>
    private static Difference[] Defaults =>
    [
        Default("optim.AdamW without weight_decay", Optimizers, "AdamW", "weight_decay", "0", "0.01"),
        Default("optim.RAdam without lr", Optimizers, "RAdam", "lr", "0.002", "0.001"),
        Default("optim.ASGD without lr", Optimizers, "ASGD", "lr", "0.001", "0.01"),
        Default("optim.LBFGS without lr", Optimizers, "LBFGS", "lr", "0.01", "1"),
        Default("lr_scheduler.ExponentialLR without gamma", Schedulers, "ExponentialLR", "gamma", "0.1", "0.1") with
        {
            Does = "multiplies the rate by 0.1 each time, for which PyTorch has no default",
            Adds = null,
            Instead = "Write the 'gamma' that is meant.",
        },
        Default("hinge_embedding_loss without margin", Functional, "hinge_embedding_loss", "margin", "0", "1"),
        Default("GaussianNLLLoss without eps", Factories, "GaussianNLLLoss", "eps", "1e-8", "1e-6f"),
        Default("upsample_bilinear without align_corners", Functional, "upsample_bilinear", "align_corners", "false", "true"),
        Default("log_normal_ without mean and std", Tensor, "log_normal_", "mean", "0", "1") with
        {
            Does = "takes a mean of 0 and a std of 1, PyTorch 1 and 2",
            When = Condition.Missing("mean").And(Condition.Missing("std")),
            Adds = "mean: 1, std: 2",
        },
        new("KLDivLoss without log_target", Of((Factories, "KLDivLoss"), (Functional, "kl_div")),
            "expects logarithms as its target; PyTorch expects probabilities")
        {
            Rule = Descriptors.LogTarget,
            When =
                new("without `log_target`",
                    use => use.Parameter("log_target") is { HasExplicitDefaultValue: true, ExplicitDefaultValue: true }
                        && !use.IsGiven("log_target")),
            Adds = "log_target: false",
            Instead = "Write 'log_target: false' for a target of probabilities, 'log_target: true' for one of logarithms.",
        },
        new("ParamGroup with loose arguments", [.. GroupTypes.Select(t => (Modules + t + "+ParamGroup", ".ctor"))],
            "uses the defaults of its own constructor and ignores what its optimizer is given")
        {
            Rule = Descriptors.UnstatedDefault,
            Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Warning,
            When = new("beside arguments of its optimizer", Surroundings.HidesOptimizerArguments),
            AddsHere = Surroundings.HiddenArguments,
            Instead = "Give the group 'Options', which take the rest from the optimizer.",
        },
    ];

    private static readonly string[] GroupTypes = ["Adadelta", "Adagrad", "Adam", "Adamax", "AdamW", "ASGD", "NAdam", "RAdam", "RMSProp",
        "Rprop", "SGD"];

    private static Difference Default(string name, string type, string member, string parameter, string here, string there) =>
        new(name, In(type, member), $"takes {here} for {parameter}, PyTorch {there.TrimEnd('f')}")
        {
            Rule = Descriptors.UnstatedDefault,
            When = Condition.Missing(parameter),
            Adds = $"{parameter}: {there}",
        };
}

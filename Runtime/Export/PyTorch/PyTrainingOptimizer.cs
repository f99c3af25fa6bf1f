using Gen.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>An optimizer of TorchSharp as one of PyTorch, with its settings.</summary>
internal static class PyTrainingOptimizer
{
    /// <summary>The function that makes it.</summary>
    public static string Write(optim.Optimizer? optimizer, nn.Module model)
    {
        if (optimizer is null)
        {
            return Function("torch.optim.AdamW(model.parameters(), lr=0.001)");
        }

        var kind = OptimizerSlots.Kind(optimizer);
        var keys = model.state_dict().ToLookup(s => Internals.Identity(s.Value), s => s.Key);
        var groups = OptimizerSlots.Each(optimizer).GroupBy(static p => p.Options, static p => p.Parameter,
            (IEqualityComparer<OptimizerOptions>)ReferenceEqualityComparer.Instance).ToArray();
        var trained = model.parameters().Where(static p => p.requires_grad).Select(static p => Internals.Identity(p)).ToHashSet();
        if (groups is [var only] && trained.IsSubsetOf(only.Select(static p => Internals.Identity(p))))
        {
            return Function($"torch.optim.{kind}(model.parameters(){Settings(only.Key)})");
        }

        var rows = groups.Select(g => "        dict(\n            params=[\n"
            + string.Concat(g.Select(p => $"                model.get_parameter(\"{keys[Internals.Identity(p)].First()}\"),\n"))
            + $"            ]{Settings(g.Key)},\n        ),\n");
        return Function($"torch.optim.{kind}([\n{string.Concat(rows)}    ]{Settings(groups[0].Key)})");
    }

    private static string Function(string text) => $"def make_optimizer(model):\n    return {text}";

    /// <summary>The settings that are not PyTorch's own.</summary>
    private static string Settings(OptimizerOptions options)
    {
        var settings = options switch
        {
            Adam.Options o => Betas(o.beta1, o.beta2) + Setting("eps", o.eps, 1e-8) + Setting("weight_decay", o.weight_decay, 0)
                + Flag("amsgrad", o.amsgrad) + Flag("maximize", o.maximize),
            AdamW.Options o => Betas(o.beta1, o.beta2) + Setting("eps", o.eps, 1e-8) + Setting("weight_decay", o.weight_decay, 0.01)
                + Flag("amsgrad", o.amsgrad) + Flag("maximize", o.maximize),
            SGD.Options { maximize: true, weight_decay: > 0 } => throw new NotExportableException(
                "SGD with maximize and weight_decay is not the same in PyTorch: there, the decay makes weights smaller"),
            SGD.Options o => Setting("momentum", o.momentum, 0) + Setting("dampening", o.dampening, 0)
                + Setting("weight_decay", o.weight_decay, 0) + Flag("nesterov", o.nesterov) + Flag("maximize", o.maximize),
            RMSProp.Options o => Setting("alpha", o.alpha, 0.99) + Setting("eps", o.eps, 1e-8) + Setting("weight_decay", o.weight_decay, 0)
                + Setting("momentum", o.momentum, 0) + Flag("centered", o.centered) + Flag("maximize", o.maximize),
            Adagrad.Options o => Setting("lr_decay", o.lr_decay, 0) + Setting("weight_decay", o.weight_decay, 0)
                + Setting("initial_accumulator_value", o.initial_accumulator_value, 0) + Setting("eps", o.eps, 1e-10),
            _ => throw new NotSupportedException($"Settings of {options.GetType().DeclaringType?.Name} cannot be written."),
        };
        return $", lr={PyText.Number(options.LearningRate)}{settings}";
    }

    private static string Betas(double? first, double? second) => (first, second) == (0.9, 0.999) ? ""
        : $", betas=({PyText.Number(first)}, {PyText.Number(second)})";

    private static string Setting(string name, double? value, double otherwise) => value is null || value == otherwise ? ""
        : $", {name}={PyText.Number(value)}";

    private static string Flag(string name, bool? value) => value == true ? $", {name}=True" : "";
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export;

/// <summary>A tensor that an optimizer keeps of a parameter.</summary>
/// <param name="Name">Its name, which is PyTorch's.</param>
/// <param name="Get">Gives it; null where there is none yet.</param>
/// <param name="Set">Takes another one, which belongs to the optimizer from then on.</param>
internal sealed record OptimizerSlot(string Name, Func<Tensor?> Get, Action<Tensor> Set);

/// <summary>What an optimizer keeps of each parameter.</summary>
internal static class OptimizerSlots
{
    /// <summary>The slot that is no tensor of the parameter's shape: how many steps there were.</summary>
    public const string Step = "step";

    /// <summary>PyTorch's name of the optimizer.</summary>
    /// <exception cref="NotSupportedException">Its state has no form that PyTorch and TorchSharp have in common.</exception>
    public static string Kind(optim.Optimizer optimizer) => optimizer switch
    {
        Adam => "Adam",
        AdamW => "AdamW",
        SGD => "SGD",
        RMSProp => "RMSprop",
        Adagrad => "Adagrad",
        _ => throw new NotSupportedException($"The state of {optimizer.GetType().Name} cannot be written; that of Adam, AdamW, SGD, "
            + "RMSProp and Adagrad can."),
    };

    /// <summary>The state and the settings of each parameter, in the order of <c>optimizer.parameters()</c>.</summary>
    public static IEnumerable<(Parameter Parameter, OptimizerState State, OptimizerOptions Options)> Each(optim.Optimizer optimizer)
    {
        var all = ((OptimizerHelper)optimizer).state_dict();
        var group = all.StateIndexRef.SelectMany((indices, g) => indices.Select(i => (Index: i, Group: g)))
            .ToDictionary(p => p.Index, p => p.Group);
        return optimizer.parameters().Select((parameter, i) => (parameter, all.State[i], all.Options[group[i]]));
    }

    /// <summary>What is kept with these settings.</summary>
    public static IReadOnlyList<OptimizerSlot> Of(OptimizerState state, OptimizerOptions options) => (state, options) switch
    {
        (Adam.State s, Adam.Options o) =>
        [
            Steps(() => s.step, n => s.step = n), new("exp_avg", () => s.exp_avg, t => Replace(ref s.exp_avg, t)),
            new("exp_avg_sq", () => s.exp_avg_sq, t => Replace(ref s.exp_avg_sq, t)),
            .. If(o.amsgrad == true, new("max_exp_avg_sq", () => s.max_exp_avg_sq, t => Replace(ref s.max_exp_avg_sq, t))),
        ],
        (AdamW.State s, AdamW.Options o) =>
        [
            Steps(() => s.step, n => s.step = n), new("exp_avg", () => s.exp_avg, t => Replace(ref s.exp_avg, t)),
            new("exp_avg_sq", () => s.exp_avg_sq, t => Replace(ref s.exp_avg_sq, t)),
            .. If(o.amsgrad == true, new("max_exp_avg_sq", () => s.max_exp_avg_sq, t => Replace(ref s.max_exp_avg_sq, t))),
        ],
        (SGD.State s, SGD.Options o) =>
            [.. If(o.momentum > 0, new("momentum_buffer", () => s.momentum_buffer, t => Replace(ref s.momentum_buffer, t)))],
        (RMSProp.State s, RMSProp.Options o) =>
        [
            Steps(() => s.step, n => s.step = n), new("square_avg", () => s.square_avg, t => Replace(ref s.square_avg, t)),
            .. If(o.momentum > 0, new("momentum_buffer", () => s.momentum_buffer, t => Replace(ref s.momentum_buffer, t))),
            .. If(o.centered == true, new("grad_avg", () => s.grad_avg, t => Replace(ref s.grad_avg, t))),
        ],
        (Adagrad.State s, Adagrad.Options) =>
            [Steps(() => s.step, n => s.step = n), new("sum", () => s.sum, t => Replace(ref s.sum, t))],
        _ => throw new NotSupportedException($"The state of {state.GetType().DeclaringType?.Name} cannot be written."),
    };

    private static OptimizerSlot Steps(Func<long> get, Action<long> set) => new(Step, () => tensor(get(), int64), t =>
    {
        set(t.item<long>());
        t.Dispose();
    });

    private static OptimizerSlot[] If(bool isKept, OptimizerSlot slot) => isKept ? [slot] : [];

    private static void Replace(ref Tensor? field, Tensor value)
    {
        field?.Dispose();
        field = value;
    }
}

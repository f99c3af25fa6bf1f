using TorchSharp;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>To autograd, a module that is computed again is one function of its inputs and its parameters.</summary>
internal sealed class RecomputedFunction : autograd.MultiTensorFunction<RecomputedFunction>
{
    private const string Call = "call";

    public override string Name => nameof(RecomputedFunction);

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var call = (RecomputedCall)vars[0];
        ctx.save_data(Call, call);
        ctx.save_for_backward([.. vars.Skip(2).Cast<Tensor>()]);

        // Where a result is not used there is no gradient of it. TorchSharp would make zeros like a tensor of its own, which the scope
        // around the call has freed by then.
        ctx.set_materialize_grads(false);
        var results = call.First((Dictionary<int, Tensor>)vars[1]);
        ctx.mark_non_differentiable([.. results.Where(static r => !r.is_floating_point() && !r.is_complex())]);
        return results;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        var call = (RecomputedCall)ctx.get_data(Call);
        List<Tensor> gradients;
        try
        {
            gradients = [null!, null!, .. call.Again(saved, grad_outputs)];
        }
        catch (Exception e)
        {
            // An exception would end the process on its way through native code. Autograd refuses a gradient without dimensions, and throws
            // to the caller of backward; what it says is not the cause, so that is told here.
            Console.Error.WriteLine($"{call.Name} was computed again in backward, and has thrown: {e}");
            gradients = [null!, null!, .. saved.Select(static s => zeros([], s.dtype, s.device))];
        }

        saved.ForEach(static s => s.Dispose());
        grad_outputs.ForEach(static g => g?.Dispose());
        return gradients;
    }
}

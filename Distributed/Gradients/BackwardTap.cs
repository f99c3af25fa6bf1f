namespace Gen.Distributed.Gradients;

/// <summary>An identity that tells when backward passes it.</summary>
internal sealed class BackwardTap : autograd.SingleTensorFunction<BackwardTap>
{
    public override string Name => nameof(BackwardTap);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data("passed", vars[1]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Passed)ctx.get_data("passed")).Tell();
        return [grad_output.alias(), null!];
    }

    /// <summary>What is told.</summary>
    internal sealed record Passed(Action Tell);
}

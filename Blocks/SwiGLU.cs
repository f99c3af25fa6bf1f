namespace Gen.Blocks;

/// <summary>The feed-forward part of a transformer with a gate (Shazeer 2020): <c>down(silu(gate(x)) * up(x))</c>.</summary>
/// <param name="width">Features of each position, 1 or more.</param>
/// <param name="hidden">Features between, 1 or more; often <c>8 * width / 3</c>, which makes as many parameters as two layers with
/// <c>4 * width</c>.</param>
/// <param name="hasBias">Whether the three linear layers have biases.</param>
[Shape("*B width -> *B width")]
public sealed partial class SwiGLU(long width, long hidden, bool hasBias = false)
{
    [Layer] private readonly Linear gate = Linear(width, hidden, hasBias: hasBias);
    [Layer] private readonly Linear up = Linear(width, hidden, hasBias: hasBias);
    [Layer] private readonly Linear down = Linear(hidden, width, hasBias: hasBias);

    private Tensor Forward(Tensor x) => down.call(functional.silu(gate.call(x)) * up.call(x));
}

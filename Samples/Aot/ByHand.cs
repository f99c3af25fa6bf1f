namespace Aot;

/// <summary>A module as TorchSharp wants it: registered by reflection, which finds nothing in a trimmed program.</summary>
public sealed class ByHand : Module<Tensor, Tensor>
{
    private readonly Linear fc = Linear(4, 4);

    /// <summary>Registers the layer, as far as it is found.</summary>
    public ByHand()
        : base(nameof(ByHand)) => RegisterComponents();

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => fc.call(input);
}

using Gen.Shapes;

namespace Gen.Model;

/// <summary>A layer applied to what arrives.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Path">Its name within the module: <c>network.1</c>.</param>
/// <param name="Field">The field that holds it, or the container it is in.</param>
/// <param name="At">Where a finding goes.</param>
/// <param name="IsRepeated">The layer was applied before.</param>
internal sealed record LayerUse(LayerModel Layer, string Path, string Field, Anchor At, bool IsRepeated)
{
    /// <summary>Where the layer is; null where that is not known.</summary>
    public Device? Device { get; init; }

    /// <summary>No condition moves tensors where the layer is called: a device that the program chooses can be compared with
    /// others.</summary>
    public bool MayChoose { get; init; }

    /// <summary>A method of it is called that is not its <c>Forward</c>.</summary>
    public bool IsMethod { get; init; }

    /// <summary>It gets packed sequences, of lengths that are not known.</summary>
    public bool ArePacked { get; init; }

    /// <summary>A <c>Sequential</c> calls it.</summary>
    public bool IsItem { get; init; }
}

using Gen.Shapes;

namespace Gen.Analysis;

/// <summary>The keys of the parameters, of which some are not trained.</summary>
/// <param name="frozen">The keys of those that are not.</param>
/// <param name="trained">The keys of those that are.</param>
/// <param name="elements">The elements of those that are not.</param>
internal sealed class FrozenKeys(IReadOnlyList<string> frozen, IReadOnlyList<string> trained, Dim elements)
{
    public static readonly FrozenKeys None = new([], [], Dim.Zero);

    public bool IsEmpty => frozen.Count == 0;

    public Dim Elements => elements;

    /// <summary>Whether the parameters of a layer are trained; null where some are and some are not, or none has its key.</summary>
    public bool? Trains(string layer) => (Has(frozen, layer), Has(trained, layer)) switch
    {
        (true, false) => false,
        (false, true) => true,
        _ => null,
    };

    private static bool Has(IReadOnlyList<string> keys, string layer) =>
        keys.Any(k => k.StartsWith(layer + ".", StringComparison.Ordinal));
}

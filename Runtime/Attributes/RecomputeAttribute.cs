namespace Gen;

/// <summary>
/// In training, the module or the layer keeps only its inputs: what it computes in between is freed, and computed again when backward comes
/// to it. The gradients are the same, bit for bit; memory is exchanged for the time of a second forward pass. On the blocks of a deep
/// model, the memory of one block is needed at a time.
/// </summary>
/// <remarks>
/// It stands on a class, or beside <c>[Layer]</c> on a field. On a <c>Sequential</c>, a <c>ModuleList</c> or a <c>ModuleDict</c>, each item
/// is computed again for itself, or <see cref="Every"/> so many together. Random numbers, such as those of dropout, are the same in both
/// passes, and buffers, such as the running means of batch norm, are updated once. Hooks on a layer with the attribute, and on the layers
/// inside, run in both passes, those on a class with the attribute once. The result is a tensor, or up to four in a tuple, or an array or a
/// list of them. It trains on the CPU; on other devices the call throws.
/// </remarks>
/// <example><code>
/// [Recompute]
/// [Shape("B T width -> B T width")]
/// public sealed partial class Block(long width) { ... }
///
/// [Layer, Recompute(Every = 2)] private readonly ModuleList&lt;Block&gt; blocks = ...;
/// </code></example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Field, Inherited = false)]
public sealed class RecomputeAttribute : Attribute
{
    /// <summary>How many items of a list that follow one another are computed again together, 1 or more: only what enters the first of them
    /// is kept. 1 where it is not set.</summary>
    public int Every { get; set; } = 1;
}

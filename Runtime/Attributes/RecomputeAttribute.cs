namespace Gen;

/// <summary>
/// In training, the module keeps only its inputs: what it computes in between is freed, and computed again when backward comes to the
/// module. The gradients are the same, bit for bit; memory is exchanged for the time of a second forward pass. On the blocks of a deep
/// model, the memory of one block is needed at a time.
/// </summary>
/// <remarks>
/// Random numbers, such as those of dropout, are the same in both passes, and buffers, such as the running means of batch norm, are updated
/// once. Hooks on the layers inside run in both passes, those on the module itself once. The result is a tensor, or up to four in a tuple,
/// or an array or a list of them. It trains on the CPU; on other devices the call throws.
/// </remarks>
/// <example><code>
/// [Recompute]
/// [Shape("B T width -> B T width")]
/// public sealed partial class Block(long width) { ... }
/// </code></example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RecomputeAttribute : Attribute;

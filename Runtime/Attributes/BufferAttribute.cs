namespace Gen;

/// <summary>Marks a tensor field as a buffer of the module: moved by <c>to</c>, not trained.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class BufferAttribute : Attribute
{
    /// <summary>Whether the buffer is part of the <c>state_dict</c>.</summary>
    public bool Persistent { get; set; } = true;
}

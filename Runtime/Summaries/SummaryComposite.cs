using System.ComponentModel;

namespace Gen.CompilerServices;

/// <summary>A layer that libtorch computes in many steps, in generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum SummaryComposite
{
    /// <summary>Attention with many heads.</summary>
    Attention,

    /// <summary>A layer of a transformer's encoder.</summary>
    EncoderLayer,

    /// <summary>A layer of a transformer's decoder.</summary>
    DecoderLayer,

    /// <summary>An encoder.</summary>
    Encoder,

    /// <summary>A decoder.</summary>
    Decoder,
}

using System.ComponentModel;

namespace Gen.CompilerServices;

/// <summary>What a layer of <c>torch.nn</c> is in a model, in generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum LayerRole
{
    /// <summary>None of these, or not known.</summary>
    Other,

    /// <summary><c>Linear</c> and its like.</summary>
    Linear,

    /// <summary><c>Embedding</c> and its like.</summary>
    Embedding,

    /// <summary>A convolution.</summary>
    Convolution,

    /// <summary><c>LSTM</c> and its like.</summary>
    Recurrent,

    /// <summary><c>MultiheadAttention</c>, <c>Transformer</c> and its parts.</summary>
    Attention,

    /// <summary>A normalization.</summary>
    Normalization,

    /// <summary>A pooling.</summary>
    Pooling,

    /// <summary><c>Upsample</c> and its like.</summary>
    Resizing,

    /// <summary>A dropout.</summary>
    Dropout,

    /// <summary>An activation.</summary>
    Activation,

    /// <summary><c>Softmax</c>.</summary>
    Softmax,

    /// <summary><c>Sigmoid</c>.</summary>
    Sigmoid,

    /// <summary><c>LogSoftmax</c>.</summary>
    LogSoftmax,

    /// <summary>A loss.</summary>
    Loss,
}

namespace Gen.Rules;

/// <summary>What an operator is in a model.</summary>
internal enum Role
{
    Other,
    Linear,
    Embedding,
    Convolution,
    Recurrent,
    Attention,
    Normalization,
    Pooling,
    Resizing,
    Dropout,
    Activation,

    /// <summary>An activation too: numbers that are positive and make 1 together.</summary>
    Softmax,

    /// <summary>An activation too: numbers between 0 and 1.</summary>
    Sigmoid,

    /// <summary>It changes nothing before a softmax: <c>log_softmax(log_softmax(x))</c> is <c>log_softmax(x)</c>.</summary>
    LogSoftmax,
    Loss,
}

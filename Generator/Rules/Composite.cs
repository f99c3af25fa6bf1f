using Gen.Shapes;

namespace Gen.Rules;

/// <summary>A layer that libtorch computes in many steps, each of which autograd writes down.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Sizes">What decides how large the steps are, in the order of <see cref="CompositeSize"/>.</param>
internal sealed record Composite(CompositeKind Kind, IReadOnlyList<Dim> Sizes)
{
    /// <summary>A size of the steps.</summary>
    public Dim this[CompositeSize size] => Sizes[(int)size];

    /// <summary>With other sizes.</summary>
    public Composite With(IEnumerable<Dim> sizes) => new(Kind, sizes.ToArray());

    /// <summary>How a mask of padding is given that nobody but the module holds.</summary>
    public static Dim OfModule { get; } = Dim.Of(-1);
}

internal enum CompositeKind
{
    Attention,
    EncoderLayer,
    DecoderLayer,
    Encoder,
    Decoder,
}

/// <summary>The sizes by which a composite layer is computed.</summary>
internal enum CompositeSize
{
    Heads,

    /// <summary>The features of the model.</summary>
    Model,

    /// <summary>How long the sequence is that asks.</summary>
    Targets,

    /// <summary>How long the one is that is looked at; for an encoder the same.</summary>
    Sources,
    Batch,

    /// <summary>1 where a dropout leaves out something, 0 where it does not.</summary>
    Drops,

    /// <summary>1 where the input projection has a bias, else 0.</summary>
    Bias,

    /// <summary>1 where the weights of attention are asked for, else 0.</summary>
    Weights,

    /// <summary>The mask of padding: 0 where none is given, its number among the operands, or -1 where it is the module's.</summary>
    Padding,

    /// <summary>The mask of padding in what a decoder looks at.</summary>
    SourcePadding,

    /// <summary>The features between the two linear maps.</summary>
    Hidden,

    /// <summary>1 where the activation is GELU, 0 where it is ReLU.</summary>
    IsGelu,

    /// <summary>How many layers are on top of one another.</summary>
    Layers,
}

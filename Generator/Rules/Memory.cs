namespace Gen.Rules;

/// <summary>Where the elements of a result are, by what TorchSharp 0.107 does in eval mode.</summary>
internal enum Memory
{
    /// <summary>In new memory, in the order of its dimensions.</summary>
    Ordered,

    /// <summary>In new memory, in the order of its dimensions where those of all operands are.</summary>
    Like,

    /// <summary>In new memory, in an order that is not known.</summary>
    Unordered,

    /// <summary>In new memory, in the order of its four dimensions after the second and the third are exchanged, where that is known of the
    /// operands.</summary>
    Exchanged,

    /// <summary>In the first operand's: a view, in an order that is not known.</summary>
    View,

    /// <summary>In the first operand's: a view, in order where that is.</summary>
    ViewInOrder,

    /// <summary>In the first operand's: a view that puts the dimensions into another order.</summary>
    Reordered,

    /// <summary>In the first operand's where its order allows that, else in new memory.</summary>
    Reshaped,

    /// <summary>In the first operand's where that is in order, else in new memory.</summary>
    Contiguous,

    /// <summary>In the first operand's where type and device are the same, else in new memory.</summary>
    Converted,

    /// <summary>In the first operand's or in new memory, as the call says.</summary>
    Either,

    /// <summary>It is the first operand, changed or not.</summary>
    Operand,

    /// <summary>It is the first operand where the argument <c>inplace</c> says so, else as <see cref="Like"/>.</summary>
    InPlaceIfAsked,
}

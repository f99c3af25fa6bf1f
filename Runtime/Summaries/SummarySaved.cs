using System.ComponentModel;

namespace Gen.CompilerServices;

/// <summary>What autograd keeps of a call until backward, and what becomes of gradients there, in generated code.</summary>
[Flags]
[EditorBrowsable(EditorBrowsableState.Never)]
public enum SummarySaved
{
    /// <summary>Nothing is kept, and each operand gets a gradient of its own.</summary>
    Nothing = 0,

    /// <summary>The first operand is kept.</summary>
    First = 1,
    /// <summary>The second operand is kept.</summary>
    Second = 2,
    /// <summary>The third operand is kept.</summary>
    Third = 4,

    /// <summary>An operand is kept where another one gets a gradient: the factors of a product.</summary>
    Others = 8,

    /// <summary>The result is kept.</summary>
    Result = 16,

    /// <summary>A tensor of the result's size is kept: the mask of a dropout.</summary>
    Mask = 32,

    /// <summary>A place of eight bytes is kept for each element of the result.</summary>
    Places = 64,

    /// <summary>The gradient of the result is that of the operands of its shape too: a sum.</summary>
    Passes = 128,

    /// <summary>The gradients of the operands are views of the result's.</summary>
    Views = 256,

    /// <summary>In training the result is in memory of its own, though not in eval mode.</summary>
    Apart = 512,

    /// <summary>No gradient goes through it.</summary>
    Stops = 1024,

    /// <summary>A parameter is among the operands.</summary>
    Parameter = 2048,

    /// <summary>Backward works with one more tensor of the first operand's size.</summary>
    Once = 4096,

    /// <summary>Backward works with two more.</summary>
    Twice = 8192,

    /// <summary>Operand, result and weights are put into another order for the computation: a convolution.</summary>
    Blocked = 16_384,

    /// <summary>In backward, how often that is done is not known.</summary>
    Strided = 32_768,

    /// <summary>In forward, how large what is in another order is is not known.</summary>
    Odd = 65_536,

    /// <summary>What backward works with is needed only where the second operand gets a gradient.</summary>
    IfSecond = 131_072,

    /// <summary>An operand that is stretched gets a gradient of the result's size first, which is then added up.</summary>
    Stretched = 262_144,

    /// <summary>The first operand is kept only for the gradients of the weights.</summary>
    ForWeights = 524_288,

    /// <summary>The gradient of the first operand is a view of another tensor: nothing is added to it in place.</summary>
    Viewed = 1_048_576,

    /// <summary>The gradient of the weights is a view: nothing is added to it in place.</summary>
    Turned = 2_097_152,

    /// <summary>The second result is kept, which says where the first one's numbers were: it gets no gradient.</summary>
    Indices = 4_194_304,
}

using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>How tightly Python binds an expression.</summary>
internal enum PyBinding
{
    Lambda,
    Or,
    Not,
    Comparison,
    BitOr,
    BitXor,
    BitAnd,
    Sum,
    Product,
    Sign,
    Power,
    Whole,
}

/// <summary>A value that a call of the module computes: an expression, and from then on a variable.</summary>
internal sealed class PyValue(string text, PyBinding binding = PyBinding.Whole)
{
    public string Text { get; private set; } = text;

    public PyBinding Binding { get; private set; } = binding;

    /// <summary>Whether it is an integer of Python.</summary>
    public bool IsSize { get; init; }

    /// <summary>Whether it is a tensor.</summary>
    public bool IsTensor { get; init; }

    /// <summary>Whether it is certainly a tensor of floating point numbers.</summary>
    public bool IsReal { get; init; }

    /// <summary>The element type of a tensor; null where that is not known.</summary>
    public ScalarType? Element { get; set; }

    /// <summary>Whether it is a parameter that is trained; in eval mode nothing else is.</summary>
    public bool IsTrained { get; set; }

    /// <summary>Whether it is a variable.</summary>
    public bool IsName { get; private set; }

    /// <summary>The dimensions of a tensor; the items of what is its shape; null where they are not known.</summary>
    public IReadOnlyList<Dim>? Dims { get; set; }

    /// <summary>Whether it is the shape of a tensor.</summary>
    public bool IsShape { get; init; }

    /// <summary>Of several tensors: how many there are, where the declared shapes tell it.</summary>
    public int? Count { get; init; }

    /// <summary>The number or the truth that it certainly is. The text asks for it all the same.</summary>
    public object? Known { get; init; }

    /// <summary>The size that it is; null where that is not known.</summary>
    public Dim? Dim { get; init; }

    /// <summary>How often it is read from here on.</summary>
    public int Uses { get; set; }

    public static PyValue Tensor(string text, PyBinding binding = PyBinding.Whole) => new(text, binding) { IsTensor = true };

    public static PyValue Variable(string name) => new(name) { IsTensor = true, IsName = true, Uses = PyFunction.Always };

    public static PyValue Size(string text, PyBinding binding = PyBinding.Whole, object? known = null) =>
        new(text, binding) { IsSize = true, Known = known is Dim dim ? dim.Constant : known, Dim = known as Dim };

    /// <summary>What a value certainly is: itself, or what is known of an expression; null where that is not known.</summary>
    public static object? Certain(object? value) => value is PyValue expression ? expression.Known : value;

    /// <summary>From here on it is in a variable.</summary>
    public void Keep(string name) => (Text, Binding, IsName) = (name, PyBinding.Whole, true);

    public string Within(PyBinding around) => Binding < around ? $"({Text})" : Text;
}

/// <summary>A module of a list, in a loop over it: each of them in turn.</summary>
internal sealed record PyModule(string Text, IReadOnlyList<nn.Module> Modules);

/// <summary>A mode of gradients, which a <c>with</c> begins.</summary>
internal sealed record PyMode;

/// <summary>A range; each bound may be null.</summary>
internal sealed record PyRange(object? Start, object? Stop, object? Step);

/// <summary>A number from the end.</summary>
internal sealed record PyFromEnd(object? Number);

/// <summary>What is not understood.</summary>
internal sealed record PyUnknown(string Reason);

/// <summary>What <c>TensorIndex</c> has: an ellipsis, a new dimension.</summary>
internal sealed record PyIndex(string Text);

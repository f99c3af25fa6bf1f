using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>A value that a loop hands from turn to turn.</summary>
internal sealed class OnnxCarried(object? start)
{
    private enum Kind
    {
        /// <summary>It is what it was before the loop.</summary>
        Same,

        /// <summary>A size that grows by the same in each turn.</summary>
        Step,

        /// <summary>A tensor, or a number as one.</summary>
        Tensor,
    }

    private Kind kind = start is OnnxValue ? Kind.Tensor : start is long or Dim ? Kind.Step : Kind.Same;
    private Dim step = Dim.One;
    private bool isStepKnown;
    private bool isNumber = start is OnnxValue { IsNumber: true };
    private ScalarType type = start is OnnxValue value ? value.Type : ScalarType.Float32;
    private Dim?[] dims = start is OnnxValue tensor ? [.. tensor.Dims] : [];
    private object? result;
    private OnnxValue? after;

    /// <summary>It in a turn.</summary>
    public object? Within { get; private set; }

    /// <summary>It after the loop.</summary>
    public object? Final { get; private set; }

    public bool IsHandedOn => kind == Kind.Tensor;

    /// <summary>Begins a turn.</summary>
    /// <param name="b">Writes the block of the turn.</param>
    /// <param name="turn">The number of the turn, from 0 on.</param>
    /// <param name="name">The name of the loop.</param>
    public void Enter(OnnxBuilder b, Dim turn, string name)
    {
        Within = start;
        if (kind == Kind.Step)
        {
            Within = OnnxCall.Number(Size(start) + (step * turn));
        }
        else if (kind == Kind.Tensor)
        {
            var input = b.BlockInput(b.Unique($"{name}.in"), type, [.. dims.Select(d => d ?? b.NewSize())]);
            input.IsNumber = isNumber;
            Within = input;
        }
    }

    /// <summary>Takes what a turn made of it; false where the turn was written for something else.</summary>
    public bool Learn(OnnxBuilder b, object? made, Func<string, NotExportableException> refused)
    {
        result = made is OnnxUnknown unknown ? throw unknown.Refused() : made;
        if (kind != Kind.Tensor && Equals(made, start) && (kind == Kind.Same || step.Equals(Dim.Zero)))
        {
            return true;
        }

        switch (kind)
        {
            case Kind.Step when made is long or Dim:
                var by = Size(made) - Size(Within);
                if (by.Equals(step))
                {
                    return true;
                }

                (kind, step, isStepKnown) = !isStepKnown && b.Knows(by) ? (Kind.Step, by, true) : (Kind.Tensor, step, true);
                (type, isNumber) = (ScalarType.Int64, true);
                return false;
            case Kind.Step or Kind.Same when made is long or double or float or bool or Dim or OnnxValue { IsNumber: true }:
                (kind, type, isNumber) = (Kind.Tensor, start is bool ? ScalarType.Bool : start is long or Dim ? ScalarType.Int64
                    : start is double or float ? ScalarType.Float32 : throw refused("a variable has no value before it"), true);
                return false;
            case Kind.Tensor when isNumber && made is long or double or float or bool or Dim:
                return true;
            case Kind.Tensor when made is OnnxValue value:
                return Learn(value, refused);
            default:
                throw refused(start is null ? "a variable has no value before it" : "a variable is something else after each turn");
        }
    }

    private bool Learn(OnnxValue value, Func<string, NotExportableException> refused)
    {
        if (value.Rank != dims.Length || value.Type != type)
        {
            throw refused("a tensor has another number of dimensions, or another type of elements, after each turn");
        }

        var isSettled = true;
        for (var i = 0; i < dims.Length; i++)
        {
            if (dims[i] is { } dim && !dim.Equals(value.Dims[i]))
            {
                (dims[i], isSettled) = (null, false);
            }
        }

        return isSettled;
    }

    /// <summary>What the first turn gets.</summary>
    public OnnxValue Given(OnnxBuilder b) => Tensor(b, start);

    /// <summary>What a turn gives the next.</summary>
    public OnnxValue Result(OnnxBuilder b) => Tensor(b, result);

    /// <summary>The output of the loop.</summary>
    public OnnxValue After(OnnxBuilder b, string name) =>
        after = new(b.Unique($"{name}.out"), type, [.. dims.Select(d => d ?? b.NewSize())]) { IsNumber = isNumber };

    /// <summary>Ends the loop after a number of turns.</summary>
    public void Leave(Dim turns) => Final = kind switch
    {
        Kind.Tensor => after,
        Kind.Step => OnnxCall.Number(Size(start) + (step * turns)),
        _ => start,
    };

    private OnnxValue Tensor(OnnxBuilder b, object? value) => value switch
    {
        OnnxValue tensor => b.Cast(tensor, type),
        Dim { Constant: null } size => b.Cast(b.Squeeze(b.Size(size), 0), type),
        Dim { Constant: { } number } => b.Scalar(number, type),
        _ => b.Scalar(value!, type),
    };

    private static Dim Size(object? value) => value as Dim ?? Dim.Of((long)value!);
}

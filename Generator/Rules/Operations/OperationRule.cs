using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>What is known of an operation: of one name, or of several that mean the same.</summary>
/// <param name="Written">The names, with spaces between them.</param>
internal sealed record OperationRule(string Written) : OperatorRule(Memory.Like)
{
    public IReadOnlyList<string> Names { get; init; } = Written.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Operands and result in the words of a shape string, where these can say it.</summary>
    public string? Shapes { get; init; }

    /// <summary>What it gives: a tensor, or a list of tensors. Nothing is known of the shape where there is none.</summary>
    public Func<OperationCall, Value>? Output
    {
        get => output is null || Types is null ? output : call => Typed(call, output(call));
        init => output = value;
    }

    private readonly Func<OperationCall, Value>? output;

    public override string? WhyNotInOnnx(string name) => OnnxForms.WhyNot(name);

    /// <summary>Why it has no equal form in ONNX with these parameters.</summary>
    public Func<IReadOnlyCollection<string>, string?> RefusedInOnnx { get; init; } = static _ => null;

    /// <summary>It has multiply-adds: how many is not known until its rule finds out.</summary>
    public bool Multiplies { get; init; }

    /// <summary>It gives a tensor, or several; else nothing is known of what it gives.</summary>
    public bool GivesTensors { get; init; } = true;

    /// <summary>The operation with the same arguments that copies what this one cannot view; empty where there is none.</summary>
    public string? OrCopies { get; init; }

    /// <summary>Its result is in order, whatever the operands are.</summary>
    public bool MakesOrder { get; init; }

    /// <summary>It asks how a tensor lies in memory.</summary>
    public bool AsksOrder { get; init; }

    /// <summary>What autograd keeps of a call with these arguments, where that is not the same for all.</summary>
    public Func<OperationCall, Saved?>? SavesOf { get; init; }

    /// <summary>The bytes that it keeps beside.</summary>
    public Func<OperationCall, Dim> Statistics { get; init; } = static _ => Dim.Zero;

    /// <summary>The bytes that it works with, in forward and in backward.</summary>
    public Func<OperationCall, (Dim Forward, Dim Backward)> Works { get; init; } = static _ => (Dim.Zero, Dim.Zero);

    /// <summary>What a call with these arguments makes on its way and does not free.</summary>
    public Func<OperationCall, IEnumerable<Value.Tensor>> LeavesBehind { get; init; } = static _ => [];

    /// <summary>It makes two dimensions of its operands, and copies those of which it cannot.</summary>
    public bool FoldsOperands { get; init; }

    /// <summary>It exchanges two dimensions: those that are given, or the last two.</summary>
    public bool ExchangesTwo { get; init; }

    /// <summary>How long the result lives.</summary>
    public Lifetime Lifetime { get; init; }

    /// <summary>A property of the tensor, such as <c>x.mT</c>.</summary>
    public bool IsProperty { get; init; }

    /// <summary>How a result that is a column came to be one.</summary>
    public ColumnOrigin Column { get; init; }

    /// <summary>It changes its first operand and gives it back.</summary>
    public bool IsInPlace { get; init; }

    /// <summary>The in-place form changes the shape of the tensor too.</summary>
    public bool ReshapesInPlace { get; init; }

    /// <summary>A function of <c>torch</c> has the name of the in-place form, and gives a new tensor in TorchSharp 0.107.</summary>
    public bool IsFunctionInPlace { get; init; }

    private Value Typed(OperationCall call, Value result)
    {
        if (call.Failed)
        {
            return result;
        }

        var verdict = Types!.By((call["reduction"] as Value.Enumeration)?.Member).Of(call.Arguments, call.Stated);
        const ElementType Differentiable = ElementType.Float | ElementType.Complex;
        if (verdict.Problem is null && !verdict.Type.MayBe(Differentiable) && call["requires_grad"] is Value.Boolean { Truth: true })
        {
            return call.WrongType(new($"{Differentiable.Text()} for a gradient", verdict.Type.Text(), TypeProblem.Convert(Differentiable),
                IsOfModule: false));
        }

        // For what is empty there is nothing to compute.
        return verdict.Problem is not { } problem ? Types.Put(result, verdict.Type)
            : result is Value.Tensor { Shape: var shape } && shape.Dims.Any(static d => d.Constant == 0) ? result
            : call.WrongType(problem);
    }

    /// <summary>The form whose names end in <c>_</c>: the rule of the other, and the shape of what it changes.</summary>
    public OperationRule ForInPlace() => this with
    {
        Names = [.. Names.Select(n => n + "_")],
        IsInPlace = true,
        Memory = Memory.Operand,
        MayReturnInput = true,
        Output = output is { } rule ? call => InPlace(call, rule(call)) : null,
        Types = IsFunctionInPlace ? null : Types is { } types ? types with { IsInPlace = true } : TypeRule.Same,

        // It grows no column into a table: that would change its shape.
        PairsElements = false,
    };

    private Value InPlace(OperationCall call, Value result)
    {
        if (call.Failed || result is not Value.Tensor tensor || ReshapesInPlace)
        {
            return result;
        }

        var self = call.Self;
        if (tensor.Shape.Rank is { } rank && self.Rank is { } own && rank != own)
        {
            return call.Wrong(FindingKind.OperationOperands, self.ToString(), tensor.Shape.ToString(), "0", self.ToString(),
                tensor.Shape.ToString());
        }

        for (var i = 0; i < Math.Min(self.Dims.Count, tensor.Shape.Dims.Count) && tensor.Shape.Rank is not null
            && self.Rank is not null; i++)
        {
            call.Same(self, tensor.Shape, i, self.Dims[i], tensor.Shape.Dims[i]);
        }

        return new Value.Tensor(self, IsFunctionInPlace ? ElementType.Unknown : call.Type);
    }
}

/// <summary>How long a result lives.</summary>
internal enum Lifetime
{
    /// <summary>As long as the scope or the call it was made in.</summary>
    Scope,

    /// <summary>Longer than the scope.</summary>
    Longer,

    /// <summary>Until whoever holds it frees it.</summary>
    Kept,
}

/// <summary>How the result of an operation came to be a column, a shape <c>[n, 1]</c>.</summary>
internal enum ColumnOrigin
{
    /// <summary>The operands were columns.</summary>
    Operands,

    /// <summary>It gives a tensor another shape.</summary>
    Shape,

    /// <summary>It leaves a dimension of size 1 of a matrix, where it is told to keep it.</summary>
    Reduction,

    /// <summary>It takes elements of a vector.</summary>
    Index,

    /// <summary>It makes features of features, whatever its operands are.</summary>
    Features,
}

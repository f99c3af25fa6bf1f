using Gen.CompilerServices;

namespace Gen.Export.Onnx;

/// <summary>What running nodes comes to.</summary>
internal abstract record OnnxOutcome
{
    /// <summary>They end, or leave what is around them, with values.</summary>
    internal sealed record End(ExportLabel? Left, object?[] Values) : OnnxOutcome;

    /// <summary>They throw an exception.</summary>
    internal sealed record Thrown : OnnxOutcome;

    /// <summary>Only a call knows which of two ways they go, and these do not come to the same end yet.</summary>
    internal sealed record Split(OnnxValue Condition, OnnxWay Then, OnnxWay Otherwise, List<Dictionary<int, object?>> Before) : OnnxOutcome;
}

/// <summary>A way that the code may go: a side of an <c>If</c>, with the values that there are on it.</summary>
internal sealed class OnnxWay(OnnxBlock block)
{
    public OnnxBlock Block => block;

    public List<Dictionary<int, object?>> Frames { get; set; } = [];

    public OnnxOutcome Outcome { get; set; } = new OnnxOutcome.Thrown();
}

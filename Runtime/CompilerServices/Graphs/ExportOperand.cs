using System.ComponentModel;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>What a node of a graph is given: a value that another node sets, or an object that is there: a number, a layer, a
/// parameter. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ExportOperand
{
    private protected ExportOperand()
    {
    }

    /// <summary>A number of C#.</summary>
    public static implicit operator ExportOperand(long number) => new ExportConstant(number);

    /// <summary>A number of C#.</summary>
    public static implicit operator ExportOperand(int number) => new ExportConstant(number);

    /// <summary>A number of C#.</summary>
    public static implicit operator ExportOperand(double number) => new ExportConstant(number);

    /// <summary>A number of C#.</summary>
    public static implicit operator ExportOperand(float number) => new ExportConstant(number);

    /// <summary>A truth.</summary>
    public static implicit operator ExportOperand(bool truth) => new ExportConstant(truth);

    /// <summary>A text.</summary>
    public static implicit operator ExportOperand(string text) => new ExportConstant(text);

    /// <summary>Nothing.</summary>
    public static ExportOperand Null { get; } = new ExportConstant(null);

    /// <summary>A value that is not followed.</summary>
    public static ExportOperand Unknown { get; } = new ExportConstant(new ExportUnknown());

    /// <summary>Any object: a layer, a parameter, what the constructor was given.</summary>
    public static ExportOperand Of(object? value) => new ExportConstant(value);

    /// <summary>A member of an enum, by its name.</summary>
    public static ExportOperand Member(string name) => new ExportConstant(new ExportMember(name));

    /// <summary>A tuple or an array of such.</summary>
    public static ExportOperand List(params ExportOperand[] items) =>
        new ExportConstant(items.Select(static i => ((ExportConstant)i).Value).ToList());
}

/// <summary>A value that one node sets.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ExportValue : ExportOperand
{
    internal ExportValue(int number) => Number = number;

    internal int Number { get; }

    /// <summary>The variable that it is put into; empty where there is none.</summary>
    internal string Name { get; private set; } = "";

    /// <summary>Its shape, for a comment beside it; null where that is not known.</summary>
    internal IReadOnlyList<Size>? Shape { get; private set; }

    /// <summary>Its element type, <c>int64</c>; empty where that is not known.</summary>
    internal string Type { get; private set; } = "";

    /// <summary>Tells the variable that it is put into.</summary>
    public ExportValue Named(string name)
    {
        Name = name;
        return this;
    }

    /// <summary>Tells its element type.</summary>
    public ExportValue Typed(string type)
    {
        Type = type;
        return this;
    }

    /// <summary>Tells its shape.</summary>
    public ExportValue Shaped(params Size[] dims)
    {
        Shape = dims;
        return this;
    }
}

internal sealed class ExportConstant(object? value) : ExportOperand
{
    public object? Value => value;
}

/// <summary>A function that is handed on.</summary>
internal sealed class ExportFunction(IReadOnlyList<ExportValue> parameters, IReadOnlyList<ExportNode> body) : ExportOperand
{
    public IReadOnlyList<ExportValue> Parameters => parameters;

    public IReadOnlyList<ExportNode> Body => body;
}

/// <summary>A member of an enum whose type the parameter tells.</summary>
internal sealed record ExportMember(string Name);

/// <summary>A value that is not followed: what needs it is not exported.</summary>
internal sealed record ExportUnknown;

/// <summary>An operand and the parameter that it is given for. For generated code.</summary>
/// <param name="Parameter">The parameter's name; empty for the operands of an operator.</param>
/// <param name="Operand">What is given.</param>
/// <param name="IsDefault">The program leaves it out.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ExportArgument(string Parameter, ExportOperand Operand, bool IsDefault = false);

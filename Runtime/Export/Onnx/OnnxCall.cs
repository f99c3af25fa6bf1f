using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>A call of an operation with its operands, by the names of the parameters.</summary>
internal sealed class OnnxCall(OnnxInterpreter interpreter, string name, IReadOnlyList<(string Parameter, object? Value)> operands)
{
    public OnnxInterpreter Interpreter => interpreter;

    public OnnxBuilder B => interpreter.Builder;

    public string Name => name;

    public IReadOnlyList<(string Parameter, object? Value)> Operands => operands;

    public object? this[int index] => index < operands.Count ? operands[index].Value : null;

    /// <summary>The first operand, a tensor.</summary>
    public OnnxValue Self => Tensor(0);

    public OnnxValue Tensor(int index) => this[index] switch
    {
        OnnxValue tensor => tensor,
        var other when Scalar(other) is { } number => B.Scalar(number, OnnxTypes.Common([number])),
        var other => throw Refused($"operand {index + 1} is no tensor but {other?.GetType().Name ?? "null"}"),
    };

    /// <summary>The operand of the first of the names that is given; null where there is none.</summary>
    public object? Get(params string[] names)
    {
        foreach (var operand in operands)
        {
            if (names.Contains(operand.Parameter))
            {
                return operand.Value;
            }
        }

        return null;
    }

    public bool Has(string parameter) => operands.Any(o => o.Parameter == parameter);

    public OnnxValue? TensorOf(params string[] names) => Get(names) switch
    {
        OnnxValue tensor => tensor,
        null => null,
        _ => throw Refused($"'{names[0]}' is no tensor"),
    };

    public long? Int(params string[] names) => Get(names) switch
    {
        null => null,
        var value => SizeOf(value).Constant ?? throw Refused($"'{names[0]}' depends on the call"),
    };

    public bool Flag(string parameter, bool otherwise) => Get(parameter) as bool? ?? otherwise;

    public double? Real(params string[] names) => Get(names) switch
    {
        null => null,
        Dim { Constant: { } number } => number,
        bool truth => truth ? 1 : 0,
        IConvertible number and not string => number.ToDouble(CultureInfo.InvariantCulture),
        _ => throw Refused($"'{names[0]}' depends on the call"),
    };

    /// <summary>An element type that is stated.</summary>
    public ScalarType? Type(params string[] names) => TypeOf(Get(names));

    public static ScalarType? TypeOf(object? value) => value switch
    {
        ScalarType type => type,
        ExportMember member => Enum.TryParse<ScalarType>(member.Name, out var type) ? type : null,
        _ => null,
    };

    public string? Member(string parameter) => Get(parameter) switch
    {
        ExportMember member => member.Name,
        Enum member => member.ToString(),
        string text => text,
        _ => null,
    };

    public Dim Size(int index) => SizeOf(this[index]);

    public Dim SizeOf(object? value) => value switch
    {
        Dim dim => dim,
        long number => Dim.Of(number),
        OnnxFromEnd => throw Refused("a number from the end"),
        OnnxValue => throw Refused("a number of a tensor is used as a size"),
        double or float => Dim.Of(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        _ => throw Refused($"a size is {value?.GetType().Name ?? "null"}"),
    };

    /// <summary>Sizes: one, or a list of them.</summary>
    public IReadOnlyList<Dim>? Sizes(params string[] names) => Get(names) switch
    {
        null => null,
        IEnumerable list => [.. Items(list).Select(SizeOf)],
        ITuple tuple => [.. Items(tuple).Select(SizeOf)],
        var one => [SizeOf(one)],
    };

    public long[]? Ints(params string[] names) => Sizes(names)?.Select(d => d.Constant
        ?? throw Refused($"'{names[0]}' depends on the call")).ToArray();

    /// <summary>A number for each of several dimensions: a single one stands for all.</summary>
    public long[]? Ints(int count, params string[] names) => Ints(names) is not { Length: > 0 } given ? null
        : given.Length == 1 ? [.. Enumerable.Repeat(given[0], count)] : given;

    public int Axis(long axis) => OnnxBuilder.Axis(axis, Self.Rank);

    public NotExportableException Refused(string why) => new(
        $"{name}{(B.Path.Length == 0 ? "" : $" in '{B.Path}'")}: {why}");

    /// <summary>A number of C#; null where it is something else.</summary>
    public static object? Scalar(object? value) => value switch
    {
        long or double or float or bool => value,
        Dim { Constant: { } number } => number,
        _ => null,
    };

    /// <summary>A size as a value: a number where it is known.</summary>
    public static object Number(Dim dim) => dim.Constant is { } number ? (object)number : dim;

    /// <summary>The items of a list, a tuple, a container of modules.</summary>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        ExportMap map => map.Items,
        string or null => [],
        OnnxGrowing => throw OnnxGrowing.Refused(),
        OnnxSeries => throw OnnxSeries.Refused(),
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i] is int number ? (long)number : tuple[i]),
        nn.Module module => module.named_children().Select(static c => (object?)c.module),
        IEnumerable items => items.Cast<object?>(),
        _ => [value],
    };

    /// <summary>Operands as tensors of the type that TorchSharp computes in.</summary>
    public OnnxValue[] Promoted(params object?[] given)
    {
        var type = OnnxTypes.Common(given.Select(g => g as OnnxValue ?? Scalar(g) ?? (g is Dim ? (object)1L : null)
            ?? throw Refused($"an operand is {g?.GetType().Name ?? "null"}")));
        return [.. given.Select(g => As(g, type))];
    }

    public OnnxValue As(object? operand, ScalarType type) => operand switch
    {
        OnnxValue tensor => B.Cast(tensor, type),
        Dim { Constant: null } dim => B.Cast(B.Squeeze(B.Size(dim), 0), type),
        _ when Scalar(operand) is { } number => B.Scalar(number, type),
        _ => throw Refused($"an operand is {operand?.GetType().Name ?? "null"}"),
    };
}

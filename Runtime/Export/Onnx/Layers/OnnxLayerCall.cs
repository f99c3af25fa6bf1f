using System.Globalization;
using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>A call of a layer of TorchSharp.</summary>
internal sealed class OnnxLayerCall(OnnxInterpreter interpreter, nn.Module module, string key, IReadOnlyList<object?> inputs)
{
    private Dictionary<string, Tensor>? state;

    public OnnxInterpreter Interpreter => interpreter;

    public OnnxBuilder B => interpreter.Builder;

    public nn.Module Module => module;

    public string Key => key;

    public OnnxValue Input => Tensor(0) ?? throw Refused("it is called without an input");

    public object? this[int index] => index < inputs.Count ? inputs[index] : null;

    public OnnxValue? Tensor(int index) => this[index] as OnnxValue;

    /// <summary>A parameter or buffer of the layer; null where it has none of the name.</summary>
    public OnnxValue? State(string name)
    {
        state ??= module.named_parameters().Select(static p => (p.name, (Tensor)p.parameter))
            .Concat(module.named_buffers().Select(static b => (b.name, b.buffer)))
            .GroupBy(static s => s.Item1, StringComparer.Ordinal)
            .ToDictionary(static s => s.Key, static s => s.First().Item2, StringComparer.Ordinal);
        return state.TryGetValue(name, out var tensor) ? B.State(tensor) : null;
    }

    public OnnxValue Need(string name) => State(name) ?? throw Refused($"it has no {name}");

    /// <summary>What the layer was built with, which it does not tell itself.</summary>
    public OnnxArguments Arguments => interpreter.ArgumentsOf(key) is { } given ? new(given)
        : throw Refused("how it is built is not understood, and the layer itself does not tell");

    public NotExportableException Refused(string why) => new($"{module.GetType().Name} '{key}': {why}");

    /// <summary>The size of a dimension, where it must be known before the graph runs.</summary>
    public long Known(Dim size, string what) => size.Constant
        ?? throw Refused($"{what} depends on {size}, which only a call knows; give it a number in [Shape]");
}

/// <summary>The arguments of a factory, by the names of its parameters.</summary>
internal sealed class OnnxArguments(IReadOnlyDictionary<string, object?> given)
{
    public object? this[string name] => !given.TryGetValue(name, out var value) ? null
        : value is ExportUnknown ? throw new NotExportableException($"a layer is given a value as '{name}' that is not followed") : value;

    /// <summary>The same with others that are known better.</summary>
    public OnnxArguments With(params (string Name, object? Value)[] others)
    {
        var all = new Dictionary<string, object?>(given, StringComparer.Ordinal);
        foreach (var (name, value) in others)
        {
            all[name] = value;
        }

        return new(all);
    }

    public long Number(string name, long otherwise) => this[name] is IConvertible number and not string
        ? number.ToInt64(CultureInfo.InvariantCulture) : otherwise;

    public double Real(string name, double otherwise) => this[name] is IConvertible number and not string
        ? number.ToDouble(CultureInfo.InvariantCulture) : otherwise;

    public bool Flag(string name) => this[name] is true;

    public string Member(string name, string otherwise) => this[name] switch
    {
        ExportMember member => member.Name,
        Enum member => member.ToString(),
        _ => otherwise,
    };

    /// <summary>The arguments of a layer that is one of them.</summary>
    public OnnxArguments Inner(string name) => new((this[name] as List<object?> ?? []).OfType<List<object?>>()
        .Where(static p => p is [string, _]).ToDictionary(static p => (string)p[0]!, static p => p[1], StringComparer.Ordinal));
}

namespace Gen.Export.Onnx;

/// <summary>The operations on tensors in ONNX, by their names: one table for methods and functions, and one for
/// <c>torch.nn.functional</c>, which come first there. A file each family.</summary>
internal static class OnnxOperations
{
    private static readonly Dictionary<string, Func<OnnxCall, object?>> Forms = Table(OnnxElementwise.All, OnnxSigns.All, OnnxViews.All,
        OnnxJoins.All, OnnxParts.All, OnnxReductions.All, OnnxProducts.All, OnnxCreation.All);

    private static readonly Dictionary<string, Func<OnnxCall, object?>> Functions = Table(OnnxFunctions.All, OnnxFunctionLayers.All,
        OnnxLosses.Functions);

    /// <summary>The names that have a form: of methods and functions of <c>torch</c>.</summary>
    public static IReadOnlyCollection<string> Names => Forms.Keys;

    /// <summary>The names that have a form in <c>torch.nn.functional</c>.</summary>
    public static IReadOnlyCollection<string> FunctionNames => Functions.Keys;

    public static object? Call(OnnxCall call, bool isFunctional)
    {
        var name = call.Name;
        if ((isFunctional && Functions.TryGetValue(name, out var form)) || Forms.TryGetValue(name, out form)
            || (!isFunctional && Functions.TryGetValue(name, out form)))
        {
            var result = form(call);
            if (OnnxViews.Shared.Contains(name) && call[0] is OnnxValue tensor)
            {
                call.Interpreter.Shares(result, tensor);
            }

            return call.Get("inplace") is true && call[0] is OnnxValue && result is OnnxValue changed ? Changed(call, changed) : result;
        }

        // The form that changes its operand.
        if (name.EndsWith('_') && name.Length > 1 && Forms.TryGetValue(name[..^1], out form)
            && form(new(call.Interpreter, name[..^1], call.Operands)) is OnnxValue inPlace)
        {
            return Changed(call, call.B.Cast(inPlace, call.Self.Type));
        }

        throw call.Refused("it has no equal form in ONNX");
    }

    private static OnnxValue Changed(OnnxCall call, OnnxValue result)
    {
        call.Interpreter.Replace(call.Self, result);
        return result;
    }

    private static Dictionary<string, Func<OnnxCall, object?>> Table(
        params IEnumerable<(string Names, Func<OnnxCall, object?> Form)>[] families) =>
        families.SelectMany(static f => f).SelectMany(static f => f.Names.Split(' '), static (f, n) => (n, f.Form))
            .ToDictionary(static f => f.n, static f => f.Form, StringComparer.Ordinal);
}

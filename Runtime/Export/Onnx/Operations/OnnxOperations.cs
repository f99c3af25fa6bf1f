namespace Gen.Export.Onnx;

/// <summary>The operations on tensors in ONNX, by their names: one table for methods and functions, and one for
/// <c>torch.nn.functional</c>, which come first there. A file each family.</summary>
internal static class OnnxOperations
{
    private static readonly Dictionary<string, Func<OnnxCall, object?>> Forms = Table(OnnxElementwise.All, OnnxSigns.All, OnnxViews.All,
        OnnxJoins.All, OnnxParts.All, OnnxReductions.All, OnnxProducts.All, OnnxCreation.All, OnnxComposed.All, OnnxRanks.All,
        OnnxGrids.All);

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
            var result = Apart(call, form(call));
            if (OnnxViews.Shared.Contains(name) && call[0] is OnnxValue tensor)
            {
                call.Interpreter.Shares(result, tensor);
            }

            return call.Get("inplace") is true && call[0] is OnnxValue && result is OnnxValue changed ? Changed(call, changed) : result;
        }

        // The form that changes its operand.
        if (name.EndsWith('_') && name.Length > 1 && Forms.TryGetValue(name[..^1], out form)
            && form(new(call.Interpreter, name[..^1], [.. call.Operands, ("inplace", true)])) is OnnxValue inPlace)
        {
            return Changed(call, call.B.Cast(inPlace, call.Self.Type));
        }

        throw call.Refused("it has no equal form in ONNX");
    }

    /// <summary>What may give back the very tensor that it is given.</summary>
    private static readonly HashSet<string> Alike = new(StringComparer.Ordinal)
    {
        "contiguous", "detach", "alias", "cpu", "cuda", "to", "to_type", "type", "type_as", "float", "double", "half", "bfloat16", "long",
        "int", "short", "byte", "char", "bool", "requires_grad", "requires_grad_", "with_requires_grad", "positive", "Keep",
        "MoveToOuterDisposeScope", "DetachFromDisposeScope", "MoveToOtherDisposeScope", "dropout", "dropout1d", "dropout2d", "dropout3d",
        "alpha_dropout", "feature_alpha_dropout", "as_tensor", "hardtanh", "Hardtanh",
    };

    /// <summary>Another tensor, where TorchSharp gives one with the same numbers: what changes it in place does not change the
    /// first.</summary>
    private static object? Apart(OnnxCall call, object? result) => result is OnnxValue value && !Alike.Contains(call.Name)
        && !OnnxViews.Shared.Contains(call.Name) && call.Operands.Any(o => ReferenceEquals(o.Value, value))
            ? call.B.Unary("Identity", value) : result;

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

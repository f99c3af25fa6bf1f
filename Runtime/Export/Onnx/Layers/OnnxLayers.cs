namespace Gen.Export.Onnx;

/// <summary>The layers of TorchSharp in ONNX, by their types: one table, a file each family.</summary>
internal static class OnnxLayers
{
    private static readonly Dictionary<string, Func<OnnxLayerCall, object?>> Forms = new[]
    {
        OnnxLinearLayers.All, OnnxConvolutions.All, OnnxPooling.All, OnnxSizedPooling.All, OnnxActivations.All, OnnxNormalizations.All,
        OnnxRearranging.All, OnnxRecurrent.All, OnnxEmbeddings.All, OnnxAttention.All, OnnxResizing.All,
        OnnxLosses.All,
    }.SelectMany(static family => family).ToDictionary(static f => f.Name, static f => f.Form, StringComparer.Ordinal);

    /// <summary>The types that have a form.</summary>
    public static IReadOnlyCollection<string> Names => Forms.Keys;

    public static object? Call(OnnxLayerCall call)
    {
        var type = call.Module.GetType();
        if (type.Namespace == "TorchSharp.Modules" && Forms.TryGetValue(type.Name, out var form))
        {
            return form(call);
        }

        throw call.Refused(type.Namespace == "TorchSharp.Modules" ? "it has no equal form in ONNX"
            : $"its class has no graph; put [Export] on {type.Name}");
    }
}

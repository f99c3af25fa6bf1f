namespace Gen.Rules;

/// <summary>What TorchSharp's methods of modules do to where the module is.</summary>
internal static class ModuleMethods
{
    private static readonly HashSet<string> Keeping = new(
    [
        "train", "eval", "parameters", "named_parameters", "buffers", "named_buffers", "children", "named_children", "modules",
        "named_modules", "state_dict", "load_state_dict", "load", "save", "zero_grad", "requires_grad_", "has_parameter", "has_buffer",
        "get_parameter", "get_buffer", "GetName", "Summary",
    ], StringComparer.Ordinal);

    /// <summary>The module is moved, or converted.</summary>
    public static bool Moves(string method) => method is "to" or "cuda" or "cpu";

    /// <summary>The module stays where it is.</summary>
    public static bool Keeps(string method) => Keeping.Contains(method);

    /// <summary>The device that the name of a method tells; null where its arguments tell it.</summary>
    public static string? DeviceOf(string method) => method is "cuda" or "cpu" ? method : null;
}

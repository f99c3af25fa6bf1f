namespace Gen.Rules;

/// <summary>What says for a while whether operations are recorded for gradients.</summary>
internal static class GradientModes
{
    public static bool Has(string name) => name is "no_grad" or "enable_grad" or "inference_mode" or "set_grad_enabled";

    /// <summary>Nothing is taken down, whatever it is given.</summary>
    public static bool IsOff(string name) => name == "no_grad";
}

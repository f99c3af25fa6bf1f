using Gen.Model;

namespace Gen.Checking;

/// <summary>A layer's construction as text, with one argument changed.</summary>
internal static class Construction
{
    public static string Rewrite(LayerModel layer, string parameter, string value)
    {
        var written = layer.Arguments.Where(a => a.Written is not null || a.Parameter == parameter)
            .Select(a => (a.IsNamed ? $"{a.Parameter}: " : "") + (a.Parameter == parameter ? value : a.Written));
        return $"{layer.TypeName}({string.Join(", ", written)})";
    }
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>GEN3001, GEN3002: the numbers of <c>[Expect]</c> against the computed ones.</summary>
internal static class Expectations
{
    public static void Check(ModuleModel module, Dim parameters, Dim multiplyAdds, ModuleWalk walk, List<Finding> findings)
    {
        if (module.Expect is not { } expect || walk.Failed)
        {
            return;
        }

        if (expect.Parameters is { } expected && parameters.Constant is { } count && count != expected)
        {
            findings.Add(new(FindingKind.ExpectationDiffers, At("Parameters"), "parameters", Text(expected), Text(count), Layers(walk, static row => row.Parameters)));
        }

        if (expect.MaxParameters is { } most && parameters.Constant is { } all && all > most)
        {
            findings.Add(new(FindingKind.BudgetExceeded, At("MaxParameters"), "parameters", Text(most), Text(all), Layers(walk, static row => row.Parameters)));
        }

        if (expect.MultiplyAdds is { } cost)
        {
            var sizes = Sizes(expect.At);
            Dim Value(Dim dim) => dim.Substitute(n => sizes.TryGetValue(n, out var size) ? Dim.Of(size) : null);
            if (Value(multiplyAdds).Constant is { } computed && computed != cost)
            {
                findings.Add(new(FindingKind.ExpectationDiffers, At("MultiplyAdds"), "multiply-adds", Text(cost), Text(computed), Layers(walk, row => Value(row.MultiplyAdds))));
            }
        }
    }

    /// <summary>The sizes of <c>At = "B=1, H=224"</c>.</summary>
    private static Dictionary<string, long> Sizes(string? at)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in (at ?? "").Split([','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=') is [var name, var size]
                && long.TryParse(size.Trim(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
            {
                sizes[name.Trim()] = number;
            }
        }

        return sizes;
    }

    private static Anchor At(string name) => new(AnchorKind.Expectation, name);

    private static string Layers(ModuleWalk walk, Func<CheckedLayer, Dim> figure) => string.Join("; ",
        walk.Rows.Where(r => !r.IsRepeated && figure(r).Constant is not 0).Select(r => $"{r.Path} {(figure(r).Constant is { } n ? Text(n) : figure(r).ToString())}"));

    public static string Text(long number) => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}

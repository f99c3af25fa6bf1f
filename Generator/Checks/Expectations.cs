using Gen.Analysis;
using Gen.Evaluation;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checks;

/// <summary>GEN3001, GEN3002: the numbers of <c>[Expect]</c> against the computed ones.</summary>
internal static class Expectations
{
    public static void Check(ModuleModel module, Dim parameters, Dim multiplyAdds, ModuleEvaluation walk, List<Finding> findings)
    {
        if (module.Expect is not { } expect || walk.Failed)
        {
            return;
        }

        if (expect.Parameters is { } expected && parameters.Constant is { } count && count != expected)
        {
            findings.Add(new(FindingKind.ExpectationDiffers, At("Parameters"), "parameters", Text(expected), Text(count),
                Layers(walk, static row => row.Parameters)));
        }

        if (expect.MaxParameters is { } most && parameters.Constant is { } all && all > most)
        {
            findings.Add(new(FindingKind.BudgetExceeded, At("MaxParameters"), "parameters", Text(most), Text(all),
                Layers(walk, static row => row.Parameters)));
        }

        var sizes = Sizes(expect.At);
        Dim? Size(string name) => sizes.TryGetValue(name, out var size) ? Dim.Of(size) : null;
        if (expect.MultiplyAdds is { } cost)
        {
            var value = multiplyAdds.Substitute(Size);
            if (value.Constant is { } computed && computed != cost)
            {
                findings.Add(new(FindingKind.ExpectationDiffers, At("MultiplyAdds"), "multiply-adds", Text(cost), Text(computed),
                    Layers(walk, row => row.MultiplyAdds.Substitute(Size))));
            }
            else if (value.Constant is null && !multiplyAdds.IsUnknown)
            {
                findings.Add(NotChecked("multiply-adds", value.IsUnknown ? "the number is too large" : NotGiven(value), "MultiplyAdds"));
            }
        }

        Memory(expect.MaxActivationBytes, "activation bytes", "MaxActivationBytes", () => Liveness.Of(walk.Trace, Size));
        Memory(expect.MaxTrainingBytes, "training bytes", "MaxTrainingBytes", () => TrainingMemory.Of(walk.Trace, parameters, Size));

        void Memory(long? allowed, string what, string member, Func<Timeline> timeline)
        {
            if (allowed is not { } budget)
            {
                return;
            }

            var found = timeline();
            if (found.Peak is not { } peak)
            {
                findings.Add(NotChecked(what, found.Unknown!, member));
            }
            else if (peak.Bytes.Constant is not { } bytes)
            {
                findings.Add(NotChecked(what, NotGiven(peak.Bytes), member));
            }
            else if (bytes > budget)
            {
                findings.Add(new(FindingKind.BudgetExceeded, At(member), what, Text(budget), Text(bytes), $"The peak is at '{peak.Step}'"));
            }
        }

        Finding NotChecked(string what, string why, string member) =>
            new(FindingKind.ExpectationNotChecked, At(member), what, module.Type.Name, why, member);
    }

    private static string NotGiven(Dim dim) => $"{dim} needs sizes, write At = \"{string.Join(", ", dim.Names.Select(n => $"{n}=..."))}\"";

    /// <summary>The sizes of <c>At = "B=1, H=224"</c>.</summary>
    private static Dictionary<string, long> Sizes(string? at)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in (at ?? "").Split([','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=') is [var name, var size]
                && long.TryParse(size.Trim(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
                    out var number))
            {
                sizes[name.Trim()] = number;
            }
        }

        return sizes;
    }

    private static Anchor At(string name) => new(AnchorKind.Expectation, name);

    private static string Layers(ModuleEvaluation walk, Func<CheckedLayer, Dim> figure) => string.Join("; ",
        walk.Rows.Where(r => !r.IsRepeated && figure(r).Constant is not 0)
            .Select(r => $"{r.Path} {(figure(r).Constant is { } n ? Text(n) : figure(r).ToString())}"));

    public static string Text(long number) => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}

using Gen.Graph;
using Gen.Layers;
using Gen.Model;

namespace Gen.Checking;

/// <summary>Makes findings of what a rule objected to: with the layer as written, how the number came about, and the one edit.</summary>
internal static class Findings
{
    public static Finding Of(Issue issue, Operation operation, LayerModel layer, LayerRule rule, Trail trail)
    {
        var brief = rule.BriefOf(new LayerArguments(layer.Arguments));
        var at = operation.At;
        switch (issue.Kind)
        {
            case FindingKind.FeatureMismatch:
                var (needs, gets) = (issue.Particulars[0], issue.Particulars[1]);
                var product = trail.Flattened();
                var how = product is null ? $"{gets}: {trail}" : $"{gets} = {product.Value.Product} ({product.Value.Source})";
                return Place(Edited(product?.Product.Replace("*", " * ") ?? gets, edit => new(issue.Kind, at, operation.Path, brief, needs, how, edit)));

            case FindingKind.ChannelMismatch or FindingKind.NormalisedChannelMismatch:
                var source = trail.MakerOfChannels() is { } maker ? $"'{maker}' gives" : "the input has";
                return Place(Edited(issue.Particulars[1], edit => new(issue.Kind, at, operation.Path, brief, issue.Particulars[0], source, issue.Particulars[1], edit)));

            case FindingKind.RankMismatch:
                return Place(new(issue.Kind, at, operation.Path, brief, issue.Particulars[0], trail.ToString()));

            case FindingKind.SizeBelowOne:
                return Place(new(issue.Kind, at, operation.Path, layer.Written, issue.Particulars[0], issue.Particulars[1], issue.Particulars[2], trail.ToString()));

            case FindingKind.OperandMismatch or FindingKind.ElementMismatch:
                return Place(new(issue.Kind, at, operation.Path, layer.Written, issue.Particulars[0], issue.Particulars[1], issue.Particulars[2]));

            default:
                return new(issue.Kind, at, operation.Path, layer.Written, issue.Particulars[0]);
        }

        Finding Place(Finding finding) => finding with { Also = trail.Places() };

        Finding Edited(string value, Func<string, Finding> finding) => rule.Infers is { Parameter: var parameter }
            ? finding(Construction.Rewrite(layer, parameter, value)) with { Edit = operation.Field.Length > 0 ? new(operation.Path, parameter, value) : null }
            : finding(layer.Written);
    }

    /// <summary>What is wrong with two sizes: <c>they must be the same: 3 and 4</c>.</summary>
    public static string Text(Issue issue) => issue.Particulars.Length > 1 ? $"{issue.Particulars[0]}: {string.Join(" and ", issue.Particulars.Skip(1))}" : issue.Particulars[0];
}

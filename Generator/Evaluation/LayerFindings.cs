using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>Makes findings of what a rule objected to: with the layer as written, how the number came about, and the one edit.</summary>
internal static class LayerFindings
{
    public static Finding Of(Issue issue, LayerUse operation, LayerModel layer, LayerRule rule, LayerCall call, Provenance trail)
    {
        var brief = rule.BriefOf(new LayerArguments(layer.Arguments));
        var at = operation.At;
        switch (issue.Kind)
        {
            case FindingKind.FeatureMismatch:
                var (needs, gets) = (issue.Particulars[0], issue.Particulars[1]);
                var product = trail.Flattened();
                var how = product is null ? $"{gets}: {trail}" : $"{gets} = {product.Value.Product} ({product.Value.Source})";
                return Edited(product?.Product.Replace("*", " * ") ?? gets, gets,
                    edit => new(issue.Kind, at, operation.Path, brief, needs, how, edit)) with
                {
                    Remedy = rule.Infers is { Meaning: "features" } && issue.Needs is { } features
                        ? Remedies.Flatten(features, call.Input, call.Facts, operation.Path) : null,
                };

            case FindingKind.ChannelMismatch or FindingKind.NormalisedChannelMismatch:
                var source = trail.MakerOfChannels() is { } maker ? $"'{maker}' gives" : "the input has";
                return Edited(issue.Particulars[1], issue.Particulars[1],
                    edit => new(issue.Kind, at, operation.Path, brief, issue.Particulars[0], source, issue.Particulars[1], edit)) with
                {
                    Remedy = trail.MakerOfChannels() is null && issue.Needs is { } channels
                        ? Remedies.ChannelsFirst(channels, call.Input, call.SpatialDimensions, operation.Path) : null,
                };

            case FindingKind.RankMismatch:
                return new(issue.Kind, at, operation.Path, brief, issue.Particulars[0],
                    issue.Particulars.Length > 1 ? issue.Particulars[1] : trail.ToString());

            case FindingKind.SizeBelowOne:
                return new(issue.Kind, at, operation.Path, layer.Written, issue.Particulars[0], issue.Particulars[1], issue.Particulars[2],
                    trail.ToString());

            case FindingKind.OperandMismatch or FindingKind.ElementMismatch:
                return new(issue.Kind, at, operation.Path, layer.Written, issue.Particulars[0], issue.Particulars[1], issue.Particulars[2]);

            default:
                return new(issue.Kind, at, operation.Path, layer.Written, issue.Particulars[0]);
        }

        Finding Edited(string value, string gets, Func<string, Finding> finding) => (rule.Infers?.Parameter ?? Only(gets)) is { } parameter
            ? finding(ConstructionText.Rewrite(layer, parameter, value)) with
            {
                Edit = operation.Field.Length > 0 ? new(operation.Path, parameter, value) : null,
                Size = layer.Arguments.FirstOrDefault(a => a.Parameter == parameter)?.Written is { } written ? (written, gets) : null,
            }
            : finding("");

        // The one argument that is the size which is needed, if what it stands beside divides the other size too.
        string? Only(string gets) => issue.Needs is { } needs
            && layer.Arguments.Where(a => a is { Written: not null, Value: Value.Integer i } && i.Dim.Equals(needs)).ToArray() is [var one]
            && !layer.Arguments.Any(a => a != one && a.Value is Value.Integer { Dim.Constant: > 1 and var part }
                && needs.Constant % part == 0 && (!long.TryParse(gets, out var size) || size % part != 0))
            ? one.Parameter : null;
    }

    /// <summary>What to do about a condition that is not to be stated: the channels of a layer over images come last.</summary>
    public static string? RemedyOf(Fact fact, LayerRule rule, LayerCall call, string path) =>
        call.SpatialDimensions is var spatial and > 0 && rule.Infers is { Parameter: var parameter }
            && call.Arguments[parameter] is var needs && fact.Right.Equals(needs) && fact.Left.Equals(call.Input[-spatial - 1])
            ? Remedies.ChannelsFirst(needs, call.Input, spatial, path)
            : null;

    /// <summary>What was found in a module that is held by another, as that says it: with the path there, and the edit where the size is
    /// given.</summary>
    public static Finding Outside(Finding inner, LayerUse operation, ModuleModel nested)
    {
        var particulars = inner.Particulars.ToArray();
        particulars[0] = particulars[0] == LayerModel.Self ? operation.Path
            : !inner.Kind.IsOfOperation() ? $"{operation.Path}.{particulars[0]}"
            : particulars[0].StartsWith("'", StringComparison.Ordinal) && particulars[0].Contains(": ")
            ? $"'{operation.Path}.{particulars[0].Substring(1)}"
            : $"'{operation.Path}': {particulars[0]}";
        if (inner.Size is not { } size || nested.Constructor.Parameters.All(p => p.Name != size.Argument))
        {
            return inner with { Particulars = particulars.ToEquatableArray(), Size = null, Edit = null };
        }

        particulars[particulars.Length - 1] = ConstructionText.Rewrite(operation.Layer, size.Argument, size.Value);
        return inner with
        {
            Particulars = particulars.ToEquatableArray(),
            Edit = null,
            Size = operation.Layer.Arguments.FirstOrDefault(a => a.Parameter == size.Argument)?.Written is { } written
                ? (written, size.Value) : null,
        };
    }

    /// <summary>What is wrong with two sizes: <c>they must be the same: 3 and 4</c>.</summary>
    public static string Text(Issue issue) => issue.Kind == FindingKind.OperandMismatch
        ? $"{issue.Particulars[0]}: {string.Join(" and ", issue.Particulars.Skip(1))}" : issue.Particulars[0];
}

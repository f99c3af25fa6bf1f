using System.Collections.Immutable;
using Gen.Model;

namespace Gen.Diagnostics;

/// <summary>What a code fix needs to know of a diagnostic beside its place.</summary>
internal static class Hints
{
    /// <summary>The layer or operation that is too much: <c>softmax</c>, <c>Dropout</c>.</summary>
    public const string Remove = "Remove";

    /// <summary>The layer that is missing.</summary>
    public const string Insert = "Insert";

    /// <summary>The text that stands in the place of the squiggle.</summary>
    public const string Replacement = "Replacement";

    /// <summary>An argument with its name, to be added.</summary>
    public const string Argument = "Argument";

    /// <summary>The name of an argument, to be written before it.</summary>
    public const string Name = "Name";

    /// <summary>The attribute that is missing.</summary>
    public const string Attribute = "Attribute";

    /// <summary>The call that is missing.</summary>
    public const string Call = "Call";

    /// <summary>The field or property.</summary>
    public const string Member = "Member";

    /// <summary><c>ModuleList</c> or <c>ModuleDict</c>.</summary>
    public const string Container = "Container";

    /// <summary>The type of the modules in a collection.</summary>
    public const string Item = "Item";

    /// <summary>The model, as written.</summary>
    public const string Model = "Model";

    /// <summary>What the message says to write.</summary>
    public const string Edit = "Edit";

    /// <summary>The layer's name within the module: <c>network.1</c>.</summary>
    public const string Path = "Path";

    /// <summary>The factory's parameter.</summary>
    public const string Parameter = "Parameter";

    /// <summary>The value for it.</summary>
    public const string Value = "Value";

    public static ImmutableDictionary<string, string?> Of(Finding finding) => finding.Kind switch
    {
        _ when finding.Remedy is not null || finding.Via is not null => ImmutableDictionary<string, string?>.Empty,
        FindingKind.FeatureMismatch or FindingKind.ChannelMismatch or FindingKind.NormalisedChannelMismatch
            when OwnNames.AreIn(finding.Particulars[finding.Particulars.Count - 1]) => ImmutableDictionary<string, string?>.Empty,
        FindingKind.FeatureMismatch or FindingKind.ChannelMismatch or FindingKind.NormalisedChannelMismatch when finding.Edit is { } edit =>
            Of((Edit, finding.Particulars[finding.Particulars.Count - 1]), (Path, edit.Path), (Parameter, edit.Parameter),
                (Value, edit.Value)),
        FindingKind.DeclaredResultDiffers or FindingKind.ShapeCommentDiffers => Of((Edit, finding.Particulars[3])),
        FindingKind.NotProved when !OwnNames.AreIn(finding.Particulars[2]) => Of((Edit, finding.Particulars[2])),
        FindingKind.ShapeUnknown when finding.Particulars[3].Length > 0 => Of((Edit, finding.Particulars[3])),
        FindingKind.ExpectationDiffers => Of((Edit, finding.Particulars[2])),
        FindingKind.SoftmaxBeforeLoss or FindingKind.SigmoidBeforeLoss or FindingKind.DropoutBeforeLoss
            or FindingKind.ActivationBeforeLoss => Of((Remove, finding.Particulars[0].Trim('\''))),
        FindingKind.NamedArgument or FindingKind.ForwardNotOverride => Of((Edit, finding.Particulars[1])),
        FindingKind.ElementType or FindingKind.LayerElementType when finding.Cast is { } cast =>
            Of((Parameter, cast.Operand), (Value, cast.Member)),
        FindingKind.OperationOrder or FindingKind.OrderRefuted when finding.Particulars[3].Length > 0 =>
            Of((Edit, finding.Particulars[3])),
        FindingKind.LinearAfterLinear => Of((Insert, "ReLU")),
        _ => ImmutableDictionary<string, string?>.Empty,
    };

    public static ImmutableDictionary<string, string?> Of(params (string Key, string Value)[] hints) =>
        hints.ToImmutableDictionary(h => h.Key, h => (string?)h.Value);
}

using System.Collections.Immutable;
using Gen.Model;

namespace Gen.Diagnostics;

/// <summary>What a diagnostic tells the code fixes beside its message, by name.</summary>
internal static class Edits
{
    /// <summary>What the message says to write.</summary>
    public const string Text = "Edit";

    /// <summary>The field that holds the layer.</summary>
    public const string Field = "Field";

    /// <summary>The layer's name within the module.</summary>
    public const string Path = "Path";

    /// <summary>The factory's parameter.</summary>
    public const string Parameter = "Parameter";

    /// <summary>The value for it.</summary>
    public const string Value = "Value";

    public static ImmutableDictionary<string, string?> Of(Finding finding) => finding switch
    {
        { Edit: { } edit } => Properties((Text, finding.Particulars[finding.Particulars.Count - 1]), (Field, edit.Field), (Path, edit.Path), (Parameter, edit.Parameter), (Value, edit.Value)),
        { Kind: FindingKind.DeclaredResultDiffers } => Properties((Text, finding.Particulars[3])),
        { Kind: FindingKind.ExpectationDiffers } => Properties((Text, finding.Particulars[2])),
        { Kind: FindingKind.ShapeCommentDiffers } => Properties((Text, finding.Particulars[3])),
        _ => ImmutableDictionary<string, string?>.Empty,
    };

    private static ImmutableDictionary<string, string?> Properties(params (string Name, string Value)[] all) =>
        all.ToImmutableDictionary(p => p.Name, p => (string?)p.Value, StringComparer.Ordinal);
}

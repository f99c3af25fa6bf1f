using System.Text.RegularExpressions;

namespace Gen.Diagnostics;

/// <summary>
/// Names that the evaluation made, in words: the number of a loop's turn has no name in the program, and is <c>turn</c> in a message.
/// </summary>
internal static class OwnNames
{
    private static readonly Regex Own = new(@"#(?<kind>[kc]?)\d+(\.\d+)*", RegexOptions.CultureInvariant);

    public static bool AreIn(string text) => text.Contains('#') && Own.IsMatch(text);

    /// <summary>The text with such names replaced: several turns are told apart by a number.</summary>
    public static string Spell(string text)
    {
        if (!AreIn(text))
        {
            return text;
        }

        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        return Own.Replace(text, match =>
        {
            if (!words.TryGetValue(match.Value, out var word))
            {
                word = match.Groups["kind"].Value switch { "k" => "turn", "c" => "case", _ => "index" };
                for (var (first, number) = (word, 2); words.ContainsValue(word) || Regex.IsMatch(text, $@"\b{word}\b"); number++)
                {
                    word = first + number.ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                words.Add(match.Value, word);
            }

            return word;
        });
    }
}

using System.Globalization;

namespace Gen.Summaries;

/// <summary>Reads sizes of named dimensions: <c>"B=64, H=224"</c>.</summary>
internal static class Sizes
{
    public static IReadOnlyDictionary<string, long> Parse(string? at, IReadOnlyList<string> names)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in (at ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', StringSplitOptions.TrimEntries) is not [var name, var text]
                || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                throw new ArgumentException($"'{part}' is not a size; write \"B=64, H=224\".", nameof(at));
            }

            if (!names.Contains(name))
            {
                throw new ArgumentException(names.Count == 0 ? $"No dimension is named '{name}': all are numbers."
                    : $"No dimension is named '{name}'; there are {string.Join(", ", names)}.", nameof(at));
            }

            if (!sizes.TryAdd(name, size))
            {
                throw new ArgumentException($"'{name}' is given twice.", nameof(at));
            }
        }

        return sizes;
    }
}

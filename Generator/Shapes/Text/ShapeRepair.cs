namespace Gen.Shapes;

/// <summary>
/// What is meant by a text that is written as other tools write shapes: <c>(B, 784) -> (B, 10)</c>, <c>[B, 784]</c>, <c>-1 784</c>,
/// <c>? 784</c>.
/// </summary>
internal static class ShapeRepair
{
    private static readonly HashSet<string> Open = new(StringComparer.Ordinal) { "-1", "?", "None", "null", ":", "*" };
    private static readonly string[] Names = ["B", "N", "M", "K", "P", "Q", "R", "S"];

    /// <summary>What to say of the text, with the shape that is meant; null where it cannot be told.</summary>
    public static string? Of(string text)
    {
        var arrow = text.Replace("→", "->").Replace('[', '(').Replace(']', ')').Split(["->"], StringSplitOptions.None);
        var tensors = arrow.Select(Tensors).ToArray();
        if (arrow.Length > 2 || tensors.Any(t => t.Length == 0))
        {
            return null;
        }

        var isOpen = tensors.Any(p => p.Any(t => t.Any(Open.Contains)));
        var named = Named(tensors);
        if (named is null)
        {
            return null;
        }

        var meant = string.Join(" -> ", named.Select(part => string.Join(", ", part.Select(dims => string.Join(" ", dims)))));
        return ShapeParser.ParseSignature(meant).Error is not null || meant.Replace(" ", "") == text.Replace(" ", "") ? null
            : isOpen ? $"a size that varies has a name: \"{meant}\"."
            : $"spaces separate dimensions, commas tensors, without parentheses: \"{meant}\".";
    }

    /// <summary>The dimensions of each tensor. Commas within parentheses separate dimensions, as do spaces.</summary>
    private static string[][] Tensors(string part)
    {
        var items = Split(part, ',').ToArray();
        return items.Any(i => Inner(i) is { } inner && (inner.Contains(',') || items.Length == 1))
            ? [.. items.Select(i => Split((Inner(i) ?? i).Replace(',', ' '), ' ').Where(d => d.Length > 0).ToArray())]
            : [.. items.Select(i => Split(i, ' ').Where(d => d.Length > 0).ToArray())];
    }

    private static string? Inner(string item) => item.Length > 1 && item[0] == '(' && item[item.Length - 1] == ')'
        ? item.Substring(1, item.Length - 2) : null;

    /// <summary>The pieces between separators that stand in no parentheses.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var (from, depth) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            depth += i == text.Length ? 0 : text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (i == text.Length || (depth <= 0 && text[i] == separator))
            {
                yield return text.Substring(from, i - from).Trim();
                from = i + 1;
            }
        }
    }

    /// <summary>Names for what is left open: the same one for the same place in every tensor, none that is there already. Null where there
    /// are too many.</summary>
    private static string[][][]? Named(string[][][] tensors)
    {
        var taken = new HashSet<string>(tensors.SelectMany(p => p).SelectMany(t => t), StringComparer.Ordinal);
        var free = new Queue<string>(Names.Where(n => !taken.Contains(n)));
        var names = new Dictionary<int, string>();
        foreach (var place in tensors.SelectMany(p => p).SelectMany(t => t.Select((dim, i) => (Dim: dim, Place: i)))
            .Where(d => Open.Contains(d.Dim)).Select(d => d.Place).Distinct().OrderBy(p => p))
        {
            if (free.Count == 0)
            {
                return null;
            }

            names[place] = free.Dequeue();
        }

        return [
            .. tensors.Select(part => part.Select(dims => dims.Select((dim, i) => Open.Contains(dim) ? names[i] : dim).ToArray())
                .ToArray())];
    }
}

namespace Gen.Reading;

/// <summary>What an edit may change: the types whose declarations differ, and all types that come to them by their words.</summary>
internal sealed class Edit
{
    private readonly HashSet<string> affected = new(StringComparer.Ordinal);
    private readonly bool affectsAll;

    public Edit(TreeOutline[] before, TreeOutline[] after)
    {
        // Most edits are of one file.
        var (first, last) = Ends(before, after);
        var (old, now) = (before.Skip(first).Take(before.Length - first - last).ToArray(),
            after.Skip(first).Take(after.Length - first - last).ToArray());
        affectsAll = !old.Where(f => f.Global is not null).Select(f => f.Global)
            .SequenceEqual(now.Where(f => f.Global is not null).Select(f => f.Global))
            || (Namespaces(old) is var spaces && !spaces.SetEquals(Namespaces(now)) && !Namespaces(before).SetEquals(Namespaces(after)));
        if (affectsAll)
        {
            return;
        }

        var words = new HashSet<int>();
        foreach (var type in Changed(old, now))
        {
            affectsAll |= type.ReachesAll;
            affected.Add(type.Key);
            words.UnionWith(type.Reaches);
        }

        affectsAll = affectsAll || (words.Count > 0 && Spread(after, words));
    }

    /// <summary>How many files are the same, at the beginning and at the end.</summary>
    public static int InCommon(TreeOutline[] before, TreeOutline[] after) => Ends(before, after) is var (first, last) ? first + last : 0;

    public bool Affects(string key) => affectsAll || affected.Contains(key);

    private static (int First, int Last) Ends(TreeOutline[] before, TreeOutline[] after)
    {
        var (first, last) = (0, 0);
        while (first < before.Length && first < after.Length && ReferenceEquals(before[first], after[first]))
        {
            first++;
        }

        while (last < before.Length - first && last < after.Length - first
            && ReferenceEquals(before[before.Length - 1 - last], after[after.Length - 1 - last]))
        {
            last++;
        }

        return (first, last);
    }

    private static HashSet<string> Namespaces(IEnumerable<TreeOutline> files) =>
        new(files.SelectMany(f => f.Namespaces), StringComparer.Ordinal);

    /// <summary>The types of which a declaration is another, or stands elsewhere among the declarations of its type.</summary>
    private static IEnumerable<TypeOutline> Changed(TreeOutline[] old, TreeOutline[] now)
    {
        var (were, are) = (old.SelectMany(f => f.Types).ToLookup(t => t.Key, StringComparer.Ordinal),
            now.SelectMany(f => f.Types).ToLookup(t => t.Key, StringComparer.Ordinal));
        return were.Select(t => t.Key).Union(are.Select(t => t.Key), StringComparer.Ordinal)
            .Where(k => !were[k].Select(t => t.Content).SequenceEqual(are[k].Select(t => t.Content)))
            .SelectMany(k => were[k].Concat(are[k]));
    }

    /// <summary>All that come to what has changed, in as many steps as it takes.</summary>
    private bool Spread(TreeOutline[] files, HashSet<int> words)
    {
        var others = files.SelectMany(f => f.Types).ToList();
        for (var fresh = words.ToArray(); fresh.Length > 0;)
        {
            var next = new List<int>();
            var rest = new List<TypeOutline>(others.Count);
            foreach (var type in others)
            {
                if (!type.UsesAll && !(fresh.Length < type.Uses.Length ? HasOne(type, fresh) : HasOne(type.Uses, words)))
                {
                    rest.Add(type);
                    continue;
                }

                if (type.ReachesAll)
                {
                    return true;
                }

                affected.Add(type.Key);
                next.AddRange(type.Reaches.Where(words.Add));
            }

            (others, fresh) = (rest, [.. next]);
        }

        return files.Any(f => f.GlobalUses.Length > 0 && HasOne(f.GlobalUses, words));
    }

    private static bool HasOne(TypeOutline type, int[] words)
    {
        foreach (var word in words)
        {
            if (type.Has(word))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasOne(int[] uses, HashSet<int> words)
    {
        foreach (var word in uses)
        {
            if (words.Contains(word))
            {
                return true;
            }
        }

        return false;
    }
}

namespace Gen.Shapes;

/// <summary>How far apart in memory the elements are that follow each other along each dimension.</summary>
internal static class Strides
{
    private const int Rounds = 24;
    private const int Enough = 4;
    private const int MostNames = 6;
    private const double MostElements = 1e15;

    /// <summary>Sizes for names, with many divisors: what is divided stays whole.</summary>
    private static readonly long[] Samples = [48, 24, 12, 96, 36, 72, 60, 120];

    /// <summary>Those of a tensor whose elements lie in the order of its dimensions.</summary>
    public static IReadOnlyList<Dim> InOrder(IReadOnlyList<Dim> sizes)
    {
        var strides = new Dim[sizes.Count];
        var next = Dim.One;
        for (var i = sizes.Count - 1; i >= 0; i--)
        {
            strides[i] = next;
            next *= sizes[i];
        }

        return strides;
    }

    /// <summary>Whether no view can give the target: true where that is so for all sizes, false where for all but sizes of 1, null where
    /// neither is certain.</summary>
    public static bool? Refused(IReadOnlyList<Dim> sizes, IReadOnlyList<Dim> strides, IReadOnlyList<Dim> target, Facts facts)
    {
        var all = sizes.Concat(strides).Concat(target).ToArray();
        var names = all.SelectMany(static d => d.Names).Distinct().OrderBy(static n => n, StringComparer.Ordinal).ToArray();
        if (all.Any(static d => d.IsUnknown) || names.Length > MostNames)
        {
            return null;
        }

        var (rounds, enough) = names.Length == 0 ? (1, 1) : (Rounds, Enough);
        var answers = Enumerable.Range(0, rounds).Select(round => Fits(name => Sample(name, round), least: 2)).OfType<bool>()
            .ToArray();
        if (answers.Contains(true) || answers.Length < enough)
        {
            return null;
        }

        // Each set of names is 1 once.
        return Enumerable.Range(1, (1 << names.Length) - 1).All(ones =>
            Fits(name => ((ones >> Array.IndexOf(names, name)) & 1) == 1 ? 1 : Sample(name, 0), least: 1) != true);

        long Sample(string name, int round)
        {
            var at = Array.IndexOf(names, name);
            return Samples[((at * 3) + (round * (at + 1))) % Samples.Length];
        }

        // Null for sizes that cannot be, or are smaller than is asked for.
        bool? Fits(Func<string, long> value, long least)
        {
            return Numbers(sizes) is { } from && Numbers(strides) is { } apart && Numbers(target) is { } to
                && Count(from) is { } count && count == Count(to)
                && Enumerable.Range(0, from.Length).All(i => sizes[i].Constant is not null || from[i] >= least)
                && facts.All.All(f => (f.Left - f.Right).Evaluate(n => value(n)) is not { } difference || Holds(f, difference))
                    ? Fit(from, apart, to) : null;

            long[]? Numbers(IReadOnlyList<Dim> dims) => dims.Select(d => d.Evaluate(n => value(n)) ?? -1).ToArray() is var numbers
                && numbers.All(static n => n > 0) ? numbers : null;
        }
    }

    private static bool Holds(Fact fact, long difference) => fact.Relation switch
    {
        Relation.Equal => difference == 0,
        Relation.NotEqual => difference != 0,
        Relation.AtLeast => difference >= 0,
        Relation.AtMost => difference <= 0,
        Relation.More => difference > 0,
        _ => difference < 0,
    };

    private static long? Count(long[] sizes) => sizes.Aggregate(1.0, static (all, size) => all * size) is var count && count < MostElements
        ? (long)count : null;

    /// <summary>As libtorch finds the strides of a view: sizes that are merged must follow each other in memory.</summary>
    private static bool Fit(long[] sizes, long[] strides, long[] target)
    {
        var at = target.Length - 1;
        var (inner, old, now) = (strides.Length > 0 ? strides[^1] : 1, 1L, 1L);
        for (var i = sizes.Length - 1; i >= 0; i--)
        {
            old *= sizes[i];
            if (i > 0 && (sizes[i - 1] == 1 || strides[i - 1] == old * inner))
            {
                continue;
            }

            while (at >= 0 && (now < old || target[at] == 1))
            {
                now *= target[at--];
            }

            if (now != old)
            {
                return false;
            }

            if (i > 0)
            {
                (inner, old, now) = (strides[i - 1], 1, 1);
            }
        }

        return at < 0;
    }
}

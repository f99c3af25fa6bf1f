using Gen.Shapes;


namespace Gen.Checks;

/// <summary>
/// The shape comments of one method, or of the fields, one after the other. A name of the signature is what it is there; another one is
/// what it stands for the first time. A list that has a name of a batch is a shape.
/// </summary>
/// <param name="facts">What is known of sizes.</param>
/// <param name="names">The names of the signature.</param>
/// <param name="computed">What other names of the class stand for.</param>
internal sealed class ShapeClaims(Facts facts, IEnumerable<string> names, IReadOnlyDictionary<string, Dim> computed)
{
    private readonly Dictionary<string, Dim> meanings = names.Distinct().Where(n => !computed.ContainsKey(n))
        .Select(n => (Name: n, Meaning: Dim.Name(n))).Concat(computed.Select(c => (Name: c.Key, Meaning: c.Value)))
        .ToDictionary(static n => n.Name, static n => n.Meaning, StringComparer.Ordinal);

    /// <summary>
    /// To be told all comments before any is judged: a name of the signature that stands here several times for the same other size is a
    /// name of the comments' own.
    /// </summary>
    public void Learn(IEnumerable<(ShapeComment Comment, Shape Output)> comments)
    {
        var uses = comments
            .Where(c => c.Output.Rank is { } rank && !c.Comment.Output.Shape.HasVariadic && c.Comment.Output.Shape.Dims.Count == rank)
            .SelectMany(c => c.Comment.Output.Shape.Dims.Zip(c.Output.Dims, (said, actual) => (Name: said.AsName, Actual: actual)))
            .Where(u => u.Name is not null && meanings.ContainsKey(u.Name) && !computed.ContainsKey(u.Name) && !u.Actual.IsUnknown)
            .GroupBy(u => u.Name!);
        foreach (var use in uses.ToArray())
        {
            var most = use.GroupBy(u => u.Actual).OrderByDescending(g => g.Count()).First();
            if (most.Count() > 1 && use.All(u => !u.Actual.Equals(meanings[use.Key])))
            {
                meanings[use.Key] = most.Key;
            }
        }
    }

    /// <summary>What the comment says and what it should say, where the tensor has another shape; null where it is right, not known to be
    /// wrong, or prose.</summary>
    public (string Said, string Correct)? Contradiction(ShapeComment comment, Shape input, Shape output)
    {
        if (!IsClaim(comment, output.IsUnknownRank ? comment.Output.Shape : output))
        {
            return null;
        }

        var before = comment.Input is null ? null : Correction(comment.Input, input);
        var after = Correction(comment.Output, output);
        return before is null && after is null ? null
            : comment.Input is null ? (Said(comment.Output.Shape), after!)
            : ($"{Said(comment.Input.Shape)} -> {Said(comment.Output.Shape)}",
                $"{before ?? comment.Input.With([])} -> {after ?? comment.Output.With([])}");
    }

    /// <summary>What only looks like a shape is none: <c>(unused)</c>, <c>(query, key)</c>, a footnote, numbers beside a tensor of another
    /// rank.</summary>
    public bool IsClaim(ShapeComment comment, Shape actual)
    {
        var said = (comment.Input?.Shape.Dims ?? []).Concat(comment.Output.Shape.Dims).ToArray();
        if (said.SelectMany(d => d.Names).Any(n => n.Contains('.') && !meanings.ContainsKey(n)))
        {
            return false;
        }

        if (comment.IsBare)
        {
            return said is [var only] && only.AsName is { } name && meanings.ContainsKey(name);
        }

        if (said.Length > 0 && comment.Input is null && !comment.Output.Shape.HasVariadic && said.All(d => d.Constant is not null))
        {
            return actual.Rank == said.Length || actual.Dims.All(d => d.Constant is not null);
        }

        return said.Length == 0 || comment.Output.Shape.HasVariadic || comment.Input is not null
            || said.Any(d => d.AsName is not { } name || meanings.ContainsKey(name) || BatchNames.Contains(name));
    }

    /// <summary>The shape as it should be written; null where it is right or not known to be wrong.</summary>
    private string? Correction(WrittenShape written, Shape actual)
    {
        var said = written.Shape;
        if (actual.IsUnknownRank || (actual.HasVariadic && !said.HasVariadic))
        {
            return null;
        }

        var lead = actual.Dims.Count - said.Dims.Count;
        if (said.HasVariadic || actual.HasVariadic ? lead < 0 && !actual.HasVariadic : lead != 0)
        {
            return actual.ToComment(written.Bracket);
        }

        var replaced =
            said.Dims.Select((dim, i) => i + lead >= 0 && Differs(dim, actual.Dims[i + lead]) ? actual.Dims[i + lead].ToString() : null)
                .ToArray();
        return replaced.Any(r => r is not null) ? written.With(replaced) : null;
    }

    private bool Differs(Dim said, Dim actual)
    {
        if (said.IsUnknown || actual.IsUnknown)
        {
            return false;
        }

        if (said.AsName is { } name && !meanings.ContainsKey(name))
        {
            meanings[name] = actual;
            return false;
        }

        var meant = Meaning(said);
        return !meant.IsUnknown && Comparison.Compare(meant, actual, facts) switch
        {
            Verdict.Equal => false,
            Verdict.Different => true,

            // A name stands for one thing, even where a call may make another as large; a number may be one call's.
            _ => said.AsName is not null && IsSimple(meant) && IsSimple(actual),
        };
    }

    private static bool IsSimple(Dim dim) => dim.AsName is not null || dim.Constant is not null;

    /// <summary>Unknown where a name in it was not met before.</summary>
    private Dim Meaning(Dim said) => said.Names.All(meanings.ContainsKey) ? said.Substitute(n => meanings[n]) : Dim.Unknown;

    /// <summary>The comment's shape, with what its names stand for where that is another name or a number.</summary>
    private string Said(Shape shape)
    {
        var names = shape.Dims.SelectMany(d => d.Names).Distinct()
            .Where(n => meanings.TryGetValue(n, out var dim) && !dim.Equals(Dim.Name(n))).Select(n => $"{n} = {meanings[n]}").ToArray();
        return shape.ToComment() + (names.Length == 0 ? "" : $" with {string.Join(", ", names)}");
    }
}

using System.Text.RegularExpressions;

namespace Gen.Tests.Parity.Expressions;

/// <summary>Why expressions do not agree: a line of known.txt.</summary>
/// <param name="Kind">
/// <c>row</c>: a row of the differences says it. <c>silent</c>: another value, and no row yet. <c>throws</c>: one of the two throws, which
/// nobody overlooks. <c>version</c>: PyTorch itself changed between the two versions. <c>absent</c>: the version of PyTorch has it not.
/// </param>
/// <param name="Pattern">The expressions in C#.</param>
/// <param name="Reason">The row's name, or what is so.</param>
internal sealed record KnownDifference(string Kind, Regex Pattern, string Reason)
{
    public static readonly string[] Kinds = ["row", "silent", "throws", "version", "absent"];

    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        .. File.ReadAllLines(Path.Combine(ExpressionTable.Folder, "known.txt")).Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Split(" :: ")).Select(p => new KnownDifference(p[0].Trim(), new Regex(p[1].Trim()), p[2].Trim())),
    ];

    /// <summary>Whether this is a reason for such an outcome.</summary>
    public bool Explains(Expression expression, Outcome outcome) => Pattern.IsMatch(expression.CSharp) && Kind switch
    {
        "throws" => outcome is Outcome.ThrowsHere or Outcome.ThrowsThere,
        "absent" => outcome is Outcome.Absent,
        "silent" => outcome is Outcome.Differs,
        _ => outcome is not (Outcome.Equal or Outcome.BothThrow or Outcome.Absent),
    };
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Gen.Tests.Parity.Expressions;

/// <summary>
/// What the last run of the expressions found, function by function: a line of agreement.txt. The page is printed from it, and each run
/// must find the same; <c>UPDATE_SNAPSHOTS=1</c> writes it again.
/// </summary>
/// <param name="Area">The table, or what is drawn from a seed.</param>
/// <param name="Name">The function or class.</param>
/// <param name="Agree">How many of its expressions give the same in both, or throw in both.</param>
/// <param name="All">How many could be compared.</param>
internal sealed partial record Agreement(string Area, string Name, int Agree, int All)
{
    private const string Weights = "Initial weights from the same seed", Draws = "Random numbers from the same seed";

    private static readonly HashSet<string> Helpers = [.. typeof(Given).GetMethods().Select(m => m.Name), "call", "new", "Parameter"];

    public static string Path => System.IO.Path.Combine(ExpressionTable.Folder, "agreement.txt");

    /// <summary>The versions of both, and the lines.</summary>
    public static (string Versions, IReadOnlyList<Agreement> Lines) Last()
    {
        var lines = File.ReadAllLines(Path);
        return (lines[0], [.. lines.Skip(1).Select(l => l.Split('\t')).Select(p => new Agreement(p[0], p[1],
            int.Parse(p[2], CultureInfo.InvariantCulture), int.Parse(p[3], CultureInfo.InvariantCulture)))]);
    }

    /// <summary>What the comment on top of a table begins with.</summary>
    public static string Title(string area) => System.IO.Path.Combine(ExpressionTable.Folder, "Tables", $"{area}.txt") is var table
        && File.Exists(table) ? File.ReadLines(table).First()[2..].Split(':')[0] : area;

    public static string Write(string versions, IEnumerable<(Expression Expression, Outcome Outcome)> judged) => string.Concat(
        judged.GroupBy(j => (Area: AreaOf(j.Expression), Name: NameOf(j.Expression.CSharp)))
            .OrderBy(g => g.Key.Area, StringComparer.Ordinal).ThenBy(g => g.Key.Name, StringComparer.Ordinal)
            .Select(g => string.Create(CultureInfo.InvariantCulture,
                $"{g.Key.Area}\t{g.Key.Name}\t{g.Count(j => j.Outcome is Outcome.Equal or Outcome.BothThrow)}\t{g.Count()}\n"))
            .Prepend(versions + "\n"));

    /// <summary>What an expression is about: the first function in it that is not one of the helpers.</summary>
    public static string NameOf(string expression) =>
        Called().Matches(expression).Select(m => m.Groups[1].Value).FirstOrDefault(n => !Helpers.Contains(n.TrimStart('.'))) is { } name
            ? name.TrimStart('.') : Indexed().IsMatch(expression) ? "[]" : "operators";

    private static string AreaOf(Expression expression) =>
        expression.CSharp.StartsWith("Weights(", StringComparison.Ordinal) ? Weights
        : expression.CSharp.StartsWith("Seeded(", StringComparison.Ordinal)
            && expression.CSharp.Contains("rand", StringComparison.Ordinal) ? Draws : expression.Table;

    [GeneratedRegex(@"((?:(?:functional|init|optim|lr_scheduler|distributions|linalg|fft|special|utils|rnn|data|torch)\.)*\.?\w+)[(<]")]
    private static partial Regex Called();

    [GeneratedRegex(@"\)\[")]
    private static partial Regex Indexed();
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What is right to say of the facts of a <c>Where</c>: those that tell nothing, those that never hold, names that are nowhere
/// else.</summary>
internal static class StatedFacts
{
    /// <summary>Without what holds of any numbers: <c>a == a</c>, <c>1 == 1</c>. There is nothing to check.</summary>
    public static Facts WithoutObvious(Facts facts) => new(facts.All.Where(f => Truth.Of(f).Decide(Facts.Nothing) is not true));

    /// <summary>What is said of the first fact that no numbers can meet, alone or with those before it; null where there is none.</summary>
    /// <param name="written">The facts as they are written.</param>
    /// <param name="now">A fact with the values of fields and definitions.</param>
    public static string? Never(IReadOnlyList<Fact> written, Func<Fact, Fact> now)
    {
        var before = new List<Fact>();
        foreach (var fact in written)
        {
            var known = now(fact);
            if (Truth.Of(known).Decide(Facts.Nothing) is false)
            {
                return known.Equals(fact) ? $"'{fact}' never holds" : $"'{fact}' never holds: it is {known}";
            }

            // A dimension may be 0 when a program runs: only what is stated bounds it here.
            if (before.Count > 0
                && Truth.Of(known).Decide(Facts.None.WithOpen(before.Append(known).SelectMany(f => f.Names)).And(before)) is false)
            {
                return $"'{fact}' contradicts what is stated before it";
            }

            before.Add(known);
        }

        return null;
    }

    /// <summary>A name that stands in one fact and nowhere else: an equation would define it, for nothing.</summary>
    public static string? Lone(Facts facts, IEnumerable<string> signature, ModuleModel module)
    {
        var named = new HashSet<string>(signature, StringComparer.Ordinal);
        return facts.All.SelectMany(f => f.Names.Distinct()).GroupBy(n => n).Where(g => g.Count() == 1).Select(g => g.Key)
            .FirstOrDefault(n => !n.Contains('.') && !named.Contains(n) && IsNowhere(n, module));
    }

    /// <summary>Neither the constructor nor a shape within the body has the name.</summary>
    public static bool IsNowhere(string name, ModuleModel module) =>
        !module.Named.Contains(name) && module.Constructor.Names.All(p => p.Name != name);
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>
/// What a body costs whose ways cost differently. Where the ways part by sizes, that is one formula. Where they part by whether an
/// optional input is given, it is the cost of the call that has it, if that gives the other cost too with 0 for the sizes that only
/// this input has: keys of the past "B P 8" are P = 0 keys where none are given. Where they part by a cache or another object, it is the
/// cost of the call that finds none, as the first one does.
/// </summary>
internal static class PathCosts
{
    public static Dim Of(ModuleModel module, IReadOnlyList<AbstractValue> inputs, IReadOnlyList<(Dim Cost, Condition[] Way)> ways)
    {
        if (ways.All(w => w.Cost.Equals(ways[0].Cost)))
        {
            return ways[0].Cost;
        }

        // Where the body refuses to go on without the object, every call has it.
        var missing = new HashSet<string>(ways.SelectMany(w => w.Way).Where(b => IsObject(b) && !b.IsTaken).Select(b => b.Key),
            StringComparer.Ordinal);
        var first = ways.Where(w => !w.Way.Any(b => IsObject(b) && b.IsTaken && missing.Contains(b.Key)))
            .Select(w => (w.Cost, Way: w.Way.Where(b => !IsObject(b)).ToArray())).ToArray();
        if (first.Length == 0)
        {
            return Dim.Unknown;
        }

        var optional = first.SelectMany(w => w.Way).Select(b => b.Present).OfType<string>().Distinct().ToArray();
        return BySizes(optional.Length == 0 ? first : WithInputs(first, absent => Alone(module, inputs, absent)));

        bool IsObject(Condition branch) =>
            branch.Present is { } name && !module.Forward.Inputs.Any(i => i.IsTensor && i.Name == name);
    }

    private static Dim BySizes(IReadOnlyList<(Dim Cost, Condition[] Way)> ways)
    {
        if (ways.All(w => w.Cost.Equals(ways[0].Cost)))
        {
            return ways[0].Cost;
        }

        if (ways is [{ Way: [var yes] }, { Way: [var no] }] && yes.Truth.Equals(no.Truth))
        {
            return ways[1].Cost + yes.Truth.Indicator * (ways[0].Cost - ways[1].Cost);
        }

        return ways.Select(w => w.Cost * w.Way.Aggregate(Dim.One, static (product, branch) => product * branch.Holds.Indicator))
            .Aggregate(static (a, b) => a + b);
    }

    /// <summary>One way in place of those that differ in which inputs are given.</summary>
    private static (Dim Cost, Condition[] Way)[] WithInputs(IEnumerable<(Dim Cost, Condition[] Way)> ways,
        Func<IReadOnlyList<string>, IReadOnlyCollection<string>> alone) =>
        [.. ways.GroupBy(w => string.Join(" ", w.Way.Where(b => b.Present is null).Select(b => $"{b.Key}:{b.IsTaken}"))).Select(group =>
        {
            var all = group.FirstOrDefault(w => w.Way.All(b => b.Present is null || b.IsTaken));
            var isOne = all.Way is not null && group.Any(w => Absent(w.Way).Length > 0) && group.All(w =>
            {
                var absent = alone(Absent(w.Way));
                return all.Cost.Substitute(name => absent.Contains(name) ? Dim.Zero : null).Equals(w.Cost);
            });
            return (isOne ? all.Cost : Dim.Unknown, group.First().Way.Where(b => b.Present is null).ToArray());
        })];

    /// <summary>The names of sizes that only those inputs have which are not given on a way.</summary>
    public static IReadOnlyCollection<string> Missing(ModuleModel module, IReadOnlyList<AbstractValue> inputs,
        IEnumerable<Condition> way) =>
        Absent(way) is { Length: > 0 } absent ? Alone(module, inputs, absent) : [];

    private static string[] Absent(IEnumerable<Condition> way) =>
        [.. way.Where(b => b.Present is not null && !b.IsTaken).Select(b => b.Present!)];

    /// <summary>The names of sizes that only these inputs have.</summary>
    private static HashSet<string> Alone(ModuleModel module, IReadOnlyList<AbstractValue> inputs, IReadOnlyList<string> absent)
    {
        var names = inputs.Select((input, i) => (Name: i < module.Forward.Inputs.Count ? module.Forward.Inputs[i].Name : "",
            Sizes: input is AbstractValue.Tensor tensor ? tensor.Shape.Dims.SelectMany(d => d.Names) : [])).ToArray();
        var own = new HashSet<string>(names.Where(n => absent.Contains(n.Name)).SelectMany(n => n.Sizes), StringComparer.Ordinal);
        own.ExceptWith(names.Where(n => !absent.Contains(n.Name)).SelectMany(n => n.Sizes));
        own.ExceptWith(module.Constructor.Names.Select(p => p.Name));
        return own;
    }
}

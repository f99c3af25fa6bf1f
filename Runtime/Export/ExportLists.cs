using System.Globalization;

namespace Gen.Export;

/// <summary>Functions of lists that choose, compare and order: what they are told of the items is known, or it is not.</summary>
/// <param name="apply">What a function gives that the list's function is given.</param>
/// <param name="binary">What an operator of C# gives.</param>
/// <param name="certain">The number or the truth that a value certainly is; null where only a call knows.</param>
/// <param name="unknown">A truth that only a call knows.</param>
internal sealed class ExportLists(Func<object?, object?[], object?> apply, Func<string, object?, object?, object?> binary,
    Func<object?, object?> certain, Func<string, object?> unknown)
{
    private const string Open = "only a call knows";

    /// <summary>The functions by how many operands they have at most: with more they do something else.</summary>
    private static readonly string[][] Functions =
    [
        ["new Dictionary"],
        ["new []", "Min", "Max", "Average", "Single", "Distinct", "Order", "OrderDescending", "Index", "Sort", "FirstOrDefault",
            "LastOrDefault", "AsSpan"],
        ["Where", "All", "Any", "Count", "First", "Last", "Single",
            "Sum", "Min", "Max", "Average", "OrderBy", "OrderByDescending", "Contains",
            "SequenceEqual", "IndexOf", "TakeWhile", "SkipWhile", "SelectMany", "Repeat", "RemoveAt", "FirstOrDefault",
            "LastOrDefault", "ContainsKey", "Remove", "GetValueOrDefault"],
        ["TryAdd", "Add", "GetValueOrDefault"],
    ];

    /// <summary>Whether a function is followed that is given so many operands.</summary>
    public static bool IsFollowed(string name, int operands) => Functions.Skip(operands).Any(f => f.Contains(name));

    /// <summary>What a function of a list gives.</summary>
    /// <param name="name">The function.</param>
    /// <param name="given">The list, and its arguments.</param>
    /// <param name="items">The items of the list, and those of its first argument.</param>
    public object? Call(string name, IReadOnlyList<object?> given, Func<object?, List<object?>> items)
    {
        if (name == "new Dictionary")
        {
            return new ExportMap();
        }

        if (name == "new []")
        {
            return Enumerable.Repeat((object?)null, (int)Number(given[0])).ToList();
        }

        if (name == "Repeat")
        {
            return Enumerable.Repeat(given[0], (int)Number(given[1])).ToList();
        }

        if (given[0] is List<object?> held && Changed(name, held, given) is var (isChange, result) && isChange)
        {
            return result;
        }

        var list = items(given[0]);
        var by = given.Count > 1 ? given[1] : null;
        return name switch
        {
            "Where" => list.Where((item, i) => Holds(item, i)).ToList(),
            "TakeWhile" => list.TakeWhile((item, i) => Holds(item, i)).ToList(),
            "SkipWhile" => list.SkipWhile((item, i) => Holds(item, i)).ToList(),
            "Any" => Any(list.Select(i => apply(by, [i]))),
            "All" => Not(Any(list.Select(i => Not(apply(by, [i]))))),
            "Count" => (long)list.Count(i => Holds(i, 0)),
            "First" => list.First(i => Holds(i, 0)),
            "FirstOrDefault" => list.FirstOrDefault(i => by is null || Holds(i, 0)),
            "Last" => list.Last(i => Holds(i, 0)),
            "LastOrDefault" => list.LastOrDefault(i => by is null || Holds(i, 0)),
            "Single" => list.Single(i => by is null || Holds(i, 0)),
            "Sum" => Selected().Aggregate((object?)0L, (a, b) => binary("+", a, b)),
            "Min" or "Max" => Selected().Select(Certain).Aggregate((a, b) => Real(a) < Real(b) == (name == "Min") ? a : b),
            "Average" => Selected().Select(Real).Average(),
            "Distinct" => list.DistinctBy(Certain).ToList(),
            "Order" or "OrderBy" => list.OrderBy(i => Real(Key(i))).ToList(),
            "OrderDescending" or "OrderByDescending" => list.OrderByDescending(i => Real(Key(i))).ToList(),
            "Index" => list.Select((item, i) => (object?)new List<object?> { (long)i, item }).ToList(),
            "Contains" => Any(list.Select(i => binary("==", i, by))),
            "SequenceEqual" => items(by) is var others && list.Count == others.Count
                && Not(Any(list.Zip(others, (a, b) => binary("!=", a, b)))) is var same ? same : false,
            "IndexOf" => (long)list.FindIndex(i => True(binary("==", i, by))),
            "SelectMany" => list.SelectMany(i => items(apply(by, [i]))).ToList(),
            "AsSpan" => list,
            _ => throw new NotExportableException($"{name}: a function of lists that is not followed"),
        };

        bool Holds(object? item, int index) => True(apply(by, [item, (long)index]));

        object? Key(object? item) => by is null ? item : apply(by, [item]);

        IEnumerable<object?> Selected() => by is null ? list : list.Select(i => apply(by, [i]));
    }

    private (bool IsChange, object? Result) Changed(string name, List<object?> list, IReadOnlyList<object?> given)
    {
        switch (name)
        {
            case "Sort" when given.Count == 1:
                var sorted = list.OrderBy(Real).ToArray();
                list.Clear();
                list.AddRange(sorted);
                return (true, null);
            case "RemoveAt":
                list.RemoveAt((int)Number(given[1]));
                return (true, null);
            default:
                return (false, null);
        }
    }

    /// <summary>Whether one holds: where one does, what only a call knows of the others is no matter.</summary>
    private object? Any(IEnumerable<object?> truths)
    {
        var isOpen = false;
        foreach (var truth in truths)
        {
            switch (certain(truth))
            {
                case true:
                    return true;
                case not false:
                    isOpen = true;
                    break;
            }
        }

        return isOpen ? unknown(Open) : false;
    }

    private object? Not(object? truth) => certain(truth) switch { bool known => !known, _ => truth };

    private bool True(object? truth) => certain(truth) as bool?
        ?? throw new NotExportableException($"which items of a list they are {Open}");

    private object? Certain(object? value) => certain(value) ?? throw new NotExportableException($"a number of a list {Open}");

    private double Real(object? value) => Certain(value) is IConvertible number and not string
        ? number.ToDouble(CultureInfo.InvariantCulture) : throw new NotExportableException("items of a list are no numbers");

    private long Number(object? value) => certain(value) as long? ?? throw new NotExportableException($"how many items there are {Open}");
}

using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gen.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Graph;

/// <summary>Items of tensors, lists, tuples and containers.</summary>
internal static class Indexes
{
    public static object? Item(object holder, object?[] indices)
    {
        switch (holder)
        {
            case Tensor tensor:
                return tensor[[.. indices.Select(Index)]];
            case nn.Module and not IEnumerable:
                return ((dynamic)holder)[(dynamic)indices[0]!];
        }

        if (indices[0] is string key)
        {
            return ((dynamic)holder)[key];
        }

        var items = Arguments.Items(holder).ToList();
        return indices[0] is GraphInterpreter.Range range
            ? items[Bound(range.Start, 0, items.Count)..Bound(range.Stop, items.Count, items.Count)]
            : items[Offset(indices[0], items.Count)];
    }

    public static void Set(object holder, object?[] indices, object? value)
    {
        if (holder is Tensor tensor)
        {
            tensor[[.. indices.Select(Index)]] = value as Tensor ?? throw new NotSupportedException("an item that is no tensor");
        }
        else if (holder is IList list)
        {
            list[Offset(indices[0], list.Count)] = value;
        }
        else
        {
            throw new NotSupportedException($"an item of {holder.GetType()}");
        }
    }

    public static object Of(string name, IReadOnlyList<NamedOperand> operands, object?[] given) => name switch
    {
        "Ellipsis" => TensorIndex.Ellipsis,
        "None" or "Null" => TensorIndex.None,
        "Colon" => TensorIndex.Colon,
        "Bool" => TensorIndex.Bool((bool)given[0]!),
        "Single" => TensorIndex.Single(Convert.ToInt64(given[0], CultureInfo.InvariantCulture)),
        "Tensor" => TensorIndex.Tensor((Tensor)given[0]!),
        "Slice" when operands is [{ Parameter: not "start" }] => given[0] is ITuple bounds ? Slice(bounds[0], bounds[1], null)
            : given[0] is GraphInterpreter.Range range ? Slice(range.Start, range.Stop, range.Step)
            : throw new NotSupportedException("a slice"),
        "Slice" => Slice(Given(operands, given, "start"), Given(operands, given, "stop"), Given(operands, given, "step")),
        _ => throw new NotSupportedException(name),
    };

    private static object? Given(IReadOnlyList<NamedOperand> operands, object?[] given, string parameter) =>
        operands.Zip(given).FirstOrDefault(o => o.First.Parameter == parameter).Second;

    private static TensorIndex Index(object? index) => index switch
    {
        TensorIndex known => known,
        Tensor tensor => TensorIndex.Tensor(tensor),
        bool truth => TensorIndex.Bool(truth),
        System.Index end => TensorIndex.Single(end.IsFromEnd ? -end.Value : end.Value),
        GraphInterpreter.Range range => Slice(range.Start, range.Stop, range.Step),
        IConvertible number and not string => TensorIndex.Single(number.ToInt64(CultureInfo.InvariantCulture)),
        null => TensorIndex.Null,
        _ => throw new NotSupportedException($"an index of {index.GetType()}"),
    };

    private static TensorIndex Slice(object? start, object? stop, object? step) =>
        TensorIndex.Slice(Limit(start), Limit(stop) is 0 && stop is System.Index ? null : Limit(stop), Limit(step));

    private static long? Limit(object? bound) => bound switch
    {
        null => null,
        System.Index end => end.IsFromEnd ? -end.Value : end.Value,
        _ => Convert.ToInt64(bound, CultureInfo.InvariantCulture),
    };

    private static int Offset(object? index, int count) => index is System.Index end ? end.GetOffset(count)
        : Convert.ToInt32(index, CultureInfo.InvariantCulture);

    private static int Bound(object? bound, int otherwise, int count) => bound is null ? otherwise : Offset(bound, count);
}

/// <summary>Lists, arrays and LINQ.</summary>
internal static class Collections
{
    public static object? Call(string name, object?[] given)
    {
        if (given.Length > 0 && given[0] is List<object?> list)
        {
            switch (name)
            {
                case "Add":
                    list.Add(given[1]);
                    return null;
                case "AddRange":
                    list.AddRange(Arguments.Items(given[1]));
                    return null;
                case "Insert":
                    list.Insert(Convert.ToInt32(given[1], CultureInfo.InvariantCulture), given[2]);
                    return null;
                case "Clear":
                    list.Clear();
                    return null;
            }
        }

        if (name == "Range")
        {
            return Enumerable.Range(Convert.ToInt32(given[0], CultureInfo.InvariantCulture),
                Convert.ToInt32(given[1], CultureInfo.InvariantCulture)).Select(i => (object?)i).ToList();
        }

        var items = Arguments.Items(given[0]).ToList();
        int Number() => Convert.ToInt32(given[1], CultureInfo.InvariantCulture);
        object? Apply(params object?[] arguments) => ((Func<object?[], object?>)given[^1]!)(arguments);
        return name switch
        {
            "ToArray" or "ToList" or "AsEnumerable" or "Cast" => items,
            "Append" => items.Append(given[1]).ToList(),
            "Prepend" => items.Prepend(given[1]).ToList(),
            "Concat" => items.Concat(Arguments.Items(given[1])).ToList(),
            "Reverse" => Enumerable.Reverse(items).ToList(),
            "Skip" => items.Skip(Number()).ToList(),
            "Take" => items.Take(Number()).ToList(),
            "First" => items[0],
            "Last" => items[^1],
            "Count" => (long)items.Count,
            "Select" => items.Select((item, i) => Apply(item, i)).ToList(),
            "Zip" => items.Zip(Arguments.Items(given[1]), (a, b) => (object?)new GraphInterpreter.Row([a, b])).ToList(),
            "Aggregate" when given.Length == 3 => items.Aggregate(given[1], (a, b) => Apply(a, b)),
            "Aggregate" => items.Aggregate((a, b) => Apply(a, b)),
            _ => throw new NotSupportedException(name),
        };
    }
}

using Gen.Shapes;

namespace Gen.Export.Onnx;

/// <summary>Lists, arrays and LINQ, whose items are tensors, sizes and layers.</summary>
internal static class OnnxCollections
{
    /// <summary>The functions by how many operands they have at most: with more they do something else.</summary>
    private static readonly string[][] Functions =
    [
        ["Empty"],
        ["Clear", "ToArray", "ToList", "AsEnumerable", "Cast", "Reverse", "First", "Last", "Count", "Length", "Any", "Sum"],
        ["Add", "AddRange", "Range", "Append", "Prepend", "Concat", "Skip", "Take", "SkipLast", "TakeLast", "ElementAt", "Select", "Zip"],
        ["Insert", "Aggregate"],
    ];

    /// <summary>Whether a function of lists is followed that is given so many operands.</summary>
    public static bool IsFollowed(string name, int operands) => IsOwn(name, operands) || ExportLists.IsFollowed(name, operands);

    /// <summary>Whether it is none of those that choose, compare and order.</summary>
    public static bool IsOwn(string name, int operands) => Functions.Skip(operands).Any(f => f.Contains(name));

    public static object? Call(OnnxCall call)
    {
        if (!IsFollowed(call.Name, call.Operands.Count))
        {
            throw call.Refused("a function of lists that is not followed");
        }

        if (call[0] is OnnxGrowing growing)
        {
            growing.Added.Add(call.Name == "Add" ? call[1] : throw OnnxGrowing.Refused());
            return null;
        }

        if (call[0] is OnnxSeries series)
        {
            return Series(call, series);
        }

        if (call[0] is ExportMap map)
        {
            return map.Call(call.Name, [.. call.Operands.Select(static o => o.Value)]);
        }

        if (!IsOwn(call.Name, call.Operands.Count))
        {
            return new ExportLists(static (function, given) => ((Func<object?[], object?>)function!)(given),
                (name, a, b) => OnnxArithmetic.Binary(new(call.Interpreter, name, [("", a), ("", b)])), static v => v is OnnxUnknown ? null
                    : OnnxCall.Scalar(v), static why => new OnnxUnknown(why))
                .Call(call.Name, [.. call.Operands.Select(static o => o.Value)], static v => OnnxCall.Items(v).ToList());
        }

        if (call[0] is List<object?> list)
        {
            switch (call.Name)
            {
                case "Add":
                    list.Add(call[1]);
                    return null;
                case "AddRange":
                    list.AddRange(OnnxCall.Items(call[1]));
                    return null;
                case "Insert":
                    list.Insert(Number(1), call[2]);
                    return null;
                case "Clear":
                    list.Clear();
                    return null;
                case "Reverse" when call.Operands[0].Parameter != "source":
                    list.Reverse();
                    return null;
            }
        }

        if (call.Name == "Range")
        {
            var start = call.Size(0);
            return call.Size(1) is { Constant: null } open ? new OnnxSeries(open, i => OnnxCall.Number(start + i))
                : Enumerable.Range(Number(0), Number(1)).Select(static i => (object?)(long)i).ToList();
        }

        var items = OnnxCall.Items(call[0]).ToList();
        return call.Name switch
        {
            "ToArray" or "ToList" or "AsEnumerable" or "Cast" or "Empty" => items,
            "Append" => items.Append(call[1]).ToList(),
            "Prepend" => items.Prepend(call[1]).ToList(),
            "Concat" => items.Concat(OnnxCall.Items(call[1])).ToList(),
            "Reverse" => Enumerable.Reverse(items).ToList(),
            "Skip" => items.Skip(Number(1)).ToList(),
            "Take" => items.Take(Number(1)).ToList(),
            "SkipLast" => items.SkipLast(Number(1)).ToList(),
            "TakeLast" => items.TakeLast(Number(1)).ToList(),
            "First" => items[0],
            "Last" => items[^1],
            "ElementAt" => items[Number(1)],
            "Count" or "Length" => (long)items.Count,
            "Any" => items.Count > 0,
            "Sum" => items.Aggregate((object?)0L, (a, b) => OnnxArithmetic.Binary(new(call.Interpreter, "+", [("", a), ("", b)]))),
            "Select" => items.Select((item, i) => Apply(item, (long)i)).ToList(),
            "Zip" => items.Zip(OnnxCall.Items(call[1]), static (a, b) => (object?)new List<object?> { a, b }).ToList(),
            "Aggregate" when call.Operands.Count == 3 => items.Aggregate(call[1], (a, b) => Apply(a, b)),
            "Aggregate" => items.Aggregate((a, b) => Apply(a, b)),
            _ => throw call.Refused("a function of lists that is not followed"),
        };

        int Number(int index) => (int)(call.Size(index).Constant ?? throw call.Refused("a number of items that only a call knows"));

        object? Apply(params object?[] given) => ((Func<object?[], object?>)call[call.Operands.Count - 1]!)(given);
    }

    /// <summary>What is known of items of which only a call knows how many there are.</summary>
    private static object? Series(OnnxCall call, OnnxSeries series)
    {
        switch (call.Name)
        {
            case "ToArray" or "ToList" or "AsEnumerable" or "Cast" or "AsSpan":
                return series;
            case "Count" or "Length" when call.Operands.Count == 1:
                return OnnxCall.Number(series.Count);
            case "First" when call.Operands.Count == 1:
                return series.At(Dim.Zero);
            case "Last" when call.Operands.Count == 1:
                return series.At(series.Count - 1);
            case "ElementAt":
                return series.At(call.Size(1));
            case "Reverse" when call.Operands[0].Parameter != "source":
                call.Interpreter.Exchange(series, new OnnxSeries(series.Count, i => series.At(series.Count - 1 - i)));
                return null;
            case "Add" when series is { Tensor: { } rows, Axis: 0 } && call[1] is OnnxValue added && added.Rank == rows.Rank - 1
                && added.Type == rows.Type:
                call.Interpreter.Exchange(series, OnnxSeries.Of(call.B, call.B.Concat([rows, call.B.Unsqueeze(added, 0)], 0), 0));
                return null;
            case "Reverse":
                return new OnnxSeries(series.Count, i => series.At(series.Count - 1 - i));
            case "Select":
                return new OnnxSeries(series.Count, i => ((Func<object?[], object?>)call[1]!)([series.At(i), OnnxCall.Number(i)]));
            case "Skip" when call.Size(1).Constant is { } skipped:
                return new OnnxSeries(Dim.Max(series.Count - skipped, Dim.Zero), i => series.At(i + skipped));
            default:
                throw OnnxSeries.Refused();
        }
    }
}

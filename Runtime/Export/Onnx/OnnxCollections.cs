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
            return Enumerable.Range(Number(0), Number(1)).Select(static i => (object?)(long)i).ToList();
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
}

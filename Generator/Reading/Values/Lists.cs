using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads lists that are made by LINQ: <c>Enumerable.Range(0, n).Select(i => new Block(d))</c> and what may stand around
/// it.</summary>
internal static class Lists
{
    public static Value? Read(IInvocationOperation call, ValueReader values)
    {
        var method = call.TargetMethod;
        if (method.ContainingType?.ToDisplayString() is not ("System.Linq.Enumerable" or "System.Array"))
        {
            return null;
        }

        var arguments = call.Arguments.Select(a => ValueReader.Unwrap(a.Value)).ToArray();
        switch (method.Name, arguments)
        {
            case ("Range", [var start, var count]):
                var index = values.NextIndex;
                return values.ReadSize(start) + index is { IsUnknown: false } number
                    ? new Value.Repeat(values.ReadSize(count), index.AsName!, new Value.Integer(number))
                    : null;
            case ("Repeat", [var item, var count]) when values.Read(item) is Value.Integer same
                && values.ReadSize(count) is { IsUnknown: false } times:
                return new Value.Repeat(times, values.NextIndex.AsName!, same);
            case ("Empty", []):
                return new Value.List(default);
            case ("ToArray" or "ToList" or "AsEnumerable" or "Cast", [var items]):
                return values.Read(items);
            case ("Append", [var items, var last]):
                return new Value.List(EquatableArray.Of<Value>(new Value.Spread(values.Read(items)), values.Read(last)));
            case ("Prepend", [var items, var first]):
                return new Value.List(EquatableArray.Of<Value>(values.Read(first), new Value.Spread(values.Read(items))));
            case ("Concat", [var left, var right]):
                return new Value.List(EquatableArray.Of<Value>(new Value.Spread(values.Read(left)), new Value.Spread(values.Read(right))));
            case ("Select", [var source, IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }]):
                return values.Read(source) switch
                {
                    Value.Repeat { Item: Value.Integer integer } repeat when lambda.Symbol.Parameters.Length == 1 =>
                        Each(repeat, integer, i => values.ReadBody(lambda, i)),
                    Value.List list when list.Items.All(i => i is Value.Integer or Value.List) =>
                        new Value.List(list.Items.Select((item, i) => values.ReadBody(lambda, item, Dim.Of(i))).ToEquatableArray()),
                    _ => null,
                };
            case ("Skip" or "Take" or "SkipLast" or "TakeLast", [var source, var some])
                when values.Read(source) is Value.List list && list.Items.All(i => i is not (Value.Spread or Value.Repeat))
                    && values.ReadSize(some).Constant is { } n and >= 0 and <= int.MaxValue:
                var from = method.Name switch { "Skip" => n, "TakeLast" => list.Items.Count - n, _ => 0 };
                var to = method.Name switch { "Take" => n, "SkipLast" => list.Items.Count - n, _ => list.Items.Count };
                return new Value.List(list.Items.Where((_, i) => i >= from && i < to).ToEquatableArray());
            default:
                return null;
        }
    }

    /// <summary>An item by its number, or, where that says too little, such as <c>64 &lt;&lt; i</c>, each of the items.</summary>
    private static Value Each(Value.Repeat repeat, Value.Integer number, Func<Value.Integer, Value> read)
    {
        var item = read(number);
        return IsUnderstood(item) || repeat.Count.Constant is not (>= 0 and <= MostItems and var count)
            ? repeat with { Item = item }
            : new Value.List(Enumerable.Range(0, (int)count).Select(i => read(new Value.Integer(
                number.Dim.Substitute(n => n == repeat.Index ? Dim.Of(i) : null)))).ToEquatableArray());
    }

    private static bool IsUnderstood(Value value) => value switch
    {
        Value.Opaque => false,
        Value.Integer { Dim.IsUnknown: true } => false,
        Value.List list => list.Items.All(IsUnderstood),
        Value.Repeat repeat => IsUnderstood(repeat.Item),
        Value.Spread spread => IsUnderstood(spread.Items),
        Value.Module { Layer: var layer } => layer.NotUnderstood is null && layer.Arguments.All(static a => IsUnderstood(a.Value)),
        _ => true,
    };

    private const int MostItems = 64;
}

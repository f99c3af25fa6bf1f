using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads lists that are made by LINQ: <c>Enumerable.Range(0, n).Select(i => new Block(d))</c> and what may stand around it.</summary>
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
                return values.ReadSize(start) + index is { IsUnknown: false } number && values.ReadSize(count) is { IsUnknown: false } all
                    ? new Value.Repeat(all, index.AsName!, new Value.Integer(number))
                    : null;
            case ("Repeat", [var item, var count]) when values.Read(item) is Value.Integer same && values.ReadSize(count) is { IsUnknown: false } times:
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
            case ("Select", [var source, IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Symbol.Parameters.Length: 1 } lambda }]):
                return values.Read(source) switch
                {
                    Value.Repeat { Item: Value.Integer integer } repeat => repeat with { Item = values.ReadBody(lambda, integer.Dim) },
                    Value.List list when list.Items.All(i => i is Value.Integer) => new Value.List(list.Items.Select(i => values.ReadBody(lambda, ((Value.Integer)i).Dim)).ToEquatableArray()),
                    _ => null,
                };
            default:
                return null;
        }
    }
}

using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>LINQ over items of which only the constructor's parameters tell how many there are.</content>
internal sealed partial class Evaluator
{
    private static readonly ConditionalWeakTable<Expression.Call, Statement.ForEach> Folds = new();

    /// <summary>Something that is done for each item, and is not known.</summary>
    private static bool HasItems(AbstractValue value) => value is AbstractValue.Growing || Repeated(value) is not null
        || (value is AbstractValue.Module module && PartsOf(module) is { Count: > 0 });

    private AbstractValue? OfRepeated(Expression.Call call, IReadOnlyList<AbstractValue> values, Frame frame)
    {
        var several = Repeated(values[0]);
        switch (call.Method, values)
        {
            case ("Aggregate", [_, var seed, AbstractValue.Function fold, ..]) when HasItems(values[0]):
                var folded = Fold(call, values[0], seed, fold, frame);
                return values.Count == 3 ? folded : values[3] is AbstractValue.Function last ? Invoke(last, [folded], call, frame, out _)
                    : null;
            case ("Aggregate", [_, AbstractValue.Function fold]) when several is { } all:
                return Fold(call, new AbstractValue.Each(index => all.Item(index + Dim.One), all.Count - Dim.One), all.Item(Dim.Zero), fold,
                    frame);
            case ("Zip", [_, var others, ..]) when several is { } first && Repeated(others) is { } second:
                var count = Comparison.Compare(first.Count, second.Count, walk.Facts) == Verdict.Equal ? first.Count
                    : Dim.Min(first.Count, second.Count);
                AbstractValue Pair(Dim index) => new AbstractValue.Items([first.Item(index), second.Item(index)], IsTuple: true);
                return values.Count == 2 ? new AbstractValue.Each(Pair, count)
                    : values.Count == 3 && values[2] is AbstractValue.Function both
                        ? walk.Under(Any(count, $"{frame.Method}:each of {call.At}"), () => Select(index =>
                            Invoke(both, [first.Item(index), second.Item(index)], call, frame, out _), count))
                    : null;
            case ("First" or "Last", [AbstractValue.Many many]):
                return many.Item;
            case ("First" or "Last", [AbstractValue.Growing growing]):
                return AtEnd(growing, call.Method == "First").Item;
            case ("ToArray" or "ToList" or "AsEnumerable" or "AsReadOnly", [AbstractValue.Growing copied]):
                return copied with { };
            case ("Reverse", [AbstractValue.Growing turned]) when call.Receiver is null:
                return new AbstractValue.Growing(turned.Tail.Reverse().ToArray(), turned.Added.Reverse().ToArray(), turned.Count,
                    turned.Start.Reverse().ToArray());
            case ("Reverse", [AbstractValue.Many]) when call.Receiver is null:
                return values[0];
            case ("Count" or "Length", [_]) when several is { } counted:
                return new AbstractValue.Size(counted.Count);
            case ("Concat", [AbstractValue.Many { Item: AbstractValue.Tensor } many, var more]) when ItemsOf(more) is { } tail:
                return new AbstractValue.Growing([], [many.Item], many.Count, tail);
            case ("Append", [AbstractValue.Many { Item: AbstractValue.Tensor } many, var more]):
                return new AbstractValue.Growing([], [many.Item], many.Count, [more]);
            case ("Prepend", [AbstractValue.Many { Item: AbstractValue.Tensor } many, var more]):
                return new AbstractValue.Growing([more], [many.Item], many.Count, []);
            case ("Skip" or "SkipLast", [_, var left]) when several is { } rest && left.AsSize is { IsUnknown: false } number
                && Comparison.AtLeast(number, Dim.Zero, walk.Facts) is true && Comparison.AtLeast(rest.Count, number, walk.Facts) is true:
                var from = call.Method == "Skip" ? number : Dim.Zero;
                return values[0] is AbstractValue.Many alike ? alike with { Count = rest.Count - number }
                    : values[0] is AbstractValue.Growing grown ? grown with { Count = rest.Count - number }
                    : new AbstractValue.Each(index => rest.Item(index + from), rest.Count - number);
            default:
                return null;
        }
    }

    /// <summary><c>blocks.Aggregate(x, (h, block) => block.call(h))</c>: a loop that sets one variable.</summary>
    private AbstractValue Fold(Expression.Call call, AbstractValue items, AbstractValue seed, AbstractValue.Function fold, Frame frame)
    {
        var (all, sum, item, function) = ($"#{call.At}.items", $"#{call.At}.folded", $"#{call.At}.each", $"#{call.At}.fold");
        frame.Declare(all, items);
        frame.Declare(sum, seed);
        frame.Declare(function, fold);
        var loop = Folds.GetValue(call, _ =>
        {
            var written = call.Arguments.Select(a => a.Value).OfType<Expression.Lambda>().FirstOrDefault(f => f.Parameters.Count == 2);
            var folding = new Expression.Call(call.At, Owner.Local, "", written ?? (Expression)Named(function),
                EquatableArray.Of(new ExpressionArgument("folded", Named(sum), false), new("each", Named(item), false)), call.Written);
            return new Statement.ForEach(Named(item), Named(all), new Statement.Evaluate(
                new Expression.Assign(call.At, Named(sum), folding with { IsUnwritten = true }) { IsUnwritten = true }));
        });
        Execute(loop, frame);
        return frame.Find(sum) ?? AbstractValue.Anything;

        Expression.Local Named(string name) => new(call.At, name) { IsUnwritten = true };
    }

    /// <summary>The sum of sizes, or the largest or the smallest of them.</summary>
    private static AbstractValue? OfSizes(string method, IReadOnlyList<AbstractValue> items) =>
        items.Count == 0 || items.Any(i => i is not AbstractValue.Size) ? null : new AbstractValue.Size(method switch
        {
            "Sum" => items.Aggregate(Dim.Zero, static (sum, i) => sum + i.AsSize),
            "Max" => items.Skip(1).Aggregate(items[0].AsSize, static (most, i) => Dim.Max(most, i.AsSize)),
            _ => items.Skip(1).Aggregate(items[0].AsSize, static (least, i) => Dim.Min(least, i.AsSize)),
        });
}

using Gen.Graph;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Loops: turn by turn where their number is known; where it is not, one turn stands for all.</content>
internal sealed partial class Evaluator
{
    private const int FewTurns = 4;
    private const int ManyTurns = 16;

    private Flow Run(Statement.Loop loop, Frame frame)
    {
        foreach (var before in loop.Before)
        {
            Execute(before, frame);
        }

        var changed = LoopVariables.Of(loop, isOrdinary);
        return Within(Flow.Break, () => Turns(loop, frame, changed));
    }

    private Flow Turns(Statement.Loop loop, Frame frame, LoopVariables changed)
    {
        for (var turn = 0; turn < MostTurns; turn++)
        {
            LoopInduction? alike = null;
            if (loop.Condition is { } condition && (turn > 0 || !loop.IsAtLeastOnce))
            {
                var truth = TruthOf(condition, frame);
                var isKnown = truth.Decide(walk.Facts);
                if (isKnown == false)
                {
                    return Flow.Next;
                }

                // What a turn assumes must not lead to another: only a number of turns that is a number is followed turn by turn, and in
                // ordinary code not to the end.
                if ((truth is not Truth.Known && (isKnown is null || TurnsOf(loop, frame).Simplify(walk.Facts).Constant is null))
                    || (isOrdinary && turn == ManyTurns))
                {
                    Func<Dim>? limit = condition is Expression.Binary { Right: var right } && changed.Changes(right)
                        ? () => Evaluate(right, frame).AsSize : null;
                    return Open(frame, changed, new(_ => TurnsOf(loop, frame), "", condition, limit), _ => Execute(loop.Body, frame),
                        loop.After);
                }

                // Ordinary code has loops of many turns that are all alike.
                if (isOrdinary && turn < MostPeeled && TurnsOf(loop, frame) is { Constant: > FewTurns } most)
                {
                    alike = new(this, frame, turn, new(_ => most, "", condition), _ => Execute(loop.Body, frame), loop.After);
                }
            }

            var flow = Within(Flow.Continue, () => Execute(loop.Body, frame));
            if (flow != Flow.Next)
            {
                return flow;
            }

            foreach (var after in loop.After)
            {
                Execute(after, frame);
            }

            if (alike?.GoesOn(changed) == true)
            {
                return Flow.Next;
            }
        }

        GiveUp(frame, changed, Anchor.InBody(frame.Method, loop.Condition?.At ?? 0), "the loop has too many iterations to follow");
        return Flow.Next;
    }

    /// <summary>
    /// The turns of a loop that goes upwards or downwards by equal steps: <c>for (i = a; i &lt; n; i++)</c>, <c>while (i &lt; n) { ...; i
    /// += 2; }</c>; unknown for others.
    /// </summary>
    private Dim TurnsOf(Statement.Loop loop, Frame frame)
    {
        if (loop.Condition is not Expression.Binary { Operator: var relation, Left: Expression.Local variable, Right: var limit }
            || LoopVariables.Of(loop, isOrdinary).Step is not { } step || step == 0)
        {
            return Dim.Unknown;
        }

        var (from, to, size) = (frame.Find(variable.Name)?.AsSize ?? Dim.Unknown, Evaluate(limit, frame).AsSize, Dim.Of(Math.Abs(step)));
        var distance = (relation, step > 0) switch
        {
            ("<", true) => to - from,
            ("<=", true) => to - from + Dim.One,
            (">", false) => from - to,
            (">=", false) => from - to + Dim.One,
            ("!=", _) when Math.Abs(step) == 1 && Comparison.AtLeast(step > 0 ? to - from : from - to, Dim.Zero, walk.Facts) is true =>
                step > 0 ? to - from : from - to,
            _ => Dim.Unknown,
        };
        var turns = (step is 1 or -1 || distance.IsUnknown ? distance : Dim.FloorDiv(distance + size - Dim.One, size)).Simplify(walk.Facts);
        return turns.IsUnknown || Comparison.AtLeast(turns, Dim.Zero, walk.Facts) is true ? turns : Dim.Max(turns, Dim.Zero);
    }

    private Flow Run(Statement.ForEach loop, Frame frame) => Within(Flow.Break, () => Turns(loop, frame));

    private Flow Turns(Statement.ForEach loop, Frame frame)
    {
        var items = Evaluate(loop.Items, frame);
        Enumerate(items, isPart: false);
        if (ItemsOf(items) is { } known)
        {
            foreach (var item in known)
            {
                Assign(loop.Target, Seen(item), frame);
                var flow = Within(Flow.Continue, () => Execute(loop.Body, frame));
                if (flow != Flow.Next)
                {
                    return flow;
                }
            }

            return Flow.Next;
        }

        if (items is AbstractValue.Module container && PartsOf(container) is { Count: > 0 } parts)
        {
            for (var i = 0; i < parts.Count; i++)
            {
                var part = parts[i];
                var key = $"{frame.Method}:each of {loop.Items.At}{(i > 0 ? $" {Text(i)}" : "")}";
                var flow = part.IsOne ? Within(Flow.Continue, () => All(part.At(Dim.Zero)))
                    : Open(frame, LoopVariables.Of(loop, isOrdinary),
                        new(peeled => (part.Count - Dim.Of(peeled)).Simplify(walk.Facts), key), index => All(part.At(index)), []);
                if (flow != Flow.Next)
                {
                    return flow;
                }
            }

            return Flow.Next;
        }

        var (each, count) = Repeated(items) ?? (_ => items is AbstractValue.Batches batches ? batches.Item ?? items
            : AbstractValue.Anything,
            Dim.Unknown);
        return Open(frame, LoopVariables.Of(loop, isOrdinary),
            new(peeled => (count - Dim.Of(peeled)).Simplify(walk.Facts), $"{frame.Method}:each of {loop.Items.At}"), index =>
        {
            Assign(loop.Target, Seen(each(index)), frame);
            return Execute(loop.Body, frame);
        }, []);

        Flow All(IReadOnlyList<AbstractValue.Module> modules)
        {
            for (var i = 0; i < modules.Count; i++)
            {
                Assign(loop.Target, Seen(modules[i]), frame);
                var flow = i < modules.Count - 1 ? Within(Flow.Continue, () => Execute(loop.Body, frame)) : Execute(loop.Body, frame);
                if (flow != Flow.Next)
                {
                    return flow;
                }
            }

            return Flow.Next;
        }

        AbstractValue Seen(AbstractValue item)
        {
            walk.Record?.Saw(new ValuePlace(frame.Calls, loop), item);
            return item;
        }
    }

    /// <summary>There is a first turn, or item.</summary>
    private static Condition Any(Dim count, string key) =>
        Truth.Of(count, Relation.More, Dim.Zero) is var truth && truth is Truth.Open ? new(key, truth, true)
            : new(truth.ToString(), truth, true);

    /// <summary>Nothing is known of what a loop sets.</summary>
    private void GiveUp(Frame frame, LoopVariables changed, Anchor at, string reason)
    {
        walk.Lose(at, Shape.Of(), reason);
        walk.CannotCount(reason);
        foreach (var name in changed.Set)
        {
            if (frame.Find(name) is { } value)
            {
                if (changed.Elements.Contains(name) && value is AbstractValue.Many many)
                {
                    frame.Assign(name, WithOther(many));
                    continue;
                }

                if (changed.Elements.Contains(name) && value is AbstractValue.Filled filled)
                {
                    frame.Assign(name, WithOther(new AbstractValue.Many(filled.Item, filled.Length)));
                    continue;
                }

                Change(value, AbstractValue.Anything);
                frame.Assign(name, value is AbstractValue.Tensor ? AbstractValue.Lost : AbstractValue.Anything);
            }
        }
    }

    /// <summary>An array of the same length with other elements.</summary>
    private static AbstractValue.Many WithOther(AbstractValue.Many many) => many with
    {
        Item = many.Item switch
        {
            AbstractValue.Many inner => WithOther(inner),
            AbstractValue.Size => new AbstractValue.Size(Dim.Unknown),
            AbstractValue.Tensor => AbstractValue.Lost,
            _ => AbstractValue.Anything,
        },
    };
}

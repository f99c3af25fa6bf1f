using Gen.Graph;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <content>Loops: turn by turn where their number is known, else by induction, else by what all turns have in common.</content>
internal sealed partial class BodyWalk
{
    private Flow Run(Statement.Loop loop, Frame frame)
    {
        foreach (var before in loop.Before)
        {
            Execute(before, frame);
        }

        for (var turn = 0; turn < MostTurns; turn++)
        {
            if (loop.Condition is { } condition && (turn > 0 || !loop.IsAtLeastOnce))
            {
                var truth = AsTruth(Evaluate(condition, frame));
                switch (truth.Decide(walk.Facts))
                {
                    case false:
                        return Flow.Next;
                    case null:
                        return Unknown(frame, Turns(loop, frame), Fork(condition, truth, true, frame), _ => Body(condition, truth), loop.After);
                }
            }

            var flow = Execute(loop.Body, frame);
            if (flow is Flow.Return or Flow.Throw)
            {
                return flow;
            }

            if (flow == Flow.Break)
            {
                return Flow.Next;
            }

            foreach (var after in loop.After)
            {
                Execute(after, frame);
            }
        }

        walk.Lose(Anchor.InBody(frame.Method, loop.Condition?.At ?? 0), Shape.Of(), "the loop has too many turns to be followed");
        return Flow.Next;

        // In the body the condition holds.
        Flow Body(Node condition, Truth truth)
        {
            walk.Assume(truth is Truth.Comparison ? AsTruth(Evaluate(condition, frame)) : Truth.Unknown);
            return Execute(loop.Body, frame);
        }
    }

    /// <summary>The turns of <c>for (i = a; i &lt; n; i++)</c> and of the same downwards; unknown for others.</summary>
    private Dim Turns(Statement.Loop loop, Frame frame)
    {
        if (loop is not
            {
                Condition: Node.Binary { Operator: var relation, Left: Node.Local variable, Right: var limit },
                After: [Statement.Evaluate { Expression: Node.Assign { Target: Node.Local target, Value: Node.Binary { Operator: var step, Right: Node.Constant { Value: Value.Integer { Dim.Constant: 1 } } } } }],
            }
            || target.Name != variable.Name)
        {
            return Dim.Unknown;
        }

        var (from, to) = (frame.Find(variable.Name)?.AsSize ?? Dim.Unknown, Evaluate(limit, frame).AsSize);
        var turns = (relation, step) switch
        {
            ("<", "+") => to - from,
            ("<=", "+") => to - from + Dim.One,
            (">", "-") => from - to,
            (">=", "-") => from - to + Dim.One,
            _ => Dim.Unknown,
        };
        return turns.IsUnknown || Comparison.AtLeast(turns, Dim.Zero, walk.Facts) is true ? turns : Dim.Max(turns, Dim.Zero);
    }

    private Flow Run(Statement.ForEach loop, Frame frame)
    {
        var items = Evaluate(loop.Items, frame);
        if (ItemsOf(items) is { } known)
        {
            foreach (var item in known)
            {
                Assign(loop.Target, item, frame);
                var flow = Execute(loop.Body, frame);
                if (flow is Flow.Return or Flow.Throw)
                {
                    return flow;
                }

                if (flow == Flow.Break)
                {
                    break;
                }
            }

            return Flow.Next;
        }

        var (each, count) = Repeated(items) ?? (_ => Abstract.Anything, Dim.Unknown);
        return Unknown(frame, count, Any(count, $"{frame.Method}:each of {loop.Items.At}"), index =>
        {
            Assign(loop.Target, each(index), frame);
            return Execute(loop.Body, frame);
        }, []);
    }

    /// <summary>There is a first turn, or item.</summary>
    private static Branch Any(Dim count, string key) => Truth.Of(count, Relation.More, Dim.Zero) is var truth && truth is Truth.Open ? new(key, truth, true) : new(truth.ToString(), truth, true);

    /// <summary>
    /// A loop whose number of turns is not known. The first turn tells how each variable may grow; if the turn after any number of turns
    /// makes it grow so too, that is what all of them do. Otherwise what a turn leaves as it was is so after all of them; what it changes
    /// is not known, dimension by dimension, and the turn is taken again with that.
    /// </summary>
    private Flow Unknown(Frame frame, Dim turns, Branch any, Func<Dim, Flow> turn, IReadOnlyList<Statement> after)
    {
        var outer = walk.Turns;
        var before = frame.Snapshot();
        var costs = (walk.MultiplyAdds, walk.TorchinfoMultiplyAdds);
        var (tape, step, wasPaused) = (walk.Tape, walk.Tape.Count, walk.Tape.IsPaused);
        var start = before;
        var flow = Turn(Dim.Zero);
        var first = frame.Snapshot();

        // The first turn is on the tape, for all of them if they are alike.
        tape.IsPaused = true;
        if (flow == Flow.Next && !walk.Failed && Induced(frame, before, first, turns, Turn) is { } cost)
        {
            walk.Spend(costs, (outer * cost.Conventional, outer * cost.Torchinfo));
            Counted();
            Record(cost.AreAlike);
            return Flow.Next;
        }

        walk.Turns = outer * turns;
        walk.Spend(costs, (Dim.Zero, Dim.Zero));
        foreach (var entry in before)
        {
            frame.Assign(entry.Key, Join(entry.Value, first[entry.Key]));
        }

        var index = walk.NextIndex();
        walk.Know(new Fact(index, Relation.AtLeast, Dim.Zero));
        for (var round = 0; round < 4; round++)
        {
            before = frame.Snapshot();
            flow = Turn(index);
            var isStable = true;
            foreach (var entry in before)
            {
                var now = frame.Find(entry.Key)!;
                var joined = Join(entry.Value, now);
                isStable &= IsSame(joined, entry.Value);
                frame.Assign(entry.Key, joined);
            }

            if (isStable || flow == Flow.Throw)
            {
                break;
            }

            // The turns after the first are counted with the first.
            walk.Turns = Dim.Zero;
        }

        Record(areAlike: false);
        walk.Turns = outer;
        if (walk.MultiplyAdds.Names.Contains(index.AsName!))
        {
            walk.CannotCount("the turns of a loop differ, and their number is not known when compiling");
        }

        Counted();
        return Flow.Next;

        void Counted()
        {
            if (walk.MultiplyAdds.IsUnknown && turns.IsUnknown)
            {
                walk.CannotCount("how often a loop runs is not known when compiling");
            }
        }

        // What comes after takes the tensors of the last turn.
        void Record(bool areAlike)
        {
            tape.IsPaused = wasPaused;
            if (!wasPaused)
            {
                tape.Repeat(step, turns, start.Select(e => (e.Value, first[e.Key])).ToArray(), areAlike);
            }

            foreach (var entry in first)
            {
                if (entry.Value is Abstract.Tensor last && frame.Find(entry.Key) is Abstract.Tensor now)
                {
                    frame.Assign(entry.Key, now with { Taped = last.Taped });
                }
            }
        }

        Flow Turn(Dim number)
        {
            // A turn is only taken where there is one more.
            var known = walk.Facts;
            walk.Know(new Fact(turns, Relation.More, number));
            var flow = walk.Under(any, () => number.Constant == 0 ? Once() : walk.Under(new Branch($"{any.Key} again", Truth.Unknown, true), Once));
            walk.Forget(known);
            return flow;

            Flow Once()
            {
                var flow = turn(number);
                foreach (var step in after)
                {
                    Execute(step, frame);
                }

                return flow;
            }
        }
    }

    /// <summary>
    /// Takes a turn after k turns, with the variables as they are then if the first turn is typical. If the turn bears that out, the
    /// variables are set to what all turns make of them, and their cost is given; else nothing is changed.
    /// </summary>
    private (Dim Conventional, Dim Torchinfo, bool AreAlike)? Induced(Frame frame, Dictionary<string, Abstract> start, Dictionary<string, Abstract> first, Dim turns, Func<Dim, Flow> turn)
    {
        var growth = start.Select(v => Growth.Of(v.Key, v.Value, first[v.Key])).ToArray();
        var saved = walk.Save();
        var (places, value) = (returned.Count, result);
        var k = walk.NextIndex();
        walk.Know(new Fact(k, Relation.AtLeast, Dim.Zero));
        foreach (var variable in growth)
        {
            frame.Assign(variable.Name, variable.After(k));
        }

        walk.Turns = Dim.One;
        var costs = (walk.MultiplyAdds, walk.TorchinfoMultiplyAdds);
        decisions.Hold();
        var flow = turn(k);
        var isTypical = !decisions.WasHeld && flow == Flow.Next && !walk.Failed && walk.Lost is null == saved.Lost is null && returned.Count == places && walk.Requirements.Count == saved.Requirements
            && growth.All(v => v.Agrees(k + Dim.One, frame.Find(v.Name)!, walk.Facts));
        decisions.Release();
        var (each, torchinfo) = (walk.MultiplyAdds - costs.MultiplyAdds, walk.TorchinfoMultiplyAdds - costs.TorchinfoMultiplyAdds);
        var areAlike = growth.All(v => v.IsConstant) && !each.Names.Concat(torchinfo.Names).Contains(k.AsName!);
        walk.Restore(saved);
        returned.RemoveRange(places, returned.Count - places);
        result = value;
        foreach (var variable in growth)
        {
            frame.Assign(variable.Name, isTypical ? variable.After(turns) : first[variable.Name]);
        }

        return isTypical ? (each.SumOver(k.AsName!, turns), torchinfo.SumOver(k.AsName!, turns), areAlike) : null;
    }
}

using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>
/// Forks. A condition that is the same whenever it is asked is decided once and for all, on each walk another way. One that each turn of a
/// loop may answer in its own way, or that comes after many others, is not decided: both sides are walked, and what they have in common
/// holds.
/// </content>
internal sealed partial class Evaluator
{
    private const string DependsOnWay = "it depends on the way through the body";
    private readonly List<Aside> asides = [];
    private readonly HashSet<int> merged = [];
    private int left;

    private Flow Run(Statement.If choice, Frame frame)
    {
        if (!IsMerged(choice.Condition))
        {
            return Test(choice.Condition, frame) ? Execute(choice.Then, frame) : Otherwise();
        }

        var truth = TruthOf(choice.Condition, frame);
        switch (truth.Decide(walk.Facts))
        {
            case true:
                return Execute(choice.Then, frame);
            case false:
                return Otherwise();
            default:
                return Merge(truth, choice.Condition, frame, () => Execute(choice.Then, frame), Otherwise);
        }

        Flow Otherwise() => choice.Otherwise is null ? Flow.Next : Execute(choice.Otherwise, frame);
    }

    private AbstractValue Choose(Expression.Choice choice, Frame frame)
    {
        if (!IsMerged(choice.Condition))
        {
            return Evaluate(Test(choice.Condition, frame) ? choice.Then : choice.Otherwise, frame);
        }

        var truth = TruthOf(choice.Condition, frame);
        if (truth.Decide(walk.Facts) is { } known)
        {
            return Evaluate(known ? choice.Then : choice.Otherwise, frame);
        }

        var (then, otherwise, before) = (AbstractValue.Anything, AbstractValue.Anything, walk.Facts);
        Merge(truth, choice.Condition, frame, () => Of(choice.Then, out then), () => Of(choice.Otherwise, out otherwise));
        return Common(then, otherwise, before.And(truth.Facts), before.And((!truth).Facts));

        Flow Of(Expression side, out AbstractValue value)
        {
            value = Evaluate(side, frame);
            return Flow.Next;
        }
    }

    private bool IsMerged(Expression condition) => !decisions.CanFork(1) || IsOfTurn(condition)
        || !decisions.CanFork(condition.Nodes().Count(n => n is Expression.Binary { Operator: "&&" or "||" }) + 1);

    /// <summary>Each turn of a loop around it may answer anew.</summary>
    private bool IsOfTurn(Expression condition)
    {
        foreach (var loop in loops)
        {
            if (loop.Changes(condition))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A condition as what it says of sizes, with what is decided on this way; nothing is decided by asking.</summary>
    private Truth TruthOf(Expression condition, Frame frame)
    {
        switch (condition)
        {
            case Expression.Unary { Operator: "!", Operand: var inner }:
                return !TruthOf(inner, frame);
            case Expression.Binary { Operator: "==", Right: Expression.Constant { Value: Value.Null } } isNull:
                return !TruthOf(isNull with { Operator = "!=" }, frame);
            case Expression.Binary { Operator: "&&" or "||" } both:
                // The right side is asked only where the left side leaves it open.
                var (left, isAnd, before) = (TruthOf(both.Left, frame), both.Operator == "&&", walk.Facts);
                if (left.Decide(before) is { } known && known != isAnd)
                {
                    return left;
                }

                walk.Assume(isAnd ? left : !left);
                var right = left is Truth.Known ? TruthOf(both.Right, frame)
                    : walk.Under(Side(both.Left, left, isAnd, frame), () => TruthOf(both.Right, frame));
                walk.Forget(before);
                return isAnd ? left & right : left | right;
        }

        var truth = Evaluate(condition, frame) is AbstractValue.Boolean boolean ? boolean.Truth : Truth.Unknown;
        return truth is not Truth.Known && !IsOfTurn(condition) && truth.Decide(walk.Facts) is null
            && decisions.Known(truth, Fork(condition, truth, true, frame).Key, walk.Facts) is { } way ? Truth.Of(way) : truth;
    }

    /// <summary>Walks both sides. What only one of them demands is demanded where that runs.</summary>
    private Flow Merge(Truth truth, Expression condition, Frame frame, Func<Flow> then, Func<Flow> otherwise)
    {
        merged.Add(condition.At);
        var (start, step, aside) = (Save(), walk.Trace.Count, asides.Count);
        var (yes, no) = (Side(condition, truth, true, frame), Side(condition, truth, false, frame));
        walk.Scopes = [.. start.Scopes, yes];
        walk.Assume(truth);
        var one = then();
        var (first, between) = (Save(), walk.Trace.Count);
        Load(start);
        walk.Scopes = [.. start.Scopes, no];
        walk.Assume(!truth);
        var other = otherwise();
        var second = Save();

        // A side that ends in an exception gives nothing: where it goes on, the other was taken.
        walk.Trace.Blur(other == Flow.Throw ? between : step, one == Flow.Throw ? between : walk.Trace.Count);
        if (one == Flow.Stop || other == Flow.Stop)
        {
            return Flow.Stop;
        }

        if (one == Flow.Throw || other == Flow.Throw)
        {
            Load((one == Flow.Throw ? second : first) with { Failed = first.Failed || second.Failed });
            GoOn(start.Scopes, aside);
            return one == Flow.Throw ? other : one;
        }

        if (one == other)
        {
            Load(Both(first, second) with { Facts = start.Facts,
                Costs = Absent(condition, frame) is { } absent ? (absent ? first : second).Costs
                    : (Cost(first.Costs.Conventional, second.Costs.Conventional, truth),
                        Cost(first.Costs.Torchinfo, second.Costs.Torchinfo, truth)) });
            GoOn(start.Scopes, aside);
            return one;
        }

        // One side leaves the turn, the loop or the method: it is taken up again there.
        var leaves = other == Flow.Next;
        asides.Add(leaves ? new(one, first) : new(other, second));
        Load((leaves ? second : first) with { Failed = first.Failed || second.Failed });
        walk.CannotCount(DependsOnWay);
        return leaves ? other : one;
    }

    private Dim Cost(Dim a, Dim b, Truth truth)
    {
        if (a.Equals(b))
        {
            return a;
        }

        var cost = b + (loops.Count > 0 ? conditional.Indicator(truth) : truth.Indicator) * (a - b);
        if (cost.IsUnknown)
        {
            walk.CannotCount(DependsOnWay);
        }

        return cost;
    }

    /// <summary>One side of a fork that is walked with the other. What each turn of a loop answers anew is no other side of an earlier
    /// answer.</summary>
    private Condition Side(Expression condition, Truth truth, bool isTaken, Frame frame)
    {
        var branch = Fork(condition, truth, isTaken, frame);
        return branch.Text is null && truth.IsOpen && IsOfTurn(condition)
            ? new($"{(isTaken ? "" : "!")}{branch.Key} in a turn", Truth.Unknown, true) : branch;
    }

    /// <summary>The code after a place is reached as that place was, but for the ways that have left on it.</summary>
    private void GoOn(IReadOnlyList<Condition> path, int aside) =>
        walk.Scopes = asides.Count > aside ? [.. path, new Condition($"{++left} goes on", Truth.Unknown, true)] : path;

    /// <summary>Walks a turn, a loop or a method, in which a way may leave early.</summary>
    private Flow Within(Flow kind, Func<Flow> part)
    {
        var (path, aside) = (walk.Scopes, asides.Count);
        var flow = Rejoin(kind, aside, part());
        GoOn(path, aside);
        return flow;
    }

    /// <summary>Where a turn, a loop or a method ends, those that left it early are there too.</summary>
    private Flow Rejoin(Flow kind, int from, Flow flow)
    {
        if (asides.Count == from)
        {
            return flow == kind ? Flow.Next : flow;
        }

        var back = asides.Skip(from).Where(a => a.Flow == kind).ToArray();
        if (back.Length == 0 || flow == Flow.Stop)
        {
            return flow == kind ? Flow.Next : flow;
        }

        asides.RemoveAll(a => back.Contains(a));
        var here = flow == Flow.Next || flow == kind ? Save() : null;
        if (here is null && flow != Flow.Throw)
        {
            asides.Add(new(flow, Save()));
        }

        Load(back.Select(a => a.State).Aggregate(here, (all, one) => all is null ? one : Both(all, one))!);
        return Flow.Next;
    }

    private State Save() => new(Frames(), walk.Facts, walk.Scopes, (walk.MultiplyAdds, walk.TorchinfoMultiplyAdds), walk.Failed, result);

    private Dictionary<Frame, Dictionary<string, AbstractValue>> Frames()
    {
        var frames = new Dictionary<Frame, Dictionary<string, AbstractValue>>();
        foreach (var called in active)
        {
            for (var frame = called; frame is not null && !frames.ContainsKey(frame); frame = frame.Closure)
            {
                frames.Add(frame, frame.Save());
            }
        }

        return frames;
    }

    private void Load(State state)
    {
        foreach (var frame in state.Frames)
        {
            frame.Key.Load(frame.Value);
        }

        walk.Forget(state.Facts);
        walk.Scopes = state.Scopes;
        walk.Spend(state.Costs, (Dim.Zero, Dim.Zero));
        walk.Failed = state.Failed;
        result = state.Result;
    }

    /// <summary>What two states have in common. What was one object in both is one object still.</summary>
    private State Both(State a, State b)
    {
        var joined = new List<(AbstractValue A, AbstractValue B, AbstractValue Both)>();
        var frames = a.Frames.ToDictionary(f => f.Key, f =>
        {
            if (b.Frames.TryGetValue(f.Key, out var same) && ReferenceEquals(f.Value, same))
            {
                return same;
            }

            var all = new Dictionary<string, AbstractValue>(f.Value, StringComparer.Ordinal);
            var others = b.Frames.TryGetValue(f.Key, out var variables) ? variables : [];
            foreach (var other in others)
            {
                all[other.Key] = all.TryGetValue(other.Key, out var here) ? Once(here, other.Value)
                    : IsEntry(other.Key) ? AbstractValue.Anything : other.Value;
            }

            foreach (var only in f.Key == heap ? f.Value.Keys.Where(n => IsEntry(n) && !others.ContainsKey(n)).ToArray() : [])
            {
                all[only] = AbstractValue.Anything;
            }

            return all;
        });
        var facts = ReferenceEquals(a.Facts, b.Facts) ? a.Facts : a.Facts.Common(b.Facts);
        return new(frames, facts, a.Scopes.Where(b.Scopes.Contains).ToArray(), a.Costs, a.Failed || b.Failed,
            Common(a.Result, b.Result, a.Facts, b.Facts));

        AbstractValue Once(AbstractValue x, AbstractValue y)
        {
            if (ReferenceEquals(x, y))
            {
                return x;
            }

            foreach (var pair in joined)
            {
                if (ReferenceEquals(pair.A, x) && ReferenceEquals(pair.B, y))
                {
                    return pair.Both;
                }
            }

            var known = Common(x, y, a.Facts, b.Facts);
            joined.Add((x, y, known));

            // Whatever takes it takes either.
            walk.Advice.Use(x);
            walk.Advice.Use(y);
            return known;
        }
    }

    /// <summary>What holds of both, each by what is assumed on its side.</summary>
    private static AbstractValue Common(AbstractValue a, AbstractValue b, Facts ofA, Facts ofB) => (a, b) switch
    {
        (AbstractValue.Module x, AbstractValue.Module y) => x.Path == y.Path && x.Layer.Equals(y.Layer)
            ? x with { Device = Device.Join(x.Device, y.Device) } : AbstractValue.Anything,
        (AbstractValue.Function or AbstractValue.Many or AbstractValue.Each or AbstractValue.Slice, _) => ReferenceEquals(a, b) ? a
            : AbstractValue.Anything,
        (AbstractValue.Tensor, AbstractValue.Tensor) when !IsSame(a, b) => PathMerge.Of([(a, ofA), (b, ofB)]),
        (AbstractValue.Items x, AbstractValue.Items y) when x.Values.Count == y.Values.Count =>
            x with { Values = x.Values.Zip(y.Values, (v, w) => Common(v, w, ofA, ofB)).ToArray() },
        (AbstractValue.Size x, AbstractValue.Size y) => new AbstractValue.Size(PathMerge.Of([(x.Dim, ofA), (y.Dim, ofB)])),
        _ => Join(a, b),
    };

    /// <summary>What a walk knows at a place.</summary>
    private sealed record State(Dictionary<Frame, Dictionary<string, AbstractValue>> Frames, Facts Facts, IReadOnlyList<Condition> Scopes,
        (Dim Conventional, Dim Torchinfo) Costs, bool Failed, AbstractValue Result);

    /// <summary>A side that left, and how.</summary>
    private sealed record Aside(Flow Flow, State State);
}

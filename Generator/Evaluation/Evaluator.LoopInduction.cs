using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Loops of which the number of turns is not known: by induction, else by what all turns have in common.</content>
internal sealed partial class Evaluator
{
    private const int MostPeeled = 3;
    private const int MostRounds = 4;
    private const int DeepestLoops = 4;
    private const int DeepestInCode = 3;
    private readonly Stack<LoopVariables> loops = new();
    private readonly ConditionalCosts conditional = new();

    /// <summary>
    /// The first turn tells how each variable may grow; if the turn after any number of turns makes it grow so too, that is what all of
    /// them do. A first turn that is unlike the others, and is known to be taken, stands alone. Otherwise what a turn leaves as it was is
    /// so after all of them; what it changes is not known, dimension by dimension, and the turn is taken again with that.
    /// </summary>
    /// <param name="frame">The variables.</param>
    /// <param name="changed">Those that a turn sets.</param>
    /// <param name="end">When it ends.</param>
    /// <param name="turn">Takes the turn of a number.</param>
    /// <param name="after">What follows each turn.</param>
    private Flow Open(Frame frame, LoopVariables changed, End end, Func<Dim, Flow> turn, IReadOnlyList<Statement> after)
    {
        var (known, aside, path) = (walk.Facts, asides.Count, walk.Scopes);
        var entries = Entries();
        loops.Push(changed);
        var flowAfter = loops.Count > (isOrdinary ? DeepestInCode : DeepestLoops) || (changed.IsPlain
            && (!changed.FillsLists || loops.Count == DeepestInCode) && !frame.Snapshot().Values.Any(HasTensors))
            ? OnceForAll() : ByInduction();
        loops.Pop();
        if (loops.Count == 0 && (conditional.AreIn(walk.MultiplyAdds) || conditional.AreIn(walk.TorchinfoMultiplyAdds)))
        {
            walk.Spend((conditional.Settle(walk.MultiplyAdds), conditional.Settle(walk.TorchinfoMultiplyAdds)), (Dim.Zero, Dim.Zero));
        }

        ForgetEntries(entries);
        walk.Forget(known);
        GoOn(path, aside);
        return flowAfter;

        Flow ByInduction()
        {
            for (var peeled = 0; ; peeled++)
            {
                var loop = new LoopInduction(this, frame, peeled, end, turn, after);
                if (loop.Run() is { } flow)
                {
                    return flow;
                }

                if (!loop.IsSure || peeled == MostPeeled)
                {
                    return loop.Common();
                }
            }
        }

        static bool HasTensors(AbstractValue value) => value switch
        {
            AbstractValue.Items items => items.Values.Any(HasTensors),
            AbstractValue.Many many => HasTensors(many.Item),
            AbstractValue.Unknown or AbstractValue.Size or AbstractValue.Boolean or AbstractValue.Text or AbstractValue.Null
                or AbstractValue.Object => false,
            _ => true,
        };

        // So deep a loop, or one that has nothing to do with tensors, is walked once, knowing nothing of what it sets.
        Flow OnceForAll()
        {
            const string Reason = "loops are nested deeper than is followed";
            var (at, members) = (Anchor.InBody(frame.Method, end.Condition?.At ?? 0), heap.Save());
            GiveUp(frame, changed, at, Reason);
            var loop = new LoopInduction(this, frame, 0, end with { Left = static _ => Dim.Unknown }, turn, after);
            var flow = loop.AnyTurn();
            GiveUp(frame, changed, at, Reason);
            foreach (var member in members)
            {
                if (!ReferenceEquals(heap.Find(member.Key), member.Value))
                {
                    heap.Declare(member.Key, AbstractValue.Anything);
                }
            }

            return flow == Flow.Stop ? flow : Flow.Next;
        }
    }

    /// <param name="Left">The number of turns that are left after so many.</param>
    /// <param name="Key">What the loop goes through; for a loop with a condition that tells it.</param>
    /// <param name="Condition">What holds where there is one more turn; null where the number of items says it.</param>
    /// <param name="Limit">What the condition compares with, where a turn may change it.</param>
    private sealed record End(Func<int, Dim> Left, string Key, Expression? Condition = null, Func<Dim>? Limit = null);

    /// <summary>A loop from a turn on.</summary>
    private sealed class LoopInduction(Evaluator body, Frame frame, int peeled, End loop, Func<Dim, Flow> turn,
        IReadOnlyList<Statement> after)
    {
        private const string Differ = "the iterations of a loop differ, and their number is not known at compile time";
        private readonly LayerEvaluator walk = body.walk;
        private readonly Dim outer = body.walk.Turns;
        private readonly Dictionary<string, AbstractValue> start = frame.Snapshot();
        private readonly (Dim Conventional, Dim Torchinfo) costs = (body.walk.MultiplyAdds, body.walk.TorchinfoMultiplyAdds);
        private readonly TraceBuilder tape = body.walk.Trace;
        private readonly int step = body.walk.Trace.Count;
        private readonly bool wasPaused = body.walk.Trace.IsPaused;
        private readonly int findings = body.walk.Found;
        private readonly int scopes = body.walk.Scopes.Count;
        private Dictionary<string, AbstractValue> first = [];
        private readonly Dim? limit = loop.Limit?.Invoke();
        private Dim turns = loop.Left(peeled);
        private Flow flow;
        private bool differs;
        private bool isShaped;
        private Truth? begins;
        private Condition? any;

        /// <summary>There is at least one turn, and it ends like any.</summary>
        public bool IsSure { get; private set; }

        /// <summary>The flow after the loop; null where one turn does not tell it.</summary>
        public Flow? Run()
        {
            Begin();
            IsSure = begins is null ? Comparison.AtLeast(turns, Dim.One, walk.Facts) is true : begins.Decide(walk.Facts) is true;
            var (asides, merged) = (body.asides.Count, new HashSet<int>(body.merged));
            body.merged.Clear();
            flow = Turn(Dim.Zero);
            first = frame.Snapshot();
            var mergedFirst = new HashSet<int>(body.merged);
            if (flow == Flow.Stop || (IsSure && flow != Flow.Next))
            {
                body.merged.UnionWith(merged);
                return flow;
            }

            turns = IsLimited ? turns : Dim.Unknown;

            // The first turn is on the tape, for all of them if they are alike.
            tape.IsPaused = true;
            body.merged.Clear();
            var cost = flow == Flow.Next && !walk.Failed && body.asides.Count == asides ? Induced() : null;
            isShaped = cost is { HaveShapes: true };
            var isAlike = cost is { AreAlike: true } && mergedFirst.SetEquals(body.merged);
            body.merged.UnionWith(mergedFirst);
            body.merged.UnionWith(merged);
            tape.IsPaused = wasPaused;
            IsSure &= body.asides.Count == asides && !walk.Failed;
            if (cost is null)
            {
                return body.walk.Cache.Budget.IsSpent ? Flow.Stop : null;
            }

            walk.Spend(costs, (outer * cost.Value.Conventional, outer * cost.Value.Torchinfo));
            Counted();
            Record(isAlike);
            return Flow.Next;
        }

        /// <summary>The turns after a first one, which was taken, make the variables grow as it did: they are as after the last.</summary>
        public bool GoesOn(LoopVariables changed)
        {
            var (known, path, asides) = (walk.Facts, walk.Scopes, body.asides.Count);
            first = frame.Snapshot();
            if (start.Any(s => s.Value is AbstractValue.Items before && first[s.Key] is AbstractValue.Items now
                && now.Values.Skip(before.Values.Count).Any(IsObject)))
            {
                // Each turn adds an object of its own.
                return false;
            }

            any = Any(turns, loop.Key);
            tape.IsPaused = true;
            body.loops.Push(changed);
            var cost = walk.Failed ? null : Induced(isLoose: peeled > 0);
            body.loops.Pop();
            tape.IsPaused = wasPaused;
            walk.Forget(known);
            body.GoOn(path, asides);
            if (cost is null)
            {
                return false;
            }

            walk.Spend(costs, (outer * cost.Value.Conventional, outer * cost.Value.Torchinfo));
            Counted();
            return true;
        }

        private static bool IsObject(AbstractValue value) => value is AbstractValue.Object or AbstractValue.Module or AbstractValue.Function
            || (value is AbstractValue.Items items && items.Values.Any(IsObject));

        /// <summary>A turn has left what the index is compared with as it was.</summary>
        private bool IsLimited => limit is null || (!limit.IsUnknown && limit.Equals(loop.Limit!()));

        /// <summary>Takes a turn after any number of turns.</summary>
        public Flow AnyTurn()
        {
            var index = walk.NextIndex();
            walk.Know(new Fact(index, Relation.AtLeast, Dim.Zero));
            Begin();
            return Turn(index);
        }

        /// <summary>What tells that there is a turn at all.</summary>
        private void Begin()
        {
            begins = loop.Condition is { } condition ? body.TruthOf(condition, frame) : null;
            any = begins is null ? Any(turns, loop.Key) : body.Fork(loop.Condition!, begins, true, frame);
        }

        public Flow Common()
        {
            turns = limit is null ? turns : Dim.Unknown;
            tape.IsPaused = true;
            walk.Turns = outer * turns;
            walk.Spend(costs, (Dim.Zero, Dim.Zero));
            if (flow == Flow.Return)
            {
                body.asides.Add(new(flow, body.Save()));
            }

            foreach (var entry in start)
            {
                frame.Assign(entry.Key, Join(entry.Value, first[entry.Key]));
            }

            // Numbers that grow by the same in every turn, whatever else it does.
            var index = walk.NextIndex();
            walk.Know(new Fact(index, Relation.AtLeast, Dim.Zero));
            var numbers = flow == Flow.Next ? start.Where(v => v.Value is AbstractValue.Size && first[v.Key] is AbstractValue.Size)
                .Select(v => LoopGrowth.Of(v.Key, v.Value, first[v.Key])).Where(g => g.IsConstant).ToList() : [];
            for (var round = 0; round <= MostRounds; round++)
            {
                numbers.ForEach(n => frame.Assign(n.Name, n.After(index)));
                var before = frame.Snapshot();
                walk.Listen();
                flow = Turn(index);
                var isStable = numbers.RemoveAll(n => flow != Flow.Next || !n.Agrees(index + Dim.One, frame.Find(n.Name)!, walk.Facts))
                    == 0;
                if (flow == Flow.Return)
                {
                    body.asides.Add(new(flow, body.Save()));
                }

                foreach (var entry in before.Where(b => !numbers.Any(n => n.Name == b.Key)))
                {
                    var joined = Join(entry.Value, frame.Find(entry.Key)!);
                    var isSame = IsSame(joined, entry.Value);
                    isStable &= isSame;
                    frame.Assign(entry.Key, isSame || round < MostRounds ? joined : joined is AbstractValue.Tensor ? AbstractValue.Lost
                        : AbstractValue.Anything);
                }

                if (isStable || flow is Flow.Throw or Flow.Stop)
                {
                    break;
                }

                // The turns after the first are counted with the first.
                walk.Turns = Dim.Zero;
            }

            if (body.isOrdinary && flow != Flow.Stop)
            {
                // The first two conditions are that there is a turn, and one more.
                walk.Confirm(findings, scopes + 1);
            }

            numbers.ForEach(n => frame.Assign(n.Name, n.After(turns)));
            Record(areAlike: false);
            walk.Turns = outer;
            if (walk.MultiplyAdds.Names.Contains(index.AsName!) || body.conditional.AreIn(walk.MultiplyAdds - costs.Conventional))
            {
                walk.CannotCount(Differ);
            }

            Counted();
            return flow == Flow.Stop ? flow : Flow.Next;
        }

        private void Counted()
        {
            if (walk.MultiplyAdds.IsUnknown && !costs.Conventional.IsUnknown && differs)
            {
                walk.CannotCount(Differ);
            }

            if (walk.MultiplyAdds.IsUnknown && turns.IsUnknown)
            {
                walk.CannotCount("how often a loop runs is not known at compile time");
            }
        }

        /// <summary>What comes after takes the tensors of the last turn.</summary>
        private void Record(bool areAlike)
        {
            tape.IsPaused = wasPaused;
            if (!wasPaused)
            {
                tape.Repeat(step, turns, start.Select(e => (e.Value, first[e.Key])).ToArray(), areAlike, isShaped);
            }

            foreach (var entry in first)
            {
                if (entry.Value is AbstractValue.Tensor last && frame.Find(entry.Key) is AbstractValue.Tensor now)
                {
                    frame.Assign(entry.Key, now with { Produced = Produced.Join(last.Produced, now.Produced) });
                }
            }
        }

        private Flow Turn(Dim number)
        {
            // A turn is only taken where there is one more.
            var known = walk.Facts;
            walk.Know(new Fact(turns, Relation.More, number));
            if (loop.Condition is { } condition)
            {
                walk.Assume(body.TruthOf(condition, frame));
            }

            var end = walk.Under(any!, () => number.Constant == 0 ? Once()
                : walk.Under(new Condition($"{any!.Key} again", Truth.Unknown, true), Once));
            walk.Forget(known);
            return end;

            Flow Once()
            {
                var flow = body.Within(Flow.Continue, () => turn(Dim.Of(peeled) + number));
                if (flow == Flow.Next)
                {
                    foreach (var last in after)
                    {
                        body.Execute(last, frame);
                    }
                }

                return flow;
            }
        }

        /// <summary>
        /// Takes a turn after k turns, with the variables as they are then if the first turn is typical. If the turn bears that out, the
        /// variables are set to what all turns make of them, and their cost is given; else nothing is changed.
        /// </summary>
        private (Dim Conventional, Dim Torchinfo, bool AreAlike, bool HaveShapes)? Induced(bool isLoose = false)
        {
            var growth = start.Select(v => LoopGrowth.Of(v.Key, v.Value, first[v.Key], isLoose)).ToArray();
            var saved = walk.Save();
            var (places, value, asides) = (body.returned.Count, body.result, body.asides.Count);
            var k = walk.NextIndex();
            walk.Know(new Fact(k, Relation.AtLeast, Dim.Zero));
            Assign(growth, v => v.After(k));

            walk.Turns = Dim.One;
            var before = (walk.MultiplyAdds, walk.TorchinfoMultiplyAdds);
            body.decisions.Hold();
            tape.Passed.Forget(k.AsName!);
            var end = Turn(k);
            var isTypical = !body.decisions.WasHeld && end == Flow.Next && IsLimited && !walk.Failed
                && walk.Lost is null == saved.Lost is null
                && body.returned.Count == places && body.asides.Count == asides && walk.Requirements.Count == saved.Requirements
                && growth.All(v => v.Agrees(k + Dim.One, frame.Find(v.Name)!, walk.Facts));
            body.decisions.Release();
            differs = isTypical && body.conditional.AreIn(walk.MultiplyAdds);
            var (each, torchinfo) = (walk.MultiplyAdds - before.MultiplyAdds, walk.TorchinfoMultiplyAdds - before.TorchinfoMultiplyAdds);
            var areAlike = growth.All(v => v.IsConstant) && !each.Names.Concat(torchinfo.Names).Contains(k.AsName!)
                && !body.conditional.AreIn(each) && !body.conditional.AreIn(torchinfo) && !tape.Passed.AreInFigures(k.AsName!);
            var haveShapes = !tape.Passed.AreInShapes(k.AsName!);
            walk.Restore(saved);
            body.returned.RemoveRange(places, body.returned.Count - places);
            body.asides.RemoveRange(asides, body.asides.Count - asides);
            body.result = value;
            Assign(growth, v => isTypical ? v.After(turns) : first[v.Name]);

            return isTypical ? (body.conditional.SumOver(each, k.AsName!, turns, walk.Facts),
                body.conditional.SumOver(torchinfo, k.AsName!, turns, walk.Facts), areAlike, haveShapes) : null;
        }

        private void Assign(IReadOnlyList<LoopGrowth> growth, Func<LoopGrowth, AbstractValue> value)
        {
            foreach (var (name, now) in LoopGrowth.Values(growth, start, first, value))
            {
                frame.Assign(name, now);
            }
        }
    }
}

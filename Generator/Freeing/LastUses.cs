using Gen.Model;

namespace Gen.Freeing;

/// <summary>Goes through a body from its end to its beginning, and frees each value where no later instruction reads it.</summary>
/// <param name="aliases">Which names may be one object.</param>
/// <param name="given">Names that always stand for the caller's tensors.</param>
/// <param name="unset">Names that are declared without a value.</param>
/// <param name="fresh">A name that nothing has.</param>
internal sealed class LastUses(Aliases aliases, ISet<string> given, ISet<string> unset, Func<string> fresh)
{
    private static readonly HashSet<string> Nothing = new(StringComparer.Ordinal);

    public EquatableArray<FreeingStep> Insert(IReadOnlyList<Instruction> body) => Block(body, Nothing, Nothing).Steps;

    /// <param name="body">The instructions.</param>
    /// <param name="after">The names that are read after them.</param>
    /// <param name="around">The names that are read when the loop around goes on or ends.</param>
    private (EquatableArray<FreeingStep> Steps, HashSet<string> Live) Block(IReadOnlyList<Instruction> body, HashSet<string> after,
        HashSet<string> around)
    {
        var live = new HashSet<string>(after, StringComparer.Ordinal);
        var reversed = new List<IReadOnlyList<FreeingStep>>();
        foreach (var instruction in body.Reverse())
        {
            var (steps, before) = One(instruction, live, around);
            reversed.Add(steps);
            live = before;
        }

        return (Enumerable.Reverse(reversed).SelectMany(s => s).ToEquatableArray(), live);
    }

    private (IReadOnlyList<FreeingStep> Steps, HashSet<string> Live) One(Instruction instruction, HashSet<string> after,
        HashSet<string> around)
    {
        switch (instruction)
        {
            case Instruction.Leave leave:
                return ([new FreeingStep.Line(leave.Text)], Union(leave.Uses));
            case Instruction.Jump jump:
                return ([new FreeingStep.Line(jump.Text)], Union(around));
            case Instruction.Branch branch:
                return Branch(branch, after, around);
            case Instruction.Loop loop:
                return Loop(loop, after);
            case Instruction.Function function:
                return ([function.Lines is not { } lines ? new FreeingStep.Line(function.Header) : new FreeingStep.Block(function.Header,
                    lines.Select(static FreeingStep (line) => new FreeingStep.Line(line)).ToEquatableArray())], Union(after));
            case Instruction.Run run:
                var live = new HashSet<string>(after, StringComparer.Ordinal);
                live.ExceptWith(run.Sets);
                live.UnionWith(run.Uses);
                return (Run(run, after), live);
            default:
                throw new ArgumentOutOfRangeException(nameof(instruction));
        }
    }

    private List<FreeingStep> Run(Instruction.Run run, HashSet<string> after)
    {
        var line = run.Left is null ? $"{run.Value};" : $"{run.Left} = {run.Value};";
        var dead = run.Uses.Concat(run.Sets).Distinct()
            .Where(n => IsFreed(n) && run.Value != n && (!after.Contains(n) || (run.Sets.Contains(n) && run.Uses.Contains(n)))).ToArray();

        // The old value of a name that gets a new one: x = block.call(x).
        if (run.Sets is [var target] && run.Left == target && dead.Contains(target) && run.Uses.Contains(target))
        {
            var next = fresh();
            var steps = new List<FreeingStep> { new FreeingStep.Line($"var {next} = {run.Value};") };
            steps.AddRange(
                dead.Select(n => Free(n, after.Where(o => o != target), run.Same.Any(s => aliases.MayBeSame(s, n)) ? next : null)));
            steps.Add(new FreeingStep.Line($"{target} = {next};"));
            return steps;
        }

        return [new FreeingStep.Line(line), .. dead.Where(n => !run.Sets.Contains(n) || !after.Contains(n)).Select(n => Free(n, after))];
    }

    private (IReadOnlyList<FreeingStep> Steps, HashSet<string> Live) Branch(Instruction.Branch branch, HashSet<string> after,
        HashSet<string> around)
    {
        var (then, liveThen) = Block(branch.Then, after, around);
        var (otherwise, liveOtherwise) = branch.Otherwise is null ? (default, after) : Block(branch.Otherwise, after, around);
        var live = Union(branch.Uses, liveThen, liveOtherwise);
        then = Ended(live, liveThen).Concat(then).ToEquatableArray();
        otherwise = Ended(live, liveOtherwise).Concat(otherwise).ToEquatableArray();
        var steps = new List<FreeingStep> { new FreeingStep.Block(branch.Header, then) };
        if (branch.Otherwise is not null || otherwise.Count > 0)
        {
            steps.Add(new FreeingStep.Block("else", otherwise));
        }

        return (steps, live);
    }

    private (IReadOnlyList<FreeingStep> Steps, HashSet<string> Live) Loop(Instruction.Loop loop, HashSet<string> after)
    {
        var head = Union(loop.Uses, after);
        while (true)
        {
            var (body, live) = Block(loop.Body, head, head);
            if (live.IsSubsetOf(head))
            {
                // What only the end of the loop needs is of no use to one turn more, which sets it anew.
                var turn = Ended(head, Union(live, loop.Uses)).Where(f => !unset.Contains(f.Value)).Concat(body).ToEquatableArray();
                return ([new FreeingStep.Block(loop.Header, turn), .. Ended(head, after)], head);
            }

            head.UnionWith(live);
        }
    }

    /// <summary>The values that the other way needs, and this one does not.</summary>
    private IEnumerable<FreeingStep.Free> Ended(HashSet<string> before, HashSet<string> after) =>
        before.Where(n => !after.Contains(n) && IsFreed(n)).OrderBy(n => n, StringComparer.Ordinal).Select(n => Free(n, after));

    private bool IsFreed(string name) => !given.Contains(name) && !aliases.IsHeld(name);

    private FreeingStep.Free Free(string name, IEnumerable<string> live, string? next = null) => new(
        name,
        live.Where(o => o != name && !given.Contains(o) && aliases.MayBeSame(o, name)).OrderBy(o => o, StringComparer.Ordinal)
            .Concat(next is null ? [] : [next]).ToEquatableArray());

    private static HashSet<string> Union(params IEnumerable<string>[] sets) => new(sets.SelectMany(s => s), StringComparer.Ordinal);
}

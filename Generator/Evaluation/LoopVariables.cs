using Gen.Model;

namespace Gen.Evaluation;

/// <summary>The variables that the turns of a loop set, and those of them that may be another in each turn.</summary>
internal sealed class LoopVariables
{
    private readonly HashSet<string> changing = new(StringComparer.Ordinal);

    private LoopVariables(Statement body, Expression? target)
    {
        var sets = body.Statements().OfType<Statement.Declare>().Where(d => d.Value is not null).Select(d => (d.Name, Value: d.Value!))
            .Concat(body.Nodes().OfType<Expression.Assign>().SelectMany(a => Locals(a.Target).Select(name => (Name: name, a.Value))))
            .ToArray();
        Set = new(sets.Select(s => s.Name).Concat(target is null ? [] : Locals(target)).Concat(body.Nodes().SelectMany(Changed)),
            StringComparer.Ordinal);

        // What is set once, to what no turn changes, is the same in every turn.
        changing.UnionWith(Set.Except(sets.GroupBy(s => s.Name).Where(g => g.Count() == 1).Select(g => g.Key)));
        for (var count = -1; count != changing.Count;)
        {
            count = changing.Count;
            changing.UnionWith(
                sets.Where(s => !changing.Contains(s.Name) && (Changes(s.Value)
                    || s.Value.Nodes().Any(n => n is Expression.Local local && local.Name == s.Name))).Select(s => s.Name).ToArray());
        }
    }

    public static LoopVariables None { get; } = new(new Statement.Block(default), null);

    /// <summary>What only the running program knows may be another in each turn: the clock, a file.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The variables that a turn sets or changes in place.</summary>
    public HashSet<string> Set { get; }

    public static LoopVariables Of(Statement.Loop loop, bool isOpen) =>
        new(new Statement.Block(EquatableArray.Of<Statement>([loop.Body, .. loop.After])), null) { IsOpen = isOpen };

    public static LoopVariables Of(Statement.ForEach loop, bool isOpen) => new(loop.Body, loop.Target) { IsOpen = isOpen };

    /// <summary>What the expression gives may differ from turn to turn.</summary>
    public bool Changes(Expression node) => node.Nodes()
        .Any(n => n is Expression.Local local ? changing.Contains(local.Name) : (IsOpen && n is Expression.Opaque) || n is Expression.Field
            or Expression.Call { Owner: Owner.Plain or Owner.Other } or Expression.Call { Targets.Count: > 0 });

    private static IEnumerable<string> Locals(Expression target) => target switch
    {
        Expression.Local local => [local.Name],
        Expression.List list => list.Items.SelectMany(Locals),
        Expression.Element element => Locals(element.Receiver),
        _ => [],
    };

    /// <summary>Lists that a call may fill, what a method sets, and what is not understood.</summary>
    private static IEnumerable<string> Changed(Expression node) => node switch
    {
        Expression.Call { Owner: Owner.Collection, Receiver: Expression.Local list } call =>
            call.Arguments.Where(a => a.IsSet).SelectMany(a => Locals(a.Value)).Append(list.Name),
        Expression.Call call => call.Arguments.Where(a => a.IsSet || call.Owner is Owner.Other or Owner.Plain)
            .SelectMany(a => Locals(a.Value)),
        Expression.Binary { Operator: "is", Right: var right } => Locals(right),
        Expression.Opaque opaque => opaque.Locals,
        _ => [],
    };
}

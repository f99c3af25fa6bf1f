using Gen.Graph;
using Gen.Model;

namespace Gen.Checking;

/// <summary>The variables that the turns of a loop set, and those of them that may be another in each turn.</summary>
internal sealed class LoopNames
{
    private readonly HashSet<string> changing = new(StringComparer.Ordinal);

    private LoopNames(Statement body, Node? target)
    {
        var sets = body.Statements().OfType<Statement.Declare>().Where(d => d.Value is not null).Select(d => (d.Name, Value: d.Value!))
            .Concat(body.Nodes().OfType<Node.Assign>().SelectMany(a => Locals(a.Target).Select(name => (Name: name, a.Value))))
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
                    || s.Value.Nodes().Any(n => n is Node.Local local && local.Name == s.Name))).Select(s => s.Name).ToArray());
        }
    }

    public static LoopNames None { get; } = new(new Statement.Block(default), null);

    /// <summary>The variables that a turn sets or changes in place.</summary>
    public HashSet<string> Set { get; }

    public static LoopNames Of(Statement.Loop loop) =>
        new(new Statement.Block(EquatableArray.Of<Statement>([loop.Body, .. loop.After])), null);

    public static LoopNames Of(Statement.ForEach loop) => new(loop.Body, loop.Target);

    /// <summary>What the expression gives may differ from turn to turn.</summary>
    public bool Changes(Node node) => node.Nodes()
        .Any(n => n is Node.Local local ? changing.Contains(local.Name) : n is Node.Call { Owner: Owner.Plain or Owner.Other });

    private static IEnumerable<string> Locals(Node target) => target switch
    {
        Node.Local local => [local.Name],
        Node.List list => list.Items.SelectMany(Locals),
        Node.Element element => Locals(element.Receiver),
        _ => [],
    };

    /// <summary>Lists that a call may fill, what a method sets, and what is not understood.</summary>
    private static IEnumerable<string> Changed(Node node) => node switch
    {
        Node.Call { Owner: Owner.Collection, Receiver: Node.Local list } call =>
            call.Arguments.Where(a => a.IsSet).SelectMany(a => Locals(a.Value)).Append(list.Name),
        Node.Call call => call.Arguments.Where(a => a.IsSet || call.Owner is Owner.Other or Owner.Plain).SelectMany(a => Locals(a.Value)),
        Node.Binary { Operator: "is", Right: var right } => Locals(right),
        Node.Opaque opaque => opaque.Locals,
        _ => [],
    };
}

using System.Runtime.CompilerServices;
using Gen.Model;

namespace Gen.Evaluation;

/// <summary>The variables that the turns of a loop set, and those of them that may be another in each turn.</summary>
internal sealed class LoopVariables
{
    /// <summary>By the loop, in code that asks what only the running program knows, and in code that does not.</summary>
    private static readonly ConditionalWeakTable<Statement, LoopVariables> Steady = new();
    private static readonly ConditionalWeakTable<Statement, LoopVariables> Open = new();
    private readonly HashSet<string> changing = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<Expression, StrongBox<bool>> answers = new();

    private LoopVariables(Statement body, Expression? target)
    {
        var sets = body.Statements().OfType<Statement.Declare>().Where(d => d.Value is not null).Select(d => (d.Name, Value: d.Value!))
            .Concat(body.Nodes().OfType<Expression.Assign>().SelectMany(a => Locals(a.Target).Select(name => (Name: name, a.Value))))
            .ToArray();
        Set = new(sets.Select(s => s.Name).Concat(target is null ? [] : Locals(target)).Concat(body.Nodes().SelectMany(Changed)),
            StringComparer.Ordinal);

        Elements = new(body.Nodes().OfType<Expression.Assign>().Select(static a => a.Target).OfType<Expression.Element>().SelectMany(Locals)
            .Except(body.Statements().OfType<Statement.Declare>().Select(static d => d.Name))
            .Except(body.Nodes().OfType<Expression.Assign>().Where(static a => a.Target is not Expression.Element)
                .SelectMany(static a => Locals(a.Target)))
            .Except(body.Nodes().SelectMany(Changed)), StringComparer.Ordinal);

        // What is set once, to what no turn changes, is the same in every turn.
        changing.UnionWith(Set.Except(sets.GroupBy(s => s.Name).Where(g => g.Count() == 1).Select(g => g.Key)));
        for (var count = -1; count != changing.Count;)
        {
            count = changing.Count;
            changing.UnionWith(
                sets.Where(s => !changing.Contains(s.Name) && (IsChanged(s.Value)
                    || s.Value.Nodes().Any(n => n is Expression.Local local && local.Name == s.Name))).Select(s => s.Name).ToArray());
        }
    }

    public static LoopVariables None { get; } = new(new Statement.Block(default), null);

    /// <summary>What only the running program knows may be another in each turn: the clock, a file.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The variables that a turn sets or changes in place.</summary>
    public HashSet<string> Set { get; }

    /// <summary>Those of which a turn sets elements alone: an array keeps its length.</summary>
    public HashSet<string> Elements { get; }

    /// <summary>It has nothing to do with tensors, modules, objects and other code of the project.</summary>
    public bool IsPlain { get; private init; }

    /// <summary>A turn may add to a list.</summary>
    public bool FillsLists { get; private init; }

    /// <summary>What each turn adds to the variable of the condition, once and whatever happens in it; null where that is not so.</summary>
    public long? Step { get; private init; }

    public static LoopVariables Of(Statement.Loop loop, bool isOpen) => (isOpen ? Open : Steady).GetValue(loop, _ =>
        new(new Statement.Block(EquatableArray.Of<Statement>([loop.Body, .. loop.After])), null)
        {
            IsOpen = isOpen,
            IsPlain = isOpen && loop.After.Append(loop.Body).All(IsPlainCode),
            FillsLists = loop.Body.Nodes().Any(IsOfList),
            Step = loop.Condition is Expression.Binary { Left: Expression.Local variable } ? StepOf(loop, variable.Name) : null,
        });

    public static LoopVariables Of(Statement.ForEach loop, bool isOpen) => (isOpen ? Open : Steady).GetValue(loop, _ =>
        new(loop.Body, loop.Target) { IsOpen = isOpen, IsPlain = isOpen && IsPlainCode(loop.Body),
            FillsLists = loop.Body.Nodes().Any(IsOfList) });

    /// <summary>The variables that a function sets or changes in place, its own among them.</summary>
    public static IEnumerable<string> SetBy(AbstractValue.Function function) => new LoopVariables(function.Body, null).Set;

    private static bool IsOfList(Expression node) => node is Expression.Call { Owner: Owner.Collection, Receiver: not null };

    private static bool IsPlainCode(Statement code) =>
        !code.Statements().Any(static s => s is Statement.Yield or Statement.Function)
        && code.Nodes().All(static n => n switch
        {
            Expression.Call { Owner: Owner.Collection or Owner.Math or Owner.Plain or Owner.Other, Targets.Count: 0 } => true,
            Expression.Call or Expression.Lambda or Expression.Assign { Target: Expression.Field } => false,
            Expression.Constant { Value: Value.Module } or Expression.Read { Owner: Owner.Tensor or Owner.Module } => false,
            _ => true,
        });

    /// <summary>What the expression gives may differ from turn to turn.</summary>
    public bool Changes(Expression node) => answers.GetValue(node, n => new(IsChanged(n))).Value;

    private bool IsChanged(Expression node) => node.Nodes()
        .Any(n => n is Expression.Local local ? changing.Contains(local.Name) : (IsOpen && n is Expression.Opaque) || n is Expression.Field
            or Expression.Call { Owner: Owner.Plain or Owner.Other } or Expression.Call { Targets.Count: > 0 });

    private static long? StepOf(Statement.Loop loop, string variable)
    {
        var body = loop.Body is Statement.Block block ? block.Statements : EquatableArray.Of(loop.Body);
        var all = loop.After.Append(loop.Body).SelectMany(s => s.Nodes())
            .Where(n => n is Expression.Assign assign
                && Places(assign.Target).Any(t => t is Expression.Local local && local.Name == variable))
            .ToArray();
        return all is [Expression.Assign { Target: Expression.Local,
            Value: Expression.Binary { Operator: var sign, Left: Expression.Local { Name: var left },
                Right: Expression.Constant { Value: Value.Integer { Dim.Constant: { } step } } } }]
            && sign is "+" or "-" && left == variable && Math.Abs(step) < 1 << 20
            && (loop.After.Any(IsSteady) || (body.Any(IsSteady) && !loop.Body.Statements().Any(s => s is Statement.Continue)))
            && !loop.Body.Statements().Any(s => s is Statement.Function) ? (sign == "+" ? step : -step) : null;

        // The step is in it, and is taken whenever it is.
        bool IsSteady(Statement statement) => statement is Statement.Evaluate or Statement.Declare
            && statement.Nodes().ToArray() is var nodes
            && nodes.Any(n => ReferenceEquals(n, all[0]))
            && !nodes.Any(n => n is Expression.Choice or Expression.Lambda or Expression.Binary { Operator: "&&" or "||" or "??" });
    }

    /// <summary>What an assignment sets or changes: an index only tells where.</summary>
    private static IEnumerable<Expression> Places(Expression target) => target switch
    {
        Expression.Element element => Places(element.Receiver),
        Expression.List list => list.Items.SelectMany(Places),
        _ => target.Nodes(),
    };

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

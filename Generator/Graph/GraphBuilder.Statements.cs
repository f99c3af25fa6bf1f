using Gen.Model;
using Gen.Rules;

namespace Gen.Graph;

/// <content>Statements.</content>
internal sealed partial class GraphBuilder
{
    private void Run(Statement statement, Frame frame)
    {
        if (isEnded)
        {
            return;
        }

        if (count > MostNodes || !StackSpace.IsLeft())
        {
            Opaque(Anchor.Forward, "", TooLong);
            isEnded = true;
            return;
        }

        switch (statement)
        {
            case Statement.Block block:
                Run(block, frame);
                break;
            case Statement.Evaluate evaluate:
                Lower(evaluate.Expression, frame);
                break;
            case Statement.Declare declare:
                Set(new(frame, declare.Name), declare.Value is null ? Null
                    : Own(frame.At(declare.Value), declare.Name, Lower(declare.Value, frame)));
                break;
            case Statement.Return end:
                var result = end.Value is null ? Null : Argument(Lower(end.Value, frame));
                if (!isEnded)
                {
                    Leave(Anchor.InBody(frame.Method, end.At), frame.Return!, result);
                }

                break;
            case Statement.If choice:
                var condition = Lower(choice.Condition, frame);
                if (!isEnded)
                {
                    Fork(frame.At(choice.Condition), condition, () => Only(choice.Then, frame),
                        () => choice.Otherwise is null ? null : Only(choice.Otherwise, frame));
                }

                break;
            case Statement.Loop loop:
                Loop(loop, frame);
                break;
            case Statement.ForEach loop:
                ForEach(loop, frame);
                break;
            case Statement.Function function:
                variables[new(frame, function.Name)] = new Closure(function.Parameters, function.Body, frame);
                break;
            case Statement.Switch choice:
                Switch(choice, frame);
                break;
            case Statement.Break or Statement.Continue:
                Jump(statement is Statement.Break ? frame.Break : frame.Continue);
                break;
            case Statement.Jump jump:
                var at = Anchor.InBody(frame.Method, jump.At);
                Leave(at, frame.Return!, Opaque(at, jump.Written, "where it leads is not followed"));
                break;
            default:
                Throw(Anchor.Forward);
                break;
        }
    }

    /// <summary>What begins a mode in a block, as <c>using (no_grad())</c> does, ends it there.</summary>
    private void Run(Statement.Block block, Frame frame)
    {
        var modes = new Stack<Operand>();
        foreach (var inner in block.Statements)
        {
            if (inner is Statement.Evaluate { Expression: var expression } && IsMode(expression))
            {
                modes.Push(Lower(expression, frame));
                continue;
            }

            Run(inner, frame);
            foreach (var name in inner is Statement.Block declared && !isEnded ? Modes(declared) : [])
            {
                modes.Push(variables[new(frame, name)]);
            }
        }

        // A using declaration lasts until the end of the block around it.
        var isDeclaration = block.Statements.All(static s => s is Statement.Declare);
        while (modes.Count > 0 && !isEnded && !isDeclaration)
        {
            Apply(Anchor.Forward, OperatorKind.Tensor, "Dispose", [new("", modes.Pop())]);
        }
    }

    private static IEnumerable<string> Modes(Statement.Block block) => block.Statements.All(static s => s is Statement.Declare)
        ? block.Statements.Cast<Statement.Declare>().Where(static d => IsMode(d.Value)).Select(static d => d.Name) : [];

    private static bool IsMode(Expression? expression) =>
        expression is Expression.Call { Owner: Owner.Torch, Method: var method } && GradientModes.Has(method);

    private Operand? Only(Statement statement, Frame frame)
    {
        Run(statement, frame);
        return null;
    }

    /// <summary>In half-typed code there may be nothing that a jump leaves.</summary>
    private void Jump(Exit? exit)
    {
        if (exit is null)
        {
            Throw(Anchor.Forward);
        }
        else
        {
            Leave(Anchor.Forward, exit);
        }
    }

    private void Switch(Statement.Switch choice, Frame frame)
    {
        var (outer, before) = (frame.Break, variables);
        var exit = frame.Break = new Exit();
        variables = new(before);
        var block = Block(() => Run(choice.Cases, frame));
        frame.Break = outer;
        Close(Anchor.Forward, exit, block, before);
    }

    private void Throw(Anchor at)
    {
        Add(new GraphNode.Throw(at));
        isEnded = true;
    }

    private void Loop(Statement.Loop loop, Frame frame)
    {
        foreach (var first in loop.Before)
        {
            Run(first, frame);
        }

        var at = Anchor.InBody(frame.Method, loop.Condition?.At ?? 0);
        var parts = new Statement.Block(EquatableArray.Of<Statement>([loop.Body, .. loop.After,
            .. loop.Condition is null ? [] : new[] { new Statement.Evaluate(loop.Condition) }]));
        Repeat(at, frame, parts, null, _ =>
        {
            if (!loop.IsAtLeastOnce)
            {
                Test();
            }

            Turn(at, loop.Body, frame);
            foreach (var last in loop.After)
            {
                Run(last, frame);
            }

            if (loop.IsAtLeastOnce && !isEnded)
            {
                Test();
            }
        });

        // Where the condition does not hold, the loop ends.
        void Test()
        {
            if (loop.Condition is not null && Lower(loop.Condition, frame) is var condition && !isEnded)
            {
                Fork(at, condition, static () => null, () =>
                {
                    Leave(at, frame.Break!);
                    return null;
                });
            }
        }
    }

    private void ForEach(Statement.ForEach loop, Frame frame)
    {
        var items = Lower(loop.Items, frame);
        if (!isEnded)
        {
            Repeat(frame.At(loop.Items), frame, loop.Body, items, item =>
            {
                Assign(loop.Target, new Operand.Of(See(item!, new(frame.Calls, loop))), frame);
                Turn(frame.At(loop.Items), loop.Body, frame);
            });
        }
    }

    /// <summary>What a run of a loop does, which <c>continue</c> leaves.</summary>
    private void Turn(Anchor at, Statement body, Frame frame)
    {
        var (outer, before) = (frame.Continue, variables);
        var exit = frame.Continue = new Exit();
        variables = new(before);
        var block = Block(() => Run(body, frame));
        frame.Continue = outer;
        Close(at, exit, block, before);
    }

    private void Repeat(Anchor at, Frame frame, Statement parts, Operand? items, Action<GraphValue?> run)
    {
        var before = variables;
        var carried = Assigned(parts, frame).Where(v => before.TryGetValue(v, out var value) && value is not Closure).ToArray();
        var within = carried.Select(v => New(v.Name)).ToArray();
        var item = items is null ? null : New("");
        var outer = frame.Break;
        var exit = frame.Break = new Exit();
        Set(before, carried, within);
        var block = Block(() => run(item));
        frame.Break = outer;
        if (!isEnded)
        {
            block.Add(new GraphNode.Yield(at, [.. carried.Select(v => variables[v])]));
        }

        foreach (var (operands, there) in exit.Leaves)
        {
            operands.AddRange(carried.Select(v => there[v]));
        }

        var outputs = carried.Select(v => New(v.Name)).ToArray();
        Add(new GraphNode.Loop(at, exit.Label, items, item, [.. carried.Select((v, i) => (before[v], within[i]))], new(block), outputs));
        isEnded = exit.Leaves.Count == 0 && items is null;
        Set(before, carried, outputs);
    }

    /// <summary>The variables that the code may set, those that its functions set among them.</summary>
    private IEnumerable<Variable> Assigned(Statement parts, Frame frame)
    {
        var code = parts.Nodes().ToList();
        if (code.Any(n => n is Expression.Call { Owner: Owner.Local }))
        {
            code.AddRange(variables.Values.OfType<Closure>().SelectMany(c => c.Body.Nodes()));
        }

        var names = new HashSet<string>(code.SelectMany(Sets), StringComparer.Ordinal);
        for (var around = frame; around is not null; around = around.Closure)
        {
            foreach (var name in names.Where(n => variables.ContainsKey(new(around, n))))
            {
                yield return new(around, name);
            }
        }
    }

    private static IEnumerable<string> Sets(Expression expression) => expression switch
    {
        Expression.Assign assign => Locals(assign.Target),
        Expression.Binary { Operator: "is", Right: var right } => Locals(right),
        Expression.Call call => call.Arguments.Where(a => a.IsSet).SelectMany(a => Locals(a.Value)),
        _ => [],
    };

    private static IEnumerable<string> Locals(Expression target) => target switch
    {
        Expression.Local local => [local.Name],
        Expression.List list => list.Items.SelectMany(Locals),
        _ => [],
    };
}

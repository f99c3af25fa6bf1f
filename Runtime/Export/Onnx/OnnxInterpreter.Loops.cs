using Gen.CompilerServices;
using Gen.Shapes;

namespace Gen.Export.Onnx;

/// <content>Loops whose number of turns is known, turn by turn; the others become a <c>Loop</c>.</content>
internal sealed partial class OnnxInterpreter
{
    private const int MostTurns = 10_000;

    private OnnxOutcome Repeat(ExportNode.Loop loop)
    {
        var carried = loop.Carried.Select(c => Of(c.Start)).ToArray();
        var source = loop.Items is null ? null : Of(loop.Items);
        return source is OnnxUnknown unknown ? throw unknown.Refused()
            : source is OnnxSeries series ? new OnnxLoop(this, loop, carried, series).Run()
            : Repeat(loop, carried, loop.Items is null ? null : OnnxCall.Items(source).ToList(), 0);
    }

    private OnnxOutcome Repeat(ExportNode.Loop loop, object?[] carried, List<object?>? items, int from)
    {
        // One that has a 'break' may turn as often as a call says.
        var canOpen = items is null && Breaks([.. loop.Body.Skip(TestOf(loop) + 1)], loop.Label);
        for (var i = from; items is null || i < items.Count; i++)
        {
            if (++turns > MostTurns)
            {
                throw new NotExportableException($"loops run more than {MostTurns} times");
            }

            if (items is not null)
            {
                Values[loop.Item!.Number] = items[i];
            }

            Set([.. loop.Carried.Select(static c => c.Within)], carried);
            if (items is null && Test(loop) is OnnxValue)
            {
                return new OnnxLoop(this, loop, carried, null).Run();
            }

            var before = canOpen ? OnnxFrames.Copy(frames) : null;
            var turn = Run(loop.Body);
            if (turn is OnnxOutcome.End { Left: null } end)
            {
                carried = end.Values;
                continue;
            }

            if (turn is OnnxOutcome.Split && before is not null && Rolled(loop, before) is { } rolled)
            {
                return rolled;
            }

            var next = i + 1;
            return Then(turn, e => e.Left == loop.Label ? e with { Left = null } : e.Left is not null ? e
                : Repeat(loop, e.Values, items, next));
        }

        return new OnnxOutcome.End(null, carried);
    }

    /// <summary>A loop that a call may leave in a turn; null where its turns are counted and it is no <c>Loop</c>.</summary>
    private OnnxOutcome? Rolled(ExportNode.Loop loop, List<Dictionary<int, object?>> before)
    {
        try
        {
            frames = before;
            return new OnnxLoop(this, loop, [.. loop.Carried.Select(c => Values[c.Within.Number])], null).Run();
        }
        catch (NotExportableException) when (TestOf(loop) is var end and >= 0
            && loop.Body[end] is ExportNode.Branch { Condition: ExportValue })
        {
            return null;
        }
    }

    /// <summary>How many nodes at the begin of a loop compute whether there is a turn; -1 where nothing is asked there.</summary>
    private static int TestOf(ExportNode.Loop loop)
    {
        for (var i = 0; loop.Items is null && i < loop.Body.Count && loop.Body[i] is ExportNode.Apply or ExportNode.Branch; i++)
        {
            if (loop.Body[i] is ExportNode.Branch { Then: [ExportNode.Yield { Values.Count: 0 }], Otherwise: [ExportNode.Leave leave] }
                && leave.Label == loop.Label)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether there is a turn; null where nothing is asked before it.</summary>
    private object? Test(ExportNode.Loop loop) => TestOf(loop) is var end and >= 0
        ? Run([.. loop.Body.Take(end), new ExportNode.Yield([((ExportNode.Branch)loop.Body[end]).Condition])]) switch
        {
            OnnxOutcome.End { Values: [var condition] } => condition,
            _ => throw new NotExportableException("whether a loop goes on cannot be told"),
        } : null;

    /// <summary>Whether a node within leaves the loop.</summary>
    private static bool Breaks(IReadOnlyList<ExportNode> nodes, ExportLabel label) => nodes.Any(n => n switch
    {
        ExportNode.Leave leave => leave.Label == label,
        ExportNode.Branch branch => Breaks(branch.Then, label) || Breaks(branch.Otherwise, label),
        ExportNode.Scope scope => Breaks(scope.Body, label),
        ExportNode.Loop loop => Breaks(loop.Body, label),
        _ => false,
    });

    /// <summary>The numbers of the values that nodes set.</summary>
    private static IEnumerable<int> Defined(IReadOnlyList<ExportNode> nodes) => nodes.SelectMany(static n => n switch
    {
        ExportNode.Apply apply => [apply.Output.Number, .. apply.Operands.Select(static o => o.Operand).OfType<ExportFunction>()
            .SelectMany(static f => f.Parameters.Select(static p => p.Number).Concat(Defined(f.Body)))],
        ExportNode.Opaque opaque => [opaque.Output.Number],
        ExportNode.Branch branch => Defined(branch.Then).Concat(Defined(branch.Otherwise)),
        ExportNode.Scope scope => Defined(scope.Body),
        ExportNode.Loop loop => [.. Defined(loop.Body), .. loop.Carried.Select(static c => c.Within.Number),
            .. loop.Item is null ? [] : new[] { loop.Item.Number }],
        _ => (IEnumerable<int>)[],
    }).Concat(nodes.SelectMany(static n => Outputs(n).Select(static o => o.Number)));
}

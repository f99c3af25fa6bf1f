using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>What goes on the tape.</content>
internal sealed partial class LayerEvaluator
{
    private Graph.Trace? inner;
    private Aliasing? sharing;
    private IReadOnlyList<TraceValue> hidden = [];
    private Saved? saved;
    private Composite? composite;
    private LayerRule? composing;
    private Dim statistics = Dim.Zero;
    private (Dim Forward, Dim Backward) works = (Dim.Zero, Dim.Zero);

    /// <summary>A <c>Sequential</c>: its layers on a tape of their own, as one step of this one.</summary>
    public AbstractValue Group(LayerModel layer, string path, IReadOnlyList<AbstractValue> inputs,
        Func<IReadOnlyList<AbstractValue>, AbstractValue> run,
        FreeingPolicy freeing = FreeingPolicy.Next)
    {
        var outer = Trace;
        Trace = new TraceBuilder { IsPaused = outer.IsPaused };
        var output = run(inputs.Select(i => Trace.Input(i)).ToArray());
        if (walked.IsForFindings)
        {
            Trace = outer;
            return TraceBuilder.Unrecorded(output, null);
        }

        var way = Trace.Finish(Dim.One, freeing, output);
        Trace = outer;
        Indexes(way, inputs);
        var steps =
            way.Steps.Select(s => s.Name.StartsWith(path + ".", StringComparison.Ordinal) ? s with { Name = s.Name[(path.Length + 1)..] }
                : s).ToArray();
        var step = new TraceStep(StepKind.Module, path, layer.TypeName, layer.TypeName, [], [], LayerCounts.Parameters(layer, walked).Count,
            Total(way, static s => s.MultiplyAdds), Total(way, static s => s.TorchinfoMultiplyAdds), Dim.Zero,
            new Graph.Trace([way with { Steps = steps }]));
        return outer.Record(step, inputs, output, null);
    }

    /// <summary>Records an operation that is no layer.</summary>
    public AbstractValue Operate(string name, IEnumerable<AbstractValue> from, AbstractValue to, Aliasing how, Dim multiplyAdds,
        OperationCall? call = null)
    {
        if (walked.IsForFindings)
        {
            return TraceBuilder.Unrecorded(to, how);
        }

        var given = from.ToArray();
        return Trace.Record(SavedBy.Operation(new TraceStep(StepKind.Operation, name, "", "", [], [], Dim.Zero, multiplyAdds, Dim.Zero,
            Dim.Zero, null), Trace, call, given, to), given, to, how,
            call?.Rule.LeavesBehind(call).Select(static t => TraceBuilder.Hidden(t.Shape, t.Type)).ToArray());
    }

    /// <summary>Records that a tensor is kept beyond the call: the same tensor, but what is held beside it, from earlier calls, is not
    /// known.</summary>
    public AbstractValue Keep(AbstractValue.Tensor tensor) => Trace.Record(
        new TraceStep(StepKind.Operation, "Keep", "", "", [], [], Dim.Zero, Dim.Zero, Dim.Zero, Dim.Zero, null),
        [tensor], tensor, new Aliasing(Storage.Shared, tensor.Produced?.Layout ?? Layout.Unknown),
        [new TraceValue(Shape.UnknownRank, IsHidden: true)]);

    /// <summary>Records that the body frees a value itself.</summary>
    public void Free(AbstractValue value)
    {
        if (!Trace.IsPaused)
        {
            Trace.Record(
                new TraceStep(StepKind.Free, "Dispose", "", "",
                    Evaluation.TraceBuilder.Tensors(value).Where(t => t.Produced?.Trace == Trace)
                    .Select(t => t.Produced!.Index).ToArray(), [], Dim.Zero, Dim.Zero, Dim.Zero, Dim.Zero, null));
        }
    }

    private AbstractValue.Tensor Through(ModuleModel module, LayerModel layer, string path, string field, bool isRepeated,
        AbstractValue.Tensor current)
    {
        if (layer.Factory == "Sequential" && Chain.Items(layer) is null && Chain.Parts(layer) is not null)
        {
            return First(new Evaluator(module, new BodyModel(field, default), this, decisions) { Place = Anchor.Member(field) }
                .Sequence(new AbstractValue.Module(layer, path, field) { Device = Home }, current));
        }

        if (layer.Factory != "Sequential" || Chain.Items(layer) is not { } items)
        {
            return First(Apply(new LayerUse(layer, path, field, Anchor.Member(field), isRepeated) { IsItem = path != field,
                Device = Home, MayChoose = true }, [current]));
        }

        return First(Group(layer, path, [current], given =>
            items.Aggregate(First(given[0]), (value, item) => Through(module, item.Layer, $"{path}.{item.Key}", field, isRepeated, value)),
            FreeingPolicy.Within));
    }

    private static TraceStep StepOf(StepKind kind, LayerModel layer, CheckedLayer row) =>
        new(kind, row.Path, layer.TypeName, ConstructionText.Bound(layer, row.Written), [], [], row.Parameters, row.MultiplyAdds,
            row.TorchinfoMultiplyAdds, Dim.Zero, null)
        {
            Role = layer.Nested is null && LayerRules.Find(layer.Factory) is { } rule ? rule.Role.ToString() : "",
        };

    private static Dim Total(ExecutionPath way, Func<TraceStep, Dim> figure)
    {
        var sum = Dim.Zero;
        for (var i = 0; i < way.Steps.Count; i++)
        {
            sum += way.Loops.Where(l => i >= l.First && i < l.First + l.Count)
                .Aggregate(figure(way.Steps[i]), static (cost, loop) => cost * loop.Times);
        }

        return sum;
    }

    /// <summary>Where a layer's output goes, and what it makes for itself.</summary>
    private void Place(LayerRule rule, LayerCall call, AbstractValue.Tensor first, Shape output)
    {
        sharing = Aliasing.Of(rule, call.Arguments, first);
        if (walked.IsForFindings)
        {
            return;
        }

        saved = rule.NeedsOrder && (first.Produced?.Layout ?? Layout.Contiguous) != Layout.Contiguous ? null
            : rule.SavesOf is { } save ? save(call) : rule.Saves;
        (statistics, works) = (rule.Statistics(call), saved is null ? works : rule.Works(call));
        (composite, composing) = (rule.Composes?.Invoke(call), rule);
        hidden = rule.LeavesBehind(call, output).Select(t => TraceBuilder.Hidden(t.Shape, t.Type)).ToArray();

        if (rule.TakesIndexes)
        {
            Trace.TakesIndexes(first);
        }
    }

    private void Place(Graph.Trace? entered, IReadOnlyList<AbstractValue> inputs)
    {
        inner = entered;
        if (entered is { Paths: [var way, ..] })
        {
            Indexes(way, inputs);
        }
    }

    private void Indexes(ExecutionPath way, IReadOnlyList<AbstractValue> inputs)
    {
        foreach (var (tensor, slot) in inputs.SelectMany(Evaluation.TraceBuilder.Tensors).Zip(way.Inputs, static (t, s) => (t, s))
            .Where(p => p.s.ElementBytes == 8))
        {
            Trace.TakesIndexes(tensor);
        }
    }
}

using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>Runs a <c>Forward</c> body on shapes in the place of tensors, one way at each fork.</summary>
internal sealed partial class Evaluator
{
    private const int MostTurns = 2048;
    private const int DeepestCall = 24;
    private const int ItemsOfStep = 64;

    private readonly ModuleModel module;
    private readonly BodyModel body;
    private readonly LayerEvaluator walk;
    private readonly Oracle decisions;
    private readonly bool isInherited;

    /// <summary>Code of a class that is no module.</summary>
    private readonly bool isOrdinary;
    private readonly Bindings bindings;
    private readonly Lazy<Evaluator?> inherited;
    private readonly List<(AbstractValue Value, Anchor At, IReadOnlyList<Condition> Path)> returned = [];
    private readonly List<Frame> active = [];
    private int calls;
    private AbstractValue result = AbstractValue.Anything;

    public Evaluator(ModuleModel module, BodyModel body, LayerEvaluator walk, Oracle decisions, bool isInherited = false)
    {
        (this.module, this.body, this.walk, this.decisions, this.isInherited) = (module, body, walk, decisions, isInherited);
        bindings = new(module.Bound);
        isOrdinary = body.Entry.Length == 0;
        inherited = new(Inherited);
    }

    private enum Flow
    {
        Next,
        Break,
        Continue,
        Return,
        Throw,

        /// <summary>The budget is spent.</summary>
        Stop,
    }

    /// <summary>Where findings go, in a chain; null where they go to the statements of a body.</summary>
    public Anchor? Place { get; init; }

    /// <summary>What the method returned, at each of the places where it may.</summary>
    public IReadOnlyList<(AbstractValue Value, Anchor At, IReadOnlyList<Condition> Path)> Returned => returned;

    /// <summary>The method ended by an exception on this way.</summary>
    public bool Threw { get; private set; }

    public void Run(IReadOnlyList<AbstractValue> inputs)
    {
        if (body.Find(body.Entry) is not { Body: { } statements } method)
        {
            return;
        }

        var frame = new Frame(method.Key, heap);
        for (var i = 0; i < method.Parameters.Count; i++)
        {
            // Each has a value of its own, by which it is known again.
            var value = i >= inputs.Count ? Evaluate(method.Parameters[i].Value, frame) : inputs[i] is AbstractValue.Unknown
                ? new AbstractValue.Unknown() : Held(inputs[i]);
            frame.Declare(method.Parameters[i].Parameter, value);
            walk.Record?.Saw(new ValuePlace(null, statements, method.Parameters[i].Parameter), value);
            if (i < inputs.Count && i < module.Forward.Inputs.Count
                && module.Forward.Inputs[i] is { IsTensor: true } or { Type: "bool" or "int" or "long" })
            {
                given.Add((value, method.Parameters[i].Parameter));
            }
        }

        active.Add(frame);
        Threw = Within(Flow.Return, () => Execute(statements, frame)) == Flow.Throw;
        walk.Result = Given(result);
    }

    /// <summary>A list or a tensor is changed in place: whoever holds it sees that.</summary>
    private void Change(AbstractValue old, AbstractValue now)
    {
        Copied(now);
        now = old is AbstractValue.Filled array && now is AbstractValue.Unknown
            ? WithOther(new AbstractValue.Many(array.Item, array.Length)) : now;
        if (old is AbstractValue.Items { IsTuple: false } or AbstractValue.Growing or AbstractValue.Filled
            || (old is AbstractValue.Tensor && !ReferenceEquals(old, AbstractValue.Lost)))
        {
            var inLists = new List<(AbstractValue Before, AbstractValue Now)>();
            foreach (var frame in active.Append(heap))
            {
                frame.Replace(value => Changed(value, old, now, inLists));
            }
        }
    }

    /// <summary>Lists of lists hold what was changed too; what was one list is one list still.</summary>
    private static AbstractValue Changed(AbstractValue value, AbstractValue old, AbstractValue now,
        List<(AbstractValue Before, AbstractValue Now)> known)
    {
        if (ReferenceEquals(value, old))
        {
            return now;
        }

        return value is AbstractValue.Items items ? ChangedItems(items, old, now, known) : value;
    }

    private static AbstractValue ChangedItems(AbstractValue.Items items, AbstractValue old, AbstractValue now,
        List<(AbstractValue Before, AbstractValue Now)> known)
    {
        if (!items.Values.Any(v => ReferenceEquals(v, old) || v is AbstractValue.Items))
        {
            return items;
        }

        if (known.FirstOrDefault(k => ReferenceEquals(k.Before, items)).Now is { } made)
        {
            return made;
        }

        var values = items.Values.Select(v => Changed(v, old, now, known)).ToArray();
        var changed = values.Zip(items.Values, ReferenceEquals).All(static s => s) ? items : items with { Values = values };
        known.Add((items, changed));
        return changed;
    }

    /// <summary>A long list takes longer to copy than a short one.</summary>
    private AbstractValue Copied(AbstractValue made)
    {
        if (made is AbstractValue.Items { Values.Count: var count and >= ItemsOfStep })
        {
            walk.Cache.Budget.Take(count / ItemsOfStep);
        }

        return made;
    }

    private Flow Execute(Statement statement, Frame frame)
    {
        if (!walk.Cache.Budget.Take())
        {
            walk.Stop(Anchor.InBody(frame.Method, statement.Nodes().FirstOrDefault()?.At ?? 0));
            return Flow.Stop;
        }

        if (!walk.Cache.Enter())
        {
            walk.Lose(Anchor.Forward, Shape.Of(), "it is nested too deep to be followed");
            return Flow.Throw;
        }

        var next = Take(statement, frame);
        walk.Cache.Leave();
        if (isThrown)
        {
            isThrown = false;
            return Flow.Throw;
        }

        return next;
    }

    private Flow Take(Statement statement, Frame frame)
    {
        switch (statement)
        {
            case Statement.Block block:
                return Run(block, frame);

            case Statement.Evaluate evaluate:
                var given = Evaluate(evaluate.Expression, frame);
                if (!evaluate.Expression.IsUnwritten)
                {
                    walk.Record?.Saw(frame.Method, evaluate.Expression.At, given);
                }

                return Flow.Next;

            case Statement.Declare declare:
                var declared = declare.Value is null ? AbstractValue.Anything : Evaluate(declare.Value, frame);

                // A module that is made here has the name of its variable.
                declared = declared is AbstractValue.Module made && IsBuilt(declare.Value!) ? made.Named(declare.Name)
                    : declared;

                // Whatever it is, it is the same wherever the variable is read.
                frame.Declare(declare.Name, declare.Value is not null && ReferenceEquals(declared, AbstractValue.Anything)
                    ? new AbstractValue.Unknown() : declared);
                walk.Record?.Saw(frame.Method, declare.Value?.At ?? 0, declared);
                return Flow.Next;

            case Statement.Return end:
                result = end.Value is null ? AbstractValue.Anything : Evaluate(end.Value, frame);
                walk.Record?.Saw(frame.Method, end.At, result);
                if (calls == 0)
                {
                    walk.Advice.Use(result);
                    returned.Add((result, Anchor.InBody(frame.Method, end.At), walk.Scopes));
                }

                return Flow.Return;

            case Statement.Yield item:
                yields?.Add(Evaluate(item.Value, frame));
                return Flow.Next;

            case Statement.If choice:
                return Run(choice, frame);

            case Statement.Loop loop:
                return Run(loop, frame);

            case Statement.ForEach loop:
                return Run(loop, frame);

            case Statement.Switch choice:
                return Run(choice, frame);

            case Statement.Function function:
                frame.Declare(function.Name, new AbstractValue.Function(function.Parameters, function.Body, frame));
                return Flow.Next;

            case Statement.Break:
                return Flow.Break;

            case Statement.Continue:
                return Flow.Continue;

            // The method may give anything then.
            case Statement.Jump jump:
                var reason = $"where '{jump.Written}' leads is not followed";
                walk.Lose(Anchor.InBody(frame.Method, jump.At), Shape.Of(), reason);
                walk.CannotCount(reason);
                result = walk.Operate("goto", [], AbstractValue.Lost, Aliasing.New, Dim.Unknown);
                return Flow.Return;

            default:
                return Flow.Throw;
        }
    }

    private Flow Run(Statement.Block block, Frame frame)
    {
        var (flow, before) = (Flow.Next, walk.Trace.Count);
        for (var i = 0; i < block.Statements.Count && flow == Flow.Next; i++)
        {
            flow = Execute(block.Statements[i], frame);
        }

        foreach (var name in block.Disposed)
        {
            if (frame.Find(name) is { } value)
            {
                walk.Free(value);
            }
        }

        if (GradientModes.Has(block.Mode))
        {
            walk.Trace.WithoutGradient(before, isKnown: GradientModes.IsOff(block.Mode));
        }

        return flow;
    }

    private Flow Run(Statement.Switch choice, Frame frame) => Within(Flow.Break, () => Execute(choice.Cases, frame));

    private static bool IsBuilt(Expression value) => value is Expression.Constant
        || (value is Expression.Call { Owner: Owner.Module, Method: var method, Receiver: { } moved } && ModuleMethods.Moves(method)
            && IsBuilt(moved));

    public static bool IsSame(AbstractValue a, AbstractValue b) => (a, b) switch
    {
        (AbstractValue.Tensor x, AbstractValue.Tensor y) => x.Shape.Equals(y.Shape),
        (AbstractValue.Items x, AbstractValue.Items y) => x.Values.Count == y.Values.Count && x.Values.Zip(y.Values, IsSame).All(s => s),
        (AbstractValue.Unknown, AbstractValue.Unknown) or (AbstractValue.Function, AbstractValue.Function)
            => true,
        (AbstractValue.Module x, AbstractValue.Module y) => Equals(x.Device, y.Device),
        _ => Equals(a, b),
    };

    /// <summary>What holds of both.</summary>
    public static AbstractValue Join(AbstractValue a, AbstractValue b) => (a, b) switch
    {
        _ when ReferenceEquals(a, b) => a,

        // Each unknown value is one of its own.
        (AbstractValue.Unknown, AbstractValue.Unknown) => AbstractValue.Anything,
        (AbstractValue.Size { Dim.IsUnknown: true }, AbstractValue.Size { Dim.IsUnknown: true }) => new AbstractValue.Size(Dim.Unknown),
        (AbstractValue.Boolean { Truth: Truth.Open }, AbstractValue.Boolean { Truth: Truth.Open }) =>
            new AbstractValue.Boolean(Truth.Unknown),
        (AbstractValue.Items x, AbstractValue.Items y) when IsSame(a, b) => new AbstractValue.Items(x.Values.Zip(y.Values, Join).ToArray()),
        (AbstractValue.Tensor x, AbstractValue.Tensor y) => x with
        {
            Shape = x.Shape.Equals(y.Shape) ? x.Shape : x.Shape.Rank is { } rank && rank == y.Shape.Rank
                ? Shape.Of([.. x.Shape.Dims.Zip(y.Shape.Dims, (d, e) => d.Equals(e) ? d : Dim.Unknown)]) : Shape.UnknownRank,
            Type = x.Type.Or(y.Type),
            Device = Device.Join(x.Device, y.Device),
            Made = x.Made ?? y.Made,
            Provenance = Provenance.Join(x.Provenance, y.Provenance),
            Produced = Produced.Join(x.Produced, y.Produced),
            Packed = Equals(x.Packed, y.Packed) ? x.Packed : null,
        },
        (AbstractValue.Module x, AbstractValue.Module y) => x with { Device = Device.Join(x.Device, y.Device) },
        _ when IsSame(a, b) => a,
        (AbstractValue.Size or AbstractValue.Offset { Base: AbstractValue.Size }, AbstractValue.Size
            or AbstractValue.Offset { Base: AbstractValue.Size }) =>
            new AbstractValue.Size(Dim.Unknown),
        (AbstractValue.Boolean, AbstractValue.Boolean) => new AbstractValue.Boolean(Truth.Unknown),
        (AbstractValue.Items x, AbstractValue.Items y) when x.Values.Count == y.Values.Count =>
            x with { Values = x.Values.Zip(y.Values, Join).ToArray() },
        (AbstractValue.Tensor x, AbstractValue.Null or AbstractValue.Unknown) => OrNot(x),
        (AbstractValue.Null or AbstractValue.Unknown, AbstractValue.Tensor y) => OrNot(y),
        _ => AbstractValue.Anything,
    };

    private static AbstractValue.Tensor OrNot(AbstractValue.Tensor tensor) => tensor with
    {
        Shape = Shape.UnknownRank,
        Type = ElementType.Unknown,
        Device = null,
        Provenance = Provenance.Join(tensor.Provenance, AbstractValue.Lost.Provenance),
        Produced = Produced.Join(tensor.Produced, null),
    };
}

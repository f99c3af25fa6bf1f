using Gen.Graph;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>Runs a <c>Forward</c> body on shapes in the place of tensors, one way at each fork.</summary>
internal sealed partial class BodyWalk
{
    private const int MostTurns = 2048;
    private const int DeepestCall = 24;
    private const int ItemsOfStep = 64;

    private readonly ModuleModel module;
    private readonly BodyModel body;
    private readonly LayerWalk walk;
    private readonly Decisions decisions;
    private readonly bool isInherited;
    private readonly Bindings bindings;
    private readonly Lazy<BodyWalk?> inherited;
    private readonly List<(Abstract Value, Anchor At, IReadOnlyList<Branch> Path)> returned = [];
    private readonly List<Frame> active = [];
    private int calls;
    private Abstract result = Abstract.Anything;

    public BodyWalk(ModuleModel module, BodyModel body, LayerWalk walk, Decisions decisions, bool isInherited = false)
    {
        (this.module, this.body, this.walk, this.decisions, this.isInherited) = (module, body, walk, decisions, isInherited);
        bindings = new(module.Bound);
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

    /// <summary>What the method returned, at each of the places where it may.</summary>
    public IReadOnlyList<(Abstract Value, Anchor At, IReadOnlyList<Branch> Path)> Returned => returned;

    /// <summary>The method ended by an exception on this way.</summary>
    public bool Threw { get; private set; }

    public void Run(IReadOnlyList<Abstract> inputs)
    {
        if (body.Find(body.Entry) is not { Body: { } statements } method)
        {
            return;
        }

        var frame = new Frame(method.Key, null);
        for (var i = 0; i < method.Parameters.Count; i++)
        {
            // Each has a value of its own, by which it is known again.
            var value = i >= inputs.Count ? Evaluate(method.Parameters[i].Value, frame) : inputs[i] is Abstract.Unknown
                ? new Abstract.Unknown() : inputs[i];
            frame.Declare(method.Parameters[i].Parameter, value);
            if (i < inputs.Count && i < module.Forward.Inputs.Count
                && module.Forward.Inputs[i] is { IsTensor: true } or { Type: "bool" or "int" or "long" })
            {
                given.Add((value, method.Parameters[i].Parameter));
            }
        }

        active.Add(frame);
        Threw = Within(Flow.Return, () => Execute(statements, frame)) == Flow.Throw;
        walk.Result = result;
    }

    /// <summary>A list or a tensor is changed in place: whoever holds it sees that.</summary>
    private void Change(Abstract old, Abstract now)
    {
        Copied(now);
        if (old is Abstract.Items { IsTuple: false } or Abstract.Growing
            || (old is Abstract.Tensor && !ReferenceEquals(old, Abstract.Lost)))
        {
            foreach (var frame in active)
            {
                frame.Replace(old, now);
            }
        }
    }

    /// <summary>A long list takes longer to copy than a short one.</summary>
    private Abstract Copied(Abstract made)
    {
        if (made is Abstract.Items { Values.Count: var count and >= ItemsOfStep })
        {
            walk.Walked.Budget.Take(count / ItemsOfStep);
        }

        return made;
    }

    private Flow Execute(Statement statement, Frame frame)
    {
        if (!walk.Walked.Budget.Take())
        {
            walk.Stop(Anchor.InBody(frame.Method, statement.Nodes().FirstOrDefault()?.At ?? 0));
            return Flow.Stop;
        }

        if (!walk.Walked.Enter())
        {
            walk.Lose(Anchor.Forward, Shape.Of(), "it is nested too deep to be followed");
            return Flow.Throw;
        }

        var next = Take(statement, frame);
        walk.Walked.Leave();
        return next;
    }

    private Flow Take(Statement statement, Frame frame)
    {
        switch (statement)
        {
            case Statement.Block block:
                foreach (var inner in block.Statements)
                {
                    var flow = Execute(inner, frame);
                    if (flow != Flow.Next)
                    {
                        return flow;
                    }
                }

                return Flow.Next;

            case Statement.Evaluate evaluate:
                var given = Evaluate(evaluate.Expression, frame);
                walk.Record?.Saw(frame.Method, evaluate.Expression.At, given);
                return Flow.Next;

            case Statement.Declare declare:
                var declared = declare.Value is null ? Abstract.Anything : Evaluate(declare.Value, frame);

                // A module that is made here has the name of its variable.
                declared = declared is Abstract.Module made && declare.Value is Node.Constant ? made.Named(declare.Name) : declared;

                // Whatever it is, it is the same wherever the variable is read.
                frame.Declare(declare.Name, declare.Value is not null && ReferenceEquals(declared, Abstract.Anything)
                    ? new Abstract.Unknown() : declared);
                walk.Record?.Saw(frame.Method, declare.Value?.At ?? 0, declared);
                return Flow.Next;

            case Statement.Return end:
                result = end.Value is null ? Abstract.Anything : Evaluate(end.Value, frame);
                walk.Record?.Saw(frame.Method, end.At, result);
                if (calls == 0)
                {
                    walk.Advice.Use(result);
                    returned.Add((result, Anchor.InBody(frame.Method, end.At), walk.Scopes));
                }

                return Flow.Return;

            case Statement.If choice:
                return Run(choice, frame);

            case Statement.Loop loop:
                return Run(loop, frame);

            case Statement.ForEach loop:
                return Run(loop, frame);

            case Statement.Function function:
                frame.Declare(function.Name, new Abstract.Function(function.Parameters, function.Body, frame));
                return Flow.Next;

            case Statement.Break:
                return Flow.Break;

            case Statement.Continue:
                return Flow.Continue;

            default:
                return Flow.Throw;
        }
    }

    public static bool IsSame(Abstract a, Abstract b) => (a, b) switch
    {
        (Abstract.Tensor x, Abstract.Tensor y) => x.Shape.Equals(y.Shape),
        (Abstract.Items x, Abstract.Items y) => x.Values.Count == y.Values.Count && x.Values.Zip(y.Values, IsSame).All(s => s),
        (Abstract.Unknown, Abstract.Unknown) or (Abstract.Function, Abstract.Function) or (Abstract.Module, Abstract.Module) => true,
        _ => Equals(a, b),
    };

    /// <summary>What holds of both.</summary>
    public static Abstract Join(Abstract a, Abstract b) => (a, b) switch
    {
        _ when ReferenceEquals(a, b) => a,

        // Each unknown value is one of its own.
        (Abstract.Unknown, Abstract.Unknown) => Abstract.Anything,
        (Abstract.Size { Dim.IsUnknown: true }, Abstract.Size { Dim.IsUnknown: true }) => new Abstract.Size(Dim.Unknown),
        (Abstract.Boolean { Truth: Truth.Open }, Abstract.Boolean { Truth: Truth.Open }) => new Abstract.Boolean(Truth.Unknown),
        (Abstract.Tensor x, Abstract.Tensor y) when IsSame(a, b) => x with { Trail = Trail.Join(x.Trail, y.Trail) },
        (Abstract.Items x, Abstract.Items y) when IsSame(a, b) => new Abstract.Items(x.Values.Zip(y.Values, Join).ToArray()),
        _ when IsSame(a, b) => a,
        (Abstract.Tensor x, Abstract.Tensor y) => x with
        {
            Shape = x.Shape.Rank is { } rank && rank == y.Shape.Rank
                ? Shape.Of([.. x.Shape.Dims.Zip(y.Shape.Dims, (d, e) => d.Equals(e) ? d : Dim.Unknown)]) : Shape.UnknownRank,
            Type = x.Type == y.Type ? x.Type : ElementType.Unknown,
            Trail = Trail.Join(x.Trail, y.Trail),
        },
        (Abstract.Size or Abstract.Offset { Base: Abstract.Size }, Abstract.Size or Abstract.Offset { Base: Abstract.Size }) =>
            new Abstract.Size(Dim.Unknown),
        (Abstract.Boolean, Abstract.Boolean) => new Abstract.Boolean(Truth.Unknown),
        (Abstract.Items x, Abstract.Items y) when x.Values.Count == y.Values.Count =>
            x with { Values = x.Values.Zip(y.Values, Join).ToArray() },
        (Abstract.Tensor x, Abstract.Null or Abstract.Unknown) =>
            x with { Shape = Shape.UnknownRank, Trail = Trail.Join(x.Trail, Abstract.Lost.Trail) },
        (Abstract.Null or Abstract.Unknown, Abstract.Tensor y) =>
            y with { Shape = Shape.UnknownRank, Trail = Trail.Join(y.Trail, Abstract.Lost.Trail) },
        _ => Abstract.Anything,
    };
}

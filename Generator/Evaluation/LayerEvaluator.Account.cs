using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>The account: what is known, what was found, what it costs.</content>
internal sealed partial class LayerEvaluator
{
    /// <summary>What the walk has found so far, to come back to.</summary>
    public Account Save() => new(Facts, findings.ToArray(), rows.Count, inferred.Count, requirements.Count, [.. applied], Result,
        MultiplyAdds, TorchinfoMultiplyAdds, WhyNoMultiplyAdds, Failed, Operations, Proved, Lost, Turns);

    public void Restore(Account account)
    {
        findings.Clear();
        findings.AddRange(account.Findings);
        rows.RemoveRange(account.Rows, rows.Count - account.Rows);
        inferred.RemoveRange(account.Inferred, inferred.Count - account.Inferred);
        requirements.RemoveRange(account.Requirements, requirements.Count - account.Requirements);
        applied.Clear();
        applied.UnionWith(account.Applied);
        (Facts, Result, MultiplyAdds, TorchinfoMultiplyAdds, WhyNoMultiplyAdds) =
            (account.Facts, account.Result, account.MultiplyAdds, account.TorchinfoMultiplyAdds, account.WhyNoMultiplyAdds);
        (Failed, Operations, Proved, Lost, Turns) = (account.Failed, account.Operations, account.Proved, account.Lost, account.Turns);
    }

    /// <summary>A name for the number of a turn: no name of C# begins so.</summary>
    public Dim NextIndex() => Dim.Name($"{Turn}{depth}.{indices++}");

    /// <summary>Something holds until it is forgotten; what is not known says nothing.</summary>
    public void Know(Fact fact) => Facts = fact.Left.IsUnknown || fact.Right.IsUnknown ? Facts : Facts.And(fact);

    public void Forget(Facts before) => Facts = before;

    /// <summary>The multiply-adds are what they were, and more.</summary>
    public void Spend((Dim Conventional, Dim Torchinfo) before, (Dim Conventional, Dim Torchinfo) more) =>
        (MultiplyAdds, TorchinfoMultiplyAdds) = (before.Conventional + more.Conventional, before.Torchinfo + more.Torchinfo);

    /// <summary>An operation that is no layer was walked.</summary>
    public void Count(bool isProved, Dim multiplyAdds, string what)
    {
        Operations++;
        Proved += isProved ? 1 : 0;
        if (multiplyAdds.IsUnknown)
        {
            WhyNoMultiplyAdds ??= $"the shape at '{what}' is not known";
        }

        MultiplyAdds += InAllTurns(multiplyAdds);
    }

    /// <summary>What costs nothing costs nothing however often it runs.</summary>
    private Dim InAllTurns(Dim cost) => cost.Constant == 0 ? cost : cost * Turns;

    /// <summary>Something unknown was given to something unknown: whatever it multiplies is missing.</summary>
    public void CountNothing(string what)
    {
        MultiplyAdds = Dim.Unknown;
        Uncounted ??= what;
    }

    public void CannotCount(string reason)
    {
        WhyNoMultiplyAdds ??= reason;
        MultiplyAdds = TorchinfoMultiplyAdds = Dim.Unknown;
    }

    /// <summary>An error is said once, however many ways lead to it.</summary>
    public void Report(Finding finding)
    {
        finding = finding with
        {
            At = finding.At.Type is null ? finding.At.In(within) : finding.At,
            Via = Via is { At.Type: null } ? Via with { At = Via.At.In(within) } : Via,
            IsOfModuleType = finding.IsOfModuleType || (holdsOtherType && finding.Kind.IsOfTypes()),
        };
        said.Add((finding.Kind, finding.At));
        if (!findings.Any(finding.IsAlso))
        {
            findings.Add(finding);
            conditions.Add((finding, Scopes.Count));
        }
    }

    private readonly HashSet<(FindingKind Kind, Anchor At)> said = [];

    /// <summary>Under how many conditions each finding was made.</summary>
    private readonly List<(Finding Finding, int Scopes)> conditions = [];

    /// <summary>How many findings there are.</summary>
    public int Found => findings.Count;

    /// <summary>What is reported from here on is told again by <see cref="Confirm"/>.</summary>
    public void Listen() => said.Clear();

    /// <summary>What was found since, under a condition that a turn of a loop may meet or not, and was not found again in any turn: the
    /// condition may be met in other turns alone.</summary>
    public void Confirm(int since, int scopes)
    {
        for (var i = findings.Count - 1; i >= since; i--)
        {
            if (!said.Contains((findings[i].Kind, findings[i].At))
                && conditions.Any(c => ReferenceEquals(c.Finding, findings[i]) && c.Scopes > scopes))
            {
                findings.RemoveAt(i);
            }
        }
    }

    /// <summary>A type that the module holds. What is not float32 becomes another type too where the module is converted.</summary>
    public ElementType Converted(ElementType type)
    {
        holdsOtherType |= type.Is(ElementType.Float) && type != ElementType.Module;
        return type;
    }

    private bool holdsOtherType;

    /// <summary>The call that what is evaluated belongs to, in code that calls other code of the project.</summary>
    public CallPlace? Via { get; set; }

    public void Fail(Finding finding)
    {
        Report(finding);
        Failed = true;
    }

    /// <summary>What holds from here on.</summary>
    public void Assume(Truth truth)
    {
        var more = truth.Facts.Where(f => !Facts.All.Contains(f)).ToArray();
        if (more.Length > 0 && Facts.All.Count + more.Length <= MostFacts)
        {
            Facts = Facts.And(more);
        }
    }

    /// <summary>What is walked runs only on this side of a fork.</summary>
    public T Under<T>(Condition branch, Func<T> walk)
    {
        var before = Scopes;
        Scopes = [.. before, branch];
        var value = walk();
        Scopes = before;
        return value;
    }

    /// <summary>What is left to the run where the walk is; what no guard can check is lost. True where nothing was lost.</summary>
    public bool Assume(Anchor at, string what, Shape input, IEnumerable<Fact> unproved, Func<Fact, string?>? remedy = null)
    {
        var isKept = true;
        foreach (var fact in unproved)
        {
            if (fact.Left.Names.Concat(fact.Right.Names).All(checkable.Contains))
            {
                Require(at, what, fact, remedy?.Invoke(fact));
            }
            else
            {
                isKept = false;
                Lose(at, input, $"whether {fact} holds at '{what}' is not known at compile time", fact);
            }
        }

        return isKept;
    }

    /// <summary>GEN2001, once for what the same path, or a part of it, needed before.</summary>
    public void Require(Anchor at, string what, Fact fact, string? remedy = null)
    {
        var path = Path;
        if (!requirements.Any(r => r.Fact.Equals(fact) && r.IsOfResult == (what == Requirement.Result)
            && ConditionPaths.Covers(r.Path, path)))
        {
            requirements.Add(new(fact, at, what, path) { Remedy = remedy });
        }
    }

    /// <summary>The budget is spent here: nothing is known of what comes after.</summary>
    public void Stop(Anchor at)
    {
        Stopped ??= at;
        CannotCount("evaluation stopped");
    }

    public void Lose(Anchor at, Shape input, string reason, Fact? needs = null)
    {
        if (Lost is null && !Failed && !input.IsUnknownRank)
        {
            Lost = (at, reason, needs);
        }
    }

    /// <summary>A row of the summary, and what it costs.</summary>
    private AbstractValue.Tensor Row(LayerUse operation, LayerModel layer, AbstractValue.Tensor input, Shape output, Dim cost,
        Dim torchinfoCost)
    {
        if (cost.IsUnknown && WhyNoMultiplyAdds is null)
        {
            WhyNoMultiplyAdds = layer.NotUnderstood is null && (LayerRules.Find(layer.Factory) is not null || layer.Nested is not null)
                ? $"the shape at '{operation.Path}' is not known"
                : layer.WhyUnknown(operation.Path);
        }

        if (!walked.IsForFindings)
        {
            MultiplyAdds += InAllTurns(cost);
            TorchinfoMultiplyAdds += InAllTurns(torchinfoCost);
            var (gets, gives) = operation.ArePacked ? (Shape.UnknownRank, Shape.UnknownRank) : (input.Shape, output);
            rows.Add(new(operation.Path, layer.Written, gets, gives, LayerCounts.Parameters(layer, walked).Count, cost,
                torchinfoCost, operation.IsRepeated));
        }

        return new(output, input.Provenance.Then(operation.Path,
            (operation.Field.Length > 0 ? Anchor.Member(operation.Field) : operation.At).In(within),
            LayerRules.Find(layer.Factory) is { MergesDimensions: true }, output)
            with
        {
            Maker = LayerRules.Find(layer.Factory),
            By = operation with { Layer = layer },
        });
    }
}

using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>
/// What one check has walked: twelve equal blocks are walked once. It belongs to the check, so that nothing is shared between threads and
/// nothing is kept.
/// </summary>
internal sealed class EvaluationCache(Budget? budget = null)
{
    private const int MostWays = 4096;
    private const int Deepest = 200;
    private readonly Dictionary<Key, NestedCall> calls = [];
    private readonly Dictionary<Key, (Dim Count, string? Reason)> counts = [];
    private readonly Dictionary<(ByReference Module, ByReference State, Facts Facts), AbstractValue> states = [];
    private readonly Dictionary<(ByReference Module, int Depth), (Provenance? Way, int Steps)> trails = [];
    private int ways;
    private int level;

    /// <summary>An argument, by the place of its call and the parameter, of which nothing is to be known.</summary>
    public (int Call, string Parameter)? Hidden { get; init; }

    /// <summary>Only findings are asked for: what runs is not recorded, and what it costs is not counted.</summary>
    public bool IsForFindings { get; init; }

    /// <summary>What the check may still do.</summary>
    public Budget Budget { get; } = budget ?? new Budget();

    /// <summary>Nothing walked yet, on the same budget.</summary>
    public EvaluationCache Anew() => new(Budget) { IsForFindings = IsForFindings };

    /// <summary>One more way through a body; false where there have been so many, in modules of modules, that no more are taken.</summary>
    public bool Way() => ++ways <= MostWays && !Budget.IsSpent;

    /// <summary>What a module gives for its inputs, by the walk of an equal one where there was such.</summary>
    public NestedCall Call(LayerModel layer, ModuleModel module, IReadOnlyList<AbstractValue> inputs, Facts facts, Device? home,
        Func<NestedCall> walk)
    {
        var key =
            new Key(module, layer.Arguments,
                inputs.Select(i => i is AbstractValue.Tensor tensor
                    ? (tensor.Shape, tensor.Type, tensor.Produced?.Layout ?? Layout.Contiguous, tensor.Device)
                    : default).ToEquatableArray(), facts, home);
        if (inputs.All(i => i is AbstractValue.Tensor) && calls.TryGetValue(key, out var known))
        {
            return known;
        }

        // An error names the way on which its input came.
        var call = walk();
        if (inputs.All(i => i is AbstractValue.Tensor) && call is { Error: null, Mismatch: null, Output: AbstractValue.Tensor })
        {
            calls[key] = call;
        }

        return call;
    }

    /// <summary>How a module makes its output, which is the same at every call; the steps are taken each time.</summary>
    public Provenance? Trail(ModuleModel module, int depth, Func<Provenance?> find)
    {
        var (key, before) = ((new ByReference(module), depth), Budget.Steps);
        if (trails.TryGetValue(key, out var known))
        {
            Budget.Take(known.Steps);
        }
        else
        {
            known.Way = find();
            trails[key] = known with { Steps = Budget.Steps - before };
        }

        return known.Way;
    }

    /// <summary>
    /// What a parameter or buffer holds, kept where it is the same on every way. While it is looked for it is unknown, so that one that is
    /// set from itself ends here.
    /// </summary>
    public AbstractValue State(ModuleModel module, StateModel state, Facts facts, Func<(AbstractValue Value, bool IsAlways)> find)
    {
        var key = (new ByReference(module), new ByReference(state), facts);
        if (states.TryGetValue(key, out var known))
        {
            return known;
        }

        states[key] = AbstractValue.Lost;
        var (value, isAlways) = find();
        if (isAlways)
        {
            states[key] = value;
        }
        else
        {
            states.Remove(key);
        }

        return value;
    }

    /// <summary>Goes one level deeper into an expression, a statement, a method or a module; false where that is deeper than anyone
    /// writes.</summary>
    public bool Enter()
    {
        if (level >= Deepest || !StackSpace.IsLeft())
        {
            return false;
        }

        level++;
        return true;
    }

    public void Leave() => level--;

    public (Dim Count, string? Reason) Count(LayerModel layer, ModuleModel module, Func<(Dim Count, string? Reason)> count)
    {
        var key = new Key(module, layer.Arguments, default, Facts.None, null);
        if (!counts.TryGetValue(key, out var known))
        {
            counts[key] = known = count();
        }

        return known;
    }

    /// <summary>A module's declaration is one object wherever the module stands: its contents need not be compared.</summary>
    private readonly record struct Key(ModuleModel Module, EquatableArray<Argument> Arguments,
        EquatableArray<(Shape Shape, ElementType Type, Layout Layout, Device? Device)> Inputs, Facts Facts, Device? Home)
    {
        public bool Equals(Key other) => ReferenceEquals(Module, other.Module) && Arguments.Equals(other.Arguments)
            && Inputs.Equals(other.Inputs) && Facts.Equals(other.Facts) && Equals(Home, other.Home);

        public override int GetHashCode() => unchecked((((RuntimeHelpers.GetHashCode(Module) * 31) + Arguments.GetHashCode()) * 31)
            + Inputs.GetHashCode());
    }

    private readonly record struct ByReference(object Value)
    {
        public bool Equals(ByReference other) => ReferenceEquals(Value, other.Value);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(Value);
    }
}

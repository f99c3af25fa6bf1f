using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>
/// What one check has walked: twelve equal blocks are walked once. It belongs to the check, so that nothing is shared between threads and
/// nothing is kept.
/// </summary>
internal sealed class Walked(Budget? budget = null)
{
    private const int MostWays = 4096;
    private readonly Dictionary<Key, NestedCall> calls = [];
    private readonly Dictionary<Key, (Dim Count, string? Reason)> counts = [];
    private int ways;

    /// <summary>What the check may still do.</summary>
    public Budget Budget { get; } = budget ?? new Budget();

    /// <summary>Nothing walked yet, on the same budget.</summary>
    public Walked Anew() => new(Budget);

    /// <summary>One more way through a body; false where there have been so many, in modules of modules, that no more are taken.</summary>
    public bool Way() => ++ways <= MostWays && !Budget.IsSpent;

    /// <summary>What a module gives for its inputs, by the walk of an equal one where there was such.</summary>
    public NestedCall Call(LayerModel layer, ModuleModel module, IReadOnlyList<Abstract> inputs, Facts facts, Func<NestedCall> walk)
    {
        var key = new Key(module, layer.Arguments, inputs.Select(i => i is Abstract.Tensor tensor ? (tensor.Shape, tensor.Type, tensor.Taped?.Layout ?? Layout.Contiguous) : default).ToEquatableArray(), facts);
        if (inputs.All(i => i is Abstract.Tensor) && calls.TryGetValue(key, out var known))
        {
            return known;
        }

        // An error names the way on which its input came.
        var call = walk();
        if (inputs.All(i => i is Abstract.Tensor) && call is { Error: null, Mismatch: null, Output: Abstract.Tensor })
        {
            calls[key] = call;
        }

        return call;
    }

    public (Dim Count, string? Reason) Count(LayerModel layer, ModuleModel module, Func<(Dim Count, string? Reason)> count)
    {
        var key = new Key(module, layer.Arguments, default, Facts.None);
        if (!counts.TryGetValue(key, out var known))
        {
            counts[key] = known = count();
        }

        return known;
    }

    /// <summary>A module's declaration is one object wherever the module stands: its contents need not be compared.</summary>
    private readonly record struct Key(ModuleModel Module, EquatableArray<Argument> Arguments, EquatableArray<(Shape Shape, ElementType Type, Layout Layout)> Inputs, Facts Facts)
    {
        public bool Equals(Key other) => ReferenceEquals(Module, other.Module) && Arguments.Equals(other.Arguments) && Inputs.Equals(other.Inputs) && Facts.Equals(other.Facts);

        public override int GetHashCode() => unchecked((((RuntimeHelpers.GetHashCode(Module) * 31) + Arguments.GetHashCode()) * 31) + Inputs.GetHashCode());
    }
}

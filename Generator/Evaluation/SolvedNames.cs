using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>A name that no input has by itself, and one tells all the same: <c>E</c> of an input <c>B 2*E</c>.</summary>
/// <param name="Input">The input's index.</param>
/// <param name="Dim">The dimension's index.</param>
/// <param name="Name">The name.</param>
/// <param name="Factor">What it is multiplied with.</param>
/// <param name="Others">What is added.</param>
internal sealed record SolvedName(int Input, int Dim, string Name, long Factor, Dim Others)
{
    /// <summary>The names that the inputs of a call tell so, in their order.</summary>
    public static IReadOnlyList<SolvedName> Of(ModuleModel module, IReadOnlyList<Shape> inputs, IReadOnlyCollection<string> free)
    {
        var tensors = Enumerable.Range(0, Math.Min(inputs.Count, module.Forward.Inputs.Count))
            .Where(i => module.Forward.Inputs[i] is { IsTensor: true } input && !input.Type.EndsWith("?", StringComparison.Ordinal))
            .ToArray();
        var plain = new HashSet<string>(tensors.SelectMany(i => inputs[i].Dims).Select(d => d.AsName).OfType<string>().Where(free.Contains),
            StringComparer.Ordinal);
        var known =
            new HashSet<string>(
                module.Constructor.Names.Where(p => p.IsInteger
                    && (module.Constructor.Kind == ConstructorKind.Primary || p.Field is not null)).Select(p => p.Name),
                    StringComparer.Ordinal);
        var solved = new List<SolvedName>();
        foreach (var i in tensors)
        {
            known.UnionWith(inputs[i].Dims.Select(d => d.AsName).OfType<string>().Where(free.Contains));
            for (var d = 0; d < inputs[i].Dims.Count; d++)
            {
                var dim = inputs[i].Dims[d];
                if (!dim.IsUnknown && dim.Names.Where(n => !known.Contains(n)).ToArray() is [var name] && free.Contains(name)
                    && !plain.Contains(name)
                    && Unification.Linear(dim, name) is ({ Constant: { } factor and >= 1 }, var others))
                {
                    solved.Add(new(i, d, name, factor, others));
                    known.Add(name);
                }
            }
        }

        return solved;
    }
}

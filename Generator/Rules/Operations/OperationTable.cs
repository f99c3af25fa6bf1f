namespace Gen.Rules.Operations;

/// <summary>Rules by name; no two rules of one owner have the same.</summary>
internal sealed class OperationTable(IReadOnlyList<OperationFamily> families)
{
    private readonly Dictionary<string, OperationRule> everywhere = ByName(families.Where(f => !f.IsFunctional));
    private readonly Dictionary<string, OperationRule> functional = ByName(families.Where(f => f.IsFunctional));
    private readonly Dictionary<string, OperationRule> inPlace = ByName(families.Where(f => !f.IsFunctional), r => r.ForInPlace());

    /// <summary>The names of which the shape is known.</summary>
    public IEnumerable<string> Names =>
        everywhere.Concat(functional).Where(p => p.Value.Output is not null).Select(p => p.Key);

    /// <summary>The rule of an operation, of an in-place form too.</summary>
    public OperationRule? Find(bool isFunctional, string name) =>
        isFunctional && functional.TryGetValue(name, out var function) ? function
            : everywhere.TryGetValue(name, out var rule) ? rule
            : IsInPlace(name) && inPlace.TryGetValue(name, out var changing) ? changing : null;

    /// <summary>The rules of that name, whoever has it; not those of in-place forms.</summary>
    public IEnumerable<OperationRule> Named(string name)
    {
        if (everywhere.TryGetValue(name, out var rule))
        {
            yield return rule;
        }

        if (functional.TryGetValue(name, out var function))
        {
            yield return function;
        }
    }

    /// <summary>TorchSharp's names of methods that change a tensor and give it back.</summary>
    public static bool IsInPlace(string name) => name.Length > 1 && name.EndsWith("_", StringComparison.Ordinal);

    private static Dictionary<string, OperationRule> ByName(IEnumerable<OperationFamily> families,
        Func<OperationRule, OperationRule>? form = null) =>
        families.SelectMany(f => f.Rules).Select(r => form is null ? r : form(r)).SelectMany(r => r.Names, (r, n) => (Name: n, Rule: r))
            .ToDictionary(p => p.Name, p => p.Rule, StringComparer.Ordinal);
}

namespace Gen.Rules.Operations;

/// <summary>The rules of tensor operations by name: methods of <c>Tensor</c>, functions of <c>torch</c> and <c>nn.functional</c>.</summary>
internal static class OperationRules
{
    /// <summary>The rules by family, a file each.</summary>
    public static readonly IReadOnlyList<OperationFamily> Families =
    [
        new("Element by element", "Tensor, torch", Elementwise.All),
        new("Another shape, another order", "Tensor, torch", Views.All),
        new("Together and apart", "Tensor, torch", Joins.All),
        new("Some of the elements", "Tensor, torch", Indexing.All),
        new("Reductions", "Tensor, torch", Reductions.All),
        new("Products", "Tensor, torch, torch.linalg", LinearAlgebra.All),
        new("Matrices taken apart", "Tensor, torch, torch.linalg", Decompositions.All),
        new("Signals", "Tensor, torch, torch.fft", Signals.All),
        new("Series and tables", "Tensor, torch", Tables.All),
        new("New tensors", "Tensor, torch", Creation.All),
        new("Functions that are layers", "torch.nn.functional", Functional.All, IsFunctional: true),
        new("Without a tensor", "Tensor, torch", Questions.All),
        new("Lifetimes", "Tensor, DisposeScope, Gen", Lifetimes.All),
    ];

    private static readonly OperationTable Table = new(Families);

    /// <summary>The names of which the shape is known.</summary>
    public static IEnumerable<string> Names => Table.Names;

    /// <summary>The rule of an operation, of an in-place form too.</summary>
    public static OperationRule? Find(bool isFunctional, string name) => Table.Find(isFunctional, name);

    /// <summary>The rules of that name, whoever has it; not those of in-place forms.</summary>
    public static IEnumerable<OperationRule> Named(string name) => Table.Named(name);

    /// <summary>TorchSharp's names of methods that change a tensor and give it back.</summary>
    public static bool IsInPlace(string name) => OperationTable.IsInPlace(name);

    /// <summary>An operation of that name may give back the very tensor that it is given.</summary>
    public static bool MayReturnInput(string name) => IsInPlace(name) || Named(name).Any(static r => r.MayReturnInput);

    /// <summary>An operation of that name may multiply matrices, or be a layer that does.</summary>
    public static bool MayMultiply(string name) => name is "linear" or "bilinear" or "scaled_dot_product_attention"
        || name.StartsWith("conv", StringComparison.Ordinal) || LinearAlgebra.All.Any(r => Named(name).Contains(r));

    /// <summary>How long the result of an operation of that name lives.</summary>
    public static Lifetime LifetimeOf(string name) => Named(name).Select(static r => r.Lifetime).FirstOrDefault();
}

/// <summary>Rules that stand together.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Owners">Whose methods they are.</param>
/// <param name="Rules">The rules.</param>
/// <param name="IsFunctional">They are functions of <c>torch.nn.functional</c>, whose names may mean something else elsewhere.</param>
internal sealed record OperationFamily(string Name, string Owners, IReadOnlyList<OperationRule> Rules, bool IsFunctional = false);

using System.Reflection;
using Gen.Diagnostics.Parity;
using Microsoft.CodeAnalysis;
using TorchSharp;

namespace Gen.Tests.Parity;

/// <summary>GEN4005: the table of PyTorch's parameters against all of TorchSharp's methods.</summary>
[Collection("TorchSharp")]
public sealed class SignatureTests
{
    private static readonly string[] Classes =
    [
        "TorchSharp.torch", "TorchSharp.torch+Tensor", "TorchSharp.torch+nn", "TorchSharp.torch+nn+functional", "TorchSharp.torch+nn+init",
        "TorchSharp.torch+optim", "TorchSharp.torch+optim+lr_scheduler",
    ];

    private static IEnumerable<IMethodSymbol> Methods =>
        Classes.SelectMany(c => Compilations.Of().GetTypeByMetadataName(c)!.GetMembers()).OfType<IMethodSymbol>()
        .Where(m => m is { DeclaredAccessibility: Accessibility.Public, MethodKind: MethodKind.Ordinary });

    /// <summary>The function, the number of the argument, and what it is here and there.</summary>
    public static IEnumerable<(string Call, int At, string Here, string There)> Differences => Methods
        .SelectMany(
            m => m.Parameters.Select((p, i) => (Call: Signatures.NameOf(m), At: i + 1, Here: p.Name, There: Signatures.Other(m, i) ?? "")))
        .Where(d => d.There.Length > 0).Distinct().OrderBy(d => d.Call, StringComparer.OrdinalIgnoreCase).ThenBy(d => d.At);

    [Fact]
    public void Every_function_of_the_table_is_one_of_TorchSharps() =>
        Assert.Subset(Methods.Select(Signatures.NameOf).ToHashSet(), Signatures.Functions.ToHashSet());

    [Fact]
    public void These_places_mean_something_else() => Assert.Equal(
        [
            "functional.conv_transpose1d 7: dilation for groups", "functional.conv_transpose1d 8: groups for dilation",
            "functional.rrelu 4: inplace for training",
            "nn.ConvTranspose1d 7: dilation for groups", "nn.ConvTranspose2d 7: dilation for groups",
            "nn.ConvTranspose3d 7: dilation for groups",
            "nn.MaxPool1d 5: ceil_mode for return_indices", "nn.MaxPool2d 5: ceil_mode for return_indices",
            "nn.MaxPool3d 5: ceil_mode for return_indices",
            "Tensor.norm 1: dim for p", "torch.norm 2: dimension for p",
        ],
        Differences.Select(d => $"{d.Call} {d.At}: {d.Here} for {d.There}"));

    /// <summary>Two overloads that one takes a whole number where the other takes a fraction or a flag, under another name.</summary>
    [Fact]
    public void An_overload_that_a_whole_number_picks_is_in_the_table_or_means_what_PyTorch_means()
    {
        var harmless = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["torch.tensor"] = "the numbers after the values are sizes, which PyTorch has no form for",
            ["torch.full"] = "the number after the size is a size, which PyTorch has no form for",
            ["Tensor.new_full"] = "as full",
            ["torch.std"] = "the dimension, as in PyTorch", ["torch.var"] = "the dimension", ["torch.std_mean"] = "the dimension",
            ["torch.var_mean"] = "the dimension",
            ["Tensor.std"] = "the dimension", ["Tensor.var"] = "the dimension", ["Tensor.std_mean"] = "the dimension",
            ["Tensor.var_mean"] = "the dimension",
            ["Tensor.sum"] = "more dimensions; PyTorch refuses",
        };
        var found = Methods.GroupBy(m => Signatures.NameOf(m)).Where(g => g.Any(a => g.Any(b => Picks(a, b)))).Select(g => g.Key).ToArray();
        Assert.Equal(["Tensor.norm", "torch.norm"], found.Except(harmless.Keys).Order(StringComparer.Ordinal));
        Assert.Subset(found.ToHashSet(), harmless.Keys.ToHashSet());

        static bool Picks(IMethodSymbol whole, IMethodSymbol other) =>
            whole.Parameters.Zip(other.Parameters, (w, o) => (w, o))
                .FirstOrDefault(p => p.w.Name != p.o.Name || !Same(p.w.Type, p.o.Type)) is { w: { } w, o: { } o }
            && w.Name != o.Name && w.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
            && (o.Type.SpecialType is SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Boolean
                || o.Type.Name == "Scalar");
        static bool Same(ITypeSymbol a, ITypeSymbol b) => SymbolEqualityComparer.Default.Equals(a, b);
    }

    [Fact]
    public void What_is_reported_does_harm()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new[] { -1f, 1f });
        torch.nn.functional.rrelu(x, 0.2, 0.2, inplace: true);
        Assert.Equal(-0.2f, x[0].ToSingle(), 5);
        Assert.Equal([2, 3, 8], torch.nn.functional.conv_transpose1d(torch.ones(2, 4, 4), torch.ones(4, 3, 3), null, 1, 0, 0,
            dilation: 2).shape);
        Assert.Equal([3], torch.ones(3, 4).norm(dim: 1).shape);
        Assert.Empty(torch.ones(3, 4).norm(1f).shape);
        Assert.Equal([3], torch.norm(torch.ones(3, 4), dimension: 1).shape);
    }
}

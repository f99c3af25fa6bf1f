using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>Finds out who defines <c>forward</c>: the user, a <c>Forward</c> method, or the chain of layers.</summary>
internal static class ForwardReader
{
    private const int MostInputs = 6;

    public static ForwardModel Read(IReadOnlyList<ISymbol> members, TypeModel type, bool hasChain, TorchSymbols torch,
        List<Finding> findings)
    {
        var chain = new ForwardModel(ForwardKind.Chain,
            EquatableArray.Of(new InputModel("input", LayerReader.TensorName, null, IsTensor: true)),
            LayerReader.TensorName) { Tensors = new ResultModel.Tensor(IsNullable: false) };
        if (Own(members, torch) is { } own)
        {
            var forward = Of(ForwardKind.Own, own, torch);
            if (!own.IsOverride && type.Base is null or { TakesName: true } or { Forward: not AbstractForward.None })
            {
                findings.Add(new(FindingKind.ForwardNotOverride, Anchor.Forward, type.Name, $"public override {Written(own)}"));
            }

            return forward;
        }

        var methods = Methods(members);
        if (methods.Length == 0)
        {
            if (type.Base is { TakesName: false, Forward: AbstractForward.Differs, Type: var asks } && !type.IsAbstract)
            {
                findings.Add(new(FindingKind.BaseDoesNotFit, Anchor.Class, type.Name,
                    $"its base class {asks.Replace("global::", "")} needs a different forward than a chain, which takes one tensor and "
                    + $"returns one; write a Forward method"));
                return chain with { Kind = ForwardKind.None };
            }

            // A base class has a forward already: its chain is not continued in silence, only replaced by a chain of its own.
            return type.Base is { TakesName: false, Forward: not AbstractForward.Fits } && !hasChain
                ? chain with { Kind = ForwardKind.None } : chain;
        }

        if (Problem(methods) is { } problem)
        {
            findings.Add(new(FindingKind.ForwardUnusable, Anchor.Forward, type.Name, problem));
            return chain with { Kind = ForwardKind.None };
        }

        return Of(ForwardKind.Method, methods[0], torch);
    }

    /// <summary>The method that says what the module does: a <c>forward</c> of the user's own, or <c>Forward</c>; null for a
    /// chain.</summary>
    public static IMethodSymbol? Method(IReadOnlyList<ISymbol> members, TorchSymbols torch) =>
        Own(members, torch) ?? Methods(members).FirstOrDefault();

    /// <summary>The <c>forward</c> that stands in the place of the generated one. With other parameters it is an overload, and stops
    /// nothing.</summary>
    private static IMethodSymbol? Own(IReadOnlyList<ISymbol> members, TorchSymbols torch)
    {
        var own = members.OfType<IMethodSymbol>().Where(m => m.Name == "forward" && !m.IsStatic).ToArray();
        var methods = Methods(members);
        return own.FirstOrDefault(m => m.IsOverride) ?? own.FirstOrDefault(m => methods.Length > 0
            ? methods[0].Parameters.Select(p => p.Type).SequenceEqual(m.Parameters.Select(p => p.Type), SymbolEqualityComparer.Default)
            : m.Parameters is [{ Type: var only }] && torch.IsTensor(only));
    }

    /// <summary>A static one is that of a class without layers; in others it is a helper.</summary>
    private static IMethodSymbol[] Methods(IReadOnlyList<ISymbol> members)
    {
        var all = members.OfType<IMethodSymbol>().Where(static m => m is { Name: "Forward", MethodKind: MethodKind.Ordinary }).ToArray();
        var own = all.Where(static m => !m.IsStatic).ToArray();
        return own.Length > 0 || members.Any(Annotations.IsAnnotated) ? own : all;
    }

    /// <summary><c>Tensor forward(Tensor x)</c></summary>
    private static string Written(IMethodSymbol method) =>
        $"{method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)} "
        + $"forward({string.Join(", ", method.Parameters.Select(p => p.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)))})";

    public static ForwardModel Of(ForwardKind kind, IMethodSymbol method, TorchSymbols torch) => new(
        kind,
        method.Parameters.Select(p => new InputModel(p.Name, LayerReader.Name(p.Type), ConstructorReader.Default(p),
            torch.IsTensor(p.Type))).ToEquatableArray(),
        LayerReader.Name(method.ReturnType))
    {
        Tensors = ResultReader.Read(method.ReturnType, torch),
    };

    private static string? Problem(IMethodSymbol[] methods) => methods switch
    {
        [_, _, ..] => "there are several methods of that name",
        [{ IsGenericMethod: true }] => "it is generic",
        [{ ReturnsVoid: true }] => "it returns nothing",
        [{ Parameters.Length: 0 }] => "it takes no input",
        [{ Parameters.Length: > MostInputs }] => "a module takes at most 6 inputs; put some into a tuple",
        [var m] when m.Parameters.Any(p => p.RefKind != RefKind.None) => "ref, in and out inputs do not go through call",
        [var m] when m.Parameters.Any(p => p.Type.IsRefLikeType) || m.ReturnType.IsRefLikeType => "a ref struct does not go through call",
        _ => null,
    };
}

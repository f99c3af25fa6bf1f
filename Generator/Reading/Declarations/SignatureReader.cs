using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Reads <c>[Shape]</c>: on the class, on <c>Forward</c>, or on its parameters and its result.</summary>
internal static class SignatureReader
{
    public static SignatureModel? Read(INamedTypeSymbol type, IReadOnlyList<ISymbol> members, TorchSymbols torch, List<Finding> findings)
    {
        var onClass = Of(type.Find(Annotations.Shape));
        var method = ForwardReader.Method(members, torch);
        var onMethod = method is null ? null : Of(method);
        if (onClass is not null && onMethod is not null)
        {
            findings.Add(new(FindingKind.ShapeOnClassAndForward, Anchor.Shape, type.Name));
        }

        return onMethod ?? onClass;
    }

    /// <summary>What a helper method declares.</summary>
    public static SignatureModel? Of(IMethodSymbol method) => Of(method.Find(Annotations.Shape)) ?? OfParts(method);

    /// <summary>The shapes of the parameters and of the result, put together; a parameter without one has an unknown shape.</summary>
    private static SignatureModel? OfParts(IMethodSymbol method)
    {
        IEnumerable<SignatureModel?> parts = method.Parameters.Select(p => Of(p.Find(Annotations.Shape)));
        SignatureModel?[] inputs = [.. method.IsStatic || UserDeclarations.ExtensionParameter(method.ContainingType) is not { } extended
            ? parts : parts.Prepend(Written(extended))];
        var result = Of(method.GetReturnTypeAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == Annotations.Shape));
        if (result is null && inputs.All(i => i is null))
        {
            return null;
        }

        var text = string.Join(", ", inputs.Select(i => i?.Text ?? "..."));
        var facts = inputs.Append(result).Select(p => p?.Where).Where(w => !string.IsNullOrWhiteSpace(w)).ToArray();
        return new SignatureModel(result is null ? text : $"{text} -> {result.Text}", facts.Length == 0 ? null : string.Join(", ", facts));
    }

    /// <summary>What the receiver of an extension block declares, which the oldest compilers have no symbol for.</summary>
    private static SignatureModel? Written(ParameterSyntax extended) => extended.AttributeLists.SelectMany(static l => l.Attributes)
        .Where(IsNamed)
        .Select(static a => a.ArgumentList?.Arguments.FirstOrDefault()?.Expression is LiteralExpressionSyntax { Token.Value: string text }
            ? new SignatureModel(text, null) : null).FirstOrDefault();

    /// <summary>It has the name of <c>[Shape]</c>.</summary>
    public static bool IsNamed(AttributeSyntax attribute) =>
        attribute.Name.ToString().Split('.', ':').Last() is "Shape" or "ShapeAttribute";

    private static SignatureModel? Of(AttributeData? attribute) =>
        attribute is { ConstructorArguments: [{ Value: string text }, ..] } ? new SignatureModel(text, attribute.Named<string>("Where"))
            : null;
}

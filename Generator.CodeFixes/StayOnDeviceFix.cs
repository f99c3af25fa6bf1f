using System.Collections.Immutable;
using Gen.Diagnostics;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN4012: makes a tensor on the device of the input beside it, or marks a field <c>[Buffer]</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StayOnDeviceFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN4012");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Attribute) is { } attribute)
        {
            if (site.Inner.FirstAncestorOrSelf<FieldDeclarationSyntax>() is { Declaration.Variables.Count: 1 } field)
            {
                yield return new Repair($"Mark it [{attribute}]", nameof(StayOnDeviceFix),
                    [RegisterFix.Mark(field, attribute, site.Semantics)]);
            }
        }
        else if (site.Inner.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call && InputOf(call, site) is { } input)
        {
            yield return new Repair($"Make it on the device of '{input}'", nameof(StayOnDeviceFix),
                [Change.Insert(call.SyntaxTree, call.ArgumentList.CloseParenToken.SpanStart,
                    $"{(call.ArgumentList.Arguments.Count > 0 ? ", " : "")}device: {input}.device")]);
        }
    }

    /// <summary>The first tensor that the method is given.</summary>
    private static string? InputOf(SyntaxNode call, Site site) =>
        TorchSymbols.In(site.Semantics.Compilation) is { } torch && call.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method
            ? method.ParameterList.Parameters.FirstOrDefault(p =>
                site.Semantics.GetDeclaredSymbol(p, site.Cancellation) is IParameterSymbol
                    { NullableAnnotation: not NullableAnnotation.Annotated } parameter
                && torch.IsTensor(parameter.Type))?.Identifier.ValueText
            : null;
}

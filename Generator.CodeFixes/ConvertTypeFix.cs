using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>GEN1012: converts the one operand that has another element type than is taken.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ConvertTypeFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN1012");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Parameter) is not { } parameter || site.Told(Hints.Value) is not { } type
            || site.Node.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is not { } call
            || call.Span != site.Diagnostic.Location.SourceSpan || Operand(call, parameter, site) is not { } operand)
        {
            yield break;
        }

        var conversion = $".to({Names.ScalarType(site.Semantics, operand.SpanStart)}.{type})";
        var isWhole = operand is not (BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or CastExpressionSyntax
            or ConditionalExpressionSyntax or AssignmentExpressionSyntax or AwaitExpressionSyntax or SwitchExpressionSyntax
            or LambdaExpressionSyntax);
        var (before, after) = isWhole ? ("", conversion) : ("(", $"){conversion}");
        yield return new Repair($"Convert it: {before}{operand}{after}", nameof(ConvertTypeFix),
            isWhole ? [Change.Insert(operand.SyntaxTree, operand.Span.End, after)]
                : [Change.Insert(operand.SyntaxTree, operand.SpanStart, before),
                    Change.Insert(operand.SyntaxTree, operand.Span.End, after)]);
    }

    /// <summary>What is given for a parameter: an argument, or what stands before the dot.</summary>
    private static ExpressionSyntax? Operand(InvocationExpressionSyntax call, string parameter, Site site)
    {
        var arguments = call.ArgumentList.Arguments;
        if (arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == parameter) is { } named)
        {
            return named.Expression;
        }

        var info = site.Semantics.GetSymbolInfo(call, site.Cancellation);
        var method = (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) as IMethodSymbol;
        if (parameter == "self" && call.Expression is MemberAccessExpressionSyntax { Expression: var receiver }
            && method is { IsStatic: false } or { ReducedFrom: not null })
        {
            return receiver;
        }

        var place = method?.Parameters.FirstOrDefault(p => p.Name == parameter)?.Ordinal
            ?? (parameter is "self" or "input" || arguments.Count == 1 ? 0 : -1);
        return place >= 0 && place < arguments.Count && arguments[place].NameColon is null ? arguments[place].Expression : null;
    }
}

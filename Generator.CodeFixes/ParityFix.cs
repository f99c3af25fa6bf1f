using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN4009, GEN4010, GEN4011: writes the argument that is missing, or what the message says in the place of the
/// squiggle.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ParityFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN4009", "GEN4010", "GEN4011");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        var written = site.Node.DescendantNodesAndSelf().Where(n => n.Span == site.Diagnostic.Location.SourceSpan).ToArray();
        if (site.Told(Hints.Replacement) is { } replacement && written.OfType<ExpressionSyntax>().FirstOrDefault() is { } expression)
        {
            yield return new Repair($"Write {replacement}", nameof(ParityFix),
                [Change.Replace(expression, replacement)]);
        }

        var arguments = written.Select(n => n switch
        {
            InvocationExpressionSyntax call => call.ArgumentList,
            BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
            _ => null,
        }).FirstOrDefault(a => a is not null);
        if (site.Told(Hints.Argument) is { } argument && arguments is not null)
        {
            var separator = arguments.Arguments.Count == 0 ? "" : ", ";
            yield return new Repair($"Write {argument}", nameof(ParityFix),
                [Change.Insert(arguments.SyntaxTree, arguments.CloseParenToken.SpanStart, separator + argument)]);
        }
    }
}

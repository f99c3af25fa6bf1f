using System.Collections.Immutable;
using Gen.Rules;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>Loops that train: GEN5009, gradients that are never set to zero; GEN5010, losses that are added up with their graphs; GEN5011,
/// an optimizer of a model that is not the one that is trained.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TrainingLoopAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Descriptors.GradientsAddUp, Descriptors.GraphsAddUp, Descriptors.OtherOptimizer);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        if (start.Compilation.GetTypeByMetadataName("TorchSharp.torch+optim+Optimizer") is { } optimizer)
        {
            start.RegisterSyntaxNodeAction(node => Analyze(node, torch, optimizer), SyntaxKind.ForStatement, SyntaxKind.ForEachStatement,
                SyntaxKind.ForEachVariableStatement, SyntaxKind.WhileStatement, SyntaxKind.DoStatement);
        }
    }

    private static void Analyze(SyntaxNodeAnalysisContext context, TorchSymbols torch, INamedTypeSymbol optimizer)
    {
        // The innermost loop around backward() is the one that trains.
        var loop = context.Node;
        var calls = loop.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(c => c.FirstAncestorOrSelf<SyntaxNode>(IsScope) == loop)
            .ToArray();
        var backward = calls.Where(c => c is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "backward" } access }
            && IsTensor(access.Expression)).ToArray();
        if (backward.Length == 0 || loop.FirstAncestorOrSelf<SyntaxNode>(static n => n is MemberDeclarationSyntax
            and not BaseTypeDeclarationSyntax or CompilationUnitSyntax) is not { } member)
        {
            return;
        }

        var file = loop.SyntaxTree.GetRoot(context.CancellationToken);
        var steps = calls.Where(c => c is { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax
            { Name.Identifier.ValueText: "step" } access } && IsOptimizer(access.Expression) && IsKept(access.Expression)).ToArray();
        if (steps.Length > 0 && !MayZero(file))
        {
            var name = ((MemberAccessExpressionSyntax)steps[0].Expression).Expression;
            Report(Descriptors.GradientsAddUp, steps[0],
                $"each backward() adds to the gradients of those before, which nothing sets to zero. "
                + $"Call {name}.zero_grad() before backward().");
        }

        foreach (var (total, loss) in Sums())
        {
            Report(Descriptors.GraphsAddUp, loss, $"'{total}' keeps the graph of every '{loss}': memory grows with each iteration. "
                + $"Change it to {loss}.detach(), or to a number: {loss}.item<float>().");
        }

        if (steps is [var step] && ((MemberAccessExpressionSyntax)step.Expression).Expression is IdentifierNameSyntax stepping
            && Other(stepping) is var (parameters, trained))
        {
            Report(Descriptors.OtherOptimizer, parameters, $"'{stepping}' steps on the parameters of '{parameters}', but the loss is of "
                + $"'{trained}'. Change it to {trained}.parameters().");
        }

        bool IsTensor(ExpressionSyntax e) => context.SemanticModel.GetTypeInfo(e, context.CancellationToken).Type is { } type
            && torch.IsTensor(type);

        bool IsOptimizer(ExpressionSyntax e)
        {
            for (var t = context.SemanticModel.GetTypeInfo(e, context.CancellationToken).Type; t is not null; t = t.BaseType)
            {
                if (SymbolEqualityComparer.Default.Equals(t, optimizer))
                {
                    return true;
                }
            }

            return false;
        }

        // One that is made in each turn begins anew.
        bool IsKept(ExpressionSyntax e) => context.SemanticModel.GetSymbolInfo(e, context.CancellationToken).Symbol is { } holder
            && !holder.DeclaringSyntaxReferences.Any(r => loop.SyntaxTree == r.SyntaxTree && loop.Span.Contains(r.Span))
            && !loop.DescendantNodes().OfType<AssignmentExpressionSyntax>().SelectMany(static a => a.Left.DescendantNodesAndSelf())
                .OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == holder.Name);

        bool IsModule(ExpressionSyntax e) => context.SemanticModel.GetTypeInfo(e, context.CancellationToken).Type is { } type
            && (torch.IsModule(type) || (type is INamedTypeSymbol named && UserDeclarations.FirstAnnotated(named.OriginalDefinition)
                is not null));

        // total += loss, where total is made before the loop, and has no backward of its own.
        IEnumerable<(IdentifierNameSyntax Total, IdentifierNameSyntax Loss)> Sums()
        {
            foreach (var sum in loop.DescendantNodes().OfType<AssignmentExpressionSyntax>()
                .Where(a => a.FirstAncestorOrSelf<SyntaxNode>(IsScope) == loop))
            {
                var (total, loss) = sum switch
                {
                    { RawKind: (int)SyntaxKind.AddAssignmentExpression, Left: IdentifierNameSyntax left,
                        Right: IdentifierNameSyntax right } => (left, right),
                    { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax left, Right: BinaryExpressionSyntax
                        { RawKind: (int)SyntaxKind.AddExpression, Left: IdentifierNameSyntax same, Right: IdentifierNameSyntax right } }
                        when same.Identifier.ValueText == left.Identifier.ValueText => (left, right),
                    _ => ((IdentifierNameSyntax?)null, (IdentifierNameSyntax?)null),
                };
                if (total is not null && loss is not null && IsTensor(total) && IsTensor(loss)
                    && context.SemanticModel.GetSymbolInfo(total, context.CancellationToken).Symbol is ILocalSymbol kept
                    && !kept.DeclaringSyntaxReferences.Any(r => loop.Span.Contains(r.Span))
                    && backward.Any(b => ((MemberAccessExpressionSyntax)b.Expression).Expression is IdentifierNameSyntax graph
                        && graph.Identifier.ValueText == loss.Identifier.ValueText)
                    && !member.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == kept.Name
                        && n.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "backward" or "detach_" or "Dispose" }))
                {
                    yield return (total, loss);
                }
            }
        }

        // One optimizer of a model that is used for nothing else, and one model that is called.
        (IdentifierNameSyntax Parameters, string Trained)? Other(IdentifierNameSyntax stepping)
        {
            var names = member.DescendantNodes().OfType<IdentifierNameSyntax>().ToArray();
            if (context.SemanticModel.GetSymbolInfo(stepping, context.CancellationToken).Symbol is not ILocalSymbol { Name: var name } made
                || made.DeclaringSyntaxReferences.Select(r => r.GetSyntax(context.CancellationToken)).FirstOrDefault()
                    is not VariableDeclaratorSyntax { Initializer.Value: { } value }
                || value.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Where(static a =>
                    a is { Expression: IdentifierNameSyntax, Name.Identifier.ValueText: "parameters" }).ToArray() is not [var access]
                || access.Expression is not IdentifierNameSyntax owner || !IsModule(owner)
                || context.SemanticModel.GetSymbolInfo(owner, context.CancellationToken).Symbol is not ILocalSymbol idle
                || names.Any(n => n.Identifier.ValueText == idle.Name
                    && !(n.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText:
                    var asked } && (asked is "parameters" or "train" or "eval" or "Dispose" || ModuleMethods.Moves(asked))))
                || names.Any(n => n.Identifier.ValueText == name && n.Parent is not MemberAccessExpressionSyntax
                    { Name.Identifier.ValueText: "step" or "zero_grad" or "Dispose" }))
            {
                return null;
            }

            var called = calls.Select(static c => (c.Expression as MemberAccessExpressionSyntax)).Where(static a =>
                a is { Expression: IdentifierNameSyntax, Name.Identifier.ValueText: "call" or "forward" })
                .Select(static a => (IdentifierNameSyntax)a!.Expression).Where(n => IsModule(n) && !IsLoss(n))
                .Select(static n => n.Identifier.ValueText).Distinct().ToArray();
            return called is [var trained] && trained != idle.Name
                && !names.Any(n => n.Identifier.ValueText == trained && n.Parent is ArgumentSyntax)
                && names.Count(n => n.Identifier.ValueText == trained
                    && n.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "parameters" }) == 0 ? (owner, trained) : null;
        }

        bool IsLoss(IdentifierNameSyntax n) => context.SemanticModel.GetTypeInfo(n, context.CancellationToken).Type?.Name
            .EndsWith("Loss", StringComparison.Ordinal) == true;

        void Report(DiagnosticDescriptor descriptor, SyntaxNode at, string text) =>
            context.ReportDiagnostic(Diagnostic.Create(descriptor, at.GetLocation(), text));
    }

    private static bool IsScope(SyntaxNode node) => node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax
        or DoStatementSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax;

    /// <summary>Somewhere in the file gradients are set to zero, or looked at.</summary>
    private static bool MayZero(SyntaxNode file) => file.DescendantTokens().Any(static t => t.IsKind(SyntaxKind.IdentifierToken)
        && (t.ValueText == "grad" || t.ValueText.Replace("_", "").IndexOf("zerograd", StringComparison.OrdinalIgnoreCase) >= 0));
}

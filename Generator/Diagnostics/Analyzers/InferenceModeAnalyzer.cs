using System.Collections.Immutable;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>
/// GEN5004: under <c>no_grad</c> or <c>inference_mode</c> a model is called that was built here and never told <c>eval()</c>, though it
/// does something else in training. Where somebody else may have told it, nothing is said.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InferenceModeAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.NotEvaluating);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSyntaxNodeAction(node => Analyze(node, torch), SyntaxKind.InvocationExpression);
    }

    private static void Analyze(SyntaxNodeAnalysisContext context, TorchSymbols torch)
    {
        var (call, semantics, cancellation) = ((InvocationExpressionSyntax)context.Node, context.SemanticModel, context.CancellationToken);
        if (call.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "call" or "forward", Expression: var receiver }
            || Inference(call) is not { } inference || ValueFlow.Holder(receiver, semantics, cancellation) is not { } model
            || ValueFlow.Scope(call) is not { } scope || IsForTraining(call, inference, model, scope, semantics, cancellation))
        {
            return;
        }

        var built = model switch
        {
            ILocalSymbol local =>
                local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(
                    cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } value }
                    && !IsTold(model, scope, call, semantics, cancellation) ? value : null,
            IFieldSymbol { DeclaredAccessibility: Accessibility.Private } field =>
                field.ContainingType is { } type && !torch.IsModule(type) && UserDeclarations.FirstAnnotated(type) is null
                    && !IsTold(field, call, semantics, cancellation)
                ? Definitions.Of(field, semantics.Compilation, cancellation)
                : null,
            _ => null,
        };
        if (built is null || Construction(built) is not { } construction
            || ModuleReader.ReadModule(construction, semantics.Compilation, cancellation) is not { } module
            || (construction is InvocationExpressionSyntax factory && factory.Expression.ToString().Split('.').Last() != module.Factory)
            || TrainingMode.Reason(module) is not { } reason)
        {
            return;
        }

        context.ReportDiagnostic(Diagnostic.Create(
            Descriptors.NotEvaluating,
            call.GetLocation(),
            [inference.GetLocation()],
            Hints.Of((Hints.Model, receiver.ToString())),
            $"'{receiver}' is called for inference, but is in training mode, where its {reason} works differently. Call "
            + $"{receiver}.eval() before."));
    }

    /// <summary>The step of one model of two that are trained: what the other gives goes into a loss behind the scope, and an optimizer
    /// trains that other one too.</summary>
    private static bool IsForTraining(SyntaxNode call, SyntaxNode inference, ISymbol model, SyntaxNode scope, SemanticModel semantics,
        CancellationToken cancellation)
    {
        var given = call.Ancestors().TakeWhile(a => a is not StatementSyntax || a is LocalDeclarationStatementSyntax)
            .Select(a => a is AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } ? left.Identifier.ValueText
                : (a as VariableDeclaratorSyntax)?.Identifier.ValueText).FirstOrDefault(n => n is not null);
        var end = inference.FirstAncestorOrSelf<UsingStatementSyntax>()?.Span.End ?? int.MaxValue;
        var behind = scope.DescendantNodes().Where(n => n.SpanStart > end).ToArray();
        IEnumerable<SyntaxNode> declared = model is IFieldSymbol field ? UserDeclarations.Of(field.ContainingType, cancellation) : [scope];
        return given is not null && behind.OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == given)
            && behind.OfType<MemberAccessExpressionSyntax>().Any(n => n.Name.Identifier.ValueText == "backward")
            && declared.SelectMany(d => ValueFlow.Mentions(model, d, semantics.Compilation, cancellation))
                .Any(m => ValueFlow.CallOn(m) is ({ Parent: ArgumentSyntax }, "parameters"));
    }

    /// <summary>The <c>no_grad()</c> or <c>inference_mode()</c> whose scope a call is in.</summary>
    private static ExpressionSyntax? Inference(SyntaxNode call)
    {
        foreach (var ancestor in call.Ancestors().TakeWhile(a => a is not MemberDeclarationSyntax or GlobalStatementSyntax))
        {
            var found = ancestor switch
            {
                AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax => null,
                UsingStatementSyntax use when use.Statement.Span.Contains(call.Span) =>
                    Scopes(use.Expression is null ? use.Declaration?.Variables.Select(v => v.Initializer?.Value) : [use.Expression]),
                BlockSyntax block => Declared(block.Statements, call),
                CompilationUnitSyntax unit => Declared(unit.Members.OfType<GlobalStatementSyntax>().Select(g => g.Statement), call),
                _ => null,
            };
            if (found is not null || ancestor is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            {
                return found;
            }
        }

        return null;
    }

    private static ExpressionSyntax? Declared(IEnumerable<StatementSyntax> statements, SyntaxNode call) =>
        statements.TakeWhile(s => s.SpanStart < call.SpanStart).OfType<LocalDeclarationStatementSyntax>()
        .Where(d => d.UsingKeyword.RawKind != 0).Select(d => Scopes(d.Declaration.Variables.Select(v => v.Initializer?.Value)))
        .LastOrDefault(s => s is not null);

    private static ExpressionSyntax? Scopes(IEnumerable<ExpressionSyntax?>? resources) =>
        resources?.FirstOrDefault(r => r is InvocationExpressionSyntax
    {
        ArgumentList.Arguments: [] or [{ Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression } }],
        Expression: IdentifierNameSyntax { Identifier.ValueText: "no_grad" or "inference_mode" }
            or MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "torch" },
                Name.Identifier.ValueText: "no_grad" or "inference_mode" },
    });

    /// <summary>Before the call, or around it in a loop, a local is told its mode, or somebody else gets hold of it.</summary>
    private static bool IsTold(ISymbol model, SyntaxNode scope, SyntaxNode call, SemanticModel semantics, CancellationToken cancellation) =>
        ValueFlow.Mentions(model, scope, semantics, cancellation).Any(m =>
        (m.SpanStart < call.SpanStart || m.Ancestors()
            .Any(a => a is ForStatementSyntax or ForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax
                && a.Span.Contains(call.Span)))
        && (Tells(m, call) || ValueFlow.IsGivenAway(m) || m.Parent is AssignmentExpressionSyntax
            || ValueFlow.Scope(m) != ValueFlow.Scope(call)));

    /// <summary>Anywhere in its class a field is told its mode, set or given away.</summary>
    private static bool IsTold(IFieldSymbol model, SyntaxNode call, SemanticModel semantics, CancellationToken cancellation) =>
        UserDeclarations.Of(model.ContainingType, cancellation)
            .SelectMany(d => ValueFlow.Mentions(model, d, semantics.Compilation, cancellation))
            .Any(m => Tells(m, call) || ValueFlow.IsGivenAway(m));

    /// <summary>
    /// <c>model.eval()</c>, <c>model.train(false)</c>, <c>model.apply(...)</c>; also <c>model.train()</c> within the inference itself: that
    /// is meant, as for Monte Carlo dropout.
    /// </summary>
    private static bool Tells(ExpressionSyntax mention, SyntaxNode call) => ValueFlow.CallOn(mention) switch
    {
        ({ } told, "train") => told.ArgumentList.Arguments.Count > 0 || (Inference(told) is { } its && its == Inference(call)),
        (_, "eval" or "apply" or "children" or "modules" or "named_children" or "named_modules") => true,
        (_, "call" or "forward" or "parameters" or "named_parameters" or "buffers" or "named_buffers" or "state_dict" or "load_state_dict"
            or "load" or "save" or "to" or "cuda" or "cpu" or "zero_grad" or "Dispose" or "ToString" or "Summary") => false,
        ({ }, _) => true,
        _ => false,
    };

    /// <summary><c>new Net()</c> of <c>new Net().to(device)</c>.</summary>
    private static ExpressionSyntax? Construction(ExpressionSyntax built) => built switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "to" or "cuda" or "cpu" or "half"
            or "float" or "double", Expression: InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax } moved } =>
            Construction(moved.Expression),
        InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax => built,
        _ => null,
    };
}

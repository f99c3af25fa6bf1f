using System.Collections.Immutable;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN4006: <c>KLDivLoss</c> and <c>kl_div</c> without <c>log_target</c>, whose default is the opposite of PyTorch's.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LogTargetAnalyzer : DiagnosticAnalyzer
{
    private const string Argument = "log_target";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.LogTarget);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (TorchSymbols.In(start.Compilation) is not null)
            {
                start.RegisterSyntaxNodeAction(Call, SyntaxKind.InvocationExpression);
                start.RegisterSymbolAction(Attribute, SymbolKind.Field);
            }
        });
    }

    private static void Call(SyntaxNodeAnalysisContext context)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        var name = call.Expression switch
        {
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => null,
        };
        if (name is not ("KLDivLoss" or "kl_div"))
        {
            return;
        }

        // Before generation a call with what a module gives does not bind, but its one candidate is known.
        var info = context.SemanticModel.GetSymbolInfo(call, context.CancellationToken);
        if ((info.Symbol ?? (info.CandidateSymbols is [var only] ? only : null)) is not IMethodSymbol method || method.ContainingAssembly?.Name != "TorchSharp"
            || method.Parameters.FirstOrDefault(p => p.Name == Argument) is not { HasExplicitDefaultValue: true, ExplicitDefaultValue: true } parameter)
        {
            return;
        }

        var arguments = call.ArgumentList.Arguments;
        var isGiven = arguments.Any(a => a.NameColon?.Name.Identifier.ValueText == Argument)
            || arguments.Select((a, i) => (a, i)).Any(p => p.i == parameter.Ordinal && p.a.NameColon is null);
        if (!isGiven)
        {
            Report(context.ReportDiagnostic, call.GetLocation(), name, $"Write '{Argument}: false' for a target of probabilities, '{Argument}: true' for one of logarithms.");
        }
    }

    /// <summary><c>[Layer] KLDivLoss loss;</c></summary>
    private static void Attribute(SymbolAnalysisContext context)
    {
        var field = (IFieldSymbol)context.Symbol;
        if (field.Type is { Name: "KLDivLoss" } type && type.ContainingNamespace?.ToDisplayString() == "TorchSharp.Modules"
            && field.Find(Annotations.Layer) is { ConstructorArguments: [] or [{ Kind: TypedConstantKind.Array, IsNull: false, Values: [] }, ..] }
            && field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.CancellationToken) is VariableDeclaratorSyntax { Initializer: null } declarator)
        {
            Report(context.ReportDiagnostic, declarator.Identifier.GetLocation(), $"'{field.Name}' (KLDivLoss)", "Write [Layer(false)] for a target of probabilities, [Layer(true)] for one of logarithms.");
        }
    }

    private static void Report(Action<Diagnostic> report, Location place, string what, string edit) => report(Diagnostic.Create(
        Descriptors.LogTarget, place, Hints.Of((Hints.Argument, $"{Argument}: false")), $"{what} takes its target for logarithms here, and for probabilities in PyTorch. {edit}"));
}

using System.Collections.Immutable;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN4004: <c>model.forward(x)</c> passes the hooks by.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ForwardCallAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.ForwardCalled);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSyntaxNodeAction(node => Analyze(node, torch), SyntaxKind.SimpleMemberAccessExpression,
            SyntaxKind.MemberBindingExpression);
    }

    private static void Analyze(SyntaxNodeAnalysisContext context, TorchSymbols torch)
    {
        var (name, receiver) = context.Node switch
        {
            MemberAccessExpressionSyntax access => (access.Name, access.Expression),
            MemberBindingExpressionSyntax binding => (binding.Name,
                binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression),
            _ => (null!, null),
        };
        if (name is not IdentifierNameSyntax { Identifier.ValueText: "forward" }
            || receiver is null or BaseExpressionSyntax or ThisExpressionSyntax || IsNamed(context.Node) || IsWithinForward(context.Node)
            || LayerReader.Held(context.SemanticModel.GetTypeInfo(receiver, context.CancellationToken).Type
                ?? torch.Functions) is not { } type
            || (context.SemanticModel.GetSymbolInfo(context.Node, context.CancellationToken).Symbol is IMethodSymbol method
                && IsUsersOwn(method))
            || !(torch.IsModule(type) || UserDeclarations.FirstAnnotated(type.OriginalDefinition) is not null))
        {
            return;
        }

        var isSame = TakesTheSame(context);
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptors.ForwardCalled, name.GetLocation(),
            isSame ? Hints.Of((Hints.Replacement, "call")) : ImmutableDictionary<string, string?>.Empty,
            $"'{receiver}.forward' does not run the hooks of '{receiver}'. Change it to '{receiver}.call'"
            + $"{(isSame ? "" : ", which takes all arguments, in order and without their names")}."));
    }

    /// <summary>An override may have names and default values of its own for its parameters, which <c>call</c> does not have.</summary>
    private static bool TakesTheSame(SyntaxNodeAnalysisContext context) =>
        context.Node.Parent is not InvocationExpressionSyntax { ArgumentList.Arguments: var given } call || call.Expression != context.Node
        || (given.All(a => a.NameColon is null) && (context.SemanticModel.GetSymbolInfo(context.Node,
            context.CancellationToken).Symbol is not IMethodSymbol method || method.Parameters.Length == given.Count));

    /// <summary>No override of TorchSharp's: <c>call</c> does not lead to it. Where the generator has not run, an override has nothing to
    /// override yet.</summary>
    private static bool IsUsersOwn(IMethodSymbol method)
    {
        while (method.OverriddenMethod is { } overridden)
        {
            method = overridden;
        }

        return !method.IsOverride && method.ContainingAssembly?.Name != "TorchSharp";
    }

    /// <summary><c>nameof(model.forward)</c>.</summary>
    private static bool IsNamed(SyntaxNode node) =>
        node.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax
            { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } };

    /// <summary>A <c>forward</c> or <c>call</c> that passes on to another is the one that hooks are run around.</summary>
    private static bool IsWithinForward(SyntaxNode node) =>
        node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { Identifier.ValueText: "forward" or "call" } method
            && method.Modifiers.Any(SyntaxKind.OverrideKeyword);
}

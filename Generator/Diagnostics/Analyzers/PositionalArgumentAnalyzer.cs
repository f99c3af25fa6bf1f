using System.Collections.Immutable;
using Gen.Diagnostics.Parity;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN4005: a positional argument that compiles as it does in PyTorch and means something else.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PositionalArgumentAnalyzer : TorchAnalyzer
{
    private static readonly HashSet<string> Members = new(Signatures.Members, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Descriptors.PositionalArgument);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSyntaxNodeAction(node => Factory(node, torch), SyntaxKind.InvocationExpression);
        start.RegisterSymbolAction(symbol => Attribute(symbol, torch), SymbolKind.Field);
    }

    private static void Factory(SyntaxNodeAnalysisContext context, TorchSymbols torch)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        var written = call.Expression switch
        {
            SimpleNameSyntax name => name.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => null,
        };
        if (written is null || !Members.Contains(written)
            || context.SemanticModel.GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol method
            || !SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, torch.Functions.ContainingAssembly))
        {
            return;
        }

        for (var i = 0; i < Math.Min(call.ArgumentList.Arguments.Count, method.Parameters.Length); i++)
        {
            if (call.ArgumentList.Arguments[i] is { NameColon: null } argument && Signatures.Other(method, i) is { } pyTorch
                && !IsSaid(argument.Expression, method.Parameters[i].Name, context))
            {
                var parameter = method.Parameters[i].Name;
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptors.PositionalArgument,
                    argument.GetLocation(),
                    Hints.Of((Hints.Name, parameter)),
                    Message(method, i, pyTorch, $"Write '{parameter}: {argument}' if that is meant.")));
            }
        }
    }

    /// <summary><c>[Layer(16, 8, 3, 2, 1, 1, 2)] ConvTranspose2d up;</c></summary>
    private static void Attribute(SymbolAnalysisContext context, TorchSymbols torch)
    {
        var field = (IFieldSymbol)context.Symbol;
        if (!Members.Contains(field.Type.Name)
            || field.Find(Annotations.Layer) is not { ConstructorArguments: [{ Kind: TypedConstantKind.Array, IsNull: false,
                Values: { Length: > 0 } arguments }, ..] } attribute
            || Overloads.Choose(context.Compilation, torch.Factories(field.Type), arguments, out _) is not { Method: { } method }
            || attribute.ApplicationSyntaxReference?.GetSyntax(
                context.CancellationToken) is not AttributeSyntax { ArgumentList.Arguments: var written })
        {
            return;
        }

        var positional = written.Where(a => a.NameEquals is null).ToArray();
        for (var i = 0; i < Math.Min(positional.Length, method.Parameters.Length); i++)
        {
            if (Signatures.Other(method, i) is { } pyTorch)
            {
                var parameter = method.Parameters[i].Name;
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptors.PositionalArgument,
                    positional[i].GetLocation(),
                    Hints.Of((Hints.Name, parameter)),
                    Message(method, i, pyTorch, $"Give '{field.Name}' an initializer, where '{parameter}: {positional[i]}' has a name.")));
            }
        }
    }

    /// <summary>A variable of the parameter's name says what is meant; a negative number can only be a dimension.</summary>
    private static bool IsSaid(ExpressionSyntax argument, string parameter, SyntaxNodeAnalysisContext context) => argument switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText == parameter,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == parameter,
        _ => context.SemanticModel.GetConstantValue(argument, context.CancellationToken) is { HasValue: true, Value: < 0 or < 0L },
    };

    private static string Message(IMethodSymbol method, int index, string pyTorch, string edit) =>
        $"argument {index + 1} of {method.Name} is {method.Parameters[index].Name}, in PyTorch it is {pyTorch}. {edit}";
}

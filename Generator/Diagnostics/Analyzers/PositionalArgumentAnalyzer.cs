using System.Collections.Immutable;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN4005: a positional argument that compiles as it does in PyTorch and means something else.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PositionalArgumentAnalyzer : DiagnosticAnalyzer
{
    /// <summary>By parameter: what stands at its place in PyTorch's ConvTranspose and MaxPool.</summary>
    private static readonly ImmutableDictionary<string, (string Family, string PyTorch)> Differences = new Dictionary<string, (string, string)>
    {
        ["dilation"] = ("ConvTranspose", "groups"),
        ["padding_mode"] = ("ConvTranspose", "bias"),
        ["ceil_mode"] = ("MaxPool", "return_indices"),
    }.ToImmutableDictionary();

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.PositionalArgument);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (TorchSymbols.In(start.Compilation) is { } torch)
            {
                start.RegisterSyntaxNodeAction(node => Factory(node, torch), SyntaxKind.InvocationExpression);
                start.RegisterSymbolAction(symbol => Attribute(symbol, torch), SymbolKind.Field);
            }
        });
    }

    private static bool IsConcerned(string? name) =>
        name is not null && ((name.StartsWith("ConvTranspose", StringComparison.Ordinal) && name.Length == 15) || (name.StartsWith("MaxPool", StringComparison.Ordinal) && name.Length == 9));

    private static void Factory(SyntaxNodeAnalysisContext context, TorchSymbols torch)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        var written = call.Expression switch
        {
            SimpleNameSyntax name => name.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => null,
        };
        if (!IsConcerned(written) || call.ArgumentList.Arguments.Count < 5
            || context.SemanticModel.GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol method || !SymbolEqualityComparer.Default.Equals(method.ContainingType, torch.Functions))
        {
            return;
        }

        for (var i = 0; i < Math.Min(call.ArgumentList.Arguments.Count, method.Parameters.Length); i++)
        {
            if (call.ArgumentList.Arguments[i] is { NameColon: null } argument && Difference(method, i) is { } pyTorch)
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
        if (!IsConcerned(field.Type.Name) || field.Find(Annotations.Layer) is not { ConstructorArguments: [{ Kind: TypedConstantKind.Array, IsNull: false, Values: { Length: >= 5 } arguments }, ..] } attribute
            || Overloads.Choose(context.Compilation, torch.Factories(field.Type), arguments, out _) is not { Method: { } method }
            || attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is not AttributeSyntax { ArgumentList.Arguments: var written })
        {
            return;
        }

        var positional = written.Where(a => a.NameEquals is null).ToArray();
        for (var i = 0; i < Math.Min(positional.Length, method.Parameters.Length); i++)
        {
            if (Difference(method, i) is { } pyTorch)
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

    private static string? Difference(IMethodSymbol method, int index) =>
        Differences.TryGetValue(method.Parameters[index].Name, out var difference) && method.Name.StartsWith(difference.Family, StringComparison.Ordinal) ? difference.PyTorch : null;

    private static string Message(IMethodSymbol method, int index, string pyTorch, string edit) =>
        $"argument {index + 1} of {method.Name} is {method.Parameters[index].Name}, in PyTorch it is {pyTorch}. {edit}";
}

using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Symbols;

/// <summary>Whether a program gives modules another element type than float32, as which they begin.</summary>
internal static class ModuleConversions
{
    private static readonly ConditionalWeakTable<Compilation, StrongBox<bool>> Known = new();

    /// <summary>Somewhere a module is converted, or the default type is set.</summary>
    public static bool Any(Compilation compilation, CancellationToken cancellation)
    {
        if (!Known.TryGetValue(compilation, out var known))
        {
            known = new(TorchSymbols.In(compilation) is { } torch
                && compilation.SyntaxTrees.Any(t => In(t.GetRoot(cancellation), compilation, torch, cancellation)));
            Known.GetValue(compilation, _ => known);
        }

        return known.Value;
    }

    private static bool In(SyntaxNode root, Compilation compilation, TorchSymbols torch, CancellationToken cancellation) =>
        root.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => NameOf(call.Expression) switch
        {
            "set_default_dtype" => true,
            "to" or "half" or "double" or "bfloat16" or "_to" =>
                compilation.ModelOf(call.SyntaxTree).GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol method
                || Converts(method, torch),
            _ => false,
        });

    private static bool Converts(IMethodSymbol method, TorchSymbols torch)
    {
        method = method.ReducedFrom ?? method;
        var receiver = method.IsStatic && method.Parameters.Length > 0 ? method.Parameters[0].Type : method.ContainingType;
        return receiver is ITypeParameterSymbol { ConstraintTypes: [var constraint, ..] } ? torch.IsModule(constraint) && IsToType(method)
            : receiver is not null && torch.IsModule(receiver) && IsToType(method);
    }

    /// <summary>A device alone changes no type.</summary>
    private static bool IsToType(IMethodSymbol method) =>
        method.Name is not ("to" or "_to") || method.Parameters.Any(p => p.Type is { Name: "ScalarType" }
            or INamedTypeSymbol { TypeArguments: [{ Name: "ScalarType" }] });

    private static string NameOf(ExpressionSyntax expression) => expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => "",
    };
}

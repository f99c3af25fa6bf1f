using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Symbols;

/// <summary>What a program does to its modules as a whole: another element type than float32, as which they begin, another device than
/// the CPU.</summary>
internal sealed class ModuleConversions
{
    private static readonly ConditionalWeakTable<Compilation, ModuleConversions> Known = new();

    private ModuleConversions(Compilation compilation, CancellationToken cancellation)
    {
        if (TorchSymbols.In(compilation) is not { } torch)
        {
            return;
        }

        foreach (var call in compilation.SyntaxTrees.SelectMany(t => t.GetRoot(cancellation).DescendantNodes())
            .OfType<InvocationExpressionSyntax>())
        {
            var name = NameOf(call.Expression);
            switch (name)
            {
                case "set_default_dtype":
                    IsConverted = true;
                    break;
                case "set_default_device":
                    SetsDevice = IsMoved = true;
                    break;
                case "to" or "half" or "double" or "bfloat16" or "_to" or "cuda"
                    when compilation.ModelOf(call.SyntaxTree).GetSymbolInfo(call, cancellation).Symbol is var symbol:
                    IsConverted |= name != "cuda"
                        && (symbol is not IMethodSymbol converting || (IsOfModule(converting, torch) && IsToType(converting)));
                    IsMoved |= symbol is IMethodSymbol moving && IsOfModule(moving, torch) && IsToDevice(moving);
                    break;
            }
        }
    }

    /// <summary>Somewhere a module is converted, or the default type is set.</summary>
    public bool IsConverted { get; }

    /// <summary>Somewhere a module is moved to a device.</summary>
    public bool IsMoved { get; }

    /// <summary>Somewhere the device is set on which tensors are made.</summary>
    public bool SetsDevice { get; }

    public static ModuleConversions In(Compilation compilation, CancellationToken cancellation)
    {
        if (!Known.TryGetValue(compilation, out var known))
        {
            known = new(compilation, cancellation);
            Known.GetValue(compilation, _ => known);
        }

        return known;
    }

    private static bool IsOfModule(IMethodSymbol method, TorchSymbols torch)
    {
        method = method.ReducedFrom ?? method;
        var receiver = method.IsStatic && method.Parameters.Length > 0 ? method.Parameters[0].Type : method.ContainingType;
        return receiver is ITypeParameterSymbol { ConstraintTypes: [var constraint, ..] } ? torch.IsModule(constraint)
            : receiver is not null && torch.IsModule(receiver);
    }

    /// <summary>A device alone changes no type.</summary>
    private static bool IsToType(IMethodSymbol method) => method.Name is "half" or "double" or "bfloat16"
        || method.Parameters.Any(p => p.Type is { Name: "ScalarType" } or INamedTypeSymbol { TypeArguments: [{ Name: "ScalarType" }] });

    private static bool IsToDevice(IMethodSymbol method) => method.Name == "cuda"
        || method.Parameters.Any(p => p.Name is "device" or "deviceType" or "other");

    private static string NameOf(ExpressionSyntax expression) => expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => "",
    };
}

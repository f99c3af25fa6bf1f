using System.Collections.Immutable;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics;

/// <summary>
/// GEN4009: a constant 0 where a dimension is meant, which converts to <c>ScalarType.Byte</c>: <c>x.sum(0)</c>. Any constant 0 of C#
/// converts to any enum, and that is the better conversion; the other numbers are dimensions.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ZeroAsTypeAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.ZeroAsType);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        if (start.Compilation.GetTypeByMetadataName("TorchSharp.torch+ScalarType") is { } type)
        {
            start.RegisterOperationAction(operation => Argument(operation, torch.Functions.ContainingAssembly, type),
                OperationKind.Argument);
        }
    }

    private static void Argument(OperationAnalysisContext context, IAssemblySymbol torchSharp, INamedTypeSymbol scalarType)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (argument is not { ArgumentKind: ArgumentKind.Explicit, Value: IConversionOperation { IsImplicit: true } conversion,
            Parameter: { } parameter }
            || !IsType(parameter.Type, scalarType) || !SymbolEqualityComparer.Default.Equals(parameter.ContainingAssembly, torchSharp))
        {
            return;
        }

        IOperation value = conversion;
        while (value is IConversionOperation { IsImplicit: true, Operand: var operand })
        {
            value = operand;
        }

        if (value is { ConstantValue: { HasValue: true, Value: 0 or 0L or (short)0 or (byte)0 or 0U or 0UL },
            Type.TypeKind: not TypeKind.Enum } && parameter.ContainingSymbol is IMethodSymbol method)
        {
            var (edit, advice) = Edit(method, parameter, value.Syntax.ToString());
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.ZeroAsType,
                value.Syntax.GetLocation(),
                edit is null ? Hints.Of() : Hints.Of((Hints.Replacement, edit)),
                $"0 is ScalarType.Byte here, the '{parameter.Name}' of '{method.Name}', not a dimension: the result is of "
                + $"bytes. {advice}"));
        }
    }

    /// <summary>Where an overload takes a number at the same place, that is meant.</summary>
    private static (string? Edit, string Advice) Edit(IMethodSymbol method, IParameterSymbol parameter, string written)
    {
        var isMeant = method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>()
            .Any(m => m.IsStatic == method.IsStatic && m.Parameters.Length > parameter.Ordinal
                && m.Parameters[parameter.Ordinal] is { Type.SpecialType: SpecialType.System_Int64 or SpecialType.System_Int32 });
        var edit = written == "0" ? "0L" : $"(long){written}";
        return isMeant ? (edit, $"Write '{edit}', or 'dim: {written}'.") : (null, "Write the type's name.");
    }

    private static bool IsType(ITypeSymbol type, INamedTypeSymbol scalarType) => SymbolEqualityComparer.Default.Equals(type, scalarType)
        || (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] }
            && SymbolEqualityComparer.Default.Equals(inner, scalarType));
}

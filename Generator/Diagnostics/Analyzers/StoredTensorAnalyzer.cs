using System.Collections.Immutable;
using Gen.Freeing;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics;

/// <summary>GEN4008: a tensor that <c>Forward</c> computes is put where it outlives the call, and freed when <c>forward</c> returns, or
/// left to the garbage collector.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StoredTensorAnalyzer : TorchAnalyzer
{
    private const string Freed = ": the tensor is freed when forward returns. To keep it";
    private const string Rebound = ", and the registered buffer stays as it was. To change the buffer in place";
    private const string Left =
        ". Only the garbage collector frees it, since Forward also calls code that may hold tensors. To keep it on purpose";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.StoredTensor);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterOperationBlockAction(block => Analyze(block, torch));
    }

    private static void Analyze(OperationBlockAnalysisContext context, TorchSymbols torch)
    {
        if (context.OwningSymbol is not IMethodSymbol { ContainingType: { } type } method || UserDeclarations.FirstAnnotated(type) is null
            || !IsFreed(type, method, torch, context.CancellationToken)
            || context.OperationBlocks.FirstOrDefault(b => b is IBlockOperation) is not { } body)
        {
            return;
        }

        bool? leaves = null;
        var computed = new ComputedTensors(body, torch);
        foreach (var operation in body.Descendants())
        {
            foreach (var (target, value) in StoredTensors.In(operation))
            {
                if (StoredTensors.Member(target) is { } member && computed.Has(value) && !computed.IsLetGo(member, value))
                {
                    var name = member.IsStatic && !SymbolEqualityComparer.Default.Equals(member.ContainingType, type)
                        ? $"{member.ContainingType.Name}.{member.Name}" : member.Name;
                    leaves ??= ModuleReader.Read(type, context.Compilation, context.CancellationToken) is { MayKeep: true };
                    context.ReportDiagnostic(Diagnostic.Create(
                        Descriptors.StoredTensor,
                        (operation is IInvocationOperation ? operation : target).Syntax.GetLocation(),
                        Hints.Of((Hints.Member, member.Name)),
                        $"'{name}' gets a tensor that {method.Name} computes{Advice(value, operation, member, name, leaves.Value)}."));
                }
            }
        }
    }

    /// <summary>The generated <c>forward</c> runs the method, and frees what it leaves.</summary>
    private static bool IsFreed(INamedTypeSymbol type, IMethodSymbol method, TorchSymbols torch, CancellationToken cancellation)
    {
        var members = UserDeclarations.Members(type).OfType<IMethodSymbol>().Where(m => !m.IsStatic).ToArray();
        if (members.Any(m => m.Name == "forward")
            || members.FirstOrDefault(m => m.Name == "Forward" && m.MethodKind == MethodKind.Ordinary) is not { } forward
            || !IsKnown(forward.ReturnType, torch))
        {
            return false;
        }

        // Forward, and what it calls of the class.
        var declared = UserDeclarations.Of(type, cancellation).SelectMany(d => d.Members).OfType<MethodDeclarationSyntax>()
            .ToLookup(m => m.Identifier.ValueText, StringComparer.Ordinal);
        var reached = new HashSet<string>(StringComparer.Ordinal) { "Forward" };
        var open = new Queue<string>(reached);
        while (open.Count > 0)
        {
            foreach (var call in declared[open.Dequeue()].SelectMany(m => m.DescendantNodes().OfType<InvocationExpressionSyntax>()))
            {
                var name = call.Expression switch
                {
                    IdentifierNameSyntax simple => simple.Identifier.ValueText,
                    MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name.Identifier.ValueText: var member } => member,
                    _ => null,
                };
                if (name is not null && reached.Add(name))
                {
                    open.Enqueue(name);
                }
            }
        }

        return reached.Contains(method.Name);
    }

    /// <summary>A result whose tensors are all known; others might hold any, so that nothing is freed.</summary>
    private static bool IsKnown(ITypeSymbol type, TorchSymbols torch) => torch.IsTensor(type) || type switch
    {
        IArrayTypeSymbol array => IsKnown(array.ElementType, torch),
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.All(e => IsKnown(e.Type, torch)),
        INamedTypeSymbol { Name: "List" or "Dictionary", TypeArguments: var items } => items.All(i => IsKnown(i, torch)),
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } =>
            IsKnown(inner, torch),
        _ => type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String,
    };

    /// <summary>A buffer stays registered only if it is written in place.</summary>
    private static string Advice(IOperation value, IOperation operation, ISymbol member, string name, bool leaves) =>
        member.Find(Annotations.Buffer) is null || operation is IInvocationOperation
        ? $"{(leaves ? Left : Freed)}, write {Kept(value, operation, member, name)}"
        : $"{Rebound}, write "
            + $"{name}.{(operation is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } ? "add_" : "copy_")}(...)";

    private static string Kept(IOperation value, IOperation operation, ISymbol member, string name)
    {
        // A buffer stays registered only if it is written in place.
        if (member.Find(Annotations.Buffer) is not null && operation is not IInvocationOperation)
        {
            return $"{name}.{(operation is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } ? "add_" : "copy_")}(...)";
        }

        var text = ValueReader.Unwrap(value).Syntax is IdentifierNameSyntax or InvocationExpressionSyntax
            ? ValueReader.Unwrap(value).Syntax.ToString() : "(...)";
        var isTensor = member is IFieldSymbol { Type.Name: "Tensor" } or IPropertySymbol { Type.Name: "Tensor" };
        return text.Length > 40 || text.Contains('\n') ? ".Keep() after it" : operation is IInvocationOperation || !isTensor
            ? $"{text}.Keep()" : $"{text}.Keep(replacing: {name})";
    }
}

using System.Collections.Immutable;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics;

/// <summary>
/// GEN4003: a field that holds a module is set when the module that it is in has registered its components. Generated code follows the
/// field; an optimizer does not.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LateAssignmentAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.AssignedLate);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterOperationAction(operation => Analyze(operation, torch), OperationKind.SimpleAssignment,
            OperationKind.CoalesceAssignment);
    }

    private static void Analyze(OperationAnalysisContext context, TorchSymbols torch)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        if (assignment.Target is not IFieldReferenceOperation { Field: { IsStatic: false } field, Instance: { } instance } target
            || !(RegisteredMembers.IsModule(field.Type, torch) || RegisteredMembers.IsParameter(field.Type))
            || field.ContainingType is not { TypeKind: TypeKind.Class } type || !type.Locations.Any(l => l.IsInSource)
            || ValueReader.Unwrap(assignment.Value).ConstantValue is { HasValue: true, Value: null }
            || IsItself(assignment.Value, target, torch)
            || RegisteredMembers.Of(Setter(context, instance, type), torch, context.Compilation,
                context.CancellationToken) is not { } members
            || (members.IsGenerated ? !Annotations.IsAnnotated(field) || field.Has(Annotations.Buffer)
                : members is { Calls.Count: 0, BaseRegisters: false } || HoldsNothing(assignment)))
        {
            return;
        }

        if (Reason(context, type, instance, members, assignment.Syntax) is { } reason
            && (members.IsGenerated || !members.IsAccountedFor(field, assignment.Value.Syntax, context.CancellationToken)))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.AssignedLate,
                target.Syntax.GetLocation(),
                Hints.Of((Hints.Member, field.Name)),
                members.IsGenerated
                    ? $"'{field.Name}' is set {reason}: an optimizer that was created before still updates the old parameters. "
                        + $"Set it in the constructor or in its initializer."
                    : $"'{field.Name}' is set {reason}: the new value is not registered, and will not be trained, saved or moved. "
                        + $"{Advice(members, isOfBase: IsOwn(instance) && !IsOf(context.ContainingSymbol.ContainingType, type))}"));
        }
    }

    /// <summary>A derived class that sets a field of its base: whether that is late is a question of the derived class.</summary>
    private static INamedTypeSymbol Setter(OperationAnalysisContext context, IOperation instance, INamedTypeSymbol type) =>
        IsOwn(instance) && context.ContainingSymbol.ContainingType is { } user && IsFrom(user.BaseType, type) ? user.OriginalDefinition
            : type.OriginalDefinition;

    private static string Advice(RegisteredMembers members, bool isOfBase) =>
        members.BaseAlwaysRegisters ? isOfBase ? "Give it to the constructor of the base class, which registers it."
            : "Give it an initializer, which runs before that."
        : members.Calls.Count > 0 ? "Set it before RegisterComponents()." : "Set it before the components are registered.";

    private static bool IsOf(INamedTypeSymbol? user, INamedTypeSymbol type) =>
        SymbolEqualityComparer.Default.Equals(user?.OriginalDefinition, type.OriginalDefinition);

    private static bool IsOwn(IOperation instance) =>
        instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };

    private static bool IsFrom(INamedTypeSymbol? derived, INamedTypeSymbol type)
    {
        for (var t = derived; t is not null; t = t.BaseType)
        {
            if (IsOf(t, type))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>w = (Parameter)init.uniform_(w)</c>: what fills a tensor gives back that tensor.</summary>
    private static bool IsItself(IOperation value, IFieldReferenceOperation target, TorchSymbols torch)
    {
        value = ValueReader.Unwrap(value);
        while (value is IInvocationOperation { TargetMethod.ContainingType: { Name: "init" } type } call
            && SymbolEqualityComparer.Default.Equals(type.ContainingType, torch.Functions)
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0) is { } filled)
        {
            value = ValueReader.Unwrap(filled.Value);
        }

        return value is IFieldReferenceOperation held && SymbolEqualityComparer.Default.Equals(held.Field, target.Field)
            && (held.Instance is IInstanceReferenceOperation ? target.Instance is IInstanceReferenceOperation
                : held.Instance?.Syntax.IsEquivalentTo(target.Instance!.Syntax) == true);
    }

    /// <summary>There is nothing to register in a loss, or in an activation without parameters.</summary>
    private static bool HoldsNothing(IAssignmentOperation assignment) =>
        ValueReader.Unwrap(assignment.Value).Type is { } value && RegisteredMembers.IsStateless(value);

    /// <summary>When it is set, where that is too late.</summary>
    private static string? Reason(OperationAnalysisContext context, INamedTypeSymbol type, IOperation instance, RegisteredMembers members,
        SyntaxNode syntax)
    {
        var isOwn = IsOwn(instance) && IsFrom(context.ContainingSymbol.ContainingType, type);
        if (instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver })
        {
            // new Net { head = ... }: Gen registers on first use, RegisterComponents in the constructor has been.
            return members.IsGenerated ? null : "after the constructor has registered the components";
        }

        if (!isOwn)
        {
            return instance is IInstanceReferenceOperation ? null : $"from outside, on '{instance.Syntax}'";
        }

        var isInLambda = syntax.Ancestors().TakeWhile(a => a is not MemberDeclarationSyntax)
            .Any(a => a is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);
        switch (context.ContainingSymbol)
        {
            case IMethodSymbol { MethodKind: MethodKind.Constructor } when !isInLambda:
                return members.IsGenerated ? null
                    : members.Before(syntax) is not null ? "after RegisterComponents()"
                    : members.BaseAlwaysRegisters ? "after the base class's constructor has registered the components" : null;
            case IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor }
                or { Name: "RegisterComponents" or "_toEpilog" or "Dispose" }:
            case IMethodSymbol { IsInitOnly: true } when members.IsGenerated:
                return null;
            case IMethodSymbol method when !isInLambda:
                var calls = members.ConstructorCalls(method.Name);
                return calls.Count == 0 ? $"in {(method.AssociatedSymbol ?? method).Name}, after the constructor"
                    : !members.IsGenerated && calls.All(c => members.Before(c) is not null)
                    ? $"in {method.Name}, after RegisterComponents()" : null;
            default:
                return null;
        }
    }
}

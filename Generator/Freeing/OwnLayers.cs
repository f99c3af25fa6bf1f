using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Freeing;

/// <summary>Whether a module that a method calls is a layer of its class, which was looked at by itself: also as an item of a list, under
/// another name, in a loop or a function.</summary>
/// <param name="looked">The class; null where its layers were not looked at.</param>
/// <param name="areAnnotated">Its layers are the fields with an attribute, not all that hold a module.</param>
internal sealed class OwnLayers(ITypeSymbol? looked, bool areAnnotated)
{
    /// <summary>More than this is not looked through for one call.</summary>
    private const int MostSteps = 200;

    private int depth;
    private int steps;

    public bool Has(IOperation receiver, IReadOnlyList<IOperation> all)
    {
        steps = depth == 0 ? 0 : steps + 1;
        if (looked is null || steps > MostSteps)
        {
            return false;
        }

        depth++;
        var answer = ValueReader.Unwrap(receiver) switch
        {
            IFieldReferenceOperation { Field: { IsStatic: false } field } =>
                SymbolEqualityComparer.Default.Equals(field.ContainingType.OriginalDefinition, looked.OriginalDefinition)
                    && (!areAnnotated || Annotations.IsAnnotated(field)),
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } list } => Has(list, all),
            ILocalReferenceOperation { Local: var local } =>
                !IsSetAgain(local, all) && Origin(local, all) is { } origin && AreOf(origin, all),
            IParameterReferenceOperation
                { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } function } parameter } =>
                !IsSetAgain(parameter, all) && IsGiven(function, all),
            IConditionalAccessInstanceOperation instance =>
                instance.Parent is { } parent && Accessed(parent) is { } accessed && Has(accessed, all),
            _ => false,
        };
        depth--;
        return answer;
    }

    /// <summary>A local or a parameter gets another value than its first.</summary>
    public static bool IsSetAgain(ISymbol symbol, IReadOnlyList<IOperation> all)
    {
        return all.Any(o => o switch
        {
            IAssignmentOperation assignment => Names(assignment.Target),
            IArgumentOperation { Parameter.RefKind: not (RefKind.None or RefKind.In) } argument => Names(argument.Value),
            _ => false,
        });

        bool Names(IOperation target) => ValueReader.Unwrap(target) switch
        {
            ITupleOperation tuple => tuple.Elements.Any(Names),
            ILocalReferenceOperation { IsDeclaration: false, Local: var local } => SymbolEqualityComparer.Default.Equals(local, symbol),
            IParameterReferenceOperation { Parameter: var parameter } => SymbolEqualityComparer.Default.Equals(parameter, symbol),
            _ => false,
        };
    }

    /// <summary>What a local is, or is a part of.</summary>
    private static IOperation? Origin(ILocalSymbol local, IReadOnlyList<IOperation> all)
    {
        return all.Select(o => o switch
        {
            IVariableDeclaratorOperation declarator when Is(declarator.Symbol) =>
                declarator.GetVariableInitializer()?.Value ?? (o.Parent as IForEachLoopOperation)?.Collection,
            IForEachLoopOperation { LoopControlVariable: not IVariableDeclaratorOperation } loop when Declares(loop.LoopControlVariable) =>
                loop.Collection,
            IDeconstructionAssignmentOperation assignment when Declares(assignment.Target) => assignment.Value,
            IDeclarationPatternOperation { DeclaredSymbol: { } symbol, Parent: IIsPatternOperation test } when Is(symbol) => test.Value,
            _ => null,
        }).FirstOrDefault(o => o is not null);

        bool Is(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol, local);
        bool Declares(IOperation target) => target.DescendantsAndSelf().OfType<ILocalReferenceOperation>()
            .Any(r => r.IsDeclaration && Is(r.Local));
    }

    /// <summary>Whatever modules come out of it are own layers: <c>blocks.Take(2)</c>, <c>deep ? a : b</c>, <c>Enumerable.Range(0,
    /// 3).Select(i => blocks[i])</c>.</summary>
    private bool AreOf(IOperation source, IReadOnlyList<IOperation> all)
    {
        var functions = source.DescendantsAndSelf().OfType<IAnonymousFunctionOperation>().Select(f => (ISymbol)f.Symbol).ToArray();
        return source.DescendantsAndSelf().All(o => o switch
        {
            { Type: { } type } when HoldsNone(type) => true,
            IFieldReferenceOperation { Field.ContainingType.IsTupleType: true } => true,
            IParameterReferenceOperation { Parameter: var parameter }
                when functions.Contains(parameter.ContainingSymbol, SymbolEqualityComparer.Default) => true,
            IFieldReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation => Has(o, all),
            IPropertyReferenceOperation { Property: var property } => IsOfContainer(property),
            IInvocationOperation call => call.TargetMethod.ContainingType.Name == "Enumerable"
                || (call.Instance is not (null or IInstanceReferenceOperation) && IsOfContainer(call.TargetMethod)),
            IMethodReferenceOperation or IObjectCreationOperation or ITypeParameterObjectCreationOperation or IDynamicInvocationOperation
                or IInvalidOperation or IAwaitOperation => false,
            _ => true,
        });
    }

    /// <summary>What a function of LINQ is given are items of own layers.</summary>
    private bool IsGiven(IMethodSymbol function, IReadOnlyList<IOperation> all)
    {
        IOperation? parent = all.OfType<IAnonymousFunctionOperation>()
            .FirstOrDefault(f => SymbolEqualityComparer.Default.Equals(f.Symbol, function));
        while (parent is IAnonymousFunctionOperation or IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
        {
            parent = parent.Parent;
        }

        return parent is IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" } call
            && call.Arguments.All(a => a.Value.Type is { } type
                && (HoldsNone(type) || type.TypeKind == TypeKind.Delegate || AreOf(a.Value, all)));
    }

    /// <summary>No module, as far as its type tells.</summary>
    private static bool HoldsNone(ITypeSymbol type) =>
        type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_UIntPtr || type.Name == "Tensor";

    private static bool IsOfContainer(ISymbol member) =>
        !member.IsStatic && (member.ContainingAssembly?.Name == "TorchSharp"
            || member.ContainingNamespace?.ToDisplayString().StartsWith("System", StringComparison.Ordinal) == true);

    private static IOperation? Accessed(IOperation? operation)
    {
        while (operation is not (null or IConditionalAccessOperation))
        {
            operation = operation.Parent;
        }

        return (operation as IConditionalAccessOperation)?.Operation;
    }
}

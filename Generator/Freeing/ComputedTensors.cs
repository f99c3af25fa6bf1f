using Gen.Reading;
using Gen.Rules.Operations;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Freeing;

/// <summary>Which values of a method are tensors that it computes itself, and does not let go.</summary>
internal sealed class ComputedTensors(IOperation body, TorchSymbols torch)
{
    private readonly IReadOnlyList<IOperation> all = [.. body.Descendants()];

    private HashSet<ISymbol>? computed;

    /// <summary>False too where that is not known.</summary>
    public bool Has(IOperation value)
    {
        value = ValueReader.Unwrap(value);
        return value switch
        {
            ILocalReferenceOperation { Local: var local } => Computed.Contains(local) && !IsLetGo(local),
            IConditionalOperation { WhenFalse: { } otherwise } choice => Has(choice.WhenTrue) || Has(otherwise),
            ICoalesceOperation choice => Has(choice.Value) || Has(choice.WhenNull),
            ICompoundAssignmentOperation assignment => IsTensor(assignment),
            IAssignmentOperation assignment => Has(assignment.Value),
            ITupleOperation tuple => tuple.Elements.Any(Has),
            IArrayCreationOperation { Initializer: { } items } => items.ElementValues.Any(Has),
            IBinaryOperation or IUnaryOperation => IsTensor(value),
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed } =>
                IsTensor(value) && (IsTensor(indexed) || Has(indexed)),
            IArrayElementReferenceOperation element => IsTensor(value) && Has(element.ArrayReference),
            IInvocationOperation call => OfCall(call),
            _ => false,
        };
    }

    /// <summary>What is stored is returned too, kept later, or taken out again.</summary>
    public bool IsLetGo(ISymbol member, IOperation value) => all.Any(o => o switch
    {
        IReturnOperation { ReturnedValue: { } result } =>
            Gives(result, member) || (ValueReader.Unwrap(value) is ILocalReferenceOperation { Local: var local } && Gives(result, local))
                || result.Descendants().Contains(value.Parent),
        ISimpleAssignmentOperation assignment => Symbol(assignment.Target) is { } target
            && SymbolEqualityComparer.Default.Equals(target, member)
            && ValueReader.Unwrap(assignment.Value) is { ConstantValue: { HasValue: true, Value: null } },
        _ => false,
    }) || IsLetGo(member) || all.OfType<IInvocationOperation>()
        .Any(c => c.TargetMethod.Name is "Clear" or "Dequeue" or "Pop" or "Remove" or "RemoveAt" && c.Instance is { } instance
            && SymbolEqualityComparer.Default.Equals(Symbol(instance), member));

    private bool IsLetGo(ISymbol symbol) => all.OfType<IInvocationOperation>().Any(c => LetsGo(c.TargetMethod.Name)
        && (c.Instance is null ? [] : new[] { c.Instance }).Concat(
            c.Arguments.Where(a => a.Parameter?.Name != "replacing").Select(a => a.Value))
            .Any(v => SymbolEqualityComparer.Default.Equals(Symbol(v), symbol)));

    private static bool Gives(IOperation result, ISymbol symbol) => ValueReader.Unwrap(result) switch
    {
        ITupleOperation tuple => tuple.Elements.Any(e => Gives(e, symbol)),
        IArrayCreationOperation { Initializer: { } items } => items.ElementValues.Any(e => Gives(e, symbol)),
        IConditionalOperation { WhenFalse: { } otherwise } choice => Gives(choice.WhenTrue, symbol) || Gives(otherwise, symbol),
        IAssignmentOperation assignment => Gives(assignment.Target, symbol) || Gives(assignment.Value, symbol),
        var value => SymbolEqualityComparer.Default.Equals(Symbol(value), symbol),
    };

    private static ISymbol? Symbol(IOperation operation) => ValueReader.Unwrap(operation) switch
    {
        ILocalReferenceOperation local => local.Local,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        _ => null,
    };

    /// <summary>The locals of which all that they are set to is computed here: found by those that need no other, then those that need
    /// these.</summary>
    private HashSet<ISymbol> Computed
    {
        get
        {
            if (computed is null)
            {
                computed = new(SymbolEqualityComparer.Default);
                var open = Values();
                for (var isNew = true; isNew;)
                {
                    isNew = false;
                    foreach (var local in open.Keys.ToArray())
                    {
                        isNew |= open[local].All(Has) && computed.Add(local) && open.Remove(local);
                    }
                }
            }

            return computed;
        }
    }

    /// <summary>What each local is set to, in the order in which they are declared.</summary>
    private Dictionary<ISymbol, List<IOperation>> Values()
    {
        var values = new Dictionary<ISymbol, List<IOperation>>(SymbolEqualityComparer.Default);
        foreach (var operation in all)
        {
            var (local, value) = operation switch
            {
                IVariableDeclaratorOperation declarator => (declarator.Symbol, declarator.GetVariableInitializer()?.Value),
                ISimpleAssignmentOperation assignment => (Symbol(assignment.Target) as ILocalSymbol, assignment.Value),
                ICompoundAssignmentOperation assignment => (Symbol(assignment.Target) as ILocalSymbol, assignment),
                _ => (null, null),
            };
            if (local is not null && value is not null)
            {
                if (!values.TryGetValue(local, out var known))
                {
                    values.Add(local, known = []);
                }

                known.Add(value);
            }
        }

        return values;
    }

    private bool OfCall(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (LetsGo(method.Name) || !(IsTensor(call)
            || call.Type is IArrayTypeSymbol { ElementType: var item } && torch.IsTensor(item)))
        {
            return false;
        }

        if (method.Name is "call" && call.Instance?.Type is { } module && torch.IsModule(module))
        {
            // What a module of the user gives may be its own.
            return module.ContainingAssembly?.Name == "TorchSharp" && module.ContainingNamespace?.Name == "Modules"
                || (module is INamedTypeSymbol named && UserDeclarations.FirstAnnotated(named.OriginalDefinition) is not null);
        }

        var mayGiveBack = OperationRules.MayReturnInput(method.Name);
        return method.ContainingAssembly?.Name == "TorchSharp" && (!mayGiveBack || (call.Instance is { } instance && Has(instance)));
    }

    private static bool LetsGo(string operation) => OperationRules.LifetimeOf(operation) != Lifetime.Scope;

    private bool IsTensor(IOperation operation) => operation.Type is { } type && torch.IsTensor(type);
}

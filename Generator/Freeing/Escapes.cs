using Gen.Reading;
using Gen.Rules.Operations;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Freeing;

/// <summary>
/// Whether a tensor that is computed in a method may be held by something when it has returned, other than by its result. What cannot be
/// seen may hold it.
/// </summary>
internal sealed class Escapes(Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
{
    /// <summary>More than this is not looked through.</summary>
    private const int MostMethods = 100;

    private readonly Dictionary<ISymbol, bool> known = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, bool> exact = new(SymbolEqualityComparer.Default);
    private readonly HeldTypes types = new(torch);

    /// <summary>A method, and whatever it calls.</summary>
    /// <param name="method">The method.</param>
    /// <param name="warned">The class whose stored tensors GEN4008 tells of: these are freed.</param>
    public bool From(IMethodSymbol method, INamedTypeSymbol warned) => new Search(this, warned, warned).Reaches(method);

    /// <summary>Calls of a module.</summary>
    /// <param name="type">Its class.</param>
    /// <param name="isExact">It is of no class that is derived from it.</param>
    /// <param name="areLayersKnown">Its own layers were looked at, and hold nothing.</param>
    public bool FromModule(ITypeSymbol type, bool isExact, bool areLayersKnown)
    {
        var answers = isExact ? exact : known;
        if (!answers.TryGetValue(type, out var answer))
        {
            answer = answers[type] = new Search(this, null, areLayersKnown ? type : null).Reaches(type, isExact);
        }

        return answer;
    }

    private bool IsPlain(ITypeSymbol? type) => type is not null && types.Of(type) == Holds.Nothing;

    private bool IsOwn(ISymbol symbol) => UserDeclarations.IsOwn(symbol, compilation);

    /// <summary>One search through all that a method calls.</summary>
    private sealed class Search(Escapes escapes, INamedTypeSymbol? warned, ITypeSymbol? looked)
    {
        private static readonly HashSet<string> Harmless = new(
            ["Enumerable", "GC", "ArgumentNullException", "ArgumentException", "Tuple", "ValueTuple", "Console", "Math", "MathF", "String",
                "Object", "Debug", "Trace", "ReferenceEquals"], StringComparer.Ordinal);

        private readonly OwnLayers layers = new(looked, areAnnotated: warned is not null);
        private readonly HashSet<IMethodSymbol> seen = new(SymbolEqualityComparer.Default);
        private readonly Queue<IMethodSymbol> open = new();

        public bool Reaches(IMethodSymbol method) => !Enter(method) || Go();

        public bool Reaches(ITypeSymbol module, bool isExact) => OfModule(module, isExact) || Go();

        private bool Go()
        {
            while (open.Count > 0)
            {
                escapes.Cancel();
                if (seen.Count > MostMethods || In(open.Dequeue()))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>False for a method whose code is not at hand, or may be another one's at run time.</summary>
        private bool Enter(IMethodSymbol method, bool isExact = false)
        {
            method = (method.ReducedFrom ?? method).OriginalDefinition;
            var isReplaceable = !isExact && (method.IsVirtual || method.IsAbstract || method.IsOverride) && !method.IsSealed
                && !method.ContainingType.IsSealed;
            if (isReplaceable || method.IsAbstract || method.IsExtern || method.IsAsync || !escapes.IsOwn(method))
            {
                return false;
            }

            if (seen.Add(method))
            {
                open.Enqueue(method);
            }

            return true;
        }

        private bool In(IMethodSymbol method)
        {
            var isWarned = SymbolEqualityComparer.Default.Equals(method.ContainingType, warned);
            foreach (var reference in method.DeclaringSyntaxReferences)
            {
                var syntax = reference.GetSyntax(escapes.Token);
                if (syntax is TypeDeclarationSyntax or ParameterSyntax or AccessorDeclarationSyntax { Body: null, ExpressionBody: null }
                    or MethodDeclarationSyntax { Body: null, ExpressionBody: null })
                {
                    // A record's own constructor and properties, an automatic property, a part that stands elsewhere.
                    continue;
                }

                if (syntax.IsDeep() || escapes.Code(syntax) is not { } code)
                {
                    return true;
                }

                var all = code.DescendantsAndSelf().ToArray();
                var body = all.FirstOrDefault(o => o is IBlockOperation);
                var computed = isWarned && body is not null ? new ComputedTensors(body, escapes.Torch) : null;
                if (all.Any(o => Lets(o, all, computed)))
                {
                    return true;
                }
            }

            return false;
        }

        private bool Lets(IOperation operation, IReadOnlyList<IOperation> all, ComputedTensors? computed) => operation switch
        {
            IInvalidOperation or IAwaitOperation or IEventAssignmentOperation or IDynamicInvocationOperation
                or IReturnOperation { Kind: OperationKind.YieldReturn } => true,
            IAssignmentOperation assignment => StoredTensors.In(assignment)
                .DefaultIfEmpty((Target: assignment.Target, Value: assignment.Value)).Any(s => Stores(s.Target, s.Value, all, computed)),
            IInvocationOperation call => OfCall(call, all, computed),
            IObjectCreationOperation { Constructor: { } constructor } made => OfNew(made, constructor),
            IPropertyReferenceOperation { Property: { IsIndexer: false,
                GetMethod: { } getter } property } when escapes.IsOwn(getter) =>
                !escapes.IsPlain(property.Type) && !Enter(getter),
            IPropertyReferenceOperation { Property: { IsIndexer: true, GetMethod: { } getter } } when escapes.IsOwn(getter) =>
                !Enter(getter),
            IMethodReferenceOperation { Method: { MethodKind: MethodKind.Ordinary } method } => !IsOfTorchSharp(method) && !Enter(method),
            _ => false,
        };

        private bool Stores(IOperation target, IOperation value, IReadOnlyList<IOperation> all, ComputedTensors? computed)
        {
            target = ValueReader.Unwrap(target);
            switch (target)
            {
                case ILocalReferenceOperation { Local.RefKind: RefKind.None } or IDiscardOperation or IDeclarationExpressionOperation
                    or IParameterReferenceOperation { Parameter.RefKind: RefKind.None }:
                    return false;
                case ITupleOperation tuple:
                    return tuple.Elements.Any(e => Stores(e, value, all, computed));
                case IPropertyReferenceOperation { Property.IsIndexer: true } element
                    when element.Instance?.Type is { } type && escapes.Torch.IsTensor(type):
                    // Elements are copied: "o[t] = y".
                    return false;
                case IPropertyReferenceOperation { Property.SetMethod: { } setter }
                    when escapes.IsOwn(setter) && !Enter(setter):
                    return true;
            }

            var given = ValueReader.Unwrap(value);
            return !escapes.IsPlain(target.Type)
                && given is not { ConstantValue: { HasValue: true, Value: null } }
                && !(given is IInvocationOperation { TargetMethod.Name: var name } && OperationRules.LifetimeOf(name) == Lifetime.Kept)
                && !IsInLocal(target, all)
                && !IsTold(target, value, computed);
        }

        /// <summary>GEN4008 says that it is freed.</summary>
        private static bool IsTold(IOperation target, IOperation value, ComputedTensors? computed) =>
            computed is not null && StoredTensors.Member(target) is { } member && computed.Has(value) && !computed.IsLetGo(member, value);

        private static bool IsTold(IInvocationOperation call, ComputedTensors? computed) =>
            StoredTensors.In(call).ToArray() is { Length: > 0 } stored
                && stored.All(s => IsTold(s.Target, s.Value, computed) || s.Value.Type?.SpecialType is not (null or SpecialType.None));

        private bool OfCall(IInvocationOperation call, IReadOnlyList<IOperation> all, ComputedTensors? computed)
        {
            var method = call.TargetMethod;
            if (method.MethodKind == MethodKind.LocalFunction)
            {
                return false;
            }

            if (method.MethodKind == MethodKind.DelegateInvoke)
            {
                return call.Instance is not { } function || Value(function, all) is not { } code || !(code is LambdaExpressionSyntax
                    || all.Any(o => o.Syntax == code && o is IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction }));
            }

            if (method.Name is "call" or "forward" && call.Instance is { Type: { } module } && escapes.Torch.IsModule(module))
            {
                return !layers.Has(call.Instance, all) && OfModule(module);
            }

            if (IsOfTorchSharp(method) || method.ContainingType.ToDisplayString() is "Gen.TensorExtensions" or "Gen.AttentionMask")
            {
                return false;
            }

            if (escapes.IsOwn(method))
            {
                return !Enter(method);
            }

            var isGiven = call.Arguments.Any(a => !escapes.IsPlain(a.Value.Type) && !IsOfText(ValueReader.Unwrap(a.Value).Type));
            return IsOfSystem(method)
                ? isGiven && !Harmless.Contains(method.ContainingType.Name) && !IsOfLocal(call.Instance, all) && !IsTold(call, computed)
                : isGiven || !escapes.IsPlain(method.ReturnType) || (call.Instance is { } instance && !escapes.IsPlain(instance.Type));
        }

        private bool OfNew(IObjectCreationOperation made, IMethodSymbol constructor) =>
            !IsOfSystem(constructor) && !IsOfTorchSharp(constructor) && !constructor.IsImplicitlyDeclared
            && (escapes.IsOwn(constructor) ? !Enter(constructor)
                : made.Arguments.Any(a => !escapes.IsPlain(a.Value.Type)));

        private bool OfModule(ITypeSymbol type, bool isExact = false)
        {
            if (type is not INamedTypeSymbol { IsAbstract: false, TypeKind: TypeKind.Class, OriginalDefinition: var module })
            {
                return true;
            }

            if (module.ContainingAssembly?.Name == "TorchSharp")
            {
                // What a container holds is not seen here.
                return escapes.Torch.IsContainer(module) || module.ContainingNamespace.Name != "Modules";
            }

            if (!escapes.IsOwn(module))
            {
                return true;
            }

            if (UserDeclarations.FirstAnnotated(module) is not null
                && ForwardReader.Method([.. UserDeclarations.Members(module)], escapes.Torch) is not { Name: "forward" })
            {
                // Generated code marks what the module may hold.
                return !isExact && !module.IsSealed;
            }

            for (var basis = module; basis is not null && escapes.Torch.IsModule(basis); basis = basis.BaseType?.OriginalDefinition)
            {
                if (UserDeclarations.Members(basis).OfType<IMethodSymbol>()
                    .FirstOrDefault(m => m is { Name: "forward", IsOverride: true, IsAbstract: false }) is { } forward)
                {
                    return (!isExact && (!module.IsSealed
                        || (!SymbolEqualityComparer.Default.Equals(basis, module) && !forward.IsSealed))) || !Enter(forward, isExact);
                }
            }

            return true;
        }

        /// <summary>A place in something that the method makes itself.</summary>
        private static bool IsInLocal(IOperation target, IReadOnlyList<IOperation> all) => target switch
        {
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } list } => IsOfLocal(list, all),
            IArrayElementReferenceOperation element => IsOfLocal(element.ArrayReference, all),
            IMemberReferenceOperation { Instance: { } made } => IsNew(made) || IsMade(made, all),
            _ => false,
        };

        /// <summary>An object that the method makes itself, or a variable that holds all of it.</summary>
        private static bool IsMade(IOperation receiver, IReadOnlyList<IOperation> all) =>
            ValueReader.Unwrap(receiver) is ILocalReferenceOperation { Local: { RefKind: RefKind.None, Type.IsValueType: true } }
                || Value(receiver, all) is BaseObjectCreationExpressionSyntax;

        /// <summary>An object or a collection that the method makes itself; what is in it may be anybody's.</summary>
        private static bool IsOfLocal(IOperation? receiver, IReadOnlyList<IOperation> all) => receiver is not null
            && (IsNew(receiver) || (Value(receiver, all) is { } value
                && (value is BaseObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax
                    or CollectionExpressionSyntax || all.Any(o => o.Syntax == value && IsCopy(o)))));

        /// <summary>A collection of its own with the items of another.</summary>
        private static bool IsCopy(IOperation operation) => operation is IInvocationOperation { TargetMethod: { ContainingType.Name:
            "Enumerable", Name: "ToList" or "ToArray" or "ToDictionary" or "ToHashSet" } method } && IsOfSystem(method);

        /// <summary>What an initializer fills: <c>new Cache { Keys = k }</c>, but not <c>new Cache { Others = { k } }</c>, whose list may
        /// be anybody's.</summary>
        private static bool IsNew(IOperation receiver)
        {
            if (receiver is not IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver })
            {
                return false;
            }

            var parent = receiver.Parent;
            while (parent is not (null or IObjectOrCollectionInitializerOperation or IAnonymousObjectCreationOperation))
            {
                parent = parent.Parent;
            }

            return parent is IAnonymousObjectCreationOperation or { Parent: IObjectCreationOperation or IWithOperation };
        }

        /// <summary>What a local always is.</summary>
        private static ExpressionSyntax? Value(IOperation reference, IReadOnlyList<IOperation> all)
        {
            if (ValueReader.Unwrap(reference) is not ILocalReferenceOperation { Local: var local } || OwnLayers.IsSetAgain(local, all))
            {
                return null;
            }

            return local.DeclaringSyntaxReferences is [var only]
                && only.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: var value } ? value : null;
        }

        /// <summary>What says how texts and numbers are written: no tensor is in it.</summary>
        private static bool IsOfText(ITypeSymbol? type) =>
            type is { TypeKind: TypeKind.Class or TypeKind.Struct, ContainingNamespace: { } space }
            && space.ToDisplayString() is "System.Globalization" or "System.Text" or "System.Text.RegularExpressions";

        private static bool IsOfTorchSharp(IMethodSymbol method) => method.ContainingAssembly?.Name == "TorchSharp";

        private static bool IsOfSystem(IMethodSymbol method) =>
            method.ContainingNamespace?.ToDisplayString() is { } space
                && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal));
    }

    private TorchSymbols Torch => torch;

    private CancellationToken Token => cancellation;

    private void Cancel() => cancellation.ThrowIfCancellationRequested();

    private IOperation? Code(SyntaxNode syntax) => compilation.ModelOf(syntax.SyntaxTree).OperationOf(syntax, cancellation);
}

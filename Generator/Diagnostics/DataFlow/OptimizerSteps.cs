using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>
/// Where an optimizer steps: by its own name and by other names that it gets, in the methods that it is given to, and in those of the
/// object that keeps it.
/// What is done with it in code that is not at hand is taken for no step.
/// </summary>
internal sealed class OptimizerSteps(Compilation compilation, INamedTypeSymbol optimizer, CancellationToken cancellation)
{
    private const int Deepest = 4;

    private const int MostNames = 20;

    /// <summary>The places in a piece of code where what a variable holds makes a step, or is given to where it will.</summary>
    public IReadOnlyList<SyntaxNode> In(SyntaxNode scope, ISymbol holder, int depth = 0)
    {
        var semantics = compilation.ModelOf(scope.SyntaxTree);
        var (places, names, seen) = (new List<SyntaxNode>(), new Queue<ISymbol>([holder]),
            new HashSet<ISymbol>([holder], SymbolEqualityComparer.Default));
        while (names.Count > 0 && seen.Count < MostNames)
        {
            var name = names.Dequeue();
            foreach (var mention in ValueFlow.Mentions(name, scope, semantics, cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                var value = mention.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own ? own
                    : (ExpressionSyntax)mention;
                if (Uses(value, semantics, depth, out var other) is { } place)
                {
                    places.Add(place);
                }

                if (other is not null && seen.Add(other))
                {
                    names.Enqueue(other);
                }
            }

            // The methods of the object that step with its field.
            if (name is IFieldSymbol or IPropertySymbol && depth < Deepest
                && scope.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type)
            {
                foreach (var call in scope.DescendantNodes().OfType<IdentifierNameSyntax>()
                    .Where(n => n.Parent is InvocationExpressionSyntax or ArgumentSyntax
                        or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }))
                {
                    if (type.Members.OfType<MethodDeclarationSyntax>()
                        .FirstOrDefault(m => m.Identifier.ValueText == call.Identifier.ValueText) is { } method && method != scope
                        && semantics.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol && In(method, name, depth + 1).Count > 0)
                    {
                        places.Add(call);
                    }
                }
            }
        }

        return places;
    }

    public bool IsOptimizer(ITypeSymbol? type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t, optimizer))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The step that is made where a value stands, or the variable that it gets into.</summary>
    private SyntaxNode? Uses(ExpressionSyntax value, SemanticModel semantics, int depth, out ISymbol? other)
    {
        other = null;
        SyntaxNode at = value;
        for (var parent = at.Parent; parent is not null; at = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                // optimizer.step(), optimizers[0].step(), optimizers.ForEach(o => o.step())
                case MemberAccessExpressionSyntax access when access.Expression == at:
                    if (access.Name.Identifier.ValueText == "step"
                        && IsOptimizer(semantics.GetTypeInfo(access.Expression, cancellation).Type))
                    {
                        return access;
                    }

                    if (access.Parent is InvocationExpressionSyntax call && IsStepping(call, access, semantics, depth))
                    {
                        return call;
                    }

                    break;
                case ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax
                    { Expression: MemberBindingExpressionSyntax { Name.Identifier.ValueText: "step" } } } conditional
                        when conditional.Expression == at:
                    return conditional;
                case ElementAccessExpressionSyntax or InvocationExpressionSyntax or ParenthesizedExpressionSyntax
                    or PostfixUnaryExpressionSyntax or CastExpressionSyntax or ConditionalExpressionSyntax:
                case TupleExpressionSyntax or InitializerExpressionSyntax or BaseObjectCreationExpressionSyntax
                    or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax:
                case CollectionExpressionSyntax or CollectionElementSyntax or ArgumentListSyntax or BracketedArgumentListSyntax
                    or EqualsValueClauseSyntax:
                    break;
                case ArgumentSyntax { Parent: TupleExpressionSyntax }:
                    break;
                case ArgumentSyntax argument when argument.Parent?.Parent is ExpressionSyntax called:
                    if (called is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } })
                    {
                        return null;
                    }

                    if (Receives(argument, called, semantics, depth, out other))
                    {
                        return called;
                    }

                    if (other is not null)
                    {
                        return null;
                    }

                    break;
                case ReturnStatementSyntax or YieldStatementSyntax or ArrowExpressionClauseSyntax
                    when IsOptimizerIn(semantics.GetTypeInfo(at, cancellation).Type):
                    return parent;
                case VariableDeclaratorSyntax declarator:
                    other = semantics.GetDeclaredSymbol(declarator, cancellation);
                    return null;
                case AssignmentExpressionSyntax assignment when assignment.Right == at:
                    other = ValueFlow.Holder(assignment.Left is ElementAccessExpressionSyntax element ? element.Expression
                        : assignment.Left, semantics, cancellation);
                    return null;
                case ForEachStatementSyntax loop when loop.Expression == at:
                    other = semantics.GetDeclaredSymbol(loop, cancellation);
                    return null;
                default:
                    return null;
            }
        }

        return null;
    }

    private bool IsOptimizerIn(ITypeSymbol? type) =>
        IsOptimizer(type) || type is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.Any(e => IsOptimizer(e.Type))
        || type is IArrayTypeSymbol { ElementType: var element } && IsOptimizer(element)
        || type is INamedTypeSymbol { IsGenericType: true } generic && generic.TypeArguments.Any(IsOptimizer);

    /// <summary>A method of an object that keeps it, or a lambda, makes steps.</summary>
    private bool IsStepping(InvocationExpressionSyntax call, MemberAccessExpressionSyntax access, SemanticModel semantics, int depth)
    {
        if (call.ArgumentList.Arguments.Any(a => a.Expression is AnonymousFunctionExpressionSyntax lambda && HasStep(lambda, semantics)))
        {
            return true;
        }

        // trainer.Fit(), where the trainer was given the optimizer.
        return depth < Deepest && !IsOptimizerIn(semantics.GetTypeInfo(access.Expression, cancellation).Type)
            && semantics.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol { IsStatic: false, ContainingType: var type } method
            && type.Locations.Any(l => l.IsInSource) && IsMethodStepping(method, depth);
    }

    private bool IsMethodStepping(IMethodSymbol method, int depth)
    {
        if (Declaration(method) is not { } declaration)
        {
            return false;
        }

        var semantics = compilation.ModelOf(declaration.SyntaxTree);
        return HasStep(declaration, semantics) || (depth < Deepest && declaration.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(i => i.Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax })
            .Any(i => semantics.GetSymbolInfo(i, cancellation).Symbol is IMethodSymbol own
                && !SymbolEqualityComparer.Default.Equals(own, method) && IsMethodStepping(own, depth + 1)));
    }

    private bool HasStep(SyntaxNode code, SemanticModel semantics) => code.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        .Any(a => a.Name.Identifier.ValueText == "step" && IsOptimizer(semantics.GetTypeInfo(a.Expression, cancellation).Type));

    /// <summary>What is called with it makes steps; or the variable that keeps what keeps it.</summary>
    private bool Receives(ArgumentSyntax argument, ExpressionSyntax called, SemanticModel semantics, int depth, out ISymbol? keeper)
    {
        keeper = null;
        if (semantics.GetSymbolInfo(called, cancellation).Symbol is not IMethodSymbol method)
        {
            return false;
        }

        // scaler.step(optimizer)
        if (method.Name == "step")
        {
            return true;
        }

        // optimizers.Add(optimizer)
        if (called is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var list } }
            && ModuleContents.IsOfLibrary(method.ContainingType) && !method.IsStatic)
        {
            keeper = ValueFlow.Holder(list, semantics, cancellation);
            return false;
        }

        if (method.MethodKind == MethodKind.DelegateInvoke || depth >= Deepest || called is BaseObjectCreationExpressionSyntax
            || argument.Parent is not ArgumentListSyntax arguments || Declaration(method) is not { } declaration)
        {
            return false;
        }

        var definition = (method.ReducedFrom ?? method).OriginalDefinition;
        var offset = method.ReducedFrom is null ? 0 : 1;
        var index = argument.NameColon is { Name.Identifier.ValueText: var named }
            ? definition.Parameters.ToList().FindIndex(p => p.Name == named) : arguments.Arguments.IndexOf(argument) + offset;
        return index >= 0 && definition.Parameters.Length > 0
            && definition.Parameters[Math.Min(index, definition.Parameters.Length - 1)] is var parameter
            && In(declaration, parameter, depth + 1).Count > 0;
    }

    private SyntaxNode? Declaration(IMethodSymbol method) =>
        (method.ReducedFrom ?? method).OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault(
            r => !UserDeclarations.IsGenerated(r.SyntaxTree))?.GetSyntax(cancellation);
}

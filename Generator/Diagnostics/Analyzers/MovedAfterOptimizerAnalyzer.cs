using System.Collections.Immutable;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN4007: <c>to</c> gives a model other parameters than those that its optimizer was made with.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MovedAfterOptimizerAnalyzer : TorchAnalyzer
{
    private static readonly HashSet<string> Moves =
        new(["to", "cuda", "cpu", "half", "bfloat16", "float", "double"], StringComparer.Ordinal);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Descriptors.MovedAfterOptimizer);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        if (start.Compilation.GetTypeByMetadataName("TorchSharp.torch+optim+Optimizer") is { } optimizer)
        {
            start.RegisterSyntaxNodeAction(node => Analyze(node, torch, optimizer), SyntaxKind.InvocationExpression);
        }
    }

    private static void Analyze(SyntaxNodeAnalysisContext context, TorchSymbols torch, INamedTypeSymbol optimizer)
    {
        var (move, semantics, cancellation) = ((InvocationExpressionSyntax)context.Node, context.SemanticModel, context.CancellationToken);
        if (move.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name, Expression: var receiver }
            || !Moves.Contains(name)
            || ValueFlow.Holder(receiver, semantics, cancellation) is not { } model || TypeOf(model) is not { } type
            || LayerReader.Held(type) is not { } held
            || !(torch.IsModule(held) || UserDeclarations.FirstAnnotated(held.OriginalDefinition) is not null)
            || ValueFlow.Scope(move) is not { } scope)
        {
            return;
        }

        if (IsAlreadyThere(move, model, scope, semantics, cancellation))
        {
            return;
        }

        var steps = new OptimizerSteps(context.Compilation, optimizer, cancellation);
        var made = Makings(model, scope, semantics, optimizer, cancellation)
            .Where(m => ValueFlow.Scope(m) == scope && ValueFlow.IsBefore(m, move)
                && !IsReplaced(model, m, move, scope, semantics, cancellation))
            .LastOrDefault(m => Holder(m, semantics, cancellation) is { } holder && StepFollows(move, m, holder, scope, steps, context));
        if (made is null && model is IFieldSymbol or IPropertySymbol
            && MadeInConstructor(model, scope, semantics, optimizer, cancellation) is { } kept
            && Holder(kept, semantics, cancellation) is { } field && StepFollows(move, kept, field, scope, steps, context))
        {
            made = kept;
        }

        if (made is null)
        {
            return;
        }

        var (variable, factory) = (Variable(made), made is InvocationExpressionSyntax call ? call.Expression.ToString().Split('.').Last()
            : ((BaseObjectCreationExpressionSyntax)made).NewKeyword.Text);
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptors.MovedAfterOptimizer,
            move.GetLocation(),
            [made.GetLocation()],
            Hints.Of((Hints.Model, receiver.ToString())),
            $"'{receiver}' is moved after its optimizer{(variable is null ? "" : $" '{variable}'")} ({factory}) was created. The optimizer "
            + $"holds the old parameters, so step() does not train '{receiver}'. Create the optimizer after '{move}'."));
    }

    /// <summary>A step can come after the move, with the optimizer that was made before it.</summary>
    private static bool StepFollows(SyntaxNode move, SyntaxNode made, ISymbol holder, SyntaxNode scope, OptimizerSteps steps,
        SyntaxNodeAnalysisContext context)
    {
        var (semantics, cancellation) = (context.SemanticModel, context.CancellationToken);
        var ends = ValueFlow.Mentions(holder, scope, semantics, cancellation)
            .Select(m => m.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own ? (ExpressionSyntax)own : m)
            .Where(m => ValueFlow.CallOn(m) is { Name: "Dispose" }
                || (m.Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
                    && assignment.Left == m))
            .Where(m => !made.Parent!.Span.Contains(m.Span)).ToArray();
        if (steps.In(scope, holder).Any(s => Succession.CanFollow(move, s, scope, ends, made)))
        {
            return true;
        }

        return holder is IFieldSymbol or IPropertySymbol && !ends.Any(e => e.SpanStart > move.Span.End)
            && scope.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
            && OtherMethods.StepFollows(scope,
                [.. Methods(type).Where(m => m != scope && m is not ConstructorDeclarationSyntax && steps.In(m, holder).Count > 0)],
                context.Compilation, cancellation);
    }

    private static IEnumerable<SyntaxNode> Methods(TypeDeclarationSyntax type) =>
        type.Members.SelectMany(m => m is BasePropertyDeclarationSyntax { AccessorList: { } accessors }
            ? accessors.Accessors.Cast<SyntaxNode>() : [m])
            .Where(m => m is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or PropertyDeclarationSyntax);

    /// <summary>A model that was built here and never moved is on the CPU, in single precision.</summary>
    private static bool IsAlreadyThere(InvocationExpressionSyntax move, ISymbol model, SyntaxNode scope, SemanticModel semantics,
        CancellationToken cancellation) => model is ILocalSymbol && IsHome(move)
        && ValueFlow.Mentions(model, scope, semantics, cancellation)
            .All(m => m.SpanStart >= move.SpanStart || ValueFlow.CallOn(m) is not { } call || !Moves.Contains(call.Name)
                || IsHome(call.Call))
        && model.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(
            cancellation) is VariableDeclaratorSyntax { Initializer.Value: ObjectCreationExpressionSyntax
                or InvocationExpressionSyntax { Expression: SimpleNameSyntax } } declared
        && !declared.Initializer!.DescendantNodes().OfType<ExpressionSyntax>()
            .Any(e => semantics.GetTypeInfo(e, cancellation).Type is { Name: "Device" or "DeviceType" or "ScalarType" })
        && !ValueFlow.Mentions(model, scope, semantics, cancellation)
            .Any(m => m.SpanStart < move.SpanStart && (ValueFlow.IsGivenAway(m)
                || (m.Parent is AssignmentExpressionSyntax assignment && assignment.Left == m)));

    private static bool IsHome(InvocationExpressionSyntax move) =>
        move is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name }, ArgumentList.Arguments: var arguments }
        && (name is "cpu" or "float" || (name == "to" && arguments is [{ Expression: var to }]
            && to.ToString().Split('.').Last() is "CPU" or "float32" or "Float32" or "\"cpu\""));

    private static ITypeSymbol? TypeOf(ISymbol holder) => holder switch
    {
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    /// <summary>The optimizers that a piece of code makes of a model's parameters.</summary>
    private static IEnumerable<ExpressionSyntax> Makings(ISymbol model, SyntaxNode scope, SemanticModel semantics,
        INamedTypeSymbol optimizer, CancellationToken cancellation)
    {
        foreach (var mention in ValueFlow.Mentions(model, scope, semantics, cancellation))
        {
            // model.parameters(), model.fc.named_parameters()
            var asked = mention.Ancestors().TakeWhile(a => a is MemberAccessExpressionSyntax or InvocationExpressionSyntax)
                .OfType<InvocationExpressionSyntax>()
                .FirstOrDefault(
                    i => i.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "parameters" or "named_parameters" });
            if (asked is null)
            {
                continue;
            }

            if (Making(asked, semantics, optimizer, cancellation) is { } making)
            {
                yield return making;
            }
            else if (asked.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { } declarator
                && semantics.GetDeclaredSymbol(declarator, cancellation) is ILocalSymbol parameters)
            {
                // var parameters = model.parameters(); var optimizer = Adam(parameters);
                foreach (var use in ValueFlow.Mentions(parameters, scope, semantics, cancellation))
                {
                    if (Making(use, semantics, optimizer, cancellation) is { } indirect)
                    {
                        yield return indirect;
                    }
                }
            }
        }
    }

    private static ExpressionSyntax? Making(SyntaxNode argument, SemanticModel semantics, INamedTypeSymbol optimizer,
        CancellationToken cancellation) =>
        argument.Ancestors()
            .TakeWhile(a => a is not StatementSyntax and not MemberDeclarationSyntax and not AnonymousFunctionExpressionSyntax)
            .OfType<ExpressionSyntax>().FirstOrDefault(e => e is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax
                && Gives(e, semantics, cancellation) is { } type && IsOptimizer(type, optimizer));

    /// <summary>What a call gives; before generation it may not bind, but what it might be tells.</summary>
    private static ITypeSymbol? Gives(ExpressionSyntax call, SemanticModel semantics, CancellationToken cancellation)
    {
        var info = semantics.GetSymbolInfo(call, cancellation);
        return (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) switch
        {
            IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.ContainingType,
            IMethodSymbol method => method.ReturnType,
            _ => null,
        };
    }

    /// <summary>What keeps the optimizer, or the list that it is put in.</summary>
    private static ISymbol? Holder(ExpressionSyntax made, SemanticModel semantics, CancellationToken cancellation)
    {
        foreach (var parent in made.Ancestors().TakeWhile(a => a is not StatementSyntax))
        {
            switch (parent)
            {
                case VariableDeclaratorSyntax or PropertyDeclarationSyntax:
                    return semantics.GetDeclaredSymbol(parent, cancellation);
                case AssignmentExpressionSyntax assignment:
                    return ValueFlow.Holder(assignment.Left is ElementAccessExpressionSyntax element ? element.Expression : assignment.Left,
                        semantics, cancellation);
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" or "Append",
                    Expression: var list } }:
                    return ValueFlow.Holder(list, semantics, cancellation);
                case AnonymousFunctionExpressionSyntax or MemberDeclarationSyntax:
                    return null;
            }
        }

        return null;
    }

    private static bool IsOptimizer(ITypeSymbol type, INamedTypeSymbol optimizer)
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

    /// <summary>Another model is put into the variable between the two.</summary>
    private static bool IsReplaced(ISymbol model, SyntaxNode from, SyntaxNode to, SyntaxNode scope, SemanticModel semantics,
        CancellationToken cancellation) => ValueFlow.Mentions(model, scope, semantics, cancellation)
        .Any(m => m.SpanStart > from.SpanStart && m.Span.End < to.SpanStart
            && m.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is { } assignment && assignment.Left.Span.Contains(m.Span)
            && !assignment.Right.Span.Contains(to.Span));

    /// <summary>A constructor or an initializer made the optimizer, a method that comes later moves the model, and none makes
    /// another.</summary>
    private static ExpressionSyntax? MadeInConstructor(ISymbol model, SyntaxNode scope, SemanticModel semantics, INamedTypeSymbol optimizer,
        CancellationToken cancellation)
    {
        if (scope is not (MethodDeclarationSyntax or AccessorDeclarationSyntax)
            || scope.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type
            || (scope is MethodDeclarationSyntax method && type.Members.OfType<ConstructorDeclarationSyntax>()
                .SelectMany(c => c.DescendantNodes().OfType<IdentifierNameSyntax>())
                .Any(n => n.Identifier.ValueText == method.Identifier.ValueText)))
        {
            return null;
        }

        var makings = Makings(model, type, semantics, optimizer, cancellation).ToArray();
        return makings.All(m => ValueFlow.Scope(m) is ConstructorDeclarationSyntax or FieldDeclarationSyntax or PropertyDeclarationSyntax)
            ? makings.LastOrDefault(m => Variable(m) is not null) : null;
    }

    /// <summary>The variable that keeps the optimizer.</summary>
    private static string? Variable(ExpressionSyntax made) => made.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => declarator.Identifier.ValueText,
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => property.Identifier.ValueText,
        AssignmentExpressionSyntax assignment when assignment.Right == made => assignment.Left.ToString(),
        _ => null,
    };
}

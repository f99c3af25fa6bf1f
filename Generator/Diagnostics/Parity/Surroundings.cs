using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics.Parity;

/// <summary>What the code around a use tells of it, within one method.</summary>
internal static class Surroundings
{
    /// <summary>The method, or for a field the class, mentions that member of what is made here: <c>init.ones_(norm.weight)</c>.</summary>
    public static bool IsMentioned(Use use, string member)
    {
        var name = use.Node switch
        {
            VariableDeclaratorSyntax field => field.Identifier.ValueText,
            { Parent: EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } } => variable.Identifier.ValueText,
            { Parent: AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } } => left.Identifier.ValueText,
            { Parent: AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax left } } => left.Name.Identifier.ValueText,
            _ => null,
        };
        var scope = use.Node.Parent is EqualsValueClauseSyntax { Parent.Parent.Parent: LocalDeclarationStatementSyntax }
            ? ValueFlow.Scope(use.Node) : Around(use.Node);
        return name is not null && scope is not null && scope.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Any(a => a.Name.Identifier.ValueText == member && Last(a.Expression) == name);
    }

    /// <summary>How many groups an optimizer was made of; 0 where that is not seen.</summary>
    public static int Groups(Use use, string optimizer) =>
        use.Written(optimizer) is { } written
            && Initial(written, use) is InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: var groups }, ..] }
        && Elements(Initial(groups, use) ?? groups) is { } elements && elements.All(e => IsGroup(e, use))
            ? elements.Count
            : 0;

    /// <summary>Straight code sets the rate of the optimizer's groups before this.</summary>
    public static bool SetsRateBefore(Use use, string optimizer) =>
        use.Written(optimizer) is { } written && ValueFlow.Holder(written, use.Semantics, use.Cancellation) is { } holder
            && ValueFlow.Scope(use.Node) is { } scope
        && scope.DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Any(a => a.Left is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "LearningRate", Expression: var group }
            && ValueFlow.Scope(a) == scope && ValueFlow.IsBefore(a, use.Node)
            && (Mentions(group, holder) || Loop(group, a) is { } over && Mentions(over, holder)));

    /// <summary>A distribution is made of its probabilities, not of their logits.</summary>
    public static bool IsMadeWithProbabilities(Use use) => use.Receiver is { } receiver
        && (Initial(receiver, use) ?? receiver) is InvocationExpressionSyntax { ArgumentList.Arguments: [var first, ..] }
        && first.NameColon is null or { Name.Identifier.ValueText: "probs" };

    public static bool HasTwice(Use use, string parameter)
    {
        var values = use.Written(parameter) is { } written
            ? Elements(written)?.Select(e => use.Semantics.GetConstantValue(e, use.Cancellation)).Where(c => c.HasValue)
                .Select(c => c.Value).ToArray() : null;
        return values is not null && values.Distinct().Count() < values.Length;
    }

    public static bool CallsManualSeed(Use use) => ValueFlow.Scope(use.Node) is { } scope
        && scope.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(c => Last(c.Expression) == "manual_seed");

    /// <summary>A group goes to an optimizer that is given something which the group has a default of its own for.</summary>
    public static bool HidesOptimizerArguments(Use use) => Hidden(use).Any();

    /// <summary>Those arguments, as the group is to be given them; null where one of them is not known at the group's place.</summary>
    public static string? HiddenArguments(Use use)
    {
        var hidden = Hidden(use).ToArray();
        return hidden.Length > 0 && hidden.All(h => IsKnown(h.Value)) ? string.Join(", ", hidden.Select(h => $"{h.Name}: {h.Value}"))
            : null;

        // Inside the optimizer's call all that stands there is known; before it, what is no local.
        bool IsKnown(ExpressionSyntax value) =>
            value.FirstAncestorOrSelf<StatementSyntax>() == use.Node.FirstAncestorOrSelf<StatementSyntax>()
            || !value.DescendantNodesAndSelf().Any(n => n is InvocationExpressionSyntax
                || n is IdentifierNameSyntax name && use.Semantics.GetSymbolInfo(name, use.Cancellation).Symbol is ILocalSymbol);
    }

    /// <summary>An optimizer is made of the parameters of what is loaded here, and nothing says again what is trained.</summary>
    public static bool IsTrained(Use use) =>
        ValueFlow.Holder(use.Written("module") ?? use.Receiver, use.Semantics, use.Cancellation) is { } model
        && ValueFlow.Scope(use.Node) is { } scope
        && !scope.DescendantNodes().OfType<SimpleNameSyntax>().Any(n => n.Identifier.ValueText is "requires_grad" or "requires_grad_")
        && ValueFlow.Mentions(model, scope, use.Semantics, use.Cancellation)
            .Any(m => ValueFlow.IsBefore(use.Node, m) && Optimizer(m.Parent, use) is not null);

    private static IEnumerable<(string Name, ExpressionSyntax Value)> Hidden(Use use)
    {
        if (!use.IsGiven("parameters") || use.Has("options") || Optimizer(use) is not { } making
            || use.Semantics.GetSymbolInfo(making, use.Cancellation).Symbol is not IMethodSymbol method)
        {
            return [];
        }

        var optimizer = Use.Of(method, making, making.ArgumentList, use.Semantics, use.Cancellation);
        return method.Parameters.Skip(1).Where(p => optimizer.IsGiven(p.Name))
            .Select(p => (Name: p.Name == "learningRate" ? "lr" : p.Name, Value: optimizer.Written(p.Name)!, optimizer.Constant(p.Name)))
            .Where(p => use.Has(p.Name) && !use.IsGiven(p.Name) && !(p.Item3.HasValue && use.Is(p.Name, p.Item3.Value)))
            .Select(p => (p.Name, p.Value)).ToArray();
    }

    private static InvocationExpressionSyntax? Optimizer(Use use)
    {
        if (Optimizer(use.Node.Parent, use) is { } direct)
        {
            return direct;
        }

        return use.Node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { } declarator
            && use.Semantics.GetDeclaredSymbol(declarator, use.Cancellation) is ILocalSymbol local
            && ValueFlow.Scope(declarator) is { } scope
                ? ValueFlow.Mentions(local, scope, use.Semantics, use.Cancellation).Select(m => Optimizer(m.Parent, use))
                    .FirstOrDefault(c => c is not null)
                : null;
    }

    /// <summary>The call of torch.optim that something is an argument of.</summary>
    private static InvocationExpressionSyntax? Optimizer(SyntaxNode? node, Use use) =>
        node?.AncestorsAndSelf().TakeWhile(a => a is not StatementSyntax and not MemberDeclarationSyntax)
        .OfType<InvocationExpressionSyntax>().FirstOrDefault(
            c => use.Semantics.GetSymbolInfo(c, use.Cancellation).Symbol is IMethodSymbol { ContainingType: { Name: "optim",
                ContainingType.Name: "torch" } });

    private static bool IsGroup(ExpressionSyntax element, Use use) =>
        use.Semantics.GetTypeInfo(element, use.Cancellation).Type?.Name == "ParamGroup";

    private static SyntaxNode Around(SyntaxNode node) =>
        (SyntaxNode?)node.FirstAncestorOrSelf<TypeDeclarationSyntax>() ?? node.SyntaxTree.GetRoot();

    /// <summary>What a local was declared with.</summary>
    private static ExpressionSyntax? Initial(ExpressionSyntax written, Use use) =>
        use.Semantics.GetSymbolInfo(written, use.Cancellation).Symbol is ILocalSymbol { DeclaringSyntaxReferences: [var reference] }
        && reference.GetSyntax(use.Cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } value }
            ? value
            : null;

    private static IReadOnlyList<ExpressionSyntax>? Elements(ExpressionSyntax written) => written switch
    {
        ArrayCreationExpressionSyntax { Initializer: { } items } => items.Expressions,
        ImplicitArrayCreationExpressionSyntax { Initializer: { } items } => items.Expressions,
        BaseObjectCreationExpressionSyntax { Initializer: { } items } => items.Expressions,
        CollectionExpressionSyntax { Elements: var elements } when elements.All(e => e is ExpressionElementSyntax) =>
            [.. elements.Cast<ExpressionElementSyntax>().Select(e => e.Expression)],
        _ => null,
    };

    private static bool Mentions(SyntaxNode expression, ISymbol holder) =>
        expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == holder.Name);

    /// <summary>What a loop goes over whose variable this is.</summary>
    private static ExpressionSyntax? Loop(ExpressionSyntax variable, SyntaxNode inside) => variable is IdentifierNameSyntax name
        ? inside.Ancestors().OfType<ForEachStatementSyntax>()
            .FirstOrDefault(f => f.Identifier.ValueText == name.Identifier.ValueText)?.Expression
        : null;

    private static string? Last(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        PostfixUnaryExpressionSyntax sure => Last(sure.Operand),
        _ => null,
    };
}

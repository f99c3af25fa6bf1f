using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>Where a local, a field or a property is mentioned, and whether one place is passed before another.</summary>
internal static class ValueFlow
{
    /// <summary><c>model</c>, <c>this.model</c>: what holds the value, for a receiver that is no more than a name.</summary>
    public static ISymbol? Holder(ExpressionSyntax? expression, SemanticModel semantics, CancellationToken cancellation)
    {
        while (expression is ParenthesizedExpressionSyntax
            or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
        {
            expression = expression is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression
                : ((PostfixUnaryExpressionSyntax)expression).Operand;
        }

        return expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
            && semantics.GetSymbolInfo(expression, cancellation).Symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol
                or IPropertySymbol
                ? semantics.GetSymbolInfo(expression, cancellation).Symbol
                : null;
    }

    /// <summary>The method, lambda, accessor or file of statements that a piece of code runs in.</summary>
    public static SyntaxNode? Scope(SyntaxNode node) => node.Ancestors().FirstOrDefault(a =>
        a is BaseMethodDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
            or PropertyDeclarationSyntax or FieldDeclarationSyntax or CompilationUnitSyntax);

    /// <summary>The mentions of a symbol in a piece of code, in the order in which they are written.</summary>
    public static IEnumerable<IdentifierNameSyntax> Mentions(ISymbol symbol, SyntaxNode scope, SemanticModel semantics,
        CancellationToken cancellation) => scope.DescendantNodes().OfType<IdentifierNameSyntax>()
        .Where(n => n.Identifier.ValueText == symbol.Name
            && SymbolEqualityComparer.Default.Equals(semantics.GetSymbolInfo(n, cancellation).Symbol, symbol));

    public static IEnumerable<IdentifierNameSyntax> Mentions(ISymbol symbol, SyntaxNode scope, Compilation compilation,
        CancellationToken cancellation) =>
        Mentions(symbol, scope, compilation.GetSemanticModel(scope.SyntaxTree), cancellation);

    /// <summary>Straight-line code passes the one and then the other: they are not two ways of one condition.</summary>
    public static bool IsBefore(SyntaxNode earlier, SyntaxNode later)
    {
        if (earlier.Span.End > later.SpanStart && !later.Span.Contains(earlier.Span))
        {
            return false;
        }

        var common = earlier.Ancestors().FirstOrDefault(a => a.Span.Contains(later.Span));
        return common is not (IfStatementSyntax or ElseClauseSyntax or SwitchStatementSyntax or SwitchExpressionSyntax
            or ConditionalExpressionSyntax or TryStatementSyntax)
            || (common is IfStatementSyntax { Condition: var condition } && condition.Span.Contains(earlier.Span));
    }

    /// <summary>The call that an expression is the receiver of: <c>model.eval()</c>, with its name.</summary>
    public static (InvocationExpressionSyntax Call, string Name)? CallOn(ExpressionSyntax receiver)
    {
        var expression = receiver.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own ? own : receiver;
        return expression.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access
            && access.Expression == expression && call.Expression == access
            ? (call, access.Name.Identifier.ValueText)
            : null;
    }

    /// <summary>The value itself is given to something else, which may do anything with it.</summary>
    public static bool IsGivenAway(ExpressionSyntax mention)
    {
        var expression = mention.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own ? own : mention;
        return expression.Parent switch
        {
            MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax or BinaryExpressionSyntax or IsPatternExpressionSyntax
                or ElementAccessExpressionSyntax => false,
            AssignmentExpressionSyntax assignment => assignment.Right == expression,
            ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax
                { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } } => false,
            _ => true,
        };
    }
}

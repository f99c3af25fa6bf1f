using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>A line of a class at whose end a shape comment may stand.</summary>
/// <param name="End">The last token of the line.</param>
/// <param name="Scope">The key of the method; empty for a field.</param>
/// <param name="Subject">The field, local or parameter that holds the tensor; empty for a result.</param>
/// <param name="Numbers">The numbers of the expression in its method, with and without what only wraps it.</param>
/// <param name="Locals">The names that the method gives to values of its own.</param>
internal sealed record CommentLine(SyntaxToken End, string Scope, string Subject, IReadOnlyList<int> Numbers,
    IReadOnlyCollection<string> Locals)
{
    public bool IsField => Scope.Length == 0;

    /// <summary>The expression whose value the line names; null for a field.</summary>
    public ExpressionSyntax? Value { get; init; }

    /// <summary>The comment at the end of the line; none where there is no comment, or one that may go on.</summary>
    public SyntaxTrivia Comment => End.TrailingTrivia.FirstOrDefault(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia));

    /// <summary>The comment, where it is a shape.</summary>
    public ShapeComment? Shape => Comment.RawKind == 0 ? null : ShapeComment.Parse(Comment.ToString().TrimStart('/'));
}

/// <summary>Finds these lines: fields with <c>[Layer]</c>, and declarations, assignments and returns in methods.</summary>
internal static class CommentLines
{
    public static IEnumerable<CommentLine> Of(INamedTypeSymbol type, SemanticModel semantics, TypeDeclarationSyntax declaration,
        CancellationToken cancellation)
    {
        foreach (var member in declaration.Members)
        {
            switch (member)
            {
                case FieldDeclarationSyntax { Declaration.Variables: [var variable] } field when IsLast(field.SemicolonToken)
                    && semantics.GetDeclaredSymbol(variable, cancellation) is { } symbol
                    && SymbolEqualityComparer.Default.Equals(symbol.ContainingType, type) && symbol.Has(Annotations.Layer):
                    yield return new CommentLine(field.SemicolonToken, "", symbol.Name, [], []);
                    break;
                case MethodDeclarationSyntax method when semantics.GetDeclaredSymbol(method, cancellation) is { } symbol:
                    foreach (var line in Of(method, BodyReader.Key(symbol)))
                    {
                        yield return line;
                    }

                    break;
            }
        }
    }

    private static IEnumerable<CommentLine> Of(MethodDeclarationSyntax method, string key)
    {
        var nodes = method.DescendantNodesAndSelf().ToArray();
        var numbers = new Dictionary<SyntaxNode, int>();
        foreach (var node in nodes)
        {
            numbers[node] = numbers.Count;
        }

        var locals = new HashSet<string>(nodes.Select(n => n switch
        {
            ParameterSyntax parameter => parameter.Identifier.ValueText,
            VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
            SingleVariableDesignationSyntax variable => variable.Identifier.ValueText,
            ForEachStatementSyntax loop => loop.Identifier.ValueText,
            _ => "",
        }), StringComparer.Ordinal);

        foreach (var node in nodes)
        {
            var (end, subject, value) = node switch
            {
                LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: { } initializer } variable] } statement =>
                    (statement.SemicolonToken, variable.Identifier.ValueText, initializer),
                ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } statement =>
                    (statement.SemicolonToken, assignment.Left.ToString(), assignment),
                ReturnStatementSyntax { Expression: { } result } statement => (statement.SemicolonToken, "", result),
                ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax owner } arrow when owner == method =>
                    (method.SemicolonToken, "", arrow.Expression),
                _ => (default(SyntaxToken), "", (ExpressionSyntax?)null),
            };
            if (value is not null && IsLast(end))
            {
                yield return new CommentLine(end, key, subject, Inner(value).Select(e => numbers[e]).ToArray(), locals)
                {
                    Value = value,
                };
            }
        }
    }

    /// <summary>The last token of its line, and really there.</summary>
    private static bool IsLast(SyntaxToken token) =>
        !token.IsMissing && token.SyntaxTree is { } tree && tree.GetText().Lines is var lines
        && (token.GetNextToken() is var next && (next.IsKind(SyntaxKind.None) || next.IsKind(SyntaxKind.EndOfFileToken)
            || lines.IndexOf(next.SpanStart) > lines.IndexOf(token.Span.End)));

    private static IEnumerable<ExpressionSyntax> Inner(ExpressionSyntax expression)
    {
        for (var inner = (ExpressionSyntax?)expression; inner is not null;)
        {
            yield return inner;
            inner = inner switch
            {
                ParenthesizedExpressionSyntax parentheses => parentheses.Expression,
                CastExpressionSyntax cast => cast.Expression,
                PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure => sure.Operand,
                _ => null,
            };
        }
    }
}

using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

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

    /// <summary>In a sum over several lines: the numbers of what else ends with the line, such as the sum so far, of which the comment may
    /// speak as well.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Others { get; init; } = [];

    /// <summary>The comment at the end of the line; none where there is no comment, or one that may go on.</summary>
    public SyntaxTrivia Comment => CommentAt(End);

    /// <summary>Of a line with several tensors, which of its shapes is this one's, and of how many; null for the others.</summary>
    public (int Place, int Count)? Of { get; init; }

    /// <summary>Where the tuple is not written out, its value holds the tensor at that place.</summary>
    public bool IsOfTuple { get; init; }

    /// <summary>The comment, where it is a shape.</summary>
    public ShapeComment? Shape => Comment.RawKind == 0 ? null : Of is not { } part ? ShapeComment.Parse(Text)
        : ShapeComment.Several(Text) is { } several && several.Count == part.Count ? several[part.Place].Comment : null;

    /// <summary>Where the shape stands.</summary>
    public Location Location => Of is { } part && ShapeComment.Several(Text) is { } several && part.Place < several.Count
        ? Location.Create(End.SyntaxTree!, new TextSpan(Comment.SpanStart + Comment.ToString().Length - Text.Length
            + several[part.Place].Start, several[part.Place].Length))
        : Comment.GetLocation();

    private string Text => Comment.ToString().TrimStart('/');

    public static SyntaxTrivia CommentAt(SyntaxToken end) =>
        end.TrailingTrivia.FirstOrDefault(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia));
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
            foreach (var part in Parts(node))
            {
                yield return part;
            }

            if (Operand(node) is { } operand)
            {
                yield return operand;
            }

            var (end, subject, value) = node switch
            {
                LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: { } initializer } variable] } statement =>
                    (statement.SemicolonToken, variable.Identifier.ValueText, initializer),
                ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } statement =>
                    (statement.SemicolonToken, assignment.Left.ToString(), assignment),
                ReturnStatementSyntax { Expression: { } result } statement => (statement.SemicolonToken, "", result),
                ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax owner } arrow when owner == method =>
                    (method.SemicolonToken, "", arrow.Expression),

                // A call in a chain of calls that goes on in the next line.
                InvocationExpressionSyntax { Parent: MemberAccessExpressionSyntax { Expression: var before } } link when before == link
                    && CommentLine.CommentAt(link.GetLastToken()).RawKind != 0 => (link.GetLastToken(), Link(link), link),
                _ => (default(SyntaxToken), "", (ExpressionSyntax?)null),
            };
            end = value is null ? end : BehindBraces(end);
            if (value is not null && IsLast(end))
            {
                yield return new CommentLine(end, key, subject, Inner(value).Select(e => numbers[e]).ToArray(), locals)
                {
                    Value = value,
                };
            }
        }

        CommentLine? Operand(SyntaxNode node)
        {
            if (node is not BinaryExpressionSyntax { Left: var left })
            {
                return null;
            }

            var last = left.GetLastToken();
            if (CommentLine.CommentAt(last).RawKind == 0 || !IsLast(last))
            {
                return null;
            }

            var ending = new List<ExpressionSyntax> { left };
            while (ending[ending.Count - 1] is BinaryExpressionSyntax { Right: var right })
            {
                ending.Add(right);
            }

            var lines = last.SyntaxTree!.GetText().Lines;
            var line = lines.IndexOf(last.SpanStart);
            var own = ending.FirstOrDefault(e => lines.IndexOf(e.SpanStart) == line) ?? ending[ending.Count - 1];
            return new CommentLine(last, key, own.ToString(), Inner(own).Select(e => numbers[e]).ToArray(), locals)
            {
                Value = own,
                Others = [.. ending.Where(e => e != own).Select(e => Inner(e).Select(i => numbers[i]).ToArray())],
            };
        }

        IEnumerable<CommentLine> Parts(SyntaxNode node)
        {
            var (end, names, value) = Tuples(node, method);
            if (value is null || CommentLine.CommentAt(end = BehindBraces(end)).RawKind == 0 || !IsLast(end))
            {
                yield break;
            }

            var places = value is TupleExpressionSyntax tuple ? tuple.Arguments.Select(a => (SyntaxNode)a.Expression).ToArray() : names;
            var count = places?.Length ?? ShapeComment.Several(CommentLine.CommentAt(end).ToString().TrimStart('/'))?.Count ?? 0;
            for (var i = 0; count > 1 && i < count; i++)
            {
                var (name, place) = (names?.ElementAtOrDefault(i), places?[i]);
                yield return new CommentLine(end, key, name is null ? "" : $"{name}", place is null ? Inner(value).Select(Number).ToArray()
                    : [.. (name is null ? [] : new[] { numbers[name] }), .. place is ExpressionSyntax e ? Inner(e).Select(Number) : []],
                    locals)
                {
                    Value = place as ExpressionSyntax ?? value, Of = (i, count), IsOfTuple = place is null,
                };
            }
        }

        int Number(SyntaxNode node) => numbers[node];
    }

    /// <summary>A statement that sets or returns several values: the places that are set, where they are told, and what they are set
    /// to.</summary>
    private static (SyntaxToken End, SyntaxNode[]? Names, ExpressionSyntax? Value) Tuples(SyntaxNode node, MethodDeclarationSyntax method)
    {
        return node switch
        {
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: DeclarationExpressionSyntax
                { Designation: ParenthesizedVariableDesignationSyntax declared }, Right: var value } } statement =>
                (statement.SemicolonToken, [.. declared.Variables], value),
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: TupleExpressionSyntax places, Right: var value } }
                statement => (statement.SemicolonToken, [.. places.Arguments.Select(a => Place(a.Expression))], value),
            ReturnStatementSyntax { Expression: { } result } statement => (statement.SemicolonToken, null, result),
            ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax owner } arrow when owner == method =>
                (method.SemicolonToken, null, arrow.Expression),
            _ => (default, null, null),
        };

        static SyntaxNode Place(ExpressionSyntax expression) =>
            expression is DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax name } ? name : expression;
    }

    /// <summary><c>.view(b, t, heads, d)</c> as it stands in its line.</summary>
    private static string Link(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name: var name } ? $"{name}{call.ArgumentList}" : call.ToString();

    /// <summary>The last of the braces that close behind a statement in its line; else its own last token.</summary>
    private static SyntaxToken BehindBraces(SyntaxToken end)
    {
        while (end.GetNextToken() is var next && next.IsKind(SyntaxKind.CloseBraceToken) && !next.IsMissing
            && !end.TrailingTrivia.Concat(next.LeadingTrivia).Any(t => t.IsKind(SyntaxKind.EndOfLineTrivia)))
        {
            end = next;
        }

        return end;
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

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>Whether a program that has passed one place of a method can come to another, further down or in the next turn of a
/// loop.</summary>
internal static class Succession
{
    private const int Deepest = 4;

    /// <param name="place">Where the program is.</param>
    /// <param name="next">Where it may come.</param>
    /// <param name="scope">The method of both.</param>
    /// <param name="ends">Places that must not be passed between.</param>
    /// <param name="made">Where what <paramref name="next"/> uses was made: anew in each turn of a loop that it is in.</param>
    public static bool CanFollow(SyntaxNode place, SyntaxNode next, SyntaxNode scope, IReadOnlyList<SyntaxNode> ends, SyntaxNode made) =>
        Runs(next, scope, 0).Any(run => Below(place, run, ends) || InNextTurn(place, run, scope, ends, made));

    /// <summary>Where a place is passed: the calls of the local function or lambda that it stands in.</summary>
    private static IEnumerable<SyntaxNode> Runs(SyntaxNode place, SyntaxNode scope, int depth)
    {
        var function = place.Ancestors().TakeWhile(a => a != scope)
            .FirstOrDefault(a => a is LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax);
        if (function is null || depth >= Deepest)
        {
            return [place];
        }

        var name = function switch
        {
            LocalFunctionStatementSyntax local => local.Identifier.ValueText,
            { Parent: EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } } => variable.Identifier.ValueText,
            { Parent: AssignmentExpressionSyntax { Left: IdentifierNameSyntax variable } assignment } when assignment.Right == function =>
                variable.Identifier.ValueText,
            _ => null,
        };
        return name is null ? Runs(function.Parent!, scope, depth + 1)
            : scope.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(n => n.Identifier.ValueText == name && !function.Span.Contains(n.Span)
                    && !(n.Parent is AssignmentExpressionSyntax assignment && assignment.Left == n))
                    .SelectMany(n => Runs(n, scope, depth + 1));
    }

    private static bool Below(SyntaxNode place, SyntaxNode next, IReadOnlyList<SyntaxNode> ends)
    {
        var isWithin = next.Span.Contains(place.Span) || (next.Parent is InvocationExpressionSyntax call && call.Span.Contains(place.Span));
        return (isWithin || (ValueFlow.IsBefore(place, next) && Gets(place, CommonOf(place, next))))
            && !ends.Any(e => e.SpanStart > place.Span.End && e.Span.End <= next.SpanStart
                && (BlockOf(e)?.Span.Contains(next.Span) != false || BlockOf(e)!.Span.Contains(place.Span)));
    }

    private static bool InNextTurn(SyntaxNode place, SyntaxNode next, SyntaxNode scope, IReadOnlyList<SyntaxNode> ends, SyntaxNode made) =>
        place.Ancestors().TakeWhile(a => a != scope && a is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax))
        .Where(a => IsLoop(a) && a.Span.Contains(next.Span) && !a.Span.Contains(made.Span))
        .Any(loop => Gets(place, loop)
            && !ends.Any(
                e => loop.Span.Contains(e.Span) && ((e.SpanStart > place.Span.End && BlockOf(e)?.Span.Contains(place.Span) != false)
                    || (e.Span.End <= next.SpanStart && BlockOf(e)?.Span.Contains(next.Span) != false))));

    /// <summary>Nothing between a place and the end of what it stands in leaves that: <c>return</c>, <c>throw</c>, <c>break</c> out of
    /// it.</summary>
    private static bool Gets(SyntaxNode place, SyntaxNode? end)
    {
        for (var at = place; at.Parent is { } parent && at != end; at = parent)
        {
            var following = parent switch
            {
                BlockSyntax block => block.Statements.SkipWhile(s => s != at).Skip(1),
                SwitchSectionSyntax section => section.Statements.SkipWhile(s => s != at).Skip(1),
                _ => [],
            };
            foreach (var statement in parent == end && !IsLoop(parent) ? [] : following)
            {
                if (statement is ReturnStatementSyntax or ThrowStatementSyntax || (statement is YieldStatementSyntax { Expression: null })
                    || (statement is BreakStatementSyntax && Left(statement, a => IsLoop(a) || a is SwitchStatementSyntax) is { } broken
                        && (broken == end || broken.Span.Contains(end?.Span ?? default)))
                    || (statement is ContinueStatementSyntax && Left(statement, IsLoop) is { } loop && loop != end
                        && loop.Span.Contains(end?.Span ?? default)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static SyntaxNode? Left(SyntaxNode statement, Func<SyntaxNode, bool> isLeft) => statement.Ancestors().FirstOrDefault(isLeft);

    private static SyntaxNode? CommonOf(SyntaxNode a, SyntaxNode b) => a.Ancestors().FirstOrDefault(n => n.Span.Contains(b.Span));

    private static SyntaxNode? BlockOf(SyntaxNode node) =>
        node.Ancestors().FirstOrDefault(a => a is BlockSyntax or SwitchSectionSyntax or CompilationUnitSyntax);

    private static bool IsLoop(SyntaxNode node) =>
        node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax;
}

using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <content>Statements of a constructor, in every path through them.</content>
internal sealed partial class Holdings
{
    /// <summary>What the fields hold after a statement; null where it never ends in the next one.</summary>
    private Dictionary<string, Holding>? Execute(StatementSyntax statement, Dictionary<string, Holding> state,
        List<Dictionary<string, Holding>> exits, int depth)
    {
        switch (statement)
        {
            case BlockSyntax block when depth < Deepest:
                foreach (var inner in block.Statements)
                {
                    if (Execute(inner, state, exits, depth + 1) is not { } next)
                    {
                        return null;
                    }

                    state = next;
                }

                return state;
            case ExpressionStatementSyntax { Expression: var expression }:
                Evaluate(expression, state);
                return state;
            case IfStatementSyntax choice when depth < Deepest:
                Lose(choice.Condition, state);
                var then = Execute(choice.Statement, new(state, StringComparer.Ordinal), exits, depth + 1);
                var otherwise = choice.Else is { } other ? Execute(other.Statement, new(state, StringComparer.Ordinal), exits, depth + 1)
                    : state;
                return then is null ? otherwise : otherwise is null ? then : Join(choice.Condition, isApart, [then, otherwise]);
            case ReturnStatementSyntax:
                exits.Add(state);
                return null;
            case ThrowStatementSyntax:
                return null;
            case CheckedStatementSyntax check:
                return Execute(check.Block, state, exits, depth);
            case LocalFunctionStatementSyntax:
                return state;
            case SwitchStatementSyntax choice when depth < Deepest && IsPlain(choice):
                Lose(choice.Expression, state);
                var ways = choice.Sections.Select(s => Section(s, new(state, StringComparer.Ordinal), exits, depth + 1))
                    .OfType<Dictionary<string, Holding>>().ToList();
                if (!choice.Sections.SelectMany(s => s.Labels).Any(l => l is DefaultSwitchLabelSyntax))
                {
                    ways.Add(state);
                }

                return ways.Count == 0 ? null : Join(null, isApart, ways);
            case TryStatementSyntax { Catches.Count: 0, Finally.Block: var last } attempt
                when !attempt.Block.DescendantNodes().OfType<ReturnStatementSyntax>().Any():
                return Execute(attempt.Block, state, exits, depth) is { } done ? Execute(last, done, exits, depth) : null;
            default:
                Lose(statement, state);
                if (statement.DescendantNodes().OfType<ReturnStatementSyntax>().Any())
                {
                    exits.Add(state);
                    return new(state, StringComparer.Ordinal);
                }

                return state;
        }
    }

    /// <summary>Each section leaves by one <c>break</c> at its end, or not at all.</summary>
    private static bool IsPlain(SwitchStatementSyntax choice) =>
        choice.Sections.All(s => s.DescendantNodes().OfType<BreakStatementSyntax>().All(b => b == s.Statements.Last())
        && !s.DescendantNodes()
            .Any(n => n is ForStatementSyntax or ForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax
                or ContinueStatementSyntax));

    private Dictionary<string, Holding>? Section(SwitchSectionSyntax section, Dictionary<string, Holding> state,
        List<Dictionary<string, Holding>> exits, int depth)
    {
        foreach (var statement in section.Statements.Where(s => s is not BreakStatementSyntax))
        {
            if (Execute(statement, state, exits, depth) is not { } next)
            {
                return null;
            }

            state = next;
        }

        return state;
    }

    private void Evaluate(ExpressionSyntax expression, Dictionary<string, Holding> state)
    {
        switch (expression)
        {
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: TupleExpressionSyntax left,
                Right: TupleExpressionSyntax right } when left.Arguments.Count == right.Arguments.Count
                    && left.Arguments.All(a => Own(a.Expression) is not null):
                Lose(right, state);
                for (var i = 0; i < left.Arguments.Count; i++)
                {
                    state[Own(left.Arguments[i].Expression)!] = Given(right.Arguments[i].Expression);
                }

                break;
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: var value } assignment
                when Own(assignment.Left) is { } name:
                Evaluate(value, state);
                state[name] = Given(value);
                break;
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceAssignmentExpression, Right: var value } assignment
                when Own(assignment.Left) is { } name && state[name] is Holding.Unset or Holding.Null:
                Evaluate(value, state);
                state[name] = Given(value);
                break;
            case InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } call when Method(call) is { } method && running.Add(method):
                foreach (var (field, value) in Whole(method, state).ToArray().Select(e => (e.Key, e.Value)))
                {
                    state[field] = value;
                }

                running.Remove(method);
                break;
            default:
                Lose(expression, state);
                break;
        }
    }

    /// <summary>A method of the class that takes nothing and is what it seems.</summary>
    private MethodDeclarationSyntax? Method(InvocationExpressionSyntax call) =>
        ConstructorReader.Own(call.Expression) is { } name && methods.TryGetValue(name, out var all)
            && all is [MethodDeclarationSyntax { ParameterList.Parameters.Count: 0 } method]
        && !method.Modifiers.Any(m => m.Kind() is SyntaxKind.VirtualKeyword or SyntaxKind.AbstractKeyword or SyntaxKind.OverrideKeyword
            or SyntaxKind.AsyncKeyword or SyntaxKind.PartialKeyword)
        && running.Count < MostWays
        && !method.DescendantNodes()
            .Any(n => n is GotoStatementSyntax or LabeledStatementSyntax or RefExpressionSyntax or YieldStatementSyntax
                or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax)
            ? method : null;
}

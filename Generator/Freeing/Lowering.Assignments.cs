using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>Assignments.</summary>
internal sealed partial class Lowering
{
    private void Assign(AssignmentExpressionSyntax assignment)
    {
        switch (assignment)
        {
            case { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, RawKind: (int)SyntaxKind.SimpleAssignmentExpression }:
                var ignored = Visit(assignment.Right);
                Evaluate(ignored is { IsComputed: true, Holds: Holds.Tensor } ? ignored : ignored with { Text = "_ = " + ignored.Text });
                break;

            case { Left: IdentifierNameSyntax { Identifier.ValueText: var name } local } when locals.TryGetValue(name, out var holds):
                Local(assignment, local, name, holds);
                break;

            case { Left: TupleExpressionSyntax { Arguments: var targets }, RawKind: (int)SyntaxKind.SimpleAssignmentExpression }
                when targets.All(t => t.Expression is IdentifierNameSyntax { Identifier.ValueText: var name }
                    && (name == "_" || (locals.TryGetValue(name, out var known) && known is Holds.Tensor or Holds.Nothing))):
                Reassign(targets.Select(static t => (IdentifierNameSyntax)t.Expression).ToArray(), assignment.Right);
                break;

            case { Left: DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax
                { Variables: var variables } } declaration }:
                Deconstruct([.. variables.Select(v => (declaration.Type, v))], assignment.Right);
                break;

            case { Left: TupleExpressionSyntax { Arguments: var declared }, RawKind: (int)SyntaxKind.SimpleAssignmentExpression }
                when declared.All(t => t.Expression is DeclarationExpressionSyntax
                    { Designation: SingleVariableDesignationSyntax or DiscardDesignationSyntax }):
                Deconstruct([.. declared.Select(static t => (DeclarationExpressionSyntax)t.Expression)
                    .Select(static d => (d.Type, d.Designation))], assignment.Right);
                break;

            case { Left: IdentifierNameSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax,
                RawKind: (int)SyntaxKind.SimpleAssignmentExpression }:
                Store(assignment);
                break;

            default:
                Plain(assignment);
                break;
        }
    }

    private void Local(AssignmentExpressionSyntax assignment, IdentifierNameSyntax local, string name, Holds? holds)
    {
        var target = local.Identifier.Text;
        if (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression))
        {
            replaced.Add(name);
            Set(target, [name], Visit(assignment.Right));
        }
        else if (holds == Holds.Tensor && assignment.Kind() is SyntaxKind.AddAssignmentExpression or SyntaxKind.SubtractAssignmentExpression
            or SyntaxKind.MultiplyAssignmentExpression or SyntaxKind.DivideAssignmentExpression)
        {
            // y += f(x) is y = y + (f(x)), and reads y first.
            replaced.Add(name);
            var right = Named(Visit(assignment.Right));
            var symbol = assignment.OperatorToken.Text.TrimEnd('=');
            Set(target, [name], new LoweredOperand($"{target} {symbol} {Atom(right)}", Holds.Tensor, [name, .. right.Names])
            {
                Node = assignment,
            });
        }
        else if (holds == Holds.Nothing && !assignment.IsKind(SyntaxKind.CoalesceAssignmentExpression)
            && Visit(assignment.Right) is { Holds: Holds.Nothing } number)
        {
            code.Add(new Gen.Model.Instruction.Run(null, [], $"{target} {assignment.OperatorToken.Text} {number.Text}", number.Names, []));
        }
        else
        {
            Give();
        }
    }

    /// <summary>A field, a property, an item of a list: whoever reads it later must find it alive.</summary>
    private void Store(AssignmentExpressionSyntax assignment)
    {
        var right = Visit(assignment.Right);
        if (assignment.Left is ElementAccessExpressionSyntax element
            && element.Expression is IdentifierNameSyntax { Identifier.ValueText: var whole }
            && locals.TryGetValue(whole, out var holds) && holds == Holds.Tensor && right.Holds is Holds.Tensor or Holds.Nothing
            && IsTensor(element.Expression) && element.ArgumentList.Arguments.All(IsPlain))
        {
            // Elements of a tensor are copied.
            right = right is { IsComputed: true, Holds: Holds.Tensor } ? Named(right) : right;
            code.Add(new Gen.Model.Instruction.Run(null, [], $"{CSharpText.Of(element)} = {right.Text}", [whole, .. right.Names], []));
            return;
        }

        if (right.IsComputed && right.Holds != Holds.Nothing)
        {
            right = Named(right);
        }

        if (right.Holds != Holds.Nothing)
        {
            Stores = true;
            Hold(right);
        }

        // The left side is read after the right one here, and before it in C#: it must be of the kind that does not matter.
        if (!IsPlain(assignment.Left) || assignment.Left.DescendantNodes().Any(n => n is InvocationExpressionSyntax))
        {
            Give();
        }

        code.Add(new Gen.Model.Instruction.Run(null, [], $"{CSharpText.Of(assignment.Left)} = {right.Text}", right.Names, []));
    }

    private void Hold(LoweredOperand operand)
    {
        // A size that is read of a tensor does not hold it.
        foreach (var name in operand.Holds == Holds.Nothing ? [] : operand.Names.Concat(operand.Same))
        {
            Aliases.Hold(name);
        }
    }
}

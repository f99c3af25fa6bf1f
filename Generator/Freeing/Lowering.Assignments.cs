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
                Deconstruct($"{CSharpText.Of(declaration.Type)} ({string.Join(", ", variables.Select(CSharpText.Of))})",
                    variables.Select(v => v as SingleVariableDesignationSyntax).ToArray(), assignment.Right);
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

    private void Deconstruct(string left, IReadOnlyList<SingleVariableDesignationSyntax?> variables, ExpressionSyntax right)
    {
        var value = Visit(right);
        if (value.Items is { } items && items.Count != variables.Count)
        {
            Give();
            return;
        }

        var names = new List<string>();
        for (var i = 0; i < variables.Count; i++)
        {
            if (variables[i] is not { Identifier.ValueText: var name } variable)
            {
                // A discard: what it would have held is freed at the end.
                continue;
            }

            var holds = value.Items is { } known ? known[i].Holds
                : Types.Of((semantics.GetDeclaredSymbol(variable, cancellation) as ILocalSymbol)?.Type);
            Declare(name, holds);
            names.Add(name);
        }

        Set(left, names, value);
    }

    /// <summary>Several locals at once: the values get names of their own before the locals get them.</summary>
    private void Reassign(IReadOnlyList<IdentifierNameSyntax> targets, ExpressionSyntax right)
    {
        var value = Visit(right);
        if (value.Items is { } items && items.Count != targets.Count)
        {
            Give();
            return;
        }

        var names = targets.Select(t => t.Identifier.ValueText == "_" ? "_" : Names.Next()).ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] != "_")
            {
                Declare(names[i], locals[targets[i].Identifier.ValueText]);
            }
        }

        var declared = names.Select((n, i) => n == "_" ? n
            : $"{semantics.GetTypeInfo(targets[i], cancellation).Type?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)} {n}");
        Set($"({string.Join(", ", declared)})", names.Where(static n => n != "_").ToArray(), value);
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] != "_")
            {
                var target = targets[i].Identifier;
                replaced.Add(target.ValueText);
                IReadOnlyList<string> read = locals[names[i]] == Holds.Tensor ? [names[i]] : [];
                Set(target.Text, [target.ValueText], new LoweredOperand(names[i], locals[names[i]]!.Value, read) { Same = read });
            }
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

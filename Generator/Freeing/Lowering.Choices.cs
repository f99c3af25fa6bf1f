using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>Expressions of which only a part is computed: <c>a ? b : c</c>, <c>a ?? b</c>, <c>a?.b()</c>.</summary>
internal sealed partial class Lowering
{
    private LoweredOperand Choice(ConditionalExpressionSyntax choice)
    {
        var condition = Visit(choice.Condition);
        if (IsPlain(choice.WhenTrue) && IsPlain(choice.WhenFalse)
            && Types.Of(semantics.GetTypeInfo(choice, cancellation).Type) == Holds.Nothing)
        {
            return new LoweredOperand($"{Atom(condition)} ? {CSharpText.Of(choice.WhenTrue)} : {CSharpText.Of(choice.WhenFalse)}",
                Holds.Nothing,
                condition.Names) { IsFixed = IsConstant(choice) };
        }

        var name = DeclareTensor();
        code.Add(new Instruction.Branch($"if ({condition.Text})", condition.Names, Into(name, () => Visit(choice.WhenTrue)),
            Into(name, () => Visit(choice.WhenFalse))));
        return Of(name);
    }

    private LoweredOperand Coalesce(LoweredOperand left, ExpressionSyntax right)
    {
        if (left.Holds == Holds.Nothing)
        {
            return IsPlain(right) && !left.IsHeld ? new LoweredOperand($"{Atom(left)} ?? {CSharpText.Of(right)}", Holds.Nothing, left.Names)
                : Unknown();
        }

        var name = DeclareTensor();
        code.AddRange(Into(name, () => left));
        code.Add(new Instruction.Branch($"if ({name} is null)", [name], Into(name, () => Visit(right)), null));
        return Of(name);
    }

    /// <summary><c>downsample?.call(x)</c></summary>
    private LoweredOperand Access(ConditionalAccessExpressionSyntax access)
    {
        if (access.WhenNotNull is not InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax member } call
            || access.Expression is not IdentifierNameSyntax
            || Name((IdentifierNameSyntax)access.Expression) is not { IsFixed: true } receiver)
        {
            return Unknown();
        }

        var name = DeclareTensor();
        code.Add(new Instruction.Branch(
            $"if ({receiver.Text} is not null)",
            receiver.Names,
            Into(name, () => Call(call, access.Expression, member.Name)),
            Into(name, () => new LoweredOperand("null", Holds.Tensor, []))));
        return Of(name);
    }

    private string DeclareTensor()
    {
        var name = Names.Next();
        Declare(name, Holds.Tensor);
        code.Add(new Instruction.Run(null, [], $"{Tensor} {name}", [], []));
        return name;
    }

    /// <summary>What computes a value and gives it the name.</summary>
    private List<Instruction> Into(string name, Func<LoweredOperand> value)
    {
        var outer = code;
        code = [];
        var operand = value();
        if (operand.Holds != Holds.Tensor && operand.Text is not ("null" or "default"))
        {
            Give();
        }

        Set(name, [name], operand);
        var inner = code;
        code = outer;
        return inner;
    }

    private static LoweredOperand Of(string name) => new(name, Holds.Tensor, [name]) { Same = [name], IsFixed = true };
}

using Gen.Rules.Operations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>Expressions.</summary>
internal sealed partial class Lowering
{
    private LoweredOperand Visit(ExpressionSyntax expression)
    {
        if (!IsUnderstood || !nesting.Enter())
        {
            return Unknown();
        }

        var operand = VisitWithin(expression);
        nesting.Leave();
        return operand.Node is null ? operand with { Node = expression } : operand;
    }

    private LoweredOperand VisitWithin(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                var inner = Visit(parenthesized.Expression);
                return inner with { Text = $"({inner.Text})" };

            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed:
                var operand = Visit(suppressed.Operand);
                return operand with { Text = Atom(operand) + "!" };

            case IdentifierNameSyntax name:
                return Name(name);

            case MemberAccessExpressionSyntax access:
                return Member(access);

            case ElementAccessExpressionSyntax element:
                return Element(element);

            case InvocationExpressionSyntax call:
                return Call(call);

            case BinaryExpressionSyntax binary:
                return Binary(binary);

            case PrefixUnaryExpressionSyntax unary
                when unary.Kind() is not (SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression):
                var value = Named(Visit(unary.Operand));
                var result = value.Holds == Holds.Tensor || IsTensor(unary) ? Holds.Tensor : value.Holds;
                return value.Holds is Holds.Array or Holds.Several ? Unknown()
                    : new LoweredOperand(unary.OperatorToken.Text + Atom(value), result,
                        value.Names) { IsComputed = result == Holds.Tensor, IsFixed = IsConstant(unary) };

            case CastExpressionSyntax cast:
                return Cast(cast);

            case ConditionalExpressionSyntax choice:
                return Choice(choice);

            case ConditionalAccessExpressionSyntax access:
                return Access(access);

            case IsPatternExpressionSyntax test when !test.Pattern.DescendantNodesAndSelf().Any(n => n is VariableDesignationSyntax):
                var tested = Named(Visit(test.Expression));
                return new LoweredOperand($"{Atom(tested)} is {CSharpText.Of(test.Pattern)}", Holds.Nothing, tested.Names);

            case TupleExpressionSyntax tuple:
                return Several(tuple.Arguments.Select(a => (a.NameColon is null ? "" : CSharpText.Of(a.NameColon) + " ", a.Expression))
                    .ToArray(), "(", ")");

            case CollectionExpressionSyntax collection when collection.Elements.All(e => e is ExpressionElementSyntax):
                return Several(collection.Elements.Select(e => ("", ((ExpressionElementSyntax)e).Expression)).ToArray(), "[", "]");

            case ImplicitArrayCreationExpressionSyntax array:
                return Several(array.Initializer.Expressions.Select(e => ("", e)).ToArray(),
                    $"new[{new string(',', array.Commas.Count)}] {{ ", " }");

            case ArrayCreationExpressionSyntax { Initializer: { } initializer } array
                when !array.Type.DescendantNodes().OfType<InvocationExpressionSyntax>().Any():
                return Several(initializer.Expressions.Select(e => ("", e)).ToArray(), $"new {CSharpText.Of(array.Type)} {{ ", " }");

            default:
                return IsPlain(expression) ? new LoweredOperand(CSharpText.Of(expression), Holds.Nothing,
                    []) { IsFixed = IsConstant(expression) }
                    : Unknown();
        }
    }

    private LoweredOperand Name(IdentifierNameSyntax name)
    {
        var text = name.Identifier.ValueText;
        if (locals.TryGetValue(text, out var holds))
        {
            return holds is { } known && known != Holds.Nothing
                ? new LoweredOperand(name.Identifier.Text, known, [text]) { Same = [text], IsFixed = true }
                : new LoweredOperand(name.Identifier.Text, holds is null ? Holds.Several : Holds.Nothing, []) { IsHeld = holds is null,
                    IsFixed = true };
        }

        // The base class, and with it what every module has, may be generated too.
        return OfMember(CSharpText.Of(name), semantics.GetSymbolInfo(name, cancellation).Symbol
            ?? torch.Module.GetMembers(text).FirstOrDefault(m => m is IPropertySymbol), [], isFixed: true);
    }

    /// <summary>Something that the class, or another one, holds.</summary>
    private LoweredOperand OfMember(string text, ISymbol? symbol, IReadOnlyList<string> names, bool isFixed)
    {
        var type = symbol switch
        {
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            IParameterSymbol parameter => parameter.Type,
            ILocalSymbol outer when method is LocalFunctionStatementSyntax => outer.Type,
            _ => null,
        };
        return symbol is null ? Unknown()
            : type is null ? (symbol is INamedTypeSymbol or INamespaceSymbol
                ? new LoweredOperand(text, Holds.Nothing, names) { IsFixed = true }
                : Unknown())
            : Types.Of(type) is { } holds ? new LoweredOperand(text, holds, names) { IsHeld = holds != Holds.Nothing,
                IsFixed = isFixed && IsReadOnly(symbol) }

            // A layer, or an object that may hold tensors: reading it is no harm, what is read of it is not freed.
            : new LoweredOperand(text, Holds.Nothing, names) { IsHeld = true, IsFixed = isFixed && IsReadOnly(symbol) };
    }

    private static bool IsReadOnly(ISymbol symbol) =>
        symbol is IFieldSymbol { IsReadOnly: true } or IFieldSymbol { IsConst: true } or IParameterSymbol;

    private LoweredOperand Member(MemberAccessExpressionSyntax access)
    {
        var symbol = semantics.GetSymbolInfo(access, cancellation).Symbol;
        if (access.Expression is BaseExpressionSyntax or ThisExpressionSyntax
            || symbol is { IsStatic: true } or INamedTypeSymbol or INamespaceSymbol)
        {
            return OfMember(CSharpText.Of(access), symbol, [], isFixed: true);
        }

        var receiver = Named(Visit(access.Expression));
        if (Item(access, receiver) is { } item)
        {
            return item;
        }

        var text = $"{Atom(receiver)}.{access.Name.Identifier.Text}";
        if (receiver.Holds == Holds.Nothing)
        {
            return OfMember(text, symbol, receiver.Names, isFixed: false);
        }

        if (receiver.Holds == Holds.Tensor && (symbol
            ?? torch.Tensor.GetMembers(access.Name.Identifier.ValueText).FirstOrDefault()) is IPropertySymbol property)
        {
            return Types.Of(property.Type) switch
            {
                Holds.Nothing => new LoweredOperand(text, Holds.Nothing, receiver.Names),
                Holds.Tensor when OperationRules.Named(property.Name).Any(static r => r.IsProperty) =>
                    new LoweredOperand(text, Holds.Tensor, receiver.Names) { IsComputed = true, Same = receiver.Same },
                Holds.Tensor => new LoweredOperand(text, Holds.Tensor, receiver.Names) { IsHeld = true },
                _ => Unknown(),
            };
        }

        return receiver.Holds == Holds.Array && access.Name.Identifier.ValueText == "Length"
            ? new LoweredOperand(text, Holds.Nothing, receiver.Names) : Unknown();
    }

    private LoweredOperand Element(ElementAccessExpressionSyntax element)
    {
        var parts = Sequence([("", element.Expression), .. element.ArgumentList.Arguments.Select(a => (Prefix(a), a.Expression))]);
        var receiver = parts[0];
        var text =
            $"{Atom(receiver)}[{string.Join(", ", parts.Skip(1).Select((p, i) => Prefix(element.ArgumentList.Arguments[i]) + p.Text))}]";
        var names = parts.SelectMany(p => p.Names).ToArray();
        if (element.ArgumentList.Arguments.Any(a => a.RefKindKeyword.RawKind != 0))
        {
            return Unknown();
        }

        return receiver.Holds switch
        {
            Holds.Tensor => new LoweredOperand(text, Holds.Tensor, names) { IsComputed = true },
            Holds.Array when parts.Count == 2 && Types.Of(semantics.GetTypeInfo(element, cancellation).Type) is not Holds.Array =>
                new LoweredOperand(text, Holds.Tensor, names) { Same = receiver.Same, IsHeld = receiver.IsHeld },
            Holds.Nothing or Holds.Several when receiver.Items is null =>
                semantics.GetTypeInfo(element, cancellation).Type is { } type && Types.Of(type) is { } holds
                ? new LoweredOperand(text, holds, names) { IsHeld = holds != Holds.Nothing }
                : new LoweredOperand(text, Holds.Nothing, names) { IsHeld = true },
            _ => Unknown(),
        };
    }

    private LoweredOperand Binary(BinaryExpressionSyntax binary)
    {
        var symbol = binary.OperatorToken.Text;
        if (binary.IsKind(SyntaxKind.CoalesceExpression))
        {
            return Coalesce(Visit(binary.Left), binary.Right);
        }

        if (symbol is "&&" or "||")
        {
            // The right side may not run at all.
            var left = Visit(binary.Left);
            var before = code.Count;
            var right = Visit(binary.Right);
            return code.Count == before && right.Holds == Holds.Nothing && left.Holds == Holds.Nothing
                ? new LoweredOperand($"{Atom(left)} {symbol} {Atom(right)}", Holds.Nothing, [.. left.Names, .. right.Names]) : Unknown();
        }

        if (symbol is "is" or "as")
        {
            return IsPlain(binary) ? new LoweredOperand(CSharpText.Of(binary), Holds.Nothing, []) : Unknown();
        }

        var operands = Sequence([("", binary.Left), ("", binary.Right)]);
        var (a, b) = (operands[0], operands[1]);
        var names = a.Names.Concat(b.Names).ToArray();
        var text = $"{Atom(a)} {symbol} {Atom(b)}";
        if (a.Holds is Holds.Array or Holds.Several || b.Holds is Holds.Array or Holds.Several)
        {
            return Unknown();
        }

        // A parameter is of a class of its own: 1 + weight.
        var isTensor = (a.Holds == Holds.Tensor || b.Holds == Holds.Tensor || IsTensor(binary))
            && semantics.GetTypeInfo(binary, cancellation).Type?.SpecialType != SpecialType.System_Boolean;
        return new LoweredOperand(text, isTensor ? Holds.Tensor : Holds.Nothing, names) { IsComputed = isTensor,
            IsFixed = IsConstant(binary) };
    }

    private LoweredOperand Cast(CastExpressionSyntax cast)
    {
        var operand = Named(Visit(cast.Expression));
        var text = $"({CSharpText.Of(cast.Type)}){Atom(operand)}";
        return Types.Of(semantics.GetTypeInfo(cast, cancellation).Type) switch
        {
            Holds.Nothing when operand.Holds is Holds.Nothing or Holds.Tensor =>
                new LoweredOperand(text, Holds.Nothing, operand.Names) { IsFixed = IsConstant(cast) },
            Holds.Tensor when operand.Holds is Holds.Tensor => operand with { Text = text },
            Holds.Tensor when operand.Holds is Holds.Nothing && !operand.IsHeld =>
                new LoweredOperand(text, Holds.Tensor, operand.Names) { IsComputed = true },
            _ => Unknown(),
        };
    }

    /// <summary>A tuple, an array, a list that is written out.</summary>
    private LoweredOperand Several(IReadOnlyList<(string Prefix, ExpressionSyntax Expression)> items, string open, string close)
    {
        var operands = Sequence(items);
        var text = open + string.Join(", ", operands.Select((o, i) => items[i].Prefix + o.Text)) + close;
        var holds = operands.All(o => o.Holds == Holds.Nothing) ? Holds.Nothing : Holds.Several;
        return new LoweredOperand(text, holds, operands.SelectMany(o => o.Names).ToArray())
        {
            Same = operands.SelectMany(o => o.Same).ToArray(),
            IsHeld = operands.Any(o => o.IsHeld),
            IsFixed = operands.All(o => o.IsFixed),
            Items = operands,
        };
    }

    /// <summary>Expressions that C# computes one after the other.</summary>
    private List<LoweredOperand> Sequence(IReadOnlyList<(string Prefix, ExpressionSyntax Expression)> expressions)
    {
        var operands = new List<LoweredOperand>();
        var ends = new List<int>();
        foreach (var (_, expression) in expressions)
        {
            operands.Add(Named(Visit(expression)));
            ends.Add(code.Count);
        }

        // What stands before something that got a name must not be read after it.
        for (var i = expressions.Count - 1; i >= 0; i--)
        {
            if (!operands[i].IsFixed && ends[i] < code.Count)
            {
                var after = code.Skip(ends[i]).ToArray();
                code.RemoveRange(ends[i], after.Length);
                operands[i] = Named(operands[i], always: true);
                code.AddRange(after);
            }
        }

        return operands;
    }

    /// <summary>A value that is computed gets a name, so that it can be freed.</summary>
    private LoweredOperand Named(LoweredOperand operand, bool always = false)
    {
        if (!IsUnderstood || !(operand.IsComputed || always))
        {
            return operand;
        }

        if (operand.Items is not null)
        {
            return Unknown();
        }

        var name = Names.Next();
        Declare(name, operand.Holds);
        Set($"var {name}", [name], operand);
        return operand.Holds == Holds.Nothing
            ? new LoweredOperand(name, Holds.Nothing, []) { IsFixed = true, IsHeld = operand.IsHeld }
            : new LoweredOperand(name, operand.Holds, [name]) { Same = [name], IsFixed = true };
    }

    /// <summary>No tensor is computed in it, and none is handed on.</summary>
    private bool IsPlain(SyntaxNode expression) => expression.DescendantNodesAndSelf().All(n => n switch
    {
        IdentifierNameSyntax name => !locals.TryGetValue(name.Identifier.ValueText, out var holds) || holds == Holds.Nothing,
        AnonymousFunctionExpressionSyntax or QueryExpressionSyntax or DeclarationExpressionSyntax or AwaitExpressionSyntax
            or RefExpressionSyntax or VariableDesignationSyntax or InterpolationSyntax => false,
        InvocationExpressionSyntax call => Types.Of(semantics.GetTypeInfo(call, cancellation).Type) == Holds.Nothing,
        AssignmentExpressionSyntax inner => inner == expression,
        _ => true,
    });

    private bool IsConstant(ExpressionSyntax expression) => semantics.GetConstantValue(expression, cancellation).HasValue;

    private static string Prefix(ArgumentSyntax argument) => argument.NameColon is { } name ? CSharpText.Of(name) + " " : "";

    /// <summary>The text as an operand of anything: names, calls and what stands in parentheses need no more of them.</summary>
    private static string Atom(LoweredOperand operand)
    {
        var depth = 0;
        var isAtom = operand.Text.All(c =>
        {
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            return depth > 0 || char.IsLetterOrDigit(c) || c is '_' or '.' or '@' or '!' or ')' or ']';
        });
        return isAtom && operand.Text.IndexOfAny(['"', '\'']) < 0 && !operand.Text.StartsWith("[", StringComparison.Ordinal)
            && !IsCast(operand.Text) ? operand.Text : $"({operand.Text})";
    }

    /// <summary><c>(int)x</c>: something follows the first parenthesis that does not continue it.</summary>
    private static bool IsCast(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length - 1 && text[0] is '(' or '!'; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0 && text[i] == ')')
            {
                return text[i + 1] is not ('.' or '[' or '(');
            }
        }

        return text.StartsWith("!", StringComparison.Ordinal);
    }
}

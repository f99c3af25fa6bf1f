using Gen.Model;
using Gen.Rules.Operations;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>Calls of layers, of TorchSharp, of the class itself, of others.</summary>
internal sealed partial class Lowering
{
    private LoweredOperand Call(InvocationExpressionSyntax call) => call.Expression switch
    {
        _ when Spared(call) is { } spared => Visit(spared),
        MemberAccessExpressionSyntax access => Call(call, access.Expression, access.Name),
        SimpleNameSyntax name => Call(call, null, name),
        _ => Unknown(),
    };

    private LoweredOperand Call(InvocationExpressionSyntax call, ExpressionSyntax? receiver, SimpleNameSyntax name)
    {
        var arguments = call.ArgumentList.Arguments;
        if (arguments.Any(a => a.RefKindKeyword.RawKind != 0) || name.Identifier.ValueText == "nameof")
        {
            return IsPlain(call) && arguments.All(a => a.RefKindKeyword.RawKind == 0)
                ? new LoweredOperand(CSharpText.Of(call), Holds.Nothing, []) { IsFixed = true } : Unknown();
        }

        var info = semantics.GetSymbolInfo(call, cancellation);
        var method = (info.Symbol ?? (info.CandidateSymbols is [var only] ? only : null)) as IMethodSymbol;
        if (receiver is not null && name.Identifier.ValueText is "call" or "forward"
            && semantics.GetTypeInfo(receiver!, cancellation).Type is { } module && IsModule(module))
        {
            return OfLayer(call, receiver!, name, method);
        }

        var captured = method?.MethodKind == MethodKind.LocalFunction ? Captured(method) : [];
        if (captured is null || method?.MethodKind == MethodKind.DelegateInvoke)
        {
            return Unknown();
        }

        var isOnValue = receiver is not null && (method is null || !method.IsStatic || method.ReducedFrom is not null)
            && semantics.GetSymbolInfo(receiver, cancellation).Symbol is not (INamedTypeSymbol or INamespaceSymbol)
            && receiver is not (ThisExpressionSyntax or BaseExpressionSyntax);
        var parts = Sequence([.. isOnValue ? new[] { ("", receiver!) } : [], .. arguments.Select(a => (Prefix(a), a.Expression))]);
        var given = parts.Skip(isOnValue ? 1 : 0).ToArray();
        var own = recomputed?.Name(method) ?? CSharpText.Of(name);
        var callee = isOnValue ? $"{Atom(parts[0])}.{own}" : receiver is null ? own : $"{CSharpText.Of(receiver)}.{own}";
        var text = $"{callee}({string.Join(", ", given.Select((g, i) => Prefix(arguments[i]) + g.Text))})";
        var isOfTensor = isOnValue && parts[0].Holds == Holds.Tensor;
        method ??= isOfTensor ? Only(torch.Tensor.GetMembers(name.Identifier.ValueText)) : Only(info.CandidateSymbols);
        if (method is null)
        {
            return Unknown();
        }

        var holds = Types.Of(method.ReturnType);
        string[] names = [.. parts.SelectMany(p => p.Names), .. captured];
        string[] same = [.. parts.SelectMany(p => p.Same), .. captured];
        if (method.ContainingAssembly?.Name == "TorchSharp" && !torch.IsModule(method.ContainingType)
            || method.ContainingType?.ToDisplayString() is "Gen.TensorExtensions" or "Gen.AttentionMask")
        {
            // What reads the memory of a tensor must not outlive it.
            var mayGiveBack = OperationRules.MayReturnInput(method.Name);
            return holds is not { } known || torch.IsModule(method.ReturnType) ? Unknown() : new LoweredOperand(text, known, names)
            {
                IsComputed = known is Holds.Tensor or Holds.Array,
                Same = mayGiveBack ? same : [],
                IsOfDistinct = true,
            };
        }

        if (transparent(method.OriginalDefinition) is { } helper && holds is { } result)
        {
            return new LoweredOperand(text, result, names) { IsComputed = result is Holds.Tensor or Holds.Array,
                Same = helper.GivesNew ? [] : same, IsHeld = helper.GivesHeld || parts.Any(p => p.IsHeld && p.Holds != Holds.Nothing) };
        }

        if (method.MethodKind == MethodKind.LocalFunction)
        {
            return Unknown();
        }

        foreach (var part in parts)
        {
            Stores |= part.Holds != Holds.Nothing;
            Hold(part);
        }

        return holds is not { } other ? Unknown()
            : new LoweredOperand(text, other, names) { IsComputed = other is Holds.Tensor or Holds.Array,
            IsHeld = other != Holds.Nothing };
    }

    private LoweredOperand OfLayer(InvocationExpressionSyntax call, ExpressionSyntax receiver, SimpleNameSyntax name, IMethodSymbol? method)
    {
        var layer = Layer(receiver);
        var module = Visit(receiver);
        var arguments = call.ArgumentList.Arguments;
        var given = Sequence(arguments.Select(a => (Prefix(a), a.Expression)).ToArray());
        var text = recomputed?.Text(call, Atom(module), [.. given.Select(g => g.Text)])
            ?? $"{Atom(module)}.{CSharpText.Of(name)}({string.Join(", ", given.Select((g, i) => Prefix(arguments[i]) + g.Text))})";
        var holds = Types.Of(method is { ReturnType.TypeKind: not TypeKind.Error } ? method.ReturnType
            : Result(semantics.GetTypeInfo(receiver, cancellation).Type));
        if (holds is not { } known)
        {
            return Unknown();
        }

        return OfLayer(text, known, layer, given);
    }

    /// <summary>Items that are computed again together: <c>x = Together(blocks, 2, ..., x)</c>.</summary>
    private void Together(ForEachStatementSyntax loop, LayerModel list, RecomputedLoop parts)
    {
        var given = Sequence([.. parts.Call.ArgumentList.Arguments.Select(a => (Prefix(a), a.Expression))]);
        var name = parts.Value.Identifier.ValueText;
        if (!locals.TryGetValue(name, out var holds) || holds != Holds.Tensor)
        {
            Give();
            return;
        }

        replaced.Add(name);
        Set(parts.Value.Identifier.Text, [name], OfLayer(recomputed!.Text(loop)!, Holds.Tensor, list, given));
    }

    private LoweredOperand OfLayer(string text, Holds known, LayerModel? layer, IReadOnlyList<LoweredOperand> given)
    {
        var keeps = layer is null || Trust.Keeps(layer);
        if (keeps)
        {
            foreach (var operand in given)
            {
                Stores |= operand.Holds != Holds.Nothing;
                Hold(operand);
            }
        }

        return new LoweredOperand(text, known, given.SelectMany(g => g.Names).ToArray())
        {
            IsComputed = known is Holds.Tensor or Holds.Array,
            Same = layer is not null && Trust.GivesNew(layer) ? [] : given.SelectMany(g => g.Same).ToArray(),
            IsOfDistinct = layer is not null && Trust.IsBuiltIn(layer),
            IsHeld = keeps,
        };
    }

    /// <summary>What a module gives that has no <c>call</c> where the generator has not run.</summary>
    private ITypeSymbol? Result(ITypeSymbol? module) =>
        module is INamedTypeSymbol { OriginalDefinition: var type } && UserDeclarations.FirstAnnotated(type) is not null
        ? type.GetMembers().OfType<IMethodSymbol>().Where(m => m.Name is "Forward" or "forward").Select(m => m.ReturnType)
            .FirstOrDefault() ?? torch.Tensor
        : null;

    /// <summary>The declaration of the layer that an expression stands for; of a list, that of the list.</summary>
    private LayerModel? Layer(ExpressionSyntax expression) => expression switch
    {
        PostfixUnaryExpressionSyntax suppressed => Layer(suppressed.Operand),
        ParenthesizedExpressionSyntax parenthesized => Layer(parenthesized.Expression),
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name.Identifier.ValueText: var name } =>
            layers.FirstOrDefault(l => l.Name == name),
        IdentifierNameSyntax { Identifier.ValueText: var name } =>
            items.TryGetValue(name, out var item) ? item : locals.ContainsKey(name) ? null : layers.FirstOrDefault(l => l.Name == name),
        ElementAccessExpressionSyntax element => Layer(element.Expression),
        _ => null,
    };

    private bool IsModule(ITypeSymbol type) => torch.IsModule(type)
        || (type is INamedTypeSymbol named && UserDeclarations.FirstAnnotated(named.OriginalDefinition) is not null)
        || type is ITypeParameterSymbol;

    private static IMethodSymbol? Only(IEnumerable<ISymbol> candidates)
    {
        var methods = candidates.OfType<IMethodSymbol>().ToArray();
        return methods.Length > 0 && methods.All(m => SymbolEqualityComparer.Default.Equals(m.ReturnType, methods[0].ReturnType))
            ? methods[0] : null;
    }
}

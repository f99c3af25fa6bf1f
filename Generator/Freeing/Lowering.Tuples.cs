using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>Tuples that layers and methods give: each item has a name of its own, so that it is freed by itself.</summary>
internal sealed partial class Lowering
{
    /// <summary>The names of the items of a local that holds a tuple.</summary>
    private readonly Dictionary<string, IReadOnlyList<string>> tuples = new(StringComparer.Ordinal);

    /// <summary><c>var (y, _) = attention.call(x, x, x)</c>.</summary>
    private void Deconstruct(IReadOnlyList<(TypeSyntax Type, VariableDesignationSyntax Variable)> targets, ExpressionSyntax right)
    {
        var value = Visit(right);
        if (value.Items is { } items && items.Count != targets.Count)
        {
            Give();
            return;
        }

        var given = ItemTypes(value, right);
        var names = new List<string>();
        var declared = new List<string>();
        for (var i = 0; i < targets.Count; i++)
        {
            var (type, variable) = targets[i];
            var text = CSharpText.Of(variable);
            if (variable is SingleVariableDesignationSyntax { Identifier.ValueText: var name } single)
            {
                Declare(name, value.Items is { } known ? known[i].Holds
                    : Types.Of((semantics.GetDeclaredSymbol(single, cancellation) as ILocalSymbol)?.Type));
                names.Add(name);
            }
            else if (variable is DiscardDesignationSyntax && Ignored(given, i, targets.Count) is { } ignored)
            {
                names.Add(text = ignored);
            }

            declared.Add(text);
        }

        var isInferred = targets.All(static t => t.Type.IsVar);
        Set(isInferred ? $"var ({string.Join(", ", declared)})"
            : $"({string.Join(", ", declared.Select((d, i) => $"{CSharpText.Of(targets[i].Type)} {d}"))})", names, value);
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

        var given = ItemTypes(value, right);
        var names = targets.Select((t, i) =>
            t.Identifier.ValueText == "_" ? Ignored(given, i, targets.Count) ?? "_" : Names.Next()).ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            if (targets[i].Identifier.ValueText is var target and not "_")
            {
                Declare(names[i], locals[target]);
            }
        }

        var declared = names.Select((n, i) => n == "_" ? n : targets[i].Identifier.ValueText == "_" ? $"var {n}"
            : $"{semantics.GetTypeInfo(targets[i], cancellation).Type?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)} {n}");
        Set($"({string.Join(", ", declared)})", names.Where(static n => n != "_").ToArray(), value);
        for (var i = 0; i < names.Length; i++)
        {
            if (targets[i].Identifier is { ValueText: not "_" } target)
            {
                replaced.Add(target.ValueText);
                IReadOnlyList<string> read = locals[names[i]] == Holds.Tensor ? [names[i]] : [];
                Set(target.Text, [target.ValueText], new LoweredOperand(names[i], locals[names[i]]!.Value, read) { Same = read });
            }
        }
    }

    /// <summary>A local of which only items are read: <c>var r = attention.call(x, x, x); return r.Item1;</c>.</summary>
    private bool IsTuple(VariableDeclaratorSyntax variable, LoweredOperand value)
    {
        var name = variable.Identifier.ValueText;
        if (value is not { Holds: Holds.Several, Items: null }
            || (semantics.GetDeclaredSymbol(variable, cancellation) as ILocalSymbol)?.Type is not INamedTypeSymbol type
            || ItemTypes(type) is not { } types
            || !method.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == name)
                .All(n => n.Parent is MemberAccessExpressionSyntax access && access.Expression == n && ItemNumber(access) is not null))
        {
            return false;
        }

        Unpack(name, value, types, type.IsTupleType);
        return true;
    }

    /// <summary>In one step: an item may be what the method was given, which is not freed before the item has its name.</summary>
    private void Unpack(string name, LoweredOperand value, IReadOnlyList<ITypeSymbol> types, bool isValue)
    {
        locals[name] = Holds.Nothing;
        var items = new List<string>();
        foreach (var type in types)
        {
            var item = Names.Next();
            items.Add(item);
            Declare(item, Types.Of(type));
        }

        tuples[name] = items;
        if (isValue)
        {
            Set($"var ({string.Join(", ", items)})", items, value);
        }
        else
        {
            Set(null, items, value with { Text = $"global::System.TupleExtensions.Deconstruct({value.Text}, "
                + string.Join(", ", items.Select(static i => $"out var {i}")) + ")" });
        }
    }

    /// <summary>An item of a tuple; null where the access is none.</summary>
    private LoweredOperand? Item(MemberAccessExpressionSyntax access, LoweredOperand receiver)
    {
        if (ItemNumber(access) is not { } number)
        {
            return null;
        }

        var local = access.Expression is IdentifierNameSyntax name ? name.Identifier.ValueText : null;
        if (local is null && receiver is { Holds: Holds.Several, Items: null }
            && semantics.GetTypeInfo(access.Expression, cancellation).Type is INamedTypeSymbol type && ItemTypes(type) is { } types)
        {
            local = Names.Next();
            Unpack(local, receiver, types, type.IsTupleType);
        }

        if (local is null || !tuples.TryGetValue(local, out var items))
        {
            return null;
        }

        var (item, holds) = (items[number - 1], locals[items[number - 1]]!.Value);
        IReadOnlyList<string> read = holds == Holds.Nothing ? [] : [item];
        return new LoweredOperand(item, holds, read) { Same = read, IsFixed = true };
    }

    /// <summary>A name for an item that nobody reads, so that it is freed at once; null where it is no tensor.</summary>
    private string? Ignored(IReadOnlyList<ITypeSymbol>? types, int item, int count)
    {
        if (types?.Count != count || Types.Of(types[item]) != Holds.Tensor)
        {
            return null;
        }

        var name = Names.Next();
        Declare(name, Holds.Tensor);
        return name;
    }

    private IReadOnlyList<ITypeSymbol>? ItemTypes(LoweredOperand value, ExpressionSyntax expression) =>
        value.Items is null ? ItemTypes(semantics.GetTypeInfo(expression, cancellation).Type) : null;

    private static IReadOnlyList<ITypeSymbol>? ItemTypes(ITypeSymbol? type) => type is not INamedTypeSymbol named ? null
        : named.IsTupleType ? [.. named.TupleElements.Select(static e => e.Type)]
        : HeldTypes.IsTuple(named) ? named.TypeArguments : null;

    /// <summary>1 for <c>Item1</c>, or what that is called.</summary>
    private int? ItemNumber(MemberAccessExpressionSyntax access)
    {
        var name = semantics.GetSymbolInfo(access, cancellation).Symbol switch
        {
            IFieldSymbol { ContainingType.IsTupleType: true } field => (field.CorrespondingTupleField ?? field).Name,
            IPropertySymbol { ContainingType: { } type } property when HeldTypes.IsTuple(type) => property.Name,
            _ => "",
        };
        return name.StartsWith("Item", StringComparison.Ordinal) && int.TryParse(name.Substring(4), out var number) && number is > 0 and < 8
            ? number : null;
    }
}

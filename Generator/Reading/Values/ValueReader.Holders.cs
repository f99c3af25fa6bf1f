using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Modules that something holds: wherever it is named, the same module stands.</content>
internal sealed partial class ValueReader
{
    /// <summary>The innermost loop, function or member around a piece of code.</summary>
    public static SyntaxNode CodeAround(SyntaxNode node) => node.Ancestors().FirstOrDefault(IsCode) ?? node.SyntaxTree.GetRoot();

    private static bool IsCode(SyntaxNode node) => node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax
        or DoStatementSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax
        or QueryExpressionSyntax;

    /// <summary>The variable of a loop, or the parameter of a function, gets its next value.</summary>
    private void Turn(ISymbol variable)
    {
        if (variable.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is { } declaration
            && (variable is IParameterSymbol || declaration is CommonForEachStatementSyntax
                || declaration.Parent?.Parent is ForStatementSyntax))
        {
            nesting.Begin(IsCode(declaration) ? declaration : CodeAround(declaration));
        }
    }

    private static ISymbol? Symbol(IOperation reference) => reference switch
    {
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        ILocalReferenceOperation local => local.Local,
        _ => null,
    };

    /// <summary>The modules in a value, as what the symbol holds.</summary>
    private Value Held(Value value, ISymbol? symbol, IOperation reference)
    {
        if (symbol is null || !HasModule(value)
            || symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not { } declaration)
        {
            return value;
        }

        var isMember = symbol is IFieldSymbol or IPropertySymbol;
        var (home, place) = (CodeAround(declaration), CodeAround(reference.Syntax));
        var isRepeated = isMember ? place is not MemberDeclarationSyntax : home != place;
        return Marked(value, new ModuleHolder(symbol.Name, isMember ? symbol.Name : $"{symbol.Name}@{nesting.Turn(home)}",
            symbol is IFieldSymbol { IsStatic: false } && symbol.Find(Annotations.Layer) is not null, isRepeated));
    }

    private static bool HasModule(Value value) => value switch
    {
        Value.Module => true,
        Value.List list => list.Items.Any(HasModule),
        Value.Repeat repeat => HasModule(repeat.Item),
        Value.Spread spread => HasModule(spread.Items),
        _ => false,
    };

    /// <summary>What held it before is nearer to where it is built: that tells whether two are one.</summary>
    private static Value Marked(Value value, ModuleHolder holder) => value switch
    {
        Value.Module { Layer: var layer } module => module with
        {
            Layer = layer with
            {
                Holder = layer.Holder is { } nearer ? nearer with { IsRepeated = nearer.IsRepeated || holder.IsRepeated } : holder,
            },
        },
        Value.List list => list with
        {
            Items = list.Items.Select((item, i) => Marked(item, holder with { Key = $"{holder.Key}.{i}" })).ToEquatableArray(),
        },
        Value.Repeat repeat => repeat with { Item = Marked(repeat.Item, holder) },
        Value.Spread spread => spread with { Items = Marked(spread.Items, holder) },
        _ => value,
    };
}

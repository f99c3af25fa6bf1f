using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gen.Checks;
using Gen.Evaluation;
using Gen.Reading;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics.Parity;

/// <summary>The element types of tensors where they are written, as the walk through the method, or through the class of a module, has
/// them.</summary>
internal static class FollowedTypes
{
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<SyntaxNode, ShapeRecord?>> Known = new();

    /// <summary>What an expression gives; any type where that is not known.</summary>
    public static ElementType Of(SyntaxNode expression, Use use)
    {
        if (Around(use) is not ({ } record, var method, { } declaration))
        {
            return ElementType.Unknown;
        }

        foreach (var inner in Inner(expression))
        {
            if (record.TypeAt(method, NumberOf(inner, declaration)) is { } type)
            {
                return type;
            }
        }

        // Where the walk does not come, after a mistake or in a handler, a local is what it is declared with.
        return Inner(expression).OfType<IdentifierNameSyntax>().FirstOrDefault() is { } name
            && use.Semantics.GetSymbolInfo(name, use.Cancellation).Symbol is ILocalSymbol local
            && Reading.Definitions.Of(local, use.Cancellation) is { } value
            && Inner(value).Select(e => record.TypeAt(method, NumberOf(e, declaration)))
                .FirstOrDefault(static t => t is not null) is { } own
                ? own : ElementType.Unknown;
    }

    /// <summary>An array of doubles that is made here makes float64 of a tensor of float32.</summary>
    public static bool WidensFloat32(Use use)
    {
        if (use.Node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { Parent.Parent: FieldDeclarationSyntax } field
            && use.Semantics.GetDeclaredSymbol(field, use.Cancellation) is IFieldSymbol { ContainingType: var type } symbol)
        {
            return TorchSymbols.In(use.Semantics.Compilation) is { } torch && IsFollowed(type, torch)
                && OfClass(type, use)?.IsWidening(symbol.Name) == true;
        }

        return Around(use) is ({ } record, var method, { } declaration) && record.IsWidening(method, NumberOf(use.Node, declaration));
    }

    private static bool IsFollowed(INamedTypeSymbol type, TorchSymbols torch) =>
        torch.IsModule(type) || UserDeclarations.FirstAnnotated(type.OriginalDefinition) is not null;

    /// <summary>What the walk saw, the key of the method that the use stands in, and its declaration.</summary>
    private static (ShapeRecord? Record, string Method, SyntaxNode? Declaration) Around(Use use)
    {
        var symbol = use.Semantics.GetEnclosingSymbol(use.Node.SpanStart, use.Cancellation);
        while (symbol is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction })
        {
            symbol = symbol.ContainingSymbol;
        }

        if (symbol is not IMethodSymbol { ContainingType: { } type, DeclaringSyntaxReferences: [var reference, ..] } method
            || TorchSymbols.In(use.Semantics.Compilation) is not { } torch)
        {
            return default;
        }

        var declaration = reference.GetSyntax(use.Cancellation);
        return IsFollowed(type, torch) ? (OfClass(type, use), BodyReader.Key(method), declaration)
            : (OrdinaryFindings.In(method, declaration, use.Semantics.Compilation, use.Cancellation).Record, BodyReader.Ordinary,
                declaration);
    }

    private static ShapeRecord? OfClass(INamedTypeSymbol type, Use use) => type.DeclaringSyntaxReferences.FirstOrDefault() is not { } first
        ? null : Record(first.GetSyntax(use.Cancellation), use, () =>
        {
            var record = new ShapeRecord(ofPlaces: false);
            if (ModuleReader.ReadForMessages(type, use.Semantics.Compilation, use.Cancellation) is not { } module)
            {
                return null;
            }

            ModuleChecker.Check(module, record, budget: null);
            return record;
        });

    private static ShapeRecord? Record(SyntaxNode declaration, Use use, Func<ShapeRecord?> make) =>
        Known.GetValue(use.Semantics.Compilation, static _ => new()).GetOrAdd(declaration, _ => make());

    private static int NumberOf(SyntaxNode node, SyntaxNode declaration)
    {
        var number = 0;
        foreach (var other in declaration.DescendantNodesAndSelf())
        {
            if (other == node)
            {
                return number;
            }

            number++;
        }

        return -1;
    }

    /// <summary>An expression with and without what only wraps it.</summary>
    private static IEnumerable<SyntaxNode> Inner(SyntaxNode expression)
    {
        for (var inner = expression; inner is not null;)
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

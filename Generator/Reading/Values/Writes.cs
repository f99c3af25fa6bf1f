using System.Runtime.CompilerServices;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>
/// Arrays, lists and tuples whose items are set after they were made: what they were made of is not what they hold. Names are compared,
/// not symbols: more may be taken for set than is, never less.
/// </summary>
internal sealed class Writes
{
    private static readonly ConditionalWeakTable<SyntaxNode, Writes> Known = new();

    /// <summary>Methods that set items of the arrays that they are given, or of their receiver.</summary>
    private static readonly HashSet<string> Setters = new(["Sort", "Reverse", "Fill", "Clear", "Copy", "CopyTo", "ConstrainedCopy",
        "BlockCopy", "Resize", "Shuffle", "SetValue", "AsSpan", "AsMemory"], StringComparer.Ordinal);

    private static readonly HashSet<string> Growers = new(["Add", "AddRange", "Insert", "InsertRange", "Remove", "RemoveAt", "RemoveAll",
        "RemoveRange", "append", "insert", "extend", "pop", "clear"], StringComparer.Ordinal);

    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private readonly HashSet<string> grown = new(StringComparer.Ordinal);
    private readonly HashSet<string> aliased = new(StringComparer.Ordinal);

    private Writes(SyntaxNode scope)
    {
        foreach (var node in scope.DescendantNodes())
        {
            switch (node)
            {
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var method,
                    Expression: var receiver } } call when Setters.Contains(method) || Growers.Contains(method):
                    Add(grown, call.Parent is ExpressionStatementSyntax && !Setters.Contains(method) ? receiver : null);
                    Add(written, Setters.Contains(method) && (call.Parent is ExpressionStatementSyntax || method.StartsWith("As",
                        StringComparison.Ordinal)) ? receiver : null);
                    foreach (var argument in call.ArgumentList.Arguments.Where(_ => Setters.Contains(method)))
                    {
                        Add(written, argument.Expression);
                    }

                    break;
                case EqualsValueClauseSyntax { Value: var value }:
                    Add(aliased, value);
                    break;
                case AssignmentExpressionSyntax { Right: var right }:
                    Add(aliased, right);
                    break;
            }

            foreach (var target in node is RefExpressionSyntax { Expression: var referred } ? [referred] : Definitions.Targets(node))
            {
                Add(written, target switch
                {
                    ElementAccessExpressionSyntax element => element.Expression,
                    MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax } member => member.Expression,
                    _ => null,
                });
            }
        }
    }

    /// <summary>Something sets an item, or may: also by another name.</summary>
    public static bool Sets(string name, SyntaxNode scope) => Of(scope) is var all
        && (all.written.Contains(name) || (all.aliased.Contains(name) && (all.written.Count > 0 || all.grown.Count > 0)));

    /// <summary>Something sets an item of a local, a field or a property, or adds one.</summary>
    public static bool Change(ISymbol symbol, CancellationToken cancellation)
    {
        var scopes = symbol is ILocalSymbol
            ? symbol.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation).FirstAncestorOrSelf<MemberDeclarationSyntax>())
            : symbol.ContainingType is { } type ? UserDeclarations.Of(type, cancellation).SelectMany(d => d.Members) : [];
        return scopes.OfType<SyntaxNode>()
            .Any(s => Sets(symbol.Name, s) || (symbol is not ILocalSymbol && Of(s).grown.Contains(symbol.Name)));
    }

    private static Writes Of(SyntaxNode scope) => Known.GetValue(scope, static s => new Writes(s));

    private static void Add(HashSet<string> names, ExpressionSyntax? expression)
    {
        if (expression is not null && (ConstructorReader.Own(expression) ?? (expression as IdentifierNameSyntax)?.Identifier.ValueText)
            is { } name)
        {
            names.Add(name);
        }
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>A place where a member gets its value.</summary>
/// <param name="Value">What it gets; null where that is not written out.</param>
/// <param name="Constructor">The constructor whose own statement does it.</param>
/// <param name="Statement">The number of that statement; -1 for an initializer.</param>
internal sealed record MemberWrite(ExpressionSyntax? Value, ConstructorDeclarationSyntax? Constructor, int Statement)
{
    public bool IsInitializer => Constructor is null && Statement < 0;

    public bool IsNull => Value is { } value && IsNullLiteral(value);

    /// <summary>Everywhere in the compilation, except where the module is disposed.</summary>
    public static IReadOnlyList<MemberWrite> Of(StateMember member, TypeDeclarationSyntax declaration, Compilation compilation,
        CancellationToken cancellation)
    {
        var writes = new List<MemberWrite>();
        if (member.Initializer(cancellation) is { } initializer)
        {
            writes.Add(new MemberWrite(initializer, null, -1));
        }

        foreach (var tree in CanBeSetOutside(member.Member) ? compilation.SyntaxTrees : [declaration.SyntaxTree])
        {
            var within = tree == declaration.SyntaxTree;
            if (!within && !tree.GetText(cancellation).ToString().Contains(member.Member.Name))
            {
                continue;
            }

            var semantics = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot(cancellation).DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(n => n.Identifier.ValueText == member.Member.Name))
            {
                var whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? (ExpressionSyntax)access : name;
                if (Written(whole) is var (isWritten, value) && isWritten
                    && SymbolEqualityComparer.Default.Equals(semantics.GetSymbolInfo(name, cancellation).Symbol?.OriginalDefinition,
                        member.Member.OriginalDefinition)
                    && At(whole, value, declaration) is { } write)
                {
                    writes.Add(write);
                }
            }
        }

        return writes;
    }

    public static bool IsNullLiteral(ExpressionSyntax value) => value switch
    {
        LiteralExpressionSyntax literal => literal.RawKind is (int)SyntaxKind.NullLiteralExpression
            or (int)SyntaxKind.DefaultLiteralExpression,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression, Operand: var operand } =>
            IsNullLiteral(operand),
        ParenthesizedExpressionSyntax { Expression: var inner } => IsNullLiteral(inner),
        CastExpressionSyntax { Expression: var inner } => IsNullLiteral(inner),
        DefaultExpressionSyntax => true,
        _ => false,
    };

    private static bool CanBeSetOutside(ISymbol member) => member switch
    {
        IFieldSymbol field => field is { IsReadOnly: false, DeclaredAccessibility: not Accessibility.Private },
        IPropertySymbol property => property.SetMethod is { DeclaredAccessibility: not Accessibility.Private },
        _ => true,
    };

    private static (bool IsWritten, ExpressionSyntax? Value) Written(ExpressionSyntax target)
    {
        SyntaxNode node = target;
        var path = new Stack<int>();
        while (true)
        {
            switch (node.Parent)
            {
                case ParenthesizedExpressionSyntax:
                    node = node.Parent;
                    break;
                case ArgumentSyntax { Parent: TupleExpressionSyntax tuple } item:
                    path.Push(tuple.Arguments.IndexOf(item));
                    node = tuple;
                    break;
                case AssignmentExpressionSyntax assignment when assignment.Left == node:
                    ExpressionSyntax? value = assignment.IsKind(SyntaxKind.SimpleAssignmentExpression)
                        || assignment.IsKind(SyntaxKind.CoalesceAssignmentExpression) ? assignment.Right : null;
                    while (path.Count > 0)
                    {
                        var index = path.Pop();
                        value = value is TupleExpressionSyntax items && index < items.Arguments.Count ? items.Arguments[index].Expression
                            : null;
                    }

                    return (true, value);
                case ArgumentSyntax argument:
                    return (path.Count == 0 && (argument.RefKindKeyword.IsKind(SyntaxKind.RefKeyword)
                        || argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword)), null);
                case RefExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression }:
                    return (true, null);
                default:
                    return (false, null);
            }
        }
    }

    /// <summary>Null where it is set while the module is disposed.</summary>
    private static MemberWrite? At(ExpressionSyntax target, ExpressionSyntax? value, TypeDeclarationSyntax declaration)
    {
        foreach (var around in target.Ancestors())
        {
            switch (around)
            {
                case ConstructorDeclarationSyntax constructor when constructor.Parent == declaration
                    && target is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
                    && !IsOfNew(target):
                    return new MemberWrite(value, constructor, RegisteringConstructor.IndexOf(constructor, target));
                case MethodDeclarationSyntax { Identifier.ValueText: "Dispose" } when around.Parent == declaration:
                    return null;
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax:
                    return new MemberWrite(value, null, int.MaxValue);
            }
        }

        return new MemberWrite(value, null, int.MaxValue);
    }

    /// <summary><c>new Net { fc = ... }</c></summary>
    private static bool IsOfNew(ExpressionSyntax target) =>
        target.Parent is AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax };
}

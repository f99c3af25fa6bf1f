using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>Whether one method of an object is called after another: what one leaves in a field, the other finds.</summary>
internal static class OtherMethods
{
    /// <summary>
    /// A constructor comes before all. Of two methods it is looked at who calls them; where nobody in the project calls the first, the
    /// other can come after it.
    /// </summary>
    public static bool StepFollows(SyntaxNode first, IReadOnlyList<SyntaxNode> steps, Compilation compilation,
        CancellationToken cancellation)
    {
        if (steps.Count == 0 || first is not (MethodDeclarationSyntax or AccessorDeclarationSyntax))
        {
            return steps.Count > 0;
        }

        if (first is not MethodDeclarationSyntax { Identifier.ValueText: var name }
            || compilation.ModelOf(first.SyntaxTree).GetDeclaredSymbol(first, cancellation) is not IMethodSymbol method)
        {
            return true;
        }

        var names = new HashSet<string>(steps.OfType<MethodDeclarationSyntax>().Select(s => s.Identifier.ValueText),
            StringComparer.Ordinal);
        var isCalled = false;
        foreach (var tree in compilation.SyntaxTrees.Where(
            t => !UserDeclarations.IsGenerated(t) && IdentifierNames.Of(t, cancellation).Contains(name)))
        {
            var semantics = compilation.ModelOf(tree);
            foreach (var call in tree.GetRoot(cancellation).DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(
                    n => n.Identifier.ValueText == name && SymbolEqualityComparer.Default.Equals(
                        semantics.GetSymbolInfo(n, cancellation).Symbol?.OriginalDefinition, method)))
            {
                isCalled = true;
                if (ValueFlow.Scope(call) is { } scope && scope.DescendantNodes().OfType<IdentifierNameSyntax>()
                    .Any(n => names.Contains(n.Identifier.ValueText) && Succession.CanFollow(call, n, scope, [], Object(call))))
                {
                    return true;
                }
            }
        }

        return !isCalled;

        // A trainer that is made in each turn of a loop begins anew.
        SyntaxNode Object(SyntaxNode call) => call.Parent is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax receiver }
            && compilation.ModelOf(call.SyntaxTree).GetSymbolInfo(receiver,
                cancellation).Symbol is ILocalSymbol { DeclaringSyntaxReferences: [var declared] } ? declared.GetSyntax(cancellation)
                : call.SyntaxTree.GetRoot(cancellation);
    }
}

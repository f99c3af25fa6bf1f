using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Gen.CodeFixes;

/// <summary><c>forward</c> becomes the <c>Forward</c> that the generated one wraps, unless it keeps tensors, which would be
/// freed.</summary>
internal sealed class ForwardMethod(INamedTypeSymbol type, TypeDeclarationSyntax declaration, TorchSymbols torch, SemanticModel semantics,
    CancellationToken cancellation)
{
    private static readonly HashSet<string> Keeping =
        new(["Add", "TryAdd", "Enqueue", "Push", "Insert", "AddRange", "AddFirst", "AddLast", "Set", "SetTarget"], StringComparer.Ordinal);

    public IEnumerable<Change> Changes()
    {
        var forwards = declaration.Members.OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.ValueText == "forward").ToArray();
        if (forwards is not [{ Modifiers: { Count: > 0 } modifiers } forward]
            || forward.ParameterList.Parameters.Any(p => p.Modifiers.Count > 0)
            || type.IsAbstract || type.GetMembers("Forward").Length > 0 || KeepsTensors())
        {
            yield break;
        }

        var kept = modifiers.Where(m => m.IsKind(SyntaxKind.UnsafeKeyword)).Select(m => " " + m.Text);
        yield return new Change(forward.SyntaxTree, TextSpan.FromBounds(modifiers[0].SpanStart, modifiers[modifiers.Count - 1].Span.End),
            $"private{string.Concat(kept)}");
        yield return new Change(forward.SyntaxTree, forward.Identifier.Span, "Forward");

        // GEN4004 lets a forward that passes on to another alone; Forward is none.
        foreach (var name in forward.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == "forward" && IsOfModule(n)))
        {
            yield return Change.Replace(name, "call");
        }
    }

    private bool IsOfModule(IdentifierNameSyntax name) => (name.Parent switch
    {
        MemberAccessExpressionSyntax { Expression: not (ThisExpressionSyntax or BaseExpressionSyntax) } access when access.Name == name =>
            access.Expression,
        MemberBindingExpressionSyntax binding => binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
        _ => null,
    }) is { } receiver && IsModule(semantics.GetTypeInfo(receiver, cancellation).Type);

    private bool IsModule(ITypeSymbol? held) =>
        held is not null && LayerReader.Held(held) is { } named
            && (torch.IsModule(named) || named is { Name: "IModule", ContainingAssembly.Name: "TorchSharp" }
                || UserDeclarations.FirstAnnotated(named.OriginalDefinition) is not null);

    /// <summary>A method sets a member, or gives a tensor to something that is no module and may keep it.</summary>
    private bool KeepsTensors() => declaration.Members.OfType<MethodDeclarationSyntax>().SelectMany(m => m.DescendantNodes())
        .Any(n => n switch
    {
        AssignmentExpressionSyntax assignment => Targets(assignment.Left).Any(IsMember),
        InvocationExpressionSyntax call => Keeps(call),
        _ => false,
    });

    private bool Keeps(InvocationExpressionSyntax call)
    {
        if (call.Expression is MemberAccessExpressionSyntax { Expression: var receiver, Name.Identifier.ValueText: var name }
            && Keeping.Contains(name) && IsMember(receiver))
        {
            return true;
        }

        // What becomes of a tensor in a cache of the user's own is not known.
        return semantics.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol { ContainingType: { } owner } method
            && method.Locations.Any(l => l.IsInSource)
            && !SymbolEqualityComparer.Default.Equals(owner.OriginalDefinition, type.OriginalDefinition) && !IsModule(owner)
            && (!method.IsStatic || method.ReturnsVoid) && call.ArgumentList.Arguments.Any(
                a => semantics.GetTypeInfo(a.Expression, cancellation).Type is { } given && torch.IsTensor(given));
    }

    private static IEnumerable<ExpressionSyntax> Targets(ExpressionSyntax left) => left switch
    {
        TupleExpressionSyntax tuple => tuple.Arguments.SelectMany(a => Targets(a.Expression)),
        ElementAccessExpressionSyntax element => [element.Expression],
        _ => [left],
    };

    private bool IsMember(ExpressionSyntax expression) =>
        semantics.GetSymbolInfo(expression, cancellation).Symbol is IFieldSymbol or IPropertySymbol { IsIndexer: false };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>
/// What a constructor does before it registers, and that would find everything registered in generated code: <c>apply(Initialise)</c>
/// visits no layer there, and all of them then.
/// </summary>
internal sealed class EarlyUse(SemanticModel semantics, CancellationToken cancellation)
{
    private readonly HashSet<ISymbol> visited = new(SymbolEqualityComparer.Default);

    public bool Of(RegisteringConstructor constructor)
    {
        var last = constructor.All ?? constructor.Calls[constructor.Calls.Count - 1].Statement;
        return constructor.Syntax.Body is { } body && body.Statements.Take(last).Any(IsUse);
    }

    private bool IsUse(SyntaxNode node) => node.DescendantNodesAndSelf().Any(n => n switch
    {
        InvocationExpressionSyntax call when RegisteringConstructor.IsRegistering(call) => false,
        ThisExpressionSyntax self => self.Parent is not MemberAccessExpressionSyntax,
        SimpleNameSyntax name when IsOwn(name) => semantics.GetSymbolInfo(name, cancellation).Symbol is IMethodSymbol { IsStatic: false,
            MethodKind: MethodKind.Ordinary } method && IsUse(method),
        _ => false,
    });

    /// <summary>A method of TorchSharp's module, or one of the class that leads to such.</summary>
    private bool IsUse(IMethodSymbol method)
    {
        if (!method.Locations.Any(l => l.IsInSource))
        {
            return method.ContainingType.SpecialType != SpecialType.System_Object && !RegisteringConstructor.Registers(method.Name);
        }

        return visited.Add(method) && method.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation))
            .Any(s => s.SyntaxTree == semantics.SyntaxTree && IsUse(s));
    }

    private static bool IsOwn(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access when access.Name == name => access.Expression is ThisExpressionSyntax or BaseExpressionSyntax,
        MemberBindingExpressionSyntax => false,
        _ => true,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>A constructor that calls the base class's, and where in it something is registered.</summary>
internal sealed class RegisteringConstructor
{
    private static readonly HashSet<string> Registering =
        new(["RegisterComponents", "register_module", "add_module", "register_parameter", "register_buffer"], StringComparer.Ordinal);

    /// <summary>Ways into the registry that are not followed.</summary>
    private static readonly HashSet<string> Hidden = new(
        ["_internal_submodules", "_internal_params", "_internal_buffers", "ClearModules", "ConditionallyRegisterParameter",
            "ConditionallyRegisterBuffer", "_areComponentsRegistered"], StringComparer.Ordinal);

    private RegisteringConstructor(ConstructorDeclarationSyntax syntax,
        IReadOnlyList<(int Statement, InvocationExpressionSyntax Call)> calls) => (Syntax, Calls) = (syntax, calls);

    public ConstructorDeclarationSyntax Syntax { get; }

    /// <summary>What registers, in its order.</summary>
    public IReadOnlyList<(int Statement, InvocationExpressionSyntax Call)> Calls { get; }

    /// <summary>The statement that registers all that is there; null where the constructor registers one by one.</summary>
    public int? All => Calls.Where(c => Name(c.Call) == "RegisterComponents").Select(c => (int?)c.Statement).FirstOrDefault();

    /// <summary>Null where something is registered elsewhere than in statements of the constructors' own: in a branch, a loop, a
    /// method.</summary>
    public static IReadOnlyList<RegisteringConstructor>? Of(TypeDeclarationSyntax declaration,
        IReadOnlyList<ConstructorDeclarationSyntax> constructors)
    {
        var names = declaration.DescendantNodes(n => n == declaration || n is not TypeDeclarationSyntax).OfType<SimpleNameSyntax>()
            .ToArray();
        if (names.Any(n => Hidden.Contains(n.Identifier.ValueText) && !ClearsWhenDisposed(n)))
        {
            return null;
        }

        var found = new List<RegisteringConstructor>();
        foreach (var constructor in constructors.Where(c => c.Initializer is not { RawKind: (int)SyntaxKind.ThisConstructorInitializer }))
        {
            var calls = Expressions(constructor).Select((e, i) => (Statement: i, Call: e as InvocationExpressionSyntax))
                .Where(e => e.Call is not null && IsRegistering(e.Call)).Select(e => (e.Statement, e.Call!)).ToArray();

            // What is behind an early return is not always reached.
            if (calls.Length == 0 || Leaves(constructor, calls[calls.Length - 1].Statement))
            {
                return null;
            }

            found.Add(new RegisteringConstructor(constructor, calls));
        }

        return found.Count > 0 && names.Count(n => Registering.Contains(n.Identifier.ValueText) && IsOwn(n))
            == found.Sum(c => c.Calls.Count) ? found : null;
    }

    public static bool IsRegistering(ExpressionSyntax expression) =>
        expression is InvocationExpressionSyntax call && Name(call) is { } name && Registers(name);

    public static bool Registers(string method) => Registering.Contains(method);

    /// <summary>The expressions of the statements; null for a statement that is something else.</summary>
    public static IEnumerable<ExpressionSyntax?> Expressions(ConstructorDeclarationSyntax constructor) =>
        constructor.ExpressionBody is { } arrow ? [arrow.Expression]
            : constructor.Body?.Statements.Select(s => (s as ExpressionStatementSyntax)?.Expression) ?? [];

    /// <summary>The number of the statement that a node stands in; what the base class's constructor gets comes before all of
    /// them.</summary>
    public static int IndexOf(ConstructorDeclarationSyntax constructor, SyntaxNode node) => constructor.Body is { } body
        ? body.Statements.IndexOf(s => s.Span.Contains(node.Span))
        : constructor.ExpressionBody?.Span.Contains(node.Span) == true ? 0 : -1;

    /// <summary>The name of what is called on the object itself.</summary>
    public static string? Name(InvocationExpressionSyntax call) => call.Expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or BaseExpressionSyntax, Name: var name } =>
            name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>A module that is disposed may forget its layers.</summary>
    private static bool ClearsWhenDisposed(SimpleNameSyntax name) => name.Identifier.ValueText == "ClearModules"
        && name.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { Identifier.ValueText: "Dispose" } method
        && method.Modifiers.Any(SyntaxKind.OverrideKeyword);

    private static bool IsOwn(SimpleNameSyntax name) =>
        name.Parent is not MemberAccessExpressionSyntax access || access.Name != name
            || access.Expression is ThisExpressionSyntax or BaseExpressionSyntax;

    private static bool Leaves(ConstructorDeclarationSyntax constructor, int before) => constructor.Body is { } body
        && body.Statements.Take(before)
            .Any(s => s.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
                .Any(n => n is ReturnStatementSyntax or GotoStatementSyntax));
}

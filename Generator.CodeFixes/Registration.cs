using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>A field of a module written by hand that is registered, with its key.</summary>
internal sealed record Registration(IFieldSymbol Field, FieldDeclarationSyntax Declaration, string Attribute, string? Key)
{
    /// <summary>Null where something is registered in a way that is not understood.</summary>
    public static IReadOnlyList<Registration>? Of(
        INamedTypeSymbol type, TypeDeclarationSyntax declaration, IReadOnlyList<ConstructorDeclarationSyntax> constructors, TorchSymbols torch, SemanticModel semantics, CancellationToken cancellation)
    {
        var calls = constructors.SelectMany(c => c.DescendantNodes()).OfType<InvocationExpressionSyntax>().Where(c => Name(c) is "RegisterComponents" or "register_module" or "register_parameter" or "register_buffer").ToArray();
        var all = calls.Length == 0 || calls.Any(c => Name(c) == "RegisterComponents");
        var keys = new Dictionary<string, (string Key, bool IsPersistent)>(StringComparer.Ordinal);
        foreach (var call in calls.Where(c => Name(c) != "RegisterComponents"))
        {
            if (call.Parent is not ExpressionStatementSyntax || call.ArgumentList.Arguments is not [var key, var value, ..] arguments
                || semantics.GetConstantValue(key.Expression, cancellation) is not { HasValue: true, Value: string text }
                || Held(value.Expression, type, semantics, cancellation) is not { } field || keys.ContainsKey(field.Name))
            {
                return null;
            }

            keys[field.Name] = (text, arguments.Count < 3 || semantics.GetConstantValue(arguments[2].Expression, cancellation) is { HasValue: true, Value: true });
        }

        var registrations = new List<Registration>();
        foreach (var field in UserDeclarations.Members(type).OfType<IFieldSymbol>().Where(f => !f.IsStatic))
        {
            if (field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax written } variable)
            {
                continue;
            }

            var isKeyed = keys.TryGetValue(field.Name, out var told);
            if (Kind(field, isKeyed, torch, variable, constructors) is not { } kind || !(all || isKeyed))
            {
                continue;
            }

            // Registered under two keys, or two fields with keys of their own in one declaration.
            if (isKeyed && told.Key != field.Name && (all || written.Declaration.Variables.Count > 1))
            {
                return null;
            }

            registrations.Add(new Registration(field, written, kind == "Buffer" && isKeyed && !told.IsPersistent ? "Buffer(Persistent = false)" : kind, isKeyed && told.Key != Annotations.Key(field) ? told.Key : null));
        }

        return keys.Keys.All(k => registrations.Any(r => r.Field.Name == k)) && registrations.All(r => Name(r.Declaration.Declaration.Type) is not "var") ? registrations : null;
    }

    public static bool IsRegistering(ExpressionSyntax expression) => expression is InvocationExpressionSyntax call && Name(call) is "RegisterComponents" or "register_module" or "register_parameter" or "register_buffer";

    /// <summary>The attributes that say the same.</summary>
    public Change Mark(SemanticModel semantics)
    {
        var at = Declaration.Modifiers.Count > 0 ? Declaration.Modifiers[0].SpanStart : Declaration.Declaration.SpanStart;
        var name = Attribute.Split('(')[0];
        var attribute = Names.Attribute(semantics, at, name) + Attribute.Substring(name.Length);
        var key = Key is null ? "" : $"[{ComponentName(semantics, at)}(Name = {SymbolDisplay.FormatLiteral(Key, quote: true)})] ";
        return Change.Insert(Declaration.SyntaxTree, at, $"[{attribute}] {key}");
    }

    public static string ComponentName(SemanticModel semantics, int position) =>
        semantics.LookupNamespacesAndTypes(position, name: "ComponentNameAttribute").Any() ? "ComponentName" : "TorchSharp.Utils.ComponentName";

    /// <summary>A tensor is a buffer where it is there when the constructor registers.</summary>
    private static string? Kind(IFieldSymbol field, bool isKeyed, TorchSymbols torch, VariableDeclaratorSyntax variable, IReadOnlyList<ConstructorDeclarationSyntax> constructors) =>
        torch.IsModule(field.Type) || (field.Type is INamedTypeSymbol named && UserDeclarations.FirstAnnotated(named.OriginalDefinition) is not null) ? "Layer"
        : field.Type is { Name: "Parameter", ContainingAssembly.Name: "TorchSharp" } ? "Parameter"
        : torch.IsTensor(field.Type) && (isKeyed || variable.Initializer is not null || constructors.Any(c => c.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(a => LayerSyntax.Assigned(a.Left) == field.Name))) ? "Buffer"
        : null;

    /// <summary>The field, or the one that a local is stored in.</summary>
    private static IFieldSymbol? Held(ExpressionSyntax value, INamedTypeSymbol type, SemanticModel semantics, CancellationToken cancellation) => semantics.GetSymbolInfo(value, cancellation).Symbol switch
    {
        IFieldSymbol field when SymbolEqualityComparer.Default.Equals(field.ContainingType, type) => field,
        ILocalSymbol local => value.FirstAncestorOrSelf<ConstructorDeclarationSyntax>()?.DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Where(a => SymbolEqualityComparer.Default.Equals(semantics.GetSymbolInfo(a.Right, cancellation).Symbol, local))
            .Select(a => semantics.GetSymbolInfo(a.Left, cancellation).Symbol).OfType<IFieldSymbol>().FirstOrDefault(),
        _ => null,
    };

    private static string? Name(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax name } => name.Identifier.ValueText,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or BaseExpressionSyntax, Name: var name } } => name.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Gen.CodeFixes;

/// <summary>An auto-property that is registered, as a field with an attribute: a private one becomes it, another one reads it.</summary>
internal sealed class PropertyAsField
{
    private readonly Registration registration;
    private readonly PropertyDeclarationSyntax property;
    private readonly string name;

    private PropertyAsField(Registration registration, PropertyDeclarationSyntax property, string name) =>
        (this.registration, this.property, this.name) = (registration, property, name);

    public StateMember Member => registration.Member;

    private bool IsPrivate => name == property.Identifier.ValueText;

    /// <summary>Null where the property is more than that: of an interface or a base class, with attributes of its own, settable from
    /// outside.</summary>
    public static PropertyAsField? Of(Registration registration, TypeDeclarationSyntax declaration, CancellationToken cancellation)
    {
        if (registration.Member.Written(cancellation) is not PropertyDeclarationSyntax { AccessorList: { } accessors,
            ExplicitInterfaceSpecifier: null, AttributeLists.Count: 0 } property
            || registration.Member.Member is not IPropertySymbol { IsVirtual: false, IsOverride: false, IsRequired: false } symbol
            || property.Modifiers.Any(SyntaxKind.NewKeyword) || property.Modifiers.Any(SyntaxKind.PartialKeyword)
            || accessors.Accessors.Any(a => a.Body is not null || a.ExpressionBody is not null || a.AttributeLists.Count > 0)
            || symbol.SetMethod is { IsInitOnly: true } or { DeclaredAccessibility: not Accessibility.Private })
        {
            return null;
        }

        if (symbol.DeclaredAccessibility == Accessibility.Private)
        {
            return new PropertyAsField(registration, property, property.Identifier.ValueText);
        }

        var lower = char.ToLowerInvariant(symbol.Name[0]) + symbol.Name.Substring(1);
        var used = new HashSet<string>(declaration.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken))
            .Select(t => t.ValueText), StringComparer.Ordinal);
        var free = new[] { lower, $"_{lower}" }.FirstOrDefault(
            n => !used.Contains(n) && SyntaxFacts.GetKeywordKind(n) == SyntaxKind.None
                && SyntaxFacts.GetContextualKeywordKind(n) == SyntaxKind.None);
        return free is null ? null : new PropertyAsField(registration, property, free);
    }

    /// <param name="value">What the constructor set it to, where the constructor goes.</param>
    public IEnumerable<Change> Changes(ExpressionSyntax? value, TypeDeclarationSyntax declaration, SemanticModel semantics)
    {
        var at = property.SpanStart;
        var initial = value ?? property.Initializer?.Value;
        var attributes =
            $"[{registration.Name(semantics, at)}] [{Registration.ComponentName(semantics, at)}(Name = "
            + $"{SymbolDisplay.FormatLiteral(Member.Key, quote: true)})]";
        var field = $"{attributes} private readonly {property.Type} {name}{(initial is null ? "" : $" = {initial}")};";
        if (IsPrivate)
        {
            yield return new Change(property.SyntaxTree, property.Span, field);
            yield break;
        }

        yield return new Change(property.SyntaxTree, TextSpan.FromBounds(property.Identifier.Span.End, property.Span.End),
            $" => {name};{Lines.Break(property)}{Lines.Break(property)}{Lines.Indentation(property)}{field}");
        if (value is not null)
        {
            yield break;
        }

        foreach (var target in declaration.Members.OfType<ConstructorDeclarationSyntax>().SelectMany(c => c.DescendantNodes())
            .OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == property.Identifier.ValueText))
        {
            if (SymbolEqualityComparer.Default.Equals(semantics.GetSymbolInfo(target).Symbol, Member.Member))
            {
                yield return Change.Replace(target, name);
            }
        }
    }
}

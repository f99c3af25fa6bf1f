using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>A member of a hand-written module that is registered, and the attribute that says the same.</summary>
internal sealed record Registration(StateMember Member, string Attribute)
{
    /// <summary>The attribute before a field.</summary>
    public Change Mark(FieldDeclarationSyntax field, SemanticModel semantics)
    {
        var at = field.Modifiers.Count > 0 ? field.Modifiers[0].SpanStart : field.Declaration.SpanStart;
        return Change.Insert(field.SyntaxTree, at, $"[{Name(semantics, at)}] ");
    }

    /// <summary><c>Layer</c>, or with what is before it where Gen's namespace is not used.</summary>
    public string Name(SemanticModel semantics, int position)
    {
        var name = Attribute.Split('(')[0];
        return Names.Attribute(semantics, position, name) + Attribute.Substring(name.Length);
    }

    public static string ComponentName(SemanticModel semantics, int position) =>
        semantics.LookupNamespacesAndTypes(position, name: "ComponentNameAttribute").Any() ? "ComponentName"
            : "TorchSharp.Utils.ComponentName";
}

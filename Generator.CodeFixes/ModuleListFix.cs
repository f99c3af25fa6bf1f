using System.Collections.Immutable;
using Gen.Diagnostics;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN4002: keeps modules in a <c>ModuleList</c> or <c>ModuleDict</c>, which registers them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ModuleListFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN4002");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Inner is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1,
            Parent: FieldDeclarationSyntax field } declaration } variable
            && (site.Told(Hints.Container), site.Told(Hints.Item)) is ({ } container, { } item)
            && site.Semantics.GetDeclaredSymbol(variable, site.Cancellation) is IFieldSymbol symbol
            && Changes(symbol, declaration.Type, new ContainerWriter(site.Semantics, container, item), site.Cancellation) is { } changes)
        {
            var marked = UserDeclarations.FirstAnnotated(symbol.ContainingType) is not null && !Annotations.IsAnnotated(symbol)
                ? changes.Append(RegisterFix.Mark(field, "Layer", site.Semantics)) : changes;
            yield return new Repair($"Make it a {container}<{item}>", nameof(ModuleListFix), marked.ToArray());
        }
    }

    /// <summary>The type, what the field is set to, and <c>Length</c>, which a list calls <c>Count</c>. Null where something is not
    /// understood.</summary>
    private static IReadOnlyList<Change>? Changes(IFieldSymbol field, TypeSyntax type, ContainerWriter writer,
        CancellationToken cancellation)
    {
        var changes = new List<Change> { Change.Replace(type, writer.Type(type)) };
        var values = new List<ExpressionSyntax>();
        if (((VariableDeclaratorSyntax)field.DeclaringSyntaxReferences[0].GetSyntax(cancellation)).Initializer is { } initializer)
        {
            values.Add(initializer.Value);
        }

        foreach (var name in UserDeclarations.Of(field.ContainingType, cancellation).SelectMany(d => d.DescendantNodes())
            .OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == field.Name))
        {
            var self = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access
                : (ExpressionSyntax)name;
            switch (self.Parent)
            {
                case AssignmentExpressionSyntax assignment when assignment.Left == self:
                    values.Add(assignment.Right);
                    break;
                case MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "Length" } length } read when read.Expression == self:
                    changes.Add(Change.Replace(length, "Count"));
                    break;
            }
        }

        foreach (var value in values)
        {
            if (writer.Value(value) is not { } text)
            {
                return null;
            }

            changes.Add(Change.Replace(value, text));
        }

        return changes;
    }
}

using Gen.Diagnostics;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;

namespace Gen.CodeFixes;

/// <summary>Turns a <c>Sequential</c> in a field into a declarative class of its own, with the same keys in the
/// <c>state_dict</c>.</summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp)]
public sealed class SequentialClassRefactoring : CodeRefactoringProvider
{
    /// <inheritdoc/>
    public override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        var cancellation = context.CancellationToken;
        if (await ModuleAtCursor.FindAsync(context).ConfigureAwait(false) is not { } at
            || at.Node.FirstAncestorOrSelf<FieldDeclarationSyntax>(
                ) is not { Declaration: { Variables: [{ Initializer.Value: { } value } variable] } written } field
            || at.Semantics.GetDeclaredSymbol(variable, cancellation) is not IFieldSymbol { IsStatic: false,
                Type: { Name: "Sequential", ContainingAssembly.Name: "TorchSharp" } } symbol
            || SequentialItem.Of(value, at.Semantics, cancellation) is not { Count: > 0 } items
            || !IsOnlyCalled(symbol, at, cancellation))
        {
            return;
        }

        var shape =
            at.IsGenModule && LineShapes.Of(at.Type, [], at.Semantics.Compilation, cancellation)?.OfField(symbol.Name)
                is var (input, output)
                && !input.IsUnknownRank && !output.IsUnknownRank
            ? $"[{Names.Attribute(at.Semantics, field.SpanStart, "Shape")}(\"{input.ToShapeString()} -> {output.ToShapeString()}\")]"
            : null;
        var name = FreeName(symbol, at);
        var changes = AddPartialFix.Changes(at.Type, cancellation).Concat(
        [
            Change.Replace(written.Type, name),
            Change.Replace(value, "new()"),
            Class(name, shape, items, symbol, field, at),
        ]).ToArray();
        if (await RefactoredBuild.ReadAsync(context.Document, $"{TypeReader.MetadataName(at.Type)}+{name}", at.Type.Name, changes,
            cancellation).ConfigureAwait(false) is not { } made
            || !made.Layers.Select(l => l.Key).SequenceEqual(items.Select(i => i.Key)))
        {
            return;
        }

        var repair = new Repair($"Make it a class '{name}' of its own", nameof(SequentialClassRefactoring), changes);
        context.RegisterRefactoring(CodeAction.Create(repair.Title, c => repair.ApplyAsync(context.Document.Project.Solution, c),
            repair.Key));
    }

    /// <summary>What a <c>Sequential</c> has beside its call, such as <c>network[0]</c>, the class will not have.</summary>
    private static bool IsOnlyCalled(IFieldSymbol field, ModuleAtCursor at, CancellationToken cancellation) =>
        field.DeclaredAccessibility == Accessibility.Private
        && UserDeclarations.Of(at.Type, cancellation).SelectMany(d => d.DescendantNodes()).OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == field.Name).All(n =>
            (n.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } self ? self : (ExpressionSyntax)n) is var whole
            && (whole.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "call" or "forward" } access
                && access.Expression == whole
                || whole.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax
                    { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" or "register_module" } } }));

    /// <summary><c>Network</c> for <c>network</c>, or with a number.</summary>
    private static string FreeName(IFieldSymbol field, ModuleAtCursor at)
    {
        var letters = field.Name.TrimStart('_');
        var name = letters.Length == 0 ? "Layers" : char.ToUpperInvariant(letters[0]) + letters.Substring(1);
        return Enumerable.Range(1, 1000).Select(i => i == 1 ? name : $"{name}{i}")
            .First(n => at.Type.Name != n && at.Semantics.LookupSymbols(at.Declaration.OpenBraceToken.Span.End, name: n).IsEmpty);
    }

    /// <summary>The class, at the end of the one that holds it.</summary>
    private static Change Class(string name, string? shape, IReadOnlyList<SequentialItem> items, IFieldSymbol field,
        FieldDeclarationSyntax declaration, ModuleAtCursor at)
    {
        var line = Lines.Break(declaration);
        var indentation = Lines.Indentation(declaration);
        var step = indentation.Length > Lines.Indentation(at.Declaration).Length
            ? indentation.Substring(Lines.Indentation(at.Declaration).Length) : "    ";
        var layer = Names.Attribute(at.Semantics, declaration.SpanStart, "Layer");
        var component = Registration.ComponentName(at.Semantics, declaration.SpanStart);
        var fields = items.Select(i =>
            $"{indentation}{step}[{layer}] "
            + $"{(i.Key == i.Name ? "" : $"[{component}(Name = {SymbolDisplay.FormatLiteral(i.Key, quote: true)})] ")}private readonly "
            + $"{i.Type} {i.Name} = {i.Construction};{line}");
        var text = line + (shape is null ? "" : $"{indentation}{shape}{line}")
            + $"{indentation}private sealed partial class {name}{line}{indentation}{{{line}{string.Concat(fields)}{indentation}}}{line}";
        var close = at.Declaration.CloseBraceToken;
        var startsLine = string.IsNullOrWhiteSpace(close.SyntaxTree!.GetText().Lines.GetLineFromPosition(close.SpanStart) is var end
            ? close.SyntaxTree.GetText().ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(end.Start, close.SpanStart)) : "");
        return startsLine
            ? Change.Insert(close.SyntaxTree, close.SyntaxTree.GetText().Lines.GetLineFromPosition(close.SpanStart).Start, text)
            : Change.Insert(close.SyntaxTree, close.SpanStart, text);
    }
}

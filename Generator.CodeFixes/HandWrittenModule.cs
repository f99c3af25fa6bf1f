using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Gen.CodeFixes;

/// <summary>A module with a constructor that registers and a <c>forward</c> of its own, and what makes it a declarative one.</summary>
internal sealed class HandWrittenModule
{
    private readonly INamedTypeSymbol type;
    private readonly TypeDeclarationSyntax declaration;
    private readonly SemanticModel semantics;
    private readonly CancellationToken cancellation;
    private readonly IReadOnlyList<ConstructorDeclarationSyntax> constructors;
    private readonly IReadOnlyList<Registration> registrations;

    private HandWrittenModule(
        INamedTypeSymbol type, TypeDeclarationSyntax declaration, SemanticModel semantics, IReadOnlyList<ConstructorDeclarationSyntax> constructors, IReadOnlyList<Registration> registrations, CancellationToken cancellation)
    {
        (this.type, this.declaration, this.semantics, this.constructors, this.registrations, this.cancellation) = (type, declaration, semantics, constructors, registrations, cancellation);
    }

    /// <summary>Null where it is no such module, or registers in a way that is not understood.</summary>
    public static HandWrittenModule? Read(INamedTypeSymbol type, SemanticModel semantics, CancellationToken cancellation)
    {
        if (TorchSymbols.In(semantics.Compilation) is not { } torch || type.IsStatic || type.IsRecord
            || type.BaseType is not { Name: "Module", IsGenericType: true } basis || !SymbolEqualityComparer.Default.Equals(basis.ContainingType, torch.Functions)
            || UserDeclarations.Of(type, cancellation).ToArray() is not [var declaration] || declaration.SyntaxTree != semantics.SyntaxTree || declaration.ContainsDiagnostics
            || !UserDeclarations.Members(type).OfType<IMethodSymbol>().Any(m => m is { Name: "forward", IsOverride: true })
            || UserDeclarations.Members(type).Any(m => m is IMethodSymbol { Name: "RegisterComponents" } || (m is IPropertySymbol property && torch.IsModule(property.Type) && IsAuto(property))))
        {
            return null;
        }

        var constructors = declaration.Members.OfType<ConstructorDeclarationSyntax>().Where(c => !c.Modifiers.Any(SyntaxKind.StaticKeyword)).ToArray();
        return Registration.Of(type, declaration, constructors, torch, semantics, cancellation) is { Count: > 0 } registrations
            ? new HandWrittenModule(type, declaration, semantics, constructors, registrations, cancellation)
            : null;
    }

    public IEnumerable<Change> Changes()
    {
        var changes = new List<Change>(AddPartialFix.Changes(type, cancellation));
        changes.AddRange(registrations.GroupBy(r => r.Declaration).Select(g => g.First().Mark(semantics)));
        var moved = Moved();
        foreach (var constructor in constructors)
        {
            changes.AddRange(moved is not null ? Drop(constructor) : Unregister(constructor));
        }

        if (moved is not null)
        {
            changes.AddRange(moved.Select(m => Change.Insert(m.Field.SyntaxTree, m.Field.Identifier.Span.End, $" = {m.Value}")));
            changes.AddRange(Head());
        }

        return changes.Concat(Forward());
    }

    /// <summary>
    /// What the fields are initialised with where that is all that the one constructor does: then it is not needed, its parameters are the class's.
    /// Null where the constructor stays as it is, with its locals, its comments and its order.
    /// </summary>
    private IReadOnlyList<(VariableDeclaratorSyntax Field, ExpressionSyntax Value)>? Moved()
    {
        if (constructors is not [var constructor] || declaration.ParameterList is not null || !constructor.Modifiers.Any(SyntaxKind.PublicKeyword)
            || constructor.DescendantTrivia().Concat(constructor.GetLeadingTrivia()).Concat(constructor.GetTrailingTrivia()).Any(IsComment)
            || constructor.AttributeLists.Count > 0 || !NamesTheClass(constructor.Initializer)
            || constructor.ParameterList.Parameters.Any(p => p.AttributeLists.Count > 0 || type.GetMembers(p.Identifier.ValueText).Length > 0))
        {
            return null;
        }

        var moved = new List<(VariableDeclaratorSyntax, ExpressionSyntax)>();
        foreach (var statement in Expressions(constructor))
        {
            if (statement is not null && Registration.IsRegistering(statement))
            {
                continue;
            }

            if (statement is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
                || semantics.GetSymbolInfo(assignment.Left, cancellation).Symbol is not IFieldSymbol { IsStatic: false } field
                || field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not VariableDeclaratorSyntax { Initializer: null } variable
                || moved.Any(m => m.Item1 == variable) || !IsFree(assignment.Right))
            {
                return null;
            }

            moved.Add((variable, assignment.Right));
        }

        return moved;
    }

    /// <summary>The expressions of the statements; null for a statement that is something else.</summary>
    private static IEnumerable<ExpressionSyntax?> Expressions(ConstructorDeclarationSyntax constructor) =>
        constructor.ExpressionBody is { } arrow ? [arrow.Expression] : constructor.Body?.Statements.Select(s => (s as ExpressionStatementSyntax)?.Expression) ?? [];

    /// <summary>A field's initializer sees neither the other members nor locals.</summary>
    private bool IsFree(ExpressionSyntax value) => !value.DescendantNodesAndSelf().Any(n => n is ThisExpressionSyntax or BaseExpressionSyntax
        || (n is SimpleNameSyntax name && semantics.GetSymbolInfo(name, cancellation).Symbol is { } symbol
            && ((symbol is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary } && !symbol.IsStatic && SymbolEqualityComparer.Default.Equals(symbol.ContainingType, type))
                || (symbol is ILocalSymbol && !value.Span.Contains(symbol.Locations[0].SourceSpan)))));

    /// <summary>Without a constructor the module has the class's name.</summary>
    private bool NamesTheClass(ConstructorInitializerSyntax? initializer) =>
        initializer is { RawKind: (int)SyntaxKind.BaseConstructorInitializer, ArgumentList.Arguments: [{ Expression: var name }] }
        && semantics.GetConstantValue(name, cancellation) is { HasValue: true, Value: string text } && text == type.Name;

    private IEnumerable<Change> Drop(ConstructorDeclarationSyntax constructor)
    {
        var text = constructor.SyntaxTree.GetText();
        var (first, last) = (text.Lines.GetLineFromPosition(constructor.SpanStart), text.Lines.GetLineFromPosition(constructor.Span.End));
        var isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, constructor.SpanStart))) && string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(constructor.Span.End, last.End)));

        // The empty line behind it goes with it.
        var end = isAlone && last.LineNumber + 1 < text.Lines.Count && string.IsNullOrWhiteSpace(text.Lines[last.LineNumber + 1].ToString()) ? text.Lines[last.LineNumber + 1].EndIncludingLineBreak : last.EndIncludingLineBreak;
        yield return new Change(constructor.SyntaxTree, isAlone ? TextSpan.FromBounds(first.Start, end) : TextSpan.FromBounds(constructor.SpanStart, constructor.FullSpan.End), "");
    }

    private static IEnumerable<Change> Unregister(ConstructorDeclarationSyntax constructor)
    {
        if (constructor.ExpressionBody is { Expression: var expression } && Registration.IsRegistering(expression))
        {
            yield return new Change(constructor.SyntaxTree, TextSpan.FromBounds(constructor.ExpressionBody.SpanStart, constructor.Span.End), "{ }");
        }

        foreach (var statement in constructor.DescendantNodes().OfType<ExpressionStatementSyntax>().Where(s => Registration.IsRegistering(s.Expression)))
        {
            yield return Lines.Remove(statement);
        }
    }

    /// <summary>The constructor's parameters behind the class's name, and its base class away, which is generated.</summary>
    private IEnumerable<Change> Head()
    {
        if (constructors[0].ParameterList is { Parameters.Count: > 0 } parameters)
        {
            yield return Change.Insert(declaration.SyntaxTree, (declaration.TypeParameterList?.Span ?? declaration.Identifier.Span).End, parameters.ToString());
        }

        if (declaration.BaseList is { Types: var types } list)
        {
            yield return types.Count > 1
                ? Lines.Remove(types, types[0])
                : new Change(declaration.SyntaxTree, TextSpan.FromBounds(list.ColonToken.GetPreviousToken().Span.End, list.Span.End), "");
        }
    }

    /// <summary><c>forward</c> becomes the <c>Forward</c> that the generated one wraps, unless it keeps tensors, which would be freed.</summary>
    private IEnumerable<Change> Forward()
    {
        var forwards = declaration.Members.OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.ValueText == "forward").ToArray();
        if (forwards is not [{ Modifiers: { Count: > 0 } modifiers } forward] || forward.ParameterList.Parameters.Any(p => p.Modifiers.Count > 0) || type.IsAbstract || KeepsTensors())
        {
            yield break;
        }

        yield return new Change(forward.SyntaxTree, TextSpan.FromBounds(modifiers[0].SpanStart, modifiers[modifiers.Count - 1].Span.End), "private");
        yield return new Change(forward.SyntaxTree, forward.Identifier.Span, "Forward");
    }

    /// <summary>A method sets a member, or gives something to one that is no module.</summary>
    private bool KeepsTensors() => declaration.Members.OfType<MethodDeclarationSyntax>().SelectMany(m => m.DescendantNodes()).Any(n => n switch
    {
        AssignmentExpressionSyntax assignment => Targets(assignment.Left).Any(IsMember),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver, Name.Identifier.ValueText: "Add" or "Enqueue" or "Push" or "Insert" or "AddRange" } } => IsMember(receiver),
        _ => false,
    });

    private static IEnumerable<ExpressionSyntax> Targets(ExpressionSyntax left) => left is TupleExpressionSyntax tuple ? tuple.Arguments.Select(a => a.Expression) : [left is ElementAccessExpressionSyntax element ? element.Expression : left];

    private bool IsMember(ExpressionSyntax expression) => semantics.GetSymbolInfo(expression, cancellation).Symbol is IFieldSymbol or IPropertySymbol { IsIndexer: false };

    private static bool IsAuto(IPropertySymbol property) => property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property));

    private static bool IsComment(SyntaxTrivia trivia) => trivia.RawKind is (int)SyntaxKind.SingleLineCommentTrivia or (int)SyntaxKind.MultiLineCommentTrivia
        or (int)SyntaxKind.SingleLineDocumentationCommentTrivia or (int)SyntaxKind.MultiLineDocumentationCommentTrivia || trivia.IsDirective;
}

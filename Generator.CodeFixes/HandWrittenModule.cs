using Gen.Symbols;
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
    private readonly IReadOnlyList<PropertyAsField> properties;
    private readonly ForwardMethod forward;

    private HandWrittenModule(
        INamedTypeSymbol type,
        TypeDeclarationSyntax declaration,
        TorchSymbols torch,
        SemanticModel semantics,
        IReadOnlyList<ConstructorDeclarationSyntax> constructors,
        IReadOnlyList<Registration> registrations,
        IReadOnlyList<PropertyAsField> properties,
        CancellationToken cancellation)
    {
        (this.type, this.declaration, this.semantics, this.constructors, this.registrations, this.properties, this.cancellation) =
            (type, declaration, semantics, constructors, registrations, properties, cancellation);
        forward = new ForwardMethod(type, declaration, torch, semantics, cancellation);
    }

    /// <summary>Null where it is no such module, or where generated code could register something else, or at another time.</summary>
    public static HandWrittenModule? Read(INamedTypeSymbol type, SemanticModel semantics, CancellationToken cancellation)
    {
        if (TorchSymbols.In(semantics.Compilation) is not { } torch || type.IsStatic || type.IsRecord || type.IsFileLocal
            || type.BaseType is not { Name: "Module", IsGenericType: true } basis
            || !SymbolEqualityComparer.Default.Equals(basis.ContainingType, torch.Functions)
            || UserDeclarations.Of(type, cancellation).ToArray() is not [var declaration] || declaration.SyntaxTree != semantics.SyntaxTree
            || declaration.ContainsDiagnostics
            || declaration.ParameterList is not null
            || !UserDeclarations.Members(type).OfType<IMethodSymbol>().Any(m => m is { Name: "forward", IsOverride: true })
            || UserDeclarations.Members(type).OfType<IMethodSymbol>()
                .Any(m => m.IsOverride && (UserDeclarations.EntryPoints.Contains(m.Name) || IsOfRegistration(m.Name)))
            || DerivedTypes.Any(type, cancellation)
            || new SharedItem(declaration, torch, semantics, cancellation).Any())
        {
            return null;
        }

        var constructors = declaration.Members.OfType<ConstructorDeclarationSyntax>().Where(c => !c.Modifiers.Any(SyntaxKind.StaticKeyword))
            .ToArray();
        if (RegisteringConstructor.Of(declaration, constructors) is not { } registering
            || RegistrationReader.Read(type, declaration, registering, torch, semantics, cancellation) is not { Count: > 0 } registrations)
        {
            return null;
        }

        var properties = registrations.Where(r => r.Member.Member is IPropertySymbol)
            .Select(r => PropertyAsField.Of(r, declaration, cancellation)).ToArray();
        return properties.All(p => p is not null) ? new HandWrittenModule(type, declaration, torch, semantics, constructors, registrations,
            properties!, cancellation) : null;
    }

    /// <summary>The field that a registered member is afterwards has this key.</summary>
    public IEnumerable<string> Keys(StateKind kind) =>
        registrations.Where(r => r.Attribute.StartsWith(kind == StateKind.Tensor ? "Buffer" : kind.ToString(), StringComparison.Ordinal))
            .Select(r => r.Member.Key);

    /// <summary>What may be made of it, the shortest first; a <c>forward</c> that cannot be generated stays the user's own.</summary>
    public IEnumerable<IReadOnlyList<Change>> Candidates()
    {
        var moved = Moved();
        var generated = forward.Changes().ToArray();
        foreach (var changed in generated.Length > 0 ? [generated, []] : new[] { generated })
        {
            if (moved is not null)
            {
                yield return Changes(moved).Concat(changed).ToArray();
            }

            yield return Changes(null).Concat(changed).ToArray();
        }
    }

    private IEnumerable<Change> Changes(IReadOnlyList<(ISymbol Member, ExpressionSyntax Value)>? moved)
    {
        var changes = new List<Change>(AddPartialFix.Changes(type, cancellation));
        changes.AddRange(
            registrations.Select(
                r => (Registration: r, Field: r.Member.Written(cancellation)?.FirstAncestorOrSelf<FieldDeclarationSyntax>()))
                .Where(r => r.Field is not null).GroupBy(r => r.Field).Select(g => g.First().Registration.Mark(g.Key!, semantics)));
        changes.AddRange(
            properties.SelectMany(
                p => p.Changes(moved?.Where(m => SymbolEqualityComparer.Default.Equals(m.Member, p.Member.Member)).Select(m => m.Value)
                    .FirstOrDefault(), declaration, semantics)));
        foreach (var constructor in constructors)
        {
            changes.AddRange(moved is not null ? Drop(constructor) : Unregister(constructor));
        }

        if (moved is not null)
        {
            changes.AddRange(moved.Where(m => !properties.Any(p => SymbolEqualityComparer.Default.Equals(m.Member, p.Member.Member)))
                .Select(Initialise));
            changes.AddRange(Head());
        }

        return changes;
    }

    private Change Initialise((ISymbol Member, ExpressionSyntax Value) moved) =>
        moved.Member.DeclaringSyntaxReferences[0].GetSyntax(cancellation) switch
    {
        PropertyDeclarationSyntax property => Change.Insert(property.SyntaxTree, property.AccessorList!.Span.End, $" = {moved.Value};"),
        VariableDeclaratorSyntax variable => Change.Insert(variable.SyntaxTree, variable.Identifier.Span.End, $" = {moved.Value}"),
        var other => Change.Insert(other.SyntaxTree, other.Span.End, ""),
    };

    /// <summary>
    /// What the members are initialised with where that is all that the one constructor does: then it is not needed, its parameters are the
    /// class's.
    /// Null where the constructor stays as it is, with its locals, its comments and its order.
    /// </summary>
    private IReadOnlyList<(ISymbol Member, ExpressionSyntax Value)>? Moved()
    {
        if (constructors is not [var constructor] || !constructor.Modifiers.Any(SyntaxKind.PublicKeyword)
            || constructor.DescendantTrivia().Concat(constructor.GetLeadingTrivia()).Concat(constructor.GetTrailingTrivia()).Any(IsComment)
            || constructor.AttributeLists.Count > 0 || !NamesTheClass(constructor.Initializer)
            || constructor.ParameterList.Parameters.Any(p => p.AttributeLists.Count > 0
                || type.GetMembers(p.Identifier.ValueText).Length > 0))
        {
            return null;
        }

        var moved = new List<(ISymbol Member, ExpressionSyntax Value)>();
        foreach (var statement in RegisteringConstructor.Expressions(constructor))
        {
            if (statement is not null && RegisteringConstructor.IsRegistering(statement))
            {
                continue;
            }

            if (statement is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
                || semantics.GetSymbolInfo(assignment.Left, cancellation).Symbol is not { IsStatic: false } member
                || !CanBeInitialised(member) || moved.Any(m => SymbolEqualityComparer.Default.Equals(m.Member, member))
                || !IsFree(assignment.Right))
            {
                return null;
            }

            moved.Add((member, assignment.Right));
        }

        return KeepsOrder(moved) ? moved : null;
    }

    private bool CanBeInitialised(ISymbol member) =>
        SymbolEqualityComparer.Default.Equals(member.ContainingType, type)
            && member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) switch
    {
        VariableDeclaratorSyntax { Initializer: null } => true,
        PropertyDeclarationSyntax { Initializer: null, AccessorList: { } accessors } =>
            accessors.Accessors.All(a => a.Body is null && a.ExpressionBody is null),
        _ => false,
    };

    /// <summary>Initializers run in the order of the members, and draw random numbers.</summary>
    private bool KeepsOrder(IReadOnlyList<(ISymbol Member, ExpressionSyntax Value)> moved)
    {
        var initialised =
            declaration.DescendantNodes(n => n is not (TypeDeclarationSyntax or MemberDeclarationSyntax) || n == declaration
                || n is FieldDeclarationSyntax or PropertyDeclarationSyntax)
            .Where(n => n is VariableDeclaratorSyntax { Initializer: not null } or PropertyDeclarationSyntax { Initializer: not null });
        var places = initialised.Select(n => n.SpanStart)
            .Concat(moved.Where(m => m.Value is not (LiteralExpressionSyntax or IdentifierNameSyntax))
                .Select(m => m.Member.DeclaringSyntaxReferences[0].Span.Start)).ToArray();
        return places.SequenceEqual(places.OrderBy(p => p));
    }

    /// <summary>A field's initializer sees neither the other members nor locals.</summary>
    private bool IsFree(ExpressionSyntax value) =>
        !value.DescendantNodesAndSelf().Any(n => n is ThisExpressionSyntax or BaseExpressionSyntax
        || (n is SimpleNameSyntax name && semantics.GetSymbolInfo(name, cancellation).Symbol is { } symbol
            && ((symbol is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary } && !symbol.IsStatic
                && SymbolEqualityComparer.Default.Equals(symbol.ContainingType, type))
                || (symbol is ILocalSymbol && !value.Span.Contains(symbol.Locations[0].SourceSpan)))));

    /// <summary>Without a constructor the module has the class's name.</summary>
    private bool NamesTheClass(ConstructorInitializerSyntax? initializer) =>
        initializer is { RawKind: (int)SyntaxKind.BaseConstructorInitializer, ArgumentList.Arguments: [{ Expression: var name }] }
        && semantics.GetConstantValue(name, cancellation) is { HasValue: true, Value: string text } && text == type.Name;

    private IEnumerable<Change> Drop(ConstructorDeclarationSyntax constructor)
    {
        var text = constructor.SyntaxTree.GetText();
        var (first, last) = (text.Lines.GetLineFromPosition(constructor.SpanStart), text.Lines.GetLineFromPosition(constructor.Span.End));
        var isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, constructor.SpanStart)))
            && string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(constructor.Span.End, last.End)));

        // The empty line behind it goes with it.
        var end = isAlone && last.LineNumber + 1 < text.Lines.Count && string.IsNullOrWhiteSpace(text.Lines[last.LineNumber + 1].ToString())
            ? text.Lines[last.LineNumber + 1].EndIncludingLineBreak : last.EndIncludingLineBreak;
        yield return new Change(constructor.SyntaxTree,
            isAlone ? TextSpan.FromBounds(first.Start, end) : TextSpan.FromBounds(constructor.SpanStart, constructor.FullSpan.End), "");
    }

    private static IEnumerable<Change> Unregister(ConstructorDeclarationSyntax constructor)
    {
        if (constructor.ExpressionBody is { Expression: var expression } && RegisteringConstructor.IsRegistering(expression))
        {
            yield return new Change(constructor.SyntaxTree, TextSpan.FromBounds(constructor.ExpressionBody.SpanStart, constructor.Span.End),
                "{ }");
        }

        foreach (var statement in constructor.DescendantNodes().OfType<ExpressionStatementSyntax>()
            .Where(s => RegisteringConstructor.IsRegistering(s.Expression)))
        {
            yield return Lines.Remove(statement);
        }
    }

    /// <summary>The constructor's parameters behind the class's name, and its base class away, which is generated.</summary>
    private IEnumerable<Change> Head()
    {
        if (constructors[0].ParameterList is { Parameters.Count: > 0 } parameters)
        {
            yield return Change.Insert(declaration.SyntaxTree, (declaration.TypeParameterList?.Span ?? declaration.Identifier.Span).End,
                parameters.ToString());
        }

        if (declaration.BaseList is { Types: var types } list)
        {
            yield return types.Count > 1
                ? Lines.Remove(types, types[0])
                : new Change(declaration.SyntaxTree, TextSpan.FromBounds(list.ColonToken.GetPreviousToken().Span.End, list.Span.End), "");
        }
    }

    private static bool IsOfRegistration(string name) =>
        name is "RegisterComponents" or "register_module" or "register_parameter" or "register_buffer" or "_toEpilog";

    private static bool IsComment(SyntaxTrivia trivia) =>
        trivia.RawKind is (int)SyntaxKind.SingleLineCommentTrivia or (int)SyntaxKind.MultiLineCommentTrivia
        or (int)SyntaxKind.SingleLineDocumentationCommentTrivia or (int)SyntaxKind.MultiLineDocumentationCommentTrivia
        || trivia.IsDirective;
}

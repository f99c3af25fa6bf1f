using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads the constructors that the user wrote, and the layers that they assign.</summary>
internal static class ConstructorReader
{
    public static ConstructorModel Read(INamedTypeSymbol type, IReadOnlyList<TypeDeclarationSyntax> declarations, Compilation compilation,
        CancellationToken cancellation)
    {
        if (declarations.FirstOrDefault(d => d.ParameterList is not null) is { } primary)
        {
            var symbols = Symbols(primary.ParameterList!, compilation, cancellation);
            return new(ConstructorKind.Primary, Parameters(symbols)) { Members =
                symbols.SelectMany(p => Configurations.Members(p, null, compilation)).ToEquatableArray() };
        }

        var constructors = Constructors(declarations).ToArray();
        return constructors.Length switch
        {
            0 => new(ConstructorKind.None, default),
            1 => Kept(type, Symbols(constructors[0].ParameterList, compilation, cancellation), declarations, compilation, cancellation),

            // Of several, none is the one that sizes depend on.
            _ => new(ConstructorKind.Explicit, default),
        };
    }

    /// <summary>What a single constructor sets a field to, where that is the same in every way through it.</summary>
    public static IReadOnlyDictionary<string, ExpressionSyntax> Assignments(IReadOnlyList<TypeDeclarationSyntax> declarations)
    {
        var holdings = Holdings.Of(declarations);
        return holdings.IsOfSeveral ? new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal)
            : declarations.SelectMany(d => d.Members.OfType<FieldDeclarationSyntax>()).SelectMany(f => f.Declaration.Variables)
                .Select(v => v.Identifier.ValueText)
            .Distinct(StringComparer.Ordinal)
            .Select(f => (Field: f, Set: holdings[f] as Holding.Set))
            .Where(f => f.Set is { IsByConstructor: true })
            .ToDictionary(f => f.Field, f => f.Set!.Value, StringComparer.Ordinal);
    }

    /// <summary>The unconditional assignments to fields of a single constructor, in their order.</summary>
    public static IEnumerable<(IFieldSymbol Field, ExpressionSyntax Value)> Settings(IReadOnlyList<TypeDeclarationSyntax> declarations,
        Compilation compilation, CancellationToken cancellation)
    {
        foreach (var assignment in Always(declarations).OfType<AssignmentExpressionSyntax>()
            .Where(a => a.IsKind(SyntaxKind.SimpleAssignmentExpression) && Own(a.Left) is not null))
        {
            if (compilation.ModelOf(assignment.SyntaxTree).GetSymbolInfo(assignment.Left, cancellation).Symbol is IFieldSymbol field)
            {
                yield return (field, assignment.Right);
            }
        }
    }

    /// <summary>The name in <c>w</c> and <c>this.w</c>.</summary>
    public static string? Own(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax name } => name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>The parameters with the readonly fields that keep them: <c>this.d = d</c>.</summary>
    private static ConstructorModel Kept(
        INamedTypeSymbol type, IReadOnlyList<IParameterSymbol> symbols, IReadOnlyList<TypeDeclarationSyntax> declarations,
        Compilation compilation, CancellationToken cancellation)
    {
        var assignments = Assignments(declarations);
        var access = symbols.All(p => IsPublic(p.Type)) ? Accessibility.Public : symbols[0].ContainingSymbol.DeclaredAccessibility;
        return new(ConstructorKind.Explicit, Parameters(symbols)
            .Zip(symbols,
                (p, symbol) => p with { Field = Field(p.Name,
                    f => p.IsInteger ? ValueReader.IsInteger(f.Type) : f.Type.Equals(symbol.Type, SymbolEqualityComparer.Default)) })
                    .ToEquatableArray())
        {
            Access = SyntaxFacts.GetText(access),
            Members =
                symbols.SelectMany(p => Configurations.Members(p,
                    Field(p.Name, f => SymbolEqualityComparer.IncludeNullability.Equals(f.Type, p.Type)), compilation)).ToEquatableArray(),
        };

        string? Field(string parameter, Func<IFieldSymbol, bool> fits) =>
            assignments.Where(a => a.Value is IdentifierNameSyntax name && name.Identifier.ValueText == parameter)
            .Select(a => a.Key)
            .FirstOrDefault(f => type.GetMembers(f).OfType<IFieldSymbol>().Any(m => m is { IsReadOnly: true, IsStatic: false } && fits(m)));
    }

    /// <summary>A public method may take it.</summary>
    private static bool IsPublic(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsPublic(array.ElementType),
        INamedTypeSymbol { IsTupleType: false } named =>
            named.DeclaredAccessibility == Accessibility.Public && (named.ContainingType is null || IsPublic(named.ContainingType))
                && named.TypeArguments.All(IsPublic),
        INamedTypeSymbol tuple => tuple.TypeArguments.All(IsPublic),
        _ => true,
    };

    /// <summary>The statements of a single constructor.</summary>
    public static IReadOnlyList<StatementSyntax> Statements(IReadOnlyList<TypeDeclarationSyntax> declarations) =>
        Constructors(declarations).ToArray() is [{ Body: { } body }] ? body.Statements : [];

    /// <summary>What a single constructor always evaluates, one after the other.</summary>
    public static IEnumerable<ExpressionSyntax> Always(IReadOnlyList<TypeDeclarationSyntax> declarations) =>
        Constructors(declarations).ToArray() is [var constructor] ? Expressions(constructor) : [];

    /// <summary>What the constructor throws for if it does not hold: <c>if (d % heads != 0) throw</c>,
    /// <c>ArgumentOutOfRangeException.ThrowIf...</c>.</summary>
    public static IEnumerable<Fact> Guards(IReadOnlyList<TypeDeclarationSyntax> declarations, Compilation compilation,
        Func<SemanticModel, ValueReader> values, CancellationToken cancellation)
    {
        if (Constructors(declarations).ToArray() is not [{ Body: { } body }])
        {
            yield break;
        }

        var semantics = compilation.ModelOf(body.SyntaxTree);
        var reader = values(semantics);
        foreach (var statement in body.Statements)
        {
            switch (statement)
            {
                case IfStatementSyntax { Else: null, Condition: var condition } choice
                    when Throws(choice.Statement) && semantics.OperationOf(condition, cancellation) is { } operation:
                    foreach (var fact in (!reader.ReadCondition(operation)).Facts)
                    {
                        yield return fact;
                    }

                    break;
                case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call }
                    when semantics.OperationOf(call,
                        cancellation) is IInvocationOperation { TargetMethod.ContainingType.Name: "ArgumentOutOfRangeException" } guard:
                    var sizes = guard.Arguments.Select(a => reader.ReadSize(a.Value)).ToArray();
                    var (left, right) = (sizes.Length > 0 ? sizes[0] : Dim.Unknown, sizes.Length > 1 ? sizes[1] : Dim.Unknown);
                    Fact? known = guard.TargetMethod.Name switch
                    {
                        "ThrowIfNegative" => new(left, Relation.AtLeast, Dim.Zero),
                        "ThrowIfNegativeOrZero" => new(left, Relation.AtLeast, Dim.One),
                        "ThrowIfZero" => new(left, Relation.NotEqual, Dim.Zero),
                        "ThrowIfLessThan" => new(left, Relation.AtLeast, right),
                        "ThrowIfLessThanOrEqual" => new(left, Relation.More, right),
                        "ThrowIfGreaterThan" => new(left, Relation.AtMost, right),
                        "ThrowIfGreaterThanOrEqual" => new(left, Relation.Less, right),
                        "ThrowIfEqual" => new(left, Relation.NotEqual, right),
                        "ThrowIfNotEqual" => new(left, Relation.Equal, right),
                        _ => null,
                    };
                    if (known is not null && !known.Left.IsUnknown && !known.Right.IsUnknown)
                    {
                        yield return known;
                    }

                    break;
            }
        }

        static bool Throws(StatementSyntax statement) =>
            statement is ThrowStatementSyntax || statement is BlockSyntax { Statements: [ThrowStatementSyntax] };
    }

    /// <summary>What a constructor always evaluates, one after the other.</summary>
    private static IEnumerable<ExpressionSyntax> Expressions(ConstructorDeclarationSyntax constructor) =>
        constructor.Body?.Statements.OfType<ExpressionStatementSyntax>().Select(s => s.Expression)
        ?? (constructor.ExpressionBody is { } arrow ? [arrow.Expression] : []);

    public static IEnumerable<ConstructorDeclarationSyntax> Constructors(IEnumerable<TypeDeclarationSyntax> declarations) =>
        declarations.SelectMany(d => d.Members.OfType<ConstructorDeclarationSyntax>())
            .Where(c => !c.Modifiers.Any(SyntaxKind.StaticKeyword));

    private static IParameterSymbol[] Symbols(ParameterListSyntax list, Compilation compilation, CancellationToken cancellation)
    {
        var semantics = compilation.ModelOf(list.SyntaxTree);
        return [.. list.Parameters.Select(p => semantics.GetDeclaredSymbol(p, cancellation)).OfType<IParameterSymbol>()];
    }

    private static EquatableArray<ConstructorParameter> Parameters(IEnumerable<IParameterSymbol> symbols) => symbols
        .Select(p => new ConstructorParameter(p.Name, LayerReader.Name(p.Type), Default(p), ValueReader.IsInteger(p.Type),
            p.Type.SpecialType == SpecialType.System_Boolean) { IsParams = p.IsParams })
        .ToEquatableArray();

    /// <summary>The default as C#; enums by a cast, structs by <c>default</c>.</summary>
    public static string? Default(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
        {
            return null;
        }

        if (parameter.ExplicitDefaultValue is not { } value)
        {
            // Generated code is in a nullable context; sources that are not may give null to what they do not mark.
            return parameter.Type switch
            {
                { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } => "null",
                { IsReferenceType: true, NullableAnnotation: NullableAnnotation.Annotated } => "null",
                { IsReferenceType: true } => "null!",
                { IsValueType: false, NullableAnnotation: not NullableAnnotation.Annotated } => "default!",
                _ => "default",
            };
        }

        var text = SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false);
        var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0] : parameter.Type;
        return (type.TypeKind, type.SpecialType, value) switch
        {
            (TypeKind.Enum, _, _) => $"({LayerReader.Name(type)}){text}",
            (_, _, float.NaN) => "float.NaN",
            (_, _, float.PositiveInfinity) => "float.PositiveInfinity",
            (_, _, float.NegativeInfinity) => "float.NegativeInfinity",
            (_, _, double.NaN) => "double.NaN",
            (_, _, double.PositiveInfinity) => "double.PositiveInfinity",
            (_, _, double.NegativeInfinity) => "double.NegativeInfinity",
            (_, SpecialType.System_Single, _) => text + "F",
            (_, SpecialType.System_Decimal, _) => text + "M",
            _ => text,
        };
    }
}

using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Reads the constructors that the user wrote, and the layers that they assign.</summary>
internal static class ConstructorReader
{
    public static ConstructorModel Read(INamedTypeSymbol type, IReadOnlyList<TypeDeclarationSyntax> declarations, Compilation compilation, CancellationToken cancellation)
    {
        if (declarations.FirstOrDefault(d => d.ParameterList is not null) is { } primary)
        {
            return new(ConstructorKind.Primary, Parameters(primary.ParameterList!, compilation, cancellation));
        }

        var constructors = Constructors(declarations).ToArray();
        return constructors.Length switch
        {
            0 => new(ConstructorKind.None, default),
            1 => new(ConstructorKind.Explicit, Parameters(constructors[0].ParameterList, compilation, cancellation)),

            // Of several, none is the one that sizes depend on.
            _ => new(ConstructorKind.Explicit, default),
        };
    }

    /// <summary>Unconditional assignments <c>field = expression</c> in the body of a single constructor.</summary>
    public static IReadOnlyDictionary<string, ExpressionSyntax> Assignments(IReadOnlyList<TypeDeclarationSyntax> declarations, Compilation compilation, CancellationToken cancellation)
    {
        var assignments = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
        if (Constructors(declarations).ToArray() is not [var constructor])
        {
            return assignments;
        }

        var statements = constructor.Body?.Statements.OfType<ExpressionStatementSyntax>().Select(s => s.Expression)
            ?? (constructor.ExpressionBody is { } arrow ? [arrow.Expression] : []);
        var semantics = compilation.GetSemanticModel(constructor.SyntaxTree);
        foreach (var assignment in statements.OfType<AssignmentExpressionSyntax>().Where(a => a.IsKind(SyntaxKind.SimpleAssignmentExpression)))
        {
            if (semantics.GetSymbolInfo(assignment.Left, cancellation).Symbol is IFieldSymbol field)
            {
                assignments[field.Name] = assignment.Right;
            }
        }

        return assignments;
    }

    private static IEnumerable<ConstructorDeclarationSyntax> Constructors(IEnumerable<TypeDeclarationSyntax> declarations) =>
        declarations.SelectMany(d => d.Members.OfType<ConstructorDeclarationSyntax>()).Where(c => !c.Modifiers.Any(SyntaxKind.StaticKeyword));

    private static EquatableArray<ConstructorParameter> Parameters(ParameterListSyntax list, Compilation compilation, CancellationToken cancellation)
    {
        var semantics = compilation.GetSemanticModel(list.SyntaxTree);
        return list.Parameters
            .Select(p => semantics.GetDeclaredSymbol(p, cancellation))
            .OfType<IParameterSymbol>()
            .Select(p => new ConstructorParameter(p.Name, LayerReader.Name(p.Type), Default(p), ValueReader.IsInteger(p.Type)))
            .ToEquatableArray();
    }

    /// <summary>The default as C#; enums by a cast, structs by <c>default</c>.</summary>
    public static string? Default(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
        {
            return null;
        }

        if (parameter.ExplicitDefaultValue is not { } value)
        {
            return "default";
        }

        var text = SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false);
        var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : parameter.Type;
        return (type.TypeKind, type.SpecialType, value) switch
        {
            (TypeKind.Enum, _, _) => $"({LayerReader.Name(type)}){text}",
            (_, _, double.NaN) => "double.NaN",
            (_, _, double.PositiveInfinity) => "double.PositiveInfinity",
            (_, _, double.NegativeInfinity) => "double.NegativeInfinity",
            (_, SpecialType.System_Single, _) => text + "F",
            (_, SpecialType.System_Decimal, _) => text + "M",
            _ => text,
        };
    }
}

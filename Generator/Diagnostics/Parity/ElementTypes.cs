using Gen.Rules;
using Gen.Rules.Operations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics.Parity;

/// <summary>The element type of a tensor, where a few lines of straight code tell it.</summary>
internal static class ElementTypes
{
    public const string Bool = "Bool";
    public const string Int32 = "Int32";
    public const string Float32 = "Float32";
    public const string Float64 = "Float64";

    private const int Depth = 6;

    private static readonly Dictionary<string, string> Named = new(StringComparer.Ordinal)
    {
        ["bool"] = Bool, ["Bool"] = Bool, ["int32"] = Int32, ["Int32"] = Int32, ["int64"] = "Int64", ["Int64"] = "Int64",
        ["long"] = "Int64",
        ["float32"] = Float32, ["Float32"] = Float32, ["float64"] = Float64, ["Float64"] = Float64,
    };

    public static string? Of(SyntaxNode expression, Use use) => Of(expression, use, Depth);

    /// <summary>A tensor of a single number takes the type of what it meets.</summary>
    public static bool IsScalar(Use use) => use.Symbol is IMethodSymbol { Parameters: [{ Type: var type }, ..] }
        && type is not IArrayTypeSymbol and not INamedTypeSymbol { IsGenericType: true };

    /// <summary>The value, or the local that it is put into, is an operand beside a tensor of float32.</summary>
    public static bool MeetsFloat32(Use use)
    {
        if (Other(use.Node) is { } other)
        {
            return Of(other, use) == Float32;
        }

        return use.Node.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator }
            && use.Semantics.GetDeclaredSymbol(declarator, use.Cancellation) is ILocalSymbol local
            && ValueFlow.Scope(declarator) is { } scope
            && ValueFlow.Mentions(local, scope, use.Semantics, use.Cancellation)
                .Any(m => Other(m) is { } beside && Of(beside, use) == Float32);
    }

    private static ExpressionSyntax? Other(SyntaxNode operand)
    {
        while (operand.Parent is ParenthesizedExpressionSyntax parenthesized)
        {
            operand = parenthesized;
        }

        if (operand.Parent is ArgumentSyntax { NameColon: null, Parent: ArgumentListSyntax { Arguments.Count: 1,
            Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax
                { Name.Identifier.ValueText: var name } method } } })
        {
            return IsOf(name, static t => t.Source == TypeSource.Common) ? method.Expression : null;
        }

        return operand.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression or (int)SyntaxKind.SubtractExpression
            or (int)SyntaxKind.MultiplyExpression or (int)SyntaxKind.DivideExpression } operation
            ? operation.Left == operand ? operation.Right : operation.Left
            : null;
    }

    private static string? Of(SyntaxNode expression, Use use, int depth)
    {
        if (depth == 0)
        {
            return null;
        }

        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return Of(parenthesized.Expression, use, depth);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseNotExpression } not:
                return Of(not.Operand, use, depth - 1);
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure:
                return Of(sure.Operand, use, depth);
            case BinaryExpressionSyntax binary:
                return OfBinary(binary, use, depth);
            case IdentifierNameSyntax name:
                return Value(name, use) is { } value ? Of(value, use, depth - 1) : null;
            case InvocationExpressionSyntax call:
                return OfCall(call, use, depth);
            default:
                return null;
        }
    }

    private static string? OfBinary(BinaryExpressionSyntax binary, Use use, int depth)
    {
        switch (binary.Kind())
        {
            case SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression
                or SyntaxKind.GreaterThanOrEqualExpression
                or SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression:
                return use.Semantics.GetTypeInfo(binary, use.Cancellation).Type?.Name == "Tensor" ? Bool : null;
            case SyntaxKind.BitwiseAndExpression or SyntaxKind.BitwiseOrExpression or SyntaxKind.ExclusiveOrExpression:
                return Of(binary.Left, use, depth - 1) is { } left && left == Of(binary.Right, use, depth - 1) ? left : null;
            default:
                return null;
        }
    }

    private static string? OfCall(InvocationExpressionSyntax call, Use use, int depth)
    {
        if (use.Semantics.GetSymbolInfo(call,
            use.Cancellation).Symbol is not IMethodSymbol { ContainingAssembly.Name: "TorchSharp" } method)
        {
            return null;
        }

        var arguments = Use.Of(method, call, call.ArgumentList, use.Semantics, use.Cancellation);
        if (arguments.Written("dtype") is { } dtype)
        {
            return Type(dtype);
        }

        var receiver = (call.Expression as MemberAccessExpressionSyntax)?.Expression;
        return method.Name switch
        {
            _ when IsOf(method.Name, static t => t.Map.Written.EndsWith("> bool", StringComparison.Ordinal)) => Bool,
            "to" or "to_type" or "type" when !method.IsStatic =>
                arguments.Written("type") is { } type ? Type(type) : arguments.IsGiven("other") || receiver is null ? null
                    : Of(receiver, use, depth - 1),
            "tensor" when method.Parameters is [{ Type: var first }, ..] => OfElements(first),
            _ when method.IsStatic => IsOf(method.Name, static t => t.Source == TypeSource.Made) && method.ContainingType.Name == "torch"
                ? Float32 : null,
            _ when IsOf(method.Name, static t => t is { Source: TypeSource.First, Map.IsSame: true }) && receiver is not null =>
                Of(receiver, use, depth - 1),
            _ => null,
        };
    }

    private static bool IsOf(string operation, Func<TypeRule, bool> kind) =>
        OperationRules.Named(operation).Any(r => r.Types is { } types && kind(types));

    private static string? OfElements(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => OfElements(array.ElementType),
        INamedTypeSymbol { TypeArguments: [var element] } => OfElements(element),
        { SpecialType: SpecialType.System_Boolean } => Bool,
        { SpecialType: SpecialType.System_Int32 } => Int32,
        { SpecialType: SpecialType.System_Int64 } => "Int64",
        { SpecialType: SpecialType.System_Single } => Float32,
        { SpecialType: SpecialType.System_Double } => Float64,
        _ => null,
    };

    private static string? Type(ExpressionSyntax written)
    {
        var name = written switch
        {
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
            _ => "",
        };
        return Named.TryGetValue(name, out var type) ? type : null;
    }

    /// <summary>What a local holds, if it is declared with that and never set again.</summary>
    private static ExpressionSyntax? Value(IdentifierNameSyntax name, Use use)
    {
        if (use.Semantics.GetSymbolInfo(name,
            use.Cancellation).Symbol is not ILocalSymbol { DeclaringSyntaxReferences: [var reference] } local
            || reference.GetSyntax(use.Cancellation) is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator
            || ValueFlow.Scope(declarator) is not { } scope)
        {
            return null;
        }

        var isSetAgain = ValueFlow.Mentions(local, scope, use.Semantics, use.Cancellation)
            .Any(m => m.Parent is AssignmentExpressionSyntax assignment && assignment.Left == m
                || m.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 });
        return isSetAgain ? null : value;
    }
}

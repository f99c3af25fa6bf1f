using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics.Parity;

/// <summary>A call, a creation or a property of TorchSharp where it is written, with its arguments by the names of their
/// parameters.</summary>
internal sealed class Use
{
    private readonly IReadOnlyDictionary<string, ExpressionSyntax> written;
    private readonly IReadOnlyDictionary<string, object?> attribute;

    private Use(ISymbol symbol, SyntaxNode node, SemanticModel? semantics, CancellationToken cancellation,
        IReadOnlyDictionary<string, ExpressionSyntax> written, IReadOnlyDictionary<string, object?> attribute)
    {
        (Symbol, Node, Semantics, Cancellation) = (symbol, node, semantics!, cancellation);
        (this.written, this.attribute) = (written, attribute);
    }

    public ISymbol Symbol { get; }

    /// <summary>The whole expression; for a <c>[Layer]</c> its field.</summary>
    public SyntaxNode Node { get; }

    /// <summary>Of the file in which something is written as code; a <c>[Layer]</c> has no such expressions.</summary>
    public SemanticModel Semantics { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>What a method is called on.</summary>
    public ExpressionSyntax? Receiver => Node switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
        MemberAccessExpressionSyntax access => access.Expression,
        _ => null,
    };

    private IReadOnlyList<IParameterSymbol> Parameters =>
        Symbol is IMethodSymbol method ? method.Parameters : Array.Empty<IParameterSymbol>();

    public static Use Of(ISymbol symbol, SyntaxNode node, ArgumentListSyntax? arguments, SemanticModel semantics,
        CancellationToken cancellation)
    {
        var written = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
        var parameters = symbol is IMethodSymbol method ? method.Parameters : ImmutableArray<IParameterSymbol>.Empty;
        for (var i = 0; i < (arguments?.Arguments.Count ?? 0); i++)
        {
            var argument = arguments!.Arguments[i];
            var name = argument.NameColon?.Name.Identifier.ValueText ?? (i < parameters.Length ? parameters[i].Name : null);
            if (name is not null && !written.ContainsKey(name))
            {
                written.Add(name, argument.Expression);
            }
        }

        return new(symbol, node, semantics, cancellation, written, new Dictionary<string, object?>());
    }

    /// <summary><c>[Layer(0.1, 0.3)] RReLU act;</c></summary>
    public static Use OfLayer(IMethodSymbol factory, SyntaxNode field, IReadOnlyList<TypedConstant> arguments,
        CancellationToken cancellation) => new(
        factory, field, null, cancellation, new Dictionary<string, ExpressionSyntax>(),
        arguments.Take(factory.Parameters.Length)
            .Select((a, i) => (factory.Parameters[i].Name, Value: a.Kind == TypedConstantKind.Array ? null : a.Value))
            .ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal));

    public bool Has(string parameter) => Parameter(parameter) is not null;

    public IParameterSymbol? Parameter(string name) => Parameters.FirstOrDefault(p => p.Name == name);

    public bool IsGiven(string parameter) => written.ContainsKey(parameter) || attribute.ContainsKey(parameter);

    /// <summary>The argument as it stands.</summary>
    public ExpressionSyntax? Written(string parameter) => written.TryGetValue(parameter, out var expression) ? expression : null;

    /// <summary>The constant that a parameter gets, its default included.</summary>
    public Optional<object?> Constant(string parameter)
    {
        if (Written(parameter) is { } expression)
        {
            return Semantics.GetConstantValue(expression, Cancellation);
        }

        return attribute.TryGetValue(parameter, out var value) ? new(value)
            : Parameter(parameter) is { HasExplicitDefaultValue: true } optional ? new(optional.ExplicitDefaultValue)
            : default;
    }

    /// <summary>The parameter gets this very constant.</summary>
    public bool Is(string parameter, object? value) =>
        Constant(parameter) is { HasValue: true } constant && AreEqual(constant.Value, value);

    public double? Number(string parameter) =>
        Constant(parameter) is { HasValue: true, Value: not (null or string or bool) and IConvertible number }
        ? number.ToDouble(System.Globalization.CultureInfo.InvariantCulture)
        : null;

    public ITypeSymbol? TypeOf(string parameter) =>
        Written(parameter) is { } expression ? Semantics.GetTypeInfo(expression, Cancellation).Type : null;

    /// <summary>
    /// Puts what is written in the place of <c>{parameter}</c>, of <c>{this}</c> the receiver, of <c>{in}</c> the class with its dot. Null
    /// where something that is not written has no default.
    /// </summary>
    public string? Fill(string template)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < template.Length;)
        {
            var end = template[i] == '{' ? template.IndexOf('}', i) : -1;
            if (end < 0)
            {
                text.Append(template[i++]);
                continue;
            }

            var name = template.Substring(i + 1, end - i - 1);
            var isReceiver = end + 1 < template.Length && template[end + 1] == '.';
            var found = name switch
            {
                "this" => Text(Receiver, isReceiver),
                "in" => Receiver is { } container ? $"{container}." : "",
                "gen" => IsImported() ? "" : "Gen.",
                "arguments" => (Node as InvocationExpressionSyntax)?.ArgumentList.Arguments.ToString(),
                _ when name.EndsWith(":float", StringComparison.Ordinal) => Float(Written(name.Substring(0, name.Length - 6))),
                _ => Text(Written(name), isReceiver) ?? Default(name),
            };
            if (found is not { } put)
            {
                return null;
            }

            text.Append(put);
            i = end + 1;
        }

        return text.ToString();
    }

    /// <summary>The types of Gen's runtime go by their names alone here.</summary>
    private bool IsImported() =>
        Semantics.LookupNamespacesAndTypes(Node.SpanStart, name: "Init") is [{ ContainingNamespace: { Name: "Gen",
            ContainingNamespace.IsGlobalNamespace: true } }];

    /// <summary>A number as a float.</summary>
    private static string? Float(ExpressionSyntax? number)
    {
        while (number is CastExpressionSyntax or ParenthesizedExpressionSyntax)
        {
            number = number is CastExpressionSyntax cast ? cast.Expression : ((ParenthesizedExpressionSyntax)number).Expression;
        }

        return number switch
        {
            null => null,
            LiteralExpressionSyntax => $"{number.ToString().TrimEnd('d', 'D')}f",
            PrefixUnaryExpressionSyntax { Operand: LiteralExpressionSyntax } => $"{number.ToString().TrimEnd('d', 'D')}f",
            _ => $"(float)({number})",
        };
    }

    private static string? Text(ExpressionSyntax? expression, bool isReceiver) => expression switch
    {
        null => null,
        BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or CastExpressionSyntax or ConditionalExpressionSyntax
            or AwaitExpressionSyntax
            or AssignmentExpressionSyntax or SwitchExpressionSyntax when isReceiver => $"({expression})",
        _ => expression.ToString(),
    };

    private string? Default(string parameter) =>
        Parameter(parameter) is { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } value, Type.TypeKind: not TypeKind.Enum }
        ? SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)
        : null;

    private static bool AreEqual(object? left, object? right) =>
        left is null || right is null || left is bool || right is bool || left is string || right is string
        ? Equals(left, right)
        : left is IConvertible l && right is IConvertible r
            && l.ToDouble(System.Globalization.CultureInfo.InvariantCulture)
                .Equals(r.ToDouble(System.Globalization.CultureInfo.InvariantCulture));
}

using System.Globalization;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>Writes <c>Forward</c>, and the methods that it calls, once more, with other calls of the layers that have
/// <c>[Recompute]</c>.</summary>
internal sealed class RecomputedCalls
{
    private const string Suffix = "Recomputed";

    private readonly RecomputedUses uses;
    private readonly Dictionary<IMethodSymbol, string> names = new(SymbolEqualityComparer.Default);

    private RecomputedCalls(RecomputedUses uses) => this.uses = uses;

    /// <summary>The methods; null where no such layer is called, or a call cannot be followed, which is told then.</summary>
    public RecomputedBody? Body { get; private set; }

    /// <summary>Reads a class with such layers.</summary>
    public static RecomputedCalls? Of(IMethodSymbol forward, INamedTypeSymbol type, Compilation compilation, TorchSymbols torch,
        IReadOnlyList<LayerModel> layers, List<Finding> findings, CancellationToken cancellation)
    {
        var before = findings.Count;
        var uses = new RecomputedUses(type, compilation, torch, layers, findings, cancellation);
        var methods = uses.Touching(forward);
        var calls = new RecomputedCalls(uses);
        var usings = new List<string>();
        foreach (var method in methods)
        {
            if (Why(method, type, uses.Declaration(method)) is { } why)
            {
                uses.Fail(method, why);
                continue;
            }

            usings.AddRange(FreeingReader.Usings(uses.Declaration(method)!) ?? []);
            var name = method.Name + Suffix;
            while (type.GetMembers(name).Any(m => m.DeclaringSyntaxReferences.Any(r => !UserDeclarations.IsGenerated(r.SyntaxTree))))
            {
                name += "_";
            }

            calls.names[method] = name;
        }

        if (methods.Count == 0 || findings.Count > before || !calls.names.TryGetValue(forward, out var own))
        {
            return null;
        }

        calls.Body = new RecomputedBody(usings.Distinct().ToEquatableArray(), own, methods.Select(calls.Copy).ToEquatableArray());
        return calls;
    }

    /// <summary>What a method is called that is written again; null for others.</summary>
    public string? Name(IMethodSymbol? method) =>
        method is not null && names.TryGetValue(method.OriginalDefinition, out var name) ? name : null;

    /// <summary>A call of a layer that is computed again; null for others.</summary>
    /// <param name="call">The call.</param>
    /// <param name="layer">C# that gives the layer.</param>
    /// <param name="arguments">C# that gives what it is given.</param>
    public string? Text(InvocationExpressionSyntax call, string layer, IReadOnlyList<string> arguments)
    {
        if (!uses.Calls.TryGetValue(call, out var known))
        {
            return null;
        }

        if (known.IsWhole)
        {
            return $"{Symbols.Names.Recomputation}.Items({layer}, {Number(known.Layer)}, {arguments[0]})";
        }

        var (given, parameters) = (new List<string>(), new List<string>());
        var inner = call.ArgumentList.Arguments.Select((a, i) => Prefix(a) + (uses.IsConstant(a.Expression) ? arguments[i]
            : Parameter(given, parameters, arguments[i]))).ToArray();
        return $"{Symbols.Names.Recomputation}.Call({layer}, static (layer, {string.Join(", ", parameters)}) => layer.{Callee(call)}"
            + $"({string.Join(", ", inner)}), {string.Join(", ", given)})";
    }

    /// <summary>The loop as an assignment; null for others.</summary>
    public string? Text(ForEachStatementSyntax loop)
    {
        if (!uses.Loops.TryGetValue(loop, out var known))
        {
            return null;
        }

        var (call, value) = (known.Loop.Call, known.Loop.Value.Identifier.Text);
        var (given, parameters) = (new List<string>(), new List<string>());
        var first = Parameter(given, parameters, value);
        var inner = call.ArgumentList.Arguments.Select(a => Prefix(a) + (uses.IsConstant(a.Expression) ? CSharpText.Of(a.Expression)
            : CSharpText.Of(a.Expression) == value ? first : Parameter(given, parameters, CSharpText.Of(a.Expression)))).ToArray();
        var item = loop.Type.IsVar ? "layer" : $"(({CSharpText.Of(loop.Type)})layer)";
        return $"{Symbols.Names.Recomputation}.Together({CSharpText.Of(loop.Expression)}, {Number(known.List)}, "
            + $"static (layer, {string.Join(", ", parameters)}) => {item}.{Callee(call)}({string.Join(", ", inner)}), "
            + $"{string.Join(", ", given)})";
    }

    /// <summary>The parts of such a loop; null for others.</summary>
    public (LayerModel List, RecomputedLoop Loop)? Loop(ForEachStatementSyntax loop) =>
        uses.Loops.TryGetValue(loop, out var known) ? known : null;

    private static string Parameter(List<string> given, List<string> parameters, string argument)
    {
        given.Add(argument);
        parameters.Add("x" + given.Count.ToString(CultureInfo.InvariantCulture));
        return parameters[^1];
    }

    private static string Prefix(ArgumentSyntax argument) => argument.NameColon is { } name ? CSharpText.Of(name) + " " : "";

    private static string Callee(InvocationExpressionSyntax call) => ((MemberAccessExpressionSyntax)call.Expression).Name.Identifier.Text;

    private static string Number(LayerModel layer) => (layer.Recomputed ?? 1).ToString(CultureInfo.InvariantCulture);

    private static string? Why(IMethodSymbol method, INamedTypeSymbol type, MethodDeclarationSyntax? syntax) => syntax switch
    {
        null => $"the code of '{method.Name}' is not at hand",
        _ when !type.IsSealed && (method.IsVirtual || method.IsAbstract || (method.IsOverride && !method.IsSealed)) =>
            $"'{method.Name}', which calls it, may be overridden. Make the class sealed",
        { ContainsDirectives: true } => $"'{method.Name}', which calls it, has preprocessor directives. Move them out of it",
        _ when syntax.DescendantTokens().Any(t => t.Text.Contains('\n')) =>
            $"'{method.Name}', which calls it, has a text of several lines. Put it into a constant",
        { ExplicitInterfaceSpecifier: not null } => $"'{method.Name}', which calls it, implements an interface explicitly",
        _ when FreeingReader.Usings(syntax) is null =>
            $"the file of '{method.Name}', which calls it, has using directives within a namespace. Move them to its top",
        _ => null,
    };

    private string Copy(IMethodSymbol method)
    {
        var syntax = uses.Declaration(method)!;
        var modifiers = syntax.Modifiers.Where(m => m.Kind() is SyntaxKind.StaticKeyword or SyntaxKind.AsyncKeyword)
            .Select(m => m.WithoutTrivia()).Prepend(SyntaxFactory.Token(SyntaxKind.PrivateKeyword))
            .Concat(FreeingReader.IsUnsafe(syntax) ? [SyntaxFactory.Token(SyntaxKind.UnsafeKeyword)] : []);
        var parameters = syntax.ParameterList.Parameters.Select(p => p.WithAttributeLists(default));
        var copy = ((MethodDeclarationSyntax)new Rewriter(this).Visit(syntax)).WithAttributeLists(default)
            .WithModifiers(SyntaxFactory.TokenList(modifiers))
            .WithIdentifier(SyntaxFactory.Identifier(names[method]))
            .WithParameterList(syntax.ParameterList.WithParameters(SyntaxFactory.SeparatedList(parameters)));
        return copy.WithoutTrivia().NormalizeWhitespace(eol: "\n").ToFullString();
    }

    private sealed class Rewriter(RecomputedCalls calls) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node)
        {
            if (!calls.uses.Calls.ContainsKey(node))
            {
                return base.VisitInvocationExpression(node);
            }

            var layer = Text(((MemberAccessExpressionSyntax)node.Expression).Expression);
            return SyntaxFactory.ParseExpression(
                calls.Text(node, layer, [.. node.ArgumentList.Arguments.Select(a => Text(a.Expression))])!);
        }

        public override SyntaxNode? VisitForEachStatement(ForEachStatementSyntax node) => calls.Text(node) is { } text
            ? SyntaxFactory.ParseStatement($"{calls.uses.Loops[node].Loop.Value.Identifier.Text} = {text};")
            : base.VisitForEachStatement(node);

        public override SyntaxNode? VisitIdentifierName(IdentifierNameSyntax node) =>
            calls.uses.Names.TryGetValue(node, out var method) && calls.Name(method) is { } name
                ? SyntaxFactory.IdentifierName(name).WithTriviaFrom(node) : base.VisitIdentifierName(node);

        public override SyntaxNode? VisitGenericName(GenericNameSyntax node) =>
            calls.uses.Names.TryGetValue(node, out var method) && calls.Name(method) is { } name
                ? node.WithIdentifier(SyntaxFactory.Identifier(name)).WithTypeArgumentList(
                    (TypeArgumentListSyntax)Visit(node.TypeArgumentList)!)
                : base.VisitGenericName(node);

        private string Text(ExpressionSyntax expression) => CSharpText.Of(Visit(expression)!);
    }
}

using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>Finds where <c>Forward</c>, and the methods of the class that it calls, use the layers with <c>[Recompute]</c>. A use through
/// which a call could not be seen is told of.</summary>
internal sealed class RecomputedUses(INamedTypeSymbol type, Compilation compilation, TorchSymbols torch, IReadOnlyList<LayerModel> layers,
    List<Finding> findings, CancellationToken cancellation)
{
    /// <summary>More methods than this are not looked through.</summary>
    private const int MostMethods = 1000;

    private const string Passed =
        "its calls cannot be followed when it is passed on. Call it directly, or its items by index or in a foreach";

    private readonly Dictionary<IMethodSymbol, HashSet<IMethodSymbol>> callers = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, LayerModel> callees = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> seen = new(SymbolEqualityComparer.Default);
    private MethodDeclarationSyntax? current;
    private IMethodSymbol? method;

    /// <summary>The calls of such layers; with true, those of a <c>Sequential</c> as a whole.</summary>
    public Dictionary<InvocationExpressionSyntax, (LayerModel Layer, bool IsWhole)> Calls { get; } = [];

    /// <summary>The loops that call so many items together.</summary>
    public Dictionary<ForEachStatementSyntax, (LayerModel List, RecomputedLoop Loop)> Loops { get; } = [];

    /// <summary>The names that stand for methods of the class.</summary>
    public Dictionary<SimpleNameSyntax, IMethodSymbol> Names { get; } = [];

    public SemanticModel Semantics(SyntaxNode node) => compilation.ModelOf(node.SyntaxTree);

    /// <summary>The methods in which such a layer is called, or what calls it.</summary>
    public IReadOnlyList<IMethodSymbol> Touching(IMethodSymbol forward)
    {
        Method(forward);
        var open = new Queue<IMethodSymbol>(callees.Keys.ToArray());
        while (open.Count > 0)
        {
            var inner = open.Dequeue();
            foreach (var caller in callers.TryGetValue(inner, out var found) ? found.Where(c => !callees.ContainsKey(c)).ToArray() : [])
            {
                callees.Add(caller, callees[inner]);
                open.Enqueue(caller);
            }
        }

        return [.. callees.Keys.OrderBy(m => Declaration(m)?.SpanStart ?? 0)];
    }

    /// <summary>Tells of a method that cannot be written again.</summary>
    public void Fail(IMethodSymbol at, string reason) => findings.Add(new(FindingKind.RecomputeNotFollowed,
        Anchor.Member(at.Name), callees[at].Name, reason));

    public MethodDeclarationSyntax? Declaration(IMethodSymbol of) => of.DeclaringSyntaxReferences
        .Select(r => r.GetSyntax(cancellation)).OfType<MethodDeclarationSyntax>()
        .FirstOrDefault(s => (s.Body is not null || s.ExpressionBody is not null) && !UserDeclarations.IsGenerated(s.SyntaxTree));

    private void Method(IMethodSymbol next)
    {
        if (seen.Count >= MostMethods || !seen.Add(next) || Declaration(next) is not { ContainsDiagnostics: false } syntax)
        {
            return;
        }

        var (outer, outerMethod) = (current, method);
        (current, method) = (syntax, next);
        foreach (var name in syntax.DescendantNodes().OfType<SimpleNameSyntax>().ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            Name(name);
        }

        (current, method) = (outer, outerMethod);
    }

    private void Name(SimpleNameSyntax name)
    {
        if (name.Parent is NameColonSyntax or NameEqualsSyntax || IsInNameof(name))
        {
            return;
        }

        var info = Semantics(name).GetSymbolInfo(name, cancellation);
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        if (!SymbolEqualityComparer.Default.Equals(symbol?.ContainingType?.OriginalDefinition, type))
        {
            return;
        }

        switch (symbol)
        {
            case IFieldSymbol field when Marked(field) is { } layer:
                Use(name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access && access.Name == name ? access
                    : name, layer, isItem: false);
                break;
            case IMethodSymbol { MethodKind: MethodKind.Ordinary } called:
                called = called.OriginalDefinition;
                Names[name] = called;
                if (!callers.TryGetValue(called, out var all))
                {
                    callers.Add(called, all = new(SymbolEqualityComparer.Default));
                }

                all.Add(method!);
                Method(called);
                break;
            case IPropertySymbol property when seen.Add(property):
                Property(property);
                break;
        }
    }

    /// <summary>What a property computes is not written again.</summary>
    private void Property(IPropertySymbol property)
    {
        foreach (var name in property.DeclaringSyntaxReferences.SelectMany(r => r.GetSyntax(cancellation).DescendantNodes())
            .OfType<IdentifierNameSyntax>())
        {
            if (name.Ancestors().OfType<MemberAccessExpressionSyntax>().Any(a => a.Name.Identifier.ValueText is "call" or "forward"
                    && a.Expression.Span.Contains(name.Span))
                && Semantics(name).GetSymbolInfo(name, cancellation).Symbol is IFieldSymbol field && Marked(field) is { } layer)
            {
                findings.Add(new(FindingKind.RecomputeNotFollowed, Anchor.Member(property.Name), layer.Name,
                    $"the property '{property.Name}' calls it. Make the property a method"));
            }
        }
    }

    private LayerModel? Marked(IFieldSymbol field) => layers.FirstOrDefault(l => l.Recomputed is not null && l.Name == field.Name);

    /// <param name="use">The layer, the list, or an item of it.</param>
    /// <param name="layer">The field.</param>
    /// <param name="isItem">It is an item.</param>
    private void Use(ExpressionSyntax use, LayerModel layer, bool isItem)
    {
        while (use.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax
            or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
        {
            use = (ExpressionSyntax)use.Parent;
        }

        switch (use.Parent)
        {
            case MemberAccessExpressionSyntax
                { Name.Identifier.ValueText: "call" or "forward", Parent: InvocationExpressionSyntax call } access
                when access.Expression == use && call.Expression == access:
                Call(call, layer, isItem);
                break;
            case MemberAccessExpressionSyntax access when access.Expression == use:
                if (GivesModules(access.Parent is InvocationExpressionSyntax used && used.Expression == access ? used : access))
                {
                    Fail(use, layer, Passed);
                }

                break;
            case ElementAccessExpressionSyntax element when element.Expression == use:
                Use(element, layer, isItem: true);
                break;
            case ForEachStatementSyntax loop when loop.Expression == use:
                Loop(loop, layer);
                break;
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }:
                Local(variable, layer, isItem);
                break;
            case IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax or UnaryPatternSyntax }:
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression }:
            case AssignmentExpressionSyntax assignment when assignment.Left == use:
                break;
            case ConditionalAccessExpressionSyntax:
                Fail(use, layer, $"'?.' is not followed. Write '{layer.Name} is null ? ... : {layer.Name}.call(...)'");
                break;
            default:
                Fail(use, layer, Passed);
                break;
        }
    }

    private void Call(InvocationExpressionSyntax call, LayerModel layer, bool isItem)
    {
        var isWhole = !isItem && layer.TypeName == "Sequential";
        if (isItem && layer.Recomputed > 1)
        {
            Fail(call, layer, $"with Every = {layer.Recomputed}, its items are called together: {Together(layer)}");
        }
        else if (Problem(call.ArgumentList.Arguments) is { } problem)
        {
            Fail(call, layer, problem);
        }
        else
        {
            callees[method!] = layer;
            Calls[call] = (layer, isWhole);
        }
    }

    private void Loop(ForEachStatementSyntax loop, LayerModel list)
    {
        if (list.Recomputed > 1)
        {
            if (list.TypeName == "ModuleList" && RecomputedLoop.Of(loop, Semantics(loop), torch, cancellation) is { } together
                && Problem(together.Call.ArgumentList.Arguments) is null)
            {
                callees[method!] = list;
                Loops[loop] = (list, together);
            }
            else
            {
                Fail(loop.Expression, list, $"with Every = {list.Recomputed}, its items are called together: {Together(list)}");
            }

            return;
        }

        if (Semantics(loop).GetDeclaredSymbol(loop, cancellation) is { } item)
        {
            References(item, loop.Statement, list, isItem: true);
        }
    }

    private static string Together(LayerModel list) => list.TypeName == "Sequential"
        ? $"write '{list.Name}.call(x)', or remove Every" : $"write 'foreach (var item in {list.Name}) x = item.call(x);', or remove Every";

    /// <summary>Another name for the same.</summary>
    private void Local(VariableDeclaratorSyntax variable, LayerModel layer, bool isItem)
    {
        if (Semantics(variable).GetDeclaredSymbol(variable, cancellation) is { } local)
        {
            References(local, current!, layer, isItem);
        }
    }

    private void References(ISymbol local, SyntaxNode within, LayerModel layer, bool isItem)
    {
        foreach (var name in within.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == local.Name)
            .Where(n => SymbolEqualityComparer.Default.Equals(Semantics(n).GetSymbolInfo(n, cancellation).Symbol, local)))
        {
            if (name.Parent is AssignmentExpressionSyntax assignment && assignment.Left == name)
            {
                Fail(name, layer, $"'{local.Name}' gets another value. Give it its value once");
            }
            else
            {
                Use(name, layer, isItem);
            }
        }
    }

    /// <summary>Modules come out of it, or go into a function.</summary>
    private bool GivesModules(ExpressionSyntax expression)
    {
        var semantics = Semantics(expression);
        return Holds(semantics.GetTypeInfo(expression, cancellation).Type)
            || (expression is InvocationExpressionSyntax call
                && call.ArgumentList.Arguments.Any(a => a.Expression is AnonymousFunctionExpressionSyntax)
                && semantics.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol { ReducedFrom: null });

        bool Holds(ITypeSymbol? held) => held switch
        {
            IArrayTypeSymbol array => Holds(array.ElementType),
            INamedTypeSymbol named => torch.IsModule(named) || UserDeclarations.FirstAnnotated(named.OriginalDefinition) is not null
                || named.Name == "IModule" || named.TypeArguments.Any(Holds),
            _ => false,
        };
    }

    /// <summary>Why a call with these arguments cannot be made again.</summary>
    private string? Problem(SeparatedSyntaxList<ArgumentSyntax> arguments)
    {
        var variable = arguments.Where(a => !IsConstant(a.Expression)).ToArray();
        return variable.Length is 0 or > 6 ? "it needs one to six arguments that are no constants"
            : variable.Any(a => a.RefKindKeyword.RawKind != 0) ? "ref, in and out arguments are not followed"
            : variable.FirstOrDefault(a => Semantics(a).GetTypeInfo(a.Expression, cancellation).Type is null or { IsRefLikeType: true }
                    or IPointerTypeSymbol) is { } untyped
                ? $"'{CSharpText.Of(untyped.Expression)}' has no type of its own. Put it into a variable"
            : null;
    }

    /// <summary>The same whenever it is read.</summary>
    public bool IsConstant(ExpressionSyntax expression) => Semantics(expression).GetConstantValue(expression, cancellation).HasValue;

    private static bool IsInNameof(SyntaxNode node) => node.Ancestors().OfType<InvocationExpressionSyntax>()
        .Any(i => i.Expression is IdentifierNameSyntax { Identifier.ValueText: "nameof" });

    private void Fail(SyntaxNode at, LayerModel layer, string reason)
    {
        var number = current!.DescendantNodesAndSelf().TakeWhile(n => n != at).Count();
        findings.Add(new(FindingKind.RecomputeNotFollowed, Anchor.InBody(BodyReader.Key(method!), number), layer.Name, reason));
    }
}

using System.Collections.Immutable;
using Gen.Diagnostics.Parity;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN4005 of optimizers, GEN4006, GEN4010, GEN4011: the rows of <see cref="Differences"/> where they apply.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ParityAnalyzer : TorchAnalyzer
{
    private static readonly HashSet<string> Names =
        new(Differences.All.SelectMany(d => d.Of).Select(m => m.Member), StringComparer.Ordinal);

    /// <summary>The types whose constructors have rows, by their names alone.</summary>
    private static readonly HashSet<string> Created =
        new(Differences.All.SelectMany(d => d.Of).Where(m => m.Member == ".ctor").Select(m => m.Type.Split('.', '+').Last().Split('`')[0]),
            StringComparer.Ordinal);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Descriptors.PositionalArgument, Descriptors.LogTarget, Descriptors.DoesSomethingElse,
            Descriptors.UnstatedDefault);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        var rows = Rows(start.Compilation, torch.Functions.ContainingAssembly.Identity.Version);
        start.RegisterSyntaxNodeAction(node => Call(node, rows), SyntaxKind.InvocationExpression);
        start.RegisterSyntaxNodeAction(node => Creation(node, rows), SyntaxKind.ObjectCreationExpression,
            SyntaxKind.ImplicitObjectCreationExpression);
        start.RegisterSyntaxNodeAction(node => Property(node, rows), SyntaxKind.SimpleMemberAccessExpression);
        start.RegisterSymbolAction(symbol => Layer(symbol, torch, rows), SymbolKind.Field);
    }

    /// <summary>The rows of each method, constructor and property that the TorchSharp at hand has.</summary>
    private static Dictionary<ISymbol, List<Difference>> Rows(Compilation compilation, Version version)
    {
        var rows = new Dictionary<ISymbol, List<Difference>>(SymbolEqualityComparer.Default);
        foreach (var difference in Differences.All.Where(d => d.AppliesTo(version)))
        {
            foreach (var (type, name) in difference.Of)
            {
                foreach (var member in compilation.GetTypeByMetadataName(type)?.GetMembers(name) ?? ImmutableArray<ISymbol>.Empty)
                {
                    if (!rows.TryGetValue(member, out var list))
                    {
                        rows.Add(member, list = []);
                    }

                    list.Add(difference);
                }
            }
        }

        return rows;
    }

    private static void Call(SyntaxNodeAnalysisContext context, Dictionary<ISymbol, List<Difference>> rows)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        var name = call.Expression switch
        {
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
            _ => null,
        };
        if (name is not null && Names.Contains(name))
        {
            Check(context, call, call.ArgumentList, rows);
        }
    }

    private static void Creation(SyntaxNodeAnalysisContext context, Dictionary<ISymbol, List<Difference>> rows)
    {
        var creation = (BaseObjectCreationExpressionSyntax)context.Node;
        var name = (creation as ObjectCreationExpressionSyntax)?.Type switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => null,
        };
        if (creation.ArgumentList is { Arguments.Count: > 0 } arguments && (name is null || Created.Contains(name)))
        {
            Check(context, creation, arguments, rows);
        }
    }

    private static void Property(SyntaxNodeAnalysisContext context, Dictionary<ISymbol, List<Difference>> rows)
    {
        var access = (MemberAccessExpressionSyntax)context.Node;
        if (Names.Contains(access.Name.Identifier.ValueText) && access.Parent is not InvocationExpressionSyntax)
        {
            Check(context, access, null, rows);
        }
    }

    private static void Check(SyntaxNodeAnalysisContext context, ExpressionSyntax node, ArgumentListSyntax? arguments,
        Dictionary<ISymbol, List<Difference>> rows)
    {
        // Before generation a call with what a module gives does not bind, but its one candidate is known.
        var info = context.SemanticModel.GetSymbolInfo(node, context.CancellationToken);
        if ((info.Symbol ?? (info.CandidateSymbols is [var only] ? only : null)) is not { } symbol
            || Rows(rows, symbol, node, context, out var called) is not { } differences)
        {
            return;
        }

        var use = Use.Of(called, node, arguments, context.SemanticModel, context.CancellationToken);
        foreach (var difference in differences.Where(d => d.When.Holds(use)))
        {
            var wrong = difference.Argument is { } argument ? use.Written(argument.Parameter) : null;
            Report(context.ReportDiagnostic, difference, use, (wrong ?? node).GetLocation(), Subject(called, symbol.Name),
                Advice(difference, use, out var hints), hints);
        }
    }

    /// <summary>The rows of what is called. <c>loss.call(x, y)</c> of a module calls the forward of its class.</summary>
    private static List<Difference>? Rows(Dictionary<ISymbol, List<Difference>> rows, ISymbol symbol, ExpressionSyntax node,
        SyntaxNodeAnalysisContext context, out ISymbol called)
    {
        called = symbol;
        if (symbol is IMethodSymbol { Name: "call", ContainingType: { Name: "Module", Arity: > 0 }, Parameters.Length: var count }
            && node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver } }
            && context.SemanticModel.GetTypeInfo(receiver, context.CancellationToken).Type?.GetMembers("forward").OfType<IMethodSymbol>()
                .FirstOrDefault(f => f.Parameters.Length == count) is { } forward)
        {
            called = forward;
        }

        return rows.TryGetValue(((called as IMethodSymbol)?.ReducedFrom ?? called).OriginalDefinition, out var found) ? found : null;
    }

    /// <summary><c>[Layer] Hardtanh act;</c></summary>
    private static void Layer(SymbolAnalysisContext context, TorchSymbols torch, Dictionary<ISymbol, List<Difference>> rows)
    {
        var field = (IFieldSymbol)context.Symbol;
        if (!Names.Contains(field.Type.Name) || field.Find(Annotations.Layer) is not { } attribute
            || field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(
                context.CancellationToken) is not VariableDeclaratorSyntax { Initializer: null } declarator)
        {
            return;
        }

        var arguments = attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Array, IsNull: false, Values: var values }, ..]
            ? values : ImmutableArray<TypedConstant>.Empty;
        if (Overloads.Choose(context.Compilation, torch.Factories(field.Type), arguments, out _) is not { Method: { } method }
            || !rows.TryGetValue(method.OriginalDefinition, out var differences))
        {
            return;
        }

        var use = Use.OfLayer(method, declarator, arguments, context.CancellationToken);
        foreach (var difference in differences.Where(d => d.When.Holds(use)))
        {
            var advice = difference is { Rule: var rule, Adds: { } adds } ? rule == Descriptors.LogTarget
                ? "Write [Layer(false)] for a target of probabilities, [Layer(true)] for one of logarithms."
                : $"Give '{field.Name}' an initializer, where '{adds}' has a name." : Show(difference.Advice, use);
            Report(context.ReportDiagnostic, difference, use, declarator.Identifier.GetLocation(), $"'{field.Name}' ({field.Type.Name})",
                advice, Hints.Of());
        }
    }

    private static void Report(Action<Diagnostic> report, Difference difference, Use use, Location place, string subject, string advice,
        ImmutableDictionary<string, string?> hints) =>
        report(Diagnostic.Create(
            difference.Rule, place, difference.Severity ?? difference.Rule.DefaultSeverity, additionalLocations: null, hints,
            $"In {difference.Library} {subject} {Show(difference.Does, use)}. {advice}"));

    /// <summary>What to write instead, as the place has it; with it goes the fix.</summary>
    private static string Advice(Difference difference, Use use, out ImmutableDictionary<string, string?> hints)
    {
        var hasGen = use.Semantics.Compilation.GetTypeByMetadataName("Gen.Init") is not null;
        if (difference.Argument is { } argument && use.Fill((hasGen ? difference.ArgumentWithGen : null) ?? argument.Write) is { } value)
        {
            hints = Hints.Of((Hints.Replacement, value));
            return $"Write '{value}'.";
        }

        if (((hasGen ? difference.WriteWithGen : null) ?? difference.Write) is { } template && use.Fill(template) is { } written)
        {
            hints = Hints.Of((Hints.Replacement, written));
            return $"Write '{written}'.";
        }

        if (difference.AddsHere?.Invoke(use) is { } here)
        {
            hints = Hints.Of((Hints.Argument, here));
            return $"Write '{here}', or: {Show(difference.Advice, use)}";
        }

        hints = difference.Adds is { } adds ? Hints.Of((Hints.Argument, adds)) : Hints.Of();
        return Show(difference.Advice, use);
    }

    /// <summary>A text with what is written at the place, or else with the names of the parameters.</summary>
    private static string Show(string text, Use use) => use.Fill(text) ?? text.Replace("{", "").Replace("}", "");

    /// <summary><c>'init.trunc_normal_'</c>, <c>'Exponential.variance'</c>, <c>'SGD.ParamGroup'</c>.</summary>
    private static string Subject(ISymbol symbol, string name) => symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType: { ContainingType: { } outer } type } =>
            $"'{outer.Name}.{type.Name}'",
        IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType: var type } => $"'{type.Name}'",
        { ContainingType.Name: not ("torch" or "nn" or "Tensor" or "data") and var container } => $"'{container}.{name}'",
        _ => $"'{name}'",
    };
}

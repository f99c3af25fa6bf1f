using System.Collections.Immutable;
using Gen.Checks;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>The methods of a module that its <c>Forward</c> does not come to, and methods with a <c>[Shape]</c> in any class: what fails
/// in them, and whether they give what they declare.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleMethodAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct))
        {
            return;
        }

        var module = type.TypeKind == TypeKind.Class && ProjectReadings.MayBeAnnotated(type, context.Compilation)
            ? ModuleReader.ReadForMessages(type, context.Compilation, context.CancellationToken) : null;

        // What is wrong with the class is said of it, once.
        var known = new HashSet<(FindingKind, Anchor)>(
            module is null ? [] : ModuleChecker.Check(module).Findings.Select(f => (f.Kind, f.Place)));
        var places = new Places(type, context.Compilation, context.CancellationToken);
        foreach (var (method, inside) in module is null ? ModuleReader.Declared(type, context.Compilation, context.CancellationToken)
            : ModuleReader.Methods(type, module, context.Compilation, context.CancellationToken))
        {
            foreach (var finding in ModuleChecker.CheckMethod(inside).Where(f => IsSaid(f.Kind) && known.Add((f.Kind, f.Place))
                && !places.IsSaidThere(f) && !CompilerErrors.AreBehind(f, type, context.Compilation, context.CancellationToken)))
            {
                var place = finding.Place.Kind is AnchorKind.Shape or AnchorKind.Where ? Attribute(method) : null;
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(finding.Kind), place ?? places.Of(finding.Place),
                    places.AlsoOf(finding), Hints.Of(finding), Messages.Of(finding)));
            }
        }

        Location? Attribute(IMethodSymbol method) => method.GetAttributes().Concat(method.GetReturnTypeAttributes())
            .Concat(method.Parameters.SelectMany(p => p.GetAttributes()))
            .Where(a => a.AttributeClass?.ToDisplayString() == Annotations.Shape)
            .Select(a => (a.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) as AttributeSyntax)?.ArgumentList?.Arguments
                .FirstOrDefault()?.GetLocation()).FirstOrDefault();
    }

    private static bool IsSaid(FindingKind kind) => kind.IsError() || kind.IsAdvice()
        || kind.IsBroadcast() || kind is FindingKind.ShapeTextMalformed or FindingKind.ShapeInputCount
            or FindingKind.ShapeResultCount;
}

using System.Collections.Immutable;
using Gen.Checks;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN5008: a private layer that nothing in its class mentions but what sets it. It is trained by nobody, and counted and saved
/// with the others.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnusedLayerAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.Unused);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || !ProjectReadings.MayBeAnnotated(type, context.Compilation))
        {
            return;
        }

        var layers = UserDeclarations.Members(type).OfType<IFieldSymbol>().Where(static f => !f.IsStatic
            && f.DeclaredAccessibility == Accessibility.Private && f.Has(Annotations.Layer)).ToArray();
        if (layers.Length == 0
            || ModuleReader.ReadForMessages(type, context.Compilation, context.CancellationToken) is not { } module
            || module.Forward.Kind == ForwardKind.None
            || ModuleChecker.Check(module).Findings is var found && found.Any(static f => f.Kind.IsDeclaration()))
        {
            return;
        }

        var declarations = UserDeclarations.Of(type, context.CancellationToken).ToArray();
        if (declarations.Any(static d => d.ContainsDiagnostics))
        {
            return;
        }

        var mentioned = new HashSet<string>(declarations.SelectMany(static d => d.DescendantNodes()).OfType<IdentifierNameSyntax>()
            .Where(static n => !IsSet(n)).Select(static n => n.Identifier.ValueText), StringComparer.Ordinal);

        // Code that goes through all layers names none.
        if (mentioned.Overlaps(["children", "named_children", "modules", "named_modules"]))
        {
            return;
        }

        if (module.Forward.Kind == ForwardKind.Chain)
        {
            mentioned.UnionWith(module.Chain ?? module.Layers.Select(static l => l.Name).ToEquatableArray());
        }

        // A size that no call tells is said of it already.
        foreach (var layer in layers.Where(l => !mentioned.Contains(l.Name)
            && !found.Any(f => f.Kind == FindingKind.CannotInfer && f.At.Name == l.Name)))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.Unused, layer.Locations.FirstOrDefault(),
                $"'{layer.Name}' is built, counted and saved, but nothing calls it. Call it in Forward, or remove it."));
        }
    }

    /// <summary><c>fc = ...</c> and <c>this.fc = ...</c>: it is set, not used.</summary>
    private static bool IsSet(IdentifierNameSyntax name)
    {
        ExpressionSyntax target = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own && own.Name == name
            ? own : name;
        return target.Parent is AssignmentExpressionSyntax assignment && assignment.Left == target
            && assignment.IsKind(SyntaxKind.SimpleAssignmentExpression);
    }
}

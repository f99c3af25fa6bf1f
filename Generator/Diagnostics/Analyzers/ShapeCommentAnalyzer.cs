using System.Collections.Immutable;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN1011: a shape in a comment at the end of a line is a claim about the tensor of that line. GEN2006: it cannot be
/// checked.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ShapeCommentAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.Comment,
        Descriptors.CommentUnchecked);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSymbolAction(context => Analyze(context, torch), SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context, TorchSymbols torch)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || !ProjectReadings.MayBeAnnotated(type, context.Compilation)
            || UserDeclarations.FirstAnnotated(type) is null)
        {
            return;
        }

        // A class without such comments costs nothing more than a look at its lines.
        var commented = LineShapes.Lines(type, context.Compilation, context.CancellationToken).Select(l => (Line: l, Comment: l.Shape))
            .Where(l => l.Comment is not null).ToArray();
        if (commented.Length == 0 || LineShapes.Of(type, commented.Select(l => l.Line), context.Compilation,
                context.CancellationToken) is not { } shapes)
        {
            return;
        }

        Unchecked(context, torch, type, [.. commented.Select(l => l.Line).Where(l => shapes.At(l).Output.IsUnknownRank)], shapes);
        foreach (var scope in commented.GroupBy(l => l.Line.Scope))
        {
            foreach (var (line, said, correct, input, output) in shapes.Wrong(scope.Select(l => (l.Line, l.Comment!)).ToArray()))
            {
                var subject = line.Subject.Length > 0 ? $"'{line.Subject}'" : "the result";
                var actual = line.Shape!.Input is null ? output.ToComment() : $"{input.ToComment()} -> {output.ToComment()}";
                var finding = new Finding(FindingKind.ShapeCommentDiffers, Anchor.Class, said, subject, actual, correct);
                if (!CompilerErrors.AreBehind(finding, type, context.Compilation, context.CancellationToken))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(finding.Kind), line.Location, Hints.Of(finding),
                        Messages.Of(finding)));
                }
            }
        }
    }

    /// <summary>Said once for the class.</summary>
    private static void Unchecked(SymbolAnalysisContext context, TorchSymbols torch, INamedTypeSymbol type,
        IReadOnlyList<CommentLine> lines, LineShapes shapes)
    {
        var tensors = shapes.HasErrors || shapes.IsUnchecked ? [] : lines.Where(l => l.Value is { } value
            && context.Compilation.ModelOf(value.SyntaxTree).GetTypeInfo(value, context.CancellationToken).Type is { } held
            && (l.Of is { } part && held is INamedTypeSymbol { IsTupleType: true, TupleElements: var parts } && parts.Length == part.Count
                ? torch.IsTensor(parts[part.Place].Type) : !l.IsOfTuple && torch.IsTensor(held))).ToArray();
        if (tensors is [var first, ..])
        {
            var written = first.Location.SourceTree!.GetText(context.CancellationToken).ToString(first.Location.SourceSpan);
            var finding = new Finding(FindingKind.ShapeCommentUnchecked, Anchor.Class, written.TrimStart('/').Trim(),
                first.Subject.Length > 0 ? $"'{first.Subject}'" : "the result", type.Name,
                (tensors.Length - 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (!CompilerErrors.AreBehind(finding, type, context.Compilation, context.CancellationToken))
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(finding.Kind), first.Location,
                    Messages.Of(finding)));
            }
        }
    }
}

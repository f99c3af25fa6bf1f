using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>What the compiler refuses. A class that it refuses is being written: its shapes are not judged.</summary>
internal static class CompilerErrors
{
    /// <summary>In the class that is looked at, or in one that the finding leads to: an error of Gen that comes of them is not
    /// said.</summary>
    public static bool AreBehind(Finding finding, INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        // Where the program sets the device on which tensors are made, it is not known which.
        if (finding is { IsOfDefaultDevice: true } or { Kind: FindingKind.LeftBehind }
            && ModuleConversions.In(compilation, cancellation).SetsDevice)
        {
            return true;
        }

        if (!finding.Kind.IsError() && finding.Kind is not (FindingKind.ShapeCommentDiffers or FindingKind.NoEqualForm))
        {
            return false;
        }

        var isGenerated = compilation.SyntaxTrees.Any(UserDeclarations.IsGenerated);
        var whole = TorchSymbols.In(compilation) is { } torch ? MissingParts.Whole(compilation, torch, cancellation) : compilation;

        // In a program that converts modules it is not known which.
        if (finding.IsOfModuleType && ModuleConversions.In(whole, cancellation).IsConverted)
        {
            return true;
        }

        return finding.Also.Prepend(finding.At).Select(a => a.Type).OfType<string>().Distinct().Select(compilation.GetTypeByMetadataName)
            .OfType<INamedTypeSymbol>().Prepend(type)
            .SelectMany(t => Declarations(t, cancellation))
            .Any(d => d.GetDiagnostics().Concat(whole.ModelOf(d.SyntaxTree).GetDiagnostics(d.Span, cancellation))
                .Any(e => e.Severity == DiagnosticSeverity.Error && (isGenerated || !IsOfMissingPart(e, d))));
    }

    /// <summary>Statements without a class are a file's.</summary>
    private static IEnumerable<SyntaxNode> Declarations(INamedTypeSymbol type, CancellationToken cancellation) =>
        UserDeclarations.Of(type, cancellation).Concat<SyntaxNode>(type.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation))
            .OfType<CompilationUnitSyntax>());

    /// <summary>Where the generator has not run, what it writes is missing: members by their names, a constructor or a <c>forward</c> by
    /// the name of the class.</summary>
    private static bool IsOfMissingPart(Diagnostic error, SyntaxNode declaration) =>
        declaration.DescendantNodesAndSelf().OfType<TypeDeclarationSyntax>().Any(d => error.Location.SourceSpan == d.Identifier.Span)
        || UserDeclarations.GeneratedMembers.Contains(declaration.SyntaxTree.GetText().ToString(error.Location.SourceSpan));
}

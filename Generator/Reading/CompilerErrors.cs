using Gen.Model;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>What the compiler refuses. A class that it refuses is being written: its shapes are not judged.</summary>
internal static class CompilerErrors
{
    /// <summary>In the class that is looked at, or in one that the finding leads to: a shape error that comes of them is not said.</summary>
    public static bool AreBehind(Finding finding, INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        if (!finding.Kind.IsError() && finding.Kind != FindingKind.ShapeCommentDiffers)
        {
            return false;
        }

        var isGenerated = compilation.SyntaxTrees.Any(UserDeclarations.IsGenerated);
        var whole = TorchSymbols.In(compilation) is { } torch ? MissingParts.Whole(compilation, torch, cancellation) : compilation;
        return finding.Also.Prepend(finding.At).Select(a => a.Type).OfType<string>().Distinct().Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>().Prepend(type)
            .SelectMany(t => UserDeclarations.Of(t, cancellation))
            .Any(d => d.GetDiagnostics().Concat(whole.ModelOf(d.SyntaxTree).GetDiagnostics(d.Span, cancellation))
                .Any(e => e.Severity == DiagnosticSeverity.Error && (isGenerated || !OfMissingMembers.Contains(e.Id))));
    }

    /// <summary>Where the generator has not run, what it writes beside the base class is missing.</summary>
    private static readonly HashSet<string> OfMissingMembers = new(["CS0103", "CS0117", "CS1061"], StringComparer.Ordinal);
}

using Gen.Model;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>What the compiler refuses. A class that it refuses is being written: its shapes are not judged.</summary>
internal static class CompilerErrors
{
    /// <summary>In the class that is looked at, or in one that the finding leads to: a shape error that comes of them is not said.</summary>
    public static bool AreBehind(Finding finding, INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) => (finding.Kind.IsError() || finding.Kind == FindingKind.ShapeCommentDiffers)
        && finding.Also.Prepend(finding.At).Select(a => a.Type).OfType<string>().Distinct().Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>().Prepend(type)
            .Any(t => AreIn(t, compilation, cancellation));

    /// <summary>Where the generator has not run: members that it writes are missing, and modules do not convert to what they will be.</summary>
    private static readonly HashSet<string> OfMissingParts = new(["CS0029", "CS0103", "CS0115", "CS0117", "CS0266", "CS0311", "CS0411", "CS0534", "CS1061", "CS1501", "CS1503", "CS1729", "CS7036", "CS8121", "CS8130", "CS9174"], StringComparer.Ordinal);

    /// <summary>A syntax error, or one of binding. Asked only where there is an error to report: it binds the class once more.</summary>
    private static bool AreIn(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        var isGenerated = compilation.SyntaxTrees.Any(UserDeclarations.IsGenerated);
        return UserDeclarations.Of(type, cancellation).Any(d =>
            d.GetDiagnostics().Any(IsError) || compilation.ModelOf(d.SyntaxTree).GetDiagnostics(d.Span, cancellation).Any(e => IsError(e) && (isGenerated || !OfMissingParts.Contains(e.Id))));
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;
}

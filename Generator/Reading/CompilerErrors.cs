using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>What the compiler refuses. A class that it refuses is being written: its shapes are not judged.</summary>
internal static class CompilerErrors
{
    /// <summary>
    /// A syntax error, or one of binding. Where the generator has not run, calls of modules do not bind, and only the syntax tells. Asked only
    /// where there is an error to report: it binds the class once more.
    /// </summary>
    public static bool AreIn(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        var isGenerated = compilation.SyntaxTrees.Any(UserDeclarations.IsGenerated);
        return UserDeclarations.Of(type, cancellation).Any(d =>
            d.GetDiagnostics().Any(IsError) || (isGenerated && compilation.ModelOf(d.SyntaxTree).GetDiagnostics(d.Span, cancellation).Any(IsError)));
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;
}

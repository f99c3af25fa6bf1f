using Gen.Checks;
using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>The shapes that the walk knows, line by line: what comments are compared with, and what is written into them.</summary>
internal sealed class LineShapes
{
    private readonly ShapeRecord record = new();
    private readonly ModuleModel module;
    private readonly Declaration declared;

    private LineShapes(ModuleModel module)
    {
        this.module = module;
        declared = Declaration.Read(module, []);
        IsWellDeclared = !ModuleChecker.Check(module, record, budget: null).Findings.Any(f => f.Kind.IsDeclaration());
    }

    /// <summary>After a mistake in the declaration nothing is said of the class.</summary>
    private bool IsWellDeclared { get; }

    /// <summary>Null where the class is no module, or its declaration is wrong.</summary>
    public static LineShapes? Of(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        ModuleReader.ReadForMessages(type, compilation, cancellation) is { } module
            && new LineShapes(module) is { IsWellDeclared: true } shapes ? shapes : null;

    /// <summary>The lines of all parts of a class, each part's in the order of its text.</summary>
    public static IEnumerable<CommentLine> Lines(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        UserDeclarations.Of(type, cancellation).SelectMany(
            d => CommentLines.Of(type, compilation.GetSemanticModel(d.SyntaxTree), d, cancellation));

    /// <summary>What goes into the layer of a field and what comes out.</summary>
    public (Shape Input, Shape Output) OfField(string field) => record.Of(field);

    /// <summary>What is known at a line: what goes in, where it is a layer's, and the tensor that is declared, assigned or
    /// returned.</summary>
    public (Shape Input, Shape Output) At(CommentLine line)
    {
        if (line.IsField)
        {
            return module.Layers.FirstOrDefault(l => l.Name == line.Subject) is { Factory: "ModuleList" or "ModuleDict" }
                ? (Shape.UnknownRank, Shape.UnknownRank) : record.Of(line.Subject);
        }

        return (Shape.UnknownRank, line.Numbers.Select(n => record.At(line.Scope, n)).FirstOrDefault(s => !s.IsUnknownRank)
            ?? Shape.UnknownRank);
    }

    /// <summary>The comments of a method, or of the fields, in the order of the text.</summary>
    public ShapeClaims Claims(IReadOnlyList<(CommentLine Line, ShapeComment Comment)> comments)
    {
        var names = declared.FreeNames.Concat(module.Constructor.Names.Where(p => p.IsInteger).Select(p => p.Name));
        var claims = new ShapeClaims(declared.Premises(module), names.Where(n => !comments.Any(c => c.Line.Locals.Contains(n))));
        claims.Learn(comments.Select(c => (c.Comment, At(c.Line).Output)));
        return claims;
    }
}

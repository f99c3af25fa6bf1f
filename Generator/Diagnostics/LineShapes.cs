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
    private readonly ModuleModel module;
    private readonly Seen forward;
    private readonly Dictionary<string, Seen> methods = new(StringComparer.Ordinal);

    /// <summary>What names with a dot stand for.</summary>
    private readonly Func<IEnumerable<string>, IReadOnlyDictionary<string, Dim>> computed;

    private LineShapes(ModuleModel module, Func<IEnumerable<string>, IReadOnlyDictionary<string, Dim>> computed)
    {
        this.module = module;
        this.computed = computed;
        forward = new(module);
        var findings = ModuleChecker.Check(module, forward.Record, budget: null).Findings;
        IsWellDeclared = !findings.Any(f => f.Kind.IsDeclaration());
        HasErrors = findings.Any(f => f.Kind.IsError());
        IsUnchecked = findings.Any(f => f.Kind == FindingKind.NothingChecked);
    }

    /// <summary>After an error shapes are not known, of which nothing is said.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Nothing in the module could be checked, which is said of the class.</summary>
    public bool IsUnchecked { get; }

    /// <summary>After a mistake in the declaration nothing is said of the class.</summary>
    private bool IsWellDeclared { get; }

    /// <summary>Null where the class is no module, or its declaration is wrong.</summary>
    /// <param name="type">The class.</param>
    /// <param name="lines">The lines that are asked for: methods that <c>Forward</c> does not come to are walked only for these.</param>
    /// <param name="compilation">The project.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static LineShapes? Of(INamedTypeSymbol type, IEnumerable<CommentLine> lines, Compilation compilation,
        CancellationToken cancellation)
    {
        if (ModuleReader.ReadForMessages(type, compilation, cancellation) is not { } module
            || new LineShapes(module, names => ModuleReader.Sizes(type, module, names, compilation, cancellation)) is not { IsWellDeclared: true } shapes)
        {
            return null;
        }

        var apart = new HashSet<string>(lines.Where(l => !l.IsField && module.Body?.Find(l.Scope) is null).Select(l => l.Scope),
            StringComparer.Ordinal);
        if (apart.Count > 0)
        {
            foreach (var (method, inside) in ModuleReader.Methods(type, module, compilation, cancellation, apart))
            {
                var seen = new Seen(inside);
                shapes.HasErrors |= ModuleChecker.CheckMethod(inside, seen.Record).Any(f => f.Kind.IsError());
                shapes.methods[BodyReader.Key(method)] = seen;
            }
        }

        return shapes;
    }

    /// <summary>The lines of all parts of a class, each part's in the order of its text.</summary>
    public static IEnumerable<CommentLine> Lines(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        UserDeclarations.Of(type, cancellation).SelectMany(
            d => CommentLines.Of(type, compilation.GetSemanticModel(d.SyntaxTree), d, cancellation));

    /// <summary>What goes into the layer of a field and what comes out.</summary>
    public (Shape Input, Shape Output) OfField(string field) => forward.Record.Of(field);

    /// <summary>What is known at a line: what goes in, where it is a layer's, and the tensor that is declared, assigned or
    /// returned.</summary>
    public (Shape Input, Shape Output) At(CommentLine line)
    {
        if (line.IsField)
        {
            return module.Layers.FirstOrDefault(l => l.Name == line.Subject) is { Factory: "ModuleList" or "ModuleDict" }
                ? (Shape.UnknownRank, Shape.UnknownRank) : forward.Record.Of(line.Subject);
        }

        var place = line.IsOfTuple ? line.Of?.Place : null;
        return (Shape.UnknownRank, line.Numbers.Select(n => Of(line).Record.At(line.Scope, n, place))
            .FirstOrDefault(s => !s.IsUnknownRank) ?? Shape.UnknownRank);
    }

    /// <summary>The comments of a method, or of the fields, in the order of the text.</summary>
    public ShapeClaims Claims(IReadOnlyList<(CommentLine Line, ShapeComment Comment)> comments)
    {
        var seen = comments.Count > 0 ? Of(comments[0].Line) : forward;
        var names = seen.Declared.FreeNames.Concat(module.Constructor.Names.Where(p => p.IsInteger).Select(p => p.Name));
        var claims = new ShapeClaims(seen.Declared.Premises(seen.Module), names.Where(n => !comments.Any(c => c.Line.Locals.Contains(n))),
            computed(comments.SelectMany(c => c.Comment.Names.Where(static n => n.Contains('.')))));
        claims.Learn(comments.Select(c => (c.Comment, At(c.Line).Output)));
        return claims;
    }

    private Seen Of(CommentLine line) => methods.TryGetValue(line.Scope, out var seen) ? seen : forward;

    /// <summary>What the walk of <c>Forward</c>, or of another method, saw.</summary>
    private sealed class Seen(ModuleModel module)
    {
        public ModuleModel Module => module;

        public ShapeRecord Record { get; } = new();

        public Declaration Declared { get; } = Declaration.Read(module, []);
    }
}

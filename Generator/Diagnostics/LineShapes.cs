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
            || new LineShapes(module, names => ModuleReader.Sizes(type, module, names, compilation, cancellation)) is not
                { IsWellDeclared: true } shapes)
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
        var record = Of(line).Record;
        return At(line, forward.Record.Of, (number, place) => record.At(line.Scope, number, place));
    }

    private (Shape Input, Shape Output) At(CommentLine line, Func<string, (Shape, Shape)> field, Func<int, int?, Shape> at) =>
        line.IsField ? module.Layers.FirstOrDefault(l => l.Name == line.Subject) is { Factory: "ModuleList" or "ModuleDict" }
            ? (Shape.UnknownRank, Shape.UnknownRank) : field(line.Subject)
        : (Shape.UnknownRank, line.Numbers.Select(n => at(n, line.IsOfTuple ? line.Of?.Place : null))
            .FirstOrDefault(s => !s.IsUnknownRank) ?? Shape.UnknownRank);

    /// <summary>
    /// The comments of a method, or of the fields, that are wrong: of what holds on all ways through it, or else on each of those that
    /// come there. Where an input is not there, a size that only it has may be any.
    /// </summary>
    public IEnumerable<(CommentLine Line, string Said, string Correct, Shape Input, Shape Output)> Wrong(
        IReadOnlyList<(CommentLine Line, ShapeComment Comment)> comments)
    {
        var claims = Claims(comments);
        var ways = comments.Count > 0 && Of(comments[0].Line).Record is { Ways: { Count: > 1 } several }
            ? several.Select(w => (Way: w, Claims: Claims(comments, w))).ToArray() : [];
        foreach (var (line, comment) in comments)
        {
            if (line.Others.Any(o => claims.Contradiction(comment, Shape.UnknownRank, At(line with { Numbers = o }).Output) is null))
            {
                continue;
            }

            var (input, output) = At(line);
            var wrong = claims.Contradiction(comment, input, output);
            var each = ways.Select(w => (Known: At(line, w.Way), w.Claims)).Where(static w => !w.Known.Output.IsUnknownRank)
                .Select(w => (w.Known, Wrong: w.Claims.Contradiction(comment, w.Known.Input, w.Known.Output))).ToArray();
            if (wrong is null && each.Length > 1 && each.All(static e => e.Wrong is not null))
            {
                ((input, output), wrong) = each[0];
            }

            if (wrong is var (said, correct))
            {
                yield return (line, said, correct, input, output);
            }
        }
    }

    private (Shape Input, Shape Output) At(CommentLine line, ShapeRecord.Way way) =>
        At(line, way.Of, (number, place) => way.At(line.Scope, number, place));

    /// <summary>The comments of a method, or of the fields, in the order of the text.</summary>
    public ShapeClaims Claims(IReadOnlyList<(CommentLine Line, ShapeComment Comment)> comments, ShapeRecord.Way? way = null)
    {
        var seen = comments.Count > 0 ? Of(comments[0].Line) : forward;
        var names = seen.Declared.FreeNames.Concat(module.Constructor.Names.Where(p => p.IsInteger).Select(p => p.Name));
        var premises = seen.Declared.Premises(seen.Module);
        var claims = new ShapeClaims(way is null ? premises : premises.And(way.Facts.All),
            names.Where(n => !comments.Any(c => c.Line.Locals.Contains(n)) && way?.Missing.Contains(n) != true),
            computed(comments.SelectMany(c => c.Comment.Names.Where(static n => n.Contains('.')))));
        claims.Learn(comments.Where(static c => c.Line.Others.Count == 0)
            .Select(c => (c.Comment, way is null ? At(c.Line).Output : At(c.Line, way).Output)));
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

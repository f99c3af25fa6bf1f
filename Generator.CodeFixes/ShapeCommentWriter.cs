using Gen.Checks;
using Gen.Diagnostics;
using Gen.Reading;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Gen.CodeFixes;

/// <summary>Writes and corrects shape comments, aligned within each run of lines. What is prose stays, and nothing is written beside
/// it.</summary>
internal static class ShapeCommentWriter
{
    private const int Gap = 2;

    /// <summary>A line longer than this does not push the comments of its neighbours aside.</summary>
    private const int LongLine = 120;

    public static IEnumerable<Change> Write(IEnumerable<CommentLine> lines, LineShapes shapes)
    {
        foreach (var scope in lines.GroupBy(l => l.Scope))
        {
            var claims = shapes.Claims(scope.Where(l => l.Shape is not null).Select(l => (l, l.Shape!)).ToArray());
            var text = scope.First().End.SyntaxTree!.GetText();
            var commented = scope.Select(l => new Commented(l, text, Words(l, shapes.At(l), claims))).Where(c => c.Words is not null)
                .ToArray();
            foreach (var run in Runs(commented, text).Where(r => r.Any(c => c.IsChanged)))
            {
                var column = Column(run);
                foreach (var line in run)
                {
                    var padding = new string(' ', line.Width > LongLine ? Gap : column - line.Width);
                    if (text.ToString(line.Tail) != padding + line.Words)
                    {
                        yield return new Change(line.Line.End.SyntaxTree!, line.Tail, padding + line.Words);
                    }
                }
            }
        }
    }

    /// <summary>The comment that the line shall have, slashes included; null where it shall have none.</summary>
    private static string? Words(CommentLine line, (Shape Input, Shape Output) known, ShapeClaims claims)
    {
        if (line.Comment.RawKind == 0)
        {
            // Another kind of comment, or a directive, stands there.
            return IsKnown(known.Output) && line.End.TrailingTrivia.All(
                t => t.IsKind(SyntaxKind.WhitespaceTrivia) || t.IsKind(SyntaxKind.EndOfLineTrivia)) ? "// " + known.Output.ToComment()
                : null;
        }

        var written = line.Comment.ToString();
        return line.Shape is { } comment && claims.Contradiction(comment, known.Input, known.Output) is var (_, correct)
            ? CommentText.Replace(written, correct)
            : written;
    }

    private static bool IsKnown(Shape shape) => !shape.HasUnknownLead && !shape.Dims.Any(d => d.IsUnknown);

    /// <summary>Lines that follow each other without an empty line or a brace between.</summary>
    private static IEnumerable<IReadOnlyList<Commented>> Runs(IEnumerable<Commented> lines, SourceText text)
    {
        var run = new List<Commented>();
        foreach (var line in lines.OrderBy(l => l.Number))
        {
            if (run.Count > 0 && Enumerable.Range(run[run.Count - 1].Number + 1, line.Number - run[run.Count - 1].Number - 1)
                .Any(n => text.Lines[n].ToString().Trim() is "" or "{" or "}"))
            {
                yield return run;
                run = [];
            }

            run.Add(line);
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    /// <summary>Where the comments of a run begin: where its author has them all, if the code leaves room, else behind the longest
    /// line.</summary>
    private static int Column(IReadOnlyList<Commented> run)
    {
        var least = run.Where(l => l.Width <= LongLine).Select(l => l.Width).DefaultIfEmpty(0).Max() + 1;
        return run.Select(l => l.WrittenAt).Where(c => c is not null).Distinct().ToArray() is [{ } column] && column >= least ? column
            : least - 1 + Gap;
    }

    /// <summary>A line with the comment that it shall have.</summary>
    private sealed class Commented(CommentLine line, SourceText text, string? words)
    {
        private readonly TextLine place = text.Lines.GetLineFromPosition(line.End.Span.End);

        public CommentLine Line => line;

        public string? Words => words;

        public int Number => place.LineNumber;

        /// <summary>How wide the code is.</summary>
        public int Width => line.End.Span.End - place.Start;

        public int? WrittenAt => line.Comment.RawKind == 0 ? null : line.Comment.SpanStart - place.Start;

        public bool IsChanged => line.Comment.RawKind == 0 || line.Comment.ToString() != words;

        /// <summary>What stands behind the code.</summary>
        public TextSpan Tail => TextSpan.FromBounds(line.End.Span.End, line.Comment.RawKind == 0 ? place.End : line.Comment.Span.End);
    }
}

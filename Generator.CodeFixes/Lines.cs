using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Gen.CodeFixes;

/// <summary>Declarations and statements as lines of text.</summary>
internal static class Lines
{
    /// <summary>The line break of a file.</summary>
    public static string Break(SyntaxNode node) =>
        node.SyntaxTree.GetText().ToString().IndexOf("\r\n", StringComparison.Ordinal) >= 0 ? "\r\n" : "\n";

    /// <summary>The white space before a node that begins its line; a space where others stand before it.</summary>
    public static string Indentation(SyntaxNode node)
    {
        var line = node.SyntaxTree.GetText().Lines.GetLineFromPosition(node.SpanStart);
        var before = line.ToString().Substring(0, node.SpanStart - line.Start);
        return string.IsNullOrWhiteSpace(before) ? before : "";
    }

    /// <summary>A line before a member or statement, or text before it where it does not begin its line.</summary>
    public static Change Before(SyntaxNode node, string text)
    {
        var isFirst = node.SyntaxTree.GetText().Lines.GetLineFromPosition(node.SpanStart) is var line
            && string.IsNullOrWhiteSpace(line.ToString().Substring(0, node.SpanStart - line.Start));
        return Change.Insert(node.SyntaxTree, node.SpanStart, isFirst ? text + Break(node) + Indentation(node) : text + " ");
    }

    /// <summary>
    /// Takes a field away with its documentation and the rest of its line; other comments above it stay. Null where it shares a declaration
    /// with another field.
    /// </summary>
    public static Change? Remove(VariableDeclaratorSyntax variable)
    {
        if (variable.Parent?.Parent is not FieldDeclarationSyntax { Declaration.Variables.Count: 1 } field)
        {
            return null;
        }

        var text = field.SyntaxTree.GetText();
        var documentation = field.GetLeadingTrivia().FirstOrDefault(
            t => t.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia) || t.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia));
        var start = documentation.RawKind == 0 ? field.SpanStart : documentation.FullSpan.Start;
        var (first, last) = (text.Lines.GetLineFromPosition(start), text.Lines.GetLineFromPosition(field.Span.End));
        var isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, start)))
            && field.GetTrailingTrivia().Any(t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        return new Change(field.SyntaxTree, isAlone ? TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak)
            : TextSpan.FromBounds(start, field.FullSpan.End), "");
    }

    /// <summary>Takes an item out of a list, with the comma and the white space before it, or behind it where it is the first.</summary>
    public static Change Remove<T>(SeparatedSyntaxList<T> list, T item)
        where T : SyntaxNode
    {
        var index = list.IndexOf(item);
        var span = index > 0 ? TextSpan.FromBounds(list[index - 1].Span.End, item.Span.End)
            : list.Count > 1 ? TextSpan.FromBounds(item.SpanStart, list[1].SpanStart)
            : item.Span;
        return new Change(item.SyntaxTree, span, "");
    }

    /// <summary>Takes a statement away with its line; comments before it and behind it stay.</summary>
    public static Change Remove(StatementSyntax statement)
    {
        var text = statement.SyntaxTree.GetText();
        var (first, last) = (text.Lines.GetLineFromPosition(statement.SpanStart), text.Lines.GetLineFromPosition(statement.Span.End));
        var before = text.ToString(TextSpan.FromBounds(first.Start, statement.SpanStart));
        var after = text.ToString(TextSpan.FromBounds(statement.Span.End, last.End));
        var span = (string.IsNullOrWhiteSpace(before), string.IsNullOrWhiteSpace(after)) switch
        {
            (true, true) => TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak),
            (true, false) => TextSpan.FromBounds(statement.SpanStart, statement.Span.End + after.Length - after.TrimStart().Length),
            _ => TextSpan.FromBounds(statement.SpanStart - (before.Length - before.TrimEnd().Length), statement.Span.End),
        };
        return new Change(statement.SyntaxTree, span, "");
    }
}

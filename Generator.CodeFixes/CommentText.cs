namespace Gen.CodeFixes;

/// <summary>The text of a comment as its author sets it: <c>// </c>, <c>//</c>.</summary>
internal static class CommentText
{
    /// <summary>The same slashes and spaces with other words.</summary>
    public static string Replace(string comment, string words)
    {
        var lead = comment.Length - comment.TrimStart('/').TrimStart().Length;
        return comment.Substring(0, lead) + words;
    }
}

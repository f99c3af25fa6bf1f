namespace Gen.Shapes;

/// <summary>A shape as someone wrote it into a comment.</summary>
/// <param name="Shape">What it says.</param>
/// <param name="Items">Its dimensions as written, a variadic first.</param>
/// <param name="Bracket">The opening bracket.</param>
internal sealed record WrittenShape(Shape Shape, IReadOnlyList<string> Items, char Bracket)
{
    /// <summary>The same with some dimensions replaced: null leaves one as it is written.</summary>
    public string With(IReadOnlyList<string?> replaced)
    {
        var lead = Items.Count - replaced.Count;
        var items = Items.Select((item, i) => i >= lead && replaced[i - lead] is { } other ? other : item).ToArray();
        return $"{Bracket}{string.Join(", ", items)}{(items.Length == 1 && !Shape.HasVariadic ? "," : "")}{(Bracket == '[' ? ']' : ')')}";
    }
}

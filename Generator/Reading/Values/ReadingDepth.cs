using Gen.Model;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>
/// How deep in one another the readers of values and of layers are, and how much one of them has read: whatever refers to itself, by
/// whatever way, ends here and is not known.
/// </summary>
internal sealed class ReadingDepth(int deepest)
{
    private const int MostSteps = 100_000;
    private readonly Dictionary<SyntaxNode, int> turns = [];
    private int level;
    private int steps;

    /// <summary>Goes one level deeper; false where that is too deep, or too much has been read on the way.</summary>
    public bool Enter()
    {
        if (level == 0)
        {
            steps = 0;
        }

        if (level >= deepest || steps >= MostSteps || !StackSpace.IsLeft())
        {
            return false;
        }

        level++;
        steps++;
        return true;
    }

    public void Leave() => level--;

    /// <summary>A loop or a function begins again: what it declares is new.</summary>
    public void Begin(SyntaxNode code) => turns[code] = Turn(code) + 1;

    public int Turn(SyntaxNode code) => turns.TryGetValue(code, out var turn) ? turn : 0;
}

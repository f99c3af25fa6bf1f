using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Gen.Freeing;

/// <summary>Names that nothing in a method has.</summary>
internal sealed class FreeNames(SyntaxNode method)
{
    private readonly HashSet<string> taken = new(method.DescendantTokens().Select(t => t.ValueText), StringComparer.Ordinal);
    private int count;

    /// <summary><c>t1</c>, <c>t2</c>, ...</summary>
    public string Next() => Unused("t" + (++count).ToString(CultureInfo.InvariantCulture));

    public string Unused(string name)
    {
        while (!taken.Add(name))
        {
            name += "_";
        }

        return name;
    }
}

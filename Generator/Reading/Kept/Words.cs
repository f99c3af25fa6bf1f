using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Gen.Reading;

/// <summary>The words of a text by their numbers, and the text by its digest, in one pass over its characters.</summary>
internal sealed class Words(char[] text)
{
    private const uint Offset = 2166136261;
    private const uint Prime = 16777619;
    private readonly HashSet<int> found = [];
    private ulong first = 14695981039346656037;
    private ulong second = 0x9E3779B97F4A7C15;

    /// <summary>An escape in a name hides it.</summary>
    public bool HasEscapes { get; private set; }

    public Digest Digest => new(first, second);

    /// <summary>The number of a word.</summary>
    public static int Of(string word)
    {
        var hash = Offset;
        foreach (var c in word)
        {
            hash = unchecked((hash ^ c) * Prime);
        }

        return unchecked((int)hash);
    }

    /// <summary>The number of a word in any case; no word as it is written has it but by chance.</summary>
    public static int OfAnyCase(string word) => Of("~" + word.ToUpperInvariant());

    public int[] Sorted()
    {
        var all = found.ToArray();
        Array.Sort(all);
        return all;
    }

    public void AddWord(int word) => found.Add(word);

    public void Mix(int number)
    {
        Mix(unchecked((char)number));
        Mix(unchecked((char)(number >> 16)));
    }

    public void Mix(Digest digest)
    {
        Mix(unchecked((int)digest.First));
        Mix((int)(digest.First >> 32));
        Mix(unchecked((int)digest.Second));
        Mix((int)(digest.Second >> 32));
    }

    public void Mix(string part)
    {
        Mix(part.Length);
        foreach (var c in part)
        {
            Mix(c);
        }
    }

    /// <summary>A part of the text.</summary>
    public void Add(TextSpan span)
    {
        var word = 0u;
        var isIn = false;
        for (var i = span.Start; i < span.End; i++)
        {
            var c = text[i];
            Mix(c);
            if (c < 128 ? c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_' or (>= '0' and <= '9')
                : SyntaxFacts.IsIdentifierPartCharacter(c))
            {
                // Characters that are not seen do not tell names apart.
                if (c < 128 || char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format)
                {
                    word = unchecked(((isIn ? word : Offset) ^ c) * Prime);
                    isIn = true;
                }

                continue;
            }

            HasEscapes |= c == '\\' && i + 1 < span.End && text[i + 1] is 'u' or 'U';
            if (isIn)
            {
                found.Add(unchecked((int)word));
                isIn = false;
            }
        }

        if (isIn)
        {
            found.Add(unchecked((int)word));
        }

        Mix(span.Length);
    }

    private void Mix(char c)
    {
        first = unchecked((first ^ c) * 1099511628211);
        second = unchecked((((second << 5) | (second >> 59)) ^ c) * 0xC2B2AE3D27D4EB4F);
    }
}

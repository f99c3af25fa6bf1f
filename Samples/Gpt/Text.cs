namespace Gpt;

/// <summary>A text as numbers, one for each character.</summary>
internal sealed class Text
{
    private readonly string alphabet;
    private readonly Dictionary<char, long> numbers;

    private Text(string text)
    {
        alphabet = string.Concat(text.Distinct().Order());
        numbers = alphabet.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => (long)p.i);
        var all = Encode(text);
        var border = all.shape[0] * 9 / 10;
        (Train, Test) = (all[..(int)border], all[(int)border..]);
    }

    /// <summary>The first nine tenths, int64 [N].</summary>
    public Tensor Train { get; }

    /// <summary>The last tenth, which is not trained on.</summary>
    public Tensor Test { get; }

    /// <summary>How many different characters there are.</summary>
    public int Vocabulary => alphabet.Length;

    /// <summary>Shakespeare's sonnets (1609, in the public domain).</summary>
    public static Text Sonnets()
    {
        using var stream = typeof(Text).Assembly.GetManifestResourceStream("Sonnets.txt")!;
        using var reader = new StreamReader(stream);
        return new Text(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }

    /// <summary>The text of a file.</summary>
    public static Text Read(string path) => new(File.ReadAllText(path).ReplaceLineEndings("\n"));

    /// <exception cref="ArgumentException">A character that the text does not have.</exception>
    public Tensor Encode(string text) => tensor(text.Select(c => numbers.TryGetValue(c, out var number) ? number
        : throw new ArgumentException($"'{c}' does not occur in the text, so that the model does not know it.")).ToArray());

    public char Decode(long number) => alphabet[(int)number];

    /// <summary>Random pieces of a text, and the same moved on by one character: int64 [count, length] each.</summary>
    public static (Tensor Text, Tensor Next) Batch(Tensor text, int count, long length)
    {
        var starts = randint(text.shape[0] - length, [count, 1]);
        var places = starts + arange(length);
        return (text[places], text[places + 1]);
    }
}

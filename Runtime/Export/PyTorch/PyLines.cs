using System.Globalization;
using System.Text.RegularExpressions;

namespace Gen.Export.PyTorch;

/// <summary>The lines of a function as they are written, and which variable holds what.</summary>
internal sealed class PyLines
{
    private readonly List<PyValue> pending = [];
    private readonly Dictionary<string, PyValue> holders = new(StringComparer.Ordinal);

    public List<string> Lines { get; private set; } = [];

    public int Depth { get; set; }

    public void Add(string line) => Lines.Add(new string(' ', 4 * Depth) + line);

    /// <summary>An expression that is not written yet.</summary>
    public PyValue Wait(PyValue value)
    {
        if (!value.IsName && !pending.Contains(value))
        {
            pending.Add(value);
        }

        return value;
    }

    /// <summary>A name that holds nothing that is still read.</summary>
    public string NameFor(string wish, PyValue value)
    {
        var name = PyText.Snake(wish);
        var result = name;
        for (var i = 2; holders.TryGetValue(result, out var holder) && holder != value && holder.Uses > 0; i++)
        {
            result = name + i.ToString(CultureInfo.InvariantCulture);
        }

        return result;
    }

    /// <summary>Puts an expression into a variable.</summary>
    public void Keep(PyValue value, string wish, string comment = "")
    {
        if (value.IsName && PyText.Snake(wish) == value.Text)
        {
            return;
        }

        var text = value.Text;
        Add($"{Claim(wish, value)} = {text}{comment}");
    }

    /// <summary>Gives a value a variable that nothing reads any more: what waits and reads it is written before.</summary>
    public string Claim(string wish, PyValue value)
    {
        pending.Remove(value);
        string name;
        do
        {
            name = NameFor(wish, value);
        }
        while (WriteReaders(name));
        Hold(name, value);
        return name;
    }

    /// <summary>The variable is this value from here on.</summary>
    public void Hold(string name, PyValue value)
    {
        pending.Remove(value);
        WriteReaders(name);
        holders[name] = value;
        value.Keep(name);
    }

    private bool WriteReaders(string name)
    {
        var count = Lines.Count;
        foreach (var waiting in pending.ToArray())
        {
            if (waiting is { Uses: > 0, IsName: false } && pending.Contains(waiting) && Reads(waiting.Text, name))
            {
                Keep(waiting, waiting.IsTensor ? "y" : "size");
            }
        }

        return Lines.Count > count;
    }

    /// <summary>Writes all that waits: something changes a tensor in place, or a loop begins.</summary>
    public void Flush()
    {
        foreach (var waiting in pending.ToArray())
        {
            if (waiting.Uses > 0 && !waiting.IsName && waiting.IsTensor)
            {
                Keep(waiting, "y");
            }
        }
    }

    /// <summary>Runs what writes lines, and takes them back where it cannot.</summary>
    public bool Try(Func<bool> write)
    {
        var (lines, depth) = (Lines, Depth);
        var (names, waiting) = (holders.ToArray(), pending.ToArray());
        Lines = [.. lines];
        var isDone = false;
        try
        {
            isDone = write();
        }
        catch (NotExportableException)
        {
            // The other way tells what is wrong.
        }

        if (!isDone)
        {
            (Lines, Depth) = (lines, depth);
            holders.Clear();
            foreach (var (name, value) in names)
            {
                holders[name] = value;
            }

            pending.Clear();
            pending.AddRange(waiting);
        }

        return isDone;
    }

    /// <summary>Variables that nothing reads are no lines, and a mode in which nothing is computed is none.</summary>
    public void Prune()
    {
        for (var i = Lines.Count - 1; i >= 0; i--)
        {
            if (Lines[i].TrimStart().StartsWith("with ", StringComparison.Ordinal) && (i == Lines.Count - 1
                || Indent(Lines[i + 1]) <= Indent(Lines[i])))
            {
                Lines.RemoveAt(i);
                continue;
            }

            var match = Regex.Match(Lines[i], "^ *([a-z_0-9]+) = (.*)$", RegexOptions.Singleline);
            if (match.Success && !match.Groups[2].Value.Contains("_(", StringComparison.Ordinal)
                && !Lines.Where((line, at) => at != i && Reads(Right(line, match.Groups[1].Value), match.Groups[1].Value)).Any())
            {
                Lines.RemoveAt(i);
            }
        }
    }

    /// <summary>The line without the variable that it sets.</summary>
    private static string Right(string line, string name) => line.TrimStart().StartsWith(name + " = ", StringComparison.Ordinal)
        ? line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..] : line;

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    private static bool Reads(string text, string name) => Regex.IsMatch(text, $@"(?<![\w.]){Regex.Escape(name)}(?!\w)");
}

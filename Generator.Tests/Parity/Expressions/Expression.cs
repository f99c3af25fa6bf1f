using System.Text.RegularExpressions;

namespace Gen.Tests.Parity.Expressions;

/// <summary>One expression in both languages.</summary>
/// <param name="Number">Its place in the table.</param>
/// <param name="Table">The file that it stands in.</param>
/// <param name="CSharp">For TorchSharp.</param>
/// <param name="Python">For PyTorch.</param>
internal sealed record Expression(int Number, string Table, string CSharp, string Python);

/// <summary>
/// Reads the tables: a line is an expression in C#, and after <c>~~</c> the same in Python where it is not only spelled otherwise.
/// <c>{a|b}</c> are choices, each of which makes an expression of its own, <c>{a~b|c}</c> with another text in Python,
/// <c>let name = text</c> is a text that <c>$name</c> stands for.
/// </summary>
internal static partial class ExpressionTable
{
    private static readonly (string Pattern, string With)[] Spellings =
    [
        (@"\.call\(", "("),
        (@"\bnew\s*\w*\[\] \{ (.*?) \}", "[$1]"),
        (@"\((\w+), (\w+)\) => ", "lambda $1, $2: "),
        (@"\((\w+), (\w+), (\w+)\) => ", "lambda $1, $2, $3: "),
        (@"\b(\w+) => ", "lambda $1: "),
        (@"beta1: ([\d.]+), beta2: ([\d.]+)", "betas=($1, $2)"),
        (@"etaminus: ([\d.]+), etaplus: ([\d.]+)", "etas=($1, $2)"),
        (@"min_step: ([\d.e-]+), max_step: ([\d.]+)", "step_sizes=($1, $2)"),
        (@"(?<!lambda )(?<!lambda \w, )(?<!lambda \w, \w, )\b(?!lambda:)([a-z]\w*): ", "$1="),
        (@"(?<![\w.])(\d+(?:\.\d+)?(?:e-?\d+)?)[fLd]\b", "$1"),
        (@"\bReduction\.None\b", "Reduction.none"),
        (@"\btrue\b", "True"),
        (@"\bfalse\b", "False"),
        (@"\bnull\b", "None"),
        (@"(float|double)\.PositiveInfinity", "inf"),
        (@"(float|double)\.NegativeInfinity", "-inf"),
        (@"@bool", "bool"),
        (@"\bhasBias=", "bias="),
        ("batchFirst=", "batch_first="),
        ("numLayers=", "num_layers="),
        ("nonLinearity=", "nonlinearity="),
        ("pos_weights=", "pos_weight="),
        ("padding_index=", "padding_idx="),
        ("tolerange_grad=", "tolerance_grad="),
        ("learningRate=", "lr="),
        ("RMSProp", "RMSprop"),
        (@"(?<!\w)type=", "dtype="),
        (@"\bis_casual=", "is_causal="),
        (@"\b(dimensions|dims|dimension)=", "dim="),
    ];

    public static string Folder => Path.Combine(SampleSources.Repository, "Generator.Tests", "Parity", "Expressions");

    /// <summary>All, each once.</summary>
    public static IReadOnlyList<Expression> All() =>
    [
        .. Directory.GetFiles(Path.Combine(Folder, "Tables"), "*.txt").Order(StringComparer.Ordinal)
            .SelectMany(file => Read(File.ReadAllLines(file))
                .Select(e => (Table: Path.GetFileNameWithoutExtension(file), e.CSharp, e.Python)))
            .DistinctBy(e => e.CSharp)
            .Select((e, i) => new Expression(i, e.Table, e.CSharp, e.Python)),
    ];

    /// <summary>The expressions of the lines of a table.</summary>
    public static IEnumerable<(string CSharp, string Python)> Read(IEnumerable<string> lines)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Joined(lines))
        {
            var text = Name().Replace(line, m => texts.GetValueOrDefault(m.Groups[1].Value, m.Value));
            if (line.StartsWith("let ", StringComparison.Ordinal) && text.Split(" = ", 2) is [var name, var value])
            {
                texts[name[4..]] = value;
                continue;
            }

            var pair = text.Split(" ~~ ", 2);
            foreach (var chosen in Choose(pair[0]))
            {
                yield return (chosen.CSharp, pair.Length == 1 ? Spell(chosen.Python)
                    : Given().Replace(Spell(pair[1]), m => chosen.Choices[m.Value[1] - '0']));
            }
        }
    }

    /// <summary>As Python spells it.</summary>
    public static string Spell(string text) => Spellings.Aggregate(text, (t, s) => Regex.Replace(t, s.Pattern, s.With));

    /// <summary>Every combination of the choices; in Python a choice has its own text, if it has one.</summary>
    private static IEnumerable<(string CSharp, string Python, string[] Choices)> Choose(string template)
    {
        if (Choice().Match(template) is not { Success: true } first)
        {
            return [(template, template, [])];
        }

        var (before, after) = (template[..first.Index], template[(first.Index + first.Length)..]);
        return first.Groups[1].Value.Split('|').Select(c => c.Split('~', 2)).SelectMany(c => Choose(after)
            .Select(rest => (before + c[0] + rest.CSharp, before + c[^1] + rest.Python, (string[])[Spell(c[^1]), .. rest.Choices])));
    }

    /// <summary>Without comments; a line that begins with a space goes on with the one before.</summary>
    private static IEnumerable<string> Joined(IEnumerable<string> lines)
    {
        var joined = "";
        foreach (var line in lines.Where(l => l.Trim().Length > 0 && l[0] != '#'))
        {
            if (line[0] == ' ')
            {
                joined += " " + line.Trim();
                continue;
            }

            if (joined.Length > 0)
            {
                yield return joined;
            }

            joined = line;
        }

        if (joined.Length > 0)
        {
            yield return joined;
        }
    }

    [GeneratedRegex(@"\$([a-z]+)")]
    private static partial Regex Name();

    [GeneratedRegex(@"\{([^{}]*\|[^{}]*)\}")]
    private static partial Regex Choice();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Given();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>Sizes as expressions of C# over the runtime's <c>Size</c>, with a local for each name.</summary>
/// <param name="taken">What else the code names.</param>
internal sealed class SizeExpressions(params string[] taken)
{
    private const string Unknown = "\"_\"";
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    /// <summary>The names that came up, and their locals.</summary>
    public IReadOnlyDictionary<string, string> Names => names;

    public string Of(Dim dim) => dim.IsUnknown || !IsNamed(dim) ? Unknown : Sum(dim);

    /// <summary>All names in a shape are such as a program may write: those that are made on the way mean nothing outside.</summary>
    public bool AreNamed(Shape shape) => shape.Dims.All(IsNamed);

    private static bool IsNamed(Dim dim) => dim.Names.All(static n => n == Graph.Trace.Training
        || Regex.IsMatch(n, @"^[\p{L}_][\p{L}\p{Nd}_]*(\.[\p{L}_][\p{L}\p{Nd}_]*)*$"));

    private string Sum(Dim dim) => dim.Terms.Count == 0 ? "0" : string.Concat(dim.Terms.Select((term, i) =>
        (term.Coefficient < 0 ? i == 0 ? "-" : " - " : i == 0 ? "" : " + ") + Product(term)));

    private string Product(Term term)
    {
        var factors = term.Atoms.Select(Factor);
        return string.Join(" * ", term.Coefficient is 1 or -1 && term.Atoms.Count > 0 ? factors
            : factors.Prepend(Math.Abs(term.Coefficient).ToString(CultureInfo.InvariantCulture)));
    }

    private string Factor(Atom atom) => atom.Kind switch
    {
        AtomKind.Name => Local(atom.Name),
        AtomKind.FloorDiv => $"({Operand(atom.Left!)} / {Operand(atom.Right!)})",
        AtomKind.Mod => $"({Operand(atom.Left!)} % {Operand(atom.Right!)})",
        var kind => $"{Symbols.Names.Size}.{kind}({Sum(atom.Left!)}, {Sum(atom.Right!)})",
    };

    private string Operand(Dim dim) => dim.AsName is not null || dim.Constant >= 0 ? Sum(dim) : $"({Sum(dim)})";

    private string Local(string name)
    {
        if (!names.TryGetValue(name, out var local))
        {
            local = name == Graph.Trace.Training ? "isTraining" : name.Replace('.', '_');
            while (taken.Contains(local) || names.ContainsValue(Identifier.Of(local)))
            {
                local = "_" + local;
            }

            names.Add(name, local = Identifier.Of(local));
        }

        return local;
    }
}

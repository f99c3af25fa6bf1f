using System.Globalization;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>A size of a random program: as shape strings write it, and what it is in the first run. Names of a call begin with a capital, a
/// constructor's do not.</summary>
internal readonly record struct Extent(string Text, long Value)
{
    public bool IsNumber => Text.All(char.IsDigit);

    /// <summary>Known when the module is built: layers can have it.</summary>
    public bool IsFixed => !Text.Any(c => char.IsUpper(c) || c == '?');

    /// <summary>As C# writes it, where it is known when the module is built.</summary>
    public string Code => Text.Replace("//", " / ", StringComparison.Ordinal).Replace("*", " * ", StringComparison.Ordinal)
        .Replace("+", " + ", StringComparison.Ordinal).Replace("-", " - ", StringComparison.Ordinal);

    private string Part => Text.Any(c => "+-*/%".Contains(c, StringComparison.Ordinal)) ? $"({Text})" : Text;

    public static implicit operator Extent(long value) => new(value.ToString(CultureInfo.InvariantCulture), value);

    public static Extent operator +(Extent a, Extent b) => Combine(a, "+", b, a.Value + b.Value);

    public static Extent operator -(Extent a, Extent b) => Combine(a, "-", b, a.Value - b.Value);

    public static Extent operator *(Extent a, Extent b) => Combine(a, "*", b, a.Value * b.Value);

    public static Extent operator /(Extent a, Extent b) => Combine(a, "//", b, (long)Math.Floor((double)a.Value / b.Value));

    /// <summary>The product of several.</summary>
    public static Extent Product(IEnumerable<Extent> extents) => extents.Aggregate((Extent)1, (a, b) => a is { Text: "1" } ? b : a * b);

    private static Extent Combine(Extent a, string op, Extent b, long value) =>
        a.IsNumber && b.IsNumber && value >= 0 ? value : new Extent($"{a.Part}{op}{b.Part}", value);
}

/// <summary>What a tensor of a random program holds.</summary>
internal enum Element
{
    Real,

    /// <summary>Numbers of classes, all of them 0 unless types are drawn, and then few.</summary>
    Index,

    /// <summary>What no layer takes: integers and truths of any value, complex numbers.</summary>
    Other,
}

/// <summary>A local of a random program.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dims">Its sizes.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Type">Its element type, as far as the writer knows; only where types are drawn.</param>
internal sealed record Variable(string Name, Extent[] Dims, Element Kind = Element.Real, string Type = "float32")
{
    public int Rank => Dims.Length;

    public long Elements => Dims.Aggregate(1L, (p, d) => p * d.Value);
}

using System.Globalization;

namespace Gen.Tests.Parity.Expressions;

/// <summary>What became of an expression in both.</summary>
internal enum Outcome
{
    /// <summary>The same values, shapes and types.</summary>
    Equal,

    /// <summary>Both throw.</summary>
    BothThrow,

    /// <summary>Both give a result, but not the same.</summary>
    Differs,

    /// <summary>Only TorchSharp throws.</summary>
    ThrowsHere,

    /// <summary>Only PyTorch throws.</summary>
    ThrowsThere,

    /// <summary>The version of PyTorch has no such function or argument.</summary>
    Absent,
}

/// <summary>Compares two lines of results.</summary>
internal static class Comparison
{
    public static Outcome Of(string here, string there) => (Value(here), Value(there)) switch
    {
        (_, null) when IsAbsent(there) => Outcome.Absent,
        (null, null) => Outcome.BothThrow,
        (null, _) => Outcome.ThrowsHere,
        (_, null) => Outcome.ThrowsThere,
        var (a, b) => AreEqual(a, b) ? Outcome.Equal : Outcome.Differs,
    };

    private static string? Value(string line) => line.StartsWith("ok\t", StringComparison.Ordinal) ? line[3..] : null;

    private static bool IsAbsent(string error) => error.Contains("AttributeError", StringComparison.Ordinal)
        || error.Contains("NameError", StringComparison.Ordinal) || error.Contains("unexpected keyword", StringComparison.Ordinal)
        || error.Contains("has no keyword", StringComparison.Ordinal);

    private static bool AreEqual(string here, string there)
    {
        var (a, b) = (here.Split(" ; "), there.Split(" ; "));
        return a.Length == b.Length && a.Zip(b).All(p => IsSame(p.First, p.Second));
    }

    private static bool IsSame(string here, string there)
    {
        if (here == there)
        {
            return true;
        }

        var (a, b) = (here.Split(' '), there.Split(' '));
        var (typeHere, typeThere) = (a[0] == "sparse" ? a[1] : a[0], b[0] == "sparse" ? b[1] : b[0]);

        // A number of C# and a tensor without dimensions may stand for each other.
        var isNumber = a[0] == "number" || b[0] == "number";
        if (a.Length != b.Length || a[0] == "text" || b[0] == "text"
            || (typeHere != typeThere && !(isNumber && IsScalar(a) && IsScalar(b))))
        {
            return false;
        }

        // Sums of large numbers that cancel are as exact as the large ones.
        var (relative, absolute) = Tolerance(isNumber ? "Float32" : typeHere.Split('[')[0]);
        absolute *= Math.Max(1, b.Skip(1).Select(t => double.TryParse(t, CultureInfo.InvariantCulture, out var y) ? Math.Abs(y) : 0)
            .Where(double.IsFinite).DefaultIfEmpty().Max());
        return a.Skip(1).Zip(b.Skip(1)).All(p => p.First == p.Second
            || (double.TryParse(p.First, CultureInfo.InvariantCulture, out var x)
                && double.TryParse(p.Second, CultureInfo.InvariantCulture, out var y)
                && Math.Abs(x - y) <= absolute + (relative * Math.Abs(y))));
    }

    private static bool IsScalar(string[] value) => value[0] == "number" || value[0].EndsWith("[]", StringComparison.Ordinal);

    private static (double Relative, double Absolute) Tolerance(string type) => type switch
    {
        "Float32" or "ComplexFloat32" => (1e-4, 1e-5),
        "Float64" or "ComplexFloat64" => (1e-6, 1e-7),
        "Float16" or "BFloat16" => (1e-2, 1e-2),
        _ => (0, 0),
    };
}

using CsCheck;
using Gen.Shapes;
using G = CsCheck.Gen;

namespace Gen.Tests.Algebra;

/// <summary>Facts, and sizes that meet them: 1 or more for each name, unless a fact says otherwise.</summary>
internal sealed record Situation(string Where, Facts Facts, IReadOnlyList<Sizes> Assignments)
{
    /// <summary>Facts as text, and as what they mean.</summary>
    private static readonly (string Text, Fact Fact, Func<Sizes, bool> Holds)[] Known =
    [
        Of("H % 2 == 0", s => s.H % 2 == 0),
        Of("H % 3 == 0", s => s.H % 3 == 0),
        Of("H % 4 == 0", s => s.H % 4 == 0),
        Of("W % 4 == 0", s => s.W % 4 == 0),
        Of("H % 4 == 1", s => (s.H + 40) % 4 == 1),
        Of("W % 3 == 2", s => (s.W + 30) % 3 == 2),
        Of("d % B == 0", s => s.B != 0 && s.D % s.B == 0),
        Of("d % H == 0", s => s.H != 0 && s.D % s.H == 0),
        Of("W % B == 0", s => s.B != 0 && s.W % s.B == 0),
        Of("(H*W) % 4 == 0", s => s.H * s.W % 4 == 0),
        Of("(B+1) % 3 == 0", s => (s.B + 1) % 3 == 0),
        Of("(2*H) % 6 == 0", s => 2 * s.H % 6 == 0),
        Of("H == W", s => s.H == s.W),
        Of("d == B*H", s => s.D == s.B * s.H),
        Of("W == 2*H+1", s => s.W == 2 * s.H + 1),
        Of("B == 1", s => s.B == 1),
        Of("d == 8", s => s.D == 8),
        Of("H+W == 10", s => s.H + s.W == 10),
        Of("H//2 == 3", s => s.H is 6 or 7),
        Of("B != 1", s => s.B != 1),
        Of("H != W", s => s.H != s.W),
        Of("W != 2*H", s => s.W != 2 * s.H),
        Of("H <= 6", s => s.H <= 6),
        Of("W < 5", s => s.W < 5),
        Of("H >= 3", s => s.H >= 3),
        Of("4 < d", s => s.D > 4),
        Of("B >= 0", s => s.B >= 0),
        Of("W >= -3", s => s.W >= -3),
        Of("W <= 0", s => s.W <= 0),
        Of("H > W", s => s.H > s.W),
        Of("H >= W+2", s => s.H >= s.W + 2),
        Of("d >= 2*B", s => s.D >= 2 * s.B),
        Of("W <= H", s => s.W <= s.H),
        Of("max(H,W) <= 7", s => Math.Max(s.H, s.W) <= 7),
        Of("min(B,d) >= 2", s => Math.Min(s.B, s.D) >= 2),
    ];

    private static readonly Gen<Sizes> Any = G.Select(G.Long[-3, 12], G.Long[-3, 12], G.Long[-3, 12], G.Long[-3, 12],
        (b, h, w, d) => new Sizes(b, h, w, d));

    /// <summary>Up to three facts; of many random sizes those that meet them.</summary>
    public static Gen<Situation> Random { get; } = G.Select(G.Int[0, Known.Length - 1].Array[0, 3], Any.Array[32], (picked, sizes) =>
    {
        var facts = picked.Distinct().Select(i => Known[i]).ToArray();
        var least = new Sizes(Least("B", facts), Least("H", facts), Least("W", facts), Least("d", facts));
        return new Situation(
            string.Join(", ", facts.Select(f => f.Text)),
            Facts.None.And(facts.Select(f => f.Fact)),
            [.. sizes.Where(s => s.B >= least.B && s.H >= least.H && s.W >= least.W && s.D >= least.D && facts.All(f => f.Holds(s)))]);
    });

    private static (string Text, Fact Fact, Func<Sizes, bool> Holds) Of(string text, Func<Sizes, bool> holds) =>
        (text, Dims.Facts(text).All.Single(), holds);

    private static long Least(string name, (string Text, Fact Fact, Func<Sizes, bool> Holds)[] facts) =>
        facts.Any(f => f.Text == $"{name} <= 0") ? long.MinValue
        : facts.Any(f => f.Text == $"{name} >= -3") ? -3
        : facts.Any(f => f.Text == $"{name} >= 0") ? 0
        : 1;
}

/// <summary>A value for each name that the random expressions use.</summary>
internal readonly record struct Sizes(long B, long H, long W, long D)
{
    public long this[string name] => name switch
    {
        "B" => B,
        "H" => H,
        "W" => W,
        _ => D,
    };
}

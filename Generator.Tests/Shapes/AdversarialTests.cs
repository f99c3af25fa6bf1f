using System.Diagnostics;
using System.Globalization;
using Gen.Shapes;

namespace Gen.Tests.Algebra;

public class AdversarialTests
{
    private const long Most = long.MaxValue;

    public static TheoryData<string, string> LongTexts => new()
    {
        { "a sum", string.Join("+", Enumerable.Repeat("H", 5_000)) },
        { "a sum of many names", string.Join("+", Enumerable.Range(0, 2_000).Select(i => $"a{i}")) },
        { "a product", string.Join("*", Enumerable.Repeat("H", 5_000)) },
        { "a product of sums", string.Join("*", Enumerable.Repeat("(a+b+c+d)", 1_000)) },
        { "a product of numbers", string.Join("*", Enumerable.Repeat("97", 3_000)) },
        { "quotients", "H" + string.Concat(Enumerable.Repeat("//W", 3_000)) },
        { "quotients of sums", string.Join("//", Enumerable.Repeat("(H+W)", 1_500)) },
        { "remainders", string.Join("%", Enumerable.Repeat("(H+3)", 1_500)) },
        { "parentheses", new string('(', 5_000) + "H" + new string(')', 5_000) },
        { "open parentheses", new string('(', 10_000) },
        { "signs", new string('-', 10_000) + "H" },
        { "minima", string.Concat(Enumerable.Repeat("min(H,", 2_000)) },
        { "nested minima", string.Concat(Enumerable.Repeat("min(H+W*", 60)) + "1" + string.Concat(Enumerable.Repeat(",W)", 60)) },
        { "nested quotients", string.Concat(Enumerable.Repeat("(", 100)) + "H" + string.Concat(Enumerable.Repeat("//W+H)", 100)) },
        { "digits", new string('9', 10_000) },
        { "dimensions", string.Join(" ", Enumerable.Repeat("H", 5_000)) },
        { "tensors", string.Join(",", Enumerable.Repeat("H", 5_000)) },
        { "facts", string.Join(",", Enumerable.Range(0, 1_500).Select(i => $"a{i}%2==0")) },
        { "as many facts as there may be", string.Join(",", Enumerable.Range(0, 63).Select(i => $"a{i}%a{i + 1}==0")) },
        { "spaces", new string(' ', 10_000) + "H" },
        { "one name", new string('H', 10_000) },
        { "too much", new string('H', 1_000_000) },
    };

    /// <summary>No measure of speed: what grows with the square or worse of these texts takes hours.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    [Theory]
    [MemberData(nameof(LongTexts))]
    public void A_long_text_ends_quickly_in_a_result_or_an_error(string what, string text)
    {
        var watch = Stopwatch.StartNew();
        var results = new object?[]
        {
            ShapeParser.ParseSignature(text) is var s && s.Signature is null ? s.Error : s.Signature,
            ShapeParser.ParseDim(text) is var d && d.Dim is null ? d.Error : Comparison.Compare(d.Dim, 1, Facts.None),
            ShapeParser.ParseFacts(text) is var f && f.Facts is null ? f.Error
                : Comparison.Compare(Dim.Name("a0") * Dim.Name("H"), Dim.Name("a1"), f.Facts),
        };
        Assert.All(results, Assert.NotNull);
        Assert.True(watch.Elapsed < Hang, $"{what} took {watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public void A_long_text_needs_no_deep_stack()
    {
        Exception? failure = null;
        var thread =
            new Thread(
                () =>
                    failure =
                        Record.Exception(
                            () =>
                                Assert.All(LongTexts, row => A_long_text_ends_quickly_in_a_result_or_an_error(row.Data.Item1,
                                    row.Data.Item2))), 512 * 1024);
        thread.Start();
        Assert.True(thread.Join(Hang * LongTexts.Count));
        Assert.Null(failure);
    }

    [Fact]
    public void What_overflows_is_unknown()
    {
        var most = Dim.Of(Most);
        Assert.All(
            [most + 1, -most - 1, most * 2, most * most, Dim.Of(long.MinValue), Dim.Name("H") * most * 2, (Dim.Name("H") + most) * 2,
                Dim.FloorDiv(Dim.Name("H"), Most) * 2 * Most],
            dim => Assert.True(dim.IsUnknown));
        Assert.Equal(Most, most.Constant);
        Assert.Equal(-Most, (-most).Constant);
        Assert.Equal(Verdict.Unknown, Comparison.Compare(most * Dim.Name("H"), -most * Dim.Name("W") - most * Dim.Name("H") * 2,
            Facts.None));
    }

    [Fact]
    public void The_largest_numbers_go_through_every_operation()
    {
        Dim[] all = [Dim.Unknown, 0, 1, -1, 2, Most, -Most, Most - 1, Dim.Name("H"), Dim.Name("H") * Most, Dim.Name("H") - Most,
            Dim.Max(Dim.Name("H") - Most, 3), Dim.Of(long.MinValue)];
        var facts =
            Dims.Facts(
                "H <= 9223372036854775807, W > 9223372036854775807, H >= -9223372036854775807, d % 9223372036854775807 == 0, H % 3 == 2");
        foreach (var a in all)
        {
            foreach (var b in all)
            {
                foreach (var dim in new[] { a + b, a - b, a * b, Dim.FloorDiv(a, b), Dim.Mod(a, b), Dim.Min(a, b), Dim.Max(a, b) })
                {
                    Assert.Equal(dim, ShapeParser.ParseDim(dim.ToString()).Dim);
                    Assert.NotNull(dim.Simplify(facts));
                }

                Assert.True(Enum.IsDefined(Comparison.Compare(a, b, facts)));
                Assert.False(Comparison.AtLeast(a, b, facts) is true && Comparison.AtLeast(b, a + 1, facts) is true);
            }
        }
    }

    [Theory]
    [InlineData("fi-FI")]
    [InlineData("de-DE")]
    [InlineData("fa-IR")]
    public void Texts_are_the_same_in_every_culture(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo(culture);
        try
        {
            Assert.Equal("7-1000000*H", (Dim.Name("H") * -1_000_000 + 7).ToString());
            Assert.Equal("-1000", Dim.Of(-1_000).ToString());
            Assert.Equal(Dim.Of(1_000_000), Dims.Of("1000000"));
            Assert.Equal("1000L * h", DimText.ToCSharp(1000 * Dim.Name("H"), n => "h"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}

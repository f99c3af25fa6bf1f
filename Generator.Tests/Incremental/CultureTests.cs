using System.Globalization;

namespace Gen.Tests.Incremental;

/// <summary>The same bytes on every machine.</summary>
public sealed class CultureTests
{
    [Theory]
    [InlineData("fi-FI")]
    [InlineData("de-DE")]
    [InlineData("fa-IR")]
    public void A_culture_changes_no_byte_and_no_message(string culture)
    {
        const string Source = """
            [Shape("B 1 28 28 -> B 10")]
            [Expect(Parameters = 1_234_567)]
            public partial class Net
            {
                [Layer] private readonly Flatten flatten;
                [Layer(-1, 1_000)] private readonly Linear fc1;
                [Layer(0.25)] private readonly Dropout dropout;
                [Layer(-1, 10)] private readonly Linear fc2;
            }
            """;
        var (text, messages) = Run(CultureInfo.InvariantCulture, Source);
        Assert.Contains("0.25D", text, StringComparison.Ordinal);
        Assert.Contains("1,234,567 expected, 795,010 computed", Assert.Single(messages), StringComparison.Ordinal);
        Assert.Equal((text, messages), Run(CultureInfo.GetCultureInfo(culture), Source),
            (a, b) => a.Item1 == b.Item1 && a.Item2.SequenceEqual(b.Item2));
    }

    [Fact]
    public void The_cultures_are_really_there() => Assert.Equal("1,5", 1.5.ToString(CultureInfo.GetCultureInfo("fi-FI")));

    private static (string Text, string[] Messages) Run(CultureInfo culture, string source)
    {
        var (before, beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
        try
        {
            // A project of its own: nothing of it has been read in another culture.
            var compilation = Compilations.Of(source).WithAssemblyName(culture.Name);
            var text = Compilations.Driver().RunGenerators(compilation).GetRunResult().GeneratedTrees.Single().ToString();
            return (text, [.. Compilations.Diagnose(compilation).Select(d => d.GetMessage(culture))]);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }
}

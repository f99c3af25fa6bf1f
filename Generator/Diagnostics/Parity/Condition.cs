using Microsoft.CodeAnalysis;

namespace Gen.Diagnostics.Parity;

/// <summary>When a difference certainly applies, by what is written at the place of use.</summary>
/// <param name="Words">For the page: <c>without `margin`</c>.</param>
/// <param name="Holds">Decides.</param>
internal sealed record Condition(string Words, Func<Use, bool> Holds)
{
    public static readonly Condition Always = new("", _ => true);

    /// <summary>A flag is a constant <c>true</c>.</summary>
    public static Condition True(string parameter) => Is(parameter, true);

    public static Condition Is(string parameter, object? value) => new($"`{parameter}: {Word(value)}`", use => use.Is(parameter, value));

    /// <summary>The parameter exists and is not known to get the value.</summary>
    public static Condition IsNot(string parameter, object? value) =>
        new($"unless `{parameter}: {Word(value)}`", use => use.Has(parameter) && !use.Is(parameter, value));

    public static Condition Missing(string parameter) =>
        new($"without `{parameter}`", use => use.Has(parameter) && !use.IsGiven(parameter));

    public static Condition Given(string parameter) =>
        new($"with `{parameter}`", use => use.IsGiven(parameter) && !use.Is(parameter, null));

    /// <summary>The overload without this parameter.</summary>
    public static Condition Without(params string[] parameters) => new($"without `{parameters[0]}`", use => !parameters.Any(use.Has));

    public Condition And(Condition other) => new(string.Join(", ", new[] { Words, other.Words }.Where(w => w.Length > 0)),
        use => Holds(use) && other.Holds(use));

    /// <summary>The same, in other words or in none.</summary>
    public Condition Saying(string words) => this with { Words = words };

    private static string Word(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}

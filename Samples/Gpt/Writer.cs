using System.Text;

namespace Gpt;

/// <summary>Writes on, one character after the other.</summary>
internal static class Writer
{
    /// <param name="model">Trained.</param>
    /// <param name="text">What numbers mean.</param>
    /// <param name="prompt">The beginning; at least one character.</param>
    /// <param name="length">How many characters are added.</param>
    /// <param name="temperature">Below 1 it prefers what is likely, above 1 it dares more.</param>
    public static string Write(CharacterGpt model, Text text, string prompt, int length, double temperature)
    {
        model.eval();
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var written = new StringBuilder(prompt);
        var known = text.Encode(prompt).unsqueeze(0);
        for (var i = 0; i < length; i++)
        {
            var seen = known[.., ^(int)Math.Min(model.Context, known.shape[1])..];
            var scores = model.call(seen)[0, ^1] / temperature;
            var next = multinomial(functional.softmax(scores, dim: 0), 1);
            written.Append(text.Decode(next.ToInt64()));
            known = cat([known, next.unsqueeze(0)], 1);
        }

        return written.ToString();
    }
}

namespace Gen.Shapes;

/// <summary>Why a text is no shape string.</summary>
/// <param name="Message">One sentence.</param>
/// <param name="Position">Where in the text, from 0.</param>
/// <param name="Length">How many characters it concerns.</param>
internal sealed record ShapeError(string Message, int Position, int Length);

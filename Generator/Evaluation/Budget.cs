namespace Gen.Evaluation;

/// <summary>
/// How much one check may do. Each statement, expression and layer that is walked is a step, on every way, in every turn and in every
/// module that is entered; what is not known after the last step stays unknown.
/// </summary>
internal sealed class Budget(int most = Budget.Most)
{
    /// <summary>Some ten times what the largest models take.</summary>
    public const int Most = 100_000;

    /// <summary>For code that is no module's, of which there is more.</summary>
    public const int MostOfCode = 30_000;

    public int Steps { get; private set; }

    public bool IsSpent => Steps > most;

    /// <summary>One more step, or several; false where there are none left.</summary>
    public bool Take(int steps = 1)
    {
        Steps = IsSpent ? Steps : Steps + Math.Min(steps, most + 1);
        return !IsSpent;
    }
}

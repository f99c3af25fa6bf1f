using System.Runtime.CompilerServices;

namespace Gen.Model;

/// <summary>
/// The space that is left on the stack. Every walk has a bound of its own; where a compiler runs on a smaller stack than it is made for,
/// the walk ends sooner: a stack that overflows cannot be caught.
/// </summary>
internal static class StackSpace
{
    [ThreadStatic]
    private static int shortages;

    /// <summary>How often there was none left on this thread. What was made meanwhile holds for this stack alone.</summary>
    public static int Shortages => shortages;

    public static bool IsLeft()
    {
        try
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            return true;
        }
        catch (InsufficientExecutionStackException)
        {
            shortages++;
            return false;
        }
    }
}

namespace Gen;

/// <summary>
/// A <c>state_dict</c> or a checkpoint does not fit the module that is to load it. It names every key that does not fit, and
/// nothing of the module was changed.
/// </summary>
public sealed class StateMismatchException : InvalidOperationException
{
    /// <summary>Names what does not fit.</summary>
    /// <param name="module">The module's name.</param>
    /// <param name="missing">Keys of the module that were not given; empty where they may be missing.</param>
    /// <param name="unexpected">Keys that the module does not have; empty where there may be some.</param>
    /// <param name="differences">Keys whose tensors have another shape or type.</param>
    public StateMismatchException(string module, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected,
        IReadOnlyList<StateDifference> differences)
        : base(string.Join("\n  ", [
            $"{module}: the state that was given does not fit, nothing was changed.",
            .. missing.Select(k => $"missing: {k}"),
            .. unexpected.Select(k => $"unexpected: {k}"),
            .. differences.Select(d => $"{d.Key}: needs {d.Needed}, got {d.Given}"),
        ]))
    {
        MissingKeys = missing;
        UnexpectedKeys = unexpected;
        Differences = differences;
    }

    /// <summary>Keys of the module that were not given.</summary>
    public IReadOnlyList<string> MissingKeys { get; }

    /// <summary>Keys that the module does not have.</summary>
    public IReadOnlyList<string> UnexpectedKeys { get; }

    /// <summary>Keys whose tensors have another shape or type.</summary>
    public IReadOnlyList<StateDifference> Differences { get; }
}

/// <summary>A tensor that does not fit the one of the same key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Needed">The shape or the type that the module has: <c>(128, 784)</c>.</param>
/// <param name="Given">The shape or the type that was given.</param>
public sealed record StateDifference(string Key, string Needed, string Given);

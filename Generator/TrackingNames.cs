namespace Gen;

/// <summary>The named stages of the pipeline.</summary>
internal static class TrackingNames
{
    /// <summary>A class as declared.</summary>
    public const string Model = nameof(Model);

    /// <summary>Whether shapes are checked at run time.</summary>
    public const string Guards = nameof(Guards);

    /// <summary>Its generated text.</summary>
    public const string Source = nameof(Source);
}

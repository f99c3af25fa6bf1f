namespace Gen;

/// <summary>A module cannot be written for another program so that it computes the same there. The message names what has no equal form,
/// and where it is. Nothing was written.</summary>
public sealed class NotExportableException : InvalidOperationException
{
    /// <summary>An exception without a message of its own.</summary>
    public NotExportableException()
    {
    }

    /// <param name="message">What has no equal form, and why.</param>
    public NotExportableException(string message)
        : base(message)
    {
    }

    /// <param name="message">What has no equal form, and why.</param>
    /// <param name="innerException">What was thrown.</param>
    public NotExportableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

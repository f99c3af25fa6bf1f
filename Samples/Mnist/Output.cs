namespace Mnist;

/// <summary>The output folder.</summary>
internal static class Output
{
    /// <summary>Finds out before the training whether the folder can be written to.</summary>
    /// <exception cref="UserErrorException">It cannot.</exception>
    public static void Prepare(string folder) => Guard(folder, () =>
    {
        Directory.CreateDirectory(folder);
        var probe = Path.Combine(folder, ".partial-probe");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    });

    public static void Guard(string folder, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"{folder}: cannot be written to: {e.Message}");
        }
    }
}

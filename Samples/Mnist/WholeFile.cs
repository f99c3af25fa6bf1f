namespace Mnist;

/// <summary>Writes a file whole or not at all: beside its place first, then moved there.</summary>
internal static class WholeFile
{
    public static async Task WriteAsync(string path, byte[] content, CancellationToken cancellation)
    {
        var temporary = path + ".partial";
        try
        {
            await File.WriteAllBytesAsync(temporary, content, cancellation);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public static void Write(string path, Action<string> write)
    {
        // The ending stays, since some writers go by it.
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".partial-{Path.GetFileName(path)}");
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}

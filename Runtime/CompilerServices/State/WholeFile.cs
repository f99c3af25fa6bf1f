namespace Gen.CompilerServices;

/// <summary>Writes files whole or not at all: beside their places first, then moved there. What stood there stays until then.</summary>
internal static class WholeFile
{
    public static void Write(string path, Action<Stream> write) => Write([(path, write)]);

    /// <summary>Files that belong together: none is moved before all of them are written. They are moved in their order, so that the one
    /// that names the others comes last.</summary>
    public static void Write(IEnumerable<(string Path, Action<Stream> Write)> files)
    {
        var written = new List<(string Temporary, string Path)>();
        try
        {
            foreach (var (file, write) in files)
            {
                var path = Target(file);
                if (IsDevice(path))
                {
                    using var device = File.Create(path);
                    write(device);
                    continue;
                }

                var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
                written.Add((temporary, path));
                using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            foreach (var (temporary, path) in written)
            {
                if (!OperatingSystem.IsWindows() && File.Exists(path))
                {
                    File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
                }

                File.Move(temporary, path, overwrite: true);
            }
        }
        finally
        {
            written.ForEach(static w => File.Delete(w.Temporary));
        }
    }

    /// <summary>What a link leads to is replaced, not the link.</summary>
    private static string Target(string path)
    {
        path = Path.GetFullPath(path);
        return new FileInfo(path) is { LinkTarget: not null } link && link.ResolveLinkTarget(returnFinalTarget: true) is { } target
            ? target.FullName : path;
    }

    /// <summary>A device is no file that could be replaced.</summary>
    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal)
        || path.StartsWith("/proc/", StringComparison.Ordinal) || path.StartsWith(@"\\.\", StringComparison.Ordinal);
}

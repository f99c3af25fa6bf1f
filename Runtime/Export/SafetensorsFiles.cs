using System.Text.Json;

namespace Gen.Export;

/// <summary>The safetensors of a path, in one file or in several that an index names: opened and checked, not yet read.</summary>
internal sealed class SafetensorsFiles : IDisposable
{
    public const string IndexEnding = ".index.json";
    private readonly List<(FileStream Stream, SafetensorsHeader Header)> files = [];

    private SafetensorsFiles()
    {
    }

    /// <summary>Each tensor with the file that it is in, in the order in which the bytes lie.</summary>
    public IEnumerable<(SafetensorsEntry Entry, FileStream Stream, long Start)> Entries => files.SelectMany(f =>
        f.Header.Entries.OrderBy(e => e.Begin).Select(e => (e, f.Stream, f.Header.Start)));

    /// <exception cref="InvalidDataException">A file, or the index, is damaged.</exception>
    public static SafetensorsFiles Open(string path)
    {
        var opened = new SafetensorsFiles();
        try
        {
            if (!path.EndsWith(IndexEnding, StringComparison.Ordinal))
            {
                opened.Add(path);
                return opened;
            }

            var (map, folder) = (Map(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
            foreach (var file in map.GroupBy(m => m.Value, m => m.Key, StringComparer.Ordinal))
            {
                var header = opened.Add(Path.Combine(folder, file.Key));
                var keys = header.Entries.Select(e => e.Key).ToHashSet(StringComparer.Ordinal);
                if (file.FirstOrDefault(k => !keys.Contains(k)) is { } missing)
                {
                    throw SafetensorsHeader.Corrupt($"the index looks for \"{missing}\" in {file.Key}, which does not hold it");
                }

                if (keys.FirstOrDefault(k => !map.TryGetValue(k, out var place) || place != file.Key) is { } other)
                {
                    throw SafetensorsHeader.Corrupt($"{file.Key} holds \"{other}\", which the index does not look for there");
                }
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose() => files.ForEach(static f => f.Stream.Dispose());

    private SafetensorsHeader Add(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            var header = SafetensorsHeader.Read(stream);
            files.Add((stream, header));
            return header;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Which file beside the index holds which key.</summary>
    private static Dictionary<string, string> Map(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            var map = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in document.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                var file = entry.Value.GetString();
                if (string.IsNullOrEmpty(file) || file != Path.GetFileName(file) || !map.TryAdd(entry.Name, file))
                {
                    throw SafetensorsHeader.Corrupt($"its index has no file beside it for \"{entry.Name}\", or two");
                }
            }

            return map;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw SafetensorsHeader.Corrupt("its index is no JSON with a \"weight_map\"", e);
        }
    }
}

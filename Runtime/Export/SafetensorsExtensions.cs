using System.Globalization;
using System.Text.Json;
using Gen.CompilerServices;
using Gen.Export;
using static TorchSharp.torch;

namespace Gen;

/// <summary>
/// Weights as <see href="https://huggingface.co/docs/safetensors">safetensors</see>: a header with keys, element types and shapes, and the
/// bytes. The keys are those of <c>state_dict</c>, so that PyTorch reads the file, and Gen reads PyTorch's.
/// </summary>
public static class SafetensorsExtensions
{
    /// <summary>Saves the parameters and the persistent buffers of a module. The file is written beside its place and moved there when it
    /// is complete; equal weights give equal bytes. Tied tensors are written once, and the metadata names their other keys, as PyTorch's
    /// <c>save_model</c> does.</summary>
    /// <param name="module">The module; it may be on any device, and needs no more memory than its largest tensor.</param>
    /// <param name="path">The file, <c>model.safetensors</c>.</param>
    /// <param name="metadata">Further names and texts for the header; no name is a key of the module.</param>
    /// <param name="maxShardBytes">Where it is given, and the tensors have more bytes, they go into several files
    /// <c>model-00001-of-00003.safetensors</c> with an index <c>model.safetensors.index.json</c> beside them.</param>
    /// <exception cref="NotSupportedException">The format has no such element type; nothing is written.</exception>
    /// <exception cref="ArgumentException">A name of <paramref name="metadata"/> is a key of the module; nothing is written.</exception>
    public static void SaveSafetensors(this nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null,
        long? maxShardBytes = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (maxShardBytes is <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(maxShardBytes), maxShardBytes, "A file holds at least one byte.");
        }

        WholeFile.Write(Files(module, path, metadata, maxShardBytes));
    }

    /// <summary>The files that hold the weights, and what writes each.</summary>
    internal static IEnumerable<(string Path, Action<Stream> Write)> Files(nn.Module module, string path,
        IReadOnlyDictionary<string, string>? metadata = null, long? maxShardBytes = null)
    {
        var (kept, told) = (new Dictionary<string, Tensor>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "pt",
        });
        var first = new Dictionary<nint, string>();
        var state = module.state_dict();
        foreach (var (key, tensor) in state)
        {
            if (key == SafetensorsHeader.MetadataKey)
            {
                throw new NotSupportedException($"safetensors keeps the key {key} for itself.");
            }

            if (first.TryAdd(Internals.Identity(tensor), key))
            {
                kept.Add(key, tensor);
            }
            else
            {
                told[key] = first[Internals.Identity(tensor)];
            }
        }

        foreach (var (name, value) in metadata ?? new Dictionary<string, string>())
        {
            told[name] = !state.ContainsKey(name) ? value
                : throw new ArgumentException($"\"{name}\" is a key of the module: the header says there which tensors are tied. "
                    + "Give the text another name.", nameof(metadata));
        }

        var tensors = SafetensorsWriter.InOrder(kept);
        return maxShardBytes is { } most && tensors.Sum(static t => t.Bytes) > most ? Shards(path, tensors, told, most)
            : [SafetensorsWriter.File(path, tensors, told)];
    }

    /// <summary>Loads weights from a safetensors file, or from several by their index. Headers are checked, and compared with the module,
    /// before anything is changed; then one tensor after the other is read.</summary>
    /// <param name="module">The module to load into.</param>
    /// <param name="path"><c>model.safetensors</c>, or the index <c>model.safetensors.index.json</c>.</param>
    /// <param name="strict">Whether keys, shapes and element types must be just those of what is loaded. Otherwise what fits is loaded, and
    /// the report names the rest.</param>
    /// <param name="from">Only keys under this prefix are read, and the prefix is taken off: <c>"encoder"</c> for <c>encoder.*</c>.</param>
    /// <param name="into">The submodule that is loaded, such as <c>"backbone"</c>; empty for the module itself.</param>
    /// <param name="convert">Whether floating-point weights of another width are converted to the module's: bfloat16 to float32.</param>
    /// <exception cref="StateMismatchException">It is strict, and a key, a shape or an element type does not fit. Nothing was
    /// changed.</exception>
    /// <exception cref="InvalidDataException">It is no safetensors file, or a damaged one. Nothing was changed.</exception>
    /// <exception cref="ArgumentException">No key is under <paramref name="from"/>, or there is no submodule
    /// <paramref name="into"/>.</exception>
    /// <example><c>var report = model.LoadSafetensors("bert.safetensors", strict: false, from: "bert");</c></example>
    public static SafetensorsReport LoadSafetensors(this nn.Module module, string path, bool strict = true, string from = "",
        string into = "", bool convert = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(into);
        var target = ModuleExtensions.Submodule(module, into);
        var prefix = from.Length == 0 || from.EndsWith('.') ? from : $"{from}.";
        using var files = SafetensorsFiles.Open(path);
        var read = files.Entries.Where(e => e.Entry.Key.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        if (prefix.Length > 0 && read.Length == 0)
        {
            throw new ArgumentException($"no key of {path} is under \"{from}\". Its keys begin with "
                + $"{ModuleExtensions.Some(files.Entries.Select(e => e.Entry.Key.Split('.')[0]).Distinct())}.", nameof(from));
        }

        var given = read.ToDictionary(e => e.Entry.Key[prefix.Length..], StringComparer.Ordinal);
        var state = target.state_dict();
        var differences = given.Where(g => state.ContainsKey(g.Key)).Select(g => Difference(g.Key, g.Value.Entry, state[g.Key], convert))
            .OfType<StateDifference>().ToArray();
        var unexpected = given.Keys.Where(k => !state.ContainsKey(k)).ToArray();
        var missing = ModuleLoading.Missing(state, given.Keys).ToArray();
        if (strict && (differences.Length > 0 || unexpected.Length > 0 || missing.Length > 0))
        {
            throw new StateMismatchException(target.GetName(), missing, unexpected, differences);
        }

        var wrong = differences.Select(d => d.Key).ToHashSet(StringComparer.Ordinal);
        var fitting = given.Where(g => state.ContainsKey(g.Key) && !wrong.Contains(g.Key)).ToArray();
        foreach (var (key, (entry, stream, start)) in fitting)
        {
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            stream.Position = start + entry.Begin;
            var tensor = empty(entry.Shape, dtype: SafetensorsHeader.TypeOf(entry.Type), device: CPU);
            if (entry.End > entry.Begin)
            {
                tensor.ReadBytesFromStream(stream, 1 << 20);
            }

            state[key].copy_(tensor);
        }

        var loaded = fitting.Select(f => f.Key).ToHashSet(StringComparer.Ordinal);
        return new([.. state.Keys.Where(loaded.Contains)], missing, unexpected, differences);
    }

    private static StateDifference? Difference(string key, SafetensorsEntry entry, Tensor target, bool convert)
    {
        if (!target.shape.SequenceEqual(entry.Shape))
        {
            return new(key, ModuleLoading.Text(target.shape), ModuleLoading.Text(entry.Shape));
        }

        var type = SafetensorsHeader.TypeOf(entry.Type);
        var isConverted = convert && target.is_floating_point()
            && type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;
        return type == target.dtype || isConverted ? null
            : new(key, $"{target.dtype}", type is null ? entry.Type : $"{type}");
    }

    private static IEnumerable<(string Path, Action<Stream> Write)> Shards(string path,
        (string Key, Tensor Tensor, long Bytes)[] tensors, Dictionary<string, string> metadata, long most)
    {
        var shards = new List<List<(string Key, Tensor Tensor, long Bytes)>> { new() };
        var bytes = 0L;
        foreach (var tensor in tensors)
        {
            if (bytes > 0 && bytes + tensor.Bytes > most)
            {
                shards.Add([]);
                bytes = 0;
            }

            shards[^1].Add(tensor);
            bytes += tensor.Bytes;
        }

        var (folder, stem) = (Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileNameWithoutExtension(path));
        var names = shards.Select((_, i) => string.Create(CultureInfo.InvariantCulture,
            $"{stem}-{i + 1:D5}-of-{shards.Count:D5}{Path.GetExtension(path)}")).ToArray();

        // The index comes last: whoever finds it finds the files that it names.
        return [.. shards.Select((shard, i) => SafetensorsWriter.File(Path.Combine(folder, names[i]), shard, metadata)),
            (path + SafetensorsFiles.IndexEnding, Index)];

        void Index(Stream stream)
        {
            using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            writer.WriteStartObject();
            writer.WriteStartObject("metadata");
            writer.WriteNumber("total_size", tensors.Sum(static t => t.Bytes));
            writer.WriteEndObject();
            writer.WriteStartObject("weight_map");
            foreach (var (key, name) in shards.SelectMany((s, i) => s.Select(t => (t.Key, names[i]))).OrderBy(p => p.Key,
                StringComparer.Ordinal))
            {
                writer.WriteString(key, name);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }
}

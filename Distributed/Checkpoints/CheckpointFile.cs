using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Gen.CompilerServices;

namespace Gen.Distributed.Checkpoints;

/// <summary>A checkpoint on disk: a zip archive whose last entry has the SHA-256 of each other, and how far the training was.</summary>
internal static class CheckpointFile
{
    private const string Model = "model.safetensors";
    private const string Optimizer = "optimizer";
    private const string Manifest = "manifest";
    private const string Version = "Gen.Distributed checkpoint 1";

    public static void Write(string path, nn.Module model, OptimizerHelper? optimizer, TrainingProgress progress, byte[][] random)
    {
        var weights = Path.GetTempFileName();
        try
        {
            model.SaveSafetensors(weights);
            RemoveLeftovers(path);
            WholeFile.Write(path, stream =>
            {
                using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
                var rows = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Version}\n{progress.Epoch} {progress.Step}\n");
                Add(Model, target =>
                {
                    using var source = File.OpenRead(weights);
                    source.CopyTo(target);
                });
                if (optimizer is not null)
                {
                    Add(Optimizer, target =>
                    {
                        using var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true);
                        optimizer.save_state_dict(writer);
                    });
                }

                for (var rank = 0; rank < random.Length; rank++)
                {
                    Add(Random(rank, random.Length), target => target.Write(random[rank]));
                }

                using var manifest = archive.CreateEntry(Manifest, CompressionLevel.NoCompression).Open();
                manifest.Write(Encoding.UTF8.GetBytes(rows.ToString()));

                void Add(string name, Action<Stream> write)
                {
                    using var hash = SHA256.Create();
                    using (var hashed = new CryptoStream(archive.CreateEntry(name, CompressionLevel.NoCompression).Open(), hash,
                        CryptoStreamMode.Write))
                    {
                        write(hashed);
                    }

                    rows.Append(CultureInfo.InvariantCulture, $"{name} {Convert.ToHexString(hash.Hash!)}\n");
                }
            });
        }
        finally
        {
            File.Delete(weights);
        }
    }

    /// <exception cref="InvalidDataException">The file is damaged, or is no checkpoint.</exception>
    /// <exception cref="StateMismatchException">It is of another model.</exception>
    public static void Verify(string path, nn.Module model, bool withOptimizer)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var rows = Rows(archive);
            if (withOptimizer && !rows.ContainsKey(Optimizer))
            {
                throw new InvalidDataException("it was saved without an optimizer.");
            }

            foreach (var (name, sum) in rows)
            {
                using var entry = Entry(archive, name).Open();
                if (Convert.ToHexString(SHA256.HashData(entry)) != sum)
                {
                    throw new InvalidDataException($"it is damaged: {name} is not what was saved.");
                }
            }

            // Rank 0 loads what all load after it: if it does not fit, nothing is changed, here or elsewhere.
            Extracted(archive, weights => model.LoadSafetensors(weights));
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith("it ", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"it is damaged, or no checkpoint: {e.Message}", e);
        }
    }

    public static TrainingProgress Read(string path, ProcessGroup group, nn.Module model, OptimizerHelper? optimizer)
    {
        using var archive = ZipFile.OpenRead(path);
        Extracted(archive, weights => model.LoadSafetensors(weights));
        if (optimizer is not null)
        {
            using var reader = new BinaryReader(Entry(archive, Optimizer).Open());
            optimizer.load_state_dict(reader);
        }

        if (archive.GetEntry(Random(group.Rank, group.Size)) is { } random)
        {
            using var state = random.Open();
            using var bytes = new MemoryStream();
            state.CopyTo(bytes);
            RandomState.Write(bytes.ToArray());
        }

        var progress = Lines(archive)[1].Split(' ');
        return new(long.Parse(progress[0], CultureInfo.InvariantCulture), long.Parse(progress[1], CultureInfo.InvariantCulture));
    }

    private static void Extracted(ZipArchive archive, Action<string> use)
    {
        var file = Path.GetTempFileName();
        try
        {
            Entry(archive, Model).ExtractToFile(file, overwrite: true);
            use(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Dictionary<string, string> Rows(ZipArchive archive) => Lines(archive).Skip(2).Select(r => r.Split(' '))
        .ToDictionary(r => r[0], r => r.ElementAtOrDefault(1) ?? "");

    private static string[] Lines(ZipArchive archive)
    {
        using var reader = new StreamReader(Entry(archive, Manifest).Open());
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines is [Version, _, ..] ? lines : throw new InvalidDataException("it is no checkpoint of this version.");
    }

    private static ZipArchiveEntry Entry(ZipArchive archive, string name) =>
        archive.GetEntry(name) ?? throw new InvalidDataException($"it has no entry {name}.");

    private static string Random(int rank, int size) => string.Create(CultureInfo.InvariantCulture, $"random-{rank}-of-{size}");

    /// <summary>What a process left that was ended while it wrote.</summary>
    private static void RemoveLeftovers(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var file in Directory.EnumerateFiles(folder, $".{Path.GetFileName(path)}.????????.???"))
        {
            File.Delete(file);
        }
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>What <c>Module.save</c> writes: the number of entries, and of each its key, element type, shape and bytes. Numbers are
/// LEB128.</summary>
internal sealed class Checkpoint(BinaryReader reader) : IDisposable
{
    private const int HighestRank = 64;

    private readonly Dictionary<string, Entry> entries = [];
    private string place = "the number of entries";

    /// <summary>The entries in their order.</summary>
    public IReadOnlyDictionary<string, Entry> Entries => entries;

    /// <summary>Reads all entries; the bytes of those that are not wanted are passed over.</summary>
    /// <exception cref="InvalidDataException">The data end too early, or are no checkpoint.</exception>
    public void Read(Func<Entry, bool> wanted)
    {
        try
        {
            var count = reader.Read7BitEncodedInt64();
            for (var i = 0L; i < count; i++)
            {
                place = $"entry {i + 1} of {count}";
                Read(reader.ReadString(), wanted);
            }
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"The checkpoint ends too early, in {place}; nothing was changed.", e);
        }
        catch (Exception e) when (e is FormatException or OverflowException or IOException and not FileNotFoundException)
        {
            throw Corrupt("a number or a name cannot be read", e);
        }
    }

    public void Dispose()
    {
        foreach (var entry in entries.Values)
        {
            entry.Tensor?.Dispose();
        }
    }

    private void Read(string key, Func<Entry, bool> wanted)
    {
        place += $", \"{key}\"";
        var type = (ScalarType)checked((sbyte)reader.Read7BitEncodedInt64());
        var rank = reader.Read7BitEncodedInt64();
        if (!Enum.IsDefined(type) || rank is < 0 or > HighestRank)
        {
            throw Corrupt("there is no such element type or rank");
        }

        var shape = new long[rank];
        var bytes = (long)type.ElementSize();
        for (var i = 0; i < rank; i++)
        {
            shape[i] = reader.Read7BitEncodedInt64();
            bytes = checked(bytes * shape[i]);
            if (shape[i] < 0)
            {
                throw Corrupt("a size is negative");
            }
        }

        var entry = new Entry(key, type, shape, null);
        if (!entries.TryAdd(key, entry))
        {
            throw Corrupt("the key came before");
        }

        if (wanted(entry))
        {
            entries[key] = entry with { Tensor = empty(shape, dtype: type, device: CPU) };
            entries[key].Tensor!.ReadBytesFromStream(reader.BaseStream, 1 << 16);
        }
        else
        {
            Pass(bytes);
        }
    }

    private void Pass(long bytes)
    {
        if (reader.BaseStream is { CanSeek: true } stream)
        {
            if (stream.Length - stream.Position < bytes)
            {
                throw new EndOfStreamException();
            }

            stream.Seek(bytes, SeekOrigin.Current);
            return;
        }

        var buffer = new byte[1 << 16];
        while (bytes > 0)
        {
            var count = (int)Math.Min(bytes, buffer.Length);
            reader.BaseStream.ReadExactly(buffer, 0, count);
            bytes -= count;
        }
    }

    private InvalidDataException Corrupt(string what, Exception? inner = null) =>
        new($"This is no checkpoint of TorchSharp, or a damaged one: {what}, in {place}; nothing was changed.", inner);

    public sealed record Entry(string Key, ScalarType Type, long[] Shape, Tensor? Tensor);
}

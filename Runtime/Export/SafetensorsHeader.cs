using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace Gen.Export;

/// <summary>A tensor of a safetensors file: where its bytes are, counted from the end of the header.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Type">The format's name of its element type: <c>F32</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Begin">The first byte.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record SafetensorsEntry(string Key, string Type, long[] Shape, long Begin, long End);

/// <summary>
/// The header of a safetensors file: eight bytes with its length, and a JSON object. It is checked as the format's own loader does: the
/// tensors lie one behind the other, without holes, and fill the file.
/// </summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long Start)
{
    public const string MetadataKey = "__metadata__";

    /// <summary>The bytes of the length before the header.</summary>
    public const int Prefix = sizeof(long);

    /// <summary>The longest header that the format's own loader takes.</summary>
    private const long Longest = 100_000_000;

    private static readonly Dictionary<string, (ScalarType? Type, int Bytes)> Types = new(StringComparer.Ordinal)
    {
        ["BOOL"] = (ScalarType.Bool, 1), ["U8"] = (ScalarType.Byte, 1), ["I8"] = (ScalarType.Int8, 1), ["I16"] = (ScalarType.Int16, 2),
        ["I32"] = (ScalarType.Int32, 4), ["I64"] = (ScalarType.Int64, 8), ["F16"] = (ScalarType.Float16, 2),
        ["BF16"] = (ScalarType.BFloat16, 2), ["F32"] = (ScalarType.Float32, 4), ["F64"] = (ScalarType.Float64, 8),
        ["C64"] = (ScalarType.ComplexFloat32, 8),

        // The format has these, and TorchSharp does not.
        ["U16"] = (null, 2), ["U32"] = (null, 4), ["U64"] = (null, 8), ["F8_E4M3"] = (null, 1), ["F8_E5M2"] = (null, 1),
    };

    /// <summary>The element type of a name; null where TorchSharp has none such.</summary>
    public static ScalarType? TypeOf(string name) => Types[name].Type;

    /// <summary>The format's name of an element type.</summary>
    /// <exception cref="NotSupportedException">The format has no such type.</exception>
    public static string NameOf(ScalarType type) => Types.FirstOrDefault(t => t.Value.Type == type).Key
        ?? throw new NotSupportedException($"safetensors has no element type {type}.");

    /// <summary>Reads and checks a header; no tensor is read.</summary>
    /// <exception cref="InvalidDataException">It is no safetensors file, or a damaged one.</exception>
    public static SafetensorsHeader Read(Stream stream)
    {
        var length = stream.Length;
        Span<byte> prefix = stackalloc byte[Prefix];
        if (length < Prefix)
        {
            throw Corrupt("it is shorter than the length of a header");
        }

        stream.ReadExactly(prefix);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (size > (ulong)Math.Min(length - Prefix, Longest))
        {
            throw Corrupt($"its header would have {size} bytes");
        }

        var text = new byte[(int)size];
        stream.ReadExactly(text);
        var (entries, metadata) = Parse(text);
        Check(entries, length - Prefix - (long)size);
        return new(entries, metadata, Prefix + (long)size);
    }

    private static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(byte[] text)
    {
        var (entries, metadata, keys) = (new List<SafetensorsEntry>(), new Dictionary<string, string>(StringComparer.Ordinal),
            new HashSet<string>(StringComparer.Ordinal));
        try
        {
            if (text.Length == 0 || text[0] != '{')
            {
                throw Corrupt("its header is no JSON object");
            }

            var reader = new Utf8JsonReader(text);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                if (!keys.Add(key))
                {
                    throw Corrupt($"the key \"{key}\" is there twice");
                }

                reader.Read();
                if (key == MetadataKey)
                {
                    ReadMetadata(ref reader, metadata);
                }
                else
                {
                    entries.Add(Entry(ref reader, key));
                }
            }

            // Nothing but spaces may follow.
            while (reader.Read())
            {
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException and not ObjectDisposedException
            or DecoderFallbackException)
        {
            throw Corrupt("its header is no JSON of that format", e);
        }

        return (entries, metadata);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Corrupt("its metadata is no object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !metadata.TryAdd(name, reader.GetString()!))
            {
                throw Corrupt($"its metadata \"{name}\" is no text, or is there twice");
            }
        }
    }

    private static SafetensorsEntry Entry(ref Utf8JsonReader reader, string key)
    {
        var (type, shape, offsets) = ((string?)null, (long[]?)null, (long[]?)null);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Corrupt($"\"{key}\" is no tensor");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "dtype" when type is null && reader.TokenType == JsonTokenType.String:
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = Numbers(ref reader, key);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = Numbers(ref reader, key);
                    break;
                default:
                    throw Corrupt($"\"{key}\" has a wrong \"{name}\"");
            }
        }

        return type is not null && Types.ContainsKey(type) && shape is not null && offsets is [var begin, var end]
            ? new(key, type, shape, begin, end)
            : throw Corrupt(type is not null && !Types.ContainsKey(type) ? $"\"{key}\" has the unknown type {type}"
                : $"\"{key}\" lacks a type, a shape or offsets");
    }

    private static long[] Numbers(ref Utf8JsonReader reader, string key)
    {
        var numbers = new List<long>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Corrupt($"\"{key}\" has no list of numbers");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out var number) || number < 0)
            {
                throw Corrupt($"\"{key}\" has a size or an offset that is no natural number");
            }

            numbers.Add(number);
        }

        return reader.TokenType == JsonTokenType.EndArray ? [.. numbers] : throw Corrupt($"\"{key}\" has no list of numbers");
    }

    /// <summary>The bytes of each tensor are those of its shape, one behind the other, up to the end.</summary>
    private static void Check(List<SafetensorsEntry> entries, long bytes)
    {
        var end = 0L;
        foreach (var entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != end || entry.End < entry.Begin || entry.End > bytes)
            {
                throw Corrupt($"\"{entry.Key}\" overlaps another tensor, leaves a hole, or ends behind the file");
            }

            if (BytesOf(entry) != entry.End - entry.Begin)
            {
                throw Corrupt($"\"{entry.Key}\" has other bytes than its shape needs");
            }

            end = entry.End;
        }

        if (end != bytes)
        {
            throw Corrupt($"its tensors have {end} bytes, and it holds {bytes}");
        }
    }

    private static long BytesOf(SafetensorsEntry entry)
    {
        try
        {
            // A size of 0 does not excuse others that are too large.
            return entry.Shape.Aggregate((long)Types[entry.Type].Bytes, static (product, size) => checked(product * size));
        }
        catch (OverflowException e)
        {
            throw Corrupt($"\"{entry.Key}\" has more elements than can be counted", e);
        }
    }

    public static InvalidDataException Corrupt(string why, Exception? inner = null) =>
        new($"This is no safetensors file, or a damaged one: {why}. Nothing was changed.", inner);
}

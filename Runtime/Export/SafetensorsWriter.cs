using System.Buffers.Binary;
using System.Text.Json;
using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export;

/// <summary>Writes tensors as safetensors: the widest element types first and then by key, so that every tensor lies aligned and the same
/// tensors give the same bytes.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;
    private const int Buffer = 1 << 20;

    /// <summary>The tensors in the order of the file, with the bytes of each.</summary>
    public static (string Key, Tensor Tensor, long Bytes)[] InOrder(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        [.. tensors.Select(t => (t.Key, Tensor: t.Value, Bytes: t.Value.numel() * t.Value.element_size()))
            .OrderByDescending(t => t.Tensor.element_size()).ThenBy(t => SafetensorsHeader.NameOf(t.Tensor.dtype), StringComparer.Ordinal)
            .ThenBy(t => t.Key, StringComparer.Ordinal)];

    /// <summary>A file, and what writes it.</summary>
    public static (string Path, Action<Stream> Write) File(string path, IReadOnlyList<(string Key, Tensor Tensor, long Bytes)> tensors,
        IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var header = Header(tensors, metadata);
        return (path, stream =>
        {
            Span<byte> length = stackalloc byte[SafetensorsHeader.Prefix];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (_, tensor, _) in tensors)
            {
                using var scope = NewDisposeScope();
                using var gradients = no_grad();
                tensor.detach().cpu().contiguous().WriteBytesToStream(stream, Buffer);
            }
        });
    }

    private static byte[] Header(IReadOnlyList<(string Key, Tensor Tensor, long Bytes)> tensors,
        IEnumerable<KeyValuePair<string, string>> metadata)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach (var (name, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            var begin = 0L;
            foreach (var (key, tensor, bytes) in tensors)
            {
                writer.WriteStartObject(key);
                writer.WriteString("dtype", SafetensorsHeader.NameOf(tensor.dtype));
                Numbers(writer, "shape", tensor.shape);
                Numbers(writer, "data_offsets", begin, begin + bytes);
                writer.WriteEndObject();
                begin += bytes;
            }

            writer.WriteEndObject();
        }

        while (text.Length % Alignment != 0)
        {
            text.WriteByte((byte)' ');
        }

        return text.ToArray();
    }

    private static void Numbers(Utf8JsonWriter writer, string name, params long[] numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}

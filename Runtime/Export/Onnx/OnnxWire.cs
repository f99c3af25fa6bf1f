using System.Buffers.Binary;
using System.Text;

namespace Gen.Export.Onnx;

/// <summary>A message of Protocol Buffers as it is written: numbers of fields, and what they hold.</summary>
internal sealed class OnnxWire
{
    private const int Varint = 0;
    private const int Delimited = 2;
    private const int Fixed32 = 5;
    private readonly MemoryStream stream = new();

    public long Length => stream.Length;

    public OnnxWire Number(int field, long value)
    {
        Tag(field, Varint);
        Raw((ulong)value);
        return this;
    }

    public OnnxWire Real(int field, float value)
    {
        Tag(field, Fixed32);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        stream.Write(bytes);
        return this;
    }

    public OnnxWire Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public OnnxWire Bytes(int field, ReadOnlySpan<byte> value)
    {
        Head(field, value.Length);
        stream.Write(value);
        return this;
    }

    public OnnxWire Message(int field, OnnxWire message)
    {
        Head(field, message.Length);
        message.stream.WriteTo(stream);
        return this;
    }

    public OnnxWire Message(int field, Action<OnnxWire> write)
    {
        var message = new OnnxWire();
        write(message);
        return Message(field, message);
    }

    /// <summary>The begin of a field whose bytes are written by someone else.</summary>
    public OnnxWire Head(int field, long length)
    {
        Tag(field, Delimited);
        Raw((ulong)length);
        return this;
    }

    public void WriteTo(Stream target) => stream.WriteTo(target);

    private void Tag(int field, int type) => Raw((ulong)((field << 3) | type));

    private void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }
}

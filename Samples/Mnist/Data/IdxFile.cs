using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using ICSharpCode.SharpZipLib.Checksum;

namespace Mnist.Data;

/// <summary>Reads the IDX format of the MNIST files, plain or gzipped: a magic number, the sizes, then bytes; all numbers
/// big-endian.</summary>
internal static class IdxFile
{
    private const int LargestFile = 1 << 30;

    /// <summary>The bytes of a file with the given sizes after the count.</summary>
    /// <exception cref="UserErrorException">The file is missing, corrupt, truncated, or holds something else.</exception>
    public static (int Count, byte[] Data) Read(string path, params int[] sizes)
    {
        var content = Content(path);
        var header = 4 + (4 * (sizes.Length + 1));
        if (content.Length < header)
        {
            throw new UserErrorException($"{path}: truncated: {Number(content.Length)} bytes are no IDX file.");
        }

        var magic = BinaryPrimitives.ReadInt32BigEndian(content);
        var expected = 0x0800 | (sizes.Length + 1);
        if (magic != expected)
        {
            throw new UserErrorException($"{path}: not the expected IDX file: it begins with 0x{magic:x8}, not 0x{expected:x8}.");
        }

        var count = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4));
        for (var i = 0; i < sizes.Length; i++)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(8 + (4 * i)));
            if (size != sizes[i])
            {
                throw new UserErrorException($"{path}: its images have a side of {Number(size)} pixels, not {Number(sizes[i])}.");
            }
        }

        var length = sizes.Aggregate((long)count, (product, size) => product * size);
        if (count < 0 || content.Length - header != length)
        {
            throw new UserErrorException(
                $"{path}: {(content.Length - header < length ? "truncated" : "corrupt")}: {Number(length)} bytes announced, "
                + $"{Number(content.Length - header)} there.");
        }

        return (count, content[header..]);
    }

    private static byte[] Content(string path)
    {
        try
        {
            var file = File.ReadAllBytes(path);
            return file is [0x1f, 0x8b, ..] ? Unzipped(path, file) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: {e.Message}");
        }
    }

    private static byte[] Unzipped(string path, byte[] file)
    {
        using var content = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
            var buffer = new byte[1 << 16];
            for (int read; (read = gzip.Read(buffer)) > 0;)
            {
                content.Write(buffer, 0, read);
                if (content.Length > LargestFile)
                {
                    throw new UserErrorException($"{path}: larger than any MNIST file.");
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new UserErrorException($"{path}: corrupt: it is no whole gzip file: {e.Message}");
        }

        // The stream checks neither the checksum nor the length at the end of the file.
        var data = content.ToArray();
        var checksum = new Crc32();
        checksum.Update(data);
        if (file.Length < 18
            || BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(file.Length - 8)) != (uint)checksum.Value
            || BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(file.Length - 4)) != (uint)data.Length)
        {
            throw new UserErrorException($"{path}: corrupt: it is no whole gzip file: its checksum is another.");
        }

        return data;
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

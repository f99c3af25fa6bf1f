using System.Buffers.Binary;
using System.IO.Compression;
using Mnist;
using Mnist.Data;

namespace Gen.Tests.Samples;

/// <summary>Reading the MNIST files, whole and broken.</summary>
public sealed class IdxFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gen-idx").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_four_files_are_read_plain_and_gzipped(bool zipped)
    {
        var pixels = Enumerable.Range(0, 3 * ImageSet.PixelsPerImage).Select(i => (byte)(i % 251)).ToArray();
        WriteSet("train", pixels, [1, 2, 3], zipped);
        WriteSet("t10k", pixels[..ImageSet.PixelsPerImage], [9], zipped);
        var set = MnistFiles.Load(folder);
        Assert.Equal(pixels, set.Train.Pixels);
        Assert.Equal([1, 2, 3], set.Train.Labels);
        Assert.Equal((3, 1), (set.Train.Count, set.Test.Count));
        Assert.Equal(pixels[..ImageSet.PixelsPerImage], set.Test.Image(0).ToArray());
    }

    [Fact]
    public void A_missing_folder_and_a_missing_file_are_named()
    {
        Assert.Contains("there is no such folder",
            Assert.Throws<UserErrorException>(() => MnistFiles.Load(Path.Combine(folder, "nowhere"))).Message, StringComparison.Ordinal);
        Assert.Contains("train-images-idx3-ubyte (or train-images-idx3-ubyte.gz) is missing",
            Assert.Throws<UserErrorException>(() => MnistFiles.Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_and_labels_that_do_not_belong_together_are_refused()
    {
        WriteSet("train", new byte[2 * ImageSet.PixelsPerImage], [1, 2, 3], zipped: false);
        Assert.Contains("they do not belong together", Error(() => MnistFiles.Load(folder)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_no_digit_is_refused()
    {
        WriteSet("train", new byte[2 * ImageSet.PixelsPerImage], [1, 77], zipped: false);
        Assert.Contains("label 1 is 77, not a digit", Error(() => MnistFiles.Load(folder)), StringComparison.Ordinal);
    }

    [Fact]
    public void Truncated_and_overlong_files_are_refused()
    {
        var content = Idx(0x0801, [4], [1, 2, 3, 4]);
        Assert.Contains("truncated: 4 bytes announced, 3 there", ErrorOf(content[..^1]), StringComparison.Ordinal);
        Assert.Contains("truncated: 7 bytes are no IDX file", ErrorOf(content[..7]), StringComparison.Ordinal);
        Assert.Contains("corrupt: 4 bytes announced, 5 there", ErrorOf([.. content, 0]), StringComparison.Ordinal);
        Assert.Contains("truncated", ErrorOf([]), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_kind_of_file_is_refused()
    {
        Assert.Contains("it begins with 0x00000803, not 0x00000801", ErrorOf(Idx(0x0803, [1, 1, 1], [5])), StringComparison.Ordinal);
        Assert.Contains("not the expected IDX file", ErrorOf("just some text, long enough"u8.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_that_no_file_can_have_are_refused()
    {
        Assert.Contains("corrupt", ErrorOf(Idx(0x0801, [-1], [1])), StringComparison.Ordinal);
        Assert.Contains("truncated", ErrorOf(Idx(0x0801, [int.MaxValue], [1])), StringComparison.Ordinal);
        var path = Write("images", Idx(0x0803, [1, 14, 28], new byte[14 * 28]));
        Assert.Contains("a side of 14 pixels, not 28", Error(() => IdxFile.Read(path, 28, 28)), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_gzip_is_refused()
    {
        var zipped = Zip(Idx(0x0801, [4], [1, 2, 3, 4]));
        Assert.Contains("no whole gzip file", ErrorOf(zipped[..^9]), StringComparison.Ordinal);
        zipped[^6] ^= 0x04;
        Assert.Contains("no whole gzip file", ErrorOf(zipped), StringComparison.Ordinal);
    }

    private static string Error(Action action) => Assert.Throws<UserErrorException>(action).Message;

    private string ErrorOf(byte[] content)
    {
        var path = Write("labels", content);
        return Error(() => IdxFile.Read(path));
    }

    private void WriteSet(string prefix, byte[] pixels, byte[] labels, bool zipped)
    {
        var images = Idx(0x0803, [pixels.Length / ImageSet.PixelsPerImage, 28, 28], pixels);
        var digits = Idx(0x0801, [labels.Length], labels);
        Write($"{prefix}-images-idx3-ubyte{(zipped ? ".gz" : "")}", zipped ? Zip(images) : images);
        Write($"{prefix}-labels-idx1-ubyte{(zipped ? ".gz" : "")}", zipped ? Zip(digits) : digits);
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Idx(int magic, int[] sizes, byte[] data)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        BinaryPrimitives.WriteInt32BigEndian(header, magic);
        for (var i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        }

        return [.. header, .. data];
    }

    private static byte[] Zip(byte[] content)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return result.ToArray();
    }
}

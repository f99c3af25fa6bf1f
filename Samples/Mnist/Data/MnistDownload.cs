using System.IO.Compression;
using System.Security.Cryptography;

namespace Mnist.Data;

/// <summary>Fetches the MNIST files into a cache folder, each checked and written whole or not at all.</summary>
internal static class MnistDownload
{
    private const string Host = "https://ossci-datasets.s3.amazonaws.com/mnist/";

    /// <summary>SHA-256 of the files' content, unzipped: gzip streams of the same data differ.</summary>
    private static readonly Dictionary<string, string> Checksums = new()
    {
        ["train-images-idx3-ubyte"] = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ["train-labels-idx1-ubyte"] = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ["t10k-images-idx3-ubyte"] = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ["t10k-labels-idx1-ubyte"] = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    };

    public static string CacheFolder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "gen", "mnist");

    /// <exception cref="UserErrorException">A file could not be fetched, is not what it should be, or could not be written.</exception>
    public static async Task<string> FetchAsync(string folder, HttpMessageHandler? handler, CancellationToken cancellation)
    {
        using var http = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        http.Timeout = TimeSpan.FromMinutes(5);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var name in MnistFiles.Names)
            {
                var path = Path.Combine(folder, name);
                if (File.Exists(path) && Checksum(await File.ReadAllBytesAsync(path, cancellation)) == Checksums[name])
                {
                    continue;
                }

                var content = await FetchFileAsync(http, new Uri($"{Host}{name}.gz"), cancellation);
                if (Checksum(content) != Checksums[name])
                {
                    throw new UserErrorException($"{Host}{name}.gz: its content has another checksum than MNIST's; nothing was kept.");
                }

                await WholeFile.WriteAsync(path, content, cancellation);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{folder}: {e.Message}");
        }

        return folder;
    }

    private static async Task<byte[]> FetchFileAsync(HttpClient http, Uri address, CancellationToken cancellation)
    {
        try
        {
            using var gzip = new GZipStream(await http.GetStreamAsync(address, cancellation), CompressionMode.Decompress);
            using var content = new MemoryStream();
            await gzip.CopyToAsync(content, cancellation);
            return content.ToArray();
        }
        catch (Exception e) when (e is HttpRequestException or InvalidDataException or IOException
            || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new UserErrorException(
                $"{address}: the download failed: {e.Message} "
                + "Leave out --download for the embedded digits, or give the files with --data.");
        }
    }

    private static string Checksum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
